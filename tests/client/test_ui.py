"""The full-screen client as a person meets it: keys in, screen out, and a server on loopback behind it."""

import asyncio
import socket
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trio
from textual import events
from textual.widgets import Input, OptionList

from tests.support.client import Client
from tests.support.screen import client, fake_server, heard, options, peer_named, real_server, talking
from trialogue_client import settings
from trialogue_client.net.reconnect import PersistentConnection
from trialogue_client.settings import Server, Settings
from trialogue_client.tui.screens.connect_form import ConnectForm
from trialogue_client.tui.screens.help import HelpScreen
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.sidebar import NameList

pytestmark = pytest.mark.system


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


def test_without_arguments_it_asks_where_to_and_who_and_shows_the_lobby(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path)) as bob:
            await bob.until("Address")
            await bob.say(f"127.0.0.1:{server.port}")
            await bob.until(lambda: bob.app.focused is bob.app.screen.query_one("#nick"))
            await bob.say("bob")
            await bob.until("You are in #lobby with nobody else yet")
            await bob.say("anybody here?")
            await bob.until("bob   anybody here?")
        kept = settings.read(tmp_path).servers
        assert kept == (Server("127.0.0.1", server.port, nick="bob", rooms=("#lobby",)),)

    with real_server(tmp_path) as server:
        run(test())


def test_servers_used_before_are_offered_and_one_key_goes_there(tmp_path: Path) -> None:
    async def test() -> None:
        settings.write(tmp_path, Settings(servers=(Server("127.0.0.1", server.port, nick="bob"),)))
        async with client(options(tmp_path)) as bob:
            await bob.until(f"127.0.0.1:{server.port}  as bob")
            assert isinstance(bob.app.focused, OptionList)
            await bob.press("enter")
            await bob.until("You are in #lobby")

    with real_server(tmp_path) as server:
        run(test())


@pytest.mark.parametrize(
    ("address", "sentence"), [("", "Type the server's address"), ("host:0", "0 is no port"), ("127.0.0.1:1", "refused")]
)
def test_what_cannot_be_reached_is_said_in_one_sentence_and_asked_again(
    tmp_path: Path, address: str, sentence: str
) -> None:
    async def test() -> None:
        async with client(options(tmp_path)) as bob:
            bob.app.screen.query_one("#nick", Input).value = "bob"
            bob.app.screen.query_one("#address", Input).value = address
            await bob.press("enter")
            await bob.until(sentence)
            assert isinstance(bob.app.screen, ConnectForm)

    run(test())


def test_a_taken_name_is_asked_for_again(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(server.port), "--nick", "bob")) as other:
            await other.until("The name bob is taken")
            await other.say("bobby")
            await other.until("You are in #lobby with 1 other person")
            assert other.talk.model.chat.nick == "bobby"

    with real_server(tmp_path) as server, Client(server.port).join("bob", "#lobby"):
        run(test())


def test_two_people_talk_and_see_who_is_there(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", size=(120, 30)) as bob:
            people = bob.talk.query_one("#people", NameList)
            with Client(server.port).join("alice", "#lobby") as alice:
                await bob.until("alice came in")
                await bob.until(lambda: [item.name for item in people.items] == ["2 here", "bob", "alice"])
                await bob.say("hello")
                await bob.until("bob   hello")
                await heard(alice, "PRIVMSG #lobby :hello")
                alice.say("PRIVMSG #lobby :hi there", "AWAY :lunch")
                await bob.until("alice   hi there")
                await bob.until("(alice)")
                assert people.items[0].name == "2 here, 1 away"
                await bob.say("/topic The big picture")
                await bob.until("#lobby  The big picture")
            await bob.until("alice has gone")

    with real_server(tmp_path) as server:
        run(test())


def test_what_is_new_elsewhere_is_counted_and_calls_are_marked(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice = stack.enter_context(Client(server.port).join("alice", "#lobby"))
            await bob.say("/join den")
            await bob.until("You are in #den")
            rooms = bob.talk.query_one("#rooms", NameList)
            alice.say("PRIVMSG #lobby :one")
            await bob.until(lambda: [item.note for item in rooms.items] == ["", "", "1"])
            alice.say("PRIVMSG #lobby :two for BOB, and bobsled")
            await bob.until(lambda: [item.note for item in rooms.items] == ["", "", "@1"])
            alice.say("PRIVMSG bob :psst")
            await bob.until(lambda: [item.note for item in rooms.items] == ["", "", "@1", "@1"])
            assert [item.name for item in rooms.items] == ["server", "#den", "#lobby", "alice"]
            await bob.until(lambda: [call.text for call in bob.app.calls] == ["two for BOB, and bobsled", "psst"])
            await bob.press("alt+a")
            await bob.until("── new ─")
            await bob.until("» two for BOB")
            await bob.press("alt+down")
            await bob.until("alice   psst")
            assert [item.note for item in rooms.items] == ["", "", "", ""]

    with real_server(tmp_path) as server, ExitStack() as stack:
        run(test())


def test_rooms_are_reached_by_keys_by_name_and_by_mouse_and_drafts_stay_where_they_are(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", "--room", "lobby", "--room", "garden") as bob:
            await bob.until("#garden")
            await bob.type("half a tho")
            await bob.press("alt+up")
            await bob.until("▸#garden")
            composer = bob.talk.query_one(Composer)
            assert composer.text == ""
            await bob.press("ctrl+k")
            await bob.type("lob", "enter")
            await bob.until("▸#lobby")
            assert composer.text == "half a tho"
            await bob.pilot.click("#rooms", offset=(3, 1))
            await bob.until("▸#garden")

    with real_server(tmp_path) as server:
        run(test())


def test_older_pages_load_when_one_scrolls_to_the_top_and_the_view_stays_where_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("line 150.")
            lobby = bob.talk.model.active
            session = bob.talk.model.chat.session
            assert session is not None
            await bob.until(lambda: session.state.has("draft/chathistory"))
            assert "line 1." not in [entry.body for entry in lobby.entries]
            first_page = len(lobby.entries)
            await bob.press_until(
                "pageup", lambda: bob.messages.scroll_offset.y <= 0 or len(lobby.entries) > first_page
            )
            await bob.until(lambda: len(lobby.entries) > first_page)
            await bob.until(lambda: bob.messages.virtual_size.height == len(lobby.entries) + 1)
            assert bob.messages.scroll_offset.y > 5, "the view has not moved to the top of the new page"
            assert len(lobby.entries) < 120, "and so no further page was loaded"
            await bob.press_until("pageup", lambda: lobby.exhausted)
            bodies = [entry.body for entry in lobby.entries if entry.body.startswith("line ")]
            assert bodies == [f"line {number}." for number in range(1, 151)], "without gap or double"
            await bob.until("line 1.")
            assert "line 150." not in bob.screen()
            assert "lines below" in bob.screen()
            await bob.press("ctrl+end")
            await bob.until("line 150.")

    with real_server(tmp_path) as server, Client(server.port).join("alice", "#lobby") as alice:
        for first in (1, 51, 101):
            alice.say(*(f"PRIVMSG #lobby :line {number}." for number in range(first, first + 50)))
            assert alice.is_answered()
        run(test())


def test_commands_explain_themselves_and_names_complete(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            stack.enter_context(Client(server.port).join("alice", "#lobby"))
            await bob.until("alice came in")
            composer = bob.talk.query_one(Composer)
            await bob.type("/who")
            await bob.until("/who [mask] — Show people")
            composer.become("")
            await bob.type("/w", "tab", "tab")
            assert composer.text == "/whois "
            await bob.until("/whois nick — Show what is known about somebody")
            await bob.type("al", "tab")
            assert composer.text == "/whois alice "
            composer.become("")
            await bob.type("a", "tab")
            assert composer.text == "alice: "
            composer.become("")
            await bob.say("/frobnicate")
            await bob.until("There is no command /frobnicate")

    with real_server(tmp_path) as server, ExitStack() as stack:
        run(test())


def test_what_was_typed_comes_back_by_the_arrows_and_the_new_line_is_not_lost(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("first")
            await bob.say("second")
            await bob.type("third")
            composer = bob.talk.query_one(Composer)
            seen = []
            for key in ("up", "up", "up", "down", "down", "down"):
                await bob.press(key)
                seen.append(composer.text)
            assert seen == ["second", "first", "first", "second", "third", "third"]

    with real_server(tmp_path) as server:
        run(test())


def test_several_lines_are_one_message_and_a_long_paste_asks_first(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice = stack.enter_context(Client(server.port).join("alice", "#lobby"))
            await bob.type("roses", "ctrl+j")
            await bob.say("violets")
            await bob.until("   violets")
            assert bob.screen().count("bob   ") == 1, "the second line stands under the same name"
            assert [line.partition("PRIVMSG")[2] for line in (await heard(alice, "violets"))[-2:]] == [
                " #lobby :roses",
                " #lobby :violets",
            ]
            composer = bob.talk.query_one(Composer)
            for answer in "ny":
                bob.app.post_message(events.Paste("1\n2\n3\n4\n5"))
                await bob.until("Put these 5 lines into the input?")
                assert composer.text == ""
                await bob.press(answer)
            await bob.until(lambda: composer.text == "1\n2\n3\n4\n5")

    with real_server(tmp_path) as server, ExitStack() as stack:
        run(test())


def test_typed_while_disconnected_is_marked_kept_and_sent_once(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            server.do(lambda: server.server.cut("bob", shut=True))
            await bob.until("Not connected")
            bob.talk.composer.become("are you there?")
            await bob.press("enter")
            await bob.until("are you there?  (not sent yet)")
            await bob.until("1 not sent yet")
            server.do(server.server.reopen)
            await bob.until(lambda: server.server.said("PRIVMSG") == ["PRIVMSG #lobby :are you there?"])
            await bob.until(lambda: "not sent yet" not in bob.screen())
            assert bob.screen().count("are you there?") == 1

    with fake_server("echo-message", "labeled-response", "batch", "message-tags") as server:
        run(test())


def test_with_a_server_that_has_no_capabilities_one_can_talk_and_scroll(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            peer = peer_named(server, "bob")
            server.do(lambda: peer.send(":alice!a@h PRIVMSG #lobby :hi there"))
            await bob.until("alice   hi there")
            await bob.say("hello")
            await bob.until("bob   hello")
            await bob.press("pageup", "pageup", "pagedown")
            assert bob.screen().count("hello") == 1

    with fake_server() as server:
        run(test())


def test_what_others_write_cannot_act_on_the_terminal_and_formatting_is_shown(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", size=(120, 30)) as bob:
            peer = peer_named(server, "bob")
            text = "a\x1b[2Jb \x02bold\x02 \x0304red\x03 [not markup] \u2028end https://example.org/a_(b)."
            server.do(lambda: peer.send(f":eve!e@h PRIVMSG #lobby :{text}"))
            await bob.until("a[2Jb bold red [not markup] end")
            assert bob.styles()["bold"].bold
            assert bob.styles()["https://example.org/a_(b)"].link == "https://example.org/a_(b)"

    with fake_server() as server:
        run(test())


def test_the_keys_are_shown_and_light_and_dark_is_kept(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.press("f1")
            await bob.until("complete a name, room, command or :emoji")
            await bob.type("kick")
            await bob.until(lambda: "complete a name" not in bob.screen())
            await bob.press("enter")
            await bob.until(lambda: bob.talk.composer.text == "/kick ")
            bob.talk.composer.become("")
            await bob.say("/help password")
            await bob.until("/register [email]")
            assert "/kick" not in bob.screen()
            assert len(bob.talk.model.active.entries) < 5, "nothing of it is poured into the room"
            await bob.press("f1")
            await bob.until(lambda: not isinstance(bob.app.screen, HelpScreen))
            assert bob.app.current_theme.dark
            await bob.press("f4")
            assert not bob.app.current_theme.dark
        assert settings.read(tmp_path / "bob").theme == "light"

    with real_server(tmp_path) as server:
        run(test())


def test_quitting_says_good_bye(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(server.port), "--nick", "bob")) as bob:
            await bob.until("You are in #lobby")
            await bob.say("/quit see you")
            await bob.until(lambda: bob.app.return_value == 0)
        assert server.server.said("QUIT") == ["QUIT :see you"]

    with fake_server() as server:
        run(test())


def test_a_failure_of_the_network_side_ends_the_client(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:

            async def fail() -> None:
                raise LookupError("a mistake of ours")

            bob.app._guest.spawn(fail)
            await bob.until(lambda: bob.app.failure is not None)

    with real_server(tmp_path) as server, pytest.raises(ExceptionGroup, match="nursery"):
        run(test())


def test_who_is_typing_is_shown_and_told(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice = stack.enter_context(Client(server.port))
            alice.say("CAP REQ message-tags", "CAP END")
            alice.join("alice", "#lobby")
            alice.say("@+typing=active TAGMSG #lobby")
            await bob.until("alice is typing …")
            alice.say("PRIVMSG #lobby :there it is")
            await bob.until("there it is")
            await bob.until(lambda: "is typing" not in bob.screen())
            await bob.type("so", "backspace", "backspace")
            told = [line.partition(" ")[0] for line in (await heard(alice, "+typing=done")) if "TAGMSG" in line]
            assert ["active" in told[0], "done" in told[1], len(told)] == [True, True, 2]

    with real_server(tmp_path) as server, ExitStack() as stack:
        run(test())


def test_nobody_looks_so_what_comes_is_marked_as_new_and_called_out(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice = stack.enter_context(Client(server.port).join("alice", "#lobby"))
            await bob.until("alice came in")
            bob.app.post_message(events.AppBlur())
            await bob.until(lambda: not bob.talk.model.watched)
            alice.say("PRIVMSG #lobby :bob: wake up")
            await bob.until("── new ─")
            await bob.until(lambda: [call.text for call in bob.app.calls] == ["bob: wake up"])
            bob.app.post_message(events.AppFocus())
            await bob.until(lambda: bob.talk.model.active.mentions == 0)
            alice.say("PRIVMSG #lobby :bob: and now?")
            await bob.until("and now?")
            assert len(bob.app.calls) == 1, "who looks at it need not be called"

    with real_server(tmp_path) as server, ExitStack() as stack:
        run(test())


def test_one_makes_an_account_inside_and_logs_in_on_the_first_screen(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/register")
            await bob.until("Choose a password (8 characters or more):")
            await bob.say("correct horse battery")
            await bob.until("Choose a password (8 characters or more), once more:")
            assert "correct" not in bob.screen()
            await bob.say("correct horse battery")
            await bob.until(lambda: bob.talk.model.chat.account == "bob")
        async with client(options(tmp_path)) as bob:
            await bob.until("Address")
            await bob.until(lambda: isinstance(bob.app.focused, Input))
            bob.app.screen.query_one("#address", Input).value = f"127.0.0.1:{server.port}"
            bob.app.screen.query_one("#nick", Input).value = "bob"
            bob.app.screen.query_one("#password", Input).value = "correct horse battery"
            await bob.press("enter")
            await bob.until("You are in #lobby")
            assert bob.talk.model.chat.account == "bob"

    with real_server(tmp_path) as server:
        run(test())


def test_two_different_new_passwords_make_no_account(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/register")
            for question, password in (("or more):", "one thing"), ("once more:", "another")):
                await bob.until(question)
                await bob.say(password)
            await bob.until("two different passwords")
            assert bob.talk.model.chat.account == ""

    with real_server(tmp_path) as server:
        run(test())


def test_what_is_taken_back_disappears(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("my password is hunter2")
            await bob.until("bob   my password")
            await bob.say("/redact")
            await bob.until("(taken back by bob)")
            assert "hunter2" not in bob.screen()

    with real_server(tmp_path) as server:
        run(test())


def test_what_is_found_is_a_view_that_closes_and_leaves_no_lines_in_the_room(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("tomatoes are red")
            await bob.until("bob   tomatoes are red")
            await bob.say("roses too")
            await bob.until("roses too")
            await bob.say("/search tomatoes")
            await bob.until("#lobby bob: tomatoes")
            await bob.press("escape")
            await bob.until(lambda: "#lobby bob: tomatoes" not in bob.screen())
            assert [one.body for one in bob.talk.model.active.entries if "found" in one.body] == []
            await bob.say("/search potatoes")
            await bob.until("Nothing was found for potatoes.")
            await bob.press("escape")
            await bob.say("goes on")
            await bob.until("   goes on")

    with real_server(tmp_path) as server:
        run(test())


def test_what_was_missed_stands_below_a_line_that_one_key_leads_to(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("before")
            await bob.until(lambda: not bob.talk.model.chat.catching_up)
            connection = bob.talk.networks.current.connection
            assert isinstance(connection, PersistentConnection)
            link = connection._link
            assert link is not None
            assert isinstance(link._stream, trio.SocketStream)
            link._stream.socket.shutdown(socket.SHUT_RD)
            await bob.until("Not connected")
            await heard(alice, "QUIT")
            alice.say(*(f"PRIVMSG #lobby :missed {number}." for number in range(1, 61)))
            assert alice.is_answered()
            await bob.until("missed 60.")
            await bob.press("ctrl+home")
            await bob.until("missed 1.")
            lines = bob.screen().split("\n")
            line = next(number for number, text in enumerate(lines) if "── new ─" in text)
            assert lines[line + 1].endswith("missed 1.")
            assert "before" in "".join(lines[:line])

    with real_server(tmp_path) as server, Client(server.port).join("alice", "#lobby") as alice:
        alice.say("PRIVMSG #lobby :before")
        run(test())


def test_alt_a_goes_to_where_the_new_begins_though_it_fills_more_than_the_window(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice = stack.enter_context(Client(server.port).join("alice", "#lobby"))
            await bob.say("/join den")
            await bob.until("You are in #den")
            alice.say(*(f"PRIVMSG #lobby :line {number}." for number in range(1, 61)))
            rooms = bob.talk.query_one("#rooms", NameList)
            await bob.until(lambda: rooms.items[-1].note == "60")
            await bob.press("alt+a")
            await bob.until("── new ─")
            await bob.until("line 1.")
            assert "line 60." not in bob.screen()
            await bob.press("ctrl+end")
            await bob.until("line 60.")

    with real_server(tmp_path) as server, ExitStack() as stack:
        run(test())


def test_a_room_that_gets_another_name_stays_where_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        alice.say("PRIVMSG #lobby :first")
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("first")
            await bob.type("half a")
            alice.say("RENAME #lobby #hall :larger", "PRIVMSG #hall :second")
            await bob.until("alice renamed #lobby to #hall (larger)")
            await bob.until("second")
            assert "first" in bob.screen()
            assert bob.talk.composer.text == "half a"
            await bob.press("enter")
            await bob.until(lambda: not bob.talk.model.chat.lines)
            assert "PRIVMSG #hall" in (await heard(alice, "half a"))[-1]
            assert list(bob.talk.model.chat.autojoin) == ["#hall"]

    with real_server(tmp_path) as server, Client(server.port).join("alice", "#lobby") as alice:
        run(test())
