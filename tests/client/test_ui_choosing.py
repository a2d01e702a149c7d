"""Choosing a message in the full screen, and answering it, reacting to it, copying, editing and taking it back."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.geometry import Offset
from textual.keys import _character_to_key
from textual.widgets import Checkbox

from tests.support.client import Client
from tests.support.screen import client, fake_server, heard, options, peer_named, real_server, talking
from trialogue_client.core import emoji
from trialogue_client.tui.widgets.sidebar import NameList
from trialogue_client.wording.rows import RowKind

TAGS = "CAP REQ :message-tags echo-message draft/message-redaction server-time"

pytestmark = pytest.mark.system


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


def alice_on(port: int) -> Client:
    """Return somebody who sees tags and is in the lobby."""
    alice = Client(port)
    alice.say(TAGS, "CAP END")
    return alice.join("alice", "#lobby")


def test_a_chosen_message_is_marked_by_a_sign_and_its_keys_are_told(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice.say("PRIVMSG #lobby :first", "PRIVMSG #lobby :second")
            await bob.until("second")
            await bob.press("ctrl+up")
            await bob.until("▶ second")
            await bob.until("r reply · + react · c copy · Esc back")
            await bob.press("up")
            await bob.until("▶ first")
            await bob.press("down")
            await bob.until("▶ second")
            await bob.press("escape")
            await bob.until(lambda: "▶" not in bob.screen())
            await bob.press("alt+m")
            await bob.until("▶ second")
            await bob.press("escape")
            await bob.until(lambda: "▶" not in bob.screen())
            assert bob.app.focused is bob.talk.composer
            await bob.type("on I type")
            assert bob.talk.composer.text == "on I type"

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        run(test())


def test_a_click_chooses_and_r_answers_that_very_message(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice.say("PRIVMSG #lobby :who brings the cake?", "PRIVMSG #lobby :or the tea?")
            await bob.until("or the tea?")
            row = next(n for n, line in enumerate(bob.screen().split("\n")) if "the cake?" in line)
            await bob.pilot.click(offset=Offset(45, row))
            await bob.until("▶ who brings")
            await bob.press("r")
            await bob.until("To alice: “who brings the cake?” · Esc: answer nobody")
            await bob.say("I do")
            await bob.until("(to alice: “who brings the cake?”) I do")
            said = (await heard(alice, "I do"))[-1]
            assert "PRIVMSG #lobby :alice: I do" in said
            await bob.say("and now to all")
            await bob.until("and now to all")
            assert "reply=" not in (await heard(alice, "and now to all"))[-1]

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        run(test())


def test_escape_answers_nobody_and_an_answer_stays_with_its_conversation(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", "--room", "lobby", "--room", "den") as bob:
            await bob.until("#den")
            alice.say("PRIVMSG #lobby :hello?")
            await bob.until("hello?")
            await bob.press("ctrl+up", "r")
            await bob.until("To alice:")
            await bob.press("alt+up")
            await bob.until("▸#den")
            assert "To alice:" not in bob.screen()
            await bob.press("alt+down")
            await bob.until("To alice:")
            await bob.press("escape")
            await bob.until(lambda: "To alice:" not in bob.screen())
            await bob.say("just so")
            assert "reply=" not in (await heard(alice, "just so"))[-1]

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        run(test())


def test_one_reacts_by_an_emoji_that_is_found_by_its_name(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            alice.say("PRIVMSG #lobby :it works")
            await bob.until("it works")
            await bob.press("ctrl+up", "plus")
            await bob.until("👍  thumbsup")
            await bob.type("part")
            await bob.until("🎉  party")
            await bob.press("enter")
            await bob.until("🎉 1 (you)")
            assert "reacted" not in bob.screen(), "it has no line of its own"
            assert "+draft/react=🎉" in (await heard(alice, "TAGMSG #lobby"))[-1]
            assert bob.app.focused is bob.talk.composer

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        run(test())


def test_copying_takes_all_lines_of_a_message_without_its_formatting(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.type("roses are ", "alt+b", "r", "alt+b", "ctrl+j")
            await bob.say("violets")
            await bob.until("violets")
            assert bob.styles()["r"].bold
            await bob.press("ctrl+up", "c")
            await bob.until(lambda: bob.app.clipboard == "roses are r\nviolets")
            await bob.press("escape", "alt+e")
            await bob.until(lambda: bob.talk.composer.text == "roses are ␂r␂\nviolets")

    with real_server(tmp_path) as server:
        run(test())


def test_what_one_said_last_is_edited_by_taking_it_back_and_saying_it_anew(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("see you at nine")
            await bob.until("bob   see you at nine")
            await bob.until(lambda: not bob.talk.model.chat.lines)
            await bob.press("alt+e")
            await bob.until("Instead of “see you at nine” · Esc: leave it")
            await bob.type("", *["backspace"] * 4)
            await bob.say("eight")
            await bob.until("bob   see you at eight  (edited)")
            assert "at nine" not in bob.screen()
            assert "taken back" not in bob.screen(), "it stands at its place"
            lines = await heard(alice, "eight")
            assert [" REDACT " in line for line in lines[-2:]] == [True, False], "first the one, then the other"
            await bob.say("/edit see you at ten")
            await bob.until("bob   see you at ten  (edited)")
            await bob.until(lambda: "at eight" not in bob.screen())
            await bob.type("half a tho")
            await bob.press("alt+e")
            await bob.until(lambda: bob.talk.composer.text == "see you at ten")
            await bob.press("escape")
            assert bob.talk.composer.text == "half a tho", "what was being typed is there again"

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        run(test())


def test_an_edit_that_one_thinks_better_of_changes_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("as it was")
            await bob.until(lambda: not bob.talk.model.chat.lines)
            await bob.press("alt+e", "escape")
            assert bob.talk.composer.text == ""
            await bob.until(lambda: "Instead of" not in bob.screen())
            await bob.press("ctrl+up", "d")
            await bob.until("Take this message back?")
            await bob.press("n")
            assert "as it was" in bob.screen()
            await bob.press("ctrl+up", "d", "y")
            await bob.until("(taken back by bob)")

    with real_server(tmp_path) as server:
        run(test())


def test_where_nothing_can_be_edited_it_is_said(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            peer = peer_named(server, "bob")
            server.do(lambda: peer.send(":alice!a@h PRIVMSG #lobby :hi there"))
            await bob.until("hi there")
            await bob.press("alt+e")
            await bob.until("There is nothing here that you could")
            await bob.press("ctrl+up")
            await bob.until("r reply · c copy · Esc back")
            await bob.press("plus", "e", "d", "r")
            await bob.until("To alice:")
            await bob.say("hi yourself")
            await bob.until("alice: hi yourself")
            assert server.server.said("PRIVMSG") == ["PRIVMSG #lobby :alice: hi yourself"]

    with fake_server() as server:
        run(test())


def test_a_result_of_a_search_leads_to_its_place_and_one_reads_on_to_the_newest(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("line 450.")
            await bob.say("/search needle")
            await bob.until("1 message found for needle")
            await bob.until("Enter: go there · c: copy · Esc: close")
            await bob.press("enter")
            await bob.until("▶ the needle")
            await bob.until("line 100.")
            await bob.press("escape")
            await bob.until("You read what was said long ago · Ctrl+End: newest")
            lobby = bob.talk.model.active
            for _ in range(200):
                await bob.press("pagedown")
                await bob.until(lambda: lobby.past is None or not lobby.past.loading)
                if lobby.past is None:
                    break
            assert lobby.past is None, "it has come to what is shown anyway"
            for _ in range(200):
                if "line 450." in bob.screen():
                    break
                await bob.press("pagedown")
            bodies = [
                entry.body for entry in lobby.entries if entry.kind is RowKind.TALK and entry.body.startswith("line")
            ]
            first = int(bodies[0][5:-1])
            assert bodies == [f"line {number}." for number in range(first, 451)], "without gap or double"
            assert first <= 100

    with real_server(tmp_path) as server, Client(server.port).join("alice", "#lobby") as alice:
        for first in range(1, 451, 50):
            alice.say(*(f"PRIVMSG #lobby :line {number}." for number in range(first, first + 50)))
            if first == 51:
                alice.say("PRIVMSG #lobby :the needle")
            assert alice.is_answered()
        run(test())


def test_from_long_ago_one_key_leads_back_and_what_came_meanwhile_was_counted(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("line 250.")
            await bob.say("/search needle")
            await bob.until("1 message found")
            await bob.press("enter")
            await bob.until("▶ the needle")
            alice.say("PRIVMSG #lobby :something new")
            rooms = bob.talk.query_one("#rooms", NameList)
            await bob.until(lambda: [item.note for item in rooms.items] == ["", "1"])
            assert "something new" not in bob.screen()
            await bob.press("ctrl+end")
            await bob.until("something new")
            assert [item.note for item in rooms.items] == ["", ""]
            await bob.press("ctrl+home")
            await bob.until("── new ─")

    with real_server(tmp_path) as server, Client(server.port).join("alice", "#lobby") as alice:
        alice.say("PRIVMSG #lobby :the needle")
        for first in range(1, 251, 50):
            alice.say(*(f"PRIVMSG #lobby :line {number}." for number in range(first, first + 50)))
            assert alice.is_answered()
        run(test())


def test_what_is_muted_is_kept_and_shown_in_the_list(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/mute")
            await bob.until("Nothing new from #lobby is counted")
            await bob.until("muted")
            bob.app.post_message(events.AppBlur())
            alice.say("PRIVMSG #lobby :bob: wake up")
            await bob.until("wake up")
            assert bob.app.calls == []
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("muted")
            await bob.say("/unmute #lobby")
            await bob.until("You are told again of what is new")
            await bob.until(lambda: "muted" not in bob.screen())

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        run(test())


def test_a_question_mark_on_nothing_shows_the_keys_and_a_second_one_is_said(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.press("question_mark")
            await bob.until("bold, italic, underlined: begin or end")
            await bob.press("escape")
            assert bob.talk.composer.text == ""
            await bob.press("question_mark", "question_mark")
            await bob.until(lambda: bob.talk.composer.text == "?")
            await bob.type("really", "question_mark")
            assert bob.talk.composer.text == "?really?"

    with real_server(tmp_path) as server:
        run(test())


def test_an_emoji_is_completed_by_its_name_and_offered_while_one_types(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            (_, first), (_, second), *_ = emoji.find("smi")
            assert first == "😄"
            await bob.type("well :smi")
            await bob.until("Tab:  😄 :smile")
            await bob.press("tab")
            assert bob.talk.composer.text == "well 😄 "
            await bob.press("tab")
            assert bob.talk.composer.text == f"well {second} "
            bob.talk.composer.become(":D")
            await bob.press("tab")
            assert bob.talk.composer.text == ":D"

    with real_server(tmp_path) as server:
        run(test())


def test_a_name_of_an_emoji_is_sent_as_the_emoji_unless_that_is_turned_off(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("it works")
            await bob.say("done :tada:")
            await bob.until("done 🎉")
            await heard(alice, "PRIVMSG #lobby :done 🎉")
            await bob.say("/react alice :heart:")
            await bob.until("❤️ 1 (you)")
            assert "+draft/react=❤️" in (await heard(alice, "TAGMSG #lobby"))[-1]
            await bob.say("/set emoji off")
            await bob.until("emoji      off")
            await bob.say("done :tada:")
            await bob.until("done :tada:")
            await heard(alice, "PRIVMSG #lobby :done :tada:")

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        alice.say("PRIVMSG #lobby :it works")
        run(test())


@pytest.mark.parametrize("char", ["\u200c", "\u200d", "\u00a0", "\u202f", "\u00ad", "\U0001fae8"])
def test_characters_of_every_script_can_be_typed(tmp_path: Path, char: str) -> None:
    """Persian needs U+200C, joined emoji U+200D, French U+00A0 and U+202F; a new emoji needs no new Python."""

    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            for typed in f"x{char}y":
                bob.app.post_message(events.Key(_character_to_key(typed), typed))  # as the driver does
            await bob.until(lambda: bob.talk.composer.text == f"x{char}y")
            await bob.press("enter")
            await bob.until(lambda: bob.talk.model.active.entries[-1].body == f"x{char}y")
            await heard(alice, f"PRIVMSG #lobby :x{char}y")

    with real_server(tmp_path) as server, alice_on(server.port) as alice:
        run(test())


def test_whether_to_encrypt_is_told_by_a_sign_and_not_by_a_colour(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path)) as bob:
            await bob.until("[ ] Encrypt (TLS)")
            bob.app.screen.query_one("#tls", Checkbox).toggle()
            await bob.until("[x] Encrypt (TLS)")

    run(test())


def test_a_quoted_message_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            peer = peer_named(server, "bob")
            server.do(lambda: peer.send("@msgid=m1 :alice!a@h PRIVMSG #lobby :look\x1b]0;mine\x1b\\ \u202ehere"))
            await bob.until("look")
            await bob.press("ctrl+up", "r")
            await bob.until("To alice:")
            assert not set("\x1b\u202e") & set(bob.screen())

    with fake_server("echo-message", "message-tags") as server:
        run(test())
