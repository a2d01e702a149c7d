"""What Enter does besides sending: which conversation is looked at afterwards, and what is in the input there."""

import asyncio
from pathlib import Path

from tests.support.screen import fake_server, talking


def test_whoever_is_written_to_is_looked_at_with_the_draft_that_was_left_there(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/msg carol one")
            await bob.until(lambda: bob.talk.model.active.name == "carol")
            await bob.type("half a sentence")
            await bob.press("alt+up")
            await bob.until(lambda: bob.talk.model.active.name == "#lobby")
            assert bob.talk.composer.text == ""
            await bob.say("/msg carol two")
            await bob.until(lambda: bob.talk.model.active.name == "carol")
            await bob.until(lambda: bob.talk.composer.text == "half a sentence")

    with fake_server() as server:
        asyncio.run(test())
