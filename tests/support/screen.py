"""The full-screen client without a terminal, against a server in a thread of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import trio
from rich.style import Style
from textual.pilot import Pilot

from tests.support.client import Client
from tests.support.fake_server import FakeServer, Peer
from tests.support.patience import PATIENCE
from tests.support.server import Server
from trialogue_client.arguments import Options, parse_arguments
from trialogue_client.engine.model import Alert
from trialogue_client.net.nearby_server import NearbyServer
from trialogue_client.tui.app import Trialogue
from trialogue_client.tui.screens.chat.requests import AlertRaised
from trialogue_client.tui.screens.chat.screen import ChatScreen
from trialogue_client.tui.widgets.conversation.messages import Messages


class Threaded:
    """A fake server in a thread; `do` runs a function in there."""

    def __init__(self) -> None:
        self.port = 0
        self.server: Any = None
        self._token: trio.lowlevel.TrioToken | None = None
        self._stop: trio.Event | None = None
        self._ready = threading.Event()

    def do(self, function: Callable[[], Any]) -> Any:
        """Run a function in the server's thread and return its result."""
        return trio.from_thread.run_sync(function, trio_token=self._token)

    def up(self, server: Any, port: int) -> Awaitable[None]:
        """Say that it runs; what is returned lasts until it shall stop."""
        self.server, self.port = server, port
        self._token, self._stop = trio.lowlevel.current_trio_token(), trio.Event()
        self._ready.set()
        return self._stop.wait()

    @contextmanager
    def during(self, main: Callable[[], Awaitable[None]]) -> Iterator[None]:
        """Run a main function in a thread for the time of a block."""
        thread = threading.Thread(target=lambda: trio.run(main))
        thread.start()
        assert self._ready.wait(PATIENCE)
        try:
            yield
        finally:
            assert self._stop is not None
            self.do(self._stop.set)
            thread.join(PATIENCE)


@contextmanager
def real_server(directory: Path) -> Iterator[Server]:
    """Run our own server as a process; whoever talks may talk as fast as they like."""
    with Server(directory, "127.0.0.1", "0", flood_rate=0) as server:
        server.wait_for("listening")
        yield server


@contextmanager
def fake_server(*caps: str) -> Iterator[Threaded]:
    """Run the small one, with these capabilities and none else."""
    threaded = Threaded()

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            server = FakeServer(nursery, *caps)
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            nursery.start_soon(trio.serve_listeners, server.serve, listeners)
            await threaded.up(server, listeners[0].socket.getsockname()[1])
            nursery.cancel_scope.cancel()

    with threaded.during(main):
        yield threaded


def peer_named(threaded: Threaded, nick: str) -> Peer:
    """Return the fake server's side of somebody's connection."""
    peers: list[Peer] = threaded.server.peers
    return next(peer for peer in peers if peer.nick == nick)


def options(directory: Path, *words: str) -> Options:
    """Return what a command line in a terminal asks for."""
    return parse_arguments(words, {"TRIALOGUE_CONFIG_DIR": str(directory)}, terminal=True)


class RecordingClient(Trialogue):
    """The client, which notes each bell."""

    def __init__(self, options: Options, found: Sequence[NearbyServer]) -> None:
        async def answer(tell: Callable[[NearbyServer], object]) -> None:
            for one in found:
                tell(one)
            await trio.sleep_forever()

        super().__init__(options, answer)
        self.calls: list[Alert] = []

    def on_alert_raised(self, event: AlertRaised) -> None:
        """Note who called."""
        self.calls += event.alerts


class Person:
    """One client, its keys and its screen."""

    def __init__(self, app: RecordingClient, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def talk(self) -> ChatScreen:
        """The main screen."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, ChatScreen))

    @property
    def messages(self) -> Messages:
        """The widget that shows the conversation."""
        return self.talk.query_one(Messages)

    def styles(self) -> dict[str, Style]:
        """Return the style of each piece of text on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return {segment.text: segment.style or Style() for strip in strips for segment in strip}

    def screen(self) -> str:
        """Return what is on the screen, as text."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.ljust(width).rstrip() for strip in lines[:height])

    async def until(self, wanted: str | Callable[[], object]) -> None:
        """Wait until the screen shows a text, or something is true."""
        with_text = isinstance(wanted, str)
        try:
            async with asyncio.timeout(PATIENCE):
                while not (wanted in self.screen() if isinstance(wanted, str) else wanted()):
                    await self.pilot.pause(0.01)
        except TimeoutError:
            raise AssertionError(f"never came: {wanted if with_text else 'it'}\n{self.screen()}") from None

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        await self.pilot.press(*keys)

    async def press_until(self, key: str, done: Callable[[], object]) -> None:
        """Press a key again and again, until something is true."""
        async with asyncio.timeout(PATIENCE):
            while not done():
                await self.press(key)

    async def type(self, text: str, *keys: str) -> None:
        """Type a text, then press keys."""
        await self.pilot.press(*(_KEYS.get(char, char) for char in text), *keys)

    async def say(self, text: str) -> None:
        """Type a line and send it."""
        await self.type(text, "enter")


async def heard(client: Client, text: str) -> list[str]:
    """Return what a client has heard up to a text. The screen goes on meanwhile: what it shows may not be sent yet."""
    return await asyncio.to_thread(client.until, text)


_KEYS = {" ": "space", "/": "slash", "#": "number_sign"}


@asynccontextmanager
async def client(
    options: Options, size: tuple[int, int] = (80, 24), found: Sequence[NearbyServer] = ()
) -> AsyncIterator[Person]:
    """Run the full-screen client; these are the servers on its local network."""
    app = RecordingClient(options, found)
    async with app.run_test(size=size) as pilot:
        yield Person(app, pilot)


@asynccontextmanager
async def talking(
    directory: Path, port: int, nick: str, *words: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Person]:
    """Run a client that is in #lobby."""
    async with client(options(directory / nick, "127.0.0.1", str(port), "--nick", nick, *words), size) as person:
        await person.until("You are in #lobby")
        yield person
