"""The conversation between a person, a screen and a server; the screen is a list, the server is in memory."""

import errno
import io
import os
import pty
import termios
from collections.abc import Callable
from typing import TextIO, cast

import pytest
import trio
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput, create_output

from ircwire import caps
from tests.support.fake_server import FakeServer
from tests.support.lines import Dealt, ListScreen, Run
from tests.support.patience import PATIENCE
from trialogue_client.core.completion import Completion
from trialogue_client.lines.linemode import NO_CONNECTION, OK, UNDELIVERED
from trialogue_client.lines.pipe import PipeScreen
from trialogue_client.lines.prompt import PromptScreen
from trialogue_client.lines.streams import Outputs
from trialogue_client.lines.terminal_stream import TerminalStream


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


async def test_a_pipe_sends_again_what_was_on_its_way_where_it_is_said_once(
    autojump_clock: trio.testing.MockClock,
) -> None:
    screen = ListScreen(asks=False)
    offers = ("echo-message", "labeled-response", "batch", "message-tags", "server-time")
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery, *offers, f"{caps.IDEMPOTENCY_KEY}=seconds=86400")
        run = Run(server, screen)
        async with trio.open_nursery() as running:
            running.start_soon(run)
            await screen.until("You are in #lobby")
            server.deaf = True
            screen.type("anybody there?")
            screen.end()
            await trio.testing.wait_all_tasks_blocked()
            server.deaf = False
            server.cut("bob")
        nursery.cancel_scope.cancel()
    assert run.code == OK
    assert server.said("PRIVMSG") == ["PRIVMSG #lobby :anybody there?"] * 2
    assert [line for line in screen.shown if "anybody" in line] == ["bob: anybody there?"]


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
    screen = PipeScreen(source, Outputs(io.StringIO(), io.StringIO()), asks=False)
    assert [await screen.line() for _ in range(5)] == ["one", "two 🍅", "�", "end", None]


def test_a_pipe_keeps_the_conversation_and_the_complaints_apart() -> None:
    out, errors = io.StringIO(), io.StringIO()
    screen = PipeScreen(io.BytesIO(), Outputs(out, errors), asks=False)
    screen.show("12:00 bob: hi")
    screen.complain("12:00 ! no")
    screen.prompt("#lobby> ")
    assert (out.getvalue(), errors.getvalue()) == ("12:00 bob: hi\n", "12:00 ! no\n")


async def test_the_input_line_gives_what_is_typed_and_gives_the_terminal_back() -> None:
    with create_pipe_input() as keyboard:
        screen = PromptScreen(coloured=False, source=keyboard, sink=DummyOutput())
        keyboard.send_text("hello\rwor\x7fds\r")
        with trio.fail_after(PATIENCE):
            assert await screen.line() == "hello"
            assert await screen.line() == "wods"
            screen.prompt("#den> ")
            keyboard.send_text("half a li")
            await screen.close()
        assert not screen._thread.is_alive()


async def test_control_c_and_control_d_end_the_input() -> None:
    for key in ("\x03", "\x04"):
        with create_pipe_input() as keyboard, trio.fail_after(PATIENCE):
            screen = PromptScreen(coloured=True, source=keyboard, sink=DummyOutput())
            keyboard.send_text(key)
            assert await screen.line() is None
            await screen.close()


class LostTerminal(DummyOutput):
    """A terminal that is gone from some moment on, which no signal tells."""

    gone = False

    def flush(self) -> None:
        """Fail, as the kernel has it."""
        if self.gone:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("act", [PromptScreen.resume, lambda screen: screen.prompt("x")], ids=["resume", "prompt"])
async def test_the_input_ends_when_the_terminal_is_gone(act: Callable[[PromptScreen], None]) -> None:
    with create_pipe_input() as keys:
        sink = LostTerminal()
        screen = PromptScreen(coloured=False, source=keys, sink=sink)
        keys.send_text("hi\r")
        assert await screen.line() == "hi"
        while screen._session.app.loop is None:
            await trio.lowlevel.checkpoint()
        sink.gone = True
        act(screen)
        with trio.fail_after(PATIENCE):
            assert await screen.line() is None
        assert await screen.close()


async def test_what_is_written_to_a_terminal_that_is_gone_holds_nothing_up() -> None:
    end, inner = pty.openpty()
    raw = os.fdopen(inner, "wb", buffering=0)
    with (
        io.TextIOWrapper(raw, write_through=True) as terminal,
        create_pipe_input() as keyboard,
        trio.fail_after(PATIENCE),
    ):
        sink = create_output(cast(TextIO, TerminalStream(terminal)))
        screen = PromptScreen(coloured=False, source=keyboard, sink=sink)
        keyboard.send_text("hi\r")
        assert await screen.line() == "hi"
        os.close(end)
        screen.show("nobody reads this")
        keyboard.send_text("there\r\x04")
        assert [await screen.line(), await screen.line()] == ["there", None]
        assert await screen.close()


async def test_a_fault_of_the_input_line_is_told_and_not_waited_for() -> None:
    with create_pipe_input() as keys:
        screen = PromptScreen(coloured=False, source=keys, sink=DummyOutput())
        keys.send_text("hi\r")
        assert await screen.line() == "hi"
        while screen._session.app.loop is None:
            await trio.lowlevel.checkpoint()
        screen._in_loop(lambda: 1 // 0)
        with trio.fail_after(PATIENCE), pytest.raises(ZeroDivisionError):
            await screen.line()
        assert await screen.close()


async def test_a_signal_that_follows_the_end_of_the_input_is_no_second_one(
    autojump_clock: trio.testing.MockClock,
) -> None:
    """A terminal that goes ends the input, and its SIGHUP comes just behind."""
    screen = ListScreen(asks=True)
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        run = Run(server, screen)
        nursery.start_soon(run)
        await screen.until("You are in #lobby")
        screen.end()
        await trio.testing.wait_all_tasks_blocked()
        assert [run._mode.leave(), run._mode.leave()] == [True, False]
        nursery.cancel_scope.cancel()


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
        with trio.fail_after(PATIENCE):
            assert await screen.line() == "one\ntwo"
            await screen.close()


ABOUT = ("message-tags", "draft/message-redaction", "server-time")


def test_replies_reactions_and_redactions_are_one_plain_line_each() -> None:
    """https://ircv3.net/specs/client-tags/reply and react, https://ircv3.net/specs/extensions/message-redaction"""
    dealt = Dealt(*ABOUT)
    dealt.hear("@msgid=m1 :bob!b@h PRIVMSG #lobby :shall we start with the red tulips or with the yellow ones?")
    quoted = "“shall we start with the red tulips or wi…”"
    assert dealt.hear("@msgid=m2;+draft/reply=m1 :alice!a@h PRIVMSG #lobby :bob: the red ones") == [
        f"alice: (to bob: {quoted}) the red ones"
    ]
    assert dealt.hear("@+reply=m1 :alice!a@h PRIVMSG #lobby :yes") == [f"alice: (to bob: {quoted}) yes"]
    assert dealt.hear("@+draft/reply=m99 :alice!a@h PRIVMSG #lobby :of something before") == [
        "alice: of something before"
    ]
    assert dealt.hear("@+draft/react=👍;+draft/reply=m1 :alice!a@h TAGMSG #lobby") == [
        f"- alice reacted 👍 to you: {quoted}"
    ]
    assert dealt.hear("@+draft/unreact=👍;+draft/reply=m1 :alice!a@h TAGMSG #lobby") == [
        f"- alice took back 👍 from you: {quoted}"
    ]
    assert dealt.hear("@+typing=active :alice!a@h TAGMSG #lobby") == []
    assert dealt.hear(":alice!a@h REDACT #lobby m2") == ["- alice took back their message"]
    assert dealt.hear(":alice!a@h REDACT #lobby m1 :spam") == ["- alice took back your message (spam)"]
    assert dealt.hear(":alice!a@h REDACT #lobby m77") == ["- alice took back a message"]


def test_what_one_types_about_a_message_names_it() -> None:
    dealt = Dealt(*ABOUT)
    dealt.hear("@msgid=m1 :alice!a@h PRIVMSG #lobby :hello", "@msgid=m2 :bob!b@h PRIVMSG #lobby :oops")
    assert dealt.type("/reply ALICE hello too") == []
    assert dealt.sent() == ["@+draft/reply=m1;+reply=m1 PRIVMSG #lobby :alice: hello too"]
    dealt.type("/react alice 👍")
    assert dealt.sent() == ["@+draft/react=👍;+draft/reply=m1;+reply=m1 TAGMSG #lobby"]
    dealt.type("/undo")
    assert dealt.sent() == ["REDACT #lobby m2"]
    assert dealt.type("/react carol 👍") == ["! carol has said nothing in #lobby since you are here."]
    dealt.hear(":bob!b@h REDACT #lobby m2")
    assert dealt.type("/redact") == ["! You have said nothing in #lobby that could be taken back."]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("/react alice 👍", "! This server does not pass on reactions."),
        ("/redact", "! This server lets nobody take back what was said."),
        ("/search tulips", "! This server cannot search."),
        ("/history", "! This server keeps no history that could be asked for."),
        ("/register", "! This server makes no accounts in this way; ask it how with /msg NickServ HELP."),
    ],
)
def test_what_the_server_cannot_do_is_said(line: str, complaint: str) -> None:
    dealt = Dealt()
    dealt.type(line)
    while dealt.screen.hidden:
        dealt.type("sesame")
    assert dealt.screen.shown == [complaint]
    assert dealt.sent() == []


def test_a_password_is_hidden_asked_twice_and_never_said() -> None:
    dealt = Dealt("draft/account-registration", "sasl=PLAIN")
    dealt.type("/register")
    assert (dealt.screen.hidden, dealt.screen.prompts[-1]) == (True, "Choose a password: ")
    dealt.type("/quit")
    assert dealt.screen.prompts[-1] == "Once more, to be sure: "
    assert dealt.type("/quiet") == ["! These were two different passwords, so nothing was done."]
    assert not dealt.screen.hidden
    dealt.type("/login robert")
    assert dealt.screen.prompts[-1] == "Password of robert: "
    assert dealt.type("") == ["- Nothing was done."]
    assert dealt.sent() == []
    dealt.type("/register")
    dealt.type("sesame")
    assert dealt.type("sesame") == []
    assert dealt.sent() == ["REGISTER * * sesame"]
    assert dealt.screen.prompts[-1] == "#lobby> "


def test_tab_offers_commands_people_and_rooms() -> None:
    dealt = Dealt()
    complete = dealt.network.complete
    assert complete("/wh").choices == ("/who ", "/whois ")
    assert complete("al").choices == ("Albert: ", "alice: ")
    assert complete("well, al") == Completion(6, ("Albert ", "alice "))
    assert complete("b").choices == (), "nobody calls for themselves"
    assert complete("/join #l").choices == ("#lobby ",)


async def test_nothing_typed_unseen_is_remembered() -> None:
    with create_pipe_input() as keyboard, trio.fail_after(PATIENCE):
        screen = PromptScreen(coloured=False, source=keyboard, sink=DummyOutput())
        keyboard.send_text("hello\r")
        assert await screen.line() == "hello"
        assert screen.hide(on=True)
        keyboard.send_text("sesame\r")
        assert await screen.line() == "sesame"
        screen.hide(on=False)
        keyboard.send_text("\x1b[A\r")
        assert await screen.line() == "hello", "the arrow up finds what was typed before the password"
        await screen.close()


async def test_tab_completes_on_the_terminal() -> None:
    with create_pipe_input() as keyboard, trio.fail_after(PATIENCE):
        screen = PromptScreen(coloured=False, source=keyboard, sink=DummyOutput())
        screen.words(lambda text: Completion(0, ("/history ",)) if text == "/hi" else Completion(0, ()))
        keyboard.send_text("/hi\t5\r")
        assert await screen.line() == "/history 5"
        await screen.close()


async def test_what_was_on_the_screen_for_a_while_counts_as_read(autojump_clock: trio.testing.MockClock) -> None:
    """ "MARKREAD <target> timestamp=…" tells one's other devices.  https://ircv3.net/specs/extensions/read-marker"""
    dealt = Dealt("draft/read-marker", "server-time", "message-tags", "sasl")
    dealt.hear(":s 900 bob bob!b@h bob :You are now logged in")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(dealt.network.mark_read)
        dealt.hear(*(f"@msgid=m{n};time=2026-01-01T10:00:0{n}.000Z :alice!a@h PRIVMSG #lobby :{n}" for n in (1, 2)))
        assert dealt.sent() == []
        await trio.sleep(10)
        assert dealt.sent() == ["MARKREAD #lobby timestamp=2026-01-01T10:00:02.000Z"]
        nursery.cancel_scope.cancel()


def test_the_terminal_shows_again_what_is_typed_after_a_password_that_was_never_given() -> None:
    outer, inner = pty.openpty()
    with os.fdopen(inner, "rb", buffering=0) as source:
        screen = PipeScreen(source, Outputs(io.StringIO(), io.StringIO()), asks=True)
        assert screen.hide(on=True)
        assert not termios.tcgetattr(outer)[3] & termios.ECHO
        trio.run(screen.close)
        assert termios.tcgetattr(outer)[3] & termios.ECHO
    os.close(outer)


def test_an_edited_message_says_so_and_is_sent_with_what_it_stands_for() -> None:
    """+draft/edit of https://github.com/ircv3/ircv3-specifications/pull/425 as it was proposed at first."""
    dealt = Dealt(*ABOUT)
    dealt.hear("@msgid=m1 :bob!b@h PRIVMSG #lobby :at nine")
    assert dealt.hear("@msgid=m3;+draft/edit=m2 :alice!a@h PRIVMSG #lobby :so\u00a0it is") == [
        "alice: so\u00a0it is (edited)"
    ]
    dealt.type("/edit at ten")
    dealt.hear(":bob!b@h REDACT #lobby m1")
    assert dealt.sent() == ["REDACT #lobby m1", "@+draft/edit=m1 PRIVMSG #lobby :at ten"]
