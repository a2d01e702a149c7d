"""What stands around the conversation in the full screen, in a small window and a wide one."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.screen import real_server, talking

pytestmark = pytest.mark.system


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


def test_the_empty_input_says_for_whom_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.until("Message #lobby")
            await bob.type("x")
            await bob.until(lambda: "Message #lobby" not in bob.screen())
            await bob.press("backspace")
            await bob.say("/join #other")
            await bob.until("Message #other")

    with real_server(tmp_path) as server:
        run(test())


def test_the_way_to_the_keys_stays_in_sight_however_long_the_rest_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", size=(40, 24)) as bob:
            await bob.until("F1 keys")
            assert "…" in bob.screen().splitlines()[-1]

    with real_server(tmp_path) as server:
        run(test())


def test_a_list_that_is_cut_says_how_much_more_there_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", size=(80, 12)) as bob:
            rooms = ",".join(f"#room{number:02}" for number in range(14))
            await bob.say(f"/raw JOIN {rooms}")
            await bob.until("… 5 more")
            await bob.say("/join #room13")
            await bob.until("▸#room13")
            assert " more" not in bob.screen()

    with real_server(tmp_path) as server:
        run(test())


@pytest.mark.parametrize(("width", "whole"), [(80, False), (130, True)])
def test_the_list_of_rooms_is_as_wide_as_its_names_where_there_is_space(
    tmp_path: Path, width: int, whole: bool
) -> None:
    name = "#a-room-with-a-long-name-1"

    async def test() -> None:
        async with talking(tmp_path, server.port, "bob", size=(width, 24)) as bob:
            await bob.say(f"/join {name}")
            await bob.until(f"Message {name}")
            await bob.until(lambda: any((line[1:27] == name) is whole for line in bob.screen().splitlines()))
            assert any(line[1:27] == name for line in bob.screen().splitlines()) is whole

    with real_server(tmp_path) as server, Client(server.port):
        run(test())
