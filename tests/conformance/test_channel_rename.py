"""channel-rename: a channel goes by another name.

https://ircv3.net/specs/extensions/channel-rename (work in progress)
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ircwire.casemap import ascii_fold
from tests.support.irc import Client, Irc, commands, params
from trialogue_server.store.database import Database

CAP = "draft/channel-rename"


@pytest.fixture
def room(irc: Irc) -> tuple[Client, Client, Client]:
    """The channel's operator, a member who knows RENAME as they do, and one who does not."""
    alice, bob, old = irc.connect("alice", CAP), irc.connect("bob", CAP), irc.connect("old")
    irc.enter("#bar", alice, bob, old)
    return alice, bob, old


def test_members_are_told_and_all_stays_as_it_is(irc: Irc, room: tuple[Client, Client, Client]) -> None:
    """ "A channel rename preserves all channel state, such as membership, mode and topic."

    https://ircv3.net/specs/extensions/channel-rename#messages
    """
    alice, bob, _ = room
    alice.send("MODE #bar +b-t evil!*@*", "MODE #bar +v bob", "TOPIC #bar :drinks")
    for client in room:
        client.read()
    alice.send("RENAME #bar #qux :Typo fix")
    seen = [":alice!alice@127.0.0.1 RENAME #bar #qux :Typo fix"]
    assert (alice.lines(), bob.lines()) == (seen, seen)
    assert params(bob.ask("TOPIC #qux"), "332") == [["bob", "#qux", "drinks"]]
    assert params(bob.ask("MODE #qux b"), "367")[0][1:3] == ["#qux", "evil!*@*"]
    assert params(bob.ask("MODE #qux"), "324")[0][1:3] == ["#qux", "+n"]
    assert set(params(bob.ask("NAMES #qux"), "353")[0][-1].split()) == {"@alice", "+bob", "old"}
    bob.send("PRIVMSG #qux :still here")
    assert params(alice.read(), "PRIVMSG") == [["#qux", "still here"]]
    assert commands(bob.ask("PRIVMSG #bar :anybody?")) == ["403"]
    assert "#bar" not in params(alice.ask("WHOIS bob"), "319")[0][-1]


def test_the_reason_may_be_left_out(irc: Irc, room: tuple[Client, Client, Client]) -> None:
    """ "The server to client command MUST always include the third parameter, an empty string MAY be used if no reason
    is provided."

    https://ircv3.net/specs/extensions/channel-rename#messages
    """
    alice, bob, _ = room
    alice.send("RENAME #bar #qux")
    assert bob.lines() == [":alice!alice@127.0.0.1 RENAME #bar #qux :"]


def test_others_see_a_part_and_a_join(irc: Irc, room: tuple[Client, Client, Client]) -> None:
    """ "Send the client a PART message for the old channel name, with part message matching the rename reason if given.
    Send the client a JOIN message followed by the usual messages that would be sent if the client had joined the new
    channel normally"

    https://ircv3.net/specs/extensions/channel-rename#fallback
    """
    alice, _, old = room
    alice.send("TOPIC #bar :drinks")
    old.read()
    alice.send("RENAME #bar #qux :no reason")
    lines = old.lines()
    assert lines[:2] == [":old!old@127.0.0.1 PART #bar :no reason", ":old!old@127.0.0.1 JOIN #qux"]
    assert [line.split()[1] for line in lines[2:]] == ["332", "333", "353", "366"]
    assert ":@alice bob old" in lines[4]


def test_a_join_looks_as_the_client_has_it(irc: Irc, room: tuple[Client, Client, Client]) -> None:
    """ "…the usual messages that would be sent if the client had joined the new channel normally"

    https://ircv3.net/specs/extensions/channel-rename#fallback
    """
    alice, _, _ = room
    other = irc.connect("other", "extended-join", "no-implicit-names")
    irc.enter("#bar", other)
    alice.send("RENAME #bar #qux")
    assert other.lines() == [":other!other@127.0.0.1 PART #bar", ":other!other@127.0.0.1 JOIN #qux * :Real other"]


def test_who_renames_without_the_capability_sees_it_so_too(irc: Irc) -> None:
    """ "If a client sends a valid RENAME command without having negotiated the capability, the server SHOULD rename the
    channel, but use the fallback mechanism to report the name change to that client."

    https://ircv3.net/specs/extensions/channel-rename#fallback
    """
    alice = irc.connect("alice", "batch", "labeled-response")
    irc.enter("#bar", alice)
    first, *inside, _ = alice.ask("@label=r RENAME #bar #qux")
    assert first.tags["label"] == "r"
    assert commands(inside) == ["PART", "JOIN", "353", "366"]


def test_only_the_case_may_change(irc: Irc, room: tuple[Client, Client, Client]) -> None:
    """ "Implementations MUST allow channels to be renamed while only changing the casing of a channel name." "This
    fallback SHOULD NOT be used if the rename only changes the case of the channel name"

    https://ircv3.net/specs/extensions/channel-rename#fallback
    """
    alice, bob, old = room
    alice.send("RENAME #bar #BAR")
    assert bob.lines() == [":alice!alice@127.0.0.1 RENAME #bar #BAR :"]
    assert old.lines() == []
    assert params(old.ask("TOPIC #bar"), "331") == [["old", "#BAR", "No topic is set"]]


def test_the_old_name_is_free(irc: Irc, room: tuple[Client, Client, Client]) -> None:
    """ "A channel rename preserves all channel state": nothing of it stays under the old name.

    https://ircv3.net/specs/extensions/channel-rename#messages
    """
    alice, bob, old = room
    alice.send("RENAME #bar #qux")
    old.ask("JOIN #bar")
    assert params(old.ask("NAMES #bar"), "353")[0][-1] == "@old"
    bob.read()
    old.send("PRIVMSG #bar :alone")
    assert bob.lines() == []


@pytest.mark.parametrize(
    ("who", "line", "answer"),
    [
        ("alice", "RENAME #bar #taken", ["FAIL", "RENAME", "CHANNEL_NAME_IN_USE", "#bar", "#taken"]),
        ("alice", "RENAME #bar #bar", ["FAIL", "RENAME", "CANNOT_RENAME", "#bar", "#bar"]),
        ("alice", "RENAME #bar &local", ["FAIL", "RENAME", "CANNOT_RENAME", "#bar", "&local"]),
        ("alice", "RENAME #bar :#a b", ["FAIL", "RENAME", "CANNOT_RENAME", "#bar", "#a"]),
        ("alice", "RENAME #none #qux", ["403", "alice", "#none"]),
        ("alice", "RENAME #taken #qux", ["442", "alice", "#taken"]),
        ("alice", "RENAME #bar", ["461", "alice", "RENAME"]),
        ("bob", "RENAME #bar #qux", ["482", "bob", "#bar"]),
        ("old", "RENAME #bar #qux", ["482", "old", "#bar"]),
    ],
)
def test_what_cannot_be(irc: Irc, room: tuple[Client, Client, Client], who: str, line: str, answer: list[str]) -> None:
    """ "FAIL RENAME CHANNEL_NAME_IN_USE <old-channel> <new-channel>", "FAIL RENAME CANNOT_RENAME <old-channel>
    <new-channel>" "If existing error numerics (such as ERR_CHANOPRIVSNEEDED, ERR_NOTONCHANNEL, ERR_NEEDMOREPARAMS) are
    more appropriate, they SHOULD be used instead."

    https://ircv3.net/specs/extensions/channel-rename#errors
    """
    irc.connect("carol").send("JOIN #taken")
    asker = {"alice": room[0], "bob": room[1], "old": room[2]}[who]
    (message,) = asker.ask(line)
    assert [message.command, *message.params][:-1] == answer
    assert [client.lines() for client in room] == [[], [], []]


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    yield database
    database.close()


def test_history_goes_with_the_channel(lasting: Database) -> None:
    """ "…avoids issues with client-side logging where history is split across multiple channel names."

    https://ircv3.net/specs/extensions/channel-rename#introduction
    """
    irc = Irc(database=lasting)
    caps = (CAP, "draft/chathistory", "batch", "message-tags")
    alice, bob = irc.connect("alice", *caps), irc.connect("bob", *caps)
    irc.enter("#bar", alice, bob)
    alice.send("PRIVMSG #bar :one", "RENAME #bar #qux", "PRIVMSG #qux :two")
    bob.send("JOIN #bar", "PRIVMSG #bar :elsewhere")
    irc.flush()
    assert params(alice.ask("CHATHISTORY LATEST #qux * 10"), "PRIVMSG") == [["#qux", "one"], ["#qux", "two"]]
    assert params(bob.ask("CHATHISTORY LATEST #bar * 10"), "PRIVMSG") == [["#bar", "elsewhere"]]
    bob.send("PART #bar")
    answer = params(alice.ask("RENAME #qux #bar"), "FAIL")
    assert answer[0][:4] == ["RENAME", "CHANNEL_NAME_IN_USE", "#qux", "#bar"], "it has its history still"
    alice.send("RENAME #qux #new")
    shown = params(alice.ask("CHATHISTORY LATEST #new * 10"), "PRIVMSG")
    assert shown == [["#new", "one"], ["#new", "two"]]


def test_a_registered_channel_is_its_founders(lasting: Database) -> None:
    """ "Server implementations might choose to limit the renaming of channels to privileged individuals in order to
    prevent abuse, using appropriate error responses."

    https://ircv3.net/specs/extensions/channel-rename#security-considerations
    """
    irc = Irc(database=lasting)
    alice, bob = irc.connect("alice", CAP), irc.connect("bob", CAP)
    alice.ask("REGISTER alice * correct-horse")
    irc.enter("#bar", alice, bob)
    alice.ask("PRIVMSG ChanServ :REGISTER #bar", "MODE #bar +o bob")
    assert params(bob.ask("RENAME #bar #qux"), "FAIL")[0][:2] == ["RENAME", "CANNOT_RENAME"]
    alice.send("TOPIC #bar :drinks", "RENAME #bar #qux")
    irc.flush()
    again = Irc(database=lasting)
    assert set(again.core.world.channels) == {"#qux"}
    assert again.core.world.channels["#qux"].topic == "drinks"
