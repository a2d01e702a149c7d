"""SASL mechanisms: each a small dialogue that proves who we are.

https://www.rfc-editor.org/rfc/rfc4616 (PLAIN), https://www.rfc-editor.org/rfc/rfc5802 and
https://www.rfc-editor.org/rfc/rfc7677 (SCRAM), https://www.rfc-editor.org/rfc/rfc4422#appendix-A (EXTERNAL)
"""

import hashlib
import hmac
import stringprep
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

_FEWEST, _MOST = 4096, 2_000_000
"""Rounds of hashing: below, the password is badly guarded (RFC 7677); above, somebody wants us to stand still."""
_FORBIDDEN: tuple[Callable[[str], bool], ...] = (
    stringprep.in_table_a1, stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3,
    stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7,
    stringprep.in_table_c8, stringprep.in_table_c9,
)  # fmt: skip


class SaslError(Exception):
    """We cannot go on; the text is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What we log in with: a password, or (`certificate`) the client certificate of the encrypted connection."""

    account: str
    password: str = field(default="", repr=False)
    certificate: bool = False


class Mechanism(Protocol):
    """One dialogue, from the server's point of view begun by its empty word."""

    def answer(self, challenge: bytes) -> bytes:
        """Return what to say to this. Raises SaslError."""

    def must_be_done(self) -> None:
        """Be content with the server's word that we are in, or raise SaslError."""


class Plain:
    """The password as it is."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def answer(self, _: bytes) -> bytes:
        """Return account and password."""
        return f"\0{self._credentials.account}\0{self._credentials.password}".encode()

    def must_be_done(self) -> None:
        """Be content: this mechanism proves nothing about the server."""


class External:
    """The certificate that the server has seen already."""

    def answer(self, _: bytes) -> bytes:
        """Return nothing: whose certificate it is, the server knows."""
        return b""

    def must_be_done(self) -> None:
        """Be content: TLS has proved who the server is."""


class Scram:
    """A proof that we know the password, and that the server knows it too; it never goes over the wire."""

    def __init__(self, credentials: Credentials, algorithm: str, nonce: str) -> None:
        """`nonce` must be new and unknown to anybody; `algorithm` is hashlib's name."""
        account = prepare(credentials.account).replace("=", "=3D").replace(",", "=2C")
        self._password = prepare(credentials.password).encode()
        self._algorithm = algorithm
        self._nonce = nonce
        self._first = f"n={account},r={nonce}"
        self._expected = b""
        self._steps = iter((self._open, self._prove, self._check))
        self._done = False

    def answer(self, challenge: bytes) -> bytes:
        """Go one step on."""
        step = next(self._steps, None)
        if step is None:
            raise SaslError("The server goes on asking after everything was said")
        return step(challenge)

    def must_be_done(self) -> None:
        """Be content only with a server that has proved that it knows the password."""
        if not self._done:
            raise SaslError("The server has not proved that it is the one that knows this account")

    def _open(self, _: bytes) -> bytes:
        return f"n,,{self._first}".encode()

    def _prove(self, challenge: bytes) -> bytes:
        first = challenge.decode(errors="replace")
        nonce, salt, rounds = _read_first(first)
        if not nonce.startswith(self._nonce) or len(nonce) == len(self._nonce):
            raise SaslError("The server's answer does not belong to our question")
        last = f"c={b64encode(b'n,,').decode()},r={nonce}"
        about = ",".join((self._first, first, last)).encode()
        salted = hashlib.pbkdf2_hmac(self._algorithm, self._password, salt, rounds)
        client_key = self._mac(salted, b"Client Key")
        signature = self._mac(hashlib.new(self._algorithm, client_key).digest(), about)
        proof = bytes(key ^ sign for key, sign in zip(client_key, signature, strict=True))
        self._expected = self._mac(self._mac(salted, b"Server Key"), about)
        return f"{last},p={b64encode(proof).decode()}".encode()

    def _check(self, challenge: bytes) -> bytes:
        shown = challenge.decode(errors="replace")
        if not hmac.compare_digest(f"v={b64encode(self._expected).decode()}".encode(), shown.encode()):
            raise SaslError("The server could not prove that it is the one that knows this account")
        self._done = True
        return b""

    def _mac(self, key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, self._algorithm).digest()


def _read_first(text: str) -> tuple[str, bytes, int]:
    fields = dict(part.split("=", 1) for part in text.split(",") if "=" in part)
    try:
        nonce, salt, rounds = fields["r"], b64decode(fields["s"], validate=True), int(fields["i"])
    except (KeyError, ValueError):
        raise SaslError("The server's answer makes no sense") from None
    if not _FEWEST <= rounds <= _MOST:
        raise SaslError(f"The server asks for {rounds} rounds of hashing, which is no safe number")
    return nonce, salt, rounds


def prepare(text: str) -> str:
    """Write what looks the same in the same way (SASLprep). Raises SaslError.

    https://www.rfc-editor.org/rfc/rfc4013
    """
    if text.isascii() and text.isprintable():
        return text
    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char)
    )
    made = unicodedata.normalize("NFKC", mapped)
    if any(forbidden(char) for char in made for forbidden in _FORBIDDEN):
        raise SaslError("There is a character in the name or the password that may not be used there")
    return made
