"""ServerChooser a server in line mode, and listing those on the local network."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from trialogue_client.address import Endpoint
from trialogue_client.lines.linemode import NO_CONNECTION, OK
from trialogue_client.lines.nearby import LIST_SECONDS, ServerChooser, list_servers
from trialogue_client.net.nearby_server import NearbyServer
from trialogue_client.settings import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialogue_client.core.completion import Completion
    from trialogue_client.lines.nearby import Choice

GARDEN = NearbyServer("Garden", Endpoint("10.0.0.5", 6697, tls=True), "AB:CD", "box")
PLAIN_GARDEN = NearbyServer("Garden", Endpoint("10.0.0.5", 6667), machine="box")
DEN = NearbyServer("Den", Endpoint("fe80::7%eth0", 6667))


class Paper:
    """A screen of paper, and somebody who types what a test says."""

    asks = True
    echoes = True

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._typed: deque[str | None] = deque()
        self._news = trio.Event()

    def type(self, line: str | None) -> None:
        """Type a line; None is the end."""
        self._typed.append(line)
        self._news.set()

    async def line(self) -> str | None:
        while not self._typed:
            await self._news.wait()
            self._news = trio.Event()
        return self._typed.popleft()

    def show(self, text: str) -> None:
        self.lines.append(text)

    def complain(self, text: str) -> None:
        self.lines.append(f"! {text}")

    def ring(self) -> None:
        """Heard on no paper."""

    def prompt(self, text: str) -> None:
        """Shown on no paper."""

    def hide(self, *, on: bool) -> bool:
        return False

    def put(self, text: str) -> bool:
        return False

    def words(self, complete: Callable[[str], Completion]) -> None:
        """Nothing completes here."""

    def resume(self) -> None:
        raise AssertionError("nobody stops a test")

    async def close(self) -> bool:
        raise AssertionError("it is not closed here")


async def chosen(paper: Paper, used: list[Server], found: list[NearbyServer], *typed: str | None) -> Choice | None:
    """Return what is chosen when these servers answer and this is typed."""
    result: list[Choice | None] = []

    async def answer(tell: Callable[[NearbyServer], object]) -> None:
        for one in found:
            tell(one)
        await trio.sleep_forever()

    async def ask() -> None:
        result.append(await ServerChooser(paper, used, tls=False).run(answer))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask)
        await wait_all_tasks_blocked()
        for line in typed:
            paper.type(line)
    return result[0]


async def test_of_one_found_server_enter_is_enough() -> None:
    paper = Paper()
    assert await chosen(paper, [], [GARDEN], "") == (GARDEN.endpoint, "")
    assert paper.lines[-1] == "1  Garden  10.0.0.5:6697 (TLS)"


async def test_those_used_before_come_first_with_their_name() -> None:
    paper = Paper()
    used = [Server("chat.example.org", 6697, tls=True, nick="bob"), Server("fe80::7%eth0", 6667)]
    assert await chosen(paper, used, [DEN, GARDEN, PLAIN_GARDEN], "3") == (GARDEN.endpoint, "")
    assert [line for line in paper.lines if line[0].isdigit()] == [
        "1  chat.example.org:6697 (TLS)  used before",
        "2  [fe80::7%eth0]:6667  used before",
        "3  Garden  10.0.0.5:6697 (TLS)",
    ]
    assert await chosen(Paper(), used, [], "") == (Endpoint("chat.example.org", 6697, tls=True), "bob")


async def test_an_address_can_be_typed_and_a_wrong_one_is_asked_again() -> None:
    paper = Paper()
    assert await chosen(paper, [], [], "", "7", "host:0", "host 7000") == (Endpoint("host", 7000), "")
    assert [line for line in paper.lines if line.startswith("!")] == [
        "! No server is listed yet: type an address, as in chat.example.org or 127.0.0.1:6667.",
        "! No server is listed yet: type an address, as in chat.example.org or 127.0.0.1:6667.",
        "! 0 is no port: it is a number from 1 to 65535.",
    ]


async def test_the_end_of_the_input_is_no_choice() -> None:
    assert await chosen(Paper(), [], [GARDEN], None) is None


async def test_a_list_for_scripts_has_a_line_with_tabs_for_each(autojump_clock: trio.abc.Clock) -> None:
    said: list[str] = []

    async def answer(tell: Callable[[NearbyServer], object]) -> None:
        tell(GARDEN)
        await trio.sleep(2)
        tell(DEN)
        await trio.sleep_forever()

    assert await list_servers(answer, said.append, pytest.fail) == OK
    assert said == ["10.0.0.5\t6697\ttls\tGarden\tAB:CD", "fe80::7%eth0\t6667\tplain\tDen\t-"]


@pytest.mark.parametrize(("found", "said"), [([], True), ([GARDEN], False)])
async def test_looking_has_an_end_while_one_may_go_on_to_type(
    autojump_clock: trio.abc.Clock, found: list[NearbyServer], said: bool
) -> None:
    async def answer(tell: Callable[[NearbyServer], object]) -> None:
        for one in found:
            tell(one)
        await trio.sleep_forever()

    paper = Paper()
    with trio.move_on_after(LIST_SECONDS + 1):
        await ServerChooser(paper, [], tls=False).run(answer)
    assert ("No server has answered on the local network so far." in paper.lines) == said


async def test_nobody_found_is_said_and_told_by_the_exit_code(autojump_clock: trio.abc.Clock) -> None:
    complaints: list[str] = []

    async def nobody(tell: Callable[[NearbyServer], object]) -> None:
        await trio.sleep_forever()

    assert await list_servers(nobody, pytest.fail, complaints.append) == NO_CONNECTION
    assert complaints == ["No server has answered on the local network: ask whoever runs one for its address."]
