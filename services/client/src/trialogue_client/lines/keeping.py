"""What line mode remembers: servers, rooms, settings, and whether a password is in the key ring."""

from collections.abc import Awaitable, Callable
from functools import partial

from trialogue_client.core.calls import calls
from trialogue_client.core.commands.actions import Autoconnect, Configure, Forget, Mute, Set
from trialogue_client.core.events import Event, ModeChanged, Noticed, Renamed, Said
from trialogue_client.lines.locked import Locked
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.sheet import Sheet
from trialogue_client.lines.spawn import Spawn
from trialogue_client.settings.changing import carry_out
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.passwords import Passwords

_YES, _NO = ("y", "yes"), ("n", "no", "")


class Keeping:
    """Keeps it. Without a person (`asks`), nothing is kept that was not asked for by a command."""

    def __init__(self, memory: Memory, questions: Questions, sheet: Sheet, spawn: Spawn, *, asks: bool) -> None:
        self.memory = memory
        self.passwords = Passwords(memory)
        self._questions = questions
        self._sheet = sheet
        self._spawn = spawn
        self._asks = asks
        self._locked = Locked(self.passwords, questions, sheet, spawn)

    def change(self, network: LineNetwork, action: Set | Configure | Autoconnect | Mute | Forget) -> None:
        """Do what was typed, and say what was done. Raises SettingError."""
        if isinstance(action, Forget):
            self._forget(network)
            return
        for line in carry_out(action, self.memory, network.profile.endpoint):
            self._sheet.hint(line)

    def welcomed(self, network: LineNetwork) -> None:
        """Keep a server that let us in."""
        if self._asks:
            self.memory.used(network.profile.endpoint, network.chat.wanted_nick)

    def moved(self, network: LineNetwork) -> None:
        """Keep in which rooms we are."""
        if self._asks:
            self.memory.moved(network.profile.endpoint, network.chat)

    def set_on(self, network: LineNetwork) -> None:
        """Keep our name and what we have set on the server."""
        if self._asks:
            self.memory.set_on(network.profile.endpoint, network.chat)

    def heard(self, network: LineNetwork, event: Event) -> None:
        """See to the keys of rooms, and to what we have set."""
        if self._asks:
            self._locked.hear(network, event)
        if isinstance(event, ModeChanged | Renamed):
            self.set_on(network)

    def rings(self, network: LineNetwork, event: Said | Noticed) -> bool:
        """Is the bell to be rung for this?"""
        settings, chat = self.memory.settings, network.chat
        if not self._asks or not settings.bell or event.replayed:
            return False
        muted = [chat.fold(name) for name in settings.muted_on(network.profile.endpoint.host)]
        if chat.fold(event.who.nick) in muted or chat.fold(event.target) in muted:
            return False
        return calls(event, chat.nick, settings.highlights)

    def logged_in(self, network: LineNetwork) -> None:
        """Offer to keep a password that has proved right, once."""
        credentials = network.chat.identity.credentials
        password = credentials.password if credentials is not None else ""
        if credentials is None or not self._asks or password in ("", network.offered):
            return
        network.offered = password
        if self.memory.settings.key_ring:
            self._spawn(partial(self._offer, network, credentials.account, password))

    async def _offer(self, network: LineNetwork, account: str, password: str) -> None:
        """See whether there is a key ring at all, before anybody is asked."""
        try:
            await self.passwords.check()
        except VaultError as error:
            self._sheet.hint(str(error))
            return
        prompt = f"Keep the password of {account} on {network.profile.where} in this system's key ring? (yes or no): "
        self._questions.ask(Question(prompt, partial(self._answered, network, account, password)))

    def _answered(self, network: LineNetwork, account: str, password: str, text: str) -> str | None:
        word = text.strip().lower()
        if word in _YES:
            self._spawn(partial(self._tell, partial(self.passwords.keep, network.profile.endpoint, account, password)))
        else:
            self._sheet.tell("It is not kept. /set key_ring off ends this question.")
        return None if word in (*_YES, *_NO) else text

    def _forget(self, network: LineNetwork) -> None:
        endpoint = network.profile.endpoint
        known = self.memory.server(endpoint)
        account = known.account or network.chat.account
        if account or known.keys:
            self._spawn(partial(self._tell, partial(self.passwords.forget, endpoint, account)))
        else:
            self._sheet.trouble("You have no account here, so there is no password to forget.")

    async def _tell(self, act: Callable[[], Awaitable[str]]) -> None:
        try:
            self._sheet.hint(await act())
        except VaultError as error:
            self._sheet.trouble(str(error))
