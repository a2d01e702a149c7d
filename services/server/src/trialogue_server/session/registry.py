"""The registry of all sessions: by id, by user, and counted by address."""

from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network

from trialogue_server.config.schema import AccountsSection, ConnectionsSection, LimitsSection
from trialogue_server.session.hash_queue import HashQueue
from trialogue_server.session.monitors import Monitors
from trialogue_server.session.queues import QueuedBytes, SendQueues
from trialogue_server.session.session import Session
from trialogue_server.world.addresses import parse_address, parse_network

_HOME_PREFIX = 64
"""IPv6 addresses are counted by their first 64 bits: a household has all the rest."""

FULL = "The server is full; please try again later"


class Registry:
    """All sessions. One user may have several."""

    def __init__(self, limits: ConnectionsSection) -> None:
        self.sessions: dict[int, Session] = {}
        self._here = 0
        """The number of sessions whose connections are on this node. Only these are limited."""
        self._by_uid: dict[int, list[Session]] = {}
        self._per_address: Counter[str] = Counter()
        self._strangers: dict[int, Session] = {}
        self.most_sessions = 0
        self.limits = limits
        self.queues = SendQueues(LimitsSection())
        self.monitors = Monitors()
        self.hashes = HashQueue(AccountsSection())

    def hold(self, address: str) -> QueuedBytes:
        """Return what counts the bytes waiting for a new session from this address."""
        return self.queues.open(self.address_group(address))

    def address_group(self, address: str) -> str:
        """Return what connections from this address are counted under together, "" if it stands for many people."""
        return "" if self.is_exempt(address) else counted_as(address)

    def refusal(self, address: str) -> str | None:
        """Return why a connection from this address may not be opened now, or ""."""
        if self.limits.total and self._here >= self.limits.total:
            return FULL
        most = self.limits.per_address
        if most and self._per_address[counted_as(address)] >= most and not self.is_exempt(address):
            return "Too many connections from your address"
        return None

    def is_exempt(self, address: str) -> bool:
        """Return whether this address stands for many people (connections.exempt)."""
        return any(parse_address(address) in parse_network(exempt) for exempt in self.limits.exempt)

    def open(self, session: Session) -> None:
        """Add a session."""
        self.sessions[session.sid] = session
        self._strangers[session.sid] = session
        if session.is_here:
            self._here += 1
            self._per_address[counted_as(session.address)] += 1
        self.most_sessions = max(self.most_sessions, len(self.sessions))

    def close(self, session: Session) -> None:
        """Remove a session."""
        del self.sessions[session.sid]
        self._strangers.pop(session.sid, None)
        self.hashes.leave(session.sid)
        self.detach(session)
        if session.is_here:
            self._here -= 1
            counted = counted_as(session.address)
            self._per_address[counted] -= 1
            if not self._per_address[counted]:
                del self._per_address[counted]

    def attach(self, session: Session, uid: int) -> None:
        """Attach a session to a user."""
        self._by_uid.setdefault(uid, []).append(session)
        self._strangers.pop(session.sid, None)

    def detach(self, session: Session) -> None:
        """Detach a session from its user."""
        self.monitors.clear(session)
        if session.user is not None and session in (mine := self._by_uid.get(session.user.uid, [])):
            mine.remove(session)
            if not mine:
                del self._by_uid[session.user.uid]

    def of(self, uid: int) -> Iterable[Session]:
        """Return a user's sessions."""
        return self._by_uid.get(uid, ())

    @property
    def unregistered(self) -> int:
        """The number of connections that have not completed the handshake."""
        return sum(not session.closing for session in self._strangers.values())


def counted_as(address: str) -> str:
    """Return what connections from this address are counted under: itself, or its IPv6 /64."""
    parsed = parse_address(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, _HOME_PREFIX), strict=False))
    return str(parsed)
