"""Decodes what a terminal sends, where Textual's own parser would lose or mistake something: a paste is one text
(`core.pasted`), and an escape in there is no key.
"""

import re
from collections.abc import Iterator

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste
from textual.message import Message

from trialogue_client.core.pasted import END, Pasted, PasteReader
from trialogue_client.core.visible import without_controls

_ESCAPED = re.compile(r"\x1b([^\x00-\x1f\x7f\[O])")
"""Escape and a letter: Alt and that letter, or Escape and the beginning of what was typed right behind it."""


class InputDecoder:
    """Takes what was read, piece by piece."""

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._pastes = PasteReader()

    @property
    def is_waiting(self) -> bool:
        """Whether a paste seems to be over, and `settle` is to be called after a pause."""
        return self._pastes.is_ending

    def feed(self, text: str) -> Iterator[Message]:
        """Yield the events."""
        yield from self._events(self._pastes.feed(text))

    def settle(self) -> Iterator[Message]:
        """Yield what is clear since nothing more has come for a moment."""
        yield from self._events(self._pastes.settle())

    def tick(self) -> Iterator[Message]:
        """Yield what is clear by now because nothing more has come. To be called from time to time."""
        yield from self._parser.tick()

    def _events(self, parts: Iterator[str | Pasted]) -> Iterator[Message]:
        for part in parts:
            if isinstance(part, Pasted):
                # Textual's parser has read the mark of the beginning, and shall have nothing of what follows.
                yield from (one for one in self._feed(END) if not isinstance(one, Paste))
                yield Paste(without_controls(part.text))
            else:
                yield from self._keys(part)

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
