"""Who may read what was said in a room before they entered it: see docs/decisions/0010-whose-rooms.md."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.irc import Client, Irc, params
from tests.support.services import PASSWORD, chanserv, device, member, nickserv
from trialogue_server.commands.inputs import Left
from trialogue_server.store.database import Database
from trialogue_server.world.history_limits import HistoryLimits
from trialogue_server.world.registered_channels import record_of

CAPS = ("batch", "message-tags", "draft/chathistory", "draft/search", "draft/message-redaction", "echo-message")


ENDING: dict[str, Any] = {"rooms": {"keep_emptied": False}}
"""The settings with which a room that is not registered ends with its last member."""


def seen(client: Client, room: str = "#room") -> set[str]:
    """Return what somebody gets to see of the history by any way there is."""
    asked = (f"CHATHISTORY LATEST {room} * 50", f"CHATHISTORY AFTER {room} timestamp=1970-01-01T00:00:00.000Z 50")
    searched = (f"SEARCH in={room};text=secret", "SEARCH text=secret")
    return {line[-1] for command in (*asked, *searched) for line in params(client.ask(command), "PRIVMSG")}


def played_back(client: Client, room: str = "#room") -> list[str]:
    told = [line for line in params(client.ask(f"JOIN {room}"), "NOTICE") if line[0] == room]
    return [line[-1].partition("] ")[2] for line in told[:-1]]


def say(client: Client, text: str, room: str = "#room") -> str:
    """Say something and return its msgid."""
    client.irc.wait(1)
    (echo,) = client.ask(f"PRIVMSG {room} :{text}")
    return echo.tags["msgid"]


def test_whoever_makes_a_room_anew_reads_nothing_of_the_one_before(start: Callable[..., Irc]) -> None:
    """Where the settings say so, a room without an owner ends with its last member."""
    irc = start(**ENDING)
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    secret = say(alice, "the secret")
    alice.send("PART #room")
    mallory = irc.connect("mallory", *CAPS)
    irc.enter("#room", mallory)
    assert seen(mallory) == set()
    targets = "CHATHISTORY TARGETS timestamp=1970-01-01T00:00:00.000Z timestamp=2999-01-01T00:00:00.000Z 50"
    assert not params(mallory.ask(targets), "CHATHISTORY")
    (refused,) = mallory.ask(f"REDACT #room {secret}")
    assert refused.params[:2] == ["REDACT", "UNKNOWN_MSGID"], "nor take back what others said, as its operator"
    say(mallory, "no secret")
    assert seen(mallory) == {"no secret"}
    mallory.send("PART #room")
    assert played_back(irc.connect("trudy")) == []


def test_who_comes_while_somebody_is_there_reads_all_of_it(start: Callable[..., Irc]) -> None:
    irc = start()
    alice, bob, carol = (irc.connect(nick, *CAPS) for nick in ("alice", "bob", "carol"))
    irc.enter("#room", alice)
    say(alice, "the secret")
    irc.enter("#room", bob)
    alice.send("PART #room")
    irc.enter("#room", carol)
    assert seen(carol) == {"the secret"}


def test_registering_a_name_does_not_open_what_was_said_under_it(start: Callable[..., Irc]) -> None:
    irc = start(**ENDING)
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    say(alice, "the secret")
    alice.send("PART #room")
    mallory = member(irc, "mallory", *CAPS)
    irc.enter("#room", mallory)
    say(mallory, "my secret")
    chanserv(mallory, "REGISTER #room")
    assert seen(mallory) == {"my secret"}
    irc = start()
    mallory = device(irc, "mallory", *CAPS)
    irc.enter("#room", mallory)
    assert seen(mallory) == {"my secret"}, "after a restart neither more nor less"


def test_renaming_a_room_does_not_open_what_was_said_under_its_new_name(start: Callable[..., Irc]) -> None:
    """Else one would make a room early, wait until another is over, and take its name and its history."""
    irc = start()
    mallory, alice = irc.connect("mallory", *CAPS), irc.connect("alice", *CAPS)
    irc.enter("#trap", mallory)
    irc.enter("#room", alice)
    say(alice, "the secret")
    assert seen(alice) == {"the secret"}, "so that it is in the search index"
    alice.send("PART #room")
    mallory.send("RENAME #trap #room")
    assert seen(mallory) == set()


def test_a_restart_ends_no_room_that_was_open(start: Callable[..., Irc]) -> None:
    """Those who were there come back one by one, and history must not have a gap for them. Whoever else enters now
    could have entered before, and read the same.
    """
    irc = start(**ENDING)
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    say(alice, "the secret")
    for _ in range(2):
        irc = start(**ENDING)
    bob = irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    assert seen(bob) == {"the secret"}
    bob.send("PART #room")
    irc = start()
    carol = irc.connect("carol", *CAPS)
    irc.enter("#room", carol)
    assert seen(carol) == set(), "but its end ends it, and a restart after that changes nothing"


@pytest.mark.parametrize("closing", ["+k key", "+i", "+b mallory!*@*"])
def test_a_restart_opens_no_room_that_was_closed(start: Callable[..., Irc], closing: str) -> None:
    """Nobody whom a key or a ban kept out comes in through a restart."""
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    alice.send(f"MODE #room {closing}")
    say(alice, "the secret")
    irc = start()
    mallory = irc.connect("mallory", *CAPS)
    irc.enter("#room", mallory)
    assert seen(mallory) == set()


def test_a_room_that_was_opened_again_is_open(start: Callable[..., Irc]) -> None:
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    say(alice, "the secret")
    alice.send("MODE #room +k key", "MODE #room -k key", "RENAME #room #place")
    irc = start()
    bob = irc.connect("bob", *CAPS)
    irc.enter("#place,#room", bob)
    assert seen(bob, "#place") >= {"the secret"}
    assert irc.core.world.channels["#room"].since > irc.core.world.channels["#place"].since


@pytest.fixture
def founder(start: Callable[..., Irc]) -> Client:
    """Somebody who has registered #room and spoken in it."""
    alice = member(start(), "alice", *CAPS)
    alice.irc.enter("#room", alice)
    chanserv(alice, "REGISTER #room")
    say(alice, "first secret")
    return alice


@pytest.mark.parametrize(
    ("wish", "old", "later"),
    [
        ("all", {"first secret"}, {"first secret", "second secret"}),
        ("joined", set(), {"second secret"}),
        ("none", set(), set()),
    ],
)
def test_the_founder_decides_what_members_read(founder: Client, wish: str, old: set[str], later: set[str]) -> None:
    irc = founder.irc
    (said,) = chanserv(founder, f"SET HISTORY #room {wish}")
    assert said.startswith("Members of #room may read of its history: ")
    assert played_back(irc.connect("plain")) == list(old)
    bob = irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    assert seen(bob) == old
    say(founder, "second secret")
    assert seen(bob) == later
    bob.send("PART #room", "JOIN #room")
    assert seen(bob) == (later if wish == "all" else set()), "they have joined anew"


@pytest.fixture
def joined(founder: Client) -> Client:
    """Bob, who has an account, has come into #room where members read what was said since they joined, and has lost his
    connection; then something was said.
    """
    chanserv(founder, "SET HISTORY #room joined")
    bob = member(founder.irc, "bob", *CAPS)
    founder.irc.enter("#room", bob)
    say(bob, "secret of bob's time")
    bob.drop()
    say(founder, "secret while away")
    return founder


BOTH = {"secret of bob's time", "secret while away"}


def back(irc: Irc, room: str = "#room") -> Client:
    """Let bob come back."""
    bob = device(irc, "bob", *CAPS)
    irc.enter(room, bob)
    return bob


def test_whoever_lost_the_connection_joined_when_they_first_came(joined: Client) -> None:
    """ "Whoever reconnects gets every message since the last one they saw": that was not their joining anew."""
    assert seen(back(joined.irc)) == BOTH
    joined.irc.wait(1)
    guest = joined.irc.connect("guest", *CAPS)
    joined.irc.enter("#room", guest)
    assert seen(guest) == set(), "who has no account is nobody who was there before"


def test_belonging_to_a_room_outlives_the_server(joined: Client, start: Callable[..., Irc]) -> None:
    assert seen(back(start())) == BOTH
    bob = back(start())
    assert seen(bob) == BOTH
    bob.send("PART #room")
    irc = start()
    assert seen(back(irc)) == set()


def test_a_renamed_room_is_still_theirs(joined: Client, start: Callable[..., Irc]) -> None:
    joined.send("RENAME #room #place")
    assert seen(back(start(), "#place"), "#place") == BOTH


def test_having_been_in_one_room_opens_no_other_that_takes_its_name(joined: Client) -> None:
    """Bob was in #other, which is no more; #room, in which he has not been since he parted, is called so now."""
    irc = joined.irc
    bob = back(irc)
    bob.send("PART #room")
    irc.enter("#other", bob)
    bob.drop()
    say(joined, "secret of the others")
    joined.send("RENAME #room #other")
    assert seen(back(irc, "#other"), "#other") == set()


def test_having_been_in_a_room_that_is_no_more_opens_no_other_of_its_name(start: Callable[..., Irc]) -> None:
    """Bob lost his connection, and all others left; whoever meets there now are others, with or without a restart."""
    irc = start(**ENDING)
    bob = member(irc, "bob", *CAPS)
    irc.enter("#room", bob)
    bob.send("MODE #room +k key")
    bob.drop()
    assert "bob" not in irc.core.world.nicks
    assert seen_anew(irc) == set()
    irc = start(**ENDING)
    assert seen_anew(irc) == set()


def seen_anew(irc: Irc) -> set[str]:
    """Return what bob sees, who comes later, where members read what was said since they joined."""
    founder = device(irc, "alice", *CAPS) if irc.core.world.accounts.get("alice") else member(irc, "alice", *CAPS)
    founder.send("JOIN #room", "CS REGISTER #room", "CS SET HISTORY #room joined")
    say(founder, "secret before he came")
    found = seen(back(irc))
    founder.send("CS DROP #room")
    (word,) = [line.split()[-1] for line in chanserv(founder, "DROP #room")]
    chanserv(founder, f"DROP #room {word}")
    for session in list(irc.core.registry.sessions.values()):
        irc.put(Left(session.sid, "Connection lost"))
    return found


def test_of_a_room_that_is_no_more_nothing_is_remembered(start: Callable[..., Irc], database: Database) -> None:
    """Else whoever enters and leaves one room after the other fills the memory."""
    irc = start()
    bob = member(irc, "bob", *CAPS)
    for number in range(3):
        bob.send(f"JOIN #room{number},#other{number}", f"PART #room{number}", "JOIN 0")
    bob.send("JOIN #last")
    bob.drop()
    irc.flush()
    assert database.record("visit", lambda key: True) is None
    assert database.record("life", lambda key: True) is None
    assert not any(irc.core.world.visits.last_seen("bob", f"#room{number}") for number in range(3))


@pytest.mark.parametrize(
    "ending",
    [
        "KICK #room bob",
        "MODE #room +b bob!*@*",
        "MODE #room +b ~a:bob",
        "MODE #room +b *!*@127.0.0.1",
        "CS AKICK #room ADD bob",
        "CS AKICK #room ADD bob!*@*",
    ],
)
@pytest.mark.parametrize("where", ["there", "away"])
def test_whoever_is_put_out_has_to_join_anew(
    joined: Client, start: Callable[..., Irc], ending: str, where: str
) -> None:
    """Being away is no way around a ban: what they were known by when they left is what it is compared with."""
    irc = joined.irc
    if where == "there":
        back(irc)
    joined.send(ending)
    joined.irc.flush()
    for session in list(irc.core.registry.sessions.values()):
        if session.nick == "bob":
            irc.put(Left(session.sid, "Connection lost"))
    joined.send(ending.replace("+b", "-b").replace(" ADD ", " DEL ").replace("KICK #room bob", "VERSION"))
    expected = BOTH if (ending.startswith("KICK") and where == "away") else set()
    assert seen(back(irc)) == expected
    assert seen(back(start())) == expected, "nor does a restart bring it back"


def test_a_ban_that_means_somebody_else_ends_nothing(joined: Client) -> None:
    joined.send("MODE #room +e bob!*@*", "MODE #room +b *!*@127.0.0.1", "MODE #room +b troll!*@*")
    assert seen(back(joined.irc)) == BOTH


def test_who_logs_out_belongs_no_more_and_who_logs_in_does_from_their_joining(founder: Client) -> None:
    chanserv(founder, "SET HISTORY #room joined")
    irc = founder.irc
    carol = member(irc, "carol", *CAPS)
    nickserv(carol, "LOGOUT")
    irc.enter("#room", carol)
    say(founder, "secret one")
    nickserv(carol, f"IDENTIFY carol {PASSWORD}")
    assert seen(carol) == {"secret one"}
    carol.drop()
    carol = device(irc, "carol", *CAPS)
    irc.enter("#room", carol)
    assert seen(carol) == {"secret one"}


def test_one_takes_back_ones_own_message_even_where_one_cannot_read_it(founder: Client) -> None:
    chanserv(founder, "SET HISTORY #room none")
    msgid = say(founder, "oops")
    assert params(founder.ask(f"REDACT #room {msgid}"), "REDACT") == [["#room", msgid]]


def test_what_the_founder_decided_outlives_the_server(founder: Client, start: Callable[..., Irc]) -> None:
    chanserv(founder, "SET #room HISTORY none")  # the order of words that older services have
    assert chanserv(founder, "INFO #room")[2] == "Of its history, members may read: none"
    irc = start()
    alice = device(irc, "alice", *CAPS)
    irc.enter("#room", alice)
    assert seen(alice) == set()


def test_only_the_founder_decides(founder: Client) -> None:
    bob = member(founder.irc, "bob")
    assert chanserv(bob, "SET HISTORY #room all") == ["Only the founder of the channel may do that"]
    assert chanserv(founder, "SET HISTORY #room some") == ["Say one of: all, joined, none"]


def test_records_from_before_this_was_kept_begin_with_the_channel(founder: Client) -> None:
    """`since` came later than rooms did; the time at which the room was made says the same."""
    channel = founder.irc.core.world.channels["#room"]
    since, ownership = channel.since, channel.ownership
    assert ownership is not None
    channel.restore(replace(record_of(channel, ownership), since=0))
    assert channel.since >> 20 == since >> 20
    assert seen(founder) == {"first secret"}


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("30", "What is said in #room is kept for 30 days, 10 MB at most"),
        ("default", "What is said in #room is kept for 90 days, 10 MB at most"),
        ("91", 'Say a number of days from 1 to 90, or "default"'),
        ("1000 messages", "What is said in #room is kept for 90 days, 1000 messages and 10 MB at most"),
        ("5 MB", "What is said in #room is kept for 90 days, 5 MB at most"),
        ("1536 kb", "What is said in #room is kept for 90 days, 1536 KB at most"),
        ("1 gb", "The server keeps 10 MB of each conversation at most: say less"),
        ("11 MB", 'Say a number of MB from 1 to 10, or "default"'),
        ("30 weeks", "Say how many days, messages, KB, MB or GB"),
        ("0", 'Say a number of days from 1 to 90, or "default"'),
        ("long", 'Say a number of days from 1 to 90, or "default"'),
    ],
)
def test_the_founder_has_less_kept_than_the_server_keeps(wish: str, answer: str) -> None:
    irc = Irc(history={"keep_days": 90, "keep_bytes": 10 * 1024**2})
    alice, bob = member(irc, "alice"), member(irc, "bob")
    irc.enter("#room", alice)
    chanserv(alice, "REGISTER #room")
    assert chanserv(bob, f"SET KEEP #room {wish}") == ["Only the founder of the channel may do that"]
    assert chanserv(alice, f"SET KEEP #room {wish}") == [answer]
    assert chanserv(alice, "INFO #room")[3].startswith(f"It is kept for: {30 if wish == '30' else 90} days")


def test_wishes_for_a_room_add_up_until_they_are_taken_back() -> None:
    irc = Irc()
    alice = member(irc, "alice")
    irc.enter("#room", alice)
    chanserv(alice, "REGISTER #room")
    chanserv(alice, "SET KEEP #room 30 days")
    chanserv(alice, "SET #room KEEP 500 messages")
    assert chanserv(alice, "SET KEEP #room 2 GB") == [
        "What is said in #room is kept for 30 days, 500 messages and 2 GB at most"
    ]
    assert chanserv(alice, "SET KEEP #room default") == ["What is said in #room is kept for ever"]


def test_whoever_has_an_account_has_less_kept_of_their_direct_messages() -> None:
    irc = Irc(history={"keep_messages": 10_000})
    alice = member(irc, "alice")
    shown = "Direct messages are kept for: "
    assert f"{shown}ever, 10000 messages at most" in nickserv(alice, "INFO")
    assert nickserv(alice, "SET KEEP 7") == ["Your direct messages are kept for 7 days, 10000 messages at most"]
    assert nickserv(alice, "SET KEEP 20000 messages") == ['Say a number of messages from 1 to 10000, or "default"']
    assert f"{shown}7 days, 10000 messages at most" in nickserv(alice, "INFO")
    assert [account.keep for account in irc.core.world.accounts] == [HistoryLimits(days=7)]
    assert nickserv(alice, "SET KEEP default") == ["Your direct messages are kept for ever, 10000 messages at most"]
