"""What the conversation asks of the application, which has the settings, the key ring and the other screens."""

from textual.message import Message

from trialogue_client.core.commands.actions import Connect
from trialogue_client.core.events import KeyWanted
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.model import Alert
from trialogue_client.engine.typed import Remembering


class Welcomed(Message):
    """A server has let us in."""

    def __init__(self, network: BufferedNetwork, nick: str) -> None:
        super().__init__()
        self.network = network
        self.nick = nick


class LoggedIn(Message):
    """A server has taken our password."""

    def __init__(self, network: BufferedNetwork) -> None:
        super().__init__()
        self.network = network


class Moved(Message):
    """We have come into a room, or gone out of one."""

    def __init__(self, network: BufferedNetwork) -> None:
        super().__init__()
        self.network = network


class SetOn(Message):
    """Something may have been set on a server: a mode, a room's key, whom to watch."""

    def __init__(self, network: BufferedNetwork) -> None:
        super().__init__()
        self.network = network


class ShutOut(Message):
    """A room wants a key."""

    def __init__(self, network: BufferedNetwork, event: KeyWanted) -> None:
        super().__init__()
        self.network = network
        self.event = event


class Further(Message):
    """We want to be on another server too."""

    def __init__(self, action: Connect, nick: str) -> None:
        super().__init__()
        self.action = action
        self.nick = nick


class Remembered(Message):
    """Something is to be remembered, or forgotten: a setting, a mute, a server, a password."""

    def __init__(self, network: BufferedNetwork, action: Remembering) -> None:
        super().__init__()
        self.network = network
        self.action = action


class Called(Message):
    """Somebody wants our attention; `watched`: is the screen looked at?"""

    def __init__(self, alerts: list[Alert], *, watched: bool) -> None:
        super().__init__()
        self.alerts = alerts
        self.watched = watched
