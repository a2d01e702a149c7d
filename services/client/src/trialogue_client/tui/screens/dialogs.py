"""Small dialogs: a question with yes and no, and one for a line of text."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from trialogue_client.tui.formatting import harmless_lines
from trialogue_client.tui.widgets.line_input import LineInput

CENTRED = """
    align: center middle;
"""
BOX = """
    width: 72; max-width: 96%; height: auto; max-height: 94%; padding: 0 2; border: round $primary; background: $panel;
"""


class YesNo(ModalScreen[bool]):
    """Yes or no."""

    DEFAULT_CSS = f"""
    YesNo {{ {CENTRED} }}
    YesNo > Vertical {{ {BOX} }}
    YesNo Horizontal {{ height: auto; margin-top: 1; }}
    YesNo Button {{ margin-right: 2; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """Show the question and its answers."""
        with Vertical():
            yield Static(Text(harmless_lines(self._question)))
            with Horizontal():
                yield Button(f"{self._yes} (y)", id="yes", variant="primary")
                yield Button(f"{self._no} (n)", id="no")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer."""
        self.dismiss(answer)


class TextPrompt(ModalScreen[str | None]):
    """One line of text; None when it is refused."""

    DEFAULT_CSS = f"TextPrompt {{ {CENTRED} }} TextPrompt > Vertical {{ {BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, question: str, value: str = "", *, secret: bool = False, may_be_empty: bool = False) -> None:
        super().__init__()
        self._question, self._value, self._secret = question, value, secret
        self._may_be_empty = may_be_empty

    def compose(self) -> ComposeResult:
        """Show the question and an empty line."""
        with Vertical():
            yield Static(Text(harmless_lines(self._question)))
            yield LineInput(self._value, id="answer", password=self._secret)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        value = event.value if self._secret else event.value.strip()
        if value or self._may_be_empty:
            self.dismiss(value)
