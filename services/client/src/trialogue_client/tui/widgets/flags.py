"""Check marks and choices, told by signs: in Textual's own widgets they differ by colour alone."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Checkbox

from trialogue_client.tui.widgets.line_input import act_at_once


class CheckMark(Checkbox):
    """``[x]`` or ``[ ]``."""

    @property
    def _button(self) -> Content:
        return Content.assemble(("[x]" if self.value else "[ ]", self.get_visual_style("toggle--label")))


class OnOff(CheckMark, inherit_bindings=False):
    """A check mark in a form of many: Enter is for the form."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "toggle_button", "Change")]

    async def _on_key(self, event: events.Key) -> None:
        await act_at_once(self, self._bindings, event)


class Choice(Widget, can_focus=True):
    """One of a few: ``(•) dark ( ) light``. Space or a click takes the next, the arrows at the sides too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "turn(1)", "Next"),
        Binding("left", "turn(-1)", "Last"),
    ]
    value: reactive[str] = reactive("")

    def __init__(self, label: str, choices: Sequence[str], value: str, meaning: str, *, id: str) -> None:  # noqa: A002
        """`meaning` says what it is about."""
        super().__init__(id=id)
        self._label, self._choices, self._meaning = label, choices, meaning
        self.set_reactive(Choice.value, value)

    def render(self) -> Text:
        """Show all of them, and which it is."""
        signs = "  ".join(f"({'•' if one == self.value else ' '}) {one}" for one in self._choices)
        return Text(f"    {self._label}{signs}   {self._meaning}", no_wrap=True, overflow="ellipsis")

    async def _on_key(self, event: events.Key) -> None:
        await act_at_once(self, self._bindings, event)

    def on_click(self, event: events.Click) -> None:
        """Take the next."""
        event.stop()
        self.action_turn(1)

    def action_turn(self, step: int) -> None:
        """Take the next (1) or the one before (-1)."""
        here = self._choices.index(self.value)
        self.value = self._choices[(here + step) % len(self._choices)]
