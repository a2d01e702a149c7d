"""One server of those on which line mode is: its chat, its connection, and where plain text goes."""

import string
from collections.abc import Callable

import trio

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.completion import Completion, complete
from trialogue_client.core.events.connection import Lost
from trialogue_client.core.nicks import numbered
from trialogue_client.core.recall import conversation
from trialogue_client.lines.progress import Progress
from trialogue_client.net.reconnect import Connection
from trialogue_client.settings.wanted import Wanted
from trialogue_client.wording.row import View

READ_SECONDS = 3.0
"""What is on the screen for so long counts as read, and our other devices are told so."""

Connect = Callable[["Station", Callable[[ev.Event], None], Callable[[str], None]], Connection]
"""Makes the connection of a station, from where its events go and where its remarks go."""


class Station:
    """One server. What happens there is taken in by `take_in` before it is shown, and followed after that."""

    def __init__(self, wanted: Wanted, chat: Chat, *, may_number: bool = False, offered: str = "") -> None:
        """`may_number`: when the nick is taken and nobody can be asked, try it with a number behind it.

        `offered` is a password that need not be offered to the key ring.
        """
        self.wanted = wanted
        self.chat = chat
        self.view = View(chat, next(iter(chat.wanted), ""))
        self.progress = Progress(chat)
        self.offered = wanted.password if wanted.kept else offered
        self.connection: Connection | None = None
        self._may_number = may_number
        self._attempts = 1
        self._unmarked: set[str] = set()
        """The conversations of which something new was shown."""

    @property
    def prompt(self) -> str:
        """Where plain text goes, for the input line."""
        state = "" if self.chat.online else "(offline) "
        return f"{state}{self.view.target or self.chat.nick}"

    def take_in(self, event: ev.Event) -> None:
        """Take in what happened."""
        match event:
            case Lost():
                self.view.reconnected = True
            case ev.Ponged():
                self.progress.passed.add(event.token)
            case ev.Said() | ev.Noticed() if event.msgid and conversation(event):
                self._unmarked.add(conversation(event))

    def follow(self, event: ev.Event) -> None:
        """Talk where we have come to, and not where we have left."""
        view = self.view
        match event:
            case ev.Joined(me=True) if not view.target:
                view.target = event.room
            case ev.RoomRenamed() if not view.elsewhere(event.old):
                view.target = event.new
            case ev.Parted(me=True) | ev.Kicked(me=True) if not view.elsewhere(event.room):
                view.target = next(iter(self.chat.wanted), "")

    def makes_do(self, event: ev.NickTaken | ev.NickRefused) -> bool:
        """Come under our name with a number behind it; False if that is not wanted, or would not help."""
        session = self.chat.session
        if isinstance(event, ev.NickRefused) or session is None or not (self._may_number or self.view.reconnected):
            return False
        self._attempts += 1
        base = self.chat.identity.nick.rstrip(string.digits)
        other = numbered(base, self._attempts, session.state.features.nick_length)
        self.chat.rename(other, meanwhile=self.view.reconnected)
        return True

    def complete(self, text: str) -> Completion:
        """Offer commands, rooms, and the people of the room where we talk."""
        session = self.chat.session
        room = session.state.rooms.get(self.view.target) if session is not None else None
        nicks = sorted((one.nick for one in room.members.values()), key=str.casefold) if room is not None else []
        if self.view.target and not self.chat.is_room(self.view.target):
            nicks.append(self.view.target)
        others = [nick for nick in nicks if self.chat.fold(nick) != self.chat.fold(self.chat.nick)]
        return complete(text, others, list(self.chat.wanted))

    async def mark_read(self) -> None:
        """Tell our other devices what was on the screen, for ever."""
        while True:
            await self.progress.until(lambda: bool(self._unmarked))
            await trio.sleep(READ_SECONDS)
            self._mark_now()

    def flush(self) -> None:
        """Send what is queued, soon."""
        if self.connection is not None:
            self.connection.flush()

    def leave(self, reason: str = "") -> None:
        """Say good-bye."""
        if self.connection is not None and not self.chat.leaving:
            self._mark_now()
            self.connection.leave(reason)

    def give_up(self, sentence: str) -> None:
        """End the connection now, for this reason."""
        if self.connection is not None:
            self.connection.give_up(sentence)

    def _mark_now(self) -> None:
        while self._unmarked:
            self.chat.mark_read(self._unmarked.pop())
        self.flush()
