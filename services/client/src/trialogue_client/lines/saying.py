"""What becomes of a line that was typed, and of what it asks for."""

from collections.abc import Callable
from functools import partial

from ircwire import FormatError
from trialogue_client.core.commands.actions import (
    Action,
    AskConsent,
    AskSecret,
    Autoconnect,
    Configure,
    Connect,
    Disconnect,
    Forget,
    Join,
    Leave,
    Mute,
    Set,
    Show,
    UsageError,
)
from trialogue_client.core.commands.arguments import Place
from trialogue_client.core.commands.interpret import check, interpret, perform
from trialogue_client.core.commands.shortcodes import with_emoji
from trialogue_client.core.secrecy import ExposedError
from trialogue_client.engine.networks import Networks
from trialogue_client.lines.further import Further
from trialogue_client.lines.hearing import Hearing
from trialogue_client.lines.keeping import Keeping
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.screen import Screen
from trialogue_client.lines.secret import Declined, Secret
from trialogue_client.lines.sheet import Sheet
from trialogue_client.lines.spawn import Spawn
from trialogue_client.settings import SettingError
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.wording.row import Row


class Saying:
    """Carries it out. `begin` opens one more connection."""

    def __init__(
        self,
        screen: Screen,
        networks: Networks[LineNetwork],
        questions: Questions,
        sheet: Sheet,
        keeping: Keeping,
        hearing: Hearing,
        spawn: Spawn,
        begin: Callable[[ConnectionProfile], None],
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._questions = questions
        self._sheet = sheet
        self._keeping = keeping
        self._hearing = hearing
        self._further = Further(networks, questions, sheet, keeping, spawn, begin)
        self.failed = False
        """Could anything not be done that was typed?"""

    def typed(self, text: str) -> None:
        """Do what was typed: it answers a question, or is said, or is a command (or several, pasted)."""
        network = self._networks.current
        rest = self._answer(text) if self._questions.asked else text
        if rest is not None:
            lines = rest.split("\n")
            commands = all(line.startswith("/") for line in lines)
            for line in lines if commands else [rest]:
                self._interpret(network, line)
            self._keeping.set_on(network)
        for one in self._networks.all:
            one.flush()
        self._questions.prompt()

    def leave(self, reason: str = "") -> None:
        """Say good-bye to all servers."""
        for network in list(self._networks.all):
            network.leave(reason)

    def _answer(self, text: str) -> str | None:
        rest: list[str | None] = []
        self._attempt(lambda: rest.append(self._questions.answered(text)))
        return rest[0] if rest else None

    def _interpret(self, network: LineNetwork, line: str) -> None:
        chat = network.chat
        self._attempt(
            lambda: self._carry_out_all(network, interpret(line, Place(network.target, chat.nick, chat.is_room)))
        )

    def _attempt(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (UsageError, SettingError, FormatError) as error:
            self.failed = True
            self._sheet.trouble(str(error))

    def _carry_out_all(self, network: LineNetwork, actions: list[Action]) -> None:
        for action in actions:
            try:
                self._carry_out(network, action)
            except ExposedError:
                if not self._screen.asks:
                    raise
                self._ask_consent(network, action)

    def _carry_out(self, network: LineNetwork, action: Action) -> None:
        match action:
            case Show():
                for text in action.lines:
                    self._sheet.hint(text)
            case Leave():
                self.leave(action.reason)
            case Disconnect():
                network.leave(action.reason)
            case Connect():
                self._further.connect(action)
            case AskSecret():
                self._ask_secret(network, action)
            case Set() | Configure() | Autoconnect() | Mute() | Forget():
                self._keeping.change(network, action)
            case _:
                self._perform(network, action)
        if isinstance(action, Join):
            network.head_for(action.room)

    def _perform(self, network: LineNetwork, action: Action) -> None:
        spelled = with_emoji(action) if self._keeping.memory.settings.emoji else action
        for event in perform(spelled, network.chat):
            self._hearing.hear(network, event)

    def _ask_consent(self, network: LineNetwork, action: Action) -> None:
        prompt = f"{AskConsent(action).question} (yes or no): "
        self._questions.ask(Question(prompt, partial(self._consented, network, action)))

    def _consented(self, network: LineNetwork, action: Action, text: str) -> str | None:
        if text.strip().lower() in ("y", "yes"):
            network.chat.expose()
            self._carry_out_all(network, [action])
            return None
        self._sheet.hint("It was not sent.")
        return None if text.strip().lower() in ("n", "no", "") else text

    def _ask_secret(self, network: LineNetwork, action: AskSecret) -> None:
        if action.first is not None:
            check(action.first, network.chat)
        self._ask(network, Secret(action))

    def _ask(self, network: LineNetwork, secret: Secret) -> None:
        self._questions.ask(Question(secret.prompt, partial(self._answered, network, secret), hidden=True))

    def _answered(self, network: LineNetwork, secret: Secret, text: str) -> None:
        if secret.wants_more(text):
            self._ask(network, secret)
            return
        try:
            actions = secret.actions(text)
        except Declined as declined:
            self._sheet.show(Row(declined.mark, str(declined)))
            return
        self._carry_out_all(network, actions)
