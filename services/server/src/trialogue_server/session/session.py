"""One connection as the protocol sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trialogue_server.session.multiline import OpenBatch
    from trialogue_server.session.operator_rights import Rights
    from trialogue_server.session.outbox import Outbox
    from trialogue_server.session.sasl import Exchange
    from trialogue_server.session.throttle import Throttle
    from trialogue_server.world.user import User


@dataclass(slots=True)
class Registration:
    """What a connection has sent during the handshake."""

    nick: str = ""
    refused: str = ""
    """The nick that was requested last and belongs to somebody else."""
    username: str = ""
    realname: str = ""
    password: str = ""
    account: str = ""
    """The account that it has logged in to."""
    metadata: dict[str, str] = field(default_factory=dict)
    away: str | None = None
    """The message of an AWAY, "" for one without a message, or None if there was none."""
    negotiating: bool = False
    """Whether CAP negotiation is open (CAP LS or REQ, no CAP END yet): the handshake waits."""


class Away(NamedTuple):
    """The away status of one connection."""

    said: str = ""
    """The message, or "" if somebody is here."""
    id: int = 0
    """Increases with each change."""


class Session:
    """One connection. `user` is None until it has registered."""

    __slots__ = (
        "address",
        "away",
        "batches",
        "cap_version",
        "caps",
        "cause",
        "closing",
        "expected_since",
        "fingerprint",
        "heard_at",
        "ignored_batch",
        "is_here",
        "metadata_throttle",
        "monitored",
        "multiline",
        "nonce",
        "opened_at",
        "outbox",
        "pinged_at",
        "registration",
        "rights",
        "sasl",
        "secure",
        "sid",
        "subscriptions",
        "throttle",
        "user",
    )

    def __init__(self, sid: int, outbox: Outbox, throttle: Throttle, *, address: str, secure: bool, now: float) -> None:
        """`now` is by the monotonic clock."""
        self.sid = sid
        self.outbox = outbox
        self.throttle = throttle
        self.address = address
        """The peer's IP address."""
        self.secure = secure
        self.caps = 0
        self.cap_version = 301
        self.sasl: Exchange | None = None
        self.fingerprint = ""
        """The SHA-256 fingerprint of its client certificate in hexadecimal, if it has one."""
        self.is_here = True
        """Whether its connection is on this node, so that somebody reads what it is sent."""
        self.nonce = ""
        """A random value for the server's part of SCRAM."""
        self.batches = 0
        """The number of batches sent; the next one's reference."""
        self.multiline: OpenBatch | None = None
        """The batch that it is sending."""
        self.ignored_batch: str | None = None
        """The reference of a refused batch, whose remaining lines are still on their way and ignored."""
        self.monitored: dict[str, str] = {}
        """The nicks that it monitors, by folded form, as they were written."""
        self.subscriptions: dict[str, None] = {}
        """The metadata keys that it is subscribed to, in order."""
        self.metadata_throttle: Throttle | None = None
        """The throttle of metadata changes, made with the first one."""
        self.user: User | None = None
        self.rights: Rights | None = None
        """Operator rights, if it has any."""
        self.away = Away()
        self.registration = Registration()
        self.cause = ""
        """Why it is closing."""
        self.closing = False
        """Whether ERROR is queued: nothing that it sends counts any more."""
        self.opened_at = now
        """This and the next three are in seconds of the monotonic clock."""
        self.expected_since = now
        """Since when it is expected to register: later than `opened_at` by the time in which nothing was read."""
        self.heard_at = now
        self.pinged_at = 0.0
        """The time of the PING that it has not answered yet; 0 if there is none."""

    @property
    def nick(self) -> str:
        """The nick that numerics use for it."""
        return self.user.nick if self.user is not None else self.registration.nick or "*"

    def finish(self, error_line: bytes, cause: str) -> None:
        """Send ERROR and what is queued, then close. `cause` goes to the log, so it holds no text of a user's."""
        if not self.closing:
            self.closing = True
            self.cause = cause
            self.outbox.cut()
            self.outbox.put(error_line)
            self.outbox.sink.finish()
