"""TLS with a client's certificate: any is taken, its fingerprint is known, and bytes go as they do without."""

import datetime as dt
import hashlib
import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio

from tests.server.test_transport import BIG, receive_all, send_all, shake_hands
from trialogue_server.net.clientcert import AskingTransport
from trialogue_server.net.selfsigned import make_certificate, own_tls
from trialogue_server.net.tls import TlsContext
from trialogue_server.net.transport import TlsTransport, Transport

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsContext:
    return own_tls(tmp_path_factory.mktemp("tls"), "irc.example.org", client_certificates=True)


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


def context(certificate: Path | None = None, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.maximum_version = version
    if certificate is not None:
        made.load_cert_chain(certificate)
    return made


def client(theirs: socket.socket, made: ssl.SSLContext) -> TlsTransport:
    return TlsTransport(made.wrap_socket(theirs, server_hostname="localhost", do_handshake_on_connect=False))


def certificate(directory: Path, since: dt.datetime) -> tuple[Path, str]:
    """Write a self-signed certificate with its key; return the file and the SHA-256 of the certificate's DER."""
    path = directory / "client.pem"
    path.write_bytes(make_certificate("alice", since))
    pem = path.read_text()
    der = ssl.PEM_cert_to_DER_cert(pem[: pem.index("-----BEGIN PRIVATE")].strip())
    return path, hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("since", [NOW, LONG_AGO])
async def test_any_certificate_is_taken_and_known_by_its_fingerprint(
    tls: TlsContext,
    ends: tuple[socket.socket, socket.socket],
    tmp_path: Path,
    since: dt.datetime,
    version: ssl.TLSVersion,
) -> None:
    path, fingerprint = certificate(tmp_path, since)
    ours, theirs = ends
    one, other = tls.transport(ours), client(theirs, context(path, version))
    with trio.fail_after(5):
        await shake_hands(one, other)
    assert one.fingerprint == fingerprint
    one.close(abort=True)
    other.close(abort=True)


async def test_nobody_needs_a_certificate(tls: TlsContext, ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    one, other = tls.transport(ours), client(theirs, context())
    with trio.fail_after(5):
        await shake_hands(one, other)
    assert isinstance(one, AskingTransport)
    assert one.fingerprint == ""
    one.close(abort=True)
    other.close(abort=True)


async def test_bytes_arrive_in_order_however_many(tls: TlsContext, ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    one, other = tls.transport(ours), client(theirs, context())
    got: list[bytes] = []

    async def receive(to: Transport) -> None:
        got.append(await receive_all(to, len(BIG)))

    with trio.fail_after(20):
        await shake_hands(one, other)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive, other)
            nursery.start_soon(receive, one)
            nursery.start_soon(send_all, one, BIG)
            nursery.start_soon(send_all, other, BIG)
        assert got == [BIG, BIG]
        one.close(abort=False)
        assert await other.receive() == b"", "and then comes the end"
    other.close(abort=False)


async def test_send_takes_what_the_kernel_takes_and_never_waits(
    tls: TlsContext, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    one, other = tls.transport(ours), client(theirs, context())
    with trio.fail_after(5):
        await shake_hands(one, other)
        taken = one.send(BIG)
        assert 16384 < taken < len(BIG)
        assert one.send(BIG[taken:]) == 0
        with trio.move_on_after(0.01) as scope:
            await one.writable()
        assert scope.cancelled_caught
    one.close(abort=True)
    other.close(abort=True)


@pytest.mark.parametrize("politely", [True, False])
async def test_the_end_is_seen_with_and_without_a_goodbye(
    tls: TlsContext, ends: tuple[socket.socket, socket.socket], politely: bool
) -> None:
    ours, theirs = ends
    one, other = tls.transport(ours), client(theirs, context())
    with trio.fail_after(5):
        await shake_hands(one, other)
        assert other.send(b"last words") == 10
        if politely:
            other.close(abort=False)
        else:
            socket.socket.shutdown(other._sock, socket.SHUT_WR)
        assert await one.receive() == b"last words"
        assert await one.receive() == b""
    one.close(abort=False)
    other._sock.close()


async def test_what_is_no_tls_is_an_error_of_the_connection(
    tls: TlsContext, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    one = tls.transport(ours)
    theirs.send(b"NICK alice\r\nUSER alice 0 * :Alice\r\n")
    with trio.fail_after(5), pytest.raises(OSError, match="Protocol error"):
        await one.start()
    one.close(abort=True)


async def test_a_connection_that_breaks_is_an_error_of_the_connection(
    tls: TlsContext, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    one, other = tls.transport(ours), client(theirs, context())
    with trio.fail_after(5):
        await shake_hands(one, other)
        other._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other._sock.close()
        with pytest.raises(OSError):  # noqa: PT011 - each system has its own
            await one.receive()
    one.close(abort=True)


async def test_a_new_certificate_of_the_server_is_for_new_connections(tmp_path: Path) -> None:
    tls = own_tls(tmp_path, "irc.example.org", client_certificates=True)
    before = tls.fingerprint_sha256
    (tmp_path / "self-signed.pem").write_bytes(make_certificate("irc.example.org", NOW))
    tls.reload()
    assert tls.fingerprint_sha256 != before
