"""account-tag: what somebody says carries their account.  https://ircv3.net/specs/extensions/account-tag (ratified)"""

import pytest

from tests.support.irc import Client, Irc
from tests.support.services import PASSWORD, device, member

CAPS = ("account-tag", "away-notify", "setname", "message-tags")


@pytest.fixture
def pair(irc: Irc) -> tuple[Client, Client]:
    """Somebody with an account, and one who wants to know of it, who is the room's operator."""
    alice, bob = member(irc, "alice", *CAPS, "echo-message", "account-notify"), irc.connect("bob", *CAPS)
    irc.enter("#room", alice, bob)
    return alice, bob


@pytest.mark.parametrize(
    "line",
    [
        "PRIVMSG #room :hello",
        "NOTICE #room :hello",
        "@+typing=active TAGMSG #room",
        "PRIVMSG bob :hello",
        "TOPIC #room :news",
        "MODE #room +m",
        "KICK #room bob :out",
        "INVITE bob #other",
        "PART #room :bye",
        "AWAY :out",
        "SETNAME :Alice B",
        "NICK other",
        "QUIT :bye",
    ],
)
def test_all_that_a_user_does(pair: tuple[Client, Client], line: str) -> None:
    """ "The tag MUST be named `account`, and contain the sender's current services username." "The tag MUST be added by
    the ircd to all commands sent by a user (e.g. PRIVMSG, MODE, NOTICE, and all others)."

    https://ircv3.net/specs/extensions/account-tag#description
    """
    alice, bob = pair
    alice.send("JOIN #other")
    alice.read()
    alice.send(line)
    (heard,) = bob.read()
    assert str(heard.source) == "alice!alice@127.0.0.1"
    assert heard.tags["account"] == "alice"


def test_joining(irc: Irc) -> None:
    bob = irc.connect("bob", "account-tag")
    irc.enter("#room", bob)
    member(irc, "alice").send("JOIN #room")
    assert bob.read()[0].tags == {"account": "alice"}


def test_without_an_account_there_is_no_tag(irc: Irc) -> None:
    """ "If the user is not identified to any services account, the tag MUST NOT be sent."

    https://ircv3.net/specs/extensions/account-tag#description
    """
    bob, guest = irc.connect("bob", "account-tag"), irc.connect("guest")
    guest.send("PRIVMSG bob :hello")
    assert bob.read()[0].tags == {}


def test_without_the_capability_there_is_no_tag(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), irc.connect("bob", "message-tags", "server-time")
    alice.send("PRIVMSG bob :hello")
    assert "account" not in bob.read()[0].tags


def test_the_example(irc: Irc) -> None:
    """ "<-- :user PRIVMSG #atheme :Hello everyone. <-- :user ACCOUNT hax0r
    <-- @account=hax0r :user PRIVMSG #atheme :Now I'm logged in. <-- @account=hax0r :user ACCOUNT bob
    <-- @account=bob :user PRIVMSG #atheme :I switched accounts."

    https://ircv3.net/specs/extensions/account-tag#description
    """
    for name in ("hax0r", "bob"):
        member(irc, name).send("QUIT")
    user, watcher = irc.connect("user", "sasl"), irc.connect("watcher", "account-tag", "account-notify")
    irc.enter("#atheme", user, watcher)
    user.send("PRIVMSG #atheme :Hello everyone.")
    user.send(f"NS IDENTIFY hax0r {PASSWORD}", "PRIVMSG #atheme :Now I'm logged in.")
    user.send("AUTHENTICATE PLAIN", "AUTHENTICATE AGJvYgBjb3JyZWN0LWhvcnNl", "PRIVMSG #atheme :I switched accounts.")
    heard = [(one.tags.get("account"), one.command, one.params[-1]) for one in watcher.read()]
    assert heard == [
        (None, "PRIVMSG", "Hello everyone."),
        (None, "ACCOUNT", "hax0r"),
        ("hax0r", "PRIVMSG", "Now I'm logged in."),
        ("hax0r", "ACCOUNT", "bob"),
        ("bob", "PRIVMSG", "I switched accounts."),
    ]


def test_one_s_own_echo_and_devices(irc: Irc) -> None:
    alice = member(irc, "alice", "account-tag", "echo-message")
    second = device(irc, "alice", "account-tag", "echo-message")
    irc.connect("bob")
    alice.read()
    alice.send("PRIVMSG bob :hello")
    for one in (alice, second):
        assert one.read()[0].tags["account"] == "alice"


def test_clients_cannot_say_it_themselves(irc: Irc) -> None:
    """The tag is the server's: what a client puts there is not passed on."""
    mallory, bob = irc.connect("mallory", "message-tags"), irc.connect("bob", "account-tag", "message-tags")
    mallory.send("@account=alice;+x=y PRIVMSG bob :I am alice")
    (heard,) = bob.read()
    assert "account" not in heard.tags
    assert heard.tags["+x"] == "y"


def test_lists_of_modes_in_a_numeric_carry_none(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), irc.connect("bob", "account-tag")
    irc.enter("#room", alice, bob)
    answers = bob.ask("WHOIS alice", "NAMES #room", "MODE #room")
    assert all("account" not in one.tags for one in answers)
