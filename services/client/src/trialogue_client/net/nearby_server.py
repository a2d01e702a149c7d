"""Servers on the local network, as they say themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from trialogue_client.address import Endpoint

_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class NearbyServer:
    """A server that answered. Nobody vouches for any of this."""

    name: str
    endpoint: Endpoint
    fingerprint: str = ""
    """The SHA-256 of its certificate, ``AB:CD:…``: a hint, as whoever lies announces their own."""
    machine: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """The same for the same server, from wherever it answers."""
        return self.name, self.machine, self.endpoint.port

    def __str__(self) -> str:
        return f"{self.name}  {self.endpoint}{' (TLS)' if self.endpoint.tls else ''}"


def offered(found: Iterable[NearbyServer]) -> list[NearbyServer]:
    """Return what to offer to people: of a server that takes both, the encrypted port alone."""
    everything = list(found)
    secure = {(one.name, one.machine) for one in everything if one.endpoint.tls}
    return [one for one in everything if one.endpoint.tls or (one.name, one.machine) not in secure]


def readable(text: str) -> str:
    """Return what can be shown of a stranger's text: one short line without control characters or escapes."""
    short = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return f"{short[: _NAME_LENGTH - 1]}…" if len(short) > _NAME_LENGTH else short or "(no name)"
