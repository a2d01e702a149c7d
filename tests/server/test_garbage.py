"""Whoever has gone leaves nothing that only the garbage collector could find: it looks through what is young alone."""

import gc

import pytest
import trio

from tests.support.live import Live

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
