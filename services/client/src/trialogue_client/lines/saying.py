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
from trialogue_client.lines.further import Further
from trialogue_client.lines.hearing import Hearing
from trialogue_client.lines.keeping import Keeping, Spawn
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.screen import Screen
from trialogue_client.lines.secret import Declined, Secret
from trialogue_client.lines.sheet import Sheet
from trialogue_client.lines.station import Station
from trialogue_client.lines.stations import Stations
from trialogue_client.settings import SettingError
from trialogue_client.settings.wanted import Wanted
from trialogue_client.wording.row import Row


class Saying:
    """Carries it out. `begin` opens one more connection."""

    def __init__(
        self,
        screen: Screen,
        stations: Stations,
        questions: Questions,
        sheet: Sheet,
        keeping: Keeping,
        hearing: Hearing,
        spawn: Spawn,
        begin: Callable[[Wanted], None],
    ) -> None:
        self._screen = screen
        self._stations = stations
        self._questions = questions
        self._sheet = sheet
        self._keeping = keeping
        self._hearing = hearing
        self._further = Further(stations, questions, sheet, keeping, spawn, begin)
        self.failed = False
        """Could anything not be done that was typed?"""

    def typed(self, text: str) -> None:
        """Do what was typed: it answers a question, or is said, or is a command (or several, pasted)."""
        station = self._stations.current
        rest = self._answer(text) if self._questions.asked else text
        if rest is not None:
            lines = rest.split("\n")
            commands = all(line.startswith("/") for line in lines)
            for line in lines if commands else [rest]:
                self._interpret(station, line)
        for one in self._stations.all:
            one.flush()
        self._questions.prompt()

    def leave(self, reason: str = "") -> None:
        """Say good-bye to all servers."""
        for station in list(self._stations.all):
            station.leave(reason)

    def _answer(self, text: str) -> str | None:
        rest: list[str | None] = []
        self._attempt(lambda: rest.append(self._questions.answered(text)))
        return rest[0] if rest else None

    def _interpret(self, station: Station, line: str) -> None:
        chat = station.chat
        self._attempt(
            lambda: self._carry_out_all(station, interpret(line, Place(station.view.target, chat.nick, chat.is_room)))
        )

    def _attempt(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (UsageError, SettingError, FormatError) as error:
            self.failed = True
            self._sheet.trouble(str(error))

    def _carry_out_all(self, station: Station, actions: list[Action]) -> None:
        for action in actions:
            try:
                self._carry_out(station, action)
            except ExposedError:
                if not self._screen.asks:
                    raise
                self._ask_consent(station, action)

    def _carry_out(self, station: Station, action: Action) -> None:
        match action:
            case Show():
                for text in action.lines:
                    self._sheet.hint(text)
            case Leave():
                self.leave(action.reason)
            case Disconnect():
                station.leave(action.reason)
            case Connect():
                self._further.connect(action)
            case AskSecret():
                self._ask_secret(station, action)
            case Set() | Configure() | Autoconnect() | Mute() | Forget():
                self._keeping.change(station, action)
            case _:
                self._perform(station, action)
        if isinstance(action, Join):
            station.view.target = action.room

    def _perform(self, station: Station, action: Action) -> None:
        spelled = with_emoji(action) if self._keeping.memory.settings.emoji else action
        for event in perform(spelled, station.chat):
            self._hearing.hear(station, event)

    def _ask_consent(self, station: Station, action: Action) -> None:
        prompt = f"{AskConsent(action).question} (yes or no): "
        self._questions.ask(Question(prompt, partial(self._consented, station, action)))

    def _consented(self, station: Station, action: Action, text: str) -> str | None:
        if text.strip().lower() in ("y", "yes"):
            station.chat.expose()
            self._carry_out_all(station, [action])
            return None
        self._sheet.hint("It was not sent.")
        return None if text.strip().lower() in ("n", "no", "") else text

    def _ask_secret(self, station: Station, action: AskSecret) -> None:
        if action.first is not None:
            check(action.first, station.chat)
        self._ask(station, Secret(action))

    def _ask(self, station: Station, secret: Secret) -> None:
        self._questions.ask(Question(secret.prompt, partial(self._answered, station, secret), hidden=True))

    def _answered(self, station: Station, secret: Secret, text: str) -> None:
        if secret.wants_more(text):
            self._ask(station, secret)
            return
        try:
            actions = secret.actions(text)
        except Declined as declined:
            self._sheet.show(Row(declined.mark, str(declined)))
            return
        self._carry_out_all(station, actions)
