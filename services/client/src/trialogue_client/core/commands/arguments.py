"""The arguments of a command, and how they are read from typed words."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from trialogue_client.core.commands.actions import Action, UsageError


class Takes(Enum):
    """The kinds of argument; completion will offer names by them."""

    ROOM = auto()
    """A room; when none is typed, the one that we are talking in."""
    MODE_TARGET = auto()
    """A room or a nick; when what is typed begins with "+" or "-", the room that we are talking in."""
    NICK = auto()
    WORD = auto()
    TEXT = auto()
    """All the rest of the line."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command."""

    name: str
    takes: Takes
    optional: bool = False

    def __str__(self) -> str:
        return f"[{self.name}]" if self.optional else self.name


@dataclass(frozen=True, slots=True)
class TypedIn:
    """The place where a line was typed."""

    target: str
    """The room or the person that plain text goes to; "" when there is none."""
    nick: str
    """Our own."""
    is_room: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table."""

    name: str
    help: str
    """One sentence, without a full stop, that begins with a verb."""
    arguments: tuple[Argument, ...]
    run: Callable[..., list[Action]]
    """Called with the place and one string for each argument ("" for one that was left out)."""
    example: str = ""

    @property
    def usage(self) -> str:
        """Return the command as it is typed: ``/kick [#room] nick [reason]``."""
        return " ".join([f"/{self.name}", *map(str, self.arguments)])

    def actions(self, typed: str, place: TypedIn) -> list[Action]:
        """Read the arguments and run the command. Raises UsageError."""
        rest = typed.strip()
        values: list[str] = []
        for argument in self.arguments:
            value, rest = _take(argument, rest, place)
            if not value and not argument.optional:
                raise UsageError(f"Something is missing. Type it like this: {self.usage}")
            values.append(value)
        return self.run(place, *values)


def _take(argument: Argument, text: str, place: TypedIn) -> tuple[str, str]:
    word, _, rest = text.partition(" ")
    match argument.takes:
        case Takes.TEXT:
            return text, ""
        case Takes.ROOM if not place.is_room(word):
            return (place.target if place.is_room(place.target) else ""), text
        case Takes.MODE_TARGET if not word or word[0] in "+-":
            return place.target, text
        case _:
            return word, rest.lstrip()
