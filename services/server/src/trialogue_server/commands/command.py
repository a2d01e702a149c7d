"""A command is one row of the table: its handler, and everything that is checked before the handler is called."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from inspect import cleandoc

from trialogue_server.commands.effects import Effect
from trialogue_server.commands.params import Param

Handler = Callable[..., Effect | None]
"""Called with the context and one value for each parameter. Returns an effect, or None when the command is done."""


QUESTION = 0.2
"""Tokens that a query costs. A client that rejoins fifty channels queries each of them at once. What others are told of
costs a whole token, since it reaches their screens, and so does what may be a guess at a secret.
"""


class Phase(Enum):
    """The phases of a connection in which a command may be used."""

    ANY = auto()
    REGISTERED = auto()
    UNREGISTERED = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table of commands."""

    name: str
    handler: Handler
    params: tuple[Param, ...]
    phase: Phase
    privilege: str
    """The operator privilege that the command needs, or ""."""
    cost: float = 1.0
    """The least number of flood-control tokens that the command costs when nobody else is told of anything; see
    `QUESTION`.
    """
    reads: bool = False
    """Whether it only reads: all that it does is reply, so that nobody else needs to know that it was said. What an
    operator reads may go into the audit log; see `questions.only_reads`.
    """

    @property
    def usage(self) -> str:
        """The usage line: ``TOPIC <channel> [<text>]``."""
        shown = [f"[<{param.name}>]" if param.optional else f"<{param.name}>" for param in self.params]
        return " ".join([self.name, *shown])

    @property
    def help(self) -> list[str]:
        """Return the lines that HELP shows: the usage, then the handler's docstring."""
        return [self.usage, "", *cleandoc(self.handler.__doc__ or "").splitlines()]


def command(
    name: str,
    *params: Param,
    phase: Phase = Phase.REGISTERED,
    privilege: str = "",
    cost: float = 1.0,
    reads: bool = False,
) -> Callable[[Handler], Command]:
    """Return a decorator that makes a row of a handler. It registers nothing: `table` lists the rows."""

    def make(handler: Handler) -> Command:
        return Command(name, handler, params, phase, privilege, cost, reads)

    return make
