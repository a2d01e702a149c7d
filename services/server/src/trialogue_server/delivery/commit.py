"""The choke point: every change of the world passes here, and nothing else tells anybody of one.

Who hears it → let it happen → journal → append to the outboxes. All of it synchronous: what is put here leaves only
after the pulse has committed the journal. Leavers are counted among the audience, so it is looked up before the event
happens; who joins hears their own JOIN, so there it is looked up after.
"""

from collections.abc import Callable
from typing import Any, cast

from trialogue_server.delivery.audience import Audience, Groups
from trialogue_server.delivery.render import Rendering
from trialogue_server.delivery.reply import Reply
from trialogue_server.delivery.tick import Tick
from trialogue_server.session.capabilities import ECHO_MESSAGE, INVITE_NOTIFY
from trialogue_server.world import events as e
from trialogue_server.world.modes import CHANNEL_MODES, WALLOPS, rank
from trialogue_server.world.rooms import record_of
from trialogue_server.world.world import World


class Delivery:
    """Commits events and tells everybody concerned."""

    def __init__(self, world: World, audience: Audience, tick: Tick, *, line_limit: int) -> None:
        self._world = world
        self._audience = audience
        self._tick = tick
        self.line_limit = line_limit

    def commit(self, event: e.Event, reply: Reply | None = None) -> None:
        """Let it happen and tell.

        `reply` is that of the command which did it: what its session hears of the event is part of the answer, and
        whether a sender hears their own message is for their echo-message capability to say.
        """
        find = _AUDIENCES.get(type(event))
        after = type(event) is e.ChannelJoined
        groups = find(self._audience, self._world, event) if find and not after else None
        self._world.apply(event)
        self._tick.journal.append(event)
        if type(event) in _KEPT_OF_ROOMS:
            self._keep_room(event)
        if find and after:
            groups = find(self._audience, self._world, event)
        if groups is not None:
            self._tell(groups, event, reply)

    def _keep_room(self, event: e.Event) -> None:
        """What changes a registered channel makes a new record of it; the record has the id of its cause."""
        if isinstance(event, e.ModesChanged) and all(mode in CHANNEL_MODES.prefixes for _, mode, _ in event.changes):
            return
        assert isinstance(event, e.ModesChanged | e.TopicChanged)
        channel = self._world.channels[self._world.fold(event.channel)]
        if channel.ownership is not None:
            record = record_of(channel, channel.ownership)
            saved = e.ChannelSaved(event.id, event.at, event.uid, event.source, event.account, record)
            self._tick.journal.append(saved)

    def _tell(self, groups: Groups, event: e.Event, reply: Reply | None) -> None:
        rendering = Rendering(event, self.line_limit)
        for caps, appends in groups.appends.items():
            line = rendering(caps)
            if line:
                for append in appends:
                    append(line)
        self._tick.touched.add(groups)
        if reply is not None:
            self._answer(event, rendering, reply)

    def _answer(self, event: e.Event, rendering: Rendering, reply: Reply) -> None:
        """Move the asker's own copy of the line from the outbox to the answer, or take it back.

        If the asker is among the audience, the newest thing in their outbox is this very object.
        """
        asker = reply.session
        line = rendering(asker.caps)
        lines = asker.outbox.lines
        heard = bool(lines) and lines[-1] is line
        if type(event) is e.MessagePosted or type(event) is e.MultilinePosted:
            if heard and event.to != event.uid:
                lines.pop()
            if line and asker.caps & ECHO_MESSAGE:
                reply.line(line)
        elif heard and reply.label:
            lines.pop()
            reply.line(line)


_KEPT_OF_ROOMS = frozenset({e.ModesChanged, e.TopicChanged})
"""What changes the record of a registered channel."""


def _channel(audience: Audience, world: World, event: e.ChannelJoined | e.ChannelParted | e.Kicked) -> Groups:
    return audience.channel(world.channels[world.fold(event.channel)])


def _peers(audience: Audience, world: World, event: e.Event) -> Groups:
    return audience.peers(world.users[event.uid], with_self=False)


def _peers_and_self(audience: Audience, world: World, event: e.Event) -> Groups:
    return audience.peers(world.users[event.uid], with_self=True)


def _hearers(audience: Audience, world: World, event: e.Posted) -> Groups:
    if event.to:
        groups = audience.users((world.users[event.to],))
        if event.to != event.uid:  # the sender's other devices
            audience.add_capable(groups, (world.users[event.uid],), ECHO_MESSAGE)
        return groups
    channel = world.channels[world.fold(event.channel)]
    return audience.ranked(channel, rank(event.status)) if event.status else audience.channel(channel)


def _invited(audience: Audience, world: World, event: e.Invited) -> Groups:
    groups = audience.users((world.users[event.target],))
    channel = world.channel(event.channel)
    if channel is not None:
        others = [member.user for uid, member in channel.members.items() if member.is_op and uid != event.uid]
        audience.add_capable(groups, others, INVITE_NOTIFY)
    return groups


def _wallops(audience: Audience, world: World, event: e.WallopsSent) -> Groups:
    return audience.users(user for user in world.users.values() if WALLOPS in user.modes)


_AUDIENCES = cast(
    "dict[type[e.Event], Callable[[Audience, World, Any], Groups]]",
    {
        e.ChannelJoined: _channel,
        e.ChannelParted: _channel,
        e.Kicked: _channel,
        e.TopicChanged: _channel,
        e.ModesChanged: _channel,
        e.MessagePosted: _hearers,
        e.MultilinePosted: _hearers,
        e.UserLeft: _peers,
        e.AwayChanged: _peers,
        e.LoggedIn: _peers,
        e.NickChanged: _peers_and_self,
        e.RealnameChanged: _peers_and_self,
        e.HostChanged: _peers_and_self,
        e.Invited: _invited,
        e.WallopsSent: _wallops,
    },
)
"""For each event that anybody is told of."""
