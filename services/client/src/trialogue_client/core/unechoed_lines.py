"""Our messages on a server that sends no echo: they are on the screen, and come again with history.

https://ircv3.net/specs/extensions/echo-message
"""

from collections import deque
from collections.abc import Callable

_REMEMBERED = 100


class UnechoedLines:
    """Texts by conversation; long ones come again in pieces."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._said: dict[str, deque[str]] = {}

    def said(self, target: str, text: str) -> None:
        """Note what was shown without an id."""
        self._said.setdefault(self._fold(target), deque(maxlen=_REMEMBERED)).append(text)

    def is_shown(self, target: str, text: str) -> bool:
        """Return whether a text of ours is what was shown, or a piece of it, and count it as come."""
        said = self._said.get(self._fold(target), deque())
        for place, whole in enumerate(said):
            if text and whole.startswith(text):
                rest = whole[len(text) :].lstrip("\n ")
                said[place] = rest
                if not rest:
                    del said[place]
                return True
        return False

    def forget(self, target: str) -> None:
        """Nothing of it can come any more."""
        self._said.pop(self._fold(target), None)
