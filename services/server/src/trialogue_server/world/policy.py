"""What is allowed? Each function returns if it is and raises Refused if not; none changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircwire import numerics as n
from trialogue_server.world.bans import akick_of, is_banned, is_invited_by_list, is_silenced
from trialogue_server.world.modes import INVISIBLE, INVITE_ONLY, MODERATED, NO_EXTERNAL, SECRET, TOPIC_LOCK
from trialogue_server.world.refused import Refused

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel, Membership
    from trialogue_server.world.user import User
    from trialogue_server.world.world import World

OVERRIDE = "channels"
"""The privilege to see and change every channel."""

METADATA = "metadata"
"""The privilege to set what others tell of themselves."""

_NEVER = 2**63 - 1
"""Greater than every id."""


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
    """An invitation opens what is closed by i, l and b; a key is asked for all the same, and AKICK is above all."""
    if akick_of(channel, user, world.fold) is not None:
        raise Refused(n.ERR_BANNEDFROMCHAN, channel.name)
    if channel.key and key != channel.key:
        raise Refused(n.ERR_BADCHANNELKEY, channel.name)
    if user.uid in channel.invited:
        return
    if channel.has(INVITE_ONLY) and not is_invited_by_list(channel, user, world.fold):
        raise Refused(n.ERR_INVITEONLYCHAN, channel.name)
    if is_banned(channel, user, world.fold):
        raise Refused(n.ERR_BANNEDFROMCHAN, channel.name)
    if channel.limit and len(channel.members) >= channel.limit:
        raise Refused(n.ERR_CHANNELISFULL, channel.name)


def can_speak(world: World, user: User, channel: Channel) -> None:
    """Outsiders not where n is set, only voices where m is, nobody who is banned or muted and has no voice."""
    membership = channel.members.get(user.uid)
    if membership is not None and membership.modes:
        return
    outside = membership is None and channel.has(NO_EXTERNAL)
    if outside or channel.has(MODERATED) or is_silenced(channel, user, world.fold):
        raise Refused(n.ERR_CANNOTSENDTOCHAN, channel.name)


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


def readable_from(world: World, user: User, channel: Channel) -> int:
    """Return the first id of a channel's history that whoever `can_read` it may read.

    Where that is what was said since they joined, an account that lost its connection joined when it first came.

    Never what was said before the channel was made: then others met under its name, and went when it ended.
    """
    wish = channel.ownership.history if channel.ownership is not None else "all"
    if wish == "none":
        return _NEVER
    membership = channel.members.get(user.uid)
    if wish == "joined" and membership is not None and not user.has(OVERRIDE):
        since = world.visits.since(user.identity, channel.folded)
        return since if since >= channel.since else membership.joined  # else they belonged to another of that name
    return channel.since


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


def needs_privilege(user: User, privilege: str) -> None:
    """Operators whose entry names it."""
    if user.has(privilege):
        return
    raise Refused(n.ERR_NOPRIVS, privilege) if user.privileges else Refused(n.ERR_NOPRIVILEGES)
