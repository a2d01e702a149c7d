"""The results of a search, in front of the conversation until one closes them or goes to a message."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from trialogue_client.engine.search_results import Result
from trialogue_client.tui.formatting import harmless
from trialogue_client.tui.screens.dialogs import CENTRED


class Results(ModalScreen[Result | None]):
    """Its result is the message to go to; None for staying where one is."""

    DEFAULT_CSS = f"""
    Results {{ {CENTRED} }}
    Results > Vertical {{
        width: 96%; height: auto; max-height: 94%; padding: 0 1; border: round $primary; background: $panel;
    }}
    Results OptionList, Results OptionList:focus {{
        height: auto; max-height: 75vh; border: none; padding: 0; background: $panel; scrollbar-size-vertical: 1;
    }}
    Results #heading {{ text-style: bold; }}
    Results Static {{ height: auto; padding: 0 1; }}
    Results #how {{ color: $text-muted; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close"),
        Binding("c", "copy", "Copy"),
        Binding("j", "app.simulate_key('down')", "Below"),
        Binding("k", "app.simulate_key('up')", "Above"),
    ]

    def __init__(self, heading: str, results: Sequence[Result]) -> None:
        super().__init__()
        self._heading, self._results = heading, results

    def compose(self) -> ComposeResult:
        """Show the messages, the newest first."""
        with Vertical():
            yield Static(Text(harmless(self._heading)), id="heading")
            if self._results:
                yield OptionList(*(Option(_row(one)) for one in self._results))
            how = "Enter: go there · c: copy · Esc: close" if self._results else "Esc: close"
            yield Static(Text(how), id="how")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the chosen message."""
        self.dismiss(self._results[event.option_index])

    def action_copy(self) -> None:
        """Copy the chosen message."""
        chosen = self.query_one(OptionList).highlighted if self._results else None
        if chosen is not None:
            self.app.copy_to_clipboard(harmless(self._results[chosen].text))
            self.notify("Copied.", timeout=2)


def _row(one: Result) -> Text:
    text = Text(f"{harmless(one.label)} ", style="bold")
    text.append(harmless(one.text), style="not bold")
    return text
