"""The page of keys and commands, which one can search."""

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key, Resize
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ircwire.folding import fold_text
from trialogue_client.core.commands.help import having
from trialogue_client.core.commands.table import TABLE
from trialogue_client.tui.screens.chat.keys import EXPLAINED
from trialogue_client.tui.screens.dialogs import CENTRED
from trialogue_client.tui.widgets.conversation.wrapping import wrap
from trialogue_client.tui.widgets.line_input import LineInput

_LEFT = 24
"""Columns for what is typed or pressed."""
_AROUND = 8
"""Columns of the frame, the margins and the scroll bar."""
_HINT = "↑ ↓ Enter: type the command · Esc: close"
_TYPED_HINT = "Esc closes this, ? says ?, F1 searches; other letters go to the input."


class HelpScreen(ModalScreen[str]):
    """Its result is what to put into the input: a command, or what was typed by whoever did not want to see this."""

    DEFAULT_CSS = f"""
    HelpScreen {{ {CENTRED} }}
    HelpScreen > Vertical {{
        width: 80; max-width: 100%; height: 100%; max-height: 40; padding: 0 1; border: round $primary;
        background: $panel;
    }}
    HelpScreen LineInput, HelpScreen LineInput:focus {{ border: none; height: 1; padding: 0 1; background: $boost; }}
    HelpScreen OptionList, HelpScreen OptionList:focus {{
        height: 1fr; border: none; padding: 0; background: $panel; scrollbar-size-vertical: 1;
    }}
    HelpScreen Static {{ height: 1; color: $text-muted; padding: 0 1; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss('')", "Close", priority=True),
        Binding("f1", "search", "Search or close", priority=True),
        Binding("down", "move('cursor_down')", "Down", priority=True),
        Binding("up", "move('cursor_up')", "Up", priority=True),
        Binding("pagedown", "move('page_down')", "Forth", priority=True),
        Binding("pageup", "move('page_up')", "Back", priority=True),
    ]

    def __init__(self, word: str = "", typed: str = "") -> None:
        """`word` is searched for at first; `typed` is what has opened this, if that was a letter."""
        super().__init__()
        self._word, self._typed = word, typed

    def compose(self) -> ComposeResult:
        """Show a line to search by, and all of it."""
        with Vertical():
            yield LineInput(self._word, placeholder="a word to search for", id="word", select_on_focus=False)
            yield OptionList(id="lines")
            yield Static(Text(_TYPED_HINT if self._typed else _HINT))

    def on_mount(self) -> None:
        """Begin with the search, or with the list where letters are for the input."""
        self.query_one("#lines" if self._typed else "#word").focus()

    def on_resize(self, event: Resize) -> None:
        """Fill the page."""
        self._list()

    def on_key(self, event: Key) -> None:
        """Take a letter for the beginning of what is to be said, where a letter has opened this."""
        if self._typed and event.character is not None and event.is_printable:
            event.stop()
            self.dismiss("?" if event.character == "?" else self._typed + event.character)

    def on_input_changed(self, _: Input.Changed) -> None:
        """Show what has to do with what is typed."""
        self._list()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Take the chosen line."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Have a command typed; a key is to be pressed."""
        self.dismiss(event.option_id or "")

    def action_move(self, how: str) -> None:
        """Go through the list from wherever one types."""
        getattr(self.query_one(OptionList), f"action_{how}")()

    def action_search(self) -> None:
        """Search, or close this if that is being done."""
        word = self.query_one("#word", LineInput)
        if word.has_focus:
            self.dismiss("")
        else:
            self._typed = ""
            self.query_one(Static).update(Text(_HINT))
            word.focus()

    def _list(self) -> None:
        lines = self.query_one(OptionList)
        width = min(self.size.width, 80) - _AROUND - _LEFT
        lines.clear_options()
        lines.add_options(_rows(self.query_one("#word", LineInput).value, width))
        lines.highlighted = next((at for at, one in enumerate(lines.options) if not one.disabled), None)


def _rows(words: str, width: int) -> Iterator[Option]:
    wanted = fold_text(words).split()
    keys = [(key, what) for key, what in EXPLAINED if all(word in fold_text(f"{key} {what}") for word in wanted)]
    commands = having(words) if wanted else list(TABLE)
    if not keys and not commands:
        yield Option(Text("Nothing here has to do with that."), disabled=True)
    if keys:
        yield Option(Text("Keys", style="bold"), disabled=True)
    for key, what in keys:
        yield Option(_row(key, what, width))
    if commands:
        yield Option(Text("Commands", style="bold"), disabled=True)
    for command in commands:
        example = f", as in {command.example}" if command.example else ""
        yield Option(_row(command.usage, f"{command.help}{example}", width), id=f"/{command.name} ")


def _row(left: str, right: str, width: int) -> Text:
    """Return what is typed or pressed beside what it does, which begins below where there is no space."""
    first, *rest = [right[start:end] for start, end in wrap(right, width)]
    indent = " " * _LEFT
    head = f"{left:<{_LEFT}}{first}" if len(left) < _LEFT else f"{left}\n{indent}{first}"
    return Text("\n".join((head, *(f"{indent}{line}" for line in rest))))
