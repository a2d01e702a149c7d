"""The widget that shows a conversation: as many rows as there are, of which only what is visible is ever laid out."""

from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from trialogue_client.engine.buffers import Buffer
from trialogue_client.engine.entries import Entry
from trialogue_client.tui.widgets.conversation.layout import Columns
from trialogue_client.tui.widgets.conversation.measure import Measure
from trialogue_client.wording.rows import RowKind

_NOTHING = Strip([])


class Rows(ScrollView, can_focus=False):
    """Shows one buffer; stays at the end while it is there, and where it is when rows come in above.

    Scrolling, measuring and drawing share what is in sight; most of the methods are what Textual calls.
    """

    DEFAULT_CSS = """
    Rows { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    """

    times: var[bool] = var(True, init=False)
    """Whether to show when something was said."""

    lines_below: var[int] = var(0, init=False)
    """Lines below what is in sight, for whoever watches it."""

    class AtTop(Message):
        """The first row is in sight."""

    class AtEnd(Message):
        """The last row is in sight."""

    def __init__(self) -> None:
        super().__init__()
        self._measure: Measure | None = None
        self._measures: WeakKeyDictionary[Buffer, Measure] = WeakKeyDictionary()
        self._places: WeakKeyDictionary[Buffer, tuple[Entry, int]] = WeakKeyDictionary()
        """Where each conversation was left, if not at its end: the row at the top, and how far into it."""
        self._follows = True
        self._shown: tuple[object, ...] = ()
        self._drawn: dict[int, tuple[Strip, Strip]] = {}
        """The lines in sight, by their number, beside what each was drawn from."""
        self._drawn_for: tuple[object, ...] = ()

    @property
    def follows(self) -> bool:
        """Whether the end is in sight, so that new rows move the others up."""
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
        self._extend(Size(columns.width, measure.total))
        if anchor is not None:
            top = measure.start(anchor[0])
            self.scroll_to(y=(top or 0) + anchor[1], animate=False, force=True, immediate=True)
        elif self._follows:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)
        self._refresh_if_seen(measure, tail)
        self.lines_below = self.below
        if self.scroll_offset.y <= 0:
            self.post_message(self.AtTop())

    def _extend(self, size: Size) -> None:
        """Be so high. As our place on the screen stays the same, nothing has to be laid out anew for that."""
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height

    def _refresh_if_seen(self, measure: Measure, tail: Sequence[Entry]) -> None:
        """Draw, unless all that has changed is below what is in sight."""
        top = round(self.scroll_offset.y)
        end = min(measure.total, top + self.size.height)
        shown = (measure, measure.changes, top, end, [(one.body, one.state) for one in tail])
        if shown != self._shown:
            self._shown = shown
            self.refresh()

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
        """Return whether a row is out of sight, as what came after it fills the window."""
        start = self._measure.start(entry) if self._measure is not None else None
        return start is not None and start < round(self.scroll_offset.y)

    def _anchor(self, buffer: Buffer, old: Measure | None) -> tuple[Entry, int] | None:
        if old is None or (old.buffer is not buffer and buffer in self._places):
            return self._places.get(buffer)
        top = number = round(self.scroll_offset.y)
        while (entry := old.entry_at(number)) is not None and entry.kind is RowKind.DATE:
            number += 1  # Dates are made anew when history comes in.
        return (entry, top - old.start_of(entry, number)) if entry else None

    def come_to(self, buffer: Buffer) -> None:
        """Prepare to show another buffer: where it was left, or at its end."""
        if self._measure is not None and self._measure.buffer is not buffer:
            self._leave(self._measure)
            self._follows = buffer not in self._places

    def page(self, step: int) -> None:
        """Scroll by a page, back (-1) or forth (1)."""
        lines, before = max(self.size.height - 2, 1), self.scroll_offset.y
        self.scroll_to(y=before + step * lines, animate=False, force=True, immediate=True)
        if before <= 0 and self.scroll_offset.y <= 0:  # else it is noticed as any coming there is
            self.post_message(self.AtTop())

    def to_end(self) -> None:
        """Go to the newest row, and follow what comes."""
        self._follows = True
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notice whether the end and the beginning are in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._follows = new_value >= self.max_scroll_y
        self.lines_below = self.below
        if self._follows and new_value > old_value:
            self.post_message(self.AtEnd())
        if new_value <= 0 < old_value:
            self.post_message(self.AtTop())

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight, with which of its characters stands where: for the mouse."""
        return self._line(y + self.scroll_offset.y).apply_offsets(0, y + self.scroll_offset.y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return what is in sight, ready to be put on the screen. A line that only moves is not drawn again."""
        width, style, top = self.size.width, self.rich_style, self.scroll_offset.y
        filters, background = self.get_line_filters(), self.background_colors[1]
        drawn_for = (width, style, *filters, background)
        kept = self._drawn if drawn_for == self._drawn_for else {}
        self._drawn_for, self._drawn = drawn_for, {}
        for number in range(top + crop.y, top + crop.bottom):
            line = self._line(number)
            drawn = kept.get(number)
            if drawn is None or drawn[0] is not line:
                segments: Iterable[Segment] = Segment.adjust_line_length(list(line), width)
                segments = Segment.apply_style(segments, style)
                for one in filters:
                    segments = one.apply(list(segments), background)
                drawn = line, Strip(segments, width)
            self._drawn[number] = drawn
        strips = [strip for _, strip in self._drawn.values()]
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def _line(self, number: int) -> Strip:
        line = self._measure.line(number) if self._measure is not None else None
        if line is None or self._measure is None:
            return _NOTHING
        line = self.marked(line, self._measure, number)
        span = self.text_selection.get_span(number) if self.text_selection else None
        return self._selected(line.crop_extend(0, self.size.width, None), *span) if span is not None else line

    def marked(self, strip: Strip, measure: Measure, number: int) -> Strip:
        """Return a line as it is to be shown; here, as it is."""
        return strip

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
