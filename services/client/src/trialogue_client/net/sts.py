"""Keeps which hosts are only reached by TLS.  https://ircv3.net/specs/extensions/sts

A file, ``host port until`` a line each; `until` in seconds since 1970 by the wall clock, as it outlives the process.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from trialogue_client.address import Endpoint
from trialogue_client.core.connection import DialError
from trialogue_client.unreadable import reason

_HEADER = "# Servers that are only reached by TLS: host, port, until when (seconds since 1970).\n"
_FOREVER = 100 * 366 * 86_400


class Policies:
    """The policies that servers have announced. The file is read each time: two clients may share it."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._sent: dict[str, int] = {}
        """The port to which a server has just sent us; it lasts when that port says so too."""

    def apply(self, endpoint: Endpoint) -> Endpoint:
        """Return where to connect to. Raises DialError if the file cannot be read: then nobody knows."""
        if endpoint.tls:
            return endpoint
        port = self._sent.get(endpoint.host.lower())
        if port is None:
            port, until = self._read().get(endpoint.host.lower(), (0, 0))
            if until <= self._clock():
                return endpoint
        return replace(endpoint, tls=True, port=port)

    def require(self, endpoint: Endpoint, port: int) -> None:
        """Come to this host by TLS from now on, at this port."""
        self._sent[endpoint.host.lower()] = port

    def trust(self, endpoint: Endpoint, duration: int) -> None:
        """Do so for this many seconds more, in later runs too; for 0, not any more."""
        host = endpoint.host.lower()
        policies = self._read()
        policies.pop(host, None)
        self._sent.pop(host, None)
        if duration:
            policies[host] = (endpoint.port, int(self._clock()) + min(duration, _FOREVER))
            self._sent[host] = endpoint.port
        with contextlib.suppress(OSError):  # Where nothing can be kept, it holds for this run.
            self._write(policies)

    def _read(self) -> dict[str, tuple[int, int]]:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
            words = [line.split() for line in lines if line.strip() and not line.startswith("#")]
            return {host: (int(port), int(until)) for host, port, until in words}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else "is not understood"
            raise DialError(
                f"{self._path}, which says to which servers one only comes by TLS, {why}: mend or remove it."
            ) from error

    def _write(self, policies: dict[str, tuple[int, int]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = _HEADER + "".join(f"{host} {port} {until}\n" for host, (port, until) in sorted(policies.items()))
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(self._path)
