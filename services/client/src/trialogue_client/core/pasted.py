"""Tells what is pasted from what is typed, in what a terminal sends.

Between the marks of a bracketed paste everything is text.  https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode
Some terminals pass on marks that are in the text itself, so a mark of the end proves nothing: what comes behind it
without a pause was pasted too, up to the last mark.
"""

from collections.abc import Iterator
from typing import NamedTuple

BEGIN, END = "\x1b[200~", "\x1b[201~"

PAUSE = 0.05
"""Seconds without a character after which a paste is over."""

_TYPED, _KEYS = 64, 16
"""A piece of fewer characters may have been typed; after so many of these behind a mark, a paste is over without a
pause, as somebody holds a key down.
"""


class Pasted(NamedTuple):
    """A text that was pasted, without the marks."""

    text: str


class PasteReader:
    """Takes what was read, piece by piece."""

    def __init__(self) -> None:
        self._tail = ""
        """The last characters, as far as they may be the beginning of a mark."""
        self._pasted: str | None = None
        """What has come of a paste, while there is one."""
        self._typed = 0
        """Pieces behind the last mark of the end that may have been typed."""
        self.is_ending = False
        """Whether there was a mark of the end, and `settle` is to be called after a pause."""

    def feed(self, text: str) -> Iterator[str | Pasted]:
        """Yield what was typed, with each mark of the beginning, and what was pasted."""
        if self._pasted is None:
            before, text = self._until_paste(text)
            if before:
                yield before
            if self._pasted is None:
                return
        self._pasted += text
        if END in self._pasted[-len(text) - len(END) :]:
            self.is_ending, self._typed = True, 0
        elif self.is_ending and len(text) < _TYPED:
            self._typed += 1
            if self._typed > _KEYS:
                yield from self.settle()

    def settle(self) -> Iterator[str | Pasted]:
        """Yield what is clear since nothing more has come for a moment."""
        if self._pasted is None or not self.is_ending:
            return
        whole, self._pasted, self.is_ending = self._pasted, None, False
        pasted, _, rest = whole.rpartition(END)
        yield Pasted(pasted.replace(BEGIN, "").replace(END, ""))
        yield from self.feed(rest)

    def _until_paste(self, text: str) -> tuple[str, str]:
        """Return what comes before the body of a paste, and the body; the mark may have begun in an earlier piece."""
        whole = self._tail + text
        at = whole.find(BEGIN)
        if at < 0:
            self._tail = whole[-(len(BEGIN) - 1) :]
            return text, ""
        body = at + len(BEGIN) - len(self._tail)
        self._tail, self._pasted = "", ""
        return text[:body], text[body:]
