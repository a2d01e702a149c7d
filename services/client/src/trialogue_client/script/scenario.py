"""The contents of a scenario file."""

from dataclasses import dataclass, field
from pathlib import Path

from trialogue_client.script.patterns import Pattern


class ScenarioError(Exception):
    """The file is faulty; the text names the line and what to do about it."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")


@dataclass(frozen=True, slots=True)
class ConnectStep:
    """Connect and register; "" is the actor's own name. With a password, log in to the account of that name."""

    nick: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MakeAccount:
    """Have an account made under the actor's nick, and log in to it."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogInStep:
    """Log in to the account of the actor's nick."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JoinStep:
    """Come into a room."""

    room: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class LeaveRoom:
    """Leave a room."""

    room: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SayStep:
    """Say something in a room or to somebody."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Type:
    """Type a command of the client."""

    line: str
    room: str


@dataclass(frozen=True, slots=True)
class SendLine:
    """Send a line as it is."""

    line: str


@dataclass(frozen=True, slots=True)
class QuitServer:
    """Say good-bye."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """Cut the connection without a word."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Wait until people are (or, with `present` False, are not) in a room."""

    nicks: tuple[str, ...]
    room: str
    present: bool


@dataclass(frozen=True, slots=True)
class Sees:
    """Wait until something is seen."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class NotSees:
    """Make sure that something is not seen."""

    pattern: Pattern
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Disconnected:
    """Wait until the server closes the connection, for a reason that fits the mask."""

    reason: str = "*"


@dataclass(frozen=True, slots=True)
class Cannot:
    """Do something, and see it refused, with a certain code if one is given."""

    doing: "Doing"
    code: str = ""


Doing = ConnectStep | MakeAccount | LogInStep | JoinStep | LeaveRoom | SayStep | Type | SendLine
Action = Doing | Cannot | QuitServer | Drop | Pause | WaitFor | Sees | NotSees | Disconnected


@dataclass(frozen=True, slots=True)
class Step:
    """One line of one actor."""

    line: int
    actor: str
    text: str
    """The line as it was written."""
    within: float
    """Seconds."""
    action: Action


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file."""

    path: Path
    actors: tuple[str, ...]
    steps: tuple[Step, ...]
