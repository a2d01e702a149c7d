"""Host cloaking: others see a keyed hash of the address, and bans work all the same."""

import pytest

from tests.support.irc import Irc
from trialogue_server.world.cloak import cloaked


@pytest.fixture
def irc() -> Irc:
    return Irc(server={"cloak": True}, operators=[{"name": "root", "password": "secret"}])


def test_parts_of_an_address_have_hashes_of_their_own() -> None:
    one, neighbour, other = (cloaked(address, "key") for address in ("192.0.2.1", "192.0.2.9", "192.0.77.1"))
    assert one.split(".")[1:] == neighbour.split(".")[1:]
    assert one.split(".")[2:] == other.split(".")[2:]
    assert one.split(".")[1] != other.split(".")[1]
    assert len({one, neighbour, other}) == 3


def test_ipv6_is_hashed_by_household_and_site() -> None:
    one, same_home, same_site = (
        cloaked(address, "key") for address in ("2001:db8:1:2::3", "2001:db8:1:2:9::9", "2001:db8:1:7::3")
    )
    assert one.split(".")[1:] == same_home.split(".")[1:]
    assert one.split(".")[2:] == same_site.split(".")[2:]
    assert one.split(".")[1] != same_site.split(".")[1]


def test_another_key_gives_another_host() -> None:
    assert cloaked("192.0.2.1", "key") != cloaked("192.0.2.1", "other")
    assert cloaked("192.0.2.1", "key") == cloaked("::ffff:192.0.2.1", "key")


def test_nobody_sees_the_address_but_operators(irc: Irc) -> None:
    alice, bob = irc.connect("alice", address="192.0.2.1"), irc.connect("bob")
    for client in (alice, bob):
        client.send("JOIN #den")
    bob.read()
    alice.send("PRIVMSG #den :hi")
    told = bob.lines()
    told += [str(message) for message in bob.ask("WHOIS alice", "WHO #den", "WHO #den %iha", "USERHOST alice")]
    alice.send("QUIT")
    told += [str(message) for message in bob.ask("WHOWAS alice")]
    assert "192.0.2.1" not in "".join(told)
    assert f"alice!alice@{cloaked('192.0.2.1', irc.core.cloak_key)}" in "".join(told)


def test_operators_see_the_address(irc: Irc) -> None:
    """ "Sent as a reply to the WHOIS and WHOWAS commands, this numeric shows details about the client with the nickname
    <nick>."  https://modern.ircdocs.horse/#rplwhoisactually-338
    """
    irc.connect("alice", address="192.0.2.1")
    oper = irc.connect("oper")
    oper.send("OPER root secret")
    (actually,) = [message for message in oper.ask("WHOIS alice") if message.command == "338"]
    assert "192.0.2.1" in actually.params


@pytest.mark.parametrize("mask", ["*!*@192.0.2.*", "*!*@{network}"])
def test_channel_bans_by_the_address_and_by_the_shown_network_work(irc: Irc, mask: str) -> None:
    alice, bob = irc.connect("alice"), irc.connect("bob", address="192.0.2.1")
    neighbours = "*." + cloaked("192.0.2.77", irc.core.cloak_key).partition(".")[2]
    alice.send("JOIN #den", f"MODE #den +b {mask.format(network=neighbours)}")
    assert bob.ask("JOIN #den")[0].command == "474"


def test_server_bans_by_the_shown_host_work(irc: Irc) -> None:
    oper = irc.connect("oper")
    oper.send("OPER root secret", f"KLINE *@{cloaked('192.0.2.1', irc.core.cloak_key)}")
    bob = irc.open(address="192.0.2.1")
    bob.send("NICK bob", "USER bob 0 * :Bob")
    assert [message.command for message in bob.read()] == ["465", "ERROR"]
