"""What stands in front of the conversation for a moment: the keys, the quick switch, questions."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

KEYS = (
    ("Enter", "send what is typed"),
    ("Alt+Enter, Ctrl+J", "begin another line"),
    ("Tab", "complete a name, room or command; the next"),
    ("↑ ↓", "what was typed before"),
    ("Alt+↑ Alt+↓", "the conversation above, below"),
    ("Alt+A", "the next conversation with something new"),
    ("Ctrl+K", "go to a conversation by a part of its name"),
    ("PageUp PageDown", "scroll; older pages load by themselves"),
    ("Ctrl+End", "to the newest message"),
    ("F2 F3", "show or hide the rooms, the people"),
    ("F4", "light or dark"),
    ("F1", "this page"),
    ("Ctrl+Q", "say good-bye and end"),
)

_CSS = """
    align: center middle;
"""
_BOX = """
    width: 72; max-width: 96%; height: auto; max-height: 94%; padding: 0 2; border: round $primary; background: $panel;
"""


class Keys(ModalScreen[None]):
    """The keys, and how commands are found."""

    DEFAULT_CSS = f"Keys {{ {_CSS} }} Keys > VerticalScroll {{ {_BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter,question_mark", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """Show the table."""
        text = Text("\n".join(f"{key:<19}{what}" for key, what in KEYS))
        text.append("\n\nWhat begins with / is a command: type / and Tab, or /help.\nEsc closes this.")
        with VerticalScroll():
            yield Static(text)


class Question(ModalScreen[bool]):
    """Yes or no."""

    DEFAULT_CSS = f"""
    Question {{ {_CSS} }}
    Question > Vertical {{ {_BOX} }}
    Question Horizontal {{ height: auto; margin-top: 1; }}
    Question Button {{ margin-right: 2; }}
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
            yield Static(Text(self._question))
            with Horizontal():
                yield Button(f"{self._yes} (y)", id="yes", variant="primary")
                yield Button(f"{self._no} (n)", id="no")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer."""
        self.dismiss(answer)


class Ask(ModalScreen[str | None]):
    """One line of text; None when it is refused."""

    DEFAULT_CSS = f"Ask {{ {_CSS} }} Ask > Vertical {{ {_BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, question: str, value: str = "", *, secret: bool = False) -> None:
        super().__init__()
        self._question, self._value, self._secret = question, value, secret

    def compose(self) -> ComposeResult:
        """Show the question and an empty line."""
        with Vertical():
            yield Static(Text(self._question))
            yield Input(self._value, id="answer", password=self._secret)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        value = event.value if self._secret else event.value.strip()
        if value:
            self.dismiss(value)


class Switch(ModalScreen[str | None]):
    """Go to a conversation by a part of its name; what is none may become one."""

    DEFAULT_CSS = f"""
    Switch {{ {_CSS} }}
    Switch > Vertical {{ {_BOX} }}
    Switch OptionList {{ height: auto; max-height: 12; border: none; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+k", "dismiss(None)", "Cancel", priority=True),
        Binding("down", "move(1)", "Down", priority=True),
        Binding("up", "move(-1)", "Up", priority=True),
    ]

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._names = names
        """Each conversation's name, and what is new in it."""
        self._found: list[str] = []

    def compose(self) -> ComposeResult:
        """Show a line to type on and what fits."""
        with Vertical():
            yield Input(placeholder="a part of a name", id="part")
            yield OptionList(id="found")

    def on_mount(self) -> None:
        """Begin with all of them."""
        self._list("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        self._list(event.value.strip())

    def on_input_submitted(self) -> None:
        """Go to the chosen one."""
        chosen = self.query_one(OptionList).highlighted
        self.dismiss(self._found[chosen] if chosen is not None else None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the one that was clicked."""
        self.dismiss(self._found[event.option_index])

    def action_move(self, step: int) -> None:
        """Choose the next or the last one."""
        found = self.query_one(OptionList)
        if found.option_count:
            found.highlighted = ((found.highlighted or 0) + step) % found.option_count

    def _list(self, part: str) -> None:
        words = part.casefold().split()
        fitting = [pair for pair in self._names if all(word in pair[0].casefold() for word in words)]
        fitting.sort(key=lambda pair: not pair[0].casefold().lstrip("#&").startswith(part.casefold().lstrip("#&")))
        self._found = [name for name, _ in fitting]
        found = self.query_one(OptionList)
        found.clear_options()
        found.add_options([Option(Text(f"{name}  {news}")) for name, news in fitting])
        found.highlighted = 0 if fitting else None
