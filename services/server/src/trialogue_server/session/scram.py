"""SCRAM: proves knowledge of a password that is neither sent nor stored.

https://www.rfc-editor.org/rfc/rfc5802 and https://www.rfc-editor.org/rfc/rfc7677
"""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import NamedTuple

from trialogue_server.session.saslprep import saslprep

HASHES = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
"""The name of the hash in hashlib, by mechanism."""

_FIRST = re.compile(r"(?P<gs2>(?:n|y),(?:a=(?P<acting_for>[^,]*))?,)(?P<bare>n=(?P<name>[^,]+),r=(?P<nonce>[^,]+).*)")
"""The client's first message. A mandatory extension (m=) and channel binding (p=) do not match."""
_FINAL = re.compile(r"(?P<unproved>c=(?P<binding>[^,]*),r=(?P<nonce>[^,]*)(?:,.*)?),p=(?P<proof>[^,]*)", re.DOTALL)
_NAME = re.compile(r"(?:[^=]|=2C|=3D)+")


class ScramError(Exception):
    """The client's message is invalid, or its proof is wrong."""


class Keys(NamedTuple):
    """What is kept of a password."""

    salt: bytes
    stored: bytes
    server: bytes
    iterations: int


def derive(mechanism: str, password: str, salt: bytes, iterations: int) -> Keys:
    """Return what is kept of a password. Slow on purpose. Raises ValueError if it is not usable."""
    name = HASHES[mechanism]
    salted = hashlib.pbkdf2_hmac(name, saslprep(password).encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", name)
    return Keys(salt, hashlib.new(name, client_key).digest(), hmac.digest(salted, b"Server Key", name), iterations)


class ScramServer:
    """One exchange: `first`, then `final`."""

    def __init__(self, mechanism: str, nonce: str) -> None:
        """`nonce` must be new and unknown to anybody."""
        self._hash = HASHES[mechanism]
        self._nonce = nonce
        self._binding = b""
        self._begun = ""
        self._keys = Keys(b"", b"", b"", 0)

    def first(self, word: str, find: Callable[[str], Keys]) -> str:
        """Handle the client's first message and return the server's. `find` returns an account's keys. Raises
        ScramError.
        """
        told = _FIRST.fullmatch(word)
        if told is None or not _NAME.fullmatch(told["name"]) or not told["nonce"].isprintable():
            raise ScramError
        if told["acting_for"] not in (None, "", told["name"]):  # acting for somebody else is not possible
            raise ScramError
        self._keys = find(told["name"].replace("=2C", ",").replace("=3D", "="))
        self._nonce = told["nonce"] + self._nonce
        self._binding = told["gs2"].encode()
        answer = f"r={self._nonce},s={b64encode(self._keys.salt).decode()},i={self._keys.iterations}"
        self._begun = f"{told['bare']},{answer}"
        return answer

    def final(self, word: str) -> str:
        """Check the client's proof and return the server's. Raises ScramError."""
        told = _FINAL.fullmatch(word)
        if told is None or _decoded(told["binding"]) != self._binding or told["nonce"] != self._nonce:
            raise ScramError
        about = f"{self._begun},{told['unproved']}".encode()
        signature, proof = hmac.digest(self._keys.stored, about, self._hash), _decoded(told["proof"])
        if len(proof) != len(signature):
            raise ScramError
        client_key = bytes(one ^ other for one, other in zip(proof, signature, strict=True))
        if not hmac.compare_digest(hashlib.new(self._hash, client_key).digest(), self._keys.stored):
            raise ScramError
        return f"v={b64encode(hmac.digest(self._keys.server, about, self._hash)).decode()}"


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise ScramError from None
