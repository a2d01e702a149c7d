"""Messages from the main screen to the application, which has the settings, the key ring and the other screens."""

from textual.message import Message

from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.model import Alert
from trialogue_client.engine.outcomes import Outcome


class OutcomeRequested(Message):
    """An outcome that the application shows, and not the main screen."""

    def __init__(self, network: BufferedNetwork, outcome: Outcome) -> None:
        super().__init__()
        self.network = network
        self.outcome = outcome


class AlertRaised(Message):
    """Somebody wants our attention; `watched` tells whether the screen is looked at."""

    def __init__(self, alerts: list[Alert], *, watched: bool) -> None:
        super().__init__()
        self.alerts = alerts
        self.watched = watched
