"""The full screen asks before it sends many messages, and stops when one says so."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.support.screen import Person, fake_server, talking
from trialogue_client.core.lines import WINDOW
from trialogue_client.tui.screens.dialogs import YesNo

pytestmark = pytest.mark.system

CAPS = ("echo-message", "labeled-response", "batch", "message-tags")
TEXT = "\n".join(f"line {number}" for number in range(1, 31))
REST = "\n".join(TEXT.split("\n")[WINDOW:])


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


async def answers(bob: Person, key: str) -> None:
    """Type the long text, and answer the question."""
    bob.talk.composer.become(TEXT)
    await bob.press("enter")
    await bob.until("This makes 30 messages of 30 lines to #lobby")
    await bob.until(lambda: isinstance(bob.app.screen, YesNo))
    await bob.press(key)
    await bob.until(lambda: not isinstance(bob.app.screen, YesNo))


@pytest.mark.parametrize("how", ["escape", "/stop"])
def test_what_is_left_is_put_back_in_front_of_what_was_typed_meanwhile(tmp_path: Path, how: str) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await answers(bob, "n")
            await bob.until(lambda: bob.talk.composer.text == TEXT)
            assert server.server.said("PRIVMSG") == []
            server.server.deaf = True
            await answers(bob, "y")
            await bob.until("Sending: 10 more messages · Esc or /stop ends it")
            if how == "escape":
                await bob.type("and")
                await bob.press(how)
            else:
                await bob.say(how)
            await bob.until(lambda: bob.talk.composer.text == REST + ("\nand" if how == "escape" else ""))
            assert len(server.server.said("PRIVMSG")) == WINDOW
            await bob.until(lambda: "Sending:" not in bob.screen())

    with fake_server(*CAPS) as server:
        run(test())
