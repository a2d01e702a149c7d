"""Transports: bytes over real sockets, plain and encrypted, and how they are let go of."""

import gc
import socket
from contextlib import suppress

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from tests.support.ends import BIG, Ends, receive_all, send_all, shake_hands, tls_client
from tests.support.patience import PATIENCE
from trialogue_server.net.self_signed import own_tls
from trialogue_server.net.tls_context import TlsContext
from trialogue_server.net.transport import PlainTransport, Transport, close_socket


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsContext:
    return own_tls(tmp_path_factory.mktemp("tls"), "irc.example.org")


@pytest.mark.parametrize("secure", [False, True])
async def test_bytes_arrive_in_order_both_ways_however_many(secure: bool, ends: Ends, tls: TlsContext) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = tls_client(theirs) if secure else PlainTransport(theirs)
    got: list[bytes] = []

    async def receive(to: Transport) -> None:
        got.append(await receive_all(to, len(BIG)))

    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        async with trio.open_nursery() as nursery:
            for transport in (one, other):
                nursery.start_soon(receive, transport)
                nursery.start_soon(send_all, transport, BIG)
        assert got == [BIG, BIG]
        one.close(abort=False)
        assert await other.receive() == b"", "and then comes the end"
    other.close(abort=False)


@pytest.mark.parametrize("secure", [False, True])
async def test_send_takes_what_the_kernel_takes_and_never_waits(secure: bool, ends: Ends, tls: TlsContext) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = tls_client(theirs) if secure else PlainTransport(theirs)
    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        taken = one.send(BIG)
        assert 16384 < taken < len(BIG), "more than one record of TLS, and less than everything"
        with suppress(BlockingIOError):
            while taken < len(BIG):  # what the kernel has passed on meanwhile makes room
                taken += one.send(BIG[taken:])
        assert taken < len(BIG)
        with trio.move_on_after(0.01) as scope:
            await one.writable()
        assert scope.cancelled_caught
    one.close(abort=True)
    other.close(abort=True)


async def test_all_records_that_are_there_are_received_at_once(ends: Ends, tls: TlsContext) -> None:
    """Else each would be a tick of its own, with a flush for everybody in the room."""
    ours, theirs = ends
    one, other = tls.transport(ours), tls_client(theirs)
    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        for number in range(3):
            other.send(b"PRIVMSG #room :%d\r\n" % number)
        other.close(abort=False)
        assert await one.receive() == b"PRIVMSG #room :0\r\nPRIVMSG #room :1\r\nPRIVMSG #room :2\r\n"
        assert await one.receive() == b"", "the end stood behind them, and is not lost"
        assert await one.receive() == b""
    one.close(abort=False)


async def test_the_last_words_reach_a_peer_who_was_still_talking(ends: Ends) -> None:
    """TCP resets a connection that is closed with something unread in it, and what was under way is lost."""
    ours, theirs = ends
    transport = PlainTransport(ours)
    theirs.send(b"PRIVMSG #room :hello\r\n" * 1000)
    with trio.fail_after(PATIENCE):
        await trio.lowlevel.wait_readable(ours)
        transport.send(b"ERROR :bye\r\n")
        transport.close(abort=False)
        await trio.lowlevel.wait_readable(theirs)
        assert theirs.recv(100) == b"ERROR :bye\r\n"
        await trio.lowlevel.wait_readable(theirs)
        assert theirs.recv(100) == b""


async def test_an_aborted_connection_is_reset(ends: Ends) -> None:
    ours, theirs = ends
    transport = PlainTransport(ours)
    transport.send(BIG)
    transport.close(abort=True)
    other = PlainTransport(theirs)
    with trio.fail_after(PATIENCE), pytest.raises(ConnectionResetError):
        await receive_all(other, len(BIG))


@pytest.mark.parametrize("secure", [False, True])
async def test_who_waits_for_a_socket_that_is_closed_is_told(
    secure: bool, ends: Ends, tls: TlsContext, nursery: trio.Nursery
) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = tls_client(theirs) if secure else PlainTransport(theirs)
    told = trio.Event()

    async def write() -> None:
        with pytest.raises(trio.ClosedResourceError):
            await one.writable()
        told.set()

    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        one.send(BIG)
        nursery.start_soon(write)
        await wait_all_tasks_blocked()
        one.close(abort=True)
        await told.wait()
    other.close(abort=True)


async def test_reader_and_writer_may_wait_for_the_same(ends: Ends, tls: TlsContext) -> None:
    """A reader that has to answer a new key waits for room to write, as the writer may do already: Trio lets only one
    of them wait for a socket. https://www.rfc-editor.org/rfc/rfc8446#section-4.6.3"""
    ours, theirs = ends
    one, other = tls.transport(ours), tls_client(theirs)
    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        one.send(BIG)
        async with trio.open_nursery() as reading:
            async with trio.open_nursery() as waiting:
                for _ in range(2):
                    waiting.start_soon(one.writable)
                await wait_all_tasks_blocked()
                reading.start_soon(receive_all, other, len(BIG))
            reading.cancel_scope.cancel()
    one.close(abort=True)
    other.close(abort=True)


@pytest.mark.parametrize("said", [b"NICK alice\r\nUSER alice 0 * :Alice\r\n", b"\x16\x03\x01garbage", b""])
async def test_a_handshake_with_somebody_who_speaks_no_tls(said: bytes, ends: Ends, tls: TlsContext) -> None:
    ours, theirs = ends
    transport = tls.transport(ours)
    theirs.send(said)
    theirs.shutdown(socket.SHUT_WR)
    with trio.fail_after(PATIENCE), pytest.raises(OSError, match=r"."):
        await transport.start()
    transport.close(abort=True)


@pytest.mark.parametrize("politely", [True, False])
@pytest.mark.parametrize("secure", [False, True])
async def test_the_end_is_seen_with_and_without_a_goodbye(
    ends: Ends, tls: TlsContext, secure: bool, politely: bool
) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = tls_client(theirs) if secure else PlainTransport(theirs)
    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        assert other.send(b"last words") == 10
        if politely:
            other.close(abort=False)
        else:
            theirs.shutdown(socket.SHUT_WR)
        assert await one.receive() == b"last words"
        assert await one.receive() == b""
    one.close(abort=False)


@pytest.mark.parametrize("secure", [False, True])
async def test_a_connection_that_breaks_is_an_error_of_the_connection(
    ends: Ends, tls: TlsContext, secure: bool
) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = tls_client(theirs) if secure else PlainTransport(theirs)
    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        close_socket(theirs, abort=True)
        with pytest.raises(ConnectionError):
            await one.receive()
    one.close(abort=True)


async def test_a_broken_connection_is_an_error_for_who_sends(ends: Ends, tls: TlsContext) -> None:
    ours, theirs = ends
    one, other = tls.transport(ours), tls_client(theirs)
    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
        close_socket(theirs, abort=True)
        await trio.lowlevel.wait_readable(ours)
        with pytest.raises(ConnectionError):
            one.send(b"anybody there?\r\n")
    one.close(abort=True)


async def test_a_connection_that_was_encrypted_leaves_nothing_to_the_garbage_collector(
    ends: Ends, tls: TlsContext
) -> None:
    """It looks through what is young alone."""
    gc.collect()
    gc.disable()
    try:
        ours, theirs = ends
        one, other = tls.transport(ours), tls_client(theirs)
        with trio.fail_after(PATIENCE):
            await shake_hands(one, other)
            other.close(abort=False)
            assert await one.receive() == b""
        one.close(abort=False)
        del one, other
        left = gc.collect()
    finally:
        gc.enable()
    assert left < 20
