"""What happens on the servers: it is shown, followed where we talk, and asked about if it needs an answer."""

from functools import partial

from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import CertificateChanged
from trialogue_client.engine.networks import Networks
from trialogue_client.lines.certificates import ask_about
from trialogue_client.lines.keeping import Keeping
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.screen import Screen
from trialogue_client.lines.sheet import Sheet

_ASK = "Your name: "


class Hearing:
    """Hears it."""

    def __init__(
        self, screen: Screen, networks: Networks[LineNetwork], questions: Questions, sheet: Sheet, keeping: Keeping
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._questions = questions
        self._sheet = sheet
        self._keeping = keeping
        self._names: dict[LineNetwork, Question] = {}
        """The questions for another name."""
        self.failed = False
        """Has a server refused anything?"""

    def hear(self, network: LineNetwork, event: ev.Event) -> None:
        """Show what happened, and follow it where we are talking."""
        network.take_in(event)
        self._react(network, event)
        self._keeping.heard(network, event)
        self._sheet.event(network, event)
        network.follow(event)
        self._questions.prompt()
        network.progress.made()

    def _react(self, network: LineNetwork, event: ev.Event) -> None:
        match event:
            case ev.NickTaken() | ev.NickRefused() if not network.chat.online and not network.falls_back(event):
                self._ask_name(network, event)
            case CertificateChanged():
                ask_about(event, self._questions, self._sheet)
            case ev.Registered():
                if network in self._names:
                    self._questions.withdraw(self._names.pop(network))
                self._keeping.welcomed(network)
            case ev.NotSent() | ev.Refused():
                self.failed = True
            case ev.LoggedIn():
                self._keeping.logged_in(network)
            case ev.Joined(me=True) | ev.Parted(me=True) | ev.Kicked(me=True) | ev.RoomRenamed():
                self._keeping.moved(network)
            case ev.Said() | ev.Noticed() if self._keeping.rings(network, event):
                self._screen.ring()

    def _ask_name(self, network: LineNetwork, event: ev.NickTaken | ev.NickRefused) -> None:
        taken = isinstance(event, ev.NickTaken)
        problem = f"The name {event.nick} is taken." if taken else f"The server does not allow the name {event.nick}."
        if taken and "account" in event.reason and network.chat.identity.credentials is None:
            problem = f"The name {event.nick} belongs to an account. If it is yours, start with --account {event.nick}."
        if not self._screen.asks:
            network.give_up(f"{problem} Choose another with --nick.")
            return
        self._sheet.trouble(f"{problem} Choose another.")
        if network not in self._names:
            self._names[network] = Question(_ASK, partial(self._named, network))
            self._questions.ask(self._names[network])

    def _named(self, network: LineNetwork, text: str) -> str | None:
        name, _, rest = text.partition("\n")
        if not name.strip():
            self._questions.ask(self._names[network])
            return rest or None
        del self._names[network]
        network.chat.rename(name.strip())
        return rest or None
