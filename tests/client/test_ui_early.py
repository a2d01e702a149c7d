"""What is said before the main screen is drawn stands in it when it is."""

import asyncio
from pathlib import Path

import pytest

from tests.support.screen import client, fake_server, options
from trialogue_client.tui.screens.chat.screen import ChatScreen

pytestmark = pytest.mark.system


def test_what_is_told_before_the_screen_is_drawn_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key ring may answer while the screen is still being put together."""
    add = ChatScreen.add

    def add_and_tell(self: ChatScreen, network: object) -> None:
        add(self, network)  # type: ignore[arg-type]
        assert not self.is_mounted
        self.tell("The key ring has said no.")

    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(server.port), "--nick", "bob")) as bob:
            await bob.until("You are in #lobby")
            await bob.press("alt+up")
            await bob.until("The key ring has said no.")

    monkeypatch.setattr(ChatScreen, "add", add_and_tell)
    with fake_server() as server:
        asyncio.run(test())
