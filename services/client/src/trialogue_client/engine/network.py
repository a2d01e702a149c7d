"""One chat, kept connected inside the guest; what happens waits in a queue until the interface fetches it."""

from collections import deque
from collections.abc import Callable

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.connection import Connection, DialError
from trialogue_client.core.events.connection import Ended, Remark

Connect = Callable[[Chat, Callable[[ev.Event], None], Callable[[str], None]], Connection]
"""Makes the connection of a chat, from where its events go and where its remarks go."""


class Network:
    """A chat and its connection. `arrived` is called when the queue was empty and is not any more."""

    def __init__(self, chat: Chat, connect: Connect, arrived: Callable[[], object]) -> None:
        self.chat = chat
        self._queue: deque[ev.Event] = deque()
        self._arrived = arrived
        self._connection = connect(chat, self._put, lambda text: self._put(Remark(text)))

    async def run(self) -> None:
        """Stay connected until we leave or it cannot be done."""
        reason = ""
        try:
            await self._connection.run()
        except DialError as error:
            reason = str(error)
        self._put(Ended(reason))

    @property
    def behind(self) -> bool:
        """Has something happened that was not fetched yet?"""
        return bool(self._queue)

    def fetch(self, most: int) -> list[ev.Event]:
        """Return what has happened since the last time; the rest, if it is more than so much, the next time."""
        return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    def flush(self) -> None:
        """Send what is queued, soon."""
        self._connection.flush()

    def leave(self, reason: str = "") -> None:
        """Say good-bye; `Ended` follows within a few seconds."""
        if not self.chat.leaving:
            self._connection.leave(reason)

    def give_up(self, sentence: str) -> None:
        """End now, for this reason."""
        self._connection.give_up(sentence)

    def _put(self, event: ev.Event) -> None:
        self._queue.append(event)
        if len(self._queue) == 1:
            self._arrived()
