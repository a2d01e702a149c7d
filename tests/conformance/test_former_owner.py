"""A dropped account's name may become somebody else's, who has nothing of the one before.

No specification tells of this: accounts are compared by their making, and not by name alone.
"""

from collections.abc import Callable

import pytest

from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, chanserv, member, nickserv
from trialogue_server.commands import requests as do
from trialogue_server.store.database import Database

CAPS = ("message-tags", "echo-message", "batch", "draft/chathistory", "draft/message-redaction", "draft/read-marker",
        "draft/metadata-2")  # fmt: skip
END = ("timestamp=2020-01-01T00:00:00.000Z", "timestamp=2035-01-01T00:00:00.000Z")


@pytest.fixture
def irc(database: Database) -> Irc:
    return Irc(database=database, operators=OPERATORS)


def say(client: Client, target: str, text: str) -> str:
    (echo,) = client.ask(f"PRIVMSG {target} :{text}")
    return str(echo.tags["msgid"])


def by_owner(irc: Irc, client: Client) -> None:
    irc.wait(1)
    client.send(f"NS DROP {PASSWORD}", "QUIT")


def by_administrator(irc: Irc, client: Client) -> None:
    irc.wait(1)
    client.send("QUIT")
    irc.administer(do.DropAccount("alice"))


DROPS = [by_owner, by_administrator]
Drop = Callable[[Irc, Client], None]


@pytest.mark.parametrize("drop", DROPS)
@pytest.mark.parametrize("restarts", [False, True])
def test_words_are_taken_back_by_who_said_them_alone(
    irc: Irc, database: Database, drop: Drop, *, restarts: bool
) -> None:
    """ "REDACT_FORBIDDEN […] the client is not authorized to delete the message"

    https://ircv3.net/specs/extensions/message-redaction#errors
    """
    bob, alice = member(irc, "bob", *CAPS), member(irc, "alice", *CAPS)
    irc.enter("#room", bob, alice)
    bob.send("CS REGISTER #room")
    told = say(alice, "#room", "in a room")
    direct = say(alice, "bob", "to somebody")
    drop(irc, alice)
    irc.flush()
    if restarts:
        now = irc.now
        irc = Irc(database=database)
        irc.now = now + 10
        irc.connect("bob2").send("JOIN #room")
    heir = member(irc, "alice", *CAPS)
    heir.send("JOIN #room")
    (refused,) = params(heir.ask(f"REDACT #room {told}"), "FAIL")
    assert refused[1] == "REDACT_FORBIDDEN"
    (refused,) = params(heir.ask(f"REDACT bob {direct}"), "FAIL")
    assert refused[1] == "UNKNOWN_MSGID"
    own = say(heir, "#room", "my own")
    assert params(heir.ask(f"REDACT #room {own}"), "REDACT")


@pytest.mark.parametrize("drop", DROPS)
def test_direct_messages_are_read_by_whom_they_were_for(irc: Irc, drop: Drop) -> None:
    bob, alice = member(irc, "bob", *CAPS), member(irc, "alice", *CAPS)
    say(alice, "bob", "a secret")
    say(bob, "alice", "another secret")
    drop(irc, alice)
    heir = member(irc, "alice", *CAPS)
    told = heir.ask("CHATHISTORY LATEST bob * 10", f"CHATHISTORY TARGETS {END[0]} {END[1]} 10", "SEARCH text=secret")
    assert params(told, "PRIVMSG", "CHATHISTORY") == []
    assert params(bob.ask("CHATHISTORY LATEST alice * 10"), "PRIVMSG") == [], "nor are they the heir's with bob"
    say(bob, "alice", "hello")
    assert params(heir.ask("CHATHISTORY LATEST bob * 10"), "PRIVMSG") == [["alice", "hello"]]


def test_what_was_left_for_somebody_is_not_told_to_the_next_of_the_name(irc: Irc) -> None:
    bob, alice = member(irc, "bob", *CAPS), member(irc, "alice")
    alice.send("QUIT")
    bob.ask("PRIVMSG alice :for you alone")
    irc.administer(do.DropAccount("alice"))
    heir = irc.connect("alice")
    heir.send(f"NS REGISTER {PASSWORD}")
    assert "for you alone" not in "".join(heir.lines())


@pytest.mark.parametrize("drop", DROPS)
def test_a_room_s_history_since_one_joined_is_not_since_the_other_did(irc: Irc, drop: Drop) -> None:
    bob, alice = member(irc, "bob", *CAPS), member(irc, "alice", *CAPS)
    irc.enter("#room", bob)
    bob.send("CS REGISTER #room", "CS SET HISTORY #room joined")
    alice.send("JOIN #room")
    say(bob, "#room", "before")
    drop(irc, alice)
    say(bob, "#room", "between")
    heir = member(irc, "alice", *CAPS)
    heir.send("JOIN #room")
    say(bob, "#room", "after")
    assert params(heir.ask("CHATHISTORY LATEST #room * 10"), "PRIVMSG") == [["#room", "after"]]


LISTS = ["b", "e", "I"]


@pytest.mark.parametrize("drop", DROPS)
@pytest.mark.parametrize("entry", ["~a:alice", "~account:ALICE", "~m:~a:alice"])
@pytest.mark.parametrize("letter", LISTS)
@pytest.mark.parametrize("is_registered", [True, False])
def test_lists_of_channels_mean_the_account_that_was_meant(
    irc: Irc, drop: Drop, entry: str, letter: str, *, is_registered: bool
) -> None:
    """ "An account extended ban is a match where the account name […]": of the account that there was.

    https://ircv3.net/specs/extensions/account-extban
    """
    if entry.startswith("~m") and letter == "I":
        return
    bob, alice = member(irc, "bob"), member(irc, "alice")
    irc.enter("#room", bob)
    if is_registered:
        bob.send("CS REGISTER #room")
    bob.send(f"MODE #room +{letter} {entry}", "MODE #room +b ~a:alice2", "MODE #room +e ~a:al?ce")
    drop(irc, alice)
    assert params(bob.read(), "MODE")[-1] == ["#room", f"-{letter}", entry]
    left = {mode: [one.mask for one in entries] for mode, entries in irc.core.world.channels["#room"].lists.items()}
    assert left == {"b": ["~a:alice2"], "e": ["~a:al?ce"], "I": []}


@pytest.mark.parametrize("drop", DROPS)
def test_rooms_and_places_in_others_are_not_inherited(irc: Irc, drop: Drop) -> None:
    bob, alice = member(irc, "bob"), member(irc, "alice")
    alice.send("JOIN #hers", "CS REGISTER #hers")
    bob.send("JOIN #his", "CS REGISTER #his", "CS ACCESS #his ADD alice op", "CS AKICK #his ADD carol")
    bob.send("JOIN #hers")
    drop(irc, alice)
    heir = member(irc, "alice")
    assert commands(heir.ask("JOIN #his"))[0] == "JOIN"
    assert "#his" not in nickserv(heir, "INFO")[-1]
    assert chanserv(heir, "OP #his") == ["Your account has no right to do that in #his"]
    assert chanserv(heir, "INFO #hers") == ["#hers is not registered"]
    assert commands(heir.ask("JOIN #hers"))[0] == "JOIN"
    assert irc.core.world.channels["#hers"].members[heir.session.user.uid].modes == ""  # type: ignore[union-attr]


@pytest.mark.parametrize("drop", DROPS)
def test_nor_facts_nor_marks_nor_certificates_nor_devices(irc: Irc, drop: Drop) -> None:
    alice = irc.connect("alice", *CAPS, address="203.0.113.7")
    nickserv(alice, f"REGISTER {PASSWORD}")
    alice.session.fingerprint = "ab" * 32
    alice.send("METADATA * SET url :https://example.org", "NS CERT ADD", "JOIN #room")
    alice.send("MARKREAD #room timestamp=2023-11-14T22:13:20.000Z", "NS SET ALWAYS-ON on")
    before = irc.core.world.accounts.get("alice")
    assert before is not None
    drop(irc, alice)
    irc.connect("bob").send("JOIN #room")
    heir = member(irc, "alice", *CAPS)
    heir.send("JOIN #room")
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    assert (account.metadata, account.fingerprints, account.always_on, account.blocks) == ((), (), False, ())
    assert not set(account.devices) & set(before.devices)
    assert params(heir.ask("MARKREAD #room"), "MARKREAD") == [["#room", "*"]]


def test_who_wrote_before_there_was_an_account_keeps_the_right_for_their_connection(irc: Irc) -> None:
    bob, carol = irc.connect("bob", *CAPS), irc.connect("carol", *CAPS)
    irc.enter("#room", bob, carol)
    told = say(carol, "#room", "hello")
    nickserv(carol, f"REGISTER {PASSWORD}")
    assert params(carol.ask(f"REDACT #room {told}"), "REDACT")
