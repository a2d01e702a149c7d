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
    """What a connection has told about itself before it is a user."""

    nick: str = ""
    refused: str = ""
    """The nick that was asked for last and is another's."""
    username: str = ""
    realname: str = ""
    password: str = ""
    account: str = ""
    """The account that it has logged in to already."""
    metadata: dict[str, str] = field(default_factory=dict)
    away: str | None = None
    """The message of an AWAY, "" for one without, or None if there was none."""
    negotiating: bool = False
    """Between CAP LS or REQ and CAP END: registration waits."""


class Away(NamedTuple):
    """What a connection has said of being away."""

    said: str = ""
    """The message, or "" where somebody is here."""
    id: int = 0
    """The later, the greater."""


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
        "fingerprint",
        "heard_at",
        "ignored_batch",
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
        """SHA-256 of its client certificate in hexadecimal, if it showed one."""
        self.nonce = ""
        """Random, for the server's part of SCRAM."""
        self.batches = 0
        """How many batches it was sent: the next one's reference."""
        self.multiline: OpenBatch | None = None
        """The batch that it is sending."""
        self.ignored_batch: str | None = None
        """The reference of a batch that was refused: its remaining lines are on their way and mean nothing."""
        self.monitored: dict[str, str] = {}
        """Nicks that it watches, by folded form, as they were given."""
        self.subscriptions: dict[str, None] = {}
        """Keys of metadata that it is told of, in the order in which it asked."""
        self.metadata_throttle: Throttle | None = None
        """Of the changes of metadata, from the first one on."""
        self.user: User | None = None
        self.rights: Rights | None = None
        """Of an operator of the server."""
        self.away = Away()
        self.registration = Registration()
        self.cause = ""
        """Why it is closing."""
        self.closing = False
        """ERROR is queued: nothing that it sends counts any more."""
        self.opened_at = now
        """This and the next two are by the monotonic clock, in seconds."""
        self.heard_at = now
        self.pinged_at = 0.0
        """When the PING was sent that it has not answered yet; 0 if there is none."""

    @property
    def nick(self) -> str:
        """What numerics call it."""
        return self.user.nick if self.user is not None else self.registration.nick or "*"

    def finish(self, error_line: bytes, cause: str) -> None:
        """Say ERROR, send what is queued, close. `cause` goes to the log, so it holds no text of a user's."""
        if not self.closing:
            self.closing = True
            self.cause = cause
            self.outbox.cut()
            self.outbox.put(error_line)
            self.outbox.sink.finish()
