"""Shows what comes of what was typed and of what happens on the servers, or has the application do so."""

from collections.abc import Iterable
from time import monotonic

from textual.screen import Screen

from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import CertificateChanged, Ended
from trialogue_client.engine import outcomes as out
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.engine import Engine
from trialogue_client.tui.clock import now
from trialogue_client.tui.screens.chat.chat_dialogs import ChatDialogs
from trialogue_client.tui.screens.chat.disconnect import Disconnector
from trialogue_client.tui.screens.chat.reading_position import ReadingPosition
from trialogue_client.tui.screens.chat.requests import OutcomeRequested
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.wording.rows import RowKind


class ChatPresenter:
    """The main screen's side of the engine: one way for each outcome."""

    def __init__(
        self, screen: Screen[str], engine: Engine, disconnector: Disconnector, reading: ReadingPosition
    ) -> None:
        self._screen = screen
        self._reactions = engine.reactions
        self._disconnector = disconnector
        self._reading = reading
        self.dialogs = ChatDialogs(screen, engine.commands, self._answered)

    @property
    def over(self) -> bool:
        """Whether the last connection has ended."""
        return self._disconnector.over

    def happened(self, network: BufferedNetwork, event: ev.Event) -> None:
        """Take in and show what happened on a server."""
        network.take_in(event, monotonic())
        match event:
            case Ended():
                self._disconnector.ended(network, event.reason)
                return
            case CertificateChanged():
                self.dialogs.certificate(event)
            case ev.Found():
                self._reading.show_found(network, event, now())
            case ev.Page():
                self._reading.add_page(network, event, now())
        network.model.handle(event, now())
        self.show(network, self._reactions.to(network, event))
        network.flush()

    def show(self, network: BufferedNetwork, outcomes: Iterable[out.Outcome]) -> None:
        """Show outcomes, each before the next one comes about."""
        for outcome in outcomes:
            self._show(network, outcome)

    def _answered(self, network: BufferedNetwork, outcomes: Iterable[out.Outcome]) -> None:
        self.show(network, outcomes)
        self._reading.refresh()

    def _show(self, network: BufferedNetwork, outcome: out.Outcome) -> None:
        match outcome:
            case out.Sentence(kind, text):
                network.model.show(kind, [text], now())
            case out.Failed(text):
                network.model.show(RowKind.TROUBLE, [text], now())
            case out.LeaveWanted(reason, everywhere):
                self._disconnector.leave_all(reason) if everywhere else self._disconnector.leave(network, reason)
            case out.PutBack(text):
                self._screen.query_one(Composer).put_back(text)
            case ev.Event():
                network.model.handle(outcome, now())
            case _:
                self._ask(network, outcome)

    def _ask(self, network: BufferedNetwork, outcome: out.Outcome) -> None:
        match outcome:
            case out.SecretWanted(secret):
                self.dialogs.secret(network, secret)
            case out.ConsentWanted(action):
                self.dialogs.consent(network, action)
            case out.HelpWanted(word):
                self.dialogs.help(word)
            case out.LongTextWanted():
                self.dialogs.long_text(network, outcome)
            case out.NickWanted(refusal):
                self.dialogs.nick(network, refusal, self._disconnector.where(network))
            case _:
                self._screen.post_message(OutcomeRequested(network, outcome))
