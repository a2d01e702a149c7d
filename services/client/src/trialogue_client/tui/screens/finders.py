"""Finding something in a list by typing a part of its name: a conversation, an emoji."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from ircwire.folding import fold_text
from trialogue_client.core import emoji
from trialogue_client.tui.formatting import harmless
from trialogue_client.tui.screens.dialogs import BOX, CENTRED
from trialogue_client.tui.widgets.line_input import LineInput

Choice = tuple[str, str]
"""What is chosen, and how it is shown."""


class Finder(ModalScreen[str | None]):
    """A line to type on, and what fits. Its result is what was chosen."""

    DEFAULT_CSS = f"""
    Finder {{ {CENTRED} }}
    Finder > Vertical {{ {BOX} }}
    Finder OptionList {{ height: auto; max-height: 12; border: none; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+k", "dismiss(None)", "Cancel", priority=True),
        Binding("down", "move(1)", "Down", priority=True),
        Binding("up", "move(-1)", "Up", priority=True),
    ]
    HINT = "a part of a name"

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[Choice] = ()

    def fitting(self, part: str) -> Sequence[Choice]:
        """Return what fits a part of a name, the likeliest first."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Show a line to type on and what fits."""
        with Vertical():
            yield LineInput(placeholder=self.HINT, id="part")
            yield OptionList(id="found")

    def on_mount(self) -> None:
        """Begin with what fits anything."""
        self._list("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        self._list(event.value.strip())

    def on_input_submitted(self) -> None:
        """Take the chosen one."""
        chosen = self.query_one(OptionList).highlighted
        self.dismiss(self._found[chosen][0] if chosen is not None else None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the one that was clicked."""
        self.dismiss(self._found[event.option_index][0])

    def action_move(self, step: int) -> None:
        """Choose the next or the last one."""
        found = self.query_one(OptionList)
        if found.option_count:
            found.highlighted = ((found.highlighted or 0) + step) % found.option_count

    def _list(self, part: str) -> None:
        self._found = self.fitting(part)
        found = self.query_one(OptionList)
        found.clear_options()
        found.add_options([Option(Text(harmless(shown))) for _, shown in self._found])
        found.highlighted = 0 if self._found else None


class ConversationFinder(Finder):
    """Go to a conversation."""

    def __init__(self, names: Sequence[Choice]) -> None:
        """`names`: each conversation's name, and what is new in it."""
        super().__init__()
        self._names = names

    def fitting(self, part: str) -> Sequence[Choice]:
        """Return the conversations whose name has these words in it; those that begin with them first."""
        words = fold_text(part).split()
        fitting = [
            (name, f"{name}  {news}") for name, news in self._names if all(one in fold_text(name) for one in words)
        ]
        return sorted(fitting, key=lambda one: not _bare(one[0]).startswith(_bare(part)))


class EmojiFinder(Finder):
    """Choose an emoji."""

    HINT = "Enter for the first one, or a part of a name: heart, party …"

    def fitting(self, part: str) -> Sequence[Choice]:
        """Return the emoji with this name; before anything is typed, those that one reacts with most."""
        found = emoji.find(part) if part else emoji.first()
        return [(sign, f"{sign}  {name}") for name, sign in found]


def _bare(name: str) -> str:
    return fold_text(name).lstrip("#&")
