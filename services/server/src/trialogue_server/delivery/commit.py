"""The choke point: every change of the world passes here, and nothing else tells anybody of one.

Who hears it → let it happen → journal → append to the outboxes. All of it synchronous: what is put here leaves only
after the pulse has committed the journal. Leavers are counted among the audience, so it is looked up before the event
happens; who joins hears their own JOIN, so there it is looked up after.
"""

from typing import Protocol

from trialogue_server.delivery.audience import Audience, Groups
from trialogue_server.delivery.derived_records import derived_events
from trialogue_server.delivery.render import Rendering
from trialogue_server.delivery.routing import NO_ROUTE, ROUTES
from trialogue_server.delivery.tick import Tick
from trialogue_server.session.capabilities import ECHO_MESSAGE
from trialogue_server.session.session import Session
from trialogue_server.session.work import Work
from trialogue_server.world import events as e
from trialogue_server.world.world import World


class Asker(Protocol):
    """Whoever gave the command that caused an event: its context, or its reply."""

    @property
    def session(self) -> Session:
        """The session that gave it."""

    @property
    def is_labelled(self) -> bool:
        """Whether the reply carries a label or an idempotency key, so that the asker's own event is part of it."""

    def echo(self, data: bytes) -> None:
        """Reply with a rendered line of the asker's own event."""


class Delivery:
    """Commits events and tells everybody concerned."""

    def __init__(
        self, world: World, audience: Audience, tick: Tick, *, line_limit: int, server: str, work: Work | None = None
    ) -> None:
        self.world = world
        self.audience = audience
        self.tick = tick
        self.line_limit = line_limit
        self.server = server
        """The server's name."""
        self.work = work or Work()

    def commit(self, event: e.Event, asker: Asker | None = None) -> None:
        """Let it happen and tell.

        What `asker` hears of the event is part of the answer to their command, and whether a sender hears their own
        message is for their echo-message capability to say.
        """
        world = self.world
        route = ROUTES.get(type(event), NO_ROUTE)
        doer = world.users.get(event.uid)
        groups = route.before(self.audience, world, event) if route.before else None
        world.apply(event)
        self.tick.journal.append(event)
        if not world.stale.is_empty:
            records = list(derived_events(world, world.take_stale(), event))
            self.work.records += len(records)
            self.tick.journal += records
        if route.after:
            groups = route.after(self.audience, world, event)
        if groups is not None:
            self._tell(groups, event, doer.marks if doer else "", asker)
        if route.then:
            route.then(self, event)

    def _tell(self, groups: Groups, event: e.Event, marks: str, asker: Asker | None) -> None:
        rendering = Rendering(event, self.line_limit, marks)
        told = 0
        for caps, outboxes in groups.by_caps.items():
            line = rendering(caps)
            if line:
                groups.tell(caps, line)
                told += len(line) * len(outboxes)
        work = self.work
        work.bytes_told += told
        work.deliveries += len(groups.outboxes)
        if groups.is_kept:
            self.tick.touched.add(groups)
        else:  # when thousands leave at once, each has an audience of thousands: none waits for the end of the tick
            self.tick.dirty.update(groups.outboxes)
        if asker is not None:
            self._answer(groups, event, rendering, asker)

    def _answer(self, groups: Groups, event: e.Event, rendering: Rendering, asker: Asker) -> None:
        """Move the asker's own copy of the line from the outbox to the answer, or take it back."""
        session = asker.session
        line = rendering(session.caps)
        if not line:
            return
        if isinstance(event, e.Posted):
            echo = session.caps & ECHO_MESSAGE
            if event.to != event.uid:
                if echo and not asker.is_labelled and groups.has_told(session, line):
                    return  # their copy of what everybody is told stands where the echo would
                groups.take_back(session, line)
            if echo:
                asker.echo(line)
        elif type(event) is e.MetadataChanged:  # who sets it is answered, and not told
            groups.take_back(session, line)
        elif asker.is_labelled and groups.take_back(session, line):
            asker.echo(line)
