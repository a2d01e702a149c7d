"""Log files of other programs as messages of a room: WeeChat's, irssi's and ZNC's. Only what was said counts.

Their times are local ones: they are read in this machine's time zone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple


class Said(NamedTuple):
    """One message; `at` is Unix time in seconds."""

    at: float
    nick: str
    text: str


_ACTION = "\x01ACTION {}\x01"
_WEECHAT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\t([^\t]*)\t(.*)")
_WEECHAT_OTHERS = frozenset({"", "--", "-->", "<--", "=!="})
_DAY = re.compile(r"--- (?:Log opened|Day changed) \w{3} (\w{3}) (\d\d) (?:\d\d:\d\d:\d\d )?(\d{4})")
_CLOCK = r"(\d\d:\d\d(?::\d\d)?)"
_IRSSI = re.compile(_CLOCK + r" (?:<[ @+%&~]?([^>]+)> (.*)| \* (\S+) (.*))")
_ZNC = re.compile(r"\[" + _CLOCK + r"\] (?:<([^>]+)> (.*)|\* (\S+) (.*))")
_ZNC_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")


def _at(day: str, clock: str) -> float:
    return datetime.fromisoformat(f"{day} {clock}").timestamp()


def _weechat(lines: Iterable[str], name: str) -> Iterator[Said]:
    for line in lines:
        found = _WEECHAT.fullmatch(line)
        if found is None or found[2].strip() in _WEECHAT_OTHERS:
            continue
        when, who, text = found.groups()
        if who.strip() == "*":
            who, _, text = text.partition(" ")
            text = _ACTION.format(text)
        yield Said(datetime.fromisoformat(when).timestamp(), who.strip().lstrip("~&@%+"), text)


def _irssi(lines: Iterable[str], name: str) -> Iterator[Said]:
    day = ""
    for line in lines:
        if opened := _DAY.match(line):
            month, number, year = opened.groups()
            day = datetime.strptime(f"{year} {month} {number}", "%Y %b %d").astimezone().date().isoformat()
        elif day and (found := _IRSSI.fullmatch(line)):
            yield _bracketed(day, found)


def _znc(lines: Iterable[str], name: str) -> Iterator[Said]:
    """Its files are named after the day."""
    found_day = _ZNC_DAY.search(name)
    if found_day is None:
        raise ValueError(f"{name} is not named after a day, as ZNC's logs are (2026-01-31.log)")
    for line in lines:
        if found := _ZNC.fullmatch(line):
            yield _bracketed("-".join(found_day.groups()), found)


def _bracketed(day: str, found: re.Match[str]) -> Said:
    clock, who, text, doer, deed = found.groups()
    return Said(_at(day, clock), who or doer, text if who else _ACTION.format(deed))


FORMATS: dict[str, Callable[[Iterable[str], str], Iterator[Said]]] = {
    "weechat": _weechat,
    "irssi": _irssi,
    "znc": _znc,
}


def read_log(path: Path, kind: str) -> Iterator[Said]:
    """Return what was said, in order. Raises OSError, and ValueError for a file of which no day can be told."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        yield from FORMATS[kind]((line.rstrip("\r\n") for line in lines), path.name)
