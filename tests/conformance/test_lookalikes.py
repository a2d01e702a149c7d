"""Nicks that can be taken for others' registered ones, or for a service's.

https://www.unicode.org/reports/tr39/#Confusable_Detection
"""

import pytest

from tests.support.irc import Client, Irc, commands, params
from tests.support.services import PASSWORD, device, member
from trialogue_server.world.confusables import is_confusable

UTF8 = {"utf8_names": True}


def asked(irc: Irc, nick: str) -> list[str]:
    """Return the numerics with which somebody new who wants this nick is answered."""
    return commands(irc.open().ask(f"NICK {nick}", "USER a 0 * :a"))


@pytest.mark.parametrize("nick", ["\u0430lice", "alic\u0435", "\u0391lice", "ALIC\u0415", "a1ice", "aIice"])
def test_a_nick_that_looks_like_a_registered_one_is_its_owners(nick: str) -> None:
    """ "X and Y are confusable if and only if skeleton(X) = skeleton(Y)"."""
    irc = Irc(server=UTF8)
    alice = member(irc, "alice")
    assert "433" in asked(irc, nick)
    guest = irc.connect("guest")
    text = "This nick looks like alice, which belongs to an account: log in to it, or choose another"
    assert params(guest.ask(f"NICK {nick}"), "433") == [["guest", nick, text]]
    assert "NICK" in commands(alice.ask(f"NICK {nick}")), "it is hers to use"


@pytest.mark.parametrize("nick", ["alina", "\u00e1lice", "\u0430\u043b\u0438\u0441\u0430", "al\u0131cia", "alices"])
def test_other_names_are_free(nick: str) -> None:
    irc = Irc(server=UTF8)
    member(irc, "alice")
    assert "001" in asked(irc, nick)


@pytest.mark.parametrize("pair", [("\u0438\u0432\u0430\u043d", "ivan"), ("m\u00e9lanie", "melanie"), ("bob", "rob")])
def test_scripts_and_accents_that_people_tell_apart(pair: tuple[str, str]) -> None:
    assert not is_confusable(pair[0], [pair[1]])


def test_who_does_not_keep_the_nick_keeps_none_that_looks_like_it() -> None:
    irc = Irc(server=UTF8)
    member(irc, "alice").send("NS SET ENFORCE off")
    assert "001" in asked(irc, "\u0430lice")


def test_no_account_is_made_of_a_name_that_looks_like_another() -> None:
    """Somebody may have gone by it before."""
    irc = Irc(server=UTF8)
    early = irc.connect("\u0430lice", "draft/account-registration")
    member(irc, "alice")
    failure = params(early.ask(f"REGISTER * * {PASSWORD}"), "FAIL")[0]
    assert failure[:2] == ["REGISTER", "ACCOUNT_EXISTS"]


def test_two_that_look_alike_are_each_their_own() -> None:
    """Accounts from before, or made by the administrator."""
    irc = Irc()
    member(irc, "a1ice").send("QUIT")
    member(irc, "alice").send("QUIT")
    irc.core.config = Irc(server=UTF8).config
    for name in ("alice", "a1ice"):
        client: Client = device(irc, name)
        assert client.session.nick == name


@pytest.mark.parametrize("utf8", [True, False])
@pytest.mark.parametrize("nick", ["NickServ", "nickserv", "NlCKSERV", "N1CKSERV", "ChanServ", "chanserv", "N|CKSERV"])
def test_services_are_never_taken_for_others(utf8: bool, nick: str) -> None:
    irc = Irc(server={"utf8_names": utf8})
    assert "432" in asked(irc, nick)
    assert "432" in commands(irc.connect("guest").ask(f"NICK {nick}"))


@pytest.mark.parametrize("nick", ["NickS\u0435rv", "\u0421hanServ", "\uff2eickServ", "\u039dickServ"])
def test_services_are_never_taken_for_others_in_any_script(nick: str) -> None:
    assert "432" in asked(Irc(server=UTF8), nick)
