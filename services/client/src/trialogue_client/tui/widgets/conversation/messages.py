"""The conversation, of which one message can be chosen."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.strip import Strip

from trialogue_client.engine.buffers import Buffer
from trialogue_client.engine.entries import Entry
from trialogue_client.engine.message_actions import MessageAction, another
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.conversation.layout import height
from trialogue_client.tui.widgets.conversation.measure import Measure
from trialogue_client.tui.widgets.conversation.rows import Rows

_SIGN = "▶"


class Messages(Rows, can_focus=False):
    """Rows of which one can be chosen, by the keys and by the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,ctrl+up", "choose(-1)", "Above"),
        Binding("down,j,ctrl+down", "choose(1)", "Below"),
        Binding("escape,i", "leave", "Back"),
        *(Binding(deed.value, f"do('{deed.name}')", deed.name.capitalize()) for deed in MessageAction),
    ]

    class Chosen(Message):
        """A message was chosen, or none is any more."""

    class ActionRequested(Message):
        """Something is to be done with the chosen message."""

        def __init__(self, deed: MessageAction, entry: Entry) -> None:
            super().__init__()
            self.deed = deed
            self.entry = entry

    def __init__(self) -> None:
        super().__init__()
        self.chosen: Entry | None = None
        """The message that something may be done with."""

    def come_to(self, buffer: Buffer) -> None:
        """Prepare to show another buffer, of which nothing is chosen."""
        if self._measure is not None and self._measure.buffer is not buffer and self.chosen is not None:
            self.choose(None)
        super().come_to(buffer)

    def choose(self, entry: Entry | None) -> None:
        """Choose a message, or none."""
        self.chosen = entry
        self.can_focus = entry is not None
        self.screen.set_focus(self.screen.query_one(Composer) if entry is None else self, scroll_visible=False)
        if entry is not None:
            self._into_sight(entry)
        self.refresh()
        self.post_message(self.Chosen())

    def action_choose(self, step: int) -> None:
        """Choose the message above (-1) or below (1); at first, the last one in sight."""
        if self._measure is None:
            return
        entries = self._measure.buffer.entries
        last = self._measure.entry_at(round(self.scroll_offset.y) + self.size.height - 1)
        below = entries.index(last) + 1 if last in entries else len(entries)
        entry = another(entries, self.chosen, step, below)
        if entry is not None:
            self.choose(entry)
        elif step < 0:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def action_do(self, name: str) -> None:
        """Have something done with the chosen message."""
        if self.chosen is not None:
            self.post_message(self.ActionRequested(MessageAction[name], self.chosen))

    def action_leave(self) -> None:
        """Choose none."""
        self.choose(None)

    def on_click(self, event: Click) -> None:
        """Choose the message that was clicked, unless text was selected."""
        at = self._measure.entry_at(event.y + round(self.scroll_offset.y)) if self._measure is not None else None
        if at is not None and at.can_be_chosen and not self.screen.get_selected_text():
            self.choose(at)

    def _into_sight(self, entry: Entry) -> None:
        if self._measure is None or (start := self._measure.start(entry)) is None:
            return
        end, top = start + height(entry, self._measure.columns), round(self.scroll_offset.y)
        y = start if start < top else max(end - self.size.height, top)
        if y != top:
            self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def marked(self, strip: Strip, measure: Measure, number: int) -> Strip:
        """Show that this row is chosen: by a sign in front of the text, and inverted."""
        entry = measure.entry_at(number) if self.chosen is not None else None
        if entry is None or self.chosen is None or not entry.is_part_of(self.chosen):
            return strip
        strip = strip.crop_extend(0, self.size.width, None)
        at = measure.columns.indent - 2
        parts = [*strip.crop(0, at), Segment(_SIGN), *strip.crop(at + 1, strip.cell_length)]
        return Strip(Segment.apply_style(parts, post_style=Style(reverse=True)))
