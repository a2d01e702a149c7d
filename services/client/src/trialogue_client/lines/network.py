"""One server in line mode: what of it is shown, and where plain text goes."""

import trio

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.completion import Completion, complete, others_in
from trialogue_client.core.events.connection import Lost
from trialogue_client.core.recall import conversation
from trialogue_client.engine.network import Network
from trialogue_client.engine.read_markers import READ_SECONDS
from trialogue_client.lines.progress import Progress
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.wording.rows import View


class LineNetwork(Network):
    """A server in line mode. `take_in` takes each event in before it is shown."""

    def __init__(self, profile: ConnectionProfile, chat: Chat, *, may_number: bool = False, offered: str = "") -> None:
        super().__init__(profile, chat, may_number=may_number, offered=offered)
        self.view = View(chat, next(iter(chat.autojoin), ""))
        self.progress = Progress(chat)

    @property
    def target(self) -> str:
        """Where plain text goes."""
        return self.view.target

    def head_for(self, room: str) -> None:
        """Talk in a room from now on."""
        self.view.target = room

    def turn_to(self, name: str) -> None:
        """Do nothing: all conversations are on one page."""

    @property
    def prompt(self) -> str:
        """Where plain text goes, for the input line."""
        state = "" if self.chat.online else "(offline) "
        return f"{state}{self.target or self.chat.nick}"

    def take_in(self, event: ev.Event) -> None:
        """Take in what happened."""
        self.note(event)
        match event:
            case Lost():
                self.view.reconnected = True
            case ev.Ponged():
                self.progress.passed.add(event.token)
            case ev.Said() | ev.Noticed() if event.msgid and conversation(event):
                self.read_markers.shown(conversation(event))

    def follow(self, event: ev.Event) -> None:
        """Talk where we have come to, and not where we have left."""
        view = self.view
        match event:
            case ev.Joined(me=True) if not view.target:
                view.target = event.room
            case ev.RoomRenamed() if not view.elsewhere(event.old):
                view.target = event.new
            case ev.Parted(me=True) | ev.Kicked(me=True) if not view.elsewhere(event.room):
                view.target = next(iter(self.chat.autojoin), "")

    def complete(self, text: str) -> Completion:
        """Offer commands, rooms, and the people of the room where we talk."""
        return complete(text, others_in(self.chat, self.target), list(self.chat.autojoin))

    async def mark_read(self) -> None:
        """Tell our other devices what was on the screen, for ever."""
        while True:
            await self.progress.until(lambda: self.read_markers.due)
            await trio.sleep(READ_SECONDS)
            self.read_markers.send()
            self.flush()
