"""prompt_toolkit's parser of what a terminal sends, with pastes as in the full screen: see `core.pasted`."""

from collections.abc import Callable, Iterator

from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from trialogue_client.core.pasted import Pasted, PasteReader


class PasteParser(Vt100Parser):
    """A parser that has a paste end where the terminal pauses. `waits` is told whether it waits for that."""

    def __init__(self, feed_key_callback: Callable[[KeyPress], None], waits: Callable[[bool], object]) -> None:
        super().__init__(feed_key_callback)
        self._pastes = PasteReader()
        self._waits = waits

    @property
    def is_waiting(self) -> bool:
        """Whether a paste seems to be over, and `flush` is to be called after a pause."""
        return self._pastes.is_ending

    def feed(self, data: str) -> None:
        """Take what was read."""
        self._take(self._pastes.feed(data))

    def flush(self) -> None:
        """Take it that nothing more has come for a moment."""
        self._take(self._pastes.settle())
        super().flush()

    def _take(self, parts: Iterator[str | Pasted]) -> None:
        for part in parts:
            if isinstance(part, Pasted):
                self.feed_key_callback(KeyPress(Keys.BracketedPaste, part.text))
                continue
            super().feed(part)
            self._in_bracketed_paste = False  # what is pasted comes whole
        self._waits(self.is_waiting)
