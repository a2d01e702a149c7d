"""Whoever has gone leaves nothing that only the garbage collector could find: it looks through what is young alone."""

import gc
from contextlib import suppress

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from ircwire.websocket import Opcode
from tests.support.live import Live
from tests.support.transport import FakeTransport
from tests.support.web import UPGRADE
from tests.wire.test_websocket import masked
from trialogue_server.net.web.visit import House, Visit

LINES = (
    "NICK bob",
    "USER x 0 * :x",
    "JOIN #a,#b",
    "PRIVMSG #a :hello",
    "LIST",
    "WHO #a",
    "AWAY :x",
    "NICK carol",
    "MODE #a",
    "TOPIC #a :x",
    "PRIVMSG NickServ :HELP",
    "CHATHISTORY LATEST #a * 10",
    "PART #b",
)


async def come_and_go(live: Live, *last: str) -> None:
    peer = live.connect()
    peer.say(*LINES)
    await peer.hear()
    peer.say(*last)
    if not last:
        peer.transport.feed(b"")
    await peer.ended.wait()


async def browse(house: House, *data: bytes) -> None:
    transport = FakeTransport()
    transport.feed(b"".join(data))
    transport.feed(b"")
    visit = Visit(house, transport, "127.0.0.1", secure=False)
    with suppress(OSError):
        await visit.serve()
    if not visit.has_moved:
        transport.close(abort=False)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
        b"no HTTP\r\n\r\n",
        UPGRADE + masked(Opcode.TEXT, b"NICK bob") + masked(Opcode.TEXT, b"USER x 0 * :x") + masked(Opcode.PING, b"x"),
        UPGRADE + masked(Opcode.TEXT, b"\xff"),
    ],
)
async def test_a_browser_that_has_gone_is_no_cycle(nursery: trio.Nursery, data: bytes) -> None:
    live = Live(nursery)
    house = live.house()
    for _ in range(2):
        await browse(house, data)
        await wait_all_tasks_blocked()
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            await browse(house, data)
            await wait_all_tasks_blocked()
        left = gc.collect()
    finally:
        gc.enable()
    assert not live.core.registry.sessions
    assert left < 50


@pytest.mark.parametrize("last", [("QUIT",), ()])
async def test_a_connection_that_has_ended_is_no_cycle(nursery: trio.Nursery, last: tuple[str, ...]) -> None:
    live = Live(nursery)
    stays = live.connect()
    stays.say("NICK alice", "USER x 0 * :x", "JOIN #a")
    await stays.hear()
    await come_and_go(live, *last)
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            await come_and_go(live, *last)
            await stays.hear()
        left = gc.collect()
    finally:
        gc.enable()
    assert left < 50, "five connections with all that belongs to them are a thousand objects"
