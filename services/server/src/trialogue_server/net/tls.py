"""How is a connection encrypted? Certificate and key from files, changeable under the running server."""

import hashlib
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from trialogue_server.net.transport import TlsTransport, Transport

if TYPE_CHECKING:
    from OpenSSL import SSL

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"

_REASONS = {
    "KEY_VALUES_MISMATCH": "the key in {key} is not the one of the certificate in {certificate}: name the pair",
    "KEY_TYPE_MISMATCH": "the key in {key} is not the one of the certificate in {certificate}: name the pair",
    "EE_KEY_TOO_SMALL": "the key in {key} is too short to be safe: make a new one, for example with ECDSA P-256",
    "CA_MD_TOO_WEAK": "the certificate in {certificate} is signed in a way that is not safe: have a new one made",
}


class TlsError(Exception):
    """TLS cannot be served. The text is one plain sentence that says what to do."""


class TlsContext:
    """What new connections are encrypted with; `reload` changes it for those that come after."""

    def __init__(self, certificate: Path, key: Path, *, client_certificates: bool = False) -> None:
        """Load a PEM certificate (with its chain) and key, which may be one file. Raises TlsError.

        `client_certificates`: ask clients for theirs, and take any.
        """
        self._files = certificate, key
        self._client_certificates = client_certificates
        self._asking: SSL.Context | None = None
        self.reload()

    def reload(self) -> None:
        """Read the files again. Raises TlsError, and then goes on with what was loaded before."""
        context, fingerprint = _load(*self._files)
        if self._client_certificates:
            from trialogue_server.net.clientcert import asking_context  # loads a large library

            self._asking = asking_context(*self._files)
        self._context, self.fingerprint_sha256 = context, fingerprint

    def transport(self, sock: socket.socket) -> Transport:
        """Return the server's end of TLS over a non-blocking socket."""
        if self._asking is None:
            return TlsTransport(self.wrap(sock))
        from trialogue_server.net.clientcert import AskingTransport

        return AskingTransport(self._asking, sock)

    def wrap(self, sock: socket.socket) -> ssl.SSLSocket:
        """Return the server's end of TLS over a non-blocking socket; the handshake is still to be done."""
        return self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)


def _load(certificate: Path, key: Path) -> tuple[ssl.SSLContext, str]:
    fingerprint = _fingerprint(certificate)
    _read(key, "key")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A client could ask for one handshake after the other over the same connection: much work for few bytes.
    context.options |= ssl.OP_NO_RENEGOTIATION
    asked: list[bool] = []

    def passphrase() -> str:
        """Instead of OpenSSL's own question on the terminal, which would stop the server."""
        asked.append(True)
        return ""

    try:
        context.load_cert_chain(certificate, key, passphrase)
    except ssl.SSLError as error:
        raise TlsError(_explain(error, certificate, key, encrypted=bool(asked))) from error
    return context, fingerprint


def _explain(error: ssl.SSLError, certificate: Path, key: Path, *, encrypted: bool) -> str:
    if encrypted:
        return (
            f"The key in {key} has a passphrase, which nobody can type at a server's start: "
            f"store it without one, for example with openssl pkey -in {key} -out new.pem"
        )
    reason = _REASONS.get(error.reason, "{certificate} and {key} cannot be used as a PEM certificate and its key")
    text = reason.format(certificate=certificate, key=key)
    return text[:1].upper() + text[1:] + ("" if error.reason in _REASONS else f" ({error.reason or 'unreadable'})")


def _fingerprint(certificate: Path) -> str:
    """Return the SHA-256 of the server's own certificate, as ``AB:CD:…``, which is how clients show it."""
    text = _read(certificate, "certificate")
    begin = text.find(_BEGIN)
    end = text.find(_END, begin)
    advice = f"{certificate} holds no PEM certificate: give the file that begins with {_BEGIN}"
    if begin < 0 or end < 0:
        raise TlsError(advice)
    try:
        der = ssl.PEM_cert_to_DER_cert(text[begin : end + len(_END)])
    except ValueError as error:
        raise TlsError(advice) from error
    return hashlib.sha256(der).digest().hex(":").upper()


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        advice = "check its name, and that the user who runs the server may read it"
        raise TlsError(f"The TLS {what} in {path} cannot be read ({error.strerror}): {advice}") from error
