"""What line mode needs of a terminal."""

from collections.abc import Callable
from typing import Protocol

from trialogue_client.core.completion import Completion


class Screen(Protocol):
    """Where a person reads and types."""

    asks: bool
    """Whether there is a person who can answer a question."""
    echoes: bool
    """Whether what was typed stays on the screen by itself."""

    async def line(self) -> str | None:
        """Return the next typed line; None when there will be no more."""

    def show(self, text: str) -> None:
        """Show one line (or some), above the line that is being typed. Raises BrokenPipeError."""

    def complain(self, text: str) -> None:
        """Show what went wrong, apart from the conversation where the two can be told apart."""

    def ring(self) -> None:
        """Have the terminal ring, if it is one."""

    def prompt(self, text: str) -> None:
        """Show this in front of the line that is being typed."""

    def hide(self, *, on: bool) -> bool:
        """From now on, show nothing of what is typed, and remember nothing; False where that cannot be done."""

    def put(self, text: str) -> bool:
        """Have a text on the line that is being typed; False where that cannot be done."""

    def words(self, complete: Callable[[str], Completion]) -> None:
        """Complete words with this, where that can be done: it takes what stands in front of the cursor."""

    def resume(self) -> None:
        """Take the terminal over anew, after we were stopped: it may be otherwise by now."""

    async def close(self) -> bool:
        """Give the terminal back as it was; return whether everything could be shown."""
