"""What is a command? One row of the table: its handler, and all that is checked before the handler is called."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from inspect import cleandoc

from trialogue_server.commands.effects import Effect
from trialogue_server.commands.params import Param

Handler = Callable[..., Effect | None]
"""Called with the context and one value for each parameter; returns what it cannot do itself, if anything."""


QUESTION = 0.2
"""Tokens of what only asks: a client that comes back into fifty rooms asks some things about each of them at once. What
others are told of is a whole one, for their screens' sake, and so is what may be a guess.
"""


class Phase(Enum):
    """When may it be used?"""

    ANY = auto()
    REGISTERED = auto()
    UNREGISTERED = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """One row."""

    name: str
    handler: Handler
    params: tuple[Param, ...]
    phase: Phase
    privilege: str
    """The operator's privilege that it takes, or ""."""
    cost: float = 1.0
    """Tokens of flood control that it takes at least, if nobody is told of anything: see `QUESTION`."""

    @property
    def usage(self) -> str:
        """``TOPIC <channel> [<text>]``."""
        shown = [f"[<{param.name}>]" if param.optional else f"<{param.name}>" for param in self.params]
        return " ".join([self.name, *shown])

    @property
    def help(self) -> list[str]:
        """Return the lines that HELP shows: the usage, then the handler's docstring."""
        return [self.usage, "", *cleandoc(self.handler.__doc__ or "").splitlines()]


def command(
    name: str, *params: Param, phase: Phase = Phase.REGISTERED, privilege: str = "", cost: float = 1.0
) -> Callable[[Handler], Command]:
    """Make a row of a handler. Registers nothing: `table` lists the rows."""

    def make(handler: Handler) -> Command:
        return Command(name, handler, params, phase, privilege, cost)

    return make
