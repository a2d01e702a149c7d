"""The core: the parts that commands work on, one of each for a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialogue_server.commands.channels.empty_channels import open_permanent_channels
from trialogue_server.config import Config
from trialogue_server.delivery.audience import Audience
from trialogue_server.delivery.commit import Delivery
from trialogue_server.delivery.reply import Reply
from trialogue_server.delivery.tick import Tick
from trialogue_server.session.login_guard import LoginGuard
from trialogue_server.session.registry import Registry
from trialogue_server.session.session import Session
from trialogue_server.session.work import Work
from trialogue_server.world.clock_watch import ClockWatch
from trialogue_server.world.ids import EventIds
from trialogue_server.world.moment import Moment
from trialogue_server.world.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialogue_server.commands.effects import Pending
    from trialogue_server.session.outbox import Outbox
    from trialogue_server.world.events import Event

_NEVER = Moment(0.0, 0.0)


class Instance(NamedTuple):
    """What distinguishes this server from others that run the same code."""

    version: str
    started_at: float
    """Unix time in seconds."""
    secret: str
    """A random secret, kept across restarts. Values that must look random and stay the same are derived from it, such
    as the SCRAM salts of accounts that do not exist; other salts would tell them apart.
    """
    cloak_key: str = ""
    """The secret key of the cloaks that are shown instead of addresses."""


class Core:
    """The server without sockets and clocks. Deterministic: the same inputs at the same times give the same bytes."""

    __slots__ = (
        "aside",
        "audience",
        "awaits_members",
        "clock",
        "config",
        "delivery",
        "guard",
        "has_told_of_clock",
        "ids",
        "instance",
        "moment",
        "motd",
        "next_uid",
        "nodes",
        "outlets",
        "pending",
        "reading",
        "registry",
        "running_since",
        "stopping",
        "tick",
        "work",
        "world",
    )

    def __init__(
        self, config: Config, world: World, instance: Instance, *, motd: tuple[str, ...] = (), last_id: int = 0
    ) -> None:
        """Build the core around a world. `last_id` is the greatest event id in the store."""
        self.config = config
        self.motd = motd
        self.world = world
        self.instance = instance
        self.registry = Registry(config.connections)
        self.registry.queues.apply_limits(config.limits)
        self.registry.hashes.limits = config.accounts
        self.work = Work()
        """Counts the work that was done."""
        self.audience = Audience(world, self.registry, self.work)
        self.tick = Tick()
        line_limit, server = config.limits.line_length, config.server.name
        self.delivery = Delivery(world, self.audience, self.tick, line_limit=line_limit, server=server, work=self.work)
        self.ids = EventIds(last_id, world.times)
        self.clock = ClockWatch(world.times.at(last_id) if last_id else 0.0, world.times.of(last_id).doubt / 1000)
        self.guard = LoginGuard(config.accounts)
        self.moment = _NEVER
        """The time of the latest input."""
        self.reading = _NEVER
        """What the clocks said then."""
        self.outlets: dict[int, Outbox] = {}
        """The outboxes of connections that are about to open a session here, by its number."""
        self.pending: dict[int, Pending] = {}
        """The commands that wait for an effect, by session."""
        self.aside: dict[int, Sequence[Event]] = {}
        """What was read for sessions of this node, and is needed when it is their turn; see `effects.ReadMail`."""
        self.nodes: dict[str, int] = {}
        """The nodes that take part, by name, and the life of each; none on a server by itself."""
        self.next_uid = max(world.users, default=0) + 1
        self.awaits_members = True
        """Whether channels that the restart emptied still wait for their members."""
        self.stopping = False
        """Whether the server is shutting down. Departures are then not announced."""
        self.has_told_of_clock = False
        """Whether operators have been told that the clock is in doubt."""
        self.running_since: float | None = None
        """The first reading of the monotonic clock."""
        open_permanent_channels(self, instance.started_at)

    def at(self, reading: Moment) -> Moment:
        """Set the time of the input that follows, and return it: what the clocks say, and what of it is in doubt."""
        self.reading = reading
        self.moment = now = self.clock.read(reading)
        self.world.monotonic = now.monotonic
        self.ids.doubt = now.doubt
        if self.running_since is None:
            self.running_since = now.monotonic
        return now

    @property
    def name(self) -> str:
        """The server's name."""
        return self.config.server.name

    def reply_to(self, session: Session, now: float, *, label: str = "") -> Reply:
        """Return a reply for a session. `now` is Unix time in seconds."""
        return Reply(session, self.delivery.server, now, limit=self.delivery.line_limit, label=label)

    def take_uid(self) -> int:
        """Return a new user id."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        return uid
