"""The connection and the server."""

from dataclasses import dataclass, field

from trialogue_client.core.events.base import Event


@dataclass(frozen=True, slots=True)
class Registered(Event):
    """The server has taken us in under this nick."""

    nick: str
    server: str


@dataclass(frozen=True, slots=True)
class RightsEnded(Event):
    """We were an operator of the server, and are not on this connection: the password was said on the last one."""


@dataclass(frozen=True, slots=True)
class MustEncrypt(Event):
    """The server wants us to come by TLS, to this port.  https://ircv3.net/specs/extensions/sts"""

    port: int


@dataclass(frozen=True, slots=True)
class MayTrustTransport(Event):
    """For so many seconds one comes to this server by TLS only; 0 for no longer."""

    duration: int


@dataclass(frozen=True, slots=True)
class NickTaken(Event):
    """Somebody else has the nick that we asked for."""

    nick: str
    reason: str


@dataclass(frozen=True, slots=True)
class NickRefused(Event):
    """The server does not allow the nick that we asked for."""

    nick: str
    reason: str


@dataclass(frozen=True, slots=True)
class PasswordWrong(Event):
    """The server wants a password, and not the one that we gave."""

    reason: str


@dataclass(frozen=True, slots=True)
class ServerReply(Event):
    """Any other numeric reply. `params` come without our own nick."""

    code: str
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """A numeric error: the server did not do what was asked. `about` is what the error names (a room, a nick …)."""

    code: str
    about: tuple[str, ...]
    text: str
    message: bool = False
    """Whether it is about something that we said: then an `Undelivered` follows, which tells what."""


@dataclass(frozen=True, slots=True)
class KeyWanted(Event):
    """A room that we want to be in has another key than the one that we said ("" for none), or we have said none."""

    room: str
    tried: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StandardReply(Event):
    """FAIL, WARN or NOTE.  https://ircv3.net/specs/extensions/standard-replies"""

    severity: str
    command: str
    code: str
    context: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Closed(Event):
    """The server said that it closes the connection, and why (ERROR)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ponged(Event):
    """The server has handled everything that was sent before `Session.barrier` gave this token."""

    token: str


@dataclass(frozen=True, slots=True)
class CapsChanged(Event):
    """Capabilities came (or, with `on` False, went) after registration."""

    names: tuple[str, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Traced(Event):
    """One line as it came over the wire, before the events that it means; only from a session that traces."""

    line: str


@dataclass(frozen=True, slots=True)
class Malformed(Event):
    """The server sent what is no IRC message."""

    problem: str = field(default="")
