"""Switches servers in line mode: /connect goes to one more, or back to one on which we are."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from trialogue_client.core.commands.actions import UsageError
from trialogue_client.engine.engine import Engine
from trialogue_client.engine.outcomes import ConnectWanted
from trialogue_client.engine.startup import PasswordSource
from trialogue_client.lines.questions import LineQuestion, Questions
from trialogue_client.lines.row_printer import RowPrinter
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.wording.questions import password_of


class Tasks(Protocol):
    """Runs tasks beside the input line."""

    def spawn(self, task: Callable[[], Awaitable[None]], /) -> None:
        """Start a task."""

    def begin(self, profile: ConnectionProfile, /) -> None:
        """Be on one more server while the others go on."""


class ServerSwitcher:
    """Goes to a server when its password is known."""

    def __init__(self, engine: Engine, sheet: RowPrinter, questions: Questions, tasks: Tasks) -> None:
        self._engine = engine
        self._sheet = sheet
        self._questions = questions
        self._tasks = tasks

    def connect(self, wish: ConnectWanted) -> None:
        """Go there, or list where we are. Raises UsageError if a password cannot be asked for here."""
        if wish.profile is None:
            self._list()
            return
        networks = self._sheet.networks
        there = networks.find(wish.profile.endpoint, wish.nick)
        if there is not None:
            networks.go(there)
            self._sheet.hint(f"You talk on {networks.label(there)} now.")
        else:
            self._prove(wish.profile)

    def _list(self) -> None:
        networks = self._sheet.networks
        for network in networks.all:
            here = ", and talk there" if network is networks.current else ""
            self._sheet.hint(f"You are on {network.profile.where} as {network.chat.nick}{here}.")
        self._sheet.hint("Type /connect and an address to be on one more, or to talk on another of these.")

    def _prove(self, profile: ConnectionProfile) -> None:
        match self._engine.startup.proof(profile):
            case PasswordSource.READY:
                self._tasks.begin(profile)
            case PasswordSource.KEY_RING:
                self._tasks.spawn(partial(self._look_up, profile))
            case PasswordSource.PERSON:
                self._ask(profile)

    async def _look_up(self, profile: ConnectionProfile) -> None:
        try:
            self._tasks.begin(await self._engine.passwords.complete(profile))
        except VaultError as error:
            self._sheet.trouble(str(error))
            self._ask_aside(profile)

    def _ask_aside(self, profile: ConnectionProfile) -> None:
        try:
            self._ask(profile)
        except UsageError as error:
            self._sheet.trouble(str(error))

    def _ask(self, profile: ConnectionProfile) -> None:
        prompt = f"{password_of(profile.account, profile.where)}: "
        self._questions.ask(LineQuestion(prompt, partial(self._told, profile), hidden=True))

    def _told(self, profile: ConnectionProfile, password: str) -> None:
        if password:
            self._tasks.begin(replace(profile, password=password))
        else:
            self._sheet.tell("Nothing was done.")
