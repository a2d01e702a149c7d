"""Events of the server: the welcome, refusals, other replies."""

from trialogue_client.core.events.base import Event


class Registered(Event, frozen=True):
    """The server has taken us in under this nick."""

    nick: str
    server: str


class RightsEnded(Event, frozen=True):
    """We were an operator of the server, and are not on this connection: the password was said on the last one."""


class StatusEnded(Event, frozen=True):
    """We have come back into a room without the status that we had there, such as ``@``."""

    room: str
    symbols: str


class MustEncrypt(Event, frozen=True):
    """The server wants us to come by TLS, to this port.  https://ircv3.net/specs/extensions/sts"""

    port: int


class MayTrustTransport(Event, frozen=True):
    """For so many seconds one comes to this server by TLS only; 0 for no longer."""

    duration: int


class NickTaken(Event, frozen=True):
    """Somebody else has the nick that we asked for."""

    nick: str
    reason: str


class NickRefused(Event, frozen=True):
    """The server does not allow the nick that we asked for."""

    nick: str
    reason: str


class PasswordWrong(Event, frozen=True):
    """The server wants a password, and not the one that we gave."""

    reason: str


class ServerReply(Event, frozen=True):
    """Any other numeric reply. `params` come without our own nick."""

    code: str
    params: tuple[str, ...]


class Refused(Event, frozen=True):
    """A numeric error: the server did not do what was asked. `about` is what the error names (a room, a nick …)."""

    code: str
    about: tuple[str, ...]
    text: str
    message: bool = False
    """Whether it is about something that we said: then an `Undelivered` follows, which tells what."""


class KeyWanted(Event, frozen=True):
    """A room that we want to be in has another key than the one that we said ("" for none), or we have said none."""

    room: str
    tried: str = ""

    def __repr__(self) -> str:
        """Show the room, and not the key."""
        return f"KeyWanted(room={self.room!r})"


class StandardReply(Event, frozen=True):
    """FAIL, WARN or NOTE.  https://ircv3.net/specs/extensions/standard-replies"""

    severity: str
    command: str
    code: str
    context: tuple[str, ...]
    text: str


class Closed(Event, frozen=True):
    """The server said that it closes the connection, and why (ERROR)."""

    reason: str


class Ponged(Event, frozen=True):
    """The server has handled everything that was sent before `Session.barrier` gave this token."""

    token: str


class CapsChanged(Event, frozen=True):
    """Capabilities came (or, with `on` False, went) after registration."""

    names: tuple[str, ...]
    on: bool


class Traced(Event, frozen=True):
    """One line as it came over the wire, before the events that it means; only from a session that traces."""

    line: str


class Malformed(Event, frozen=True):
    """The server sent what is no IRC message."""

    problem: str = ""
