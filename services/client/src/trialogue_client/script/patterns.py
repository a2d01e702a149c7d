"""Matches events with what a step wants to see."""

from dataclasses import dataclass
from typing import Protocol

from ircwire import ParseError, parse
from ircwire.casemap import Fold
from ircwire.modes import format_modes
from ircwire.source import match as glob
from trialogue_client.core import events as ev
from trialogue_client.core.events import Event, Kind
from trialogue_client.core.references import reaction_of


class Pattern(Protocol):
    """What a step wants to see."""

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether this is it. The server's rules compare names; texts are compared by mask, letter by letter."""


@dataclass(frozen=True, slots=True)
class TalkPattern:
    """Somebody says something in a room, or to somebody."""

    who: str
    target: str
    text: str
    kind: Kind = Kind.TALK

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        if isinstance(event, ev.Noticed):
            kind = Kind.NOTICE
        elif isinstance(event, ev.Said):
            kind = event.kind
        else:
            return False
        same = fold(event.who.nick) == fold(self.who) and fold(event.target) == fold(self.target)
        return same and kind is self.kind and glob(self.text, event.text)


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody answers a certain message, in a room or to somebody."""

    who: str
    target: str
    text: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        answers = isinstance(event, ev.Said) and event.reply != ""
        return answers and TalkPattern(self.who, self.target, self.text).fits(event, fold)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody reacts to a message."""

    who: str
    target: str
    reaction: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return (
            isinstance(event, ev.Tagged)
            and fold(event.who.nick) == fold(self.who)
            and fold(event.target) == fold(self.target)
            and reaction_of(event.tags) != ""
            and match_text(self.reaction, reaction_of(event.tags))
        )


@dataclass(frozen=True, slots=True)
class RedactionPattern:
    """Somebody takes back a message, which the actor has seen."""

    who: str
    target: str
    text: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return (
            isinstance(event, ev.Redacted)
            and fold(event.by.nick) == fold(self.who)
            and fold(event.target) == fold(self.target)
            and match_text(self.text, event.refers_to.text if event.refers_to else "")
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """So much was missed in a room, or of what somebody said to us."""

    target: str
    count: int

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return isinstance(event, ev.Missed) and fold(event.target) == fold(self.target) and event.count == self.count


@dataclass(frozen=True, slots=True)
class SearchPattern:
    """A search has found something."""

    pattern: Pattern

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return isinstance(event, ev.Found) and any(self.pattern.fits(one, fold) for one in event.results)


@dataclass(frozen=True, slots=True)
class JoinPattern:
    """Somebody joins a room."""

    who: str
    room: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return (
            isinstance(event, ev.Joined)
            and fold(event.who.nick) == fold(self.who)
            and fold(event.room) == fold(self.room)
        )


@dataclass(frozen=True, slots=True)
class LeavePattern:
    """Somebody leaves a room; with room "", the server."""

    who: str
    room: str
    reason: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        match event:
            case ev.Parted():
                where = event.room
            case ev.Quit():
                where = ""
            case _:
                return False
        same = fold(event.who.nick) == fold(self.who) and fold(where) == fold(self.room)
        return same and match_text(self.reason, event.reason)


@dataclass(frozen=True, slots=True)
class Kick:
    """Somebody is put out of a room; "" as `by` or `room` stands for any."""

    nick: str
    by: str
    room: str
    reason: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return (
            isinstance(event, ev.Kicked)
            and fold(event.nick) == fold(self.nick)
            and (not self.by or fold(event.by.nick) == fold(self.by))
            and (not self.room or fold(event.room) == fold(self.room))
            and match_text(self.reason, event.reason)
        )


@dataclass(frozen=True, slots=True)
class NickPattern:
    """Somebody takes another nick."""

    who: str
    new: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return isinstance(event, ev.Renamed) and fold(event.old) == fold(self.who) and event.new == self.new


@dataclass(frozen=True, slots=True)
class Topic:
    """Somebody sets a room's topic."""

    who: str
    room: str
    topic: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return (
            isinstance(event, ev.TopicChanged)
            and fold(event.by.nick) == fold(self.who)
            and fold(event.room) == fold(self.room)
            and match_text(self.topic, event.topic)
        )


@dataclass(frozen=True, slots=True)
class Modes:
    """Somebody sets modes; `modes` as written, with parameters."""

    who: str
    target: str
    modes: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return (
            isinstance(event, ev.ModeChanged)
            and fold(event.by.nick) == fold(self.who)
            and fold(event.target) == fold(self.target)
            and " ".join(format_modes(event.changes)) == self.modes
        )


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody asks somebody into a room."""

    who: str
    nick: str
    room: str

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return (
            isinstance(event, ev.Invited)
            and fold(event.by.nick) == fold(self.who)
            and fold(event.nick) == fold(self.nick)
            and fold(event.room) == fold(self.room)
        )


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody goes away with a message, or comes back (None)."""

    who: str
    message: str | None

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        if not isinstance(event, ev.AwayChanged) or fold(event.nick) != fold(self.who):
            return False
        if self.message is None or event.message is None:
            return self.message is event.message
        return glob(self.message, event.message)


@dataclass(frozen=True, slots=True)
class ReplyPattern:
    """A numeric reply or error; `text` is a mask for its parameters after our nick, joined by spaces."""

    code: str
    text: str

    def fits(self, event: Event, _: Fold) -> bool:
        """Return whether an event matches."""
        if not isinstance(event, ev.Traced):
            return False
        text = _numeric(event.line, self.code)
        return text is not None and match_text(self.text, text)


@dataclass(frozen=True, slots=True)
class LinePattern:
    """Any line as it came; `text` is a mask."""

    text: str

    def fits(self, event: Event, _: Fold) -> bool:
        """Return whether an event matches."""
        return isinstance(event, ev.Traced) and glob(self.text, event.line)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something that happened before and that the server tells again; all other patterns are about news."""

    pattern: Pattern

    def fits(self, event: Event, fold: Fold) -> bool:
        """Return whether an event matches."""
        return self.pattern.fits(event, fold)


def match_text(mask: str, text: str) -> bool:
    """Return whether the text fits. A mask that was left out ("") fits any."""
    return not mask or glob(mask, text)


def _numeric(line: str, code: str) -> str | None:
    try:
        message = parse(line)
    except ParseError:
        return None
    return " ".join(message.params[1:]) if message.command == code else None
