"""The commands about what was said already."""

import re

from trialogue_client.core.commands.actions import Action, Edit, History, React, Redact, Reply, Search, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn
from trialogue_client.core.search import SearchQuery

_USUAL = 20
_MOST = 1000
_WHO = re.compile(r"(?:^|\s)from (\S+)$", re.IGNORECASE)
_WHERE = re.compile(r"(?:^|\s)in (\S+)$", re.IGNORECASE)


def _here(place: TypedIn) -> str:
    if not place.target:
        raise UsageError("You are not in a room: come into one with /join #room.")
    return place.target


def _history(place: TypedIn, count: str) -> list[Action]:
    if count and not (count.isascii() and count.isdigit() and 0 < int(count[:9]) <= _MOST):
        raise UsageError(f"Say how many messages, from 1 to {_MOST}, as in /history 50.")
    return [History(_here(place), int(count or _USUAL))]


def _search(place: TypedIn, text: str) -> list[Action]:
    """Read ``words [from nick] [in #room]``, the last two in any order."""
    words, who, where = text.strip(), "", ""
    for _ in range(2):
        if not where and (found := _WHERE.search(words)) and place.is_room(found[1]):
            where, words = found[1], words[: found.start()].strip()
        if not who and (found := _WHO.search(words)):
            who, words = found[1], words[: found.start()].strip()
    return [Search(SearchQuery(words, who, where))]


def _redact(place: TypedIn) -> list[Action]:
    return [Redact(_here(place))]


def _edit(place: TypedIn, text: str) -> list[Action]:
    return [Edit(_here(place), text)]


def _reply(place: TypedIn, nick: str, text: str) -> list[Action]:
    return [Reply(_here(place), nick, text)]


def _react(place: TypedIn, nick: str, reaction: str) -> list[Action]:
    return [React(_here(place), nick, reaction)]


HISTORY = Command(
    "history",
    "Show what was said before what is shown here",
    (Argument("number", Takes.WORD, optional=True),),
    _history,
    "/history 50",
)
SEARCH = Command(
    "search",
    "Look for what was said, if you like by whom and where",
    (Argument("words", Takes.TEXT),),
    _search,
    "/search tomatoes from carol in #garden",
)
REPLY = Command(
    "reply",
    "Answer what somebody said last",
    (Argument("nick", Takes.NICK), Argument("text", Takes.TEXT)),
    _reply,
    "/reply carol so do I",
)
REACT = Command(
    "react",
    "React to what somebody said last",
    (Argument("nick", Takes.NICK), Argument("emoji", Takes.WORD)),
    _react,
    "/react carol 👍",
)
EDIT = Command(
    "edit",
    "Take back what you said last, and say this instead",
    (Argument("text", Takes.TEXT),),
    _edit,
    "/edit see you at eight, not at nine",
)
REDACT = Command("redact", "Take back what you said last", (), _redact)
UNDO = Command("undo", "As /redact", (), _redact)
