"""Opens TLS connections, and checks who vouches for the server's certificate.

The system's authorities, as for web pages; where they do not (a self-signed certificate), the certificate that we
met the first time is pinned, and any other is refused from then on. Where they have vouched once, they have to go on:
else whoever gets in between would only have to show a certificate of their own.
"""

import socket
import ssl
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import trio

from trialogue_client.address import Endpoint
from trialogue_client.core.certificates import CertificateChange, CertificateChangedError
from trialogue_client.core.connection import DialError
from trialogue_client.net import explain
from trialogue_client.net.trust import AUTHORITIES, KnownHosts, UnknownLineError, fingerprint
from trialogue_client.unreadable import reason

Connect = Callable[[], Awaitable[trio.SocketStream]]
TlsStream = trio.SSLStream[trio.SocketStream]
Tell = Callable[[str], None]
"""Takes a sentence for the person."""


async def secured(connect: Connect, endpoint: Endpoint, known: KnownHosts, tell: Tell) -> TlsStream:
    """Return an encrypted stream to a server whose certificate is trusted.

    Raises DialError, and CertificateChangedError if the certificate is another one than the one that is expected.
    """
    pinned = _pinned(endpoint, known)
    if pinned in (None, AUTHORITIES):
        try:
            stream = await _handshake(connect, endpoint, _vouched_for(endpoint))
        except ssl.SSLCertVerificationError as error:
            if pinned is not None:
                shown = await _look_at(connect, endpoint)
                raise CertificateChangedError(CertificateChange(endpoint, "", shown, error.verify_message)) from None
            # Nobody vouches for it; we have not met it either: look at it, and remember it.
        else:
            _vouched(endpoint, known, pinned)
            return stream
    stream = await _handshake(connect, endpoint, _any(endpoint))
    seen = fingerprint(_certificate(stream))
    if pinned is None:
        _first_use(endpoint, known, seen, tell)
    elif seen != pinned:
        await _drop(stream, endpoint)
        return await _changed(connect, CertificateChange(endpoint, pinned, seen))
    return stream


def _pinned(endpoint: Endpoint, known: KnownHosts) -> str | None:
    try:
        return known.get(str(endpoint))
    except UnknownLineError as error:
        raise DialError(
            f"What line {error.number} of {known.path} says of {endpoint} is not understood, so its certificate cannot "
            "be checked: mend that line, or remove it to have the certificate pinned anew."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        # To go on as if nothing were pinned would be to trust whoever answers.
        raise DialError(f"The file of known certificates, {known.path}, {reason(error)}.") from error


def _vouched(endpoint: Endpoint, known: KnownHosts, pinned: str | None) -> None:
    """Remember that the authorities vouch for this server. Where nothing can be kept, it is asked anew each time."""
    if pinned is None:
        with suppress(OSError):
            known.pin(str(endpoint), AUTHORITIES)


def _first_use(endpoint: Endpoint, known: KnownHosts, seen: str, tell: Tell) -> None:
    tell(f"{endpoint} shows a certificate that no authority vouches for. Its SHA-256 fingerprint is {seen}")
    try:
        known.pin(str(endpoint), seen)
    except OSError:
        tell(f"It could not be written to {known.path}, so a change will not be noticed the next time.")
    else:
        tell("It will be expected from now on. Compare it with what the server printed at its start, to be sure.")


async def _changed(connect: Connect, changed: CertificateChange) -> TlsStream:
    """Take a changed certificate without a question only if the system's authorities vouch for the new one."""
    try:
        return await _handshake(connect, changed.endpoint, _vouched_for(changed.endpoint))
    except ssl.SSLCertVerificationError:
        raise CertificateChangedError(changed) from None


async def _look_at(connect: Connect, endpoint: Endpoint) -> str:
    """Return the fingerprint of the certificate that a server shows."""
    stream = await _handshake(connect, endpoint, _any(endpoint))
    shown = fingerprint(_certificate(stream))
    await _drop(stream, endpoint)
    return shown


async def _drop(stream: TlsStream, endpoint: Endpoint) -> None:
    _abort(stream.transport_stream, endpoint)
    await trio.aclose_forcefully(stream)


async def _handshake(connect: Connect, endpoint: Endpoint, context: ssl.SSLContext) -> TlsStream:
    transport = await connect()
    stream = trio.SSLStream(transport, context, server_hostname=endpoint.host, https_compatible=True)
    try:
        await stream.do_handshake()
    except BaseException as error:
        _abort(transport, endpoint)
        await trio.aclose_forcefully(stream)
        if isinstance(error, trio.BrokenResourceError):
            _explain(error, endpoint)
        raise
    return stream


def _abort(transport: trio.SocketStream, endpoint: Endpoint) -> None:
    """Let a chosen local port be free again at once: we are about to connect from it a second time."""
    if endpoint.local_port is not None:
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        transport.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _explain(error: trio.BrokenResourceError, endpoint: Endpoint) -> None:
    match error.__cause__:
        case ssl.SSLCertVerificationError() as refused:
            raise refused
        case ssl.SSLError() as refused if refused.reason in (
            "WRONG_VERSION_NUMBER",
            "HTTP_REQUEST",
            "RECORD_LAYER_FAILURE",
        ):
            raise explain.no_tls(endpoint) from refused
        case ssl.SSLError() as refused:
            reason = (refused.reason or "unknown").replace("_", " ").lower()
            raise DialError(f"{endpoint} and this client could not agree on TLS ({reason}).") from refused
    raise explain.no_tls(endpoint) from error


def _certificate(stream: TlsStream) -> bytes:
    certificate: bytes | None = stream.getpeercert(binary_form=True)
    return certificate or b""


def _vouched_for(endpoint: Endpoint) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if endpoint.certificate is not None:
        _show(context, endpoint.certificate)
    return context


def _show(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_cert_chain(path)
    except ssl.SSLError as error:
        raise DialError(f"{path} does not hold a certificate and its key: it must be a PEM file with both.") from error
    except OSError as error:
        raise DialError(f"The certificate {path} {reason(error)}.") from error


def _any(endpoint: Endpoint) -> ssl.SSLContext:
    context = _vouched_for(endpoint)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
