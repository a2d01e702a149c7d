"""The conversation between a person, a screen and a server; the screen is a list, the server is in memory."""

import io
from collections.abc import Callable

import pytest
import trio
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.support.fake_server import FakeServer
from trialogue_client.core.chat import Chat
from trialogue_client.core.completion import Completion
from trialogue_client.core.state import Identity
from trialogue_client.net.explain import Endpoint
from trialogue_client.net.reconnect import Connection
from trialogue_client.plain.layout import plain
from trialogue_client.plain.linemode import NO_CONNECTION, OK, UNDELIVERED, LineMode
from trialogue_client.plain.pipe import PipeScreen
from trialogue_client.plain.prompt import PromptScreen

HERE = Endpoint("fake.test", 6667)


class ListScreen:
    """A screen that a test types on and reads from."""

    def __init__(self, *, asks: bool, echoes: bool = False) -> None:
        self.asks = asks
        self.echoes = echoes
        self.shown: list[str] = []
        self.complaints: list[str] = []
        self.prompts: list[str] = []
        self.hidden = False
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

    def hide(self, *, on: bool) -> bool:
        self.hidden = on
        return self.asks

    def words(self, complete: Callable[[str], Completion]) -> None:
        self.complete = complete

    async def close(self) -> None:
        await trio.lowlevel.checkpoint()

    def type(self, *lines: str) -> None:
        for line in lines:
            self._type.send_nowait(line)

    def end(self) -> None:
        self._type.close()

    async def until(self, text: str) -> None:
        """Wait until this is shown."""
        with trio.fail_after(100):
            while not any(text in line for line in self.shown):
                self._changed = trio.Event()
                await self._changed.wait()


class Run:
    """One run of line mode as bob."""

    def __init__(self, server: FakeServer, screen: ListScreen, *, nick: str = "bob", may_number: bool = False) -> None:
        self.chat = Chat(Identity(nick))
        self.code = -1
        self._screen = screen
        self._server = server
        self._mode = LineMode(self.chat, screen, plain, may_number=may_number)

    async def __call__(self) -> None:
        with trio.fail_after(1000):
            self.code = await self._mode.run(
                lambda emit: Connection(self.chat, HERE, self._server.dial, emit, lambda: iter([1.0] * 99))
            )


@pytest.mark.parametrize("caps", [(), ("echo-message",), ("echo-message", "labeled-response", "batch")])
async def test_a_pipe_says_its_lines_and_ends_when_they_are_confirmed(
    autojump_clock: trio.testing.MockClock, caps: tuple[str, ...]
) -> None:
    screen = ListScreen(asks=False)
    screen.type("one", "two")
    screen.end()
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery, *caps)
        run = Run(server, screen)
        await run()
        nursery.cancel_scope.cancel()
    assert run.code == OK
    assert server.said("PRIVMSG") == ["PRIVMSG #lobby one", "PRIVMSG #lobby two"]
    assert server.said("QUIT") == ["QUIT"]
    assert screen.shown[-2:] == ["bob: one", "bob: two"]
    assert screen.complaints == []


async def test_a_pipe_sends_a_long_file_in_order(autojump_clock: trio.testing.MockClock) -> None:
    lines = [f"line {number}" for number in range(99)]
    screen = ListScreen(asks=False)
    screen.type(*lines)
    screen.end()
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        run = Run(server, screen)
        await run()
        nursery.cancel_scope.cancel()
    assert run.code == OK
    assert server.said("PRIVMSG") == [f"PRIVMSG #lobby :{line}" for line in lines]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("/msg nobody hi", "! nobody did not get “hi”: Cannot send"),
        ("/kick carol", "! #lobby: You're not channel operator"),
        ("/frobnicate", "! There is no command /frobnicate. Type /help for all of them."),
    ],
)
async def test_a_pipe_that_is_refused_ends_with_1(
    autojump_clock: trio.testing.MockClock, line: str, complaint: str
) -> None:
    screen = ListScreen(asks=False)
    screen.type(line)
    screen.end()
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        server.rooms["#lobby"] = []
        other = Run(server, ListScreen(asks=True), nick="carol")
        nursery.start_soon(other)
        await other._screen.until("You are in #lobby")
        run = Run(server, screen)
        await run()
        nursery.cancel_scope.cancel()
    assert run.code == UNDELIVERED
    assert screen.complaints == [complaint]


async def test_a_pipe_whose_room_is_closed_says_so(autojump_clock: trio.testing.MockClock) -> None:
    screen = ListScreen(asks=False)
    screen.type("hello")
    screen.end()
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        server.locked.add("#lobby")
        run = Run(server, screen)
        await run()
        nursery.cancel_scope.cancel()
    assert run.code == UNDELIVERED
    assert screen.complaints[0] == "! #lobby: Cannot join channel (+i)"
    assert "#lobby did not get “hello”" in screen.complaints[1]


async def test_lines_that_cannot_be_confirmed_are_reported_at_the_end(autojump_clock: trio.testing.MockClock) -> None:
    screen = ListScreen(asks=False)
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        run = Run(server, screen)
        nursery.start_soon(run)
        await screen.until("You are in #lobby")
        server.deaf = True
        screen.type("anybody there?")
        screen.end()
        await screen.until("may not have got")
        nursery.cancel_scope.cancel()
    assert screen.complaints[0] == (
        "! #lobby may not have got “anybody there?”: the connection was lost. It is not sent again."
    )


async def test_a_pipe_without_a_given_nick_finds_one_that_is_free(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        first = ListScreen(asks=True)
        nursery.start_soon(Run(server, first))
        await first.until("You are in")
        screen = ListScreen(asks=False)
        screen.type("hi")
        screen.end()
        run = Run(server, screen, may_number=True)
        await run()
        assert run.code == OK
        assert screen.shown[-1] == "bob2: hi"
        await first.until("bob2: hi")
        nursery.cancel_scope.cancel()


async def test_a_pipe_with_a_given_nick_that_is_taken_gives_up(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        first = ListScreen(asks=True)
        nursery.start_soon(Run(server, first))
        await first.until("You are in")
        screen = ListScreen(asks=False)
        run = Run(server, screen)
        await run()
        assert run.code == NO_CONNECTION
        assert screen.complaints == ["! The name bob is taken. Choose another with --nick."]
        nursery.cancel_scope.cancel()


async def test_a_person_is_asked_for_another_name(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        first, second = ListScreen(asks=True), ListScreen(asks=True)
        nursery.start_soon(Run(server, first))
        await first.until("You are in")
        nursery.start_soon(Run(server, second))
        await second.until("The name bob is taken. Choose another.")
        assert second.prompts[-1] == "Your name: "
        second.type("", "BOB")
        await second.until("The name BOB is taken. Choose another.")
        second.type("robert")
        await second.until("You are in #lobby with 1 other person. Type to talk, /help for commands.")
        assert second.prompts[-1] == "#lobby> "
        await first.until("robert came in")
        nursery.cancel_scope.cancel()


async def test_two_people_talk(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        alice, bob = ListScreen(asks=True), ListScreen(asks=True, echoes=True)
        runs = Run(server, alice, nick="alice"), Run(server, bob)
        nursery.start_soon(runs[0])
        await alice.until("You are in #lobby with nobody else yet.")
        nursery.start_soon(runs[1])
        await alice.until("bob came in")
        bob.type(
            "hello", "/me waves", "/msg alice psst", "/join den", "two\nlines at once", "/join #lobby", "/help kick"
        )
        await alice.until("bob: hello")
        await alice.until("* bob waves")
        await alice.until("bob to you: psst")
        await bob.until("You are in #den with nobody else yet.")
        await bob.until("/kick [#room] nick [reason]")
        assert bob.prompts[-1] == "#lobby> "
        assert server.said("PRIVMSG")[-2:] == ["PRIVMSG #den two", "PRIVMSG #den :lines at once"]
        assert not any("hello" in line for line in bob.shown), "the terminal shows what was typed by itself"
        alice.type("/kick bob spam")
        await bob.until("alice put you out of #lobby (spam). To go back: /join #lobby")
        assert bob.prompts[-1] == "#den> "
        alice.type("/quit")
        bob.end()
        for run in runs:
            while run.code == -1:
                await trio.testing.wait_all_tasks_blocked()
                await trio.sleep(0.1)
        assert [run.code for run in runs] == [OK, OK]
        nursery.cancel_scope.cancel()


async def test_what_is_typed_while_disconnected_is_sent_or_reported(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        screen = ListScreen(asks=True)
        run = Run(server, screen)
        nursery.start_soon(run)
        await screen.until("You are in")
        server.cut("bob")
        await screen.until("Next attempt in 1 second")
        assert screen.prompts[-1] == "(offline) #lobby> "
        screen.type("typed while away", "/topic x")
        await screen.until("Kept until we are connected: typed while away")
        await screen.until("that was not sent")
        await screen.until("You are back in #lobby")
        await screen.until("bob: typed while away")
        screen.shown.clear()
        server.cut("bob")
        await screen.until("Next attempt in 1 second")
        screen.type("and again", "/quit")
        await screen.until("Not sent to #lobby: and again")
        nursery.cancel_scope.cancel()
    assert run.code == UNDELIVERED


class Chunks:
    """Input that comes in pieces."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = list(chunks)

    def read(self, _: int, /) -> bytes:
        return self._chunks.pop(0) if self._chunks else b""

    def fileno(self) -> int:
        raise OSError


async def test_a_pipe_is_read_in_pieces_of_any_size() -> None:
    source = Chunks(b"o", b"ne\ntw", b"o \xf0\x9f", b"\x8d\x85\r\n\xff\nend")
    screen = PipeScreen(source, io.StringIO(), io.StringIO(), asks=False)
    assert [await screen.line() for _ in range(5)] == ["one", "two 🍅", "�", "end", None]


def test_a_pipe_keeps_the_conversation_and_the_complaints_apart() -> None:
    out, errors = io.StringIO(), io.StringIO()
    screen = PipeScreen(io.BytesIO(), out, errors, asks=False)
    screen.show("12:00 bob: hi")
    screen.complain("12:00 ! no")
    screen.prompt("#lobby> ")
    assert (out.getvalue(), errors.getvalue()) == ("12:00 bob: hi\n", "12:00 ! no\n")


async def test_the_input_line_gives_what_is_typed_and_gives_the_terminal_back() -> None:
    with create_pipe_input() as keyboard:
        screen = PromptScreen(coloured=False, source=keyboard, sink=DummyOutput())
        keyboard.send_text("hello\rwor\x7fds\r")
        with trio.fail_after(5):
            assert await screen.line() == "hello"
            assert await screen.line() == "wods"
            screen.prompt("#den> ")
            keyboard.send_text("half a li")
            await screen.close()
        assert not screen._thread.is_alive()


async def test_control_c_and_control_d_end_the_input() -> None:
    for key in ("\x03", "\x04"):
        with create_pipe_input() as keyboard, trio.fail_after(5):
            screen = PromptScreen(coloured=True, source=keyboard, sink=DummyOutput())
            keyboard.send_text(key)
            assert await screen.line() is None
            await screen.close()


async def test_a_pasted_text_is_said_and_commands_in_it_are_not_obeyed(autojump_clock: trio.testing.MockClock) -> None:
    screen = ListScreen(asks=True)
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        run = Run(server, screen)
        nursery.start_soon(run)
        await screen.until("You are in #lobby")
        screen.type("see\n/quit", "/msg bob one\ntwo", "/nick robert\n/quit bye")
        await screen.until("You are now robert")
        screen.end()
    assert server.said("PRIVMSG") == [
        "PRIVMSG #lobby see",
        "PRIVMSG #lobby /quit",
        "PRIVMSG bob one",
        "PRIVMSG bob two",
    ]
    assert server.said("QUIT") == ["QUIT bye"]


async def test_alt_enter_begins_a_new_line() -> None:
    with create_pipe_input() as keyboard:
        screen = PromptScreen(coloured=False, source=keyboard, sink=DummyOutput())
        keyboard.send_text("one\x1b\rtwo\r")
        with trio.fail_after(5):
            assert await screen.line() == "one\ntwo"
            await screen.close()
