"""The forms of a step: what may stand behind an actor's name."""

import re
from collections.abc import Callable

from trialogue_client.script.patterns import Gap, Kick, SearchPattern
from trialogue_client.script.scenario import (
    Action,
    Cannot,
    ConnectStep,
    Disconnected,
    Doing,
    Drop,
    JoinStep,
    LeaveRoom,
    LogInStep,
    MakeAccount,
    NotSees,
    Pause,
    QuitServer,
    SayStep,
    Sees,
    SendLine,
    Type,
    WaitFor,
)
from trialogue_client.script.sights import NICK, ROOM, sight

VERBS = (
    "connects", "joins", "leaves", "quits", "drops", "pauses", "waits for", "waits until", "sees", "does not see",
    "cannot", "registers", "logs in", "missed", "finds", "is kicked", "is disconnected", "raw:",
)  # fmt: skip

_Found = re.Match[str]
_SECONDS = r"(?P<seconds>\d+(?:\.\d+)?) ?s"
_NICKS = rf"(?P<nicks>{NICK}(?:(?:, ?| and ){NICK})*)"
_IN = rf"(?P<room>{ROOM})"
_WITH = r"(?: with password (?P<password>\S+))?"
_REASON = r"(?:: ?(?P<text>.*))?"
_CODE = r"(?: ?\((?P<code>\w+)\))?"


def action(text: str, actor: str, room: str, seconds: float) -> Action | None:
    """Return what a step asks for, or None if it is none. `room` is meant where the text names none."""
    for form, make in _FORMS:
        found = re.fullmatch(form, text)
        if found:
            return make(found, room)
    return _seeing(text, actor, room, seconds) or _refusal(text, room)


def _connect(found: _Found, _: str) -> ConnectStep:
    return ConnectStep(found["nick"] or "", found["password"] or "")


def _seeing(text: str, actor: str, room: str, seconds: float) -> Action | None:
    if text.startswith("sees "):
        seen = sight(text.removeprefix("sees "), room)
        return Sees(seen) if seen else None
    if text.startswith("does not see "):
        seen = sight(text.removeprefix("does not see "), room)
        return NotSees(seen, seconds) if seen else None
    if text.startswith("finds "):
        seen = sight(text.removeprefix("finds "), room)
        return Sees(SearchPattern(seen)) if seen else None
    gap = re.fullmatch(rf"missed (?P<count>\d+)(?: in {_IN}| from (?P<who>{NICK}))?", text)
    if gap:
        return Sees(Gap(gap["room"] or gap["who"] or room, int(gap["count"])))
    found = re.fullmatch(rf"is kicked(?: from {_IN})?(?: by (?P<by>{NICK}))?{_REASON}", text)
    return found and Sees(Kick(actor, found["by"] or "", found["room"] or "", found["text"] or ""))


def _refusal(text: str, room: str) -> Cannot | None:
    if not text.startswith("cannot "):
        return None
    for form, make in _REFUSALS:
        found = re.fullmatch(form, text.removeprefix("cannot "))
        if found:
            return Cannot(make(found, room), found["code"] or "")
    return None


def _say(found: _Found, room: str) -> SayStep:
    return SayStep(found["to"] or found["room"] or room, found["text"])


def _join(found: _Found, room: str) -> JoinStep:
    return JoinStep(found["room"] or room, found["key"] or "")


def _wait(found: _Found, room: str, *, present: bool) -> WaitFor:
    return WaitFor(tuple(re.split(r", ?| and ", found["nicks"])), found["room"] or room, present)


_FORMS: tuple[tuple[str, Callable[[_Found, str], Action]], ...] = (
    (rf"(?:in {_IN}|to (?P<to>{NICK}))?: ?(?P<text>.+)", _say),
    (r"(?P<text>/.+)", lambda found, room: Type(found["text"], room)),
    (r"raw: ?(?P<text>.+)", lambda found, _: SendLine(found["text"])),
    (rf"connects(?: as (?P<nick>{NICK}))?{_WITH}", _connect),
    (r"registers with (?P<password>\S+)", lambda found, _: MakeAccount(found["password"])),
    (r"logs in with (?P<password>\S+)", lambda found, _: LogInStep(found["password"])),
    (rf"joins(?: {_IN}(?: (?P<key>\S+))?)?", _join),
    (rf"leaves(?: {_IN})?{_REASON}", lambda found, room: LeaveRoom(found["room"] or room, found["text"] or "")),
    (rf"quits{_REASON}", lambda found, _: QuitServer(found["text"] or "")),
    (r"drops", lambda *_: Drop()),
    (rf"pauses {_SECONDS}", lambda found, _: Pause(float(found["seconds"]))),
    (rf"waits for {_NICKS}(?: in {_IN})?", lambda found, room: _wait(found, room, present=True)),
    (
        rf"waits until {_NICKS} (?:is|are) gone(?: from {_IN})?",
        lambda found, room: _wait(found, room, present=False),
    ),
    (rf"is disconnected{_REASON}", lambda found, _: Disconnected(found["text"] or "*")),
)

_REFUSALS: tuple[tuple[str, Callable[[_Found, str], Doing]], ...] = (
    (rf"connect(?: as (?P<nick>{NICK}))?{_WITH}{_CODE}", _connect),
    (rf"register with (?P<password>\S+){_CODE}", lambda found, _: MakeAccount(found["password"])),
    (rf"log in with (?P<password>\S+){_CODE}", lambda found, _: LogInStep(found["password"])),
    (rf"join(?: {_IN}(?: (?P<key>[^\s(]+))?)?{_CODE}", _join),
    (rf"say(?: in {_IN}| to (?P<to>{NICK}))?{_CODE}: ?(?P<text>.+)", _say),
    (rf"(?P<text>/.+?){_CODE}", lambda found, room: Type(found["text"], room)),
)
