"""The forms of what an actor can see: ``alice: hello``, ``alice join #garden``, ``reply 322: *`` …"""

import re
from collections import defaultdict
from collections.abc import Callable

from trialogue_client.core.events import Kind
from trialogue_client.script.patterns import (
    Absence,
    Answer,
    Earlier,
    Invitation,
    JoinPattern,
    Kick,
    LeavePattern,
    LinePattern,
    Modes,
    NickPattern,
    Pattern,
    Reaction,
    RedactionPattern,
    ReplyPattern,
    TalkPattern,
    Topic,
)

NICK = r"[^\s:,#&]+"
ROOM = r"[#&][^\s:,]+"

_EARLIER = "earlier "
_KINDS = {"act": Kind.ACTION, "notice": Kind.NOTICE}
_Groups = Callable[[str], str]
_Make = Callable[[_Groups, str], Pattern]


def sight(text: str, room: str) -> Pattern | None:
    """Return what this form stands for, or None if it is none. `room` is meant where the text names none."""
    if text.startswith(_EARLIER):
        seen = sight(text.removeprefix(_EARLIER), room)
        return Earlier(seen) if isinstance(seen, TalkPattern | Answer) else None
    for form, make in _FORMS:
        found = form.fullmatch(text)
        if found:
            return make(defaultdict(str, found.groupdict(default="")).__getitem__, room)
    return None


def _talk(group: _Groups, room: str) -> Pattern:
    target = group("to") or group("room") or room
    return TalkPattern(group("who"), target, group("text"), _KINDS.get(group("kind"), Kind.TALK))


def _answer(group: _Groups, room: str) -> Pattern:
    return Answer(group("who"), group("to") or group("room") or room, group("text"))


def _reaction(group: _Groups, room: str) -> Pattern:
    return Reaction(group("who"), group("to") or group("room") or room, group("text"))


def _taking_back(group: _Groups, room: str) -> Pattern:
    return RedactionPattern(group("who"), group("to") or group("room") or room, group("text"))


def _leaving(group: _Groups, room: str) -> Pattern:
    return LeavePattern(group("who"), group("room") or room, group("text"))


def _quitting(group: _Groups, _: str) -> Pattern:
    return LeavePattern(group("who"), "", group("text"))


def _kick(group: _Groups, room: str) -> Pattern:
    return Kick(group("nick"), group("who"), group("room") or room, group("text"))


def _absence(group: _Groups, _: str) -> Pattern:
    return Absence(group("who"), group("text") or "*")


def _forms(*pairs: tuple[str, _Make]) -> tuple[tuple[re.Pattern[str], _Make], ...]:
    words = {
        "WHO": f"(?P<who>{NICK})",
        "NICK": f"(?P<nick>{NICK})",
        "ROOM": f"(?P<room>{ROOM})",
        "TO": f"(?P<to>{NICK})",
    }
    return tuple((re.compile(re.sub("WHO|NICK|ROOM|TO", lambda at: words[at[0]], form)), make) for form, make in pairs)


_TEXT = r"(?:: ?(?P<text>.*))?"
_FORMS = _forms(
    (r"reply (?P<code>\d{3})" + _TEXT, lambda group, _: ReplyPattern(group("code"), group("text"))),
    (r"error (?P<code>\d{3})" + _TEXT, lambda group, _: ReplyPattern(group("code"), group("text"))),
    (r"line: ?(?P<text>.+)", lambda group, _: LinePattern(group("text"))),
    (r"WHO(?: (?P<kind>act|notice))?(?: in ROOM| to TO)?: ?(?P<text>.+)", _talk),
    (r"WHO reply(?: in ROOM| to TO)?: ?(?P<text>.+)", _answer),
    (r"WHO react(?: in ROOM| to TO)?: ?(?P<text>.+)", _reaction),
    (r"WHO take back(?: in ROOM| to TO)?" + _TEXT, _taking_back),
    (r"WHO join(?: ROOM)?", lambda group, room: JoinPattern(group("who"), group("room") or room)),
    (r"WHO leave(?: ROOM)?" + _TEXT, _leaving),
    (r"WHO quit" + _TEXT, _quitting),
    (r"WHO kick NICK(?: from ROOM)?" + _TEXT, _kick),
    (r"WHO become NICK", lambda group, _: NickPattern(group("who"), group("nick"))),
    (
        r"WHO set topic(?: of ROOM)?" + _TEXT,
        lambda group, room: Topic(group("who"), group("room") or room, group("text")),
    ),
    (
        r"WHO set mode (?P<modes>[+-].*?)(?: on ROOM)?",
        lambda group, room: Modes(group("who"), group("room") or room, group("modes")),
    ),
    (
        r"WHO invite NICK(?: to ROOM)?",
        lambda group, room: Invitation(group("who"), group("nick"), group("room") or room),
    ),
    (r"WHO go away" + _TEXT, _absence),
    (r"WHO come back", lambda group, _: Absence(group("who"), None)),
)
