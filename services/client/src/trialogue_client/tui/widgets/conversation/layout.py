"""An entry → the lines that show it: the time, who, a sign, and the text with a hanging indent."""

from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from ircwire.text import strip_formatting
from trialogue_client.engine.entries import Entry
from trialogue_client.tui.formatting import harmless, styled
from trialogue_client.tui.palette import BOLD, DIM, TONE_HINT, TONE_TROUBLE, tone_of
from trialogue_client.tui.widgets.conversation.wrapping import wrap
from trialogue_client.wording.rows import RowKind

_TIME = 6
_CONSOLE = Console(force_terminal=True, color_system="truecolor", width=10_000)
_RULES = (RowKind.DATE, RowKind.UNREAD)
_SIGNS = {RowKind.TROUBLE: "!", RowKind.HINT: "›", RowKind.EVENT: "·"}
_TONES = {RowKind.TROUBLE: TONE_TROUBLE, RowKind.HINT: TONE_HINT, RowKind.EVENT: DIM}
_STATES = {"unsent": "  (not sent yet)", "sending": "  …", "edited": "  (edited)"}
_ON_ITS_WAY = ("unsent", "sending")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the parts in a window of some width."""

    width: int
    coloured: bool = True
    """Whether there are colours; else a colour would become some grey, perhaps that of the background."""
    times: bool = True
    """Whether the time is shown."""

    @property
    def name(self) -> int:
        """Columns for the name."""
        return min(max(self.width // 6, 8), 16)

    @property
    def indent(self) -> int:
        """Columns in front of the text."""
        return (_TIME if self.times else 0) + self.name + 3

    @property
    def body(self) -> int:
        """Columns for the text."""
        return max(self.width - self.indent, 8)


def height(entry: Entry, columns: Columns) -> int:
    """Return how many lines an entry takes."""
    if entry.kind in _RULES:
        return 1
    note = len(wrap(_note(entry), columns.body)) if entry.note else 0
    if len(entry.body) + 16 < columns.body and entry.body.isascii():
        return 1 + note
    return len(wrap(_plain(entry), columns.body)) + note


def strips(entry: Entry, columns: Columns) -> list[Strip]:
    """Return an entry's lines."""
    if entry.kind in _RULES:
        return [_rule(entry, columns)]
    text = _body(entry, coloured=columns.coloured)
    first, *rest = _cut(text, wrap(text.plain, columns.body))
    if entry.note:
        note = Text(_note(entry), DIM)
        rest += _cut(note, wrap(note.plain, columns.body))
    indent = Segment(" " * columns.indent)
    return [_strip([*_label(entry, columns), *_segments(first)]), *(_strip([indent, *_segments(one)]) for one in rest)]


def _note(entry: Entry) -> str:
    return harmless(strip_formatting(entry.note))


def _cut(text: Text, lines: list[tuple[int, int]]) -> list[Text]:
    """Return these parts of a text, cut in one go: one after the other, a very long text would take seconds."""
    if lines == [(0, len(text))]:
        return [text]
    edges = sorted({edge for line in lines for edge in line} | {0, len(text)})
    pieces = dict(zip(edges, text.divide(edges[1:-1]), strict=False))
    return [pieces[start] for start, _ in lines]


def _plain(entry: Entry) -> str:
    if entry.body.isascii() and entry.body.isprintable():
        return entry.body + _STATES.get(entry.state, "")
    return harmless(strip_formatting(entry.body)) + _STATES.get(entry.state, "")


def _body(entry: Entry, *, coloured: bool) -> Text:
    text = styled(entry.body, coloured=coloured)
    text.append(_STATES.get(entry.state, ""), BOLD if entry.state == "unsent" else DIM)
    if entry.kind in _TONES and coloured:
        text.stylize_before(_TONES[entry.kind])
    if entry.mention:
        text.stylize_before(BOLD)
    if entry.kind is RowKind.NOTICE or entry.state in _ON_ITS_WAY:
        text.stylize_before(DIM)
    return text


def _label(entry: Entry, columns: Columns) -> list[Segment]:
    time = "" if not columns.times else entry.at.strftime("%H:%M ") if entry.head else " " * _TIME
    sign = "»" if entry.mention else " "
    if not entry.who:
        name, style = _SIGNS.get(entry.kind, "·"), _TONES.get(entry.kind, DIM)
    else:
        name, style = _name(entry) if entry.head else "", tone_of(entry.who)
    style = (style if columns.coloured else Style()) + Style(bold=entry.me)
    if cell_len(name) > columns.name:
        name = set_cell_size(name, columns.name - 1) + "…"
    padding = " " * (columns.name - cell_len(name))
    return [Segment(time, DIM), Segment(padding), Segment(name, style), Segment(f" {sign} ", BOLD)]


def _name(entry: Entry) -> str:
    name = harmless(entry.who)
    return {RowKind.ACTION: f"* {name}", RowKind.NOTICE: f"-{name}-"}.get(entry.kind, name)


def _rule(entry: Entry, columns: Columns) -> Strip:
    words = _day(entry.at) if entry.kind is RowKind.DATE else "new"
    style = DIM if entry.kind is RowKind.DATE else TONE_TROUBLE if columns.coloured else BOLD
    return _strip([Segment(f"── {words} ".ljust(columns.width, "─"), style)])


def _day(at: datetime) -> str:
    days = (datetime.now(at.tzinfo).date() - at.date()).days
    words = {0: "today", 1: "yesterday"}.get(days)
    return f"{words}, {at:%d %B}" if words else f"{at:%A, %d %B %Y}"


def _segments(text: Text) -> list[Segment]:
    text.end = ""
    return list(text.render(_CONSOLE))


def _strip(segments: list[Segment]) -> Strip:
    return Strip(segments)
