"""Keys in the order in which they were typed: none is acted on before those in front of it have had their effect.

Textual puts a key into the queue of what has the focus just then, and goes on to the next key.  What the first one
leads to (another focus, a dialog, another conversation) comes later, and keys right behind it went to what had the
focus before.  Here a key waits until nothing of that is on its way any more.  Letters typed into an input need not
wait for each other: they go through the same queue.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event, Key, MouseMove, MouseScrollDown, MouseScrollUp
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

_ROUNDS = 3
"""How often all queues on the way of a key are gone through behind it: for the key, for the messages that are sent on
its account, and for those that these lead to. It begins anew whenever the focus or the screen is another one."""
_AGAIN_SECONDS = 0.25
"""After so long the way is gone once more: what had the focus may have gone with all that was in its queue."""
_WAITING_FOR_NOTHING = frozenset({"left", "right", "backspace", "delete", "home", "end", "space"})
"""Keys that only change a text, besides letters."""
_AT_ONCE = frozenset({"ctrl+q", "ctrl+c"})
_LONE_ALT = "alt+"

Dispatch = Callable[[Event], Awaitable[None]]


class Keyboard:
    """Queues what is typed and clicked. `dispatch` has Textual act on one event."""

    def __init__(self, app: App[int], dispatch: Dispatch) -> None:
        self._app = app
        self._dispatch = dispatch
        self._waiting: deque[Event] = deque()
        self._rounds = 0
        """How many are still to go before the next event."""
        self._round = 0
        """The number of the one that goes on; what comes of another is too late."""
        self._place: tuple[Screen[object] | None, Widget | None] = (None, None)
        self._typing: Widget | None = None
        """The input to which letters go, as long as nothing else was typed."""

    async def handle(self, event: Event) -> None:
        """Act on it, now or when its turn comes."""
        if isinstance(event, MouseMove | MouseScrollDown | MouseScrollUp) and not self._waiting:
            await self._dispatch(event)
            return
        self._waiting.append(event)
        await self._go_on()

    async def _go_on(self) -> None:
        while self._waiting and self._is_turn(self._waiting[0]):
            event = self._waiting.popleft()
            if isinstance(event, Key) and (letter := self._behind_escape(event)) is not None:
                self._waiting.appendleft(letter)
                event = Key("escape", "\x1b")
            self._typing = self._app.focused if self._is_text(event) else None
            await self._dispatch(event)
            self._settle()
        if self._waiting and self._rounds == 0:
            self._settle()

    def _is_turn(self, event: Event) -> bool:
        if isinstance(event, Key) and event.key in _AT_ONCE:
            return True
        if not self._somebody_listens():
            return False
        in_order = self._typing is not None and self._typing is self._app.focused and self._is_text(event)
        return self._rounds == 0 or in_order

    def _somebody_listens(self) -> bool:
        """Whether there is a screen of ours: before, there is Textual's own, which takes no keys."""
        return len(self._app.screen_stack) > 1

    def _is_text(self, event: Event) -> bool:
        """Return whether a key does nothing but change a text."""
        if not isinstance(event, Key) or not isinstance(self._app.focused, Input | TextArea):
            return False
        return event.key in _WAITING_FOR_NOTHING or (event.is_printable and event.key != "question_mark")

    def _behind_escape(self, event: Key) -> Key | None:
        """Return the letter that was typed right behind Escape: terminals send the same for Alt and a letter.

        It is Alt where that means anything.
        """
        if not event.key.startswith(_LONE_ALT) or event.character is None or not event.character.isprintable():
            return None
        known = event.key in self._app.active_bindings or event.key in getattr(self._app.focused, "TAKEN", ())
        return None if known else Key(_name(event.key), event.character)

    def _settle(self) -> None:
        """Go through the queues from now on."""
        if self._rounds > 0:
            self._rounds = _ROUNDS + 1  # The round that goes on may be in front of the event.
        else:
            self._rounds = _ROUNDS
            self._begin()

    def _begin(self) -> None:
        self._round += 1
        self._hop(self._way(), self._round)
        asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._begin_anew, self._round)

    def _begin_anew(self, number: int) -> None:
        if number == self._round and self._rounds > 0 and self._app.is_running:
            self._begin()

    def _way(self) -> deque[MessagePump]:
        """Return whose queues a key goes through, in their order."""
        start: DOMNode = self._app.focused or self._app.screen
        way: deque[MessagePump] = deque(start.ancestors_with_self)
        if way[-1] is not self._app:
            way.append(self._app)
        return way

    def _hop(self, way: deque[MessagePump], number: int) -> None:
        """Come behind all that is in the next queue that is still worked on."""
        while way:
            then = self._hop if len(way) > 1 else self._passed
            if way.popleft().call_later(then, way, number):
                return

    async def _passed(self, _: deque[MessagePump], number: int) -> None:
        if number != self._round or not self._somebody_listens():
            return  # Where nobody listens yet, the next attempt comes by itself.
        place = (self._app.screen, self._app.focused)
        self._rounds = self._rounds - 1 if place == self._place else _ROUNDS
        self._place = place
        if self._rounds > 0:
            self._begin()
        else:
            self._round += 1
            await self._go_on()


def _name(key: str) -> str:
    """Return the key's name without Alt."""
    rest = key.removeprefix(_LONE_ALT)
    return rest.removeprefix("shift+").upper() if rest.startswith("shift+") else rest
