"""PASS as a login, for clients that know nothing of SASL.

https://modern.ircdocs.horse/#pass-message: "The PASS command is used to set a 'connection password'"; what it means
where the server has none is for the server to say.
"""

import pytest

from ircwire import Message
from tests.support.irc import Client, Irc, commands, params
from tests.support.services import PASSWORD, member, notices
from trialogue_server.world.events import ServerBanSet
from trialogue_server.world.server_bans import ServerBan


@pytest.fixture
def irc(irc: Irc) -> Irc:
    """A server with an account alice, whose owner is not here."""
    member(irc, "alice").drop()
    return irc


def coming(
    irc: Irc, given: str, *lines: str, nick: str = "alice", address: str = "127.0.0.1"
) -> tuple[Client, list[Message]]:
    """Connect with a password; returns the client and what it is told."""
    client = irc.open(address=address)
    client.send(f"PASS {given}", *lines, f"NICK {nick}", f"USER {nick} 0 * :x", *(["CAP END"] if lines else []))
    return client, client.read()


@pytest.mark.parametrize(
    ("given", "nick"),
    [
        (f"alice:{PASSWORD}", "alice"),
        (f":ALICE:{PASSWORD}", "alice"),
        (f"alice:{PASSWORD}", "work"),
        (PASSWORD, "alice"),
        (PASSWORD, "Alice"),
    ],
)
def test_the_right_one_logs_in(irc: Irc, given: str, nick: str) -> None:
    client, told = coming(irc, given, nick=nick)
    assert params(told, "001")[0][0] == nick
    assert params(told, "900")[0][2] == "alice"
    assert commands(told).index("900") < commands(told).index("001")
    assert params(client.ask(f"WHOIS {nick}"), "330")[0][2] == "alice"
    assert notices(told) == []


def test_a_password_may_have_a_colon_in_it(irc: Irc) -> None:
    bob = irc.connect("bob")
    bob.send("NS REGISTER what:a-password")
    bob.drop()
    assert params(coming(irc, "what:a-password", nick="bob")[1], "900")[0][2] == "bob"
    assert params(coming(irc, "bob:what:a-password", nick="bob2")[1], "900")[0][2] == "bob"


@pytest.mark.parametrize("given", ["alice:wrong-password", "nobody:wrong-password"])
def test_whoever_gives_a_wrong_one_comes_as_a_guest_and_is_told(irc: Irc, given: str) -> None:
    client, told = coming(irc, given, nick="guest")
    assert params(told, "900") == []
    assert len(params(told, "001")) == 1
    (notice,) = notices(told)
    assert notice.startswith("The password that you gave (PASS) is not that of the account")
    assert params(client.ask("WHOIS guest"), "330") == []


def test_with_a_wrong_one_an_account_s_nick_is_not_theirs(irc: Irc) -> None:
    client, told = coming(irc, "wrong-password")
    assert commands(told) == ["NOTICE", "433"]
    assert "001" in commands(client.ask("NICK alice_")), "they choose another, and are not asked again"


def test_a_wrong_one_is_a_guess(irc: Irc) -> None:
    """As often as elsewhere; then the right one is not even looked at."""
    for _ in range(irc.config.accounts.login_attempts):
        coming(irc, "alice:wrong-password", nick="guest", address="192.0.2.1")[0].drop()
    client, told = coming(irc, f"alice:{PASSWORD}", nick="guest", address="192.0.2.1")
    assert notices(told)[0].startswith("Too many failed logins; try again in ")
    assert len(params(told, "001")) == 1
    assert params(client.ask("WHOIS guest"), "330") == []


@pytest.mark.parametrize("given", ["hunter2", "x:", ":x"])
def test_what_can_mean_no_account_is_passed_over(irc: Irc, given: str) -> None:
    """Clients are set up to send the password of another server."""
    _, told = coming(irc, given, nick="guest")
    assert notices(told) == []
    assert commands(told)[0] == "001"


def test_sasl_goes_first(irc: Irc) -> None:
    _, told = coming(
        irc, "alice:wrong", "CAP REQ sasl", "AUTHENTICATE PLAIN", "AUTHENTICATE AGFsaWNlAGNvcnJlY3QtaG9yc2U="
    )
    assert params(told, "900")[0][2] == "alice"
    assert notices(told) == []
    assert "001" in commands(told)


def test_an_account_that_is_not_verified_is_no_login() -> None:
    irc = Irc(mail={"host": "mail.example.org", "sender": "a@example.org"})
    bob = irc.connect("bob")
    bob.send(f"NS REGISTER {PASSWORD} bob@example.org")
    bob.drop()
    _, told = coming(irc, f"bob:{PASSWORD}", nick="guest")
    assert notices(told)[0].startswith("Verify your e-mail address first")
    assert "001" in commands(told)


def test_where_the_server_has_a_password_it_is_that() -> None:
    irc = Irc(server={"password": "sesame"})
    _, told = coming(irc, "sesame", nick="alice")
    assert "001" in commands(told)
    _, told = coming(irc, f"alice:{PASSWORD}", nick="bob")
    assert "464" in commands(told)


def test_whoever_is_banned_is_sent_away(irc: Irc) -> None:
    irc.core.world.apply(ServerBanSet(1, 0.0, 0, "", "", ServerBan("account", "alice", "root", 0.0, 0.0, "spam")))
    client, told = coming(irc, f"alice:{PASSWORD}", nick="guest")
    assert commands(told)[-2:] == ["465", "ERROR"]
    assert client.session.closing
    assert "001" not in commands(told)
