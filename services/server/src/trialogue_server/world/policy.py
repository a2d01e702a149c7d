"""What is allowed? Each function returns if it is and raises Refused if not; none changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircwire import numerics as n
from trialogue_server.world.bans import akick_of, is_banned, is_invited_by_list, is_silenced
from trialogue_server.world.ctcp import is_ctcp
from trialogue_server.world.modes import (
    ACCOUNTS_JOIN,
    ACCOUNTS_SPEAK,
    ACCOUNTS_WRITE,
    INVISIBLE,
    INVITE_ONLY,
    MODERATED,
    NO_CTCP,
    NO_EXTERNAL,
    SECRET,
    TOPIC_LOCK,
)
from trialogue_server.world.refused import Refused
from trialogue_server.world.spans import Spans, subtract, union
from trialogue_server.world.times import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialogue_server.world.channel import Channel, Membership
    from trialogue_server.world.user import User
    from trialogue_server.world.world import World

OVERRIDE = "channels"
"""The privilege to see and change every channel."""

METADATA = "metadata"
"""The privilege to set what others tell of themselves."""


def member(user: User, channel: Channel) -> Membership:
    """Return the user's membership, or refuse: they are not in it."""
    found = channel.members.get(user.uid)
    if found is None:
        raise Refused(n.ERR_NOTONCHANNEL, channel.name)
    return found


def must_be_op(user: User, channel: Channel) -> None:
    """A channel operator, or an operator who may change every channel."""
    if user.has(OVERRIDE):
        return
    if not member(user, channel).is_op:
        raise Refused(n.ERR_CHANOPRIVSNEEDED, channel.name)


def overrides(user: User, channel: Channel) -> bool:
    """May they act as the channel's operators do only because they may change every channel?"""
    if not user.has(OVERRIDE):
        return False
    found = channel.members.get(user.uid)
    return found is None or not found.is_op


def can_see(user: User, channel: Channel) -> bool:
    """Secret channels exist for their members alone."""
    return not channel.has(SECRET) or user.uid in channel.members or user.has(OVERRIDE)


def can_see_membership(user: User, other: User, channel: Channel) -> bool:
    """Invisible users are seen in a channel by its members alone."""
    if not can_see(user, channel):
        return False
    return INVISIBLE not in other.modes or user is other or user.uid in channel.members or user.has(OVERRIDE)


def can_join(world: World, user: User, channel: Channel, key: str) -> None:
    """An operator's invitation opens what i, l, R and b close; a key is asked for nevertheless. AKICK is above all.

    Who is operator of a channel that is not registered comes in, whatever closes it. Who comes back after a restart, or
    after having lost the connection, needs no invitation into what was closed while they were there.
    """
    if akick_of(channel, user, world.fold) is not None:
        raise Refused(n.ERR_BANNEDFROMCHAN, channel.name)
    if channel.ownership is None and channel.standing_of(user.account):
        return
    if channel.key and key != channel.key:
        raise Refused(n.ERR_BADCHANNELKEY, channel.name)
    if user.uid in channel.invited:
        return
    listed = is_invited_by_list(channel, user, world.fold)
    if channel.has(INVITE_ONLY) and not (listed or world.visits.may_return(user.identity, channel.folded)):
        raise Refused(n.ERR_INVITEONLYCHAN, channel.name)
    if channel.has(ACCOUNTS_JOIN) and not user.account and not listed:
        raise Refused(n.ERR_NEEDREGGEDNICK, channel.name)
    if is_banned(channel, user, world.fold):
        raise Refused(n.ERR_BANNEDFROMCHAN, channel.name)
    if channel.limit and len(channel.members) >= channel.limit:
        raise Refused(n.ERR_CHANNELISFULL, channel.name)


def can_speak(world: World, user: User, channel: Channel) -> None:
    """Outsiders not where n is set, only voices where m is, no guests where M is, nobody who is banned or muted and has
    no voice.
    """
    membership = channel.members.get(user.uid)
    if membership is not None and membership.modes:
        return
    outside = membership is None and channel.has(NO_EXTERNAL)
    if outside or channel.has(MODERATED) or is_silenced(channel, user, world.fold):
        raise Refused(n.ERR_CANNOTSENDTOCHAN, channel.name)
    if channel.has(ACCOUNTS_SPEAK) and not user.account:
        raise Refused(n.ERR_CANNOTSENDTOCHAN, channel.name, text="Cannot send to channel (+M): log in to an account")


def can_hold(channel: Channel, said: Iterable[str]) -> None:
    """What is said in a channel with C, line by line, asks nothing of programs: of CTCP only ACTION is for people.

    https://modern.ircdocs.horse/ctcp
    """
    if channel.has(NO_CTCP) and any(map(is_ctcp, said)):
        raise Refused(n.ERR_CANNOTSENDTOCHAN, channel.name, text="Cannot send to channel (+C): no CTCP but ACTION")


def can_write_to(user: User, to: User) -> None:
    """Where R is set, whoever has an account, those to whom its owner has written since, and operators."""
    if ACCOUNTS_WRITE not in to.modes or user.account or user.oper or user is to or user.uid in to.written_to:
        return
    text = "Only accounts may write to them (+R): log in to an account"
    raise Refused(n.ERR_NEEDREGGEDNICK, to.nick, text=text)


def can_change_nick(world: World, user: User, nick: str) -> None:
    """Nobody who is banned or muted in a channel that they are in and has no voice there: it would evade that."""
    for channel in user.channels.values():
        if not channel.members[user.uid].modes and is_silenced(channel, user, world.fold):
            raise Refused(n.ERR_BANONCHAN, nick, channel.name)


def can_read(world: World, user: User, channel: Channel) -> None:
    """Members read a channel's history, unless they are banned from it."""
    membership = channel.members.get(user.uid)
    if membership is None and not user.has(OVERRIDE):
        raise Refused(n.ERR_NOTONCHANNEL, channel.name)
    if membership is not None and not membership.modes and is_banned(channel, user, world.fold):
        raise Refused(n.ERR_BANNEDFROMCHAN, channel.name)


def readable(world: World, user: User, channel: Channel, *, as_operator: bool = True) -> Spans:
    """Return the ids of a channel's history that whoever `can_read` it may read.

    What was said while everybody could come in is for whoever is there now; what was said while it was closed is for
    those who were there then. In a registered channel the founder decides instead from its registration on, and may
    narrow what was said before. Where that is what was said since they joined, an account that lost its connection
    joined when it first came. Operators of the server who may look into every channel read all but what a founder wants
    nobody to read; without `as_operator` what they read as anybody else.

    Never what was said before the channel was made: then others met under its name, and it is gone.
    """
    ownership = channel.ownership
    wish = ownership.history if ownership is not None else "all"
    if wish == "none":
        return ()
    if as_operator and user.has(OVERRIDE):
        return ((channel.since, LAST_ID),)
    present = _present(world, user, channel)
    first = channel.since
    if wish == "joined":
        first = max(first, _joined(world, user, channel))
    decided = ownership.begun if ownership is not None else LAST_ID
    closed = union((begin, min(end, decided - 1)) for begin, end in channel.closed)
    return subtract(((first, LAST_ID),), subtract(closed, present))


def _joined(world: World, user: User, channel: Channel) -> int:
    """Return the id of the event with which somebody came into a channel, to which they have belonged since."""
    membership = channel.members.get(user.uid)
    return world.visits.since(user.identity, channel.folded) or (
        membership.joined if membership is not None else LAST_ID
    )


def _present(world: World, user: User, channel: Channel) -> Spans:
    """Return when somebody was in a channel: their account, as long as it belonged there, and this user themselves."""
    spans = list(world.visits.spans(user.identity, channel.folded))
    membership = channel.members.get(user.uid)
    if membership is not None:
        spans.append((membership.joined, LAST_ID))
    return union(spans)


def takes_over(world: World, channel: Channel) -> bool:
    """Does whoever enters this channel become its operator? Of an emptied one that has none who could come back."""
    is_left = bool(channel.emptied_at) and not channel.members
    return is_left and channel.ownership is None and not channel.operators and channel.folded not in world.permanent


def must_have_power_over(user: User, channel: Channel, event_id: int) -> None:
    """Operators who came into an emptied channel take back nothing that others said before."""
    if event_id < channel.operated_since and not user.has(OVERRIDE):
        raise Refused(n.ERR_CHANOPRIVSNEEDED, channel.name)


def is_listed(world: World, channel: Channel) -> bool:
    """Is it shown among the channels? One that everybody has left is kept for who knows it."""
    return bool(channel.members) or channel.ownership is not None or channel.folded in world.permanent


def may_rename(user: User, channel: Channel) -> bool:
    """A registered channel is its founder's, or for an operator who may change every channel."""
    founder = channel.ownership.founder if channel.ownership is not None else ""
    return not founder or founder == user.account or user.has(OVERRIDE)


def can_set_topic(user: User, channel: Channel) -> None:
    """Members; where t is set, operators."""
    membership = channel.members.get(user.uid)
    if membership is None and not user.has(OVERRIDE):
        raise Refused(n.ERR_NOTONCHANNEL, channel.name)
    if channel.has(TOPIC_LOCK):
        must_be_op(user, channel)


def can_invite(user: User, channel: Channel) -> None:
    """Members; where i is set, operators."""
    member(user, channel)
    if channel.has(INVITE_ONLY):
        must_be_op(user, channel)


def invitation_opens(user: User, channel: Channel) -> bool:
    """Does an invitation of theirs let somebody in whom the channel's modes keep out? That of its operators does."""
    found = channel.members.get(user.uid)
    return user.has(OVERRIDE) or (found is not None and found.is_op)


def needs_privilege(user: User, privilege: str) -> None:
    """Operators whose entry names it."""
    if user.has(privilege):
        return
    raise Refused(n.ERR_NOPRIVS, privilege) if user.privileges else Refused(n.ERR_NOPRIVILEGES)
