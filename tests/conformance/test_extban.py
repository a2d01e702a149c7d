"""Extended bans, by account and for silence.

https://ircv3.net/specs/extensions/account-extban and https://modern.ircdocs.horse/#extban-parameter
"""

import pytest

from tests.support.irc import Client, Irc
from trialogue_server.world.events import LoggedIn


def log_in(client: Client, account: str) -> None:
    """Have a user be known to own an account."""
    user = client.session.user
    assert user is not None
    client.irc.core.delivery.commit(LoggedIn(1, 0.0, user.uid, user.mask, "", account))


@pytest.fixture
def alice(irc: Irc) -> Client:
    """An operator of #chat."""
    client = irc.connect("alice")
    client.send("JOIN #chat")
    client.read()
    return client


@pytest.fixture
def bob(irc: Irc) -> Client:
    """Somebody who is logged in as Bob."""
    client = irc.connect("bob_")
    log_in(client, "Bob")
    return client


def joins(client: Client) -> bool:
    return client.ask("JOIN #chat")[0].command == "JOIN"


def speaks(client: Client) -> bool:
    return client.ask("PRIVMSG #chat :hi") == []


def test_the_tokens_are_published(irc: Irc) -> None:
    """ "Servers publishing the ACCOUNTEXTBAN token MUST also publish the EXTBAN token. The value of the ACCOUNTEXTBAN
    token is a comma-separated list of names for the extended ban type which matches account names."
    """
    alice = irc.connect("alice")
    tokens = [word for message in alice.ask("VERSION") if message.command == "005" for word in message.params]
    assert "EXTBAN=~,am" in tokens
    assert "ACCOUNTEXTBAN=a,account" in tokens


@pytest.mark.parametrize("entry", ["~a:bob", "~account:Bob", "~ACCOUNT:b?b"])
def test_a_ban_by_account(irc: Irc, alice: Client, bob: Client, entry: str) -> None:
    """ "Servers MUST support matching exact account names. Servers MAY support matching account masks" """
    (shown,) = alice.ask(f"MODE #chat +b {entry}")
    assert shown.params == ["#chat", "+b", entry]
    assert not joins(bob)
    assert joins(irc.connect("bob"))


def test_a_ban_of_everybody_without_exception_of_accounts(irc: Irc, alice: Client, bob: Client) -> None:
    alice.send("MODE #chat +be *!*@* ~account:*")
    assert joins(bob)
    assert not joins(irc.connect("stranger"))


def test_an_account_on_the_invite_exception_list(irc: Irc, alice: Client, bob: Client) -> None:
    alice.send("MODE #chat +iI ~a:bob")
    assert joins(bob)
    assert not joins(irc.connect("stranger"))


def test_an_account_that_nobody_is_logged_in_to_means_nobody(irc: Irc, alice: Client) -> None:
    alice.send("MODE #chat +b ~a:*")
    assert joins(irc.connect("stranger"))


@pytest.mark.parametrize("entry", ["~m:bob_", "~mute:bob_!*@*", "~m:~a:bob"])
def test_who_is_muted_comes_in_and_is_silent(irc: Irc, alice: Client, bob: Client, entry: str) -> None:
    alice.send(f"MODE #chat +b {entry}")
    assert joins(bob)
    alice.read()
    assert [message.command for message in bob.ask("PRIVMSG #chat :hi")] == ["404"]
    assert alice.read() == []
    carol = irc.connect("carol")
    assert joins(carol)
    assert speaks(carol)


def test_a_voice_ends_silence(alice: Client, bob: Client) -> None:
    bob.send("JOIN #chat")
    alice.send("MODE #chat +bv ~m:bob_ bob_")
    bob.read()
    assert speaks(bob)


@pytest.mark.parametrize("exception", ["~m:*!*@127.0.0.1", "~mute:~account:bob", "~a:bob", "bob_!*@*"])
def test_exceptions_from_a_mute(alice: Client, bob: Client, exception: str) -> None:
    alice.send("MODE #chat +b ~m:*!*@*", f"MODE #chat +e {exception}")
    bob.send("JOIN #chat")
    bob.read()
    assert speaks(bob)


def test_an_exception_from_mutes_is_none_from_bans(irc: Irc, alice: Client, bob: Client) -> None:
    bob.send("JOIN #chat")
    alice.send("MODE #chat +be bob_!*@* ~m:bob_!*@*")
    bob.read()
    assert not speaks(bob)
    bob.send("PART #chat")
    assert not joins(bob)


def test_who_is_muted_cannot_change_nick_out_of_it(alice: Client, bob: Client) -> None:
    bob.send("JOIN #chat")
    alice.send("MODE #chat +b ~m:bob_")
    bob.read()
    (refused,) = bob.ask("NICK robert")
    assert (refused.command, refused.params[1:3]) == ("435", ["robert", "#chat"])


def test_all_ways_to_write_an_entry_are_the_same_entry(alice: Client) -> None:
    alice.send("MODE #chat +b ~a:Bob", "MODE #chat +b ~m:eve")
    assert alice.ask("MODE #chat +b ~account:bob") == alice.read() == []
    assert alice.ask("MODE #chat -b ~ACCOUNT:bob")[-1].params == ["#chat", "-b", "~a:Bob"]
    assert alice.ask("MODE #chat -b ~mute:eve!*@*")[-1].params == ["#chat", "-b", "~m:eve!*@*"]


@pytest.mark.parametrize(
    ("modes", "entry"), [("+b", "~q:bob"), ("+b", "~a:"), ("+I", "~m:bob"), ("+b", "~m:~m:bob"), ("+b", "~m:~x:bob")]
)
def test_what_is_no_extended_ban_is_refused(alice: Client, modes: str, entry: str) -> None:
    (refused,) = alice.ask(f"MODE #chat {modes} {entry}")
    assert (refused.command, refused.params[1:4]) == ("696", ["#chat", modes[1], entry])


def test_a_mask_may_begin_with_the_prefix(irc: Irc, alice: Client) -> None:
    (shown,) = alice.ask("MODE #chat +b ~user@2001:db8::1")
    assert shown.params == ["#chat", "+b", "*!~user@2001:db8::1"]
