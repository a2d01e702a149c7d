"""Both faces ask before a secret goes in clear."""

import asyncio
from pathlib import Path

import pytest

from tests.support.screen import fake_server, talking

pytestmark = pytest.mark.system


@pytest.mark.parametrize("answer", ["y", "n"])
def test_the_full_screen_asks_and_does_what_is_answered(tmp_path: Path, answer: str) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            bob.talk.model.chat._private = False
            await bob.say("/msg NickServ IDENTIFY secret")
            await bob.until("can read the password")
            await bob.press(answer)
            if answer == "n":
                await bob.until("It was not sent.")
                assert server.server.said("PRIVMSG") == []
            else:
                await bob.until(lambda: server.server.said("PRIVMSG") == ["PRIVMSG NickServ :IDENTIFY secret"])

    with fake_server("echo-message") as server:
        asyncio.run(test())


def test_an_account_is_not_asked_a_password_for_where_there_are_none(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/register")
            await bob.until("makes no")

    with fake_server("echo-message") as server:
        asyncio.run(test())
