"""The widget that shows a conversation: as many rows as there are, of which only what is visible is ever laid out."""

from collections.abc import Sequence
from typing import ClassVar
from weakref import WeakKeyDictionary

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Key
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from trialogue_client.ui.buffers import Buffer
from trialogue_client.ui.choosing import Deed, another
from trialogue_client.ui.composer import Composer
from trialogue_client.ui.entries import Entry, Look
from trialogue_client.ui.layout import Columns, height
from trialogue_client.ui.measure import Measure

_SIGN = "▶"


class Messages(ScrollView, can_focus=False):
    """Shows one buffer; stays at the end while it is there, and where it is when rows come in above."""

    DEFAULT_CSS = """
    Messages { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,ctrl+up", "choose(-1)", "Above"),
        Binding("down,j,ctrl+down", "choose(1)", "Below"),
        Binding("escape,i", "leave", "Back"),
        *(Binding(deed.value, f"do('{deed.name}')", deed.name.capitalize()) for deed in Deed),
    ]

    class AtTop(Message):
        """The first row is in sight."""

    class AtEnd(Message):
        """The last row is in sight."""

    class Chosen(Message):
        """A message was chosen, or none is any more."""

    class Wanted(Message):
        """Something is to be done with the chosen message."""

        def __init__(self, deed: Deed, entry: Entry) -> None:
            super().__init__()
            self.deed = deed
            self.entry = entry

    def __init__(self) -> None:
        super().__init__()
        self.times = True
        """Show when something was said?"""
        self._measure: Measure | None = None
        self._measures: WeakKeyDictionary[Buffer, Measure] = WeakKeyDictionary()
        self._places: WeakKeyDictionary[Buffer, tuple[Entry, int]] = WeakKeyDictionary()
        """Where each conversation was left, if not at its end: the row at the top, and how far into it."""
        self._follows = True
        self.chosen: Entry | None = None
        """The message that something may be done with."""

    @property
    def follows(self) -> bool:
        """Is the end in sight, so that new rows move the others up?"""
        return self._follows

    @property
    def below(self) -> int:
        """Return how many lines there are below what is in sight."""
        total = self._measure.total if self._measure else 0
        return max(total - self.size.height - round(self.scroll_offset.y), 0)

    def sync(self, buffer: Buffer, tail: Sequence[Entry]) -> None:
        """Show a buffer as it is now, with `tail` below it."""
        old = self._measure
        if old is not None and old.buffer is not buffer:
            self._leave(old)
        if self.size.width == 0:
            return
        columns = Columns(self.scrollable_content_region.width, coloured=not self.app.no_color, times=self.times)
        anchor = None if self._follows else self._anchor(buffer, old)
        measure = self._measures.get(buffer)
        if measure is None or not measure.fits(buffer, columns):
            measure = self._measures[buffer] = Measure(buffer, columns)
        measure.extend(tail)
        self._measure = measure
        self.virtual_size = Size(columns.width, measure.total)
        if anchor is not None:
            top = measure.start(anchor[0])
            self.scroll_to(y=(top or 0) + anchor[1], animate=False, force=True, immediate=True)
        elif self._follows:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)
        self.refresh()
        if self.scroll_offset.y <= 0:
            self.post_message(self.AtTop())

    def _leave(self, old: Measure) -> None:
        place = self._anchor(old.buffer, old)
        if self._follows or place is None:
            self._places.pop(old.buffer, None)
        else:
            self._places[old.buffer] = place

    def hold(self) -> None:
        """Stay where it is, though the end is in sight."""
        self._follows = False

    def reveal(self, entry: Entry) -> None:
        """Scroll to a row, if it is here."""
        top = self._measure.start(entry) if self._measure is not None else None
        if top is not None:
            self.scroll_to(y=max(top - self.size.height // 3, 0), animate=False, force=True, immediate=True)

    def is_above(self, entry: Entry) -> bool:
        """Is a row out of sight, because what came after it fills the window?"""
        start = self._measure.start(entry) if self._measure is not None else None
        return start is not None and start < round(self.scroll_offset.y)

    def choose(self, entry: Entry | None) -> None:
        """Choose a message, or none."""
        self.chosen = entry
        self.can_focus = entry is not None
        # At once, because the next key may be there already.
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
            self.post_message(self.Wanted(Deed[name], self.chosen))

    def action_leave(self) -> None:
        """Choose none."""
        self.choose(None)

    def on_key(self, event: Key) -> None:
        """Hand on what was typed so fast that it came here after the input had its keys back."""
        if self.chosen is None:
            event.stop()
            event.prevent_default()
            self.screen.query_one(Composer).post_message(Key(event.key, event.character))

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

    def _anchor(self, buffer: Buffer, old: Measure | None) -> tuple[Entry, int] | None:
        if old is None or (old.buffer is not buffer and buffer in self._places):
            return self._places.get(buffer)
        top = number = round(self.scroll_offset.y)
        while (entry := old.entry_at(number)) is not None and entry.look is Look.DATE:
            number += 1  # Dates are made anew when history comes in.
        return (entry, top - old.start_of(entry, number)) if entry else None

    def come_to(self, buffer: Buffer) -> None:
        """Prepare to show another buffer: where it was left, or at its end."""
        if self._measure is not None and self._measure.buffer is not buffer:
            self._leave(self._measure)
            if self.chosen is not None:
                self.choose(None)
            self._follows = buffer not in self._places

    def page(self, step: int) -> None:
        """Scroll by a page, back (-1) or forth (1)."""
        lines = max(self.size.height - 2, 1)
        self.scroll_to(y=self.scroll_offset.y + step * lines, animate=False, force=True, immediate=True)
        if self.scroll_offset.y <= 0:
            self.post_message(self.AtTop())

    def to_end(self) -> None:
        """Go to the newest row, and follow what comes."""
        self._follows = True
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notice whether the end and the beginning are in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._follows = new_value >= self.max_scroll_y
        if self._follows and new_value > old_value:
            self.post_message(self.AtEnd())
        if new_value <= 0 < old_value:
            self.post_message(self.AtTop())

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight."""
        number = y + self.scroll_offset.y
        line = self._measure.line(number) if self._measure else None
        width = self.size.width
        if line is None:
            return Strip.blank(width, self.rich_style)
        strip = line.crop_extend(0, width, None)
        if self.chosen is not None and self._measure is not None:
            strip = self._marked(strip, self._measure, number)
        span = self.text_selection.get_span(number) if self.text_selection else None
        if span is not None:
            strip = self._selected(strip, *span)
        return strip.apply_style(self.rich_style).apply_offsets(0, number)

    def _marked(self, strip: Strip, measure: Measure, number: int) -> Strip:
        """Show that this row is chosen: by a sign in front of the text, and inverted."""
        entry = measure.entry_at(number)
        if entry is None or self.chosen is None or not entry.is_part_of(self.chosen):
            return strip
        at = measure.columns.indent - 2
        parts = [*strip.crop(0, at), Segment(_SIGN), *strip.crop(at + 1, strip.cell_length)]
        return Strip(Segment.apply_style(parts, post_style=Style(reverse=True)))

    def _selected(self, strip: Strip, start: int, end: int) -> Strip:
        width = strip.cell_length
        end = width if end == -1 else min(end, width)
        before, chosen, after = strip.crop(0, start), strip.crop(start, end), strip.crop(end, width)
        style = self.screen.get_component_rich_style("screen--selection")
        return Strip([*before, *Segment.apply_style(chosen, post_style=style), *after])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return what is selected with the mouse."""
        if self._measure is None:
            return None
        lines = (self._measure.line(number) for number in range(self._measure.total))
        return selection.extract("\n".join(line.text.rstrip() if line else "" for line in lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self.refresh()
