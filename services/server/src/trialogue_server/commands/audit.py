"""What did an operator do with a privilege? It becomes an event of its own, which ends in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world import events as e
from trialogue_server.world.policy import OVERRIDE

if TYPE_CHECKING:
    from trialogue_server.world.user import User
    from trialogue_server.world.world import World

_FOR_OPS = {
    e.ModesChanged: "MODE",
    e.TopicChanged: "TOPIC",
    e.Kicked: "KICK",
    e.Invited: "INVITE",
    e.ChannelRenamed: "RENAME",
}
"""What members do in a channel as its operators, and operators of the server in any."""


def overriding(user: User, world: World, event: e.Event) -> str:
    """Return the channel in which an event happens only because its doer may change every channel, or ""."""
    if type(event) not in _FOR_OPS or OVERRIDE not in user.privileges:
        return ""
    assert isinstance(event, e.ModesChanged | e.TopicChanged | e.Kicked | e.Invited | e.ChannelRenamed)
    channel = world.channel(event.channel)
    if channel is None:
        return ""
    member = channel.members.get(user.uid)
    return "" if member is not None and member.is_op else channel.name


def deed(stamp: tuple[int, float, int, str, str], user: User, event: e.Event, channel: str) -> e.OperatorActed:
    """Return what is logged of such an event."""
    target = f"{channel} {event.nick}" if isinstance(event, e.Kicked | e.Invited) else channel
    reason = event.reason if isinstance(event, e.Kicked) else ""
    if isinstance(event, e.ModesChanged):
        target = " ".join([channel, *event.shown])
    if isinstance(event, e.ChannelRenamed):
        target, reason = f"{channel} {event.name}", event.reason
    return e.OperatorActed(*stamp, user.oper, _FOR_OPS[type(event)], target, reason)
