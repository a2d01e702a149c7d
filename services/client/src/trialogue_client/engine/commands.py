"""Carries out what was typed: a line → actions (`core.commands`) → one handler for each kind → outcomes."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from ircwire import FormatError
from trialogue_client.address import AddressError, parse_address
from trialogue_client.core.commands import actions as act
from trialogue_client.core.commands.arguments import TypedIn
from trialogue_client.core.commands.interpret import interpret, keep_secret, perform, prepare
from trialogue_client.core.commands.long_text import question_if_long, text_of
from trialogue_client.core.commands.shortcodes import with_emoji
from trialogue_client.core.secrecy import ExposedError
from trialogue_client.engine.network import Network
from trialogue_client.engine.outcomes import (
    ConnectWanted,
    ConsentWanted,
    Failed,
    HelpWanted,
    LeaveWanted,
    LongTextWanted,
    Outcome,
    PutBack,
    SecretWanted,
    Sentence,
)
from trialogue_client.engine.passwords import Passwords
from trialogue_client.engine.preferences import Preferences
from trialogue_client.engine.secret import Declined, Secret
from trialogue_client.settings import SettingError
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.wording.rows import RowKind

_NOTHING_WAITS = "Nothing waits to be sent here."

Handler = Callable[[Network, Any], Iterator[Outcome]]


class Commands:
    """The handlers. Each outcome is to be shown before the next is asked for: lines that were pasted build on it."""

    def __init__(self, memory: Memory, passwords: Passwords, *, asks: bool) -> None:
        """With `asks`, there is a person who can be asked whether a secret may go in clear."""
        self._memory = memory
        self._asks = asks
        preferences = self.preferences = Preferences(memory)
        self._handlers: dict[type[act.Action], Handler] = {
            act.Show: _show,
            act.Help: _help,
            act.Join: self._join,
            act.Part: self._part,
            act.Say: self._say,
            act.Leave: _leave,
            act.Disconnect: _disconnect,
            act.Connect: _connect,
            act.AskSecret: _ask_secret,
            act.Set: preferences.set,
            act.Configure: preferences.show,
            act.Autoconnect: preferences.autoconnect,
            act.Mute: preferences.mute,
            act.Forget: passwords.forget,
            act.Stop: _stop,
        }
        """The other actions only need the chat."""

    def typed(self, network: Network, text: str) -> Iterator[Outcome]:
        """Carry out a text: commands, a line each, or one message."""
        lines = text.split("\n")
        for line in lines if all(line.startswith("/") for line in lines) else [text]:
            place = TypedIn(network.target, network.chat.nick, network.chat.is_room)
            yield from self._attempt(network, partial(interpret, line, place))

    def perform(self, network: Network, *actions: act.Action) -> Iterator[Outcome]:
        """Carry out actions, one after the other, until one cannot be done."""
        yield from self._attempt(network, lambda: actions)

    def answered(self, network: Network, secret: Secret, text: str) -> Iterator[Outcome]:
        """Take a password that was asked for."""
        if secret.wants_more(text):
            yield SecretWanted(secret)
            return
        try:
            actions = secret.actions(text)
        except Declined as declined:
            yield Sentence(declined.kind, str(declined))
            return
        yield from self.perform(network, *actions)

    def consented(self, network: Network, action: act.Action, *, yes: bool) -> Iterator[Outcome]:
        """Carry out an action that holds a secret, if it may go in clear."""
        if yes:
            network.chat.expose()
            yield from self.perform(network, action)
        else:
            yield Sentence(RowKind.HINT, "It was not sent.")

    def confirmed(self, network: Network, action: act.Action, *, yes: bool) -> Iterator[Outcome]:
        """Send a long text, or give it back."""
        if yes:
            yield from self._attempt(network, lambda: [action], asked=True)
        else:
            yield PutBack(text_of(action))

    def stopped(self, network: Network, target: str) -> Iterator[Outcome]:
        """Stop what is being sent to a conversation, if anything is; what only waits for the connection goes on to."""
        yield from _taken_back(network, target) if network.chat.online else ()

    def _attempt(
        self, network: Network, actions: Callable[[], Iterable[act.Action]], *, asked: bool = False
    ) -> Iterator[Outcome]:
        try:
            for action in actions():
                question = question_if_long(action, network.chat) if self._asks and not asked else ""
                yield from [LongTextWanted(action, question)] if question else self._one(network, action)
        except (act.UsageError, SettingError, FormatError) as error:
            yield Failed(str(error))
        if self._asks:
            self._memory.set_on(network.profile.endpoint, network.chat)
        network.flush()

    def _one(self, network: Network, action: act.Action) -> Iterator[Outcome]:
        try:
            keep_secret(action, network.chat)
            yield from self._handlers.get(type(action), self._chat)(network, action)
        except ExposedError:
            if not self._asks:
                raise
            yield ConsentWanted(action)

    def _chat(self, network: Network, action: act.Action) -> Iterator[Outcome]:
        yield from perform(with_emoji(action) if self._memory.settings.emoji else action, network.chat)

    def _join(self, network: Network, action: act.Join) -> Iterator[Outcome]:
        yield from self._chat(network, action)
        network.head_for(action.room)

    def _part(self, network: Network, action: act.Part) -> Iterator[Outcome]:
        if not network.closes(action.room):
            yield from self._chat(network, action)

    def _say(self, network: Network, action: act.Say) -> Iterator[Outcome]:
        network.turn_to(action.target)
        yield from self._chat(network, action)


def _show(_: Network, action: act.Show) -> Iterator[Outcome]:
    return (Sentence(RowKind.HINT, line) for line in action.lines)


def _help(_: Network, action: act.Help) -> Iterator[Outcome]:
    yield HelpWanted(action.word)


def _leave(_: Network, action: act.Leave) -> Iterator[Outcome]:
    yield LeaveWanted(action.reason, everywhere=True)


def _disconnect(_: Network, action: act.Disconnect) -> Iterator[Outcome]:
    yield LeaveWanted(action.reason, everywhere=False)


def _connect(network: Network, action: act.Connect) -> Iterator[Outcome]:
    if not action.address:
        yield ConnectWanted(None)
        return
    try:
        endpoint = parse_address(action.address, tls=action.tls)
    except AddressError as error:
        raise act.UsageError(str(error)) from error
    yield ConnectWanted(
        ConnectionProfile(endpoint, action.nick or network.chat.nick, account=action.account), action.nick
    )


def _ask_secret(network: Network, action: act.AskSecret) -> Iterator[Outcome]:
    yield SecretWanted(Secret(prepare(action, network.chat)))


def _stop(network: Network, action: act.Stop) -> Iterator[Outcome]:
    yield from _taken_back(network, action.target) or [Sentence(RowKind.HINT, _NOTHING_WAITS)]


def _taken_back(network: Network, target: str) -> list[Outcome]:
    """Stop what waits for a conversation; it is put back, if there is any."""
    lines = network.chat.stop(target)
    return [PutBack("\n".join(line.text for line in lines))] if lines else []
