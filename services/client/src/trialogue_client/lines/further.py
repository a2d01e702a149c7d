"""On several servers at once, in line mode: /connect goes to one more, or back to one on which we are."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from trialogue_client.address import AddressError, parse_address
from trialogue_client.core.commands.actions import Connect, UsageError
from trialogue_client.lines.keeping import Keeping, Spawn
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.sheet import Sheet
from trialogue_client.lines.stations import Stations
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.wanted import Wanted


class Further:
    """Goes there. `begin` opens the connection."""

    def __init__(
        self,
        stations: Stations,
        questions: Questions,
        sheet: Sheet,
        keeping: Keeping,
        spawn: Spawn,
        begin: Callable[[Wanted], None],
    ) -> None:
        self._stations = stations
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
        wanted = Wanted(endpoint, action.nick or self._stations.current.chat.nick, account=action.account)
        there = self._stations.find(wanted)
        if there is not None:
            self._stations.go(there)
            self._sheet.hint(f"You talk on {self._stations.label(there)} now.")
        else:
            self._prove(wanted)

    def _list(self) -> None:
        for station in self._stations.all:
            here = ", and talk there" if station is self._stations.current else ""
            self._sheet.hint(f"You are on {station.wanted.where} as {station.chat.nick}{here}.")
        self._sheet.hint("Type /connect and an address to be on one more, or to talk on another of these.")

    def _prove(self, wanted: Wanted) -> None:
        known = self._keeping.memory.server(wanted.endpoint)
        if not wanted.account:
            self._begin(wanted)
        elif known.key_ring and known.account == wanted.account:
            self._spawn(partial(self._look_up, wanted))
        else:
            self._ask(wanted)

    async def _look_up(self, wanted: Wanted) -> None:
        try:
            password = await self._keeping.passwords.look_up(wanted.endpoint, wanted.account)
        except VaultError as error:
            self._sheet.trouble(str(error))
            self._ask_aside(wanted)
        else:
            self._begin(replace(wanted, password=password, kept=True))

    def _ask_aside(self, wanted: Wanted) -> None:
        try:
            self._ask(wanted)
        except UsageError as error:
            self._sheet.trouble(str(error))

    def _ask(self, wanted: Wanted) -> None:
        prompt = f"Password of {wanted.account} on {wanted.where}: "
        self._questions.ask(Question(prompt, partial(self._told, wanted), hidden=True))

    def _told(self, wanted: Wanted, password: str) -> None:
        if password:
            self._begin(replace(wanted, password=password))
        else:
            self._sheet.tell("Nothing was done.")
