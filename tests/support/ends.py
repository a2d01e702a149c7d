"""Two ends of a real connection in one process, and what tests do with them."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import trio
from OpenSSL import SSL

from trialogue_server.net.tls_transport import TlsTransport

if TYPE_CHECKING:
    from pathlib import Path

    from trialogue_server.net.transport import Transport

Ends = tuple[socket.socket, socket.socket]
"""The server's, and the client's."""

BIG = bytes(range(256)) * 40_000
"""10 MB: no kernel takes that at once."""


def open_ends() -> Ends:
    """Return two connected sockets that do not block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    for sock in (ours, theirs):
        sock.setblocking(False)
    return ours, theirs


def tls_client(theirs: socket.socket, certificate: Path | None = None, *, version: int = 0) -> TlsTransport:
    """Return a client that trusts anybody, with a certificate (and its key) if a file is named; `version` is the
    latest that it speaks. Both ends of a connection are moved by the same code; test_tls has another client."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_max_proto_version(version)
    if certificate is not None:
        context.use_certificate_chain_file(certificate)
        context.use_privatekey_file(certificate)
    tls = SSL.Connection(context, theirs)
    tls.set_connect_state()
    return TlsTransport(tls, theirs)


async def shake_hands(*transports: Transport) -> None:
    """Complete the handshake of each."""
    async with trio.open_nursery() as nursery:
        for transport in transports:
            nursery.start_soon(transport.start)


async def send_all(transport: Transport, data: bytes) -> None:
    """Send all bytes."""
    while data:
        try:
            data = data[transport.send(data) :]
        except BlockingIOError:
            await transport.writable()


async def receive_all(transport: Transport, size: int) -> bytes:
    """Return so many bytes, or fewer if the end comes first."""
    received = bytearray()
    while len(received) < size and (chunk := await transport.receive()):
        received += chunk
    return bytes(received)
