"""The servers that we are on, with their conversations in buffers: for faces that show one conversation at a time."""

from collections.abc import Callable

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.connection import DialError
from trialogue_client.core.events.connection import Ended, Lost, Remark
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.event_queue import EventQueue
from trialogue_client.engine.model import Model
from trialogue_client.engine.network import Connect, Network
from trialogue_client.engine.networks import Networks
from trialogue_client.engine.older_pages import OlderPages
from trialogue_client.engine.past_pages import PastPages
from trialogue_client.engine.typing import Typing
from trialogue_client.settings import Settings
from trialogue_client.settings.profile import ConnectionProfile


class BufferedNetwork(Network):
    """One server: its conversations, who types there, the pages that load, and the events that wait."""

    def __init__(
        self,
        profile: ConnectionProfile,
        chat: Chat,
        settings: Settings,
        arrived: Callable[[], object],
    ) -> None:
        """`arrived` is called when events wait where none waited before."""
        super().__init__(profile, chat)
        self.model = Model(chat, settings.highlights)
        self.typing = Typing(chat, settings.typing)
        self.history = OlderPages(self.model)
        self.past = PastPages(self.model)
        self.queue = EventQueue(arrived)
        self.over = False
        """Whether its connection has ended for good, while its conversations can still be read."""
        self.adopt(settings)

    def connect(self, connect: Connect) -> None:
        """Make the connection, which `run` keeps."""
        self.connection = connect(self.profile, self.chat, self.queue.put, lambda text: self.queue.put(Remark(text)))

    async def run(self) -> None:
        """Stay connected until we leave or it cannot be done; `Ended` tells."""
        assert self.connection is not None
        reason = ""
        try:
            await self.connection.run()
        except DialError as error:
            reason = str(error)
        self.queue.put(Ended(reason))

    @property
    def target(self) -> str:
        """Where plain text goes: the room that we are on our way into, or the conversation that is looked at."""
        return self.model.entering or self.model.active.name

    def head_for(self, room: str) -> None:
        """Look at a room as soon as we are in it."""
        self.model.wish(room)

    def turn_to(self, name: str) -> None:
        """Look at the conversation with the one person who hears what we say."""
        if not self.chat.is_room(name):
            buffer = self.model.open(name)
            if buffer.sort is BufferKind.PERSON:
                self.model.switch(buffer)

    def closes(self, room: str) -> bool:
        """Close the conversation of a room in which we are no more."""
        buffer = self.model.find(room)
        if buffer is None or buffer.here:
            return False
        self.model.close(buffer)
        return True

    def take_in(self, event: ev.Event, now: float) -> None:
        """Take in what happened; the model is told apart from this. `now` is a clock that never goes back."""
        self.note(event)
        if isinstance(event, Lost):
            self.history.lost()
        self.history.follow(event)
        self.typing.follow(event, now)

    @property
    def behind(self) -> bool:
        """Whether there is something that is not on the screen yet."""
        return self.queue.behind or self.model.behind

    def settle(self) -> None:
        """Put the history that has come where it belongs; call it after each handful of events."""
        self.model.settle()
        self.history.settle()

    def adopt(self, settings: Settings) -> None:
        """Take in that the settings have changed."""
        self.model.highlights = settings.highlights
        self.model.muted = settings.muted_on(self.profile.endpoint.host)
        self.typing.tells = settings.typing


class BufferedNetworks(Networks[BufferedNetwork]):
    """All servers, and which of them is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.watched = True
        """Whether somebody looks at the screen."""

    def add(self, network: BufferedNetwork) -> None:
        """Be on one more; the first is looked at."""
        network.model.watched = False
        super().add(network)

    def go(self, network: BufferedNetwork) -> None:
        """Look at this one: what was new in the last one is not new any more."""
        if self._current is not None and self._current is not network:
            self._current.model.watched = False
            self._current.model.active.unmark()
        super().go(network)
        self.look(here=self.watched)

    def look(self, *, here: bool) -> None:
        """Note whether somebody looks at the screen."""
        self.watched = here
        model = self.current.model
        model.watched = here
        if here:
            model.switch(model.active)

    def ordered(self) -> list[tuple[BufferedNetwork, Buffer]]:
        """Return all conversations as the sidebar shows them: server by server."""
        return [(network, buffer) for network in self.all for buffer in network.model.ordered()]
