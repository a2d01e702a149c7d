"""Transports: bytes over real sockets, plain and encrypted, and how they are let go of."""

import socket
import ssl
from collections.abc import Iterator

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from trialogue_server.net.selfsigned import own_tls
from trialogue_server.net.tls import TlsContext
from trialogue_server.net.transport import PlainTransport, TlsTransport, Transport

BIG = bytes(range(256)) * 40_000
"""10 MB: no kernel takes that at once."""


@pytest.fixture(scope="module", params=[False, True], ids=["", "client certificates"])
def tls(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TlsContext:
    """TLS that asks for no certificate, and TLS that does: two libraries."""
    return own_tls(tmp_path_factory.mktemp("tls"), "irc.example.org", client_certificates=request.param)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a TCP connection, the server's and the client's, neither of which blocks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    for sock in (ours, theirs):
        sock.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


def trusting_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def client(theirs: socket.socket) -> TlsTransport:
    """Return a client of TLS: both sides of a connection are moved by the same code."""
    return TlsTransport(
        trusting_anybody().wrap_socket(theirs, server_hostname="localhost", do_handshake_on_connect=False)
    )


async def shake_hands(*transports: Transport) -> None:
    async with trio.open_nursery() as nursery:
        for transport in transports:
            nursery.start_soon(transport.start)


async def send_all(transport: Transport, data: bytes) -> None:
    while data:
        data = data[transport.send(data) :]
        if data:
            await transport.writable()


async def receive_all(transport: Transport, size: int) -> bytes:
    received = b""
    while len(received) < size and (chunk := await transport.receive()):
        received += chunk
    return received


@pytest.mark.parametrize("secure", [False, True])
async def test_bytes_arrive_in_order_however_many(
    secure: bool, ends: tuple[socket.socket, socket.socket], tls: TlsContext
) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = client(theirs) if secure else PlainTransport(theirs)
    got: list[bytes] = []

    async def receive() -> None:
        got.append(await receive_all(other, len(BIG)))

    with trio.fail_after(20):
        await shake_hands(one, other)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive)
            nursery.start_soon(send_all, one, BIG)
        assert got == [BIG]
        one.close(abort=False)
        assert await other.receive() == b"", "and then comes the end"
    other.close(abort=False)


@pytest.mark.parametrize("secure", [False, True])
async def test_send_takes_what_the_kernel_takes_and_never_waits(
    secure: bool, ends: tuple[socket.socket, socket.socket], tls: TlsContext
) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = client(theirs) if secure else PlainTransport(theirs)
    with trio.fail_after(5):
        await shake_hands(one, other)
        taken = one.send(BIG)
        assert 16384 < taken < len(BIG), "more than one record of TLS, and less than everything"
        assert one.send(BIG[taken:]) == 0
        with trio.move_on_after(0.01) as scope:
            await one.writable()
        assert scope.cancelled_caught
    one.close(abort=True)
    other.close(abort=True)


async def test_the_last_words_reach_a_peer_who_was_still_talking(ends: tuple[socket.socket, socket.socket]) -> None:
    """TCP resets a connection that is closed with something unread in it, and what was under way is lost."""
    ours, theirs = ends
    transport = PlainTransport(ours)
    theirs.send(b"PRIVMSG #room :hello\r\n" * 1000)
    with trio.fail_after(5):
        await trio.lowlevel.wait_readable(ours)
        transport.send(b"ERROR :bye\r\n")
        transport.close(abort=False)
        await trio.lowlevel.wait_readable(theirs)
        assert theirs.recv(100) == b"ERROR :bye\r\n"
        await trio.lowlevel.wait_readable(theirs)
        assert theirs.recv(100) == b""


async def test_an_aborted_connection_is_reset(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    transport = PlainTransport(ours)
    transport.send(BIG)
    transport.close(abort=True)
    other = PlainTransport(theirs)
    with trio.fail_after(5), pytest.raises(ConnectionResetError):
        await receive_all(other, len(BIG))


@pytest.mark.parametrize("secure", [False, True])
async def test_who_waits_for_a_socket_that_is_closed_is_told(
    secure: bool, ends: tuple[socket.socket, socket.socket], tls: TlsContext, nursery: trio.Nursery
) -> None:
    ours, theirs = ends
    one: Transport = tls.transport(ours) if secure else PlainTransport(ours)
    other: Transport = client(theirs) if secure else PlainTransport(theirs)
    told = trio.Event()

    async def write() -> None:
        with pytest.raises(trio.ClosedResourceError):
            await one.writable()
        told.set()

    with trio.fail_after(5):
        await shake_hands(one, other)
        one.send(BIG)
        nursery.start_soon(write)
        await wait_all_tasks_blocked()
        one.close(abort=True)
        await told.wait()
    other.close(abort=True)


async def test_reader_and_writer_may_wait_for_the_same(
    ends: tuple[socket.socket, socket.socket], tls: TlsContext
) -> None:
    """A reader that has to answer a new key waits for room to write, as the writer may do already: Trio lets only one
    of them wait for a socket. https://www.rfc-editor.org/rfc/rfc8446#section-4.6.3"""
    ours, theirs = ends
    one, other = tls.transport(ours), client(theirs)
    with trio.fail_after(10):
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
async def test_a_handshake_with_somebody_who_speaks_no_tls(
    said: bytes, ends: tuple[socket.socket, socket.socket], tls: TlsContext
) -> None:
    ours, theirs = ends
    transport = tls.transport(ours)
    theirs.send(said)
    theirs.shutdown(socket.SHUT_WR)
    with trio.fail_after(5), pytest.raises(OSError, match=r"."):
        await transport.start()
    transport.close(abort=True)
