"""The TLS context: certificate and key from files, which can be reloaded while the server runs."""

import hashlib
import socket
import ssl
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL, crypto

from trialogue_server.config.unreadable import reason
from trialogue_server.net.ciphers import aes_is_quick, tls12_ciphers, tls13_suites
from trialogue_server.net.listen import ListenError
from trialogue_server.net.tls_transport import TlsTransport
from trialogue_server.net.transport import Transport

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"

_HTTP = b"http/1.1"
"""The application protocol that browsers and we agree on.  https://www.rfc-editor.org/rfc/rfc7301#section-3.2"""

_PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey

_REASONS = {
    "no certificate assigned": "the key in {key} is not the one of the certificate in {certificate}: name the pair",
    "key values mismatch": "the key in {key} is not the one of the certificate in {certificate}: name the pair",
    "key type mismatch": "the key in {key} is not the one of the certificate in {certificate}: name the pair",
    "ee key too small": "the key in {key} is too short to be safe: make a new one, for example with ECDSA P-256",
    "ca md too weak": "the certificate in {certificate} is signed in a way that is not safe: have a new one made",
}


class TlsError(ListenError):
    """TLS cannot be served. The text is one plain sentence that says what to do."""


class TlsContext:
    """The certificate and settings for new connections; `reload` changes them for later ones."""

    def __init__(self, certificate: Path, key: Path, *, client_certificates: bool = False) -> None:
        """Load a PEM certificate (with its chain) and key, which may be one file. Raises TlsError.

        `client_certificates` requests certificates from clients, and accepts any.
        """
        self._files = certificate, key
        self._asks = client_certificates
        self.reload()

    def reload(self) -> None:
        """Read the files again. Raises TlsError, and then keeps what was loaded before."""
        fingerprint = _fingerprint(self._files[0])
        self._context, self._web_context = (_load(*self._files, asks=asks) for asks in (self._asks, False))
        self._web_context.set_alpn_select_callback(
            lambda _, offered: _HTTP if _HTTP in offered else SSL.NO_OVERLAPPING_PROTOCOLS
        )
        self.fingerprint_sha256 = fingerprint

    def transport(self, sock: socket.socket) -> Transport:
        """Return the server's end of TLS over a non-blocking socket, before the handshake."""
        return _accepting(self._context, sock)

    def web_transport(self, sock: socket.socket) -> Transport:
        """Return the same for HTTP. No client certificate is requested: Chromium ends WebSocket where one is."""
        return _accepting(self._web_context, sock)


def _accepting(context: SSL.Context, sock: socket.socket) -> Transport:
    tls = SSL.Connection(context, sock)
    tls.set_accept_state()
    return TlsTransport(tls, sock)


def _load(certificate: Path, key: Path, *, asks: bool) -> SSL.Context:
    context = _new_context(asks=asks)
    try:
        context.use_certificate_chain_file(certificate)
        context.use_privatekey(_private_key(certificate, key))
        context.check_privatekey()
    except SSL.Error as error:
        raise TlsError(_explain(_reason(error), certificate, key)) from error
    return context


def _private_key(certificate: Path, key: Path) -> _PrivateKey:
    """Load the private key without a passphrase prompt, which would stop the server on a terminal."""
    try:
        found = load_pem_private_key(_read(key, "key").encode(), None)
    except TypeError as error:
        raise TlsError(
            f"The key in {key} has a passphrase, which nobody can type at a server's start: "
            f"store it without one, for example with openssl pkey -in {key} -out new.pem"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TlsError(_explain("unreadable", certificate, key)) from error
    if not isinstance(found, _PrivateKey):
        raise TlsError(_explain("of another kind", certificate, key))
    return found


def _new_context(*, asks: bool) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    # A client could ask for one handshake after the other over the same connection: much work for few bytes.
    context.set_options(SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)  # an idle connection needs none, and they are 34 KiB
    aes_first = aes_is_quick()
    context.set_cipher_list(tls12_ciphers(aes_first=aes_first))
    context.set_tls13_ciphersuites(tls13_suites(aes_first=aes_first))
    context.set_session_id(b"trialogue")  # without one, clients that resume a session are refused
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    if asks:
        context.set_verify(SSL.VERIFY_PEER, _accept)
    return context


def _accept(_connection: SSL.Connection, _certificate: crypto.X509, _error: int, _depth: int, _ok: int) -> bool:
    """Accept any certificate: what counts is its fingerprint, and the handshake proves who has its key."""
    return True


def _reason(error: SSL.Error) -> str:
    """Return OpenSSL's words for an error."""
    [errors] = error.args or [[]]
    return str(errors[-1][2]) if errors else "unreadable"


def _explain(reason: str, certificate: Path, key: Path) -> str:
    words = _REASONS.get(reason, "{certificate} and {key} cannot be used as a PEM certificate and its key")
    text = words.format(certificate=certificate, key=key)
    return text[:1].upper() + text[1:] + ("" if reason in _REASONS else f" ({reason})")


def _fingerprint(certificate: Path) -> str:
    """Return the SHA-256 fingerprint of the server's certificate as ``AB:CD:…``, as clients show it."""
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
        raise TlsError(f"The TLS {what} {path} {reason(error)}") from error
