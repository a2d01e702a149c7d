"""Keeps the certificates that we have met before, in the known-hosts file: ``host:port sha256:AB:CD:…``, a line each.

Where the system's authorities vouched for a server, its line is ``host:port authorities``: from then on they have to.
"""

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

AUTHORITIES = "authorities"
"""What is expected of a server for which the system's authorities have vouched."""

_FINGERPRINT = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2})*")
_HEADER = "# Certificates that trialogue-client met and now expects: host:port, SHA-256 fingerprint."


class UnknownLineError(Exception):
    """A line says something of a server that is not understood."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate (DER), as servers print it: ``AB:CD:…``."""
    return hashlib.sha256(certificate).digest().hex(":").upper()


class KnownHosts:
    """The file of pinned certificates. It is read each time: two clients may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, address: str) -> str | None:
        """Return what is expected of ``host:port``: a fingerprint, `AUTHORITIES`, or None for nothing yet.

        Raises OSError if the file cannot be read, and UnknownLineError if what it says of this server makes no sense:
        to go on would be to trust whoever answers.
        """
        expected = None
        for number, line in enumerate(self._lines(), start=1):
            if _address_of(line) == address.lower():
                expected = _expected(line)
                if expected is None:
                    raise UnknownLineError(number)
        return expected

    def pin(self, address: str, print_: str) -> None:
        """Expect this fingerprint, or `AUTHORITIES`, from now on; all other lines stay as they are.

        Raises OSError if it cannot be written.
        """
        kept = [line for line in self._lines() if _address_of(line) != address.lower()]
        self._write([*(kept or [_HEADER]), f"{address.lower()} {_written(print_)}"])

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8-sig").splitlines()
        except FileNotFoundError:
            return []

    def _write(self, lines: list[str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = "".join(f"{line}\n" for line in lines)
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


def _address_of(line: str) -> str:
    """Return which server a line is about; "" for none."""
    words = line.split()
    return words[0].lower() if words and not words[0].startswith("#") else ""


def _expected(line: str) -> str | None:
    words = line.split()
    if len(words) != 2:
        return None
    word = words[1]
    if word == AUTHORITIES:
        return word
    print_ = word.removeprefix("sha256:").upper()
    return print_ if _FINGERPRINT.fullmatch(print_) else None
