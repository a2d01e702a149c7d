"""The conversation between the person, the screen and the connections.

One task keeps each connection, one reads what is typed, one waits until we go on after a stop. Events come in
synchronously and are shown at once; whoever waits for something to become true waits in `Progress.until`.
"""

import signal
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import trio

from trialogue_client.core.connection import DialError
from trialogue_client.engine.engine import Engine
from trialogue_client.engine.network import Connect
from trialogue_client.engine.networks import Networks
from trialogue_client.engine.startup import Startup
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.presenter import LinePresenter
from trialogue_client.lines.questions import Questions
from trialogue_client.lines.row_printer import Layout, RowPrinter
from trialogue_client.lines.screen import Screen
from trialogue_client.settings.passwords import KeyRingPasswords
from trialogue_client.settings.profile import ConnectionProfile

_CONTINUED: signal.Signals | None = getattr(signal, "SIGCONT", None)

OK = 0
UNDELIVERED = 1
NO_CONNECTION = 3

FIRST_PAGE = 20
"""Messages of the past that are shown in a room where we have never been."""


class LineMode:
    """One run of the client in line mode."""

    def __init__(self, screen: Screen, layout: Layout, startup: Startup, connect: Connect) -> None:
        self._screen = screen
        self._connect = connect
        self._engine = Engine(startup, KeyRingPasswords(startup.memory), asks=screen.asks)
        self.networks: Networks[LineNetwork] = Networks()
        self.sheet = RowPrinter(screen, layout, self.networks)
        self._questions = Questions(screen, self.networks)
        self.presenter = LinePresenter(self._engine, self.sheet, self._questions, self)
        self._nursery: trio.Nursery | None = None
        self._over = trio.Event()
        self._connected = False
        """Whether the last connection ended because it was to."""
        self._undelivered = False
        self._left = False

    async def run(self, networks: Sequence[LineNetwork]) -> int:
        """Talk until the person leaves or the input ends; return the exit code."""
        self._screen.words(lambda text: self.networks.current.complete(text))
        async with trio.open_nursery() as self._nursery:
            for network in networks:
                self._start(network)
            if self._screen.asks:
                self._complain_of_settings()
            self._nursery.start_soon(self._resume)
            self._nursery.start_soon(self._read)
            await self._over.wait()
            self._nursery.cancel_scope.cancel()
        for network in self.networks.all:
            self._report_unsent(network)
        failed = self.presenter.failed and not self._screen.asks
        return UNDELIVERED if self._undelivered or failed else OK if self._connected else NO_CONNECTION

    @property
    def nick(self) -> str:
        """Our name where we talk."""
        return self.networks.current.chat.nick

    def add(self, network: LineNetwork) -> None:
        """Be on one more server, and talk there; what it says is for `presenter`."""
        self.networks.add(network)
        self.networks.go(network)

    def begin(self, profile: ConnectionProfile) -> None:
        """Be on one more server while the others go on."""
        self._start(LineNetwork(profile, self._engine.startup.chat(profile, first=False, first_page=FIRST_PAGE)))
        self._questions.prompt()

    def spawn(self, task: Callable[[], Awaitable[None]]) -> None:
        """Start a task that ends with us."""
        assert self._nursery is not None, "there is one while anything is typed or heard"
        self._nursery.start_soon(task)

    def _start(self, network: LineNetwork) -> None:
        self.add(network)
        # A certificate met for the first time is accepted where nobody is asked: that must be seen in any case.
        tell = self.sheet.tell if self._screen.asks else self.sheet.trouble
        network.connection = self._connect(
            network.profile, network.chat, partial(self.presenter.happened, network), tell
        )
        self.spawn(partial(self._stay, network))

    def _complain_of_settings(self) -> None:
        for problem in self._engine.memory.problems:
            self.sheet.trouble(problem)
        self._engine.memory.problems.clear()

    async def _stay(self, network: LineNetwork) -> None:
        """Stay connected until we leave or it cannot be done; the other servers are not disturbed."""
        assert network.connection is not None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(network.mark_read)
            try:
                await network.connection.run()
                self._connected = True
            except DialError as error:
                self._connected = False
                self.sheet.trouble(str(error))
            nursery.cancel_scope.cancel()
        self._ended(network)

    def _ended(self, network: LineNetwork) -> None:
        if not self.networks.several:
            self._over.set()
            return
        self._report_unsent(network)
        self.networks.drop(network)
        here = self.networks.current.profile.where
        self.sheet.hint(f"You are not on {network.profile.where} any more; you talk on {here}.")
        self._questions.prompt()

    async def _read(self) -> None:
        if not self._screen.asks:
            await self._until(lambda network: network.progress.settled())
        while (line := await self._screen.line()) is not None:
            self.presenter.typed(line)
            if not self._screen.asks:
                await self._until(lambda network: network.progress.may_go_on())
        if not self._screen.asks:
            for network in list(self.networks.all):
                await network.progress.confirm(network.flush)
        self._leave_all()

    async def _until(self, is_true: Callable[[LineNetwork], bool]) -> None:
        """Wait until this is true where we talk."""
        network = self.networks.current
        await network.progress.until(lambda: is_true(network))

    def leave(self) -> bool:
        """Say good-bye; False if that was asked for before.

        A terminal that goes ends the input as well, so that its signal finds us leaving: nobody is impatient then.
        """
        if self._left:
            return False
        self._left = True
        self._leave_all()
        return True

    def _leave_all(self) -> None:
        for network in list(self.networks.all):
            network.leave()

    async def _resume(self) -> None:
        if _CONTINUED is not None:
            with trio.open_signal_receiver(_CONTINUED) as received:
                async for _ in received:
                    self._screen.resume()

    def _report_unsent(self, network: LineNetwork) -> None:
        """Report every line that was typed and not sent."""
        for sentence in network.unsent():
            self._undelivered = True
            self.sheet.trouble(sentence)
