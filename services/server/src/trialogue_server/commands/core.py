"""The core: the parts that commands work on, one of each for a server."""

from dataclasses import dataclass

from trialogue_server.commands.channels.empty_channels import settle_permanent
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

_NEVER = Moment(0.0, 0.0)


@dataclass(slots=True)
class Core:
    """The server without sockets and clocks. Deterministic: the same lines at the same times give the same bytes."""

    config: Config
    motd: tuple[str, ...]
    world: World
    registry: Registry
    audience: Audience
    delivery: Delivery
    tick: Tick
    ids: EventIds
    clock: ClockWatch
    started_at: float
    version: str
    guard: LoginGuard
    secret: str
    """A random secret, kept across restarts. Values that must look random and stay the same are derived from it, such
    as the SCRAM salts of accounts that do not exist; other salts would tell them apart.
    """
    work: Work
    """Counts the work that was done."""
    cloak_key: str = ""
    """The secret key of the cloaks that are shown instead of addresses."""
    moment: Moment = _NEVER
    """The time of the latest input."""
    next_uid: int = 1
    awaits_members: bool = True
    """Whether channels that the restart emptied still wait for their members."""
    stopping: bool = False
    """Whether the server is shutting down. Departures are then not announced."""
    has_told_of_clock: bool = False
    """Whether operators have been told that the clock is in doubt."""
    running_since: float | None = None
    """The first reading of the monotonic clock."""

    def at(self, now: Moment) -> None:
        """Set the time of the input that follows."""
        self.moment = now
        self.world.monotonic = now.monotonic
        self.ids.doubt = now.doubt
        if self.running_since is None:
            self.running_since = now.monotonic

    @property
    def name(self) -> str:
        """The server's name."""
        return self.config.server.name

    def reply_to(self, session: Session, now: float, *, label: str = "") -> Reply:
        """Return a reply for a session. `now` is Unix time in seconds."""
        return Reply(session, self.name, now, limit=self.config.limits.line_length, label=label)

    def take_uid(self) -> int:
        """Return a new user id."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        return uid


def build_core(
    config: Config,
    *,
    motd: tuple[str, ...],
    world: World,
    last_id: int,
    started_at: float,
    version: str,
    secret: str,
    cloak_key: str = "",
) -> Core:
    """Build the core around a world. `last_id` is the greatest event id in the store."""
    registry = Registry(config.connections)
    registry.queues.take(config.limits)
    registry.hashes.limits = config.accounts
    work = Work()
    audience = Audience(world, registry, work)
    tick = Tick()
    line_limit, server = config.limits.line_length, config.server.name
    delivery = Delivery(world, audience, tick, line_limit=line_limit, server=server, work=work)
    ids = EventIds(last_id, world.times)
    clock = ClockWatch(world.times.at(last_id) if last_id else 0.0, world.times.of(last_id).doubt / 1000)
    guard = LoginGuard(config.accounts)
    core = Core(
        config,
        motd,
        world,
        registry,
        audience,
        delivery,
        tick,
        ids,
        clock,
        started_at,
        version,
        guard,
        secret,
        work,
        cloak_key,
    )
    settle_permanent(core, started_at)
    return core
