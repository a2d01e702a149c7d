"""Host cloaking: others see a keyed hash of the address, and bans work all the same."""

import pytest

from tests.support.irc import Irc
from tests.support.services import PASSWORD, chanserv, member
from trialogue_server.store.database import Database
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
    assert f"alice!alice@{cloaked('192.0.2.1', irc.core.instance.cloak_key)}" in "".join(told)


def test_operators_see_the_address(irc: Irc) -> None:
    """ "Sent as a reply to the WHOIS and WHOWAS commands, this numeric shows details about the client with the nickname
    <nick>."  https://modern.ircdocs.horse/#rplwhoisactually-338
    """
    irc.connect("alice", address="192.0.2.1")
    oper = irc.connect("oper")
    oper.send("OPER root secret")
    (actually,) = [message for message in oper.ask("WHOIS alice") if message.command == "338"]
    assert "192.0.2.1" in actually.params


def test_channel_bans_by_the_shown_network_work(irc: Irc) -> None:
    alice, bob = irc.connect("alice"), irc.connect("bob", address="192.0.2.1")
    neighbours = "*." + cloaked("192.0.2.77", irc.core.instance.cloak_key).partition(".")[2]
    alice.send("JOIN #den", f"MODE #den +b *!*@{neighbours}")
    assert bob.ask("JOIN #den")[0].command == "474"


MASKS = ["*!*@192.0.2.*", "*!*@192.0.2.1", "~m:*!*@192.*", "*!bob@*2.1"]


@pytest.mark.parametrize("mask", MASKS)
def test_no_mask_of_a_channel_s_operator_finds_an_address_out(irc: Irc, mask: str) -> None:
    """Whether it matches shows in whether somebody may enter or speak: by halves, any address in sixty-one steps."""
    alice, bob = irc.connect("alice"), irc.connect("bob", address="192.0.2.1")
    alice.send("JOIN #den", f"MODE #den +b {mask}")
    assert bob.ask("JOIN #den")[0].command == "JOIN"
    assert bob.ask("PRIVMSG #den :hi") == []
    bob.send("PART #den")
    alice.send(f"MODE #den -b {mask}", "MODE #den +i", f"MODE #den +I {mask}")
    assert bob.ask("JOIN #den")[0].command == "473"
    alice.send("MODE #den -i", "MODE #den +b bob!*@*", f"MODE #den +e {mask}")
    assert bob.ask("JOIN #den")[0].command == "474"


@pytest.mark.parametrize("mask", MASKS[:2])
def test_nor_does_akick_nor_what_chanserv_unbans(irc: Irc, mask: str) -> None:
    alice, bob = member(irc, "alice"), member(irc, "bob")
    bob.send("QUIT")
    bob = irc.connect("bob2", address="192.0.2.1")
    bob.send(f"NS IDENTIFY bob {PASSWORD}")
    alice.send("JOIN #den", "CS REGISTER #den", f"CS AKICK #den ADD {mask}")
    assert bob.ask("JOIN #den")[0].command == "JOIN"
    alice.send("CS ACCESS #den ADD bob op", f"MODE #den +b {mask}")
    assert chanserv(bob, "UNBAN #den") == ["0 bans are removed from #den"]


def test_what_an_operator_of_the_server_sets_means_addresses_too(irc: Irc, database: Database) -> None:
    """They see them anyway. That it was one of them is kept with the entry."""
    irc = Irc(server={"cloak": True}, operators=[{"name": "root", "password": "secret"}], database=database)
    alice, bob = member(irc, "alice"), irc.connect("bob", address="192.0.2.1")
    oper = irc.connect("oper")
    oper.send("OPER root secret")
    alice.send("JOIN #den", "CS REGISTER #den")
    oper.send("MODE #den +b *!*@192.0.2.*")
    assert bob.ask("JOIN #den")[0].command == "474"
    irc.flush()
    again = Irc(server={"cloak": True}, database=database)
    assert again.connect("bob", address="192.0.2.1").ask("JOIN #den")[0].command == "474"
    assert again.connect("carol", address="198.51.100.1").ask("JOIN #den")[0].command == "JOIN"
    oper.send("MODE #den -b *!*@192.0.2.*", f"NS REGISTER {PASSWORD}", "CS AKICK #den ADD *!*@192.0.2.*")
    assert bob.ask("JOIN #den")[0].command == "474"
    irc.flush()
    again = Irc(server={"cloak": True}, database=database)
    assert again.connect("bob", address="192.0.2.1").ask("JOIN #den")[0].command == "474"


def test_server_bans_by_the_shown_host_work(irc: Irc) -> None:
    oper = irc.connect("oper")
    oper.send("OPER root secret", f"KLINE *@{cloaked('192.0.2.1', irc.core.instance.cloak_key)}")
    bob = irc.open(address="192.0.2.1")
    bob.send("NICK bob", "USER bob 0 * :Bob")
    assert [message.command for message in bob.read()] == ["465", "ERROR"]
