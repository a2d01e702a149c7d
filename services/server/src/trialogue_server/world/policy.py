"""The rules. Each function returns if something is allowed and raises Refused if not; none changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from ircwire import numerics as n
from trialogue_server.world.bans import akick_of, is_banned, is_invited_by_list, is_silenced
from trialogue_server.world.ctcp import is_ctcp
from trialogue_server.world.modes import (
    ACCOUNTS_JOIN,
    ACCOUNTS_SPEAK,
    ACCOUNTS_WRITE,
    BAN,
    INVISIBLE,
    INVITE_ONLY,
    MODERATED,
    NO_CTCP,
    NO_EXTERNAL,
    OP,
    SECRET,
    TOPIC_LOCK,
)
from trialogue_server.world.refused import Refused
from trialogue_server.world.spans import Spans, subtract, union
from trialogue_server.world.times import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trialogue_server.world.channel import Channel, Membership
    from trialogue_server.world.user import User
    from trialogue_server.world.world import World

OVERRIDE = "channels"
"""The privilege to see and change every channel."""

METADATA = "metadata"
"""The privilege to set others' metadata."""


def member(user: User, channel: Channel) -> Membership:
    """Return the user's membership. Raises Refused if they are not in the channel."""
    found = channel.members.get(user.uid)
    if found is None:
        raise Refused(n.ERR_NOTONCHANNEL, channel.name)
    return found


def must_be_op(user: User, channel: Channel) -> None:
    """Channel operators, and operators of the server who may change every channel."""
    if user.has(OVERRIDE):
        return
    if not member(user, channel).is_op:
        raise Refused(n.ERR_CHANOPRIVSNEEDED, channel.name)


def overrides(user: User, channel: Channel) -> bool:
    """Return whether the user may act as a channel operator only by the privilege to change every channel."""
    if not user.has(OVERRIDE):
        return False
    found = channel.members.get(user.uid)
    return found is None or not found.is_op


def can_see(user: User, channel: Channel) -> bool:
    """Return whether the user sees the channel: secret channels exist for their members alone."""
    return SECRET not in channel.flags or user.uid in channel.members or user.has(OVERRIDE)


def can_see_membership(user: User, other: User, channel: Channel) -> bool:
    """Return whether the user sees a membership: those of invisible users are for members alone."""
    if not can_see(user, channel):
        return False
    return INVISIBLE not in other.modes or user is other or user.uid in channel.members or user.has(OVERRIDE)


def can_join(world: World, user: User, channel: Channel, key: str) -> None:
    """An operator's invitation opens what i, l, R and earlier b close; a key is required nevertheless. AKICK is above
    all.

    Remembered operators of a channel that is not registered come in, whatever closes it. Members who come back after a
    restart or a lost connection need no invitation into what was closed while they were there.
    """
    if akick_of(channel, user, world.fold) is not None:
        raise Refused(n.ERR_BANNEDFROMCHAN, channel.name)
    if channel.ownership is None and channel.standing_of(user.account) == OP:
        return
    if channel.key and normalize("NFC", key) != normalize("NFC", channel.key):  # as keyboards compose it
        raise Refused(n.ERR_BADCHANNELKEY, channel.name)
    if _is_let_in(channel, user, world.fold):
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


def _is_let_in(channel: Channel, user: User, fold: Callable[[str], str]) -> bool:
    """Return whether an operator's invitation waits for a user that no later ban takes back."""
    if not channel.has_invited(user):
        return False
    at = channel.invited_accounts.get(user.identity)
    return user.uid in channel.invited or at is None or not is_banned(channel, user, fold, since=at)


def invitations_with(channel: Channel, target: User) -> int:
    """Return how many invitations to a channel wait when one more user is invited."""
    guests = channel.invited | {target.uid}
    return max(len(guests), len(channel.invited_accounts) + (0 if channel.has_invited(target) else 1))


def can_speak(world: World, user: User, channel: Channel) -> None:
    """Where n is set, only members speak; where m is set, only voices; where M is set, no guests; and nobody who is
    banned or muted without voice.
    """
    membership = channel.members.get(user.uid)
    if membership is not None and membership.modes:
        return
    flags = channel.flags
    outside = membership is None and NO_EXTERNAL in flags
    if outside or MODERATED in flags or (channel.lists[BAN] and is_silenced(channel, user, world.fold)):
        raise Refused(n.ERR_CANNOTSENDTOCHAN, channel.name)
    if ACCOUNTS_SPEAK in flags and not user.account:
        raise Refused(n.ERR_CANNOTSENDTOCHAN, channel.name, text="Cannot send to channel (+M): log in to an account")


def can_contain(channel: Channel, said: Iterable[str]) -> None:
    """Where C is set, a message may be no CTCP but ACTION, line by line.

    https://modern.ircdocs.horse/ctcp
    """
    if channel.has(NO_CTCP) and any(map(is_ctcp, said)):
        raise Refused(n.ERR_CANNOTSENDTOCHAN, channel.name, text="Cannot send to channel (+C): no CTCP but ACTION")


def can_write_to(user: User, to: User) -> None:
    """Where R is set, only users with an account, those whom its owner has written to since, and operators."""
    if ACCOUNTS_WRITE not in to.modes or user.account or user.oper or user is to or user.uid in to.written_to:
        return
    text = "Only accounts may write to them (+R): log in to an account"
    raise Refused(n.ERR_NEEDREGGEDNICK, to.nick, text=text)


def can_change_nick(world: World, user: User, nick: str) -> None:
    """Not users who are banned or muted without voice in one of their channels: a new nick would evade that."""
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
    """Return the ids of a channel's history that a user who passes `can_read` may read.

    What was said while everybody could join is for all present members; what was said while it was closed is for those
    who were there then. In a registered channel the founder decides instead, from its registration on, and may narrow
    what was said before. Where that is what was said since they joined, an account that lost its connection joined when
    it first came. Operators of the server who may look into every channel read all but what a founder hides; without
    `as_operator` they read what anybody else would.

    Nobody reads what was said before the channel was made: others met under its name, and it is gone.
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
    """Return the id of the event with which the user came into a channel that they have belonged to since."""
    membership = channel.members.get(user.uid)
    return world.visits.since(user.identity, channel.folded) or (
        membership.joined if membership is not None else LAST_ID
    )


def _present(world: World, user: User, channel: Channel) -> Spans:
    """Return when the user was in a channel: their account, as long as it belonged there, and this user themselves."""
    spans = list(world.visits.spans(user.identity, channel.folded))
    membership = channel.members.get(user.uid)
    if membership is not None:
        spans.append((membership.joined, LAST_ID))
    return union(spans)


def takes_over(world: World, channel: Channel) -> bool:
    """Return whether whoever joins becomes operator: the channel is empty, and no operator could come back."""
    is_left = bool(channel.emptied_at) and not channel.members
    return is_left and channel.ownership is None and not channel.operators and channel.folded not in world.permanent


def must_have_power_over(user: User, channel: Channel, event_id: int) -> None:
    """Operators who took over an emptied channel cannot redact what others said before."""
    if event_id < channel.operated_since and not user.has(OVERRIDE):
        raise Refused(n.ERR_CHANOPRIVSNEEDED, channel.name)


def is_listed(world: World, channel: Channel) -> bool:
    """Return whether LIST shows the channel. An emptied one is kept for those who know it."""
    return bool(channel.members) or channel.ownership is not None or channel.folded in world.permanent


def may_rename(user: User, channel: Channel) -> bool:
    """A registered channel is renamed by its founder, or by operators who may change every channel."""
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
    """Return whether an invitation by this user opens what the channel's modes close: an operator's does."""
    found = channel.members.get(user.uid)
    return user.has(OVERRIDE) or (found is not None and found.is_op)


def needs_privilege(user: User, privilege: str) -> None:
    """Operators whose entry names it."""
    if user.has(privilege):
        return
    raise Refused(n.ERR_NOPRIVS, privilege) if user.privileges else Refused(n.ERR_NOPRIVILEGES)
