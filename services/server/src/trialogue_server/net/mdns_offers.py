"""What is announced on the local network: names, ports and addresses, from the listening sockets.

DNS-SD: https://www.rfc-editor.org/rfc/rfc6763
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import socket
from typing import NamedTuple

PLAIN_TYPE = "_irc._tcp.local."
SECURE_TYPE = "_ircs._tcp.local."

_LONGEST_NAME = 59
"""Bytes. A label has 63, and a name that is taken gets a number."""

Address = IPv4Address | IPv6Address


class Interface(NamedTuple):
    """A network that this machine is on."""

    number: int
    addresses: tuple[Address, ...]

    @property
    def is_local(self) -> bool:
        """Whether it is the network of a home, an office or a venue.

        A public IPv4 address is the Internet: nobody there looks for us, and whoever can ask from afar could have our
        answers sent to others. Public IPv6 addresses are usual at home too.
        """
        fours = [address for address in self.addresses if address.version == 4]
        return not any(address.is_loopback for address in self.addresses) and not any(four.is_global for four in fours)


class ListenAddress(NamedTuple):
    """An address that the server listens on."""

    host: Address
    port: int


class MdnsService(NamedTuple):
    """One announced port."""

    type: str
    port: int
    addresses: tuple[str, ...]
    properties: tuple[tuple[str, str], ...]
    """The TXT record: all of it is public, and none of it is authenticated."""


class Offer(NamedTuple):
    """Everything that is announced."""

    name: str
    services: tuple[MdnsService, ...]
    interfaces: tuple[str | int, ...]
    """Where: an IPv4 address, or an interface's number for IPv6."""


class Identity(NamedTuple):
    """The identity that is announced."""

    network: str
    server: str
    version: str
    fingerprint: str
    """The SHA-256 fingerprint of our certificate, ``AB:CD:…``; "" without TLS."""


def make_offer(
    identity: Identity, plain: Sequence[ListenAddress], secure: Sequence[ListenAddress], interfaces: Sequence[Interface]
) -> Offer | None:
    """Return what is announced on these networks; None if nobody there can reach us.

    All places of a kind have the same port. The encrypted one comes first, so that nobody finds the other one alone.
    """
    services, seen = [], set()
    for kind, listening in ((SECURE_TYPE, secure), (PLAIN_TYPE, plain)):
        heard = [address for one in interfaces for address in one.addresses if _listens(listening, address)]
        if heard:
            texts = tuple(map(str, heard))
            services.append(MdnsService(kind, listening[0].port, texts, _properties(kind, identity)))
            seen.update(heard)
    if not services:
        return None
    return Offer(instance_name(identity.network), tuple(services), tuple(_where(interfaces, seen)))


def places(sockets: Iterable[socket]) -> list[ListenAddress]:
    """Return the addresses that these sockets listen on."""
    names = (sock.getsockname() for sock in sockets)
    return [ListenAddress(ip_address(name[0].partition("%")[0]), name[1]) for name in names]


def instance_name(network: str) -> str:
    """Return the network's name as an instance name: one label, without the dots at which names are split."""
    name = " ".join(network.replace(".", "-").split()) or "Trialogue"
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _properties(kind: str, identity: Identity) -> tuple[tuple[str, str], ...]:
    tls = kind == SECURE_TYPE
    given = {
        "txtvers": "1",
        "tls": "1" if tls else "0",
        "server": identity.server,
        "version": identity.version,
        "sha256": identity.fingerprint if tls else "",
    }
    return tuple((key, value) for key, value in given.items() if value)


def _listens(listening: Sequence[ListenAddress], address: Address) -> bool:
    hosts = (place.host for place in listening)
    return any(host == address or (host.is_unspecified and host.version == address.version) for host in hosts)


def _where(interfaces: Sequence[Interface], heard: set[Address]) -> Iterable[str | int]:
    for interface in interfaces:
        mine = [address for address in interface.addresses if address in heard]
        yield from (str(address) for address in mine if address.version == 4)
        if any(address.version == 6 for address in mine):
            yield interface.number
