"""The results of a search as a list: where and when each message was said."""

from dataclasses import dataclass
from datetime import datetime

from ircwire.folding import fold_text
from ircwire.text import strip_formatting
from trialogue_client.core import events as ev
from trialogue_client.core.recall import conversation

_LONGEST, _BEFORE = 160, 40
"""Characters of a message, and of those before what was looked for."""


@dataclass(frozen=True, slots=True)
class Result:
    """One message that was found."""

    where: str
    """Its conversation."""
    msgid: str
    label: str
    text: str


def results(event: ev.Found, now: datetime) -> list[Result]:
    """Return what was found, the newest first: that is what one most often looks for."""
    return [_result(one, event.wanted, now) for one in reversed(event.results)]


def _result(one: ev.Said | ev.Noticed, wanted: str, now: datetime) -> Result:
    at = f"{one.at.astimezone(now.tzinfo):%d %b %Y %H:%M} " if one.at else ""
    label = f"{at}{'' if one.private else f'{one.target} '}{one.who.nick}:"
    return Result(
        conversation(one), one.msgid, label, _excerpt(strip_formatting(one.text).replace("\n", " ⏎ "), wanted)
    )


def _excerpt(text: str, wanted: str) -> str:
    """Return what stands around the first word that was looked for."""
    folded = fold_text(text)
    places = (folded.find(word) for word in fold_text(wanted).split())
    start = max(min((place for place in places if place > 0), default=0) - _BEFORE, 0)
    cut = text[start : start + _LONGEST].strip()
    return f"{'…' if start else ''}{cut}{'…' if start + _LONGEST < len(text) else ''}"
