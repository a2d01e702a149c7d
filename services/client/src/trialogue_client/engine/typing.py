"""Keeps who is typing, and tells others that we are.  https://ircv3.net/specs/client-tags/typing"""

from dataclasses import dataclass, field

from ircwire import Message, caps
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.engine.buffers import Buffer, BufferKind

_TAG = "+typing"
_AGAIN_SECONDS = 3.0
"""We tell at most so often that we are typing."""
_LASTS = {"active": 6.0, "paused": 30.0}
"""Seconds after which somebody of whom nothing more is heard is no longer typing."""
_SHOWN = 3
"""More people than this are "several"."""


@dataclass(slots=True)
class Typing:
    """Keeps who types, and what others have been told of us. Times are in seconds on a clock that never goes back."""

    chat: Chat
    tells: bool = True
    """Whether others are told."""
    _others: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    """Nick and end, by conversation and person."""
    _told: tuple[str, float] = ("", 0.0)

    def follow(self, event: ev.Event, now: float) -> None:
        """Take in what happened."""
        match event:
            case ev.Tagged(me=False) if _TAG in event.tags:
                place = event.target if self.chat.is_room(event.target) else event.who.nick
                lasts = _LASTS.get(event.tags[_TAG], 0.0)
                self._others[self._key(place, event.who.nick)] = (event.who.nick, now + lasts)
            case ev.Said() if not event.replayed:
                place = event.who.nick if event.private else event.target
                self._others.pop(self._key(place, event.who.nick), None)

    def words(self, buffer: Buffer, now: float) -> str:
        """Return who is typing in a conversation, as a sentence; "" for nobody."""
        self._others = {key: (nick, end) for key, (nick, end) in self._others.items() if end > now}
        here = self.chat.fold(buffer.name)
        nicks = [nick for (place, _), (nick, _) in self._others.items() if place == here]
        if not nicks:
            return ""
        if len(nicks) > _SHOWN:
            return "Several people are typing …"
        return f"{' and '.join(nicks)} {'is' if len(nicks) == 1 else 'are'} typing …"

    def until(self, now: float) -> float | None:
        """Return in how many seconds the next one stops, or None if nobody is typing."""
        ends = [end - now for _, end in self._others.values() if end > now]
        return min(ends) if ends else None

    def typed(self, text: str, buffer: Buffer, now: float) -> None:
        """Tell the others, if there are any and they want to know, that we are typing or have given up."""
        session = self.chat.session
        if (
            not self.tells
            or session is None
            or buffer.sort is BufferKind.SERVER
            or not session.state.has(caps.MESSAGE_TAGS)
        ):
            return
        place, since = self._told
        if text and not text.startswith("/"):
            if place != buffer.name or now - since >= _AGAIN_SECONDS:
                self._tell(buffer.name, "active")
                self._told = (buffer.name, now)
        elif place == buffer.name:
            self._tell(buffer.name, "done")
            self._told = ("", 0.0)

    def sent(self) -> None:
        """What we typed has been sent, which says that we have stopped."""
        self._told = ("", 0.0)

    def _tell(self, target: str, state: str) -> None:
        self.chat.send(Message("TAGMSG", [target], tags={_TAG: state}))

    def _key(self, place: str, nick: str) -> tuple[str, str]:
        return self.chat.fold(place), self.chat.fold(nick)
