"""Line mode says STOP where a certificate is another one than before, and the next line decides."""

from collections.abc import Callable

import trio
import trio.lowlevel

from tests.support.fake_server import FakeServer
from tests.support.lines import HERE, NOWHERE, ListScreen
from tests.support.patience import PATIENCE
from trialogue_client.arguments import parse_arguments
from trialogue_client.core.certificates import MISMATCH, CertificateChange, CertificateChangedError, declined
from trialogue_client.core.chat import Chat
from trialogue_client.core.events import Event
from trialogue_client.core.state import Identity
from trialogue_client.engine.startup import Startup
from trialogue_client.lines.layout import plain
from trialogue_client.lines.linemode import NO_CONNECTION, OK, LineMode
from trialogue_client.lines.network import LineNetwork
from trialogue_client.net.certificate_question import ask_person
from trialogue_client.net.reconnect import ConnectionPlan, PersistentConnection
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.profile import ConnectionProfile

CHANGED = CertificateChange(HERE, ":".join(["AB"] * 32), ":".join(["CD"] * 32))


class CertificateScene:
    """Line mode as bob, who meets another certificate before the server."""

    def __init__(self, server: FakeServer, *, asks: bool) -> None:
        self.code = -1
        self.screen = ListScreen(asks=asks)
        self._server = server
        self._mode = LineMode(
            self.screen, plain, Startup(parse_arguments([HERE.host], {}), Memory(NOWHERE)), self._connect
        )

    async def run(self) -> None:
        with trio.fail_after(PATIENCE):
            self.code = await self._mode.run([LineNetwork(ConnectionProfile(HERE, "bob"), Chat(Identity("bob")))])

    def _connect(
        self, _: ConnectionProfile, chat: Chat, emit: Callable[[Event], None], __: Callable[[str], None]
    ) -> PersistentConnection:
        async def dial() -> trio.abc.Stream:
            if not self.screen.asks:
                raise CertificateChangedError(CHANGED)
            if not await ask_person(emit)(CHANGED):
                raise declined(CHANGED)
            return await self._server.dial()

        return PersistentConnection(chat, ConnectionPlan(HERE, dial, lambda: iter([1.0] * 99)), emit)


async def test_the_whole_fingerprint_accepts_it_and_something_else_does_not() -> None:
    async with trio.open_nursery() as nursery:
        meeting = CertificateScene(FakeServer(nursery), asks=True)
        nursery.start_soon(meeting.run)
        await meeting.screen.until_asked("The whole fingerprint, or yes")
        assert f"! {CHANGED.headline}" in meeting.screen.complaints
        assert max(map(len, CHANGED.comparison)) < 60
        meeting.screen.type("CD:CD")
        await meeting.screen.until(MISMATCH)
        meeting.screen.type(CHANGED.shown)
        await meeting.screen.until("You are in #lobby")
        meeting.screen.type("/quit")
        while meeting.code < 0:
            await trio.lowlevel.checkpoint()
        assert meeting.code == OK
        nursery.cancel_scope.cancel()


async def test_enter_alone_leaves_and_a_pipe_is_told_how_to_accept_it() -> None:
    async with trio.open_nursery() as nursery:
        for asks, sentence in ((True, "was not accepted"), (False, f"trialogue-client {HERE.host} {HERE.port} --tls")):
            meeting = CertificateScene(FakeServer(nursery), asks=asks)
            if asks:
                meeting.screen.type("")
            await meeting.run()
            assert any(sentence in line for line in meeting.screen.shown)
            assert meeting.code == NO_CONNECTION
        nursery.cancel_scope.cancel()
