"""Lists of names: rooms and people. Only the visible lines are ever made, so that a room of thousands costs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from trialogue_client.tui.formatting import harmless


@dataclass(frozen=True, slots=True)
class Item:
    """One line: a sign, a name, and something at the right end."""

    key: str
    """What a click on it is about; "" for a heading."""
    name: str
    sign: str = " "
    note: str = ""
    style: Style = Style()  # noqa: RUF009


class NameList(ScrollView, can_focus=False):
    """A list of names, to be read and clicked."""

    DEFAULT_CSS = """
    NameList { scrollbar-size-vertical: 1; overflow-x: hidden; background: $surface; }
    """

    class Chosen(Message):
        """Somebody clicked on a name."""

        def __init__(self, names: "NameList", key: str) -> None:
            super().__init__()
            self.names = names
            self.key = key

        @property
        def control(self) -> "NameList":
            """The list."""
            return self.names

    items: reactive[Sequence[Item]] = reactive((), init=False)
    """What is listed."""

    def watch_items(self, items: Sequence[Item]) -> None:
        """List them."""
        self.virtual_size = Size(self.size.width, len(items))
        self.refresh()

    @property
    def widest(self) -> int:
        """Return the columns that the widest line takes."""
        return max((_cells(item) for item in self.items), default=0)

    def reveal(self, number: int) -> None:
        """Scroll so that this line is in sight."""
        top = round(self.scroll_offset.y)
        cut = top + self.size.height < len(self.items)  # the last line says so
        if not top <= number < top + self.size.height - cut:
            self.scroll_to(y=max(number - self.size.height // 2, 0), animate=False)

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight."""
        number, width = y + self.scroll_offset.y, self.size.width
        if number >= len(self.items):
            return Strip.blank(width, self.rich_style)
        more = len(self.items) - number
        if more > 1 and y == self.size.height - 1:
            return (
                Strip([Segment(f" … {more} more")])
                .crop(0, width)
                .extend_cell_length(width)
                .apply_style(self.rich_style)
            )
        item = self.items[number]
        room = max(width - len(item.sign) - len(" ") - cell_len(item.note) - bool(item.note), 1)
        name = harmless(item.name)
        name = set_cell_size(name, room - 1) + "…" if cell_len(name) > room else set_cell_size(name, room)
        note = f" {item.note}" if item.note else ""
        strip = Strip([Segment(item.sign), Segment(name, item.style), Segment(note, Style(bold=True))])
        return strip.crop(0, width - 1).extend_cell_length(width).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Tell which name it was."""
        number = event.y + round(self.scroll_offset.y)
        if number < len(self.items) and self.items[number].key:
            self.post_message(self.Chosen(self, self.items[number].key))


def _cells(item: Item) -> int:
    """Return the columns that a line takes, with the space behind it."""
    return len(item.sign) + cell_len(item.name) + (cell_len(item.note) + 1 if item.note else 0) + 1
