"""Reads log files of WeeChat, irssi and ZNC as messages of a channel. Everything else in them is skipped.

Most have local times, which are read in this machine's time zone.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from trialogue_server.store.log_dates import read_day
from trialogue_server.world.ctcp import is_ctcp


class LoggedMessage(NamedTuple):
    """One message; `at` is Unix time in seconds."""

    at: float
    nick: str
    text: str
    command: str = "PRIVMSG"


class _Heard(NamedTuple):
    """One message of a log. Without a zone, `when` is a local time."""

    when: datetime
    nick: str
    text: str
    command: str = "PRIVMSG"


_Reading = _Heard | bool
"""The result for a line: a message, another line that is understood, or False."""

_Read = Callable[[str], _Reading]
Tell = Callable[[int, str], None]
"""Called for each line that is not understood, with its number, from 1 on, and its text."""

_ACTION = "\x01ACTION {}\x01"
_DAY_LONG = 24 * 3600
_UNSENDABLE = str.maketrans("\r\n\0", "   ")
_NICK = re.compile(r"[^\s!@,:*?#$&\x00-\x1f\x7f][^\s!@,*?\x00-\x1f\x7f]{0,63}")
"""A nick as any network allows it, so that it can stand in a source.  https://modern.ircdocs.horse/#clients"""

_ZONE = r"(?: ?(?:Z|[+-]\d\d:?\d\d))?"
_WEECHAT = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?" + _ZONE + r")\t([^\t]*)\t(.*)", re.DOTALL)
_WEECHAT_NOTICE = re.compile(r"Notice\(([^)]+)\)(?: -> [^:]+)?: (.*)", re.DOTALL)
_WEECHAT_OTHERS = frozenset({"", "--", "-->", "<--", "=!="})

_TALK = r"(?:<[ @+%&~!*.]?([^>]+)>(?: (.*))?| ?\* (\S+)(?: (.*))?|-([^ :!-][^ :]*?)(?::\S+)?- (.*))"
"""A message, an action or a notice, as irssi and ZNC write them."""
_CLOCK = r"\[?(\d\d:\d\d(?::\d\d)?)\]? ?"
_IRSSI = re.compile(_CLOCK + _TALK, re.DOTALL)
_IRSSI_OTHERS = re.compile(_CLOCK + r"(?:-!-|!|\[|>|=).*", re.DOTALL)
_ZNC = re.compile(r"\[(\d\d:\d\d(?::\d\d)?)\] " + _TALK, re.DOTALL)
_ZNC_OTHERS = re.compile(r"\[\d\d:\d\d(?::\d\d)?\] \*\*\* .*", re.DOTALL)
_ZNC_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")


def _weechat(_name: str) -> _Read:
    def read(line: str) -> _Reading:
        found = _WEECHAT.fullmatch(line)
        if found is None:
            return False
        moment, prefix, text = found.groups()
        when, who = datetime.fromisoformat(moment.replace(" +", "+").replace(" -", "-")), prefix.strip()
        notice = _WEECHAT_NOTICE.fullmatch(text) if who == "--" else None
        if notice is not None:
            return _Heard(when, notice[1], notice[2], "NOTICE")
        if who in _WEECHAT_OTHERS:
            return True
        if who == "*":
            who, _, text = text.partition(" ")
            text = _ACTION.format(text)
        return _Heard(when, who.lstrip("~&@%+"), text)

    return read


def _irssi(_name: str) -> _Read:
    day = ""

    def read(line: str) -> _Reading:
        nonlocal day
        if line.startswith("--- "):
            found_day = read_day(line[4:])
            day = found_day.isoformat() if found_day is not None else ""
            return found_day is not None
        found = _IRSSI.fullmatch(line) if day else None
        return _talk(day, found) if found is not None else bool(day and _IRSSI_OTHERS.fullmatch(line))

    return read


def _znc(name: str) -> _Read:
    """Files of ZNC are named after the day."""
    found_day = _ZNC_DAY.search(name)
    if found_day is None:
        raise ValueError(f"{name} is not named after a day, as ZNC's logs are (2026-01-31.log)")
    day = "-".join(found_day.groups())

    def read(line: str) -> _Reading:
        if _ZNC_OTHERS.fullmatch(line):
            return True
        found = _ZNC.fullmatch(line)
        return _talk(day, found) if found is not None else False

    return read


def _talk(day: str, found: re.Match[str]) -> _Heard:
    clock, who, text, doer, deed, noticer, notice = found.groups()
    when = datetime.fromisoformat(f"{day} {clock}")
    if who:
        return _Heard(when, who, text or "")
    return _Heard(when, noticer, notice, "NOTICE") if noticer else _Heard(when, doer, _ACTION.format(deed or ""))


class _Clock:
    """Converts local times to Unix times. The order of the file wins: in autumn one hour comes twice, and clocks are
    set.
    """

    def __init__(self) -> None:
        self._last = float("-inf")

    def at(self, when: datetime) -> float:
        at = when.timestamp()
        if when.tzinfo is None and 0 < self._last - at < _DAY_LONG:
            later = when.replace(fold=1).timestamp()
            at = later if later >= self._last else self._last
        self._last = at
        return at


FORMATS: dict[str, Callable[[str], _Read]] = {"weechat": _weechat, "irssi": _irssi, "znc": _znc}


def read_log(path: Path, kind: str, tell: Tell = lambda number, line: None) -> Iterator[LoggedMessage]:
    """Return the messages of a log, in order.

    Raises OSError, and ValueError for a file without a day, or of which nothing is understood.
    """
    read, clock = FORMATS[kind](path.name), _Clock()
    understood = False
    with path.open("rb") as file:
        for number, data in enumerate(file, start=1):
            line = _decoded(data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data)
            if not line.strip():
                continue
            heard, at = _read_line(read, clock, line)
            if not heard:
                tell(number, line)
                continue
            understood = True
            if isinstance(heard, _Heard):
                yield LoggedMessage(at, heard.nick, heard.text.translate(_UNSENDABLE), heard.command)
    if not understood:
        raise ValueError("nothing in it is understood")


def _read_line(read: _Read, clock: _Clock, line: str) -> tuple[_Reading, float]:
    """Return the result for a line, and its time."""
    try:
        heard = read(line)
        if not isinstance(heard, _Heard):
            return heard, 0.0
        is_said = _NICK.fullmatch(heard.nick) and heard.nick.isprintable() and not is_ctcp(heard.text)
        return (heard, clock.at(heard.when)) if is_said else (False, 0.0)
    except (ValueError, OverflowError):  # a day or an hour that there is not
        return False, 0.0


def _decoded(data: bytes) -> str:
    """Return a line as text. In old logs, what is not UTF-8 is Windows-1252."""
    data = data.rstrip(b"\r\n")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
