"""Dialogs of the main screen: a password, consent, another nick, a certificate."""

from collections.abc import Callable, Iterable
from functools import partial

from textual.screen import Screen

from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import Action, AskConsent
from trialogue_client.core.events.connection import CertificateChanged
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.commands import Commands
from trialogue_client.engine.outcomes import LongTextWanted, Outcome
from trialogue_client.engine.secret import Secret
from trialogue_client.tui.screens.certificate_warning import CertificateWarning
from trialogue_client.tui.screens.dialogs import TextPrompt, YesNo
from trialogue_client.tui.screens.help import HelpScreen
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.wording.questions import nick_problem

_OWN = "Esc and give its password"


class ChatDialogs:
    """Opens the dialogs, and shows what each answer leads to."""

    def __init__(
        self,
        screen: Screen[str],
        commands: Commands,
        show: Callable[[BufferedNetwork, Iterable[Outcome]], None],
    ) -> None:
        self._screen = screen
        self._commands = commands
        self._show = show

    def help(self, word: str = "", typed: str = "") -> None:
        """Show the page of keys and commands; put what is chosen there into the input."""
        composer = self._screen.query_one(Composer)
        self._screen.app.push_screen(HelpScreen(word, typed), lambda text: composer.put(text or ""))

    def secret(self, network: BufferedNetwork, secret: Secret) -> None:
        """Ask for a password."""
        question = f"{secret.question}{', once more' if secret.is_repeated else ''}:"

        def told(text: str | None) -> None:
            if text is not None:
                self._show(network, self._commands.answered(network, secret, text))

        self._screen.app.push_screen(TextPrompt(question, secret=True), told)

    def consent(self, network: BufferedNetwork, action: Action) -> None:
        """Ask whether a secret may go in clear."""
        question = YesNo(AskConsent(action).question, "Send it in clear", "Do not send it")

        def decided(yes: bool | None) -> None:
            self._show(network, self._commands.consented(network, action, yes=bool(yes)))

        self._screen.app.push_screen(question, decided)

    def long_text(self, network: BufferedNetwork, wish: LongTextWanted) -> None:
        """Ask whether so many messages are meant."""
        question = f"{wish.question} Esc or /stop ends it, and puts what is left back into the input."

        def decided(yes: bool | None) -> None:
            self._show(network, self._commands.confirmed(network, wish.action, yes=bool(yes)))

        self._screen.app.push_screen(YesNo(question, "Send them", "Put them back"), decided)

    def nick(self, network: BufferedNetwork, refusal: ev.NickTaken | ev.NickRefused, where: str) -> None:
        """Ask for another nick; `where` says on which server, if there are several."""
        logging_in = network.chat.identity.credentials is not None
        problem = nick_problem(refusal, logging_in=logging_in, own=_OWN, where=where)
        question = TextPrompt(f"{problem}. Choose another:", refusal.nick)
        self._screen.app.push_screen(question, partial(self._nick_told, network))

    def certificate(self, event: CertificateChanged) -> None:
        """Ask whether a changed certificate is to be accepted."""
        self._screen.app.push_screen(CertificateWarning(event.changed), event.decide)

    def _nick_told(self, network: BufferedNetwork, nick: str | None) -> None:
        if nick is None:
            network.give_up("There is no connection without a name: choose another one.")
        else:
            network.chat.rename(nick)
            network.flush()
