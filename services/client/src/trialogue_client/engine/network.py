"""One server that we are on: the chat, its connection, and under which nick and password we come."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.connection import Connection
from trialogue_client.engine.fallback_nick import FallbackNick
from trialogue_client.engine.read_markers import ReadMarkers
from trialogue_client.settings.profile import ConnectionProfile

Connect = Callable[[ConnectionProfile, Chat, Callable[[ev.Event], None], Callable[[str], None]], Connection]
"""Makes the connection of a chat, from where its events go and where its remarks go."""


class Network(ABC):
    """A server, as every face keeps it. A face adds what it shows, and where plain text goes."""

    def __init__(self, profile: ConnectionProfile, chat: Chat, *, may_number: bool = False, offered: str = "") -> None:
        """`may_number`: when the nick is taken and nobody can be asked, try it with a number behind it.

        `offered` is a password that need not be offered to the key ring.
        """
        self.profile = profile
        self.chat = chat
        self.connection: Connection | None = None
        self.offered = profile.password if profile.kept else offered
        """The password that is in the key ring, or that was offered to it."""
        self.was_online = False
        self.read_markers = ReadMarkers(chat)
        self._fallback = FallbackNick(chat, always=may_number)

    @property
    @abstractmethod
    def target(self) -> str:
        """Where plain text goes: a room, a nick, or "" for nowhere."""

    @abstractmethod
    def head_for(self, room: str) -> None:
        """Talk in a room from now on, or as soon as we are in it."""

    @abstractmethod
    def turn_to(self, name: str) -> None:
        """Look at the conversation with somebody to whom we write, where one looks at one at a time."""

    def closes(self, room: str) -> bool:
        """Close a room in which we are no more; False if that is not so, or nothing of it is shown."""
        return False

    def note(self, event: ev.Event) -> None:
        """Take note of how the connection stands."""
        if isinstance(event, ev.Registered):
            self.was_online = True
            self._fallback.succeeded()

    def falls_back(self, event: ev.NickTaken | ev.NickRefused) -> bool:
        """Come under another nick if somebody has ours; False if a person has to choose one."""
        return isinstance(event, ev.NickTaken) and self._fallback.apply(meanwhile=self.was_online)

    def flush(self) -> None:
        """Send what is queued, soon."""
        if self.connection is not None:
            self.connection.flush()

    def leave(self, reason: str = "") -> None:
        """Say good-bye; the connection ends within a few seconds."""
        if self.connection is not None and not self.chat.leaving:
            self.read_markers.send()
            self.connection.leave(reason)

    def give_up(self, sentence: str) -> None:
        """End the connection now, for this reason."""
        if self.connection is not None:
            self.connection.give_up(sentence)

    def unsent(self) -> list[str]:
        """Return what was typed and has not been sent, or may not have been, as sentences."""
        return [
            f"{'Perhaps not' if line.in_doubt else 'Not'} sent to {line.target}: {line.text}"
            for line in self.chat.lines
        ]
