"""Line mode on a screen that is a list, against a server in memory."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from tests.support.fake_server import FakeServer
from tests.support.patience import PATIENCE
from trialogue_client.address import Endpoint
from trialogue_client.arguments import parse_arguments
from trialogue_client.core.chat import Chat
from trialogue_client.core.completion import Completion
from trialogue_client.core.connection import DialError
from trialogue_client.core.events import Event
from trialogue_client.core.state import Identity
from trialogue_client.engine.startup import Startup
from trialogue_client.lines.layout import plain
from trialogue_client.lines.linemode import LineMode
from trialogue_client.lines.network import LineNetwork
from trialogue_client.net.reconnect import ConnectionPlan, PersistentConnection
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.profile import ConnectionProfile

HERE = Endpoint("fake.test", 6667)
OTHER = 7000
"""The port of a second server."""
NOWHERE = Path("/dev/null/nowhere")
"""A directory that cannot be, so that nothing is kept."""


def never(*_: object) -> PersistentConnection:
    """Fail: nothing in such a test connects."""
    raise AssertionError


class ListScreen:
    """A screen that a test types on and reads from."""

    def __init__(self, *, asks: bool, echoes: bool = False) -> None:
        self.asks = asks
        self.echoes = echoes
        self.shown: list[str] = []
        self.complaints: list[str] = []
        self.prompts: list[str] = []
        self.hidden = False
        self.rings = 0
        self.line_typed = ""
        self._type, self._typed = trio.open_memory_channel[str](100)
        self._changed = trio.Event()

    async def line(self) -> str | None:
        try:
            return await self._typed.receive()
        except trio.EndOfChannel:
            return None

    def show(self, text: str) -> None:
        self.shown.append(text.split(" ", 1)[1])
        self._changed.set()

    def complain(self, text: str) -> None:
        self.complaints.append(text.split(" ", 1)[1])
        self.show(text)

    def prompt(self, text: str) -> None:
        self.prompts.append(text)
        self._changed.set()

    def ring(self) -> None:
        self.rings += 1

    def hide(self, *, on: bool) -> bool:
        self.hidden = on
        return self.asks

    def put(self, text: str) -> bool:
        self.line_typed = text
        return self.asks

    def words(self, complete: Callable[[str], Completion]) -> None:
        self.complete = complete

    def resume(self) -> None:
        """Nobody stops a test."""

    async def close(self) -> bool:
        await trio.lowlevel.checkpoint()
        return True

    def type(self, *lines: str) -> None:
        for line in lines:
            self._type.send_nowait(line)

    def end(self) -> None:
        self._type.close()

    async def until(self, text: str) -> None:
        """Wait until this is shown."""
        await self._until(lambda: any(text in line for line in self.shown), text)

    async def until_asked(self, text: str) -> None:
        """Wait until this stands in front of the input."""
        await self._until(lambda: bool(self.prompts) and text in self.prompts[-1], text)

    async def _until(self, is_true: Callable[[], bool], text: str) -> None:
        with trio.move_on_after(100):
            while not is_true():
                self._changed = trio.Event()
                await self._changed.wait()
            return
        raise AssertionError(f"never came: {text}; there were {self.shown[-8:]} and {self.prompts[-1:]}")


class Run:
    """One run of line mode as bob."""

    def __init__(
        self,
        server: FakeServer,
        screen: ListScreen,
        *,
        nick: str = "bob",
        may_number: bool = False,
        others: Mapping[int, FakeServer] | None = None,
        profile: ConnectionProfile | None = None,
        directory: Path = NOWHERE,
    ) -> None:
        """`others` are servers on the same host at other ports; `directory` is where settings are kept."""
        profile = profile or ConnectionProfile(HERE, nick)
        self.code = -1
        self._screen = screen
        self.servers = {HERE.port: server, **(others or {})}
        memory = Memory(directory)
        startup = Startup(parse_arguments([HERE.host], {}), memory)
        chat = startup.chat(profile, first=False, first_page=0)
        self._network = LineNetwork(profile, chat, may_number=may_number)
        if directory == NOWHERE:
            memory.problems.clear()
        self._mode = LineMode(screen, plain, startup, self._connect)

    async def __call__(self) -> None:
        with trio.fail_after(PATIENCE):
            self.code = await self._mode.run([self._network])

    def _connect(
        self, profile: ConnectionProfile, chat: Chat, emit: Callable[[Event], None], _: Callable[[str], None]
    ) -> PersistentConnection:
        async def nobody() -> trio.abc.Stream:
            raise DialError(f"{profile.endpoint} refused the connection")

        server = self.servers.get(profile.endpoint.port)
        dial = server.dial if server is not None else nobody
        return PersistentConnection(chat, ConnectionPlan(profile.endpoint, dial, lambda: iter([1.0] * 99)), emit)


@asynccontextmanager
async def in_the_lobby(
    directory: Path, *, asks: bool = True
) -> AsyncIterator[tuple[ListScreen, FakeServer, Run, trio.Nursery]]:
    """Run line mode as bob, in a room with carol; a second server is on another port."""
    async with trio.open_nursery() as nursery:
        server, screen, carol = FakeServer(nursery), ListScreen(asks=asks), ListScreen(asks=True)
        run = Run(server, screen, directory=directory, others={OTHER: FakeServer(nursery)})
        nursery.start_soon(run)
        await screen.until("You are in #lobby")
        nursery.start_soon(Run(server, carol, nick="carol"))
        await screen.until("carol came in")
        screen.shown.clear()
        yield screen, server, run, nursery
        nursery.cancel_scope.cancel()


class Dealt:
    """A chat and its line mode, without a connection: what the server says is dealt out by hand."""

    def __init__(self, *caps: str, asks: bool = True) -> None:
        """`caps` are those that the server grants."""
        self.chat = Chat(Identity("bob"))
        self.screen = ListScreen(asks=asks, echoes=True)
        self.network = LineNetwork(ConnectionProfile(HERE, "bob"), self.chat)
        self.mode = LineMode(self.screen, plain, Startup(parse_arguments([HERE.host], {}), Memory(NOWHERE)), never)
        self.mode.add(self.network)
        self.chat.connected("nonce", private=True)
        self.hear(f":s CAP * LS :{' '.join(caps)}", f":s CAP * ACK :{' '.join(caps)}")
        self.hear(":s 001 bob :Welcome bob!b@h", ":bob!b@h JOIN #lobby", ":s 353 bob = #lobby :bob alice Albert")
        self.hear(":s 366 bob #lobby :End")
        self.sent()

    def hear(self, *lines: str) -> list[str]:
        """Take in lines, and return what is shown of them."""
        self.screen.shown.clear()
        for event in self.chat.receive("".join(f"{line}\r\n" for line in lines).encode()):
            self.mode.presenter.happened(self.network, event)
        return self.screen.shown

    def type(self, text: str) -> list[str]:
        """Type a line, and return what is shown of it."""
        self.screen.shown.clear()
        self.mode.presenter.typed(text)
        return self.screen.shown

    def sent(self) -> list[str]:
        """Return what goes to the server, tags and all."""
        lines = self.chat.data_to_send().decode().split("\r\n")[:-1]
        return [line for line in lines if not line.startswith("PING")]
