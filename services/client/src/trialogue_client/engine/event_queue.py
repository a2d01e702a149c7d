"""Events that wait to be taken in."""

from collections import deque
from collections.abc import Callable

from trialogue_client.core import events as ev


class EventQueue:
    """Events wait here until they are fetched. `arrived` is called when the queue was empty and is not any more."""

    def __init__(self, arrived: Callable[[], object]) -> None:
        self._events: deque[ev.Event] = deque()
        self._arrived = arrived

    @property
    def behind(self) -> bool:
        """Whether something has happened that was not fetched yet."""
        return bool(self._events)

    def put(self, event: ev.Event) -> None:
        """Take note of what happened."""
        self._events.append(event)
        if len(self._events) == 1:
            self._arrived()

    def fetch(self, most: int) -> list[ev.Event]:
        """Return what has happened since the last time; the rest, if it is more than so much, the next time."""
        return [self._events.popleft() for _ in range(min(most, len(self._events)))]
