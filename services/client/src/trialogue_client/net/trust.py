"""Whose certificates have we met before? The known-hosts file: ``host:port sha256:AB:CD:…``, a line each.

Where the system's authorities vouched for a server, its line is ``host:port authorities``: from then on they have to.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

AUTHORITIES = "authorities"
"""What is expected of a server for which the system's authorities have vouched."""

_HEADER = "# Certificates that trialogue-client met and now expects: host:port, SHA-256 fingerprint.\n"


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate (DER), as servers print it: ``AB:CD:…``."""
    return hashlib.sha256(certificate).digest().hex(":").upper()


class KnownHosts:
    """The file of pinned certificates. It is read each time: two clients may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, address: str) -> str | None:
        """Return what is expected of ``host:port``: a fingerprint, `AUTHORITIES`, or None for nothing yet.

        Raises OSError if the file cannot be read.
        """
        return self._read().get(address.lower())

    def pin(self, address: str, print_: str) -> None:
        """Expect this fingerprint, or `AUTHORITIES`, from now on. Raises OSError if it cannot be written."""
        self._write(self._read() | {address.lower(): print_})

    def _read(self) -> dict[str, str]:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        words = (line.split() for line in lines if not line.startswith("#"))
        return {pair[0].lower(): pair[1].removeprefix("sha256:") for pair in words if len(pair) == 2}

    def _write(self, pins: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = _HEADER + "".join(f"{address} {_written(print_)}\n" for address, print_ in sorted(pins.items()))
        # Written aside and moved over: a crash half-way must not leave a file that trusts nobody, or half of one.
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise


def _written(expected: str) -> str:
    return expected if expected == AUTHORITIES else f"sha256:{expected}"
