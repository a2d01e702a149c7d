"""What was set lasts, as a person at the full screen meets it; `docs/lasting.md` has the table."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.support.keyring import Ring, system_with
from tests.support.screen import client, fake_server, options, peer_named, talking
from trialogue_client import settings
from trialogue_client.tui.screens.connect_form import ConnectForm
from trialogue_client.tui.screens.dialogs import TextPrompt

pytestmark = pytest.mark.system


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


def test_a_room_with_a_key_is_come_back_to(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/join #den sesame")
            await bob.until("You are in #den")
            await bob.until(lambda: ring.kept)
            server.server.keys["#den"] = "barley"
            await bob.type("half a sentence")
            server.do(lambda: server.server.cut("bob"))
            await bob.until(lambda: "JOIN #den sesame" in server.server.said("JOIN")[2:])
            await bob.pilot.pause(1.2)
            assert not isinstance(bob.app.screen, TextPrompt)  # nothing that is being typed may become a key
            await bob.press(*["backspace"] * len("half a sentence"))
            await bob.until("wants a key")
            await bob.say("barley")
            await bob.until("You are back in #den")
            await bob.until(lambda: list(ring.kept.values()) == ["barley"])
        async with client(options(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob")) as bob:
            await bob.until("You are in #lobby")
            await bob.until(lambda: server.server.said("JOIN")[-1] == "JOIN #den barley")

    ring = Ring()
    with fake_server() as server, system_with(ring):
        server.server.keys["#den"] = "sesame"
        run(test())
    text = (tmp_path / "bob" / settings.FILE).read_text()
    assert "barley" not in text
    assert "#den" in text


def test_who_does_not_know_the_key_keeps_the_room(tmp_path: Path) -> None:
    async def test() -> None:
        (tmp_path / "bob").mkdir()
        (tmp_path / "bob" / settings.FILE).write_text(
            f'[[servers]]\nhost = "127.0.0.1"\nport = {server.port}\nnick = "bob"\nrooms = ["#lobby", "#den"]\n'
        )
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("wants a key")
            await bob.press("escape")
            await bob.until("You are not in #den")
        assert settings.read(tmp_path / "bob").servers[0].rooms == ("#lobby", "#den")

    with fake_server() as server, system_with(Ring()):
        server.server.keys["#den"] = "sesame"
        run(test())


def test_another_nick_is_the_one_of_the_next_start(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/nick robert")
            await bob.until("You are now robert")
        assert settings.read(tmp_path / "bob").servers[0].nick == "robert"
        async with client(options(tmp_path / "bob")) as bob:
            await bob.until(lambda: isinstance(bob.app.screen, ConnectForm))
            await bob.until("as robert")

    with fake_server() as server, system_with(Ring()):
        run(test())


def test_a_room_that_is_quiet_is_quiet_under_its_new_name_too(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/mute #lobby")
            await bob.until("/unmute #lobby")
            server.do(lambda: peer_named(server, "bob").send(":fake.test RENAME #lobby #hall :tidier"))
            await bob.until(lambda: settings.read(tmp_path / "bob").muted == ("127.0.0.1 #hall",))
            await bob.until(lambda: bob.talk.model.is_muted("#hall"))

    with fake_server() as server, system_with(Ring()):
        run(test())


def test_what_is_being_typed_is_told_at_the_end(tmp_path: Path) -> None:
    """In each conversation. Nobody wanted it sent, so nothing is amiss: the exit code is 0."""

    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/join #den")
            await bob.until("You are in #den")
            await bob.type("the first half")
            await bob.press("alt+down")
            await bob.until(lambda: bob.talk.model.active.name == "#lobby" and not bob.talk.composer.text)
            await bob.type("the second half")
            await bob.press("ctrl+q")
            await bob.until(lambda: bob.app.drafts)
            assert set(bob.app.drafts) == {"Not sent to #den: the first half", "Not sent to #lobby: the second half"}
            assert bob.app.unsent == []

    with fake_server() as server:
        run(test())
