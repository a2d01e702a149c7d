"""Acts of operators: an event that happens by a privilege is recorded in the audit log and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world import events as e
from trialogue_server.world.modes import KEY, OP
from trialogue_server.world.policy import OVERRIDE, overrides

if TYPE_CHECKING:
    from trialogue_server.world.user import User
    from trialogue_server.world.world import World

_FOR_OPS = {
    e.ModesChanged: "MODE",
    e.TopicChanged: "TOPIC",
    e.Kicked: "KICK",
    e.Invited: "INVITE",
    e.MetadataChanged: "METADATA",
    e.ChannelRenamed: "RENAME",
    e.ChannelSaved: "CHANSERV",
    e.ChannelDropped: "CHANSERV DROP",
}
"""The events that a channel's operators or founder may cause, and operators of the server in any channel."""


def overridden_channel(user: User, world: World, event: e.Event) -> str:
    """Return the channel in which an event happens only by the privilege to change every channel, or ""."""
    if type(event) not in _FOR_OPS or OVERRIDE not in user.privileges:
        return ""
    channel = world.channel(_channel_of(event))
    if channel is None:
        return ""
    ownership = channel.ownership
    if isinstance(event, e.ChannelSaved | e.ChannelDropped) and ownership is not None:
        owns = user.account and (ownership.founder == user.account or ownership.mode_of(user.account) == OP)
        return "" if owns else channel.name
    if isinstance(event, e.ChannelRenamed) and ownership is not None and ownership.founder != user.account:
        return channel.name
    return channel.name if overrides(user, channel) else ""


def _channel_of(event: e.Event) -> str:
    match event:
        case e.ModesChanged() | e.TopicChanged() | e.Kicked() | e.Invited():
            return event.channel
        case e.MetadataChanged() | e.ChannelRenamed():
            return event.channel
        case e.ChannelSaved():
            return event.record.name
        case e.ChannelDropped():
            return event.name
        case _:
            return ""


def override_event(
    stamp: tuple[int, float, int, str, str], operator: str, event: e.Event, channel: str
) -> e.OperatorActed:
    """Return the audit event for such an event."""
    target = f"{channel} {event.nick}" if isinstance(event, e.Kicked | e.Invited) else channel
    reason = event.reason if isinstance(event, e.Kicked) else ""
    match event:
        case e.ModesChanged():
            target = " ".join([channel, *_without_keys(event)])
        case e.MetadataChanged():
            target = f"{channel} {event.key}"
        case e.ChannelRenamed():
            target = f"{channel} {event.name}"
    return e.OperatorActed(*stamp, operator, _FOR_OPS[type(event)], target, reason)


def _without_keys(event: e.ModesChanged) -> list[str]:
    """Return the changes as MODE shows them, without channel keys, which are secrets."""
    keys = {param for _, mode, param in event.changes if mode == KEY}
    letters, *params = event.shown
    return [letters, *("*" if param in keys else param for param in params)]
