"""What has to be asked in between: a password, another name, whether so many lines are meant."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual.screen import Screen

from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import AskConsent, AskSecret
from trialogue_client.core.events.connection import CertificateChanged
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.entries import Look
from trialogue_client.engine.typed import carry_out_all
from trialogue_client.tui.screens.chat import views
from trialogue_client.tui.screens.dialogs import Ask, Question
from trialogue_client.tui.screens.stop import Stop
from trialogue_client.tui.widgets.composer import Composer


class Questions:
    """Asks, and does what the answer leads to. `sync` shows what has changed by it."""

    def __init__(self, screen: Screen[str], sync: Callable[[], None], clock: Callable[[], datetime]) -> None:
        self._screen = screen
        self._sync = sync
        self._clock = clock

    def secret(self, network: BufferedNetwork, action: AskSecret, first: str = "") -> None:
        """Ask for a password; `first` is the first answer to a question that is asked twice."""
        question = f"{action.question.rstrip(': ')}{', once more' if first else ''}:"
        self._screen.app.push_screen(Ask(question, secret=True), partial(self._secret_told, network, action, first))

    def consent(self, network: BufferedNetwork, action: AskConsent, go_on: Callable[[], None]) -> None:
        """Ask whether a secret may go in clear."""
        question = Question(action.question, "Send it in clear", "Do not send it")
        self._screen.app.push_screen(question, partial(self._consented, network, go_on))

    def _consented(self, network: BufferedNetwork, go_on: Callable[[], None], yes: bool | None) -> None:
        if yes:
            go_on()
        else:
            network.model.show(Look.HINT, ["It was not sent."], self._clock())
        self._sync()

    def nick(self, network: BufferedNetwork, refusal: ev.NickTaken | ev.NickRefused, where: str) -> None:
        """Ask for another name; `where` says on which server, if there are several."""
        problem = views.unfit(refusal, logging_in=network.model.chat.identity.credentials is not None)
        question = Ask(f"{problem}{where}. Choose another:", refusal.nick)
        self._screen.app.push_screen(question, partial(self._nick_told, network))

    def certificate(self, event: CertificateChanged) -> None:
        """Ask whether a changed certificate is to be accepted."""
        self._screen.app.push_screen(Stop(event.changed), event.decide)

    def paste(self, text: str) -> None:
        """Ask whether all of this is to be put into the input."""
        count = text.strip("\n").count("\n") + 1
        question = f"Put these {count} lines into the input? Nothing is sent before you press Enter."
        composer = self._screen.query_one(Composer)
        self._screen.app.push_screen(
            Question(question, "Put them in", "Leave them out"), lambda yes: composer.put(text) if yes else None
        )

    def _secret_told(self, network: BufferedNetwork, action: AskSecret, first: str, secret: str | None) -> None:
        if secret is None:
            return
        if action.twice and not first:
            self.secret(network, action, secret)
            return
        if action.twice and first != secret:
            sentence = "These were two different passwords, so nothing was done."
            network.model.show(Look.TROUBLE, [sentence], self._clock())
        else:
            carry_out_all(action.then(secret), network, self._clock())
        self._sync()

    def _nick_told(self, network: BufferedNetwork, nick: str | None) -> None:
        if nick is None:
            network.give_up("There is no connection without a name: choose another one.")
        else:
            network.model.chat.rename(nick)
            network.flush()
