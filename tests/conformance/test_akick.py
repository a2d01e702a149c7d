"""ChanServ AKICK: who may not be in a registered channel, whether or not anybody is there to see to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ircwire.casemap import ascii_fold
from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, chanserv, member, nickserv
from trialogue_server.store.database import Database

CHANSERV = "ChanServ!ChanServ@trialogue.local"
LAST = "0 are kept out of #room"


@pytest.fixture
def alice(irc: Irc) -> Client:
    return founder(irc)


def founder(irc: Irc) -> Client:
    client = member(irc, "alice")
    client.send("JOIN #room")
    assert chanserv(client, "REGISTER #room") == ["#room is registered to alice"]
    return client


@pytest.mark.parametrize(
    ("about", "kept"),
    [
        ("bob", "~account:bob"),
        ("BOB", "~account:bob"),
        ("nick!*@*", "nick!*@*"),
        ("~a:bob", "~a:bob"),
        ("n*", "n*!*@*"),
    ],
)
def test_whom_an_entry_means_is_put_out_and_stays_out(irc: Irc, alice: Client, about: str, kept: str) -> None:
    """ "ERR_BANNEDFROMCHAN: Returned to indicate that a JOIN command failed because the client has been banned from the
    channel"

    https://modern.ircdocs.horse/#errbannedfromchan-474
    """
    bob = member(irc, "bob")
    bob.send("NICK nick")
    irc.enter("#room", bob, irc.connect("carol"))
    alice.read()
    assert chanserv(alice, f"AKICK #room ADD {about} no more, please") == [f"{kept} is kept out of #room"]
    (kick,) = [message for message in bob.read() if message.command == "KICK"]
    assert (str(kick.source), kick.params) == (CHANSERV, ["#room", "nick", "no more, please"])
    assert params(bob.ask("JOIN #room"), "474") == [["nick", "#room", "Cannot join channel (+b): you are banned"]]
    assert len(irc.core.world.channels["#room"].members) == 2
    alice.ask("INVITE nick #room")
    assert commands(bob.ask("JOIN #room")) == ["474"], "the list is above an invitation"
    alice.send("PART #room")
    irc.wait(60)
    (entry, last) = chanserv(alice, "AKICK #room LIST")
    assert entry == f"{kept} by alice since 2023-11-14T22:13:20.000Z: no more, please"
    assert last == "1 are kept out of #room"
    assert chanserv(alice, f"AKICK #room DEL {about}") == [f"{about} is no longer kept out of #room"]
    assert chanserv(alice, "AKICK #room LIST") == [LAST]
    assert "JOIN" in commands(bob.ask("JOIN #room"))


def test_who_has_a_standing_is_kept_out_by_no_entry(irc: Irc, alice: Client) -> None:
    bob, carol = member(irc, "bob"), irc.connect("carol")
    chanserv(alice, "ACCESS #room ADD bob voice")
    irc.enter("#room", bob, carol)
    chanserv(alice, "AKICK #room ADD *!*@*")
    assert sorted(each.user.nick for each in irc.core.world.channels["#room"].members.values()) == ["alice", "bob"]
    chanserv(alice, "ACCESS #room DEL bob")
    bob.send("PART #room")
    assert params(bob.ask("JOIN #room"), "474")


def test_logging_in_to_an_account_that_is_kept_out_is_leaving(irc: Irc, alice: Client) -> None:
    member(irc, "bob").send("QUIT")
    chanserv(alice, "AKICK #room ADD bob")
    guest = irc.connect("guest")
    irc.enter("#room", guest)
    kicks = params(guest.ask(f"NS IDENTIFY bob {PASSWORD}"), "KICK")
    assert kicks == [["#room", "guest", "You may not be in this channel"]]
    assert guest.session.user is not None
    assert not guest.session.user.channels


def test_taking_a_nick_that_is_kept_out_is_leaving(irc: Irc, alice: Client) -> None:
    """To come under another nick and change it then is no way in."""
    chanserv(alice, "AKICK #room ADD troll*!*@* not you")
    bob = irc.connect("bob")
    bob.send("JOIN #room,#other")
    bob.read()
    alice.read()
    heard = bob.ask("NICK trolling")
    assert [(message.command, message.params) for message in heard] == [
        ("NICK", ["trolling"]),
        ("KICK", ["#room", "trolling", "not you"]),
    ]
    assert str(heard[1].source) == CHANSERV
    assert commands(alice.read()) == ["NICK", "KICK"]
    assert bob.session.user is not None
    assert list(bob.session.user.channels) == ["#other"]
    assert commands(bob.ask("JOIN #room")) == ["474"]


def test_a_guest_s_nick_may_be_kept_out_too(irc: Irc, alice: Client) -> None:
    """Whoever logs out loses the nick of the account, whoever does that to whom."""
    bob = member(irc, "bob")
    chanserv(alice, "AKICK #room ADD guest*!*@*")
    irc.enter("#room", bob)
    assert params(bob.ask("NS LOGOUT"), "KICK")[0][0] == "#room"


def test_logging_out_of_the_account_that_kept_one_in_is_leaving(irc: Irc, alice: Client) -> None:
    bob = member(irc, "bob")
    chanserv(alice, "ACCESS #room ADD bob voice")
    chanserv(alice, "AKICK #room ADD bob*!*@*")
    irc.enter("#room", bob)
    bob.send("NS SET ENFORCE off")
    assert params(bob.ask("NS LOGOUT"), "KICK") == [["#room", "bob", "You may not be in this channel"]]


def test_taking_a_nick_back_that_is_kept_out_is_leaving(irc: Irc, alice: Client) -> None:
    bob = member(irc, "bob")
    bob.send("NS SET ENFORCE off", "NICK rob")
    irc.connect("bob")
    chanserv(alice, "AKICK #room ADD bob!*@*")
    irc.enter("#room", bob)
    assert params(bob.ask("NS RECLAIM"), "KICK") == [["#room", "bob", "You may not be in this channel"]]


def test_who_has_a_standing_may_take_any_nick(irc: Irc, alice: Client) -> None:
    bob = member(irc, "bob")
    chanserv(alice, "ACCESS #room ADD bob voice")
    chanserv(alice, "AKICK #room ADD rob!*@*")
    irc.enter("#room", bob)
    assert commands(bob.ask("NICK rob")) == ["NICK"]


def test_the_list_is_for_those_who_are_operators_by_right(irc: Irc, alice: Client) -> None:
    bob, carol = member(irc, "bob"), member(irc, "carol")
    chanserv(alice, "ACCESS #room ADD bob op")
    for text in ("AKICK #room LIST", "AKICK #room ADD x!*@*", "AKICK #room DEL x!*@*"):
        assert chanserv(carol, text) == ["Your account has no right to do that in #room"]
    assert chanserv(bob, "AKICK #room ADD x!*@*") == ["x!*@* is kept out of #room"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("AKICK #room", "Usage: AKICK <channel> ADD|DEL|LIST [<account or mask>] [<reason…>]"),
        ("AKICK #room ADD", "Usage: AKICK <channel> ADD|DEL|LIST [<account or mask>] [<reason…>]"),
        ("AKICK #room FLY x", "Usage: AKICK <channel> ADD|DEL|LIST [<account or mask>] [<reason…>]"),
        ("AKICK #none LIST", "There is no such channel"),
        ("AKICK #other LIST", "#other is not registered"),
        ("AKICK #room ADD nobody", "There is no account of that name; a nick is written nobody!*@*"),
        ("AKICK #room ADD ~m:x", "Say an account, or a mask as nick!user@host, with * and ?"),
        ("AKICK #room ADD ~z:x", "Say an account, or a mask as nick!user@host, with * and ?"),
        ("AKICK #room DEL x", "That is not on the list of #room: AKICK #room LIST shows it"),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(irc: Irc, alice: Client, text: str, told: str) -> None:
    alice.send("JOIN #other")
    assert chanserv(alice, text) == [told]
    assert chanserv(alice, "AKICK #room LIST") == [LAST]


def test_an_entry_is_there_once_however_it_is_written(irc: Irc, alice: Client) -> None:
    member(irc, "bob")
    for text in ("bob", "~a:BOB later", "x!*@*", "X!*@* again"):
        chanserv(alice, f"AKICK #room ADD {text}")
    assert [line.partition(" by ")[0] for line in chanserv(alice, "AKICK #room LIST")[:-1]] == ["~a:BOB", "X!*@*"]
    assert irc.core.world.channels["#room"].ownership is not None


def test_the_list_has_an_end() -> None:
    irc = Irc(limits={"list_entries": 2})
    alice = founder(irc)
    answers = [chanserv(alice, f"AKICK #room ADD {nick}!*@*") for nick in "xyz"]
    assert answers[-1] == ["The list is full: it has 2 entries"]


def test_with_an_account_goes_its_entry(irc: Irc, alice: Client) -> None:
    bob = member(irc, "bob")
    chanserv(alice, "AKICK #room ADD bob")
    nickserv(bob, f"DROP {PASSWORD}")
    assert chanserv(alice, "AKICK #room LIST") == [LAST]


def test_the_list_outlives_the_server(tmp_path: Path) -> None:
    for database in opened(tmp_path):
        irc = Irc(database=database)
        chanserv(founder(irc), "AKICK #room ADD bob!*@* spam")
        irc.flush()
        bob = Irc(database=database).connect("bob")
        assert commands(bob.ask("JOIN #room")) == ["474"]


def opened(directory: Path) -> Iterator[Database]:
    database = Database(directory / "test.db", durability="process", fold=ascii_fold)
    yield database
    database.close()


def test_operators_of_the_server_may_use_it_and_that_is_on_record(tmp_path: Path) -> None:
    irc = Irc(operators=OPERATORS)
    founder(irc)
    root = irc.oper("root")
    assert chanserv(root, "AKICK #room ADD spam!*@*") == ["spam!*@* is kept out of #room"]
    assert chanserv(root, "AKICK #room LIST")[0].startswith("spam!*@* by root since ")


def test_help_explains_it(irc: Irc, alice: Client) -> None:
    usage, *lines = chanserv(alice, "HELP AKICK")
    assert usage == "AKICK <channel> ADD|DEL|LIST [<account or mask>] [<reason…>]"
    assert "cannot come in again" in " ".join(lines)
