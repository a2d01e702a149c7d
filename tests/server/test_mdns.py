"""Announced on the loopback interface, and heard there by somebody else's browser of the same library."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import uuid
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked
from zeroconf import ServiceBrowser, ServiceStateChange, Zeroconf

from tests.support.patience import PATIENCE
from trialogue_server.net.mdns import LOOK_SECONDS, Announcement, keep_announcing
from trialogue_server.net.mdns_offers import PLAIN_TYPE, SECURE_TYPE, MdnsService, Offer
from trialogue_server.obs.logs import configure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

LOOPBACK = "127.0.0.1"


class Ear:
    """Hears who comes and goes."""

    def __init__(self, zeroconf: Zeroconf, token: trio.lowlevel.TrioToken) -> None:
        self.zeroconf = zeroconf
        self._token = token
        self._heard: set[tuple[str, ServiceStateChange]] = set()
        self._news = trio.Event()
        self._browser = ServiceBrowser(zeroconf, [PLAIN_TYPE, SECURE_TYPE], handlers=[self._changed])

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        self._token.run_sync_soon(self._take, name, state_change)

    def _take(self, name: str, change: ServiceStateChange) -> None:
        self._heard.add((name, change))
        self._news.set()
        self._news = trio.Event()

    async def hears(self, name: str, change: ServiceStateChange = ServiceStateChange.Added) -> None:
        """Wait until a service has been announced or withdrawn."""
        while (name, change) not in self._heard:
            await self._news.wait()


@asynccontextmanager
async def ear() -> AsyncIterator[Ear]:
    zeroconf = await trio.to_thread.run_sync(lambda: Zeroconf(interfaces=[LOOPBACK]))
    try:
        yield Ear(zeroconf, trio.lowlevel.current_trio_token())
    finally:
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(zeroconf.close)


@pytest.fixture
def name() -> str:
    """A name that no other test has: they share the loopback interface."""
    return f"garden {uuid.uuid4()}"


class Log:
    """What is logged; it is written by a thread."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self._logs = configure("info", "json", self._stream)

    def lines(self) -> list[str]:
        """Return all that was logged, and log no more."""
        self._logs.close()
        return self._stream.getvalue().splitlines()


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    yield log
    log.lines()


def offer(name: str, *, port: int = 6667, tls: bool = False) -> Offer:
    plain = MdnsService(PLAIN_TYPE, port, (LOOPBACK,), (("tls", "0"),))
    secure = MdnsService(SECURE_TYPE, 6697, (LOOPBACK,), (("tls", "1"), ("sha256", "AB:CD")))
    return Offer(name, (plain, secure) if tls else (plain,), (LOOPBACK,))


@pytest.mark.system
async def test_a_server_is_heard_and_says_that_it_goes(name: str) -> None:
    """Goodbye: "a host … has been informed of an orderly shutdown" by records with a TTL of zero.

    https://www.rfc-editor.org/rfc/rfc6762#section-10.1
    """
    with trio.fail_after(PATIENCE):
        async with ear() as others, trio.open_nursery() as nursery:
            nursery.start_soon(keep_announcing, lambda: offer(name, tls=True))
            await others.hears(f"{name}.{PLAIN_TYPE}")
            await others.hears(f"{name}.{SECURE_TYPE}")
            info = await trio.to_thread.run_sync(others.zeroconf.get_service_info, SECURE_TYPE, f"{name}.{SECURE_TYPE}")
            assert info is not None
            assert (info.port, info.parsed_addresses()) == (6697, [LOOPBACK])
            assert info.decoded_properties == {"tls": "1", "sha256": "AB:CD"}
            nursery.cancel_scope.cancel()
            with trio.CancelScope(shield=True):
                await others.hears(f"{name}.{PLAIN_TYPE}", ServiceStateChange.Removed)
                await others.hears(f"{name}.{SECURE_TYPE}", ServiceStateChange.Removed)


@pytest.mark.system
async def test_a_server_that_stops_while_it_is_still_announcing_says_that_it_goes(name: str) -> None:
    """Of two services the first is announced already; the second never is."""
    with trio.fail_after(PATIENCE):
        async with ear() as others:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(keep_announcing, lambda: offer(name, tls=True))
                await others.hears(f"{name}.{PLAIN_TYPE}")
                nursery.cancel_scope.cancel()
            await others.hears(f"{name}.{PLAIN_TYPE}", ServiceStateChange.Removed)


@pytest.mark.system
async def test_what_is_withdrawn_before_it_is_published_is_never_announced(name: str) -> None:
    announcement = Announcement(offer(name))
    announcement.withdraw()
    with pytest.raises(CancelledError):
        announcement.publish()


@pytest.mark.system
async def test_the_second_of_a_name_gets_a_number(name: str) -> None:
    """Conflict: "the host … must choose a new name", such as by a number at its end.

    https://www.rfc-editor.org/rfc/rfc6762#section-9
    """
    with trio.fail_after(PATIENCE):
        async with ear() as others, trio.open_nursery() as nursery:
            nursery.start_soon(keep_announcing, lambda: offer(name, tls=True))
            await others.hears(f"{name}.{SECURE_TYPE}")
            nursery.start_soon(keep_announcing, lambda: offer(name, port=7000, tls=True))
            await others.hears(f"{name}-2.{PLAIN_TYPE}")
            await others.hears(f"{name}-2.{SECURE_TYPE}")
            nursery.cancel_scope.cancel()


@pytest.mark.system
async def test_a_shutdown_does_not_wait_until_it_is_announced(name: str, log: Log) -> None:
    asked = trio.Event()
    token = trio.lowlevel.current_trio_token()

    def wanted() -> Offer:
        token.run_sync_soon(asked.set)
        return offer(name)

    with trio.fail_after(PATIENCE):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep_announcing, wanted)
            await asked.wait()
            await wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
    assert log.lines() == [], "that it has been announced would be there"


@pytest.mark.system
async def test_what_changes_is_announced_again(name: str, mock_clock: MockClock) -> None:
    offers: list[Offer | None] = [offer(name)]
    async with ear() as others, trio.open_nursery() as nursery:
        nursery.start_soon(keep_announcing, lambda: offers[0])
        await others.hears(f"{name}.{PLAIN_TYPE}")
        offers[0] = offer(f"{name} again")
        await _asleep(mock_clock)
        await others.hears(f"{name}.{PLAIN_TYPE}", ServiceStateChange.Removed)
        await others.hears(f"{name} again.{PLAIN_TYPE}")
        offers[0] = None
        await _asleep(mock_clock)
        await others.hears(f"{name} again.{PLAIN_TYPE}", ServiceStateChange.Removed)
        nursery.cancel_scope.cancel()


@pytest.mark.system
async def test_what_cannot_be_announced_is_one_warning_and_tried_again(
    name: str, mock_clock: MockClock, log: Log
) -> None:
    offers = [offer("too long " * 20)]
    async with ear() as others, trio.open_nursery() as nursery:
        nursery.start_soon(keep_announcing, lambda: offers[0])
        await _asleep(mock_clock)
        await _asleep(mock_clock)
        offers[0] = offer(name)
        await _asleep(mock_clock)
        await others.hears(f"{name}.{PLAIN_TYPE}")
        nursery.cancel_scope.cancel()
    lines = [line for line in log.lines() if "cannot be announced" in line]
    assert len(lines) == 1
    assert '"level":"warning"' in lines[0]


async def test_addresses_that_cannot_be_read_are_a_warning(mock_clock: MockClock, log: Log) -> None:
    def unreadable() -> Offer:
        raise OSError("no interfaces today")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(keep_announcing, unreadable)
        await _asleep(mock_clock)
        nursery.cancel_scope.cancel()
    assert "no interfaces today" in log.lines()[0]


async def test_what_zeroconf_warns_of_goes_to_the_log(log: Log, mock_clock: MockClock) -> None:
    before = list(logging.getLogger("zeroconf").handlers)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(keep_announcing, lambda: None)
        await _asleep(mock_clock)
        await trio.to_thread.run_sync(logging.getLogger("zeroconf").warning, "the network is down")
        await _asleep(mock_clock)
        nursery.cancel_scope.cancel()
    assert '"reason":"the network is down"' in log.lines()[0]
    assert logging.getLogger("zeroconf").handlers == before


def test_a_server_of_this_machine_alone_does_not_load_it() -> None:
    unwanted = "{'zeroconf', 'ifaddr', 'trialogue_server.net.mdns'}"
    program = f"import sys, trialogue_server.__main__; sys.exit(bool({unwanted} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", program], check=True)


async def _asleep(clock: MockClock) -> None:
    """Wait until it sleeps until its next look, and let that be now."""
    while trio.lowlevel.current_statistics().seconds_to_next_deadline != LOOK_SECONDS:
        await trio.testing.wait_all_tasks_blocked(0.02)  # real time: what it does meanwhile is done by threads
    clock.jump(LOOK_SECONDS)
