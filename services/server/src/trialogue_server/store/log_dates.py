"""Reads the dates of irssi's logs, which are in the language of whoever ran it."""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_NUMBERED_MONTH = re.compile(r"(\d{1,2})\D+")
"""Numbered months, as in Chinese, Japanese and Korean."""


class _Language(NamedTuple):
    weekdays: tuple[str, ...]
    """From Sunday on."""
    months: tuple[frozenset[str], ...]
    """All forms of each name."""


@cache
def _languages() -> tuple[_Language, ...]:
    text = files("trialogue_server.store").joinpath("calendar.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        _Language(tuple(days.split(" ")), tuple(frozenset(month.split("/")) for month in months.split(" ")))
        for _, days, months in rows
    )


def read_day(text: str) -> date | None:
    """Read ``… Sat Jan 31 12:00:00 2026``, with or without the clock, ``… sam. 31 janv. 2026`` or ``… 2026-01-31``.

    What stands before the date is ignored. None if there is no date, or the month is ambiguous.
    """
    words = [word.strip(".,").casefold() for word in text.split() if not _CLOCK.fullmatch(word)]
    if not words:
        return None
    *before, last = words
    try:
        if not re.fullmatch(r"\d{4}", last):
            return date.fromisoformat(last)
        return _with_words(before, int(last))
    except ValueError:
        return None


def _with_words(words: list[str], year: int) -> date | None:
    for (one, other), weekday in zip(reversed(list(pairwise(words))), reversed(["", *words[:-2]]), strict=True):
        for month, day in ((one, other), (other, one)):
            if day.isascii() and day.isdigit() and len(day) <= 2 and (found := _find(month, weekday, int(day), year)):
                return found
    return None


def _find(month: str, weekday: str, day: int, year: int) -> date | None:
    """Return the day. Of several languages with this month, those count in which the weekday fits."""
    numbered = _NUMBERED_MONTH.fullmatch(month)
    if numbered is not None:
        return date(year, int(numbered[1]), day)
    fits: set[date] = set()
    for language in _languages():
        for number, forms in enumerate(language.months, start=1):
            if month in forms:
                found = _day(year, number, day)
                if found is not None and weekday == language.weekdays[found.isoweekday() % 7]:
                    return found
                fits.update(() if found is None else (found,))
    return fits.pop() if len(fits) == 1 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
