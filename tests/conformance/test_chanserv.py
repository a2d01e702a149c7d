"""ChanServ and registered channels: they stay, remember, and give people the modes that they have a right to."""

import pytest

from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, chanserv, member, nickserv
from trialogue_server.store.database import Database
from trialogue_server.world.events import ChannelSaved, Event

CHANSERV = "ChanServ!ChanServ@trialogue.local"


def founder(irc: Irc, nick: str = "alice", channel: str = "#room") -> Client:
    """Return somebody who has registered a channel and is in it."""
    client = member(irc, nick)
    client.send(f"JOIN {channel}")
    assert chanserv(client, f"REGISTER {channel}") == [f"{channel} is registered to {nick}"]
    return client


def modes(irc: Irc, nick: str, channel: str = "#room") -> str:
    """Return somebody's membership modes."""
    return irc.core.world.channels[channel].members[irc.core.world.nicks[nick].uid].modes


def saved(irc: Irc) -> list[Event]:
    """Return the records of channels that wait to be committed."""
    return [event for event in irc.core.tick.journal if isinstance(event, ChannelSaved) and event.record.ownership]


# Registering


def test_register_is_for_operators_of_the_channel_with_an_account(irc: Irc) -> None:
    alice, bob = irc.connect("alice"), member(irc, "bob")
    irc.enter("#room", alice, bob)
    assert chanserv(alice, "REGISTER #room")[0].startswith("You are not logged in")
    assert chanserv(bob, "REGISTER #room") == ["You're not channel operator"]
    assert chanserv(bob, "REGISTER #nowhere") == ["There is no such channel"]
    nickserv(alice, f"REGISTER {PASSWORD}")
    assert chanserv(alice, "REGISTER #room") == ["#room is registered to alice"]
    assert chanserv(alice, "REGISTER #room") == ["#room is registered already"]


def test_an_account_has_so_many_channels_at_most() -> None:
    irc = Irc(channels={"registered_per_account": 1})
    alice, bob = founder(irc), founder(irc, "bob", "#his")
    alice.send("JOIN #more")
    assert chanserv(alice, "REGISTER #more") == ["An account can have at most 1 registered channels"]
    assert chanserv(bob, "TRANSFER #his alice") == ["An account can have at most 1 registered channels"]


def test_a_registered_channel_stays_when_everybody_has_left(irc: Irc) -> None:
    alice = founder(irc)
    alice.send("TOPIC #room :our topic", "MODE #room +mik-n key", "MODE #room +b bad!*@*", "PART #room")
    stranger = irc.connect("stranger")
    assert commands(stranger.ask("JOIN #room key")) == ["473"]
    alice.send("MODE #room")
    alice.send("CS INVITE #room", "JOIN #room key")
    answers = alice.read()
    assert params(answers, "332") == [["alice", "#room", "our topic"]]
    assert params(alice.ask("MODE #room"), "324") == [["alice", "#room", "+imtk", "key"]]
    assert params(alice.ask("MODE #room b"), "367")[0][2] == "bad!*@*"


def test_who_enters_an_empty_registered_channel_first_is_no_operator(irc: Irc) -> None:
    founder(irc).send("PART #room")
    stranger = irc.connect("stranger")
    answers = stranger.ask("JOIN #room")
    assert params(answers, "353") == [["stranger", "=", "#room", "stranger"]]
    assert modes(irc, "stranger") == ""


def test_the_founder_gets_operator_on_entering_and_everybody_sees_who_gave_it(irc: Irc) -> None:
    alice, bob = founder(irc), irc.connect("bob")
    alice.send("PART #room")
    irc.enter("#room", bob)
    answers = alice.ask("JOIN #room")
    assert commands(answers)[:2] == ["JOIN", "MODE"]
    assert params(answers, "353") == [["alice", "=", "#room", "bob @alice"]]
    (joined, given) = bob.read()
    assert joined.command == "JOIN"
    assert (str(given.source), given.params) == (CHANSERV, ["#room", "+o", "alice"])


def test_who_logs_in_later_gets_their_mode_then(irc: Irc) -> None:
    founder(irc).send("NS SET ENFORCE off", "QUIT")
    alice = irc.connect("alice")
    alice.send("JOIN #room")
    assert modes(irc, "alice") == ""
    answers = alice.ask(f"NS IDENTIFY {PASSWORD}")
    assert params(answers, "MODE") == [["#room", "+o", "alice"]]


def test_drop_wants_its_word_and_ends_the_channel_if_it_is_empty(irc: Irc) -> None:
    alice = founder(irc)
    (said,) = chanserv(alice, "DROP #room")
    line = said.partition("say ")[2]
    assert chanserv(alice, "DROP #room wrong") == [said]
    assert irc.core.world.channels["#room"].ownership is not None
    alice.send("PART #room")
    assert chanserv(alice, line) == ["#room is not registered any more"]
    assert "#room" not in irc.core.world.channels


def test_invitations_to_a_channel_that_is_dropped_are_forgotten(irc: Irc) -> None:
    alice, bob = founder(irc), irc.connect("bob")
    alice.send("INVITE bob #room", "PART #room")
    (said,) = chanserv(alice, "DROP #room")
    alice.send(f"CS {said.partition('say ')[2]}")
    bob.read()
    assert commands(bob.ask("INVITE")) == ["337"]


def test_transfer_makes_another_account_the_founder(irc: Irc) -> None:
    alice, bob = founder(irc), member(irc, "bob")
    assert chanserv(bob, "TRANSFER #room bob") == ["Only the founder of the channel may do that"]
    assert chanserv(alice, "TRANSFER #room nobody") == ["There is no account of that name"]
    assert chanserv(alice, "TRANSFER #room BOB") == ["#room belongs to bob now"]
    assert chanserv(bob, "ACCESS #room LIST") == ["bob: founder", "alice: op"]
    assert chanserv(alice, "TRANSFER #room alice") == ["Only the founder of the channel may do that"]


# The access list


def test_access_gives_the_mode_now_and_on_entering_and_takes_it_with_the_entry(irc: Irc) -> None:
    alice, bob, carol = founder(irc), member(irc, "bob"), member(irc, "carol")
    irc.enter("#room", bob, carol)
    assert chanserv(alice, "ACCESS #room ADD bob") == ["bob is on the access list of #room as op"]
    assert chanserv(alice, "ACCESS #room ADD carol VOICE") == ["carol is on the access list of #room as voice"]
    assert (modes(irc, "bob"), modes(irc, "carol")) == ("o", "v")
    bob.send("PART #room", "JOIN #room")
    assert modes(irc, "bob") == "o"
    assert chanserv(bob, "ACCESS #room LIST") == ["alice: founder", "bob: op", "carol: voice"]
    assert chanserv(alice, "ACCESS #room DEL BOB") == ["bob is not on the access list of #room any more"]
    assert modes(irc, "bob") == ""


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("ADD nobody", "There is no account of that name"),
        ("ADD bob king", "Say one of: op, voice"),
        ("ADD alice", "alice is the founder of #room"),
        ("ADD", "Usage: ACCESS <channel> ADD|DEL|LIST [<account>] [op|voice]"),
        ("GIVE bob", "Usage: ACCESS <channel> ADD|DEL|LIST [<account>] [op|voice]"),
        ("DEL bob", "That account is not on the access list of #room"),
    ],
)
def test_access_refuses_what_makes_no_sense(irc: Irc, wish: str, answer: str) -> None:
    alice = founder(irc)
    member(irc, "bob")
    assert chanserv(alice, f"ACCESS #room {wish}") == [answer]


def test_the_access_list_is_changed_by_the_founder_and_seen_by_those_on_it(irc: Irc) -> None:
    alice, bob, carol = founder(irc), member(irc, "bob"), member(irc, "carol")
    chanserv(alice, "ACCESS #room ADD bob")
    assert chanserv(bob, "ACCESS #room ADD carol") == ["Only the founder of the channel may do that"]
    assert chanserv(carol, "ACCESS #room LIST") == ["Your account has no right to do that in #room"]


def test_the_access_list_has_the_bound_of_the_other_lists() -> None:
    irc = Irc(limits={"list_entries": 1})
    alice = founder(irc)
    member(irc, "bob")
    member(irc, "carol")
    chanserv(alice, "ACCESS #room ADD bob")
    assert chanserv(alice, "ACCESS #room ADD carol") == ["The access list is full: it has 1 entries"]
    assert chanserv(alice, "ACCESS #room ADD bob voice") == ["bob is on the access list of #room as voice"]


# Having a say


def test_op_and_voice_by_those_with_a_right_to_them(irc: Irc) -> None:
    alice, bob, carol = founder(irc), member(irc, "bob"), irc.connect("carol")
    irc.enter("#room", bob, carol)
    chanserv(alice, "ACCESS #room ADD bob voice")
    carol.read()
    assert chanserv(bob, "OP #room") == ["Your account has no right to do that in #room"]
    assert chanserv(bob, "DEVOICE #room") == ["Done in #room"]
    assert chanserv(bob, "VOICE #room") == ["Done in #room"]
    assert chanserv(bob, "VOICE #room carol") == ["Your account has no right to do that in #room"]
    assert chanserv(alice, "OP #room carol") == ["Done in #room"]
    assert modes(irc, "carol") == "o"
    assert chanserv(alice, "OP #room carol") == ["That would change nothing"]
    assert chanserv(alice, "DEOP #room carol") == ["Done in #room"]
    assert chanserv(alice, "OP #room nobody") == ["They are not in #room"]
    assert str(carol.read()[-1].source) == CHANSERV


def test_nobody_takes_operator_from_the_founder(irc: Irc) -> None:
    alice, bob = founder(irc), member(irc, "bob")
    irc.enter("#room", bob)
    chanserv(alice, "ACCESS #room ADD bob")
    assert chanserv(bob, "DEOP #room alice") == ["alice is the founder of #room"]
    assert chanserv(alice, "DEOP #room") == ["Done in #room"]


def test_who_has_a_right_gets_in_whatever_closes_the_channel(irc: Irc) -> None:
    alice, bob = founder(irc), irc.connect("bob")
    irc.enter("#room", bob)
    alice.send("MODE #room +ik key", "MODE #room +b alice!*@*", "PART #room")
    assert commands(alice.ask("JOIN #room key")) == ["473"]
    assert chanserv(bob, "INVITE #room")[0].startswith("You are not logged in")
    answers = alice.ask("CS INVITE #room")
    assert [(str(one.source), one.command, one.params) for one in answers] == [
        (CHANSERV, "INVITE", ["alice", "#room"]),
        (CHANSERV, "NOTICE", ["alice", "You are invited: say /join #room key"]),
    ]
    assert chanserv(alice, "UNBAN #room") == ["1 bans are removed from #room"]
    assert "JOIN" in commands(alice.ask("JOIN #room key"))


def test_operators_of_the_server_may_help(irc: Irc) -> None:
    irc = Irc(operators=OPERATORS)
    founder(irc)
    member(irc, "bob")
    root = irc.oper("boss")
    assert chanserv(root, "TRANSFER #room bob") == ["#room belongs to bob now"]
    guard = irc.connect("guard")
    guard.send("OPER guard frenchfries")
    assert chanserv(guard, "TRANSFER #room alice")[0].startswith("You are not logged in")


def test_a_secret_channel_is_no_stranger_s_business(irc: Irc) -> None:
    alice, bob = founder(irc), member(irc, "bob")
    alice.send("MODE #room +s")
    assert chanserv(bob, "INFO #room") == chanserv(bob, "INFO #nowhere") == ["There is no such channel"]
    chanserv(alice, "ACCESS #room ADD bob")
    assert chanserv(bob, "INFO #room")[0] == "#room belongs to alice since 2023-11-14T22:13:20.000Z"


def test_the_topic_is_forgotten_if_that_is_wished(irc: Irc) -> None:
    alice, bob = founder(irc), irc.connect("bob")
    alice.send("TOPIC #room :for now")
    assert chanserv(alice, "SET KEEPTOPIC #room off") == ["The topic of #room is forgotten when everybody has left"]
    assert params(bob.ask("JOIN #room"), "332") == [["bob", "#room", "for now"]]
    bob.send("PART #room")
    alice.send("PART #room")
    assert params(bob.ask("JOIN #room"), "332") == []


# What is kept


def test_only_what_changes_the_record_of_a_registered_channel_writes_it(irc: Irc) -> None:
    alice = founder(irc)
    bob = irc.connect("bob")
    irc.enter("#other", alice)
    irc.enter("#room", bob)
    alice.send("TOPIC #other :x", "MODE #other +m", "PRIVMSG #room :hello", "MODE #room +v bob")
    assert saved(irc) == []
    alice.send("TOPIC #room :x", "MODE #room +l 5", "MODE #room +e *!*@example.org")
    assert len(saved(irc)) == 3


def test_channels_outlive_the_server(database: Database) -> None:
    first = Irc(database=database)
    alice, bob = founder(first), member(first, "bob")
    alice.send("CS ACCESS #room ADD bob voice", "TOPIC #room :our topic", "MODE #room +ikl key 9")
    alice.send("MODE #room +b bad!*@*", "MODE #room +e good!*@*", "MODE #room +I *!*@127.0.0.1")
    first.flush()
    before = first.core.world.channels["#room"]
    second = Irc(database=database)
    after = second.core.world.channels["#room"]
    assert not after.members
    for name in ("name", "created_at", "ownership", "topic", "topic_by", "topic_at", "flags", "key", "limit", "lists"):
        assert getattr(after, name) == getattr(before, name), name
    bob = second.connect("someone")
    bob.send(f"NS IDENTIFY bob {PASSWORD}")
    answers = bob.ask("JOIN #room key")
    assert params(answers, "MODE") == [["#room", "+v", "someone"]]
    assert params(answers, "332")[0][2] == "our topic"


def test_a_dropped_channel_does_not_come_back(database: Database) -> None:
    first = Irc(database=database)
    alice = founder(first)
    (said,) = chanserv(alice, "DROP #room")
    alice.send(f"CS {said.partition('say ')[2]}")
    alice.read()
    assert Irc(database=database).core.world.channels["#room"].ownership is None
