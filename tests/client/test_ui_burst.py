"""Keys that come in one chunk, as over a slow line or from a program, do what they would do one after the other."""

import asyncio
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from ircwire import Message
from tests.support.client import Client
from tests.support.screen import Person, client, fake_server, options, peer_named, real_server, talking
from trialogue_client.tui.widgets.composer import Composer

pytestmark = pytest.mark.system


def burst(person: Person, *keys: str) -> None:
    """Have all of these keys come before the first is acted on."""
    for key in keys:
        person.app.post_message(Key(key, key if len(key) == 1 else None))


def test_a_name_typed_right_behind_ctrl_u_is_the_name(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(server.port), "--nick", "bob")) as bob:
            await bob.until("The name bob is taken")
            bob.app.screen.query_one(Input).cursor_position = 3
            burst(bob, "ctrl+u", *"anna", "enter")
            await bob.until("You are in #lobby with 1 other person")
            assert bob.talk.model.chat.nick == "anna"

    with real_server(tmp_path) as server, Client(server.port).join("bob", "#lobby"):
        asyncio.run(test())


def test_on_the_first_screen_a_slip_is_taken_back_and_typed_anew(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", "1")) as bob:
            await bob.until("Your name")
            burst(bob, *"bpb", "backspace", "backspace", *"ob")
            await bob.until(lambda: bob.app.screen.query_one("#nick", Input).value == "bob")
            burst(bob, "home", *"x", "end", *"y")
            await bob.until(lambda: bob.app.screen.query_one("#nick", Input).value == "xboby")

    asyncio.run(test())


def test_so_it_is_in_the_input_of_the_conversation(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            composer = bob.talk.query_one(Composer)
            burst(bob, *"wrong", "ctrl+u", *"riggh", "backspace", "backspace", *"ht", "left", "left", *"--")
            await bob.until(lambda: composer.text == "rig--ht")
            burst(bob, "end", "enter", *"next")
            await bob.until("bob   rig--ht")
            await bob.until(lambda: composer.text == "next")

    with real_server(tmp_path) as server:
        asyncio.run(test())


def test_what_is_typed_behind_a_command_to_go_elsewhere_comes_along(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            composer = bob.talk.query_one(Composer)
            burst(bob, *"/join #garden", "enter", *"hello")
            await bob.until("You are in #garden")
            await bob.until(lambda: composer.text == "hello")
            burst(bob, "enter")
            await bob.until("bob   hello")

    with real_server(tmp_path) as server:
        asyncio.run(test())


def test_what_nobody_would_hear_is_not_lost(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            burst(bob, "alt+up", *"hello", "enter")
            await bob.until("You are not in a room")
            assert bob.talk.query_one(Composer).text == "hello"

    with real_server(tmp_path) as server:
        asyncio.run(test())


def test_what_is_said_while_the_room_has_not_opened_yet_is_said_there(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(threaded.port), "--nick", "bob")) as bob:
            await bob.until(lambda: threaded.do(lambda: threaded.server.said("JOIN")))
            await bob.say("hello")
            await bob.until("1 not sent yet")
            threaded.do(lambda: threaded.server._join(peer_named(threaded, "bob"), Message("JOIN", ["#lobby"])))
            await bob.until(lambda: threaded.do(lambda: threaded.server.said("PRIVMSG")) == ["PRIVMSG #lobby hello"])
            await bob.until("bob   hello")

    with fake_server() as threaded:
        threaded.server._commands["JOIN"] = lambda *_: None
        asyncio.run(test())


def test_what_was_said_to_a_room_that_never_opens_is_told(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(threaded.port), "--nick", "bob")) as bob:
            await bob.until(lambda: threaded.do(lambda: threaded.server.said("JOIN")))
            await bob.say("hello")
            threaded.do(lambda: peer_named(threaded, "bob").reply("473", "#lobby", "Cannot join channel (+i)"))
            await bob.until("hello")
            await bob.say("and that")
            assert bob.talk.query_one(Composer).text == "and that"

    with fake_server() as threaded:
        threaded.server._commands["JOIN"] = lambda *_: None
        asyncio.run(test())
