"""Keeps keys in the order in which they are typed, also where Ctrl+U and more come in one chunk over a slow line.

Textual has a widget's own keys, such as Ctrl+U or Backspace, go up through all its parents before it acts on them.
By then it has put in what was typed behind them: Ctrl+U would delete that too.
"""

from collections.abc import Callable

from textual.binding import BindingsMap
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from trialogue_client.core.visible import visible


class LineInput(Input):
    """One line to type on."""

    async def _on_key(self, event: Key) -> None:
        if not put_unusual(event, self.insert_text_at_cursor):
            await act_at_once(self, self._bindings, event)


def put_unusual(event: Key, put: Callable[[str], object]) -> bool:
    """Put in a character that Textual would drop, and return whether this was one.

    Python does not call it printable, but people type it: joiners within words and emoji (U+200C, U+200D), spaces that
    do not break (U+00A0), and signs newer than this Python.
    """
    if not event.character or event.is_printable or event.character == "\t" or not visible(event.character):
        return False
    put(event.character)
    event.stop()
    event.prevent_default()
    return True


async def act_at_once(widget: Widget, bindings: BindingsMap, event: Key) -> None:
    """Do what a key is for, if it is one of the widget's own, before the next key is looked at."""
    for binding in bindings.key_to_bindings.get(event.key, ()):
        if await widget.app.run_action(binding.action, widget):
            event.stop()
            event.prevent_default()
            return
