"""The sender: what the kernel does not take leaves later, in order and whole, or the connection ends."""

import itertools

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.support.transport import FakeTransport
from trialogue_server.net.sender import Sender


async def _send_to_a_slow_peer(lines: list[bytes], rooms: list[int]) -> None:
    transport = FakeTransport(room=0)
    sender = Sender(transport, limit=lambda: 0)
    async with trio.open_nursery() as nursery:
        sender.run_in(nursery)
        for line, room in itertools.zip_longest(lines, rooms):
            if line is not None:
                sender.send(line)
            if room is not None:
                transport.make_room(room)
            await trio.sleep(1)
        transport.make_room()
        await sender.wait_sent()
        nursery.cancel_scope.cancel()
    assert bytes(transport.sent) == b"".join(lines)


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=12), st.lists(st.integers(0, 400), max_size=12))
def test_partial_sends_keep_order_and_content(lines: list[bytes], rooms: list[int]) -> None:
    trio.run(_send_to_a_slow_peer, lines, rooms, clock=MockClock(autojump_threshold=0))


async def test_what_the_kernel_takes_at_once_needs_no_task(nursery: trio.Nursery) -> None:
    transport = FakeTransport()
    sender = Sender(transport, limit=lambda: 100)
    sender.run_in(nursery)
    before = len(nursery.child_tasks)
    sender.send(b"hello")
    assert bytes(transport.sent) == b"hello"
    assert len(nursery.child_tasks) == before


async def test_a_peer_that_catches_up_gets_many_lines_in_one_send(nursery: trio.Nursery) -> None:
    transport = FakeTransport(room=0)
    sender = Sender(transport, limit=lambda: 0)
    sender.run_in(nursery)
    for _ in range(1000):
        sender.send(b"a line\r\n")
    before = transport.sends
    transport.make_room()
    await sender.wait_sent()
    assert bytes(transport.sent) == b"a line\r\n" * 1000
    assert transport.sends - before == 1


@pytest.mark.parametrize(("size", "killed_by"), [(100, ""), (101, "SendQ exceeded")])
async def test_the_send_queue_is_bounded_in_bytes(size: int, killed_by: str, nursery: trio.Nursery) -> None:
    transport = FakeTransport(room=0)
    sender = Sender(transport, limit=lambda: 100)
    async with trio.open_nursery() as own:
        sender.run_in(own)
        sender.send(b"x" * 50)
        sender.send(b"y" * (size - 50))
        assert sender.killed_by == killed_by
        assert own.cancel_scope.cancel_called == bool(killed_by)
        own.cancel_scope.cancel()


async def test_after_a_kill_nothing_is_sent_and_nothing_kept() -> None:
    transport = FakeTransport(room=3)
    sender = Sender(transport, limit=lambda: 10)
    async with trio.open_nursery() as own:
        sender.run_in(own)
        sender.send(b"abcdef")
        await wait_all_tasks_blocked()
        sender.kill("SendQ exceeded")
        sender.send(b"more")
        transport.make_room()
        await trio.sleep_forever()
    sender.close()
    assert bytes(transport.sent) == b"abc"
    assert transport.closed == "aborted"


async def test_the_first_reason_of_a_kill_is_the_one_that_counts() -> None:
    sender = Sender(FakeTransport(), limit=lambda: 0)
    sender.kill("SendQ exceeded")
    sender.kill("Connection lost")
    assert sender.killed_by == "SendQ exceeded"


@pytest.mark.parametrize("room", [0, 5])
async def test_a_broken_connection_ends_it(room: int) -> None:
    """In the middle of a `send`, and in the middle of catching up."""
    transport = FakeTransport(room=room)
    sender = Sender(transport, limit=lambda: 0)
    async with trio.open_nursery() as own:
        sender.run_in(own)
        sender.send(b"hello, world")
        transport.send_error = BrokenPipeError()
        transport.make_room(1)
        await trio.sleep_forever()
    assert sender.killed_by == "Connection lost"


async def test_a_line_for_somebody_who_has_just_gone_goes_nowhere() -> None:
    """A tick that was held may be flushed when a connection's nursery has closed already."""
    transport = FakeTransport(room=0)
    sender = Sender(transport, limit=lambda: 0)
    async with trio.open_nursery() as own:
        sender.run_in(own)
        sender.close()
    sender.send(b"late")
    assert transport.closed == "closed"


async def test_what_was_sent_before_the_connection_was_served_is_not_lost(nursery: trio.Nursery) -> None:
    transport = FakeTransport(room=2)
    sender = Sender(transport, limit=lambda: 0)
    sender.send(b"ERROR")
    sender.run_in(nursery)
    transport.make_room()
    await sender.wait_sent()
    assert bytes(transport.sent) == b"ERROR"


async def test_a_kill_before_the_connection_was_served_ends_it_when_it_is() -> None:
    sender = Sender(FakeTransport(), limit=lambda: 0)
    sender.kill("SendQ exceeded")
    async with trio.open_nursery() as own:
        sender.run_in(own)
        await trio.sleep_forever()


async def test_a_slow_peer_is_reset_and_a_quick_one_is_not(nursery: trio.Nursery) -> None:
    """What the kernel still had for a peer that does not read, it would keep for minutes."""
    slow, quick = FakeTransport(room=1), FakeTransport()
    for transport in (slow, quick):
        sender = Sender(transport, limit=lambda: 0)
        sender.run_in(nursery)
        sender.send(b"bye")
        sender.close()
    assert (slow.closed, quick.closed) == ("aborted", "closed")
