"""The ciphers that TLS offers, the quickest on this machine first."""

import time
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

_SAMPLE: Final = bytes(16384)
_TRIES: Final = 5


def tls13_suites(*, aes_first: bool) -> bytes:
    """Return the suites of TLS 1.3, the preferred one first.  https://www.rfc-editor.org/rfc/rfc8446#appendix-B.4"""
    aes, chacha = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"], ["TLS_CHACHA20_POLY1305_SHA256"]
    return ":".join(aes + chacha if aes_first else chacha + aes).encode()


def tls12_ciphers(*, aes_first: bool) -> bytes:
    """Return OpenSSL's list for TLS 1.2, as Python has it: forward secrecy, and no cipher that is known to be weak."""
    best = "ECDH+AESGCM:ECDH+CHACHA20" if aes_first else "ECDH+CHACHA20:ECDH+AESGCM"
    return f"@SECLEVEL=2:{best}:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM".encode()


def aes_is_quick() -> bool:
    """Return whether this processor has AES instructions. Without them (a Raspberry Pi 4) AES is ten times slower than
    ChaCha20.

    It is measured, in less than a millisecond, since each system reports it in another way.
    """
    return _seconds(AESGCM(bytes(32))) < _seconds(ChaCha20Poly1305(bytes(32)))


def _seconds(cipher: AESGCM | ChaCha20Poly1305) -> float:
    """Return the least of several durations, when nothing else is going on."""
    took = []
    for _ in range(_TRIES):
        start = time.perf_counter()
        cipher.encrypt(bytes(12), _SAMPLE, None)
        took.append(time.perf_counter() - start)
    return min(took)
