"""Decodes what a terminal sends, where Textual's own parser would lose or mistake something.

Between the marks of a bracketed paste everything is text: an escape in there is no key, and nothing in there ends it
but the mark.  https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode
"""

import re
from collections.abc import Iterator

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Key, Paste
from textual.message import Message

from trialogue_client.core.visible import without_controls

_ESCAPED = re.compile(r"\x1b([^\x00-\x1f\x7f\[O])")
"""Escape and a letter: Alt and that letter, or Escape and the beginning of what was typed right behind it."""


class InputDecoder:
    """Takes what was read, piece by piece."""

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._tail = ""
        """The last characters, as far as they may be the beginning of a mark."""
        self._pasted: str | None = None
        """What has come of a paste, while there is one."""

    def feed(self, text: str) -> Iterator[Message]:
        """Yield the events."""
        while text:
            if self._pasted is not None:
                self._pasted, text = self._pasted + text, ""
                end = _end(self._pasted)
                if end < 0:
                    return
                pasted, text = self._pasted[:end], self._pasted[end + len(BRACKETED_PASTE_END) :]
                self._pasted = None
                yield Paste(without_controls(pasted))
                continue
            before, text = self._until_paste(text)
            yield from self._keys(before)
            if self._pasted is not None:
                # Textual's parser has read the mark, and shall have nothing of what follows.
                yield from (one for one in self._feed(BRACKETED_PASTE_END) if not isinstance(one, Paste))

    def tick(self) -> Iterator[Message]:
        """Yield what is clear by now because nothing more has come. To be called from time to time."""
        yield from self._parser.tick()

    def _until_paste(self, text: str) -> tuple[str, str]:
        """Return what comes before the body of a paste, and the body; the mark may have begun in an earlier piece."""
        whole = self._tail + text
        at = whole.find(BRACKETED_PASTE_START)
        if at < 0:
            self._tail = whole[-(len(BRACKETED_PASTE_START) - 1) :]
            return text, ""
        body = at + len(BRACKETED_PASTE_START) - len(self._tail)
        self._tail, self._pasted = "", ""
        return text[:body], text[body:]

    def _keys(self, text: str) -> Iterator[Message]:
        place = 0
        for found in _ESCAPED.finditer(text):
            if found[0] in ANSI_SEQUENCES_KEYS or found.start() < place:
                continue
            yield from self._feed(text[place : found.start()])
            yield from (_with_alt(key) for key in XTermParser().feed(found[1]) if isinstance(key, Key))
            place = found.end()
        yield from self._feed(text[place:])

    def _feed(self, text: str) -> Iterator[Message]:
        if text:
            yield from self._parser.feed(text)


def _with_alt(key: Key) -> Key:
    name = f"shift+{key.key.lower()}" if len(key.key) == 1 and key.key.isupper() else key.key
    return Key(f"alt+{name}", key.character)


def _end(pasted: str) -> int:
    """Return where the mark of the end is; -1 if it has not come.

    A mark inside of what was pasted does not end it: of several in a row without another beginning the last counts.
    """
    begin = pasted.find(BRACKETED_PASTE_START)
    return pasted.rfind(BRACKETED_PASTE_END, 0, begin if begin >= 0 else None)
