"""Finding servers through real sockets on the loopback interface."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import trio

from tests.support.patience import PATIENCE
from trialogue_client.net.discover import NetworkInterface, discover, local_places

if TYPE_CHECKING:
    from trialogue_client.net.nearby_server import NearbyServer


def loopback() -> list[NetworkInterface]:
    from trialogue_client.net.answers import LocalLink

    return [
        NetworkInterface("192.0.2.1", 0, LocalLink()),
        NetworkInterface("127.0.0.1", 1, LocalLink()),
    ]  # the first one is not ours


@pytest.mark.system
async def test_who_answers_late_is_found_and_an_address_that_has_gone_is_in_nobodys_way() -> None:
    program = [sys.executable, "-m", "tests.support.responder", "slow", "127.0.0.1"]
    found: list[NearbyServer] = []
    heard = trio.Event()

    def take(one: NearbyServer) -> None:
        if "slow" in one.name:  # other tests announce there too
            found.append(one)
            heard.set()

    with trio.fail_after(PATIENCE):
        process = await trio.lowlevel.open_process(program, stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None
            assert await process.stdout.receive_some() == b"listening\n"
            async with trio.open_nursery() as nursery:
                nursery.start_soon(discover, take, loopback)
                await heard.wait()
                nursery.cancel_scope.cancel()
        finally:
            process.kill()
            await process.wait()
    # The loopback address is the answerer's own, and is taken from nobody else.
    assert [str(one) for one in found] == ["the slow one  127.0.0.1:6667"]


async def test_without_a_network_nobody_is_found(autojump_clock: trio.abc.Clock) -> None:
    def none() -> list[NetworkInterface]:
        raise OSError("no interfaces")

    found: list[NearbyServer] = []
    with trio.move_on_after(1) as scope:
        await discover(found.append, none)
    assert scope.cancelled_caught
    assert not found


def test_this_machine_itself_is_not_asked() -> None:
    assert not [place for place in local_places() if place.address in ("127.0.0.1", "::1")]
