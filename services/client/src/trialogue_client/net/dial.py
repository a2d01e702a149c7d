"""Connects to a server, or says in one sentence why it cannot."""

import errno
import socket
import sys
from functools import partial

import trio

from trialogue_client.address import Endpoint
from trialogue_client.core.certificates import CertificateChange, CertificateChangedError, declined
from trialogue_client.core.connection import DialError
from trialogue_client.net import explain
from trialogue_client.net.certificate_question import Decide
from trialogue_client.net.secure import Tell, secured
from trialogue_client.net.sts import Policies
from trialogue_client.net.trust import KnownHosts

CONNECT_SECONDS = 10.0
HANDSHAKE_SECONDS = 10.0

_SocketAddress = tuple[str | int | bytes, ...]
_Address = tuple[int, int, int, _SocketAddress]


async def dial(
    endpoint: Endpoint, known: KnownHosts, tell: Tell, policies: Policies | None = None, decide: Decide | None = None
) -> trio.abc.Stream:
    """Connect, with TLS where the endpoint or the server's policy says so. Raises DialError.

    `decide` is asked about a certificate that is another one than before; without it, there is no connection then.
    """
    if policies is not None:
        endpoint = policies.apply(endpoint)
    if not endpoint.tls:
        return await _connect(endpoint)
    while True:
        try:
            with trio.move_on_after(CONNECT_SECONDS + HANDSHAKE_SECONDS):
                return await secured(partial(_connect, endpoint), endpoint, known, tell)
        except CertificateChangedError as error:
            if decide is None:
                raise
            if not await decide(error.changed):
                raise declined(error.changed) from None
            _accept(error.changed, known)
        else:
            raise explain.no_tls(endpoint)


def _accept(changed: CertificateChange, known: KnownHosts) -> None:
    try:
        known.pin(str(changed.endpoint), changed.shown)
    except OSError as error:
        raise DialError(f"The certificate could not be written to {known.path}: make that file writable.") from error


async def _connect(endpoint: Endpoint) -> trio.SocketStream:
    """Try each address of the host in the system's order; the first one that answers counts."""
    error: DialError = explain.timed_out(endpoint)
    for family, kind, protocol, address in await _addresses(endpoint):
        try:
            with trio.fail_after(CONNECT_SECONDS):
                return await _connect_to(endpoint, trio.socket.socket(family, kind, protocol), address)
        except trio.TooSlowError:
            error = explain.timed_out(endpoint)
        except OSError as problem:
            error = explain.failed(endpoint, problem)
    raise error


async def _addresses(endpoint: Endpoint) -> list[_Address]:
    try:
        found = await trio.socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise explain.name_unknown(endpoint, error) from error
    except UnicodeError as error:
        raise DialError(f"{endpoint.host} is no name that a host can have: check its spelling.") from error
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]


async def _connect_to(endpoint: Endpoint, sock: trio.socket.SocketType, address: _SocketAddress) -> trio.SocketStream:
    try:
        if endpoint.local_port is not None:
            await _bind(endpoint, sock)
        await sock.connect(address)
        return trio.SocketStream(sock)
    except BaseException:
        sock.close()
        raise


async def _bind(endpoint: Endpoint, sock: trio.socket.SocketType) -> None:
    """Bind our own end; on Windows SO_REUSEADDR would let us share a port with somebody else."""
    if sys.platform != "win32":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        await sock.bind(("", endpoint.local_port))
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            raise explain.local_port_forbidden(endpoint) from error
        raise explain.local_port_taken(endpoint) from error
    except OverflowError as error:
        raise DialError(f"{endpoint.local_port} is no port: choose one from 1 to 65535.") from error
