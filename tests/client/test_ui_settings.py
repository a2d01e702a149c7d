"""Settings, servers that are wanted at every start, and passwords in a key ring, as a person meets them."""

import asyncio
import re
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Checkbox, Input

from tests.support.client import Client
from tests.support.keyring import Ring, system_with
from tests.support.screen import Person, client, fake_server, options, real_server, talking
from trialogue_client import settings
from trialogue_client.settings import Server, Settings
from trialogue_client.settings.schema import MEANINGS
from trialogue_client.tui.screens.connect_form import ConnectForm

SECRET = "correct horse battery"

pytestmark = pytest.mark.system


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


async def register(bob: Person) -> None:
    await bob.say("/register")
    await bob.until("Choose a password (8 characters or more):")
    await bob.say(SECRET)
    await bob.until("Choose a password (8 characters or more), once more:")
    await bob.say(SECRET)
    await bob.until(lambda: bob.talk.model.chat.account == "bob")


def test_settings_are_shown_changed_at_once_and_kept(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/set highlights")
            await bob.until("highlights none")
            await bob.say("/set theme light")
            await bob.until(lambda: not bob.app.current_theme.dark)
            await bob.say("/set times off")
            await bob.until(lambda: ":" not in bob.screen().split("\n")[2])
            await bob.say("/set highlights tomatoes")
            await bob.until("highlights tomatoes")
            with Client(server.port).join("alice", "#lobby") as alice:
                alice.say("PRIVMSG #lobby :the tomatoes are ripe")
                await bob.until("» the tomatoes are ripe")
            await bob.say("/set colour red")
            await bob.until("There is no setting colour")
        kept = settings.read(tmp_path / "bob")
        assert (kept.theme, kept.times, kept.highlights) == ("light", False, ("tomatoes",))

    with real_server(tmp_path) as server:
        run(test())


@pytest.mark.parametrize("opens", ["f5", "/settings", "/set"])
def test_in_the_dialog_they_are_changed_by_keys_and_kept_by_enter(tmp_path: Path, opens: str) -> None:
    async def test() -> None:
        (tmp_path / "bob").mkdir()
        path = tmp_path / "bob" / settings.FILE
        path.write_text("# mine\nbell = false  # I sleep here\n")
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.type("half a sent")
            await (bob.press(opens) if opens == "f5" else instead(bob, opens))
            await bob.until("(•) dark  ( ) light")
            assert all(re.search(rf"\b{name} +\S?.*{re.escape(what)}", bob.screen()) for name, what in MEANINGS.items())
            assert "[ ] bell" in bob.screen()
            assert "[x] times" in bob.screen()
            await bob.press("space", "down", "space")
            await bob.until("( ) dark  (•) light")
            await bob.until("[x] bell")
            assert bob.app.current_theme.dark, "nothing changes before it is kept"
            await bob.press("up", "up", "up", "up")
            await bob.type("tea, !!")
            await bob.until("! “!!” is no word that somebody could call you by: type words, as in")
            await bob.press("enter")
            await bob.until("! “!!” is no word")
            await bob.press("backspace", "backspace")
            await bob.type("cake")
            await bob.until(lambda: "! “" not in bob.screen())
            await bob.press("enter")
            await bob.until(lambda: not bob.app.current_theme.dark)
            assert bob.talk.model.highlights == ("tea", "cake")
            await bob.type(" more")
            await bob.until(lambda: bob.talk.composer.text.endswith(" more"))
        assert path.read_text().startswith("# mine\nbell = true  # I sleep here\n")
        kept = settings.read(tmp_path / "bob")
        assert (kept.theme, kept.bell, kept.highlights) == ("light", True, ("tea", "cake"))

    async def instead(bob: Person, command: str) -> None:
        bob.talk.composer.become("")
        await bob.say(command)

    with real_server(tmp_path) as server:
        run(test())


@pytest.mark.parametrize("leaves", ["escape", "f5", "click"])
def test_leaving_the_dialog_leaves_all_as_it_was(tmp_path: Path, leaves: str) -> None:
    async def test() -> None:
        async with client(options(tmp_path)) as bob:
            await bob.until("Address")
            await bob.press("f5", "space", "down", "space")
            await bob.until("( ) dark  (•) light")
            await (bob.pilot.click("#leave") if leaves == "click" else bob.press(leaves))
            await bob.until(lambda: isinstance(bob.app.screen, ConnectForm))
            assert bob.app.current_theme.dark
        assert not (tmp_path / settings.FILE).exists()

    run(test())


def test_the_mouse_changes_them_too(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.press("f5")
            await bob.until("[x] times")
            await bob.pilot.click("#times")
            await bob.pilot.click("#theme")
            await bob.until("[ ] times")
            await bob.until("(•) light")
            await bob.pilot.click("#keep")
            await bob.until(lambda: not bob.app.current_theme.dark)
            await bob.until(lambda: ":" not in bob.screen().split("\n")[2])
        assert not settings.read(tmp_path / "bob").times

    with real_server(tmp_path) as server:
        run(test())


def test_what_cannot_be_kept_is_so_until_the_end_and_that_is_said(tmp_path: Path) -> None:
    async def test() -> None:
        (tmp_path / "bob").mkdir()
        (tmp_path / "bob" / settings.FILE).write_text("bell = [")
        async with talking(tmp_path, server.port, "bob", size=(200, 24)) as bob:
            await bob.press("f5", "space", "enter")
            await bob.until("That is so until the client ends: ")
            assert not bob.app.current_theme.dark
        assert (tmp_path / "bob" / settings.FILE).read_text() == "bell = ["

    with real_server(tmp_path) as server:
        run(test())


def test_what_is_wrong_in_the_file_is_said_on_the_screen(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", size=(250, 24)) as bob:
            await bob.press("alt+up")
            await bob.until("client.toml: theme has to be one of: dark, light.")

    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / settings.FILE).write_text('theme = "blue"\n')
    with fake_server() as server:
        run(test())


def test_servers_that_are_wanted_at_every_start_are_there_with_their_rooms_and_one_that_is_down_is_tried_again(
    tmp_path: Path,
) -> None:
    async def test() -> None:
        async with talking(tmp_path, first.port, "bob") as bob:
            await bob.say("/join den")
            await bob.until("▸#den")
            await bob.say("/autoconnect")
            await bob.until(f"The client goes to 127.0.0.1:{first.port} at")
        kept = settings.read(tmp_path / "bob")
        settings.write(tmp_path / "bob", kept.used(Server("127.0.0.1", 1, nick="bob", connect=True)))
        async with client(options(tmp_path / "bob")) as bob:
            networks = bob.talk.networks
            await bob.until(lambda: sum(network.model.chat.online for network in networks.all) == 1)
            await bob.until("#den")
            await bob.until(lambda: [one.model.state for one in networks.all] == ["not connected", "connected"])
        async with client(options(tmp_path / "bob", "127.0.0.1", str(first.port), "--nick", "bob")) as bob:
            await bob.until("#den")
            assert len(bob.talk.networks.all) == 1, "the command line names one"

    with fake_server() as first:
        run(test())


def test_a_password_is_kept_when_its_owner_says_so_and_then_not_asked_for(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await register(bob)
            await bob.until(f"Keep the password of bob on 127.0.0.1:{server.port}")
            assert ring.kept == {}
            await bob.press("y")
            await bob.until("The password of bob is in the system")
            assert ring.kept == {(f"trialogue 127.0.0.1:{server.port}", "bob"): SECRET}
        assert SECRET not in (tmp_path / "bob" / settings.FILE).read_text()
        words = ("127.0.0.1", str(server.port), "--nick", "bob", "--account", "bob")
        async with client(options(tmp_path / "bob", *words)) as bob:
            await bob.until("You are in #lobby")
            assert bob.talk.model.chat.account == "bob"
            assert "Keep the password" not in bob.screen()
            await bob.say("/forget")
            await bob.until("The password of bob is not in the")
            assert ring.kept == {}
        async with client(options(tmp_path / "bob", *words)) as bob:
            await bob.until(f"Password of bob on 127.0.0.1:{server.port}:")

    ring = Ring()
    with real_server(tmp_path) as server, system_with(ring):
        run(test())


def test_what_is_not_to_be_kept_is_not_kept(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await register(bob)
            await bob.until("Keep the password")
            await bob.press("n")
            await bob.say("still here")
            await bob.until("bob   still here")
        assert ring.kept == {}

    ring = Ring()
    with real_server(tmp_path) as server, system_with(ring):
        run(test())


def test_on_the_first_screen_a_tick_keeps_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await register(bob)
        for ticked in (True, False):
            async with client(options(tmp_path)) as bob:
                screen = bob.app.screen
                screen.query_one("#address", Input).value = f"127.0.0.1:{server.port}"
                screen.query_one("#nick", Input).value = "bob"
                screen.query_one("#password", Input).value = SECRET if ticked else ""
                screen.query_one("#keep", Checkbox).value = ticked
                screen.query_one("#nick").focus()
                await bob.press("enter")
                await bob.until("You are in #lobby")
                assert bob.talk.model.chat.account == "bob", "the second time, the key ring has it"
                await bob.until(lambda: settings.read(tmp_path).servers[0].key_ring)

    ring = Ring()
    settings.write(tmp_path / "bob", Settings(key_ring=False))
    with real_server(tmp_path) as server, system_with(ring):
        run(test())


def test_without_a_key_ring_that_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await register(bob)
            await bob.until("This system has no key ring, so no")
        assert not any(SECRET in path.read_text() for path in (tmp_path / "bob").iterdir())

    with real_server(tmp_path) as server:
        run(test())
