"""Discovers servers on the local network by multicast DNS, asked from a port that the system chooses.

One-shot queries: servers answer to the port from which was asked, so nothing else on this machine is in the way and
nothing needs a right. https://www.rfc-editor.org/rfc/rfc6762#section-5.1
"""

import secrets
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from ipaddress import IPv4Network, ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple

import trio

from trialogue_client.net.nearby_server import NearbyServer

if TYPE_CHECKING:
    from trialogue_client.net.answers import Answers, LocalLink

_GROUP, _GROUP6, _PORT = "224.0.0.251", "ff02::fb", 5353
_HOPS = 255
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 3600.0
"""Seconds between questions, doubled each time: https://www.rfc-editor.org/rfc/rfc6762#section-5.2"""


Discover = Callable[[Callable[[NearbyServer], object]], Awaitable[None]]
"""Tells of servers, once each, until it is cancelled."""


class NetworkInterface(NamedTuple):
    """An address of ours from which to ask."""

    address: str
    interface: int
    """Its number."""
    link: "LocalLink"


class _Asker(NamedTuple):
    sock: trio.socket.SocketType
    group: tuple[str | int, ...]
    link: "LocalLink"


async def discover(
    found: Callable[[NearbyServer], object], places: Callable[[], Sequence[NetworkInterface]] | None = None
) -> None:
    """Tell of each server once, as it answers, until cancelled. Where there is no network, nobody answers.

    The networks are looked at once, at the start.
    """
    answers, from_where = await trio.to_thread.run_sync(_prepare, places)
    with ExitStack() as stack:
        askers = list(_askers(from_where, stack))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_ask, askers, answers)
            for asker in askers:
                nursery.start_soon(_listen, asker, answers, found)


def local_places() -> list[NetworkInterface]:
    """Return an IPv4 address and a link-local IPv6 address of each interface but the loopback one."""
    import ifaddr

    from trialogue_client.net.answers import LocalLink

    places = []
    for adapter in ifaddr.get_adapters():
        fours = [(each.ip, each.network_prefix) for each in adapter.ips if isinstance(each.ip, str)]
        sixes = [each.ip[0] for each in adapter.ips if not isinstance(each.ip, str)]
        networks = tuple(_network(ip, prefix) for ip, prefix in fours)
        # Windows knows interfaces by their numbers in addresses.
        link = LocalLink(str(adapter.index) if sys.platform == "win32" else adapter.name, networks)
        wanted = [ip for ip, _ in fours] + [ip for ip in sixes if ip_address(ip).is_link_local]
        places += [NetworkInterface(ip, adapter.index or 0, link) for ip in wanted if not ip_address(ip).is_loopback]
    return places


def _network(ip: str, prefix: int) -> IPv4Network:
    network = ip_network(f"{ip}/{prefix}", strict=False)
    assert isinstance(network, IPv4Network)
    return network


def _prepare(places: Callable[[], Sequence[NetworkInterface]] | None) -> tuple["Answers", Sequence[NetworkInterface]]:
    """Load what takes a while to load, and look at the interfaces, which may block."""
    from trialogue_client.net.answers import Answers

    try:
        return Answers(secrets.randbelow(2**16)), (places or local_places)()
    except OSError:
        return Answers(0), []


def _askers(places: Sequence[NetworkInterface], stack: ExitStack) -> Iterator[_Asker]:
    for place in places:
        with suppress(OSError):  # an interface that is down, or knows no multicast
            sock, group = _open(place)
            yield _Asker(stack.enter_context(sock), group, place.link)


def _open(place: NetworkInterface) -> tuple[trio.socket.SocketType, tuple[str | int, ...]]:
    six = ":" in place.address
    sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if six:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, struct.pack("@I", place.interface))
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, _HOPS)
            sock.bind((place.address, 0, 0, place.interface))
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(place.address))
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, _HOPS)
            sock.bind((place.address, 0))
    except BaseException:
        sock.close()
        raise
    group = (_GROUP6, _PORT, 0, place.interface) if six else (_GROUP, _PORT)
    return trio.socket.from_stdlib_socket(sock), group


async def _ask(askers: Sequence[_Asker], answers: "Answers") -> None:
    pause = _FIRST_PAUSE
    while True:
        for asker in askers:
            with suppress(OSError):
                await asker.sock.sendto(answers.question(), asker.group)
        await trio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _listen(asker: _Asker, answers: "Answers", found: Callable[[NearbyServer], object]) -> None:
    from trialogue_client.net.answers import LARGEST

    while True:
        try:
            data, source = await asker.sock.recvfrom(LARGEST)
        except OSError:  # the interface has gone, or an answer to us came back: others may still come
            await trio.sleep(_FIRST_PAUSE)
            continue
        for server in answers.receive(data, source[:2], asker.link):
            found(server)
