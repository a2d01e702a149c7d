"""What the local network hears of a server that listens here or there."""

from __future__ import annotations

from ipaddress import ip_address
from socket import AF_INET, SOCK_STREAM, socket

import pytest

from trialogue_server.net.mdns_offers import (
    PLAIN_TYPE,
    SECURE_TYPE,
    Identity,
    Interface,
    ListenAddress,
    instance_name,
    make_offer,
    places,
)

IDENTITY = Identity("Garden", "chat.garden.example", "Trialogue-1", "AB:CD")
LAN = Interface(2, (ip_address("10.0.0.5"), ip_address("fe80::5")))
WIFI = Interface(3, (ip_address("192.168.1.5"),))


def listening(*hosts: str, port: int = 6667) -> list[ListenAddress]:
    return [ListenAddress(ip_address(host), port) for host in hosts]


def test_what_listens_everywhere_is_offered_with_every_address() -> None:
    offer = make_offer(IDENTITY, listening("0.0.0.0", "::"), listening("::", port=6697), [LAN, WIFI])
    assert offer is not None
    secure, plain = offer.services
    assert (plain.type, plain.port, plain.addresses) == (PLAIN_TYPE, 6667, ("10.0.0.5", "fe80::5", "192.168.1.5"))
    assert (secure.type, secure.port, secure.addresses) == (SECURE_TYPE, 6697, ("fe80::5",))
    assert offer.interfaces == ("10.0.0.5", 2, "192.168.1.5")


def test_what_listens_on_one_address_is_offered_there_alone() -> None:
    offer = make_offer(IDENTITY, listening("192.168.1.5"), [], [LAN, WIFI])
    assert offer is not None
    assert offer.interfaces == ("192.168.1.5",)
    assert [service.addresses for service in offer.services] == [("192.168.1.5",)]


def test_only_the_encrypted_port_tells_a_fingerprint() -> None:
    offer = make_offer(IDENTITY, listening("0.0.0.0"), listening("0.0.0.0", port=6697), [WIFI])
    assert offer is not None
    secure, plain = (dict(service.properties) for service in offer.services)
    assert plain == {"txtvers": "1", "tls": "0", "server": "chat.garden.example", "version": "Trialogue-1"}
    assert secure == plain | {"tls": "1", "sha256": "AB:CD"}


def test_nothing_is_offered_where_nobody_can_reach_it() -> None:
    assert make_offer(IDENTITY, listening("127.0.0.1", "::1"), [], [LAN, WIFI]) is None
    assert make_offer(IDENTITY, listening("0.0.0.0"), [], []) is None


@pytest.mark.parametrize(
    ("addresses", "local"),
    [
        (("192.168.1.5", "2a01:db9::1", "fe80::1"), True),
        (("fe80::1",), True),
        (("169.254.3.4",), True),
        (("8.8.4.4", "fe80::1"), False),
        (("10.0.0.5", "8.8.4.4"), False),
        (("127.0.0.1", "::1"), False),
    ],
)
def test_the_internet_is_no_local_network(addresses: tuple[str, ...], local: bool) -> None:
    assert Interface(1, tuple(map(ip_address, addresses))).is_local is local


def test_a_place_is_where_a_socket_listens() -> None:
    with socket(AF_INET, SOCK_STREAM) as sock:
        sock.bind(("127.0.0.1", 0))
        assert places([sock]) == [ListenAddress(ip_address("127.0.0.1"), sock.getsockname()[1])]


@pytest.mark.parametrize(
    ("network", "name"),
    [
        ("Garden", "Garden"),
        ("chat.garden.example", "chat-garden-example"),
        (" Our   little garden ", "Our little garden"),
        ("…" * 30, "…" * 19),
        (" ", "Trialogue"),
    ],
)
def test_a_networks_name_becomes_one_label(network: str, name: str) -> None:
    """DNS-SD: "The <Instance> portion of the Service Instance Name is … a single DNS label of up to 63 octets".

    https://www.rfc-editor.org/rfc/rfc6763#section-4.1.1
    """
    assert instance_name(network) == name
