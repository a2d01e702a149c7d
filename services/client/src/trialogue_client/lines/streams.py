"""Stdout and stderr, and the handler of a request to quit."""

import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import trio

from trialogue_client.core.visible import visible_lines
from trialogue_client.output import Output

_HURRY_SECONDS = 1.0


class Sink(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> int:
        """Write it. Raises OSError."""

    def flush(self) -> None:
        """Hold nothing back."""


class Outputs(NamedTuple):
    """Where text goes, and where complaints go."""

    out: Sink
    errors: Sink


class Streams:
    """Stdout and stderr as files that nobody has to wait for; on Windows, where a console is none, as they are."""

    def __init__(self) -> None:
        self.out: Sink = sys.stdout
        self.errors: Sink = sys.stderr
        self.held_up = False
        """Whether something on a terminal's screen could not be ended."""
        self._outputs: list[Output] = []
        if sys.platform != "win32":
            self._outputs = [Output(stream.fileno(), stream.encoding) for stream in (sys.stdout, sys.stderr)]
            if _are_same(sys.stdout.fileno(), sys.stderr.fileno()):
                self._outputs[1] = self._outputs[0]  # Else a complaint would overtake what was said before it.
            self.out, self.errors = self._outputs

    def say(self, text: str) -> None:
        """Write a line to stdout, without what could act on a terminal: others may have a part in it."""
        self.out.write(visible_lines(text) + "\n")
        self.out.flush()

    def complain(self, text: str) -> None:
        """Write a line to stderr, as well."""
        self.errors.write(visible_lines(text) + "\n")
        self.errors.flush()

    def nobody_reads(self) -> None:
        """Whoever read our output has closed it (``| head``): end quietly, also when Python flushes at its exit."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    async def wait_drained(self, *, in_a_hurry: bool) -> bool:
        """Wait until everything is written, for a moment only if we are to end; return whether it is."""
        with trio.move_on_after(_HURRY_SECONDS if in_a_hurry else math.inf):
            for output in self._outputs:
                await trio.to_thread.run_sync(output.wait_drained, abandon_on_cancel=True)
            return not self.held_up
        return False


@dataclass(slots=True)
class QuitHandler:
    """Ends what runs politely: `begin` returns False where there is nobody to say good-bye to."""

    begin: Callable[[], bool] = lambda: False


def _are_same(one: int, other: int) -> bool:
    try:
        return os.path.samestat(os.fstat(one), os.fstat(other))
    except OSError:
        return False
