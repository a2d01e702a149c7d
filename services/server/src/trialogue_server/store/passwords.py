"""Password hashes: Argon2id.  https://www.rfc-editor.org/rfc/rfc9106

Hashing and verifying take some 20 ms of a core and 19 MiB on purpose: call them in a worker thread, few at a time.
"""

import hmac
import re
import unicodedata
from hashlib import sha256
from typing import NamedTuple

_HASH = re.compile(r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")


class HashCost(NamedTuple):
    """The cost of a hash: MiB, and passes over them.

    The defaults are OWASP's. RFC 9106 recommends 64 MiB for each attempt, and anybody who connects can make some.
    """

    memory: int = 19
    passes: int = 2


_USUAL = HashCost()


def prepare(password: str) -> str:
    """Return a password's canonical form, however the keyboard composes it (PRECIS OpaqueString).

    What the profile does not allow is returned as it is. https://www.rfc-editor.org/rfc/rfc8265#section-4.2
    """
    if password.isascii():
        return password
    from precis_i18n import get_profile  # most passwords do without

    try:
        return str(get_profile("OpaqueString").enforce(password))
    except UnicodeEncodeError:
        return password


def hash_password(password: str, cost: HashCost = _USUAL) -> str:
    """Return the hash of a password: ``$argon2id$…``, with a new salt each time."""
    from argon2 import PasswordHasher  # a server without passwords starts faster

    memory = cost.memory * 1024  # KiB
    return PasswordHasher(time_cost=cost.passes, memory_cost=memory, parallelism=1).hash(_encode(prepare(password)))


def verify(expected: str, password: str) -> bool:
    """Compare with a hash, or with a password in plain text. Nothing matches an empty ``expected``.

    Hashes of earlier versions are of the text as typed, so that is tried too, as it is and decomposed.
    """
    if not is_hash(expected):
        # Digests have one length, so the time tells nothing about that of the password.
        digests = (sha256(_encode(prepare(text))).digest() for text in (expected, password))
        return hmac.compare_digest(*digests) and bool(expected)
    forms = dict.fromkeys((prepare(password), password, unicodedata.normalize("NFD", password)))
    return any(_matches(expected, form) for form in forms)


def _matches(expected: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    try:
        return PasswordHasher().verify(expected, _encode(password))
    except VerificationError:
        return False


def is_hash(text: str) -> bool:
    """Return whether this looks like the output of `hash_password`, whatever its parameters."""
    return _HASH.fullmatch(text) is not None


def _encode(password: str) -> bytes:
    """Encode a password. Clients may send bytes that are not UTF-8; they count as they are."""
    return password.encode("utf-8", "surrogateescape")
