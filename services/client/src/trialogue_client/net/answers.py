"""Reads the answers of servers on the local network.  Datagrams in, servers out; nothing here has a socket.

Anybody on the network may answer, and nobody vouches for any of it. So what is shown is cut to one short printable
line, what is kept is bounded for each answerer and in all, and whatever else is wrong is passed over.
https://www.rfc-editor.org/rfc/rfc6762  https://www.rfc-editor.org/rfc/rfc6763
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from typing import NamedTuple

from zeroconf import DNSAddress, DNSIncoming, DNSOutgoing, DNSPointer, DNSQuestion, DNSService, DNSText

from trialogue_client.address import Endpoint
from trialogue_client.net.nearby_server import NearbyServer, readable

PLAIN_TYPE = "_irc._tcp.local."
SECURE_TYPE = "_ircs._tcp.local."
TYPES = (SECURE_TYPE, PLAIN_TYPE)

MDNS_PORT = 5353
LARGEST = 9000
"""Bytes in a datagram: https://www.rfc-editor.org/rfc/rfc6762#section-17"""

_PTR, _TXT, _SRV, _ANY_ADDRESS, _IN = 12, 16, 33, (1, 28), 1
_ANSWERERS = 64
_SERVERS = 8
"""Of one answerer: nobody shall fill the list alone."""
_ADDRESSES = 8
_ALL = 50
_FINGERPRINT = re.compile("[0-9A-F]{2}(:[0-9A-F]{2}){31}")

Address = IPv4Address | IPv6Address


class LocalLink(NamedTuple):
    """The interface on which an answer came."""

    name: str = ""
    """Link-local addresses are good together with it."""
    networks: tuple[IPv4Network, ...] = ()
    """Which addresses are within reach there."""


_ANYWHERE = LocalLink()


@dataclass(slots=True)
class _Answerer:
    """What one address has told. Records are kept apart by who told them, so that nobody completes another's."""

    names: dict[str, str] = field(default_factory=dict)
    """Name of a service → its type."""
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    addresses: dict[str, list[Address]] = field(default_factory=dict)


class Answers:
    """Collects answers to one question, which has this id (0 to 65535)."""

    def __init__(self, id_: int) -> None:
        self._id = id_
        self._answerers: dict[Address, _Answerer] = {}
        self._told: set[tuple[str, str, int]] = set()

    def question(self) -> bytes:
        """Return the datagram that asks who is there, and for what the answers so far lack."""
        query = DNSOutgoing(0, multicast=False, id_=self._id)
        for kind in TYPES:
            query.add_question(DNSQuestion(kind, _PTR, _IN))
        for name, record in list(self._lacking())[: _SERVERS * 2]:
            query.add_question(DNSQuestion(name, record, _IN))
        return query.packets()[0]

    def receive(self, data: bytes, source: tuple[str, int], link: LocalLink = _ANYWHERE) -> list[NearbyServer]:
        """Return the servers that this datagram completes; the same one is returned once, and encrypted ones first."""
        host, port = source
        message = DNSIncoming(data[:LARGEST])
        if port != MDNS_PORT or not message.valid or not message.is_response() or message.id != self._id:
            return []
        address = ip_address(host.partition("%")[0])
        if address not in self._answerers and len(self._answerers) >= _ANSWERERS:
            return []
        answerer = self._answerers.setdefault(address, _Answerer())
        for record in message.answers():
            _keep(answerer, record)
        return sorted(self._complete(answerer, address, link), key=lambda found: not found.endpoint.tls)

    def _complete(self, answerer: _Answerer, source: Address, link: LocalLink) -> Iterator[NearbyServer]:
        for name, kind in answerer.names.items():
            if name not in answerer.places:
                continue
            machine, port = answerer.places[name]
            host = _host(answerer.addresses.get(machine, []), source, link)
            if not host:
                continue
            found = NearbyServer(
                readable(name.removesuffix(f".{kind}")),
                Endpoint(host, port, tls=kind == SECURE_TYPE),
                _fingerprint(answerer.texts.get(name, b"")),
                readable(machine.removesuffix(".").removesuffix(".local")),
            )
            if found.key not in self._told and len(self._told) < _ALL:
                self._told.add(found.key)
                yield found

    def _lacking(self) -> Iterator[tuple[str, int]]:
        for answerer in self._answerers.values():
            for name in answerer.names:
                if name not in answerer.places:
                    yield from ((name, _SRV), (name, _TXT))
                elif answerer.places[name][0] not in answerer.addresses:
                    yield from ((answerer.places[name][0], kind) for kind in _ANY_ADDRESS)


def _keep(answerer: _Answerer, record: object) -> None:
    match record:
        case DNSPointer(name=kind, alias=name) if kind.lower() in TYPES and name.lower().endswith(f".{kind.lower()}"):
            if len(answerer.names) < _SERVERS and _is_name(name):
                answerer.names.setdefault(name, kind.lower())
        case DNSService(name=name, server=machine, port=port) if _is_ours(name):
            if len(answerer.places) < _SERVERS and port and _is_name(machine):
                answerer.places.setdefault(name, (machine, port))
        case DNSText(name=name, text=text) if _is_ours(name):
            if len(answerer.texts) < _SERVERS:
                answerer.texts.setdefault(name, text)
        case DNSAddress(name=machine, address=packed):
            _keep_address(answerer, machine, packed)


def _keep_address(answerer: _Answerer, machine: str, packed: bytes) -> None:
    if machine not in answerer.addresses and len(answerer.addresses) >= _SERVERS:
        return
    known = answerer.addresses.setdefault(machine, [])
    if len(packed) in (4, 16) and len(known) < _ADDRESSES:
        known.append(ip_address(packed))


def _is_name(name: str) -> bool:
    """Return whether it can be asked for: bytes that are no UTF-8 and dots within a label cannot."""
    return all(0 < len(label.encode()) < 64 for label in name.removesuffix(".").split("."))


def _is_ours(name: str) -> bool:
    return name.lower().endswith(tuple(f".{kind}" for kind in TYPES))


def _host(addresses: list[Address], source: Address, link: LocalLink) -> str:
    """Choose where to connect: to who answered, if that is one of the addresses, as it is within reach.

    A machine may answer for another one; nobody may send us to this machine itself, unless they are on it.
    """
    fit = [one for one in addresses if one == source or not (one.is_loopback or one.is_multicast or one.is_unspecified)]

    def rank(one: Address) -> tuple[bool, bool, bool, int]:
        near = isinstance(one, IPv4Address) and any(one in network for network in link.networks)
        # A link-local address needs the interface's name beside it; people and certificates do without.
        return not (near or one == source), not near and one.is_link_local, one != source, one.version

    best = min(fit, key=rank, default=None)
    if best is None:
        return ""
    return f"{best}%{link.name}" if best.version == 6 and best.is_link_local and link.name else str(best)


def _fingerprint(text: bytes) -> str:
    """Return the fingerprint in a TXT record: strings of ``key=value``, a byte of length in front of each."""
    while text:
        pair, text = text[1 : 1 + text[0]], text[1 + text[0] :]
        key, _, value = pair.partition(b"=")
        if key.lower() == b"sha256":
            print_ = value.decode("ascii", "replace").upper()
            return print_ if _FINGERPRINT.fullmatch(print_) else ""
    return ""
