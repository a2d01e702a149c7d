"""Shows what comes of what was typed and of what happens on the servers, and asks what has to be asked."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import AskConsent, UsageError
from trialogue_client.core.commands.help import about, overview
from trialogue_client.core.events.connection import CertificateChanged
from trialogue_client.engine import outcomes as out
from trialogue_client.engine.attention import rings
from trialogue_client.engine.engine import Engine
from trialogue_client.lines.certificates import ask_about
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.questions import LineQuestion, Questions, consent
from trialogue_client.lines.row_printer import RowPrinter
from trialogue_client.lines.server_switcher import ServerSwitcher, Tasks
from trialogue_client.wording.questions import keep_password, nick_problem
from trialogue_client.wording.rows import Row

_NICK = "Your name: "
_AGAIN = "Once more, to be sure: "
_NOT_KEPT = "It is not kept. /set key_ring off ends this question."


class LinePresenter:
    """Line mode's side of the engine: one way for each outcome."""

    def __init__(self, engine: Engine, sheet: RowPrinter, questions: Questions, tasks: Tasks) -> None:
        self._engine = engine
        self._sheet = sheet
        self._questions = questions
        self._tasks = tasks
        self._connecting = ServerSwitcher(engine, sheet, questions, tasks)
        self._nicks: dict[LineNetwork, LineQuestion] = {}
        """The questions for another nick."""
        self._keys: dict[tuple[LineNetwork, str], LineQuestion] = {}
        """The questions for the key of a room."""
        self.failed = False
        """Whether anything could not be done, or was refused by a server."""

    def typed(self, text: str) -> None:
        """Take a line that was typed: it answers a question, or is said, or is a command (or several, pasted)."""
        network = self._sheet.networks.current
        rest = self._questions.answered(text) if self._questions.asked else text
        if rest is not None:
            self.show(network, self._engine.commands.typed(network, rest))
        for one in self._sheet.networks.all:
            one.flush()
        self._questions.prompt()

    def happened(self, network: LineNetwork, event: ev.Event) -> None:
        """Show what happened on a server, and follow it where we are talking."""
        network.take_in(event)
        self._note(network, event)
        self.show(network, self._engine.reactions.to(network, event))
        self._sheet.event(network, event)
        network.follow(event)
        self._questions.prompt()
        network.progress.made()

    def show(self, network: LineNetwork, outcomes: Iterable[out.Outcome]) -> None:
        """Show outcomes, each before the next one comes about."""
        for outcome in outcomes:
            try:
                self._show(network, outcome)
            except UsageError as error:
                self._fail(str(error))

    def _note(self, network: LineNetwork, event: ev.Event) -> None:
        match event:
            case CertificateChanged():
                ask_about(event, self._questions, self._sheet)
            case ev.Registered() if network in self._nicks:
                self._questions.withdraw(self._nicks.pop(network))
            case ev.Joined(me=True) if (place := (network, network.chat.fold(event.room))) in self._keys:
                self._questions.withdraw(self._keys.pop(place))
            case ev.NotSent() | ev.Refused():
                self.failed = True
            case ev.Said() | ev.Noticed():
                settings, host = self._engine.memory.settings, network.profile.endpoint.host
                self._sheet.ring(wanted=rings(event, network.chat, settings, host))

    def _show(self, network: LineNetwork, outcome: out.Outcome) -> None:
        match outcome:
            case out.Sentence(kind, text):
                self._sheet.show(Row(kind, text))
            case out.Failed(text):
                self._fail(text)
            case out.HelpWanted() | out.SettingsWanted():
                self._list(network, outcome)
            case out.LeaveWanted(reason, everywhere):
                for one in list(self._sheet.networks.all) if everywhere else [network]:
                    one.leave(reason)
            case out.ConnectWanted():
                self._connecting.connect(outcome)
            case out.Task(run):
                self._tasks.spawn(partial(self._run, network, run))
            case ev.Event():
                self.happened(network, outcome)
            case _:
                self._ask(network, outcome)

    def _list(self, network: LineNetwork, outcome: out.HelpWanted | out.SettingsWanted) -> None:
        if isinstance(outcome, out.SettingsWanted):
            self.show(network, self._engine.commands.preferences.listed())
            return
        for line in about(outcome.word) if outcome.word else overview():
            self._sheet.hint(line)

    def _ask(self, network: LineNetwork, outcome: out.Outcome) -> None:
        match outcome:
            case out.SecretWanted(secret):
                prompt = _AGAIN if secret.is_repeated else f"{secret.question}: "
                answered = partial(self._engine.commands.answered, network, secret)
                self._questions.ask(LineQuestion(prompt, lambda text: self.show(network, answered(text)), hidden=True))
            case out.ConsentWanted(action):
                commands = self._engine.commands
                self._questions.ask(
                    consent(
                        AskConsent(action).question,
                        lambda yes: self.show(network, commands.consented(network, action, yes=yes)),
                    )
                )
            case out.LongTextWanted(action, question):
                confirmed = partial(self._engine.commands.confirmed, network, action)
                self._questions.ask(
                    consent(f"{question} /stop ends it", lambda yes: self.show(network, confirmed(yes=yes)))
                )
            case out.NickWanted(refusal):
                self._ask_nick(network, refusal)
            case out.PasswordOffered():
                self._offer(network, outcome)
            case out.PutBack(text):
                self._sheet.put_back(text)
            case out.RoomKeyWanted(room):
                self._ask_key(network, room)

    def _ask_nick(self, network: LineNetwork, refusal: ev.NickTaken | ev.NickRefused) -> None:
        logging_in, own = network.chat.identity.credentials is not None, f"start with --account {refusal.nick}"
        problem = nick_problem(refusal, logging_in=logging_in, own=own)
        if not self._sheet.asks:
            network.give_up(f"{problem}. Choose another with --nick.")
            return
        self._sheet.trouble(f"{problem}. Choose another.")
        if network not in self._nicks:
            self._nicks[network] = LineQuestion(_NICK, partial(self._nick_told, network))
            self._questions.ask(self._nicks[network])

    def _nick_told(self, network: LineNetwork, text: str) -> str | None:
        nick, _, rest = text.partition("\n")
        if not nick.strip():
            self._questions.ask(self._nicks[network])
            return rest or None
        del self._nicks[network]
        network.chat.rename(nick.strip())
        return rest or None

    def _offer(self, network: LineNetwork, offer: out.PasswordOffered) -> None:
        def decide(yes: bool) -> None:
            if yes:
                self.show(network, [self._engine.passwords.keep(network, offer)])
            else:
                self._sheet.tell(_NOT_KEPT)

        self._questions.ask(consent(keep_password(offer.account, network.profile.where), decide))

    def _ask_key(self, network: LineNetwork, room: str) -> None:
        place = (network, network.chat.fold(room))
        if place in self._keys:
            return

        def told(key: str) -> None:
            del self._keys[place]
            self.show(network, self._engine.room_keys.answered(network, room, key))

        question = LineQuestion(f"Key of {room} (Enter for none): ", told, hidden=True)
        try:
            self._questions.ask(question)
        except UsageError:  # Nothing can be hidden here.
            self._sheet.trouble(f"{room} wants a key: come in with /join {room} KEY.")
            network.chat.give_up(room)
        else:
            self._keys[place] = question

    async def _run(self, network: LineNetwork, run: Callable[[], Awaitable[Iterable[out.Outcome]]]) -> None:
        self.show(network, await run())

    def _fail(self, text: str) -> None:
        self.failed = True
        self._sheet.trouble(text)
