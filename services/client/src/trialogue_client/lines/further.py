"""On several servers at once, in line mode: /connect goes to one more, or back to one on which we are."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from trialogue_client.address import AddressError, parse_address
from trialogue_client.core.commands.actions import Connect, UsageError
from trialogue_client.engine.networks import Networks
from trialogue_client.lines.keeping import Keeping
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.sheet import Sheet
from trialogue_client.lines.spawn import Spawn
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.profile import ConnectionProfile


class Further:
    """Goes there. `begin` opens the connection."""

    def __init__(
        self,
        networks: Networks[LineNetwork],
        questions: Questions,
        sheet: Sheet,
        keeping: Keeping,
        spawn: Spawn,
        begin: Callable[[ConnectionProfile], None],
    ) -> None:
        self._networks = networks
        self._questions = questions
        self._sheet = sheet
        self._keeping = keeping
        self._spawn = spawn
        self._begin = begin

    def connect(self, action: Connect) -> None:
        """Do what was typed. Raises UsageError."""
        if not action.address:
            self._list()
            return
        try:
            endpoint = parse_address(action.address, tls=action.tls)
        except AddressError as error:
            raise UsageError(str(error)) from error
        there = self._networks.find(endpoint, action.nick)
        if there is not None:
            self._networks.go(there)
            self._sheet.hint(f"You talk on {self._networks.label(there)} now.")
        else:
            nick = action.nick or self._networks.current.chat.nick
            self._prove(ConnectionProfile(endpoint, nick, account=action.account))

    def _list(self) -> None:
        for network in self._networks.all:
            here = ", and talk there" if network is self._networks.current else ""
            self._sheet.hint(f"You are on {network.profile.where} as {network.chat.nick}{here}.")
        self._sheet.hint("Type /connect and an address to be on one more, or to talk on another of these.")

    def _prove(self, profile: ConnectionProfile) -> None:
        known = self._keeping.memory.server(profile.endpoint)
        if not profile.account:
            self._begin(profile)
        elif known.key_ring and known.account == profile.account:
            self._spawn(partial(self._look_up, profile))
        else:
            self._ask(profile)

    async def _look_up(self, profile: ConnectionProfile) -> None:
        try:
            password = await self._keeping.passwords.look_up(profile.endpoint, profile.account)
        except VaultError as error:
            self._sheet.trouble(str(error))
            self._ask_aside(profile)
        else:
            self._begin(replace(profile, password=password, kept=True))

    def _ask_aside(self, profile: ConnectionProfile) -> None:
        try:
            self._ask(profile)
        except UsageError as error:
            self._sheet.trouble(str(error))

    def _ask(self, profile: ConnectionProfile) -> None:
        prompt = f"Password of {profile.account} on {profile.where}: "
        self._questions.ask(Question(prompt, partial(self._told, profile), hidden=True))

    def _told(self, profile: ConnectionProfile, password: str) -> None:
        if password:
            self._begin(replace(profile, password=password))
        else:
            self._sheet.tell("Nothing was done.")
