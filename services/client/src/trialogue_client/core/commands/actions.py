"""What does a command ask for? The interface carries it out: most of it by `perform`, showing and leaving itself."""

from dataclasses import dataclass

from ircwire import Message
from trialogue_client.core.events import Kind


@dataclass(frozen=True, slots=True)
class Send:
    """Send one message to the server."""

    message: Message


@dataclass(frozen=True, slots=True)
class Say:
    """Say something in a room or to somebody."""

    target: str
    text: str
    kind: Kind = Kind.TALK


@dataclass(frozen=True, slots=True)
class Join:
    """Come into a room and talk there from now on."""

    room: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Leave a room."""

    room: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rename:
    """Take another nick."""

    nick: str


@dataclass(frozen=True, slots=True)
class Show:
    """Show these lines to the person, and nobody else."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """Say good-bye and end the client."""

    reason: str = ""


Action = Send | Say | Join | Part | Rename | Show | Leave


class UsageError(ValueError):
    """What was typed cannot be done; the text says why and how it is done, in one sentence."""
