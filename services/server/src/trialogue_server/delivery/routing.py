"""Audience routing: which sessions are told of each kind of event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from trialogue_server.delivery.monitor import tell_offline, tell_online, tell_renamed
from trialogue_server.session.capabilities import ECHO_MESSAGE, INVITE_NOTIFY
from trialogue_server.world import events as e
from trialogue_server.world.history import is_unheard
from trialogue_server.world.modes import WALLOPS, rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialogue_server.delivery.audience import Audience, Groups
    from trialogue_server.delivery.commit import Delivery
    from trialogue_server.world.world import World


def _channel(audience: Audience, world: World, event: e.ChannelJoined | e.ChannelParted | e.Kicked) -> Groups:
    return audience.channel(world.channels[world.fold(event.channel)])


def _peers(audience: Audience, world: World, event: e.Event) -> Groups:
    return audience.peers(world.users[event.uid], with_self=False)


def _peers_and_self(audience: Audience, world: World, event: e.Event) -> Groups:
    return audience.peers(world.users[event.uid], with_self=True)


def _observers(audience: Audience, world: World, event: e.Event) -> Groups:
    return audience.observers(world.users[event.uid], with_self=False)


def _observers_and_self(audience: Audience, world: World, event: e.Event) -> Groups:
    return audience.observers(world.users[event.uid], with_self=True)


def _hearers(audience: Audience, world: World, event: e.Posted) -> Groups:
    if not event.channel:
        return _hearers_of_two(audience, world, event)
    channel = world.channels[world.fold(event.channel)]
    return audience.ranked(channel, rank(event.status)) if event.status else audience.channel(channel)


def _hearers_of_two(audience: Audience, world: World, event: e.Posted) -> Groups:
    """The recipient, if they are on the network and have not blocked the sender, and the sender's devices.

    A message without text goes only to those devices of the sender that have echo-message.
    """
    is_heard = event.to and not is_unheard(getattr(event, "between", ""))
    groups = audience.users((world.users[event.to],) if is_heard else ())
    if event.to != event.uid:
        audience.add_capable(groups, (world.users[event.uid],), ECHO_MESSAGE if event.command == "TAGMSG" else 0)
    return groups


def _invited(audience: Audience, world: World, event: e.Invited) -> Groups:
    groups = audience.users(() if event.hidden else (world.users[event.target],))
    channel = world.channel(event.channel)
    if channel is not None:
        others = [member.user for uid, member in channel.members.items() if member.is_op and uid != event.uid]
        audience.add_capable(groups, others, INVITE_NOTIFY)
    return groups


def _devices(audience: Audience, world: World, event: e.Event) -> Groups:
    return audience.users((world.users[event.uid],))


def _redaction(audience: Audience, world: World, event: e.MessageRedacted) -> Groups:
    if event.channel:
        return audience.channel(world.channels[world.fold(event.channel)])
    both = {uid: world.users[uid] for uid in (event.uid, event.to) if uid}
    return audience.users(both.values())


def _subscribers(audience: Audience, world: World, event: e.MetadataChanged) -> Groups:
    holder = world.channels[world.fold(event.channel)] if event.channel else world.users[event.to]
    return audience.subscribers(holder, event.key)


def _wallops(audience: Audience, world: World, event: e.WallopsSent) -> Groups:
    return audience.users(user for user in world.users.values() if WALLOPS in user.modes)


@dataclass(frozen=True, slots=True)
class Route:
    """Who is told of one kind of event."""

    before: Callable[[Audience, World, Any], Groups] | None = None
    """Finds the audience before the event is applied: leavers are in it."""
    after: Callable[[Audience, World, Any], Groups] | None = None
    """Finds the audience after the event is applied: a joiner is told of their own JOIN."""
    then: Callable[[Delivery, Any], None] | None = None
    """Notifies others in another way."""


NO_ROUTE = Route()
ROUTES = cast(
    "dict[type[e.Event], Route]",
    {
        e.ChannelJoined: Route(after=_channel),
        e.ChannelParted: Route(_channel),
        e.Kicked: Route(_channel),
        e.ChannelRenamed: Route(_channel),
        e.MetadataChanged: Route(_subscribers),
        e.TopicChanged: Route(_channel),
        e.ModesChanged: Route(_channel),
        e.MessagePosted: Route(_hearers),
        e.TagsPassed: Route(_hearers),
        e.MultilinePosted: Route(_hearers),
        e.UserRegistered: Route(then=tell_online),
        e.UserLeft: Route(_peers, then=tell_offline),
        e.AwayChanged: Route(_observers),
        e.MarkerMoved: Route(_devices),
        e.MessageRedacted: Route(_redaction),
        e.LoggedIn: Route(_observers_and_self),
        e.NickChanged: Route(_peers_and_self, then=tell_renamed),
        e.RealnameChanged: Route(_observers_and_self),
        e.HostChanged: Route(_observers_and_self),
        e.Invited: Route(_invited),
        e.WallopsSent: Route(_wallops),
    },
)
"""The routes of all events that anybody is told of."""
