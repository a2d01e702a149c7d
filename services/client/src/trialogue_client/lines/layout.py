"""Rows → lines for a screen."""

from dataclasses import replace
from datetime import datetime

from prompt_toolkit.utils import get_cwidth

from ircwire.folding import has_word
from ircwire.text import strip_formatting
from trialogue_client.core.visible import visible
from trialogue_client.wording.palette import BOLD, DIM, HINT, RESET, TROUBLE, colour, colour_of
from trialogue_client.wording.rows import Row, RowKind

_LABEL = 14
"""Columns for who said it; a longer label pushes its own row only."""
_LEAST_BODY = 24
"""Columns; on a narrower screen the terminal may break lines as it likes."""


def harmless(row: Row) -> Row:
    """Take out what could act on the terminal: other people's texts must never move the cursor or set the title."""
    return replace(
        row,
        body=f"{_visible(row.body)}{' (edited)' if row.edited else ''}",
        who=_visible(row.who),
        where=_visible(row.where),
        to=_visible(row.to),
        server=_visible(row.server),
    )


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return visible(strip_formatting(text).replace("\n", " "))


def clock(row: Row) -> str:
    """Return the local time of day, with the date for what is older than today."""
    now = datetime.now().astimezone()
    at = row.at.astimezone() if row.at else now
    return at.strftime("%H:%M" if at.date() == now.date() else "%d %b %H:%M")


def plain(row: Row, *, times: bool = True) -> str:
    """Lay out for a pipe or a screen reader: the words and nothing else."""
    row = harmless(row)
    return " ".join([f"[{row.server}]"] * bool(row.server) + [clock(row)] * times + [_words(row)])


def _words(row: Row) -> str:
    where = f" in {row.where}" if row.where else ""
    to = f" to {row.to}" if row.to else ""
    earlier = " (earlier)" if row.earlier else ""
    match row.kind:
        case RowKind.TALK:
            return f"{row.who}{to}{where}{earlier}: {row.body}"
        case RowKind.NOTICE:
            return f"{row.who}{to}{where} (notice): {row.body}"
        case RowKind.ACTION:
            return f"* {row.who}{to}{where}{earlier} {row.body}"
        case RowKind.TROUBLE:
            return f"! {row.body}{where}"
        case _:
            return f"- {row.body}{where}"


def designed(row: Row, *, width: int, nick: str, coloured: bool, times: bool = True) -> str:
    """Lay out for a terminal: the time, who (right-aligned), and the text with a hanging indent."""
    row = harmless(row)
    time = f"{clock(row)} " if times else ""
    indent = len(time) + max(_LABEL, get_cwidth(_label(row))) + 2
    body = f"\n{' ' * indent}".join(wrap(row.body, width - indent)) if width - indent >= _LEAST_BODY else row.body
    label = " " * (_LABEL - get_cwidth(_label(row))) + _label(row)
    if not coloured:
        return f"{time}{label}  {body}"
    return f"{DIM}{time}{RESET}{_paint_label(row, label)}  {_paint_body(row, body, nick)}"


def _label(row: Row) -> str:
    return f"{row.server} {_source(row)}" if row.server else _source(row)


def _source(row: Row) -> str:
    who = f"* {row.who}" if row.kind is RowKind.ACTION else row.who
    who = f"-{row.who}-" if row.kind is RowKind.NOTICE and row.who else who
    if not row.who:
        who = {RowKind.TROUBLE: "!", RowKind.HINT: "›"}.get(row.kind, "·")
    if row.to:
        return f"{who} → {row.to}"
    return f"{row.where} {who}" if row.where else who


def _paint_label(row: Row, label: str) -> str:
    if row.who:
        return f"{colour_of(row.who)}{BOLD if row.me else ''}{label}{RESET}"
    return f"{_tone(row.kind)}{label}{RESET}"


def _paint_body(row: Row, body: str, nick: str) -> str:
    if row.earlier:
        return f"{DIM}{body}{RESET}"
    if row.kind in (RowKind.EVENT, RowKind.HINT, RowKind.TROUBLE):
        return f"{_tone(row.kind)}{body}{RESET}"
    named = not row.me and has_word(body, nick)
    return f"{BOLD}{body}{RESET}" if named else body


def _tone(mark: RowKind) -> str:
    return {RowKind.TROUBLE: colour(TROUBLE), RowKind.HINT: colour(HINT)}.get(mark, DIM)


def wrap(text: str, width: int) -> list[str]:
    """Break a text at spaces into lines of at most `width` columns; a longer word stands alone."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and get_cwidth(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
