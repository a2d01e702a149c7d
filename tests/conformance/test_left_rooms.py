"""Who may read what, by how the room stood when it was said: the table in docs/history.md, and
docs/decisions/0020-a-room-that-was-empty.md. What is left of a room that everybody has left, and of none.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.test_history_readers import CAPS, ENDING, say, seen
from tests.support.irc import OPERATORS, Client, Irc, params
from tests.support.services import chanserv, device, member, nickserv
from trialogue_server.channel_expiry import ChannelSizes
from trialogue_server.commands.inputs import ChannelsExpired
from trialogue_server.commands.questions import excess_of
from trialogue_server.store.database import Database
from trialogue_server.world.times import LAST_ID

Start = Callable[..., Irc]
CLOSED = ["+k key", "+i", "+s"]
TARGETS = "CHATHISTORY TARGETS timestamp=1970-01-01T00:00:00.000Z timestamp=2999-01-01T00:00:00.000Z 50"


def back(irc: Irc, nick: str, room: str = "#room") -> Client:
    """Let somebody with an account come back into a room, whatever closes it."""
    client = device(irc, nick, *CAPS)
    channel = irc.core.world.channels["#room"]
    channel.invited.add(client.session.user.uid if client.session.user else 0)
    irc.enter(f"{room} key", client)
    return client


def names(client: Client, room: str = "#room") -> set[str]:
    """Return who is in a room, with their prefixes."""
    return {name for line in params(client.ask(f"NAMES {room}"), "353") for name in line[-1].split()}


def modes(client: Client, room: str = "#room") -> str:
    return params(client.ask(f"MODE {room}"), "324")[0][2]


def records(database: Database) -> set[str]:
    """Return the kinds of records that are kept, but for accounts."""
    rows = database._connection.execute("SELECT DISTINCT kind FROM records WHERE kind != 'account'")
    return {kind for (kind,) in rows}


def rows(database: Database) -> int:
    """Return how many events and conversations are kept."""
    (number,) = database._connection.execute(
        "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM conversations)"
    ).fetchone()
    return int(number)


# Said while everybody could come in


@pytest.mark.parametrize("restart", [False, True])
def test_what_was_said_in_an_open_room_is_for_whoever_comes_later(start: Start, restart: bool) -> None:
    """Also after it was empty: for its author, for others with an account, and for guests."""
    irc = start()
    alice, bob = irc.connect("alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice)
    say(alice, "the secret")
    alice.drop()
    if restart:
        bob.drop()
        irc = start()
        bob = device(irc, "bob", *CAPS)
    alice, carol = irc.connect("alice", *CAPS), irc.connect("carol", *CAPS)
    for one in (alice, bob, carol):
        irc.enter("#room", one)
        assert seen(one) == {"the secret"}
        assert [line[1] for line in params(one.ask(TARGETS), "CHATHISTORY")] == ["#room"]
        one.send("PART #room")
    plain = irc.connect("plain")
    assert any("the secret" in line[-1] for line in params(plain.ask("JOIN #room"), "NOTICE"))


def test_a_message_into_a_room_that_was_empty_is_there_for_who_comes_later(start: Start) -> None:
    """As of ``echo "the backup is done" | trialogue-client …``."""
    irc = start()
    for text in ("the backup is done: secret 1", "the backup is done: secret 2"):
        pipe = irc.connect("backup", *CAPS)
        irc.enter("#room", pipe)
        say(pipe, text)
        pipe.send("QUIT")
        pipe.drop()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    assert seen(alice) == {"the backup is done: secret 1", "the backup is done: secret 2"}


@pytest.mark.parametrize("open_all_the_same", ["+b troll!*@*", "+l 5", "+m", "+nt"])
def test_a_ban_of_somebody_a_limit_or_moderation_closes_no_room(start: Start, open_all_the_same: str) -> None:
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    alice.send(f"MODE #room {open_all_the_same}")
    say(alice, "the secret")
    alice.send("PART #room")
    bob = irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    assert seen(bob) == {"the secret"}


def test_whoever_is_banned_reads_nothing(start: Start) -> None:
    irc = start()
    alice, troll = irc.connect("alice", *CAPS), irc.connect("troll", *CAPS)
    irc.enter("#room", alice, troll)
    say(alice, "the secret")
    alice.send("MODE #room +b troll!*@*")
    assert seen(troll) == set()
    assert not params(troll.ask(TARGETS), "CHATHISTORY")


# Said while it was closed


@pytest.fixture(params=CLOSED)
def closed(start: Start, request: pytest.FixtureRequest) -> Irc:
    """A room in which alice and bob, who have accounts, and a guest were while it was closed, and that alice opened
    again. Carol, who has an account, came before it was closed and left.
    """
    irc = start()
    alice, bob, carol = (member(irc, nick, *CAPS) for nick in ("alice", "bob", "carol"))
    guest = irc.connect("guest", *CAPS)
    irc.enter("#room", alice, bob, carol, guest)
    say(alice, "open secret")
    carol.send("PART #room")
    alice.send(f"MODE #room {request.param}")
    say(alice, "closed secret")
    alice.send(f"MODE #room {request.param.replace('+', '-')}")
    say(alice, "open secret again")
    return irc


OPEN = {"open secret", "open secret again"}
ALL = OPEN | {"closed secret"}


def of(irc: Irc, nick: str) -> Client:
    """Return the client of somebody who is there."""
    user = irc.core.world.nicks[nick]
    (session,) = irc.core.registry.of(user.uid)
    sink: Any = session.outbox.sink
    return Client(irc, session, sink)


def test_who_was_there_reads_what_was_said_while_it_was_closed_and_nobody_else(closed: Irc) -> None:
    """ "-i does not open the past." """
    irc = closed
    for nick in ("alice", "bob", "guest"):
        assert seen(of(irc, nick)) == ALL, "who was there is there still"
    stranger, carol = irc.connect("stranger", *CAPS), of(irc, "carol")
    for one in (stranger, carol):
        irc.enter("#room", one)
        assert seen(one) == OPEN
    # A closed message is found by no other way either.
    (closed_id,) = [
        line.tags["msgid"] for line in of(irc, "bob").ask("CHATHISTORY LATEST #room * 9") if "closed" in line.params[-1]
    ]
    for asked in ("AROUND", "BEFORE", "AFTER"):
        answer = stranger.ask(f"CHATHISTORY {asked} #room msgid={closed_id} 9")
        assert {line[-1] for line in params(answer, "PRIVMSG")} <= OPEN
    assert params(stranger.ask(f"REDACT #room {closed_id}"), "FAIL")[0][1] == "UNKNOWN_MSGID"


@pytest.mark.parametrize("leaving", ["PART #room", "QUIT", "restart", "empty", "kick"])
def test_an_account_that_was_there_reads_it_when_it_comes_back_and_a_guest_does_not(
    closed: Irc, start: Start, leaving: str
) -> None:
    irc = closed
    match leaving:
        case "restart":
            irc = start()
        case "kick":
            of(irc, "alice").send("KICK #room bob", "KICK #room guest")
        case "empty":
            for nick in ("bob", "guest", "alice"):
                of(irc, nick).send("PART #room")
        case _:
            for nick in ("bob", "guest"):
                of(irc, nick).send(leaving)
    for session in list(irc.core.registry.sessions.values()):
        if session.nick in ("bob", "guest"):
            Client(irc, session, session.outbox.sink).drop()  # type: ignore[arg-type]
    bob, guest = back(irc, "bob"), irc.connect("guest", *CAPS)
    irc.enter("#room", guest)
    assert seen(bob) == ALL
    assert seen(guest) == OPEN
    irc = start()
    assert seen(back(irc, "bob")) == ALL, "nor does a restart take it away"


def test_whoever_came_into_a_closed_room_reads_what_was_said_there_since(start: Start) -> None:
    """By a key, or by an invitation: not what was said before them while it was closed."""
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice)
    alice.send("MODE #room +k key")
    say(alice, "secret before bob")
    irc.enter("#room key", bob)
    say(alice, "secret with bob")
    assert seen(bob) == {"secret with bob"}
    bob.send("PART #room")
    say(alice, "secret without bob")
    irc.enter("#room key", bob)
    assert seen(bob) == {"secret with bob"}
    say(alice, "secret with bob again")
    assert seen(bob) == {"secret with bob", "secret with bob again"}
    assert len(seen(alice)) == 4


def test_whoever_lost_the_connection_has_no_gap(start: Start) -> None:
    """ "Whoever reconnects gets every message since the last one they saw", in a closed room as in an open one."""
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice, bob)
    alice.send("MODE #room +k key")
    bob.drop()
    say(alice, "secret while away")
    assert seen(back(irc, "bob")) == {"secret while away"}
    irc = start()
    alice = back(irc, "alice")
    say(alice, "secret after the restart")
    assert seen(back(irc, "bob")) == {"secret while away", "secret after the restart"}


@pytest.mark.parametrize("closing", CLOSED)
def test_whoever_was_away_when_it_was_closed_was_not_in_it(start: Start, closing: str) -> None:
    """Whatever they left by, until they come in again; a restart does not bring them in."""
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice, bob)
    say(alice, "open secret")
    bob.drop()
    alice.send(f"MODE #room {closing}")
    say(alice, "closed secret")
    irc = start()
    alice = back(irc, "alice")
    bob = back(irc, "bob")
    assert seen(bob) == {"open secret"}
    say(alice, "secret with bob")
    assert seen(bob) == {"open secret", "secret with bob"}
    bob.send("PART #room")
    alice.send(f"MODE #room {closing.replace('+', '-')}")
    irc.enter("#room", bob)
    assert seen(bob) == {"open secret", "secret with bob"}


def test_whoever_is_always_on_was_in_it(start: Start) -> None:
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    nickserv(bob, "SET ALWAYS-ON on")
    irc.enter("#room", alice, bob)
    bob.drop()
    alice.send("MODE #room +k key")
    say(alice, "closed secret")
    alice.send("MODE #room -k key")
    bob = device(irc, "bob", *CAPS)
    assert seen(bob) == {"closed secret"}
    bob.send("PART #room", "JOIN #room")
    assert seen(bob) == {"closed secret"}


def test_another_key_shuts_out_whoever_is_away(start: Start) -> None:
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice, bob)
    alice.send("MODE #room +k key")
    bob.drop()
    say(alice, "secret while away")
    alice.send("MODE #room +k another")
    say(alice, "secret of others")
    alice.send("MODE #room -k another")
    bob = back(irc, "bob")
    assert seen(bob) == {"secret while away"}
    bob.send("CAP REQ draft/event-playback")
    shown = [" ".join(message.params) for message in bob.ask("CHATHISTORY LATEST #room * 50")]
    assert any("+k key" in words for words in shown)
    assert not any("another" in words for words in shown), "nor does it see the other key"


@pytest.mark.parametrize("lost", ["connection", "server"])
def test_who_comes_back_needs_no_invitation_into_what_was_closed_while_they_were_there(start: Start, lost: str) -> None:
    irc = start()
    alice, bob, carol = (member(irc, nick, *CAPS) for nick in ("alice", "bob", "carol"))
    irc.enter("#room", alice, bob, carol)
    carol.drop()
    alice.send("MODE #room +i")
    say(alice, "secret")
    if lost == "server":
        irc = start()
    else:
        bob.drop()
        alice.drop()
    bob, carol = device(irc, "bob", *CAPS), device(irc, "carol", *CAPS)
    assert params(bob.ask("JOIN #room"), "366")
    assert params(carol.ask("JOIN #room"), "473"), "she was away when it was closed"
    bob.send("PART #room")
    assert params(bob.ask("JOIN #room"), "473"), "who has left needs one"
    alice = device(irc, "alice", *CAPS)
    assert params(alice.ask("JOIN #room"), "366")
    alice.send("MODE #room +kl key 1", "PART #room")
    assert params(alice.ask("JOIN #room"), "366"), "its operator comes in, as nobody could tell the key"


def test_who_was_banned_meanwhile_belongs_no_more(start: Start) -> None:
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice, bob)
    alice.send("MODE #room +k key")
    say(alice, "secret with bob")
    bob.drop()
    alice.send("MODE #room +b ~a:bob", "MODE #room -b ~a:bob")
    say(alice, "secret without bob")
    assert seen(back(irc, "bob")) == {"secret with bob"}


def test_what_happened_while_it_was_closed_is_hidden_with_what_was_said(start: Start) -> None:
    """Also the key with which it was closed, from those who are shown modes of the past."""
    irc = start()
    caps = (*CAPS, "draft/event-playback")
    alice = member(irc, "alice", *caps)
    irc.enter("#room", alice)
    say(alice, "open secret")
    alice.send("MODE #room +k the-key", "TOPIC #room :closed topic", "MODE #room -k the-key")
    say(alice, "open again")
    bob = irc.connect("bob", *caps)
    irc.enter("#room", bob)
    shown = bob.ask("CHATHISTORY LATEST #room * 50")
    assert {"open secret", "open again"} <= {message.params[-1] for message in shown}
    assert not [m for m in shown if "the-key" in " ".join(m.params) or "closed topic" in m.params]
    assert any("closed topic" in m.params for m in alice.ask("CHATHISTORY LATEST #room * 50"))


def test_registering_opens_nothing_that_was_said_while_it_was_closed(start: Start) -> None:
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    irc.enter("#room", alice)
    alice.send("MODE #room +i")
    say(alice, "closed secret")
    chanserv(alice, "REGISTER #room")
    say(alice, "registered secret")
    alice.send("MODE #room -i")
    irc.enter("#room", bob)
    assert seen(bob) == {"registered secret"}, "the founder lets all be read, from then on"
    assert seen(alice) == {"registered secret", "closed secret"}


def test_what_a_founder_kept_from_others_stays_so_when_the_registration_ends(start: Start) -> None:
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice)
    chanserv(alice, "REGISTER #room")
    chanserv(alice, "SET HISTORY #room joined")
    say(alice, "secret before bob")
    irc.enter("#room", bob)
    say(alice, "secret with bob")
    (words,) = chanserv(alice, "DROP #room")
    chanserv(alice, words.partition("say ")[2])
    assert seen(bob) == {"secret with bob"}
    assert seen(alice) == {"secret before bob", "secret with bob"}
    guest = irc.connect("guest", *CAPS)
    irc.enter("#room", guest)
    assert seen(guest) == set()


def test_an_operator_of_the_server_reads_what_is_closed_on_record(start: Start, database: Database) -> None:
    irc = start(operators=OPERATORS)
    alice, root = irc.connect("alice", *CAPS), irc.oper("root", *CAPS)
    irc.enter("#room", alice)
    alice.send("MODE #room +k key")
    say(alice, "closed secret")
    irc.enter("#room key", root)
    audited = "SELECT count(*) FROM audit"
    (before,) = database._connection.execute(audited).fetchone()
    assert seen(root) == {"closed secret"}
    (after,) = database._connection.execute(audited).fetchone()
    assert after > before


def test_a_room_that_is_closed_and_opened_very_often_hides_more_and_never_less(start: Start) -> None:
    irc = start()
    alice = member(irc, "alice", *CAPS)
    irc.enter("#room", alice)
    for number in range(600):
        alice.send(f"PRIVMSG #room :open secret {number}", "MODE #room +i", "MODE #room -i", "MODE #room +i")
        alice.send(f"PRIVMSG #room :closed secret {number}", "MODE #room -i")
    channel = irc.core.world.channels["#room"]
    assert len(channel.closed) == 500
    bob = irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    asked = bob.ask("CHATHISTORY LATEST #room * 100")
    assert [line[-1] for line in params(asked, "PRIVMSG")] == [f"open secret {number}" for number in range(500, 600)]
    first = bob.ask("CHATHISTORY AFTER #room timestamp=1970-01-01T00:00:00.000Z 100")
    assert all(line[-1].startswith("open") for line in params(first, "PRIVMSG"))


# A restart is no emptying


def test_a_restart_leaves_a_room_as_it_is(start: Start) -> None:
    """Topic, modes, lists, who is operator by account, and nobody else."""
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#Room", alice, bob)
    alice.send("TOPIC #room :our topic", "MODE #room +mkl-t key 9", "MODE #room +b bad!*@*", "MODE #room +e good!*@*")
    say(alice, "closed secret")
    irc = start()
    stranger = irc.connect("stranger", *CAPS)
    assert params(stranger.ask("JOIN #room"), "475"), "what closed it closes it"
    assert params(stranger.ask("LIST"), "322") == [], "nobody is in it"
    bob = back(irc, "bob")
    assert names(bob) == {"bob"}, "nobody becomes operator by being the first"
    assert set(modes(bob)) == set("+mnkl")
    assert params(bob.ask("TOPIC #room"), "332") == [["bob", "#Room", "our topic"]]
    assert params(bob.ask("MODE #room b"), "367")[0][2] == "bad!*@*"
    alice = back(irc, "alice")
    assert names(alice) == {"bob", "@alice"}
    assert seen(bob) == {"closed secret"}


def test_guests_come_back_into_a_room_without_an_operator(start: Start) -> None:
    """Nobody knows who they are."""
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    assert names(alice) == {"alice"}
    alice.send("PART #room", "JOIN #room")
    assert names(alice) == {"@alice"}, "nothing was said: the room was no more when she left"


def test_a_room_to_which_nobody_comes_back_is_an_emptied_room(start: Start, database: Database) -> None:
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    irc.enter("#silent", alice)
    say(alice, "secret")
    alice.send("MODE #room +i")
    for _ in range(3):
        irc = start()
        assert set(irc.core.world.channels) == {"#room", "#silent"}
    irc.pass_time()
    irc.pass_time(3599)
    assert not irc.core.world.emptied
    irc.pass_time(1)
    assert set(irc.core.world.emptied) == {"#room", "#silent"}
    weigh(irc)
    assert set(irc.core.world.channels) == {"#room"}, "in the other nothing was said"
    bob = irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    assert names(bob) == {"@bob"}
    assert seen(bob) == {"secret"}


# An emptied room


def test_an_emptied_room_keeps_topic_modes_and_operators(start: Start) -> None:
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice)
    irc.enter("#room", bob)
    alice.send("TOPIC #room :our topic", "MODE #room +k key")
    say(alice, "secret")
    alice.send("PART #room")
    bob.send("PART #room")
    for _ in range(2):
        assert params(irc.connect("stranger").ask("JOIN #room"), "475")
        bob = back(irc, "bob")
        assert names(bob) == {"bob"}, "it has an operator, who is not here"
        assert "k" in modes(bob)
        assert params(bob.ask("TOPIC #room"), "332")
        alice = back(irc, "alice")
        assert names(alice) == {"bob", "@alice"}
        for one in (alice, bob):
            one.send("PART #room")
            one.drop()
        irc = start()


@pytest.mark.parametrize(
    "ending",
    ["MODE #room -o alice", "KICK #room alice", "MODE #room +b ~a:alice", "PART #room|MODE #room +b ~a:alice"],
)
def test_an_operator_is_remembered_until_somebody_takes_it_away(start: Start, ending: str) -> None:
    irc = start()
    bob, alice = member(irc, "bob", *CAPS), member(irc, "alice", *CAPS)
    irc.enter("#room", bob, alice)
    bob.send("MODE #room +o alice")
    alice.send("PART #room", "JOIN #room")
    assert names(alice) == {"@bob", "@alice"}, "she has left, and nobody has taken it away"
    say(bob, "secret")
    leaving, _, taking = ending.rpartition("|")
    if "+b" in ending:
        alice.send(leaving or "PART #room")
    bob.send(taking, "MODE #room -b ~a:alice")
    alice.send("PART #room", "JOIN #room")
    assert names(alice) == {"@bob", "alice"}


@pytest.mark.parametrize("restart", [False, True])
def test_what_might_lock_people_out_falls_where_no_operator_can_come_back(start: Start, restart: bool) -> None:
    """Then the next who comes operates it, without power over what was said before."""
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    before = say(alice, "open secret")
    alice.send("MODE #room +imsk key", "MODE #room +l 1", "MODE #room +b *!*@*", "MODE #room +e x", "MODE #room +I x")
    alice.send("TOPIC #room :our topic")
    closed_id = say(alice, "closed secret")
    alice.send("PART #room")
    if restart:
        irc = start()
    bob = member(irc, "bob", *CAPS)
    irc.enter("#room", bob)
    assert names(bob) == {"@bob"}
    assert modes(bob) == "+nt"
    assert not params(bob.ask("MODE #room b", "MODE #room e", "MODE #room I"), "367", "348", "346")
    assert params(bob.ask("TOPIC #room"), "332")
    assert seen(bob) == {"open secret"}
    assert params(bob.ask(f"REDACT #room {before}"), "FAIL")[0][1] == "REDACT_FORBIDDEN"
    assert params(bob.ask(f"REDACT #room {closed_id}"), "FAIL")[0][1] == "UNKNOWN_MSGID"
    chanserv(bob, "REGISTER #room")
    assert chanserv(bob, "SET KEEP #room 1 messages")[0].startswith("In #room others spoke before you")
    assert params(bob.ask(f"REDACT #room {before}"), "FAIL"), "nor by registering it"
    carol = irc.connect("carol", *CAPS)
    irc.enter("#room", carol)
    later = say(carol, "said since")
    assert params(bob.ask(f"REDACT #room {later}"), "REDACT") == [["#room", later]]


def test_whose_account_is_dropped_is_no_operator_and_the_next_owner_of_the_name_is_none(start: Start) -> None:
    irc = start()
    alice = member(irc, "alice", *CAPS)
    irc.enter("#room", alice)
    alice.send("MODE #room +i")
    say(alice, "secret")
    alice.send("PART #room")
    nickserv(alice, "DROP correct-horse")
    alice.send("QUIT")
    alice.drop()
    other = member(irc, "alice", *CAPS)
    irc.enter("#room", other)
    assert names(other) == {"@alice"}, "as of whoever comes: nobody is operator who could come back"
    assert seen(other) == set()


def test_who_logs_in_has_what_the_account_has(start: Start) -> None:
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    nickserv(alice, "LOGOUT")
    irc.enter("#room", alice)
    nickserv(alice, "IDENTIFY alice correct-horse")
    say(alice, "secret")
    alice.send("PART #room")
    irc.enter("#room", bob)
    assert names(bob) == {"bob"}
    guest = irc.connect("guest", *CAPS)
    irc.enter("#room", guest)
    nickserv(guest, "IDENTIFY alice correct-horse")
    assert "@guest" in names(bob)


# Rooms that always are


@pytest.mark.parametrize("setting", [{"rooms": {"permanent": ["#Hall"]}}, {"channels": {"autojoin": ["#Hall"]}}])
def test_rooms_that_the_settings_name_are_always_there(start: Start, setting: dict[str, Any]) -> None:
    irc = start(operators=OPERATORS, **setting)
    alice = irc.connect("alice", *CAPS)
    alice.send("PART #hall")
    assert params(alice.ask("LIST"), "322") == [["alice", "#Hall", "0", ""]]
    irc.enter("#hall", alice)
    assert names(alice, "#hall") == {"alice"}, "nobody operates it by coming first"
    say(alice, "secret", "#hall")
    alice.send("PART #hall")
    assert not irc.core.world.emptied
    root = irc.oper("root", *CAPS)
    bob = member(irc, "bob", *CAPS)
    irc.enter("#hall", root, bob)
    assert params(root.ask("MODE #hall +o bob", "MODE #hall +m"), "MODE")
    assert params(bob.ask("RENAME #hall #other"), "FAIL")[0][1] == "CANNOT_RENAME"
    for one in (root, bob):
        one.send("PART #hall")
    irc = start(**setting)
    alice = irc.connect("alice", *CAPS)
    irc.enter("#hall", alice)
    assert "m" in modes(alice, "#hall"), "what was set on it stays"
    assert seen(alice, "#hall") == {"secret"}
    bob = device(irc, "bob", *CAPS)
    irc.enter("#hall", bob)
    assert names(alice, "#hall") == {"alice", "@bob"}


def test_a_room_that_the_settings_name_no_more_is_as_any_other(start: Start) -> None:
    irc = start(rooms={"permanent": ["#hall"]})
    irc.core.config = Irc().config
    irc.pass_time()
    assert not irc.core.world.channels


# What is dead costs nothing


def weigh(irc: Irc) -> None:
    """Do what is done once a second about rooms that everybody has left."""
    irc.flush()
    scales = ChannelSizes(irc.core.world)
    while new := [name for name in scales.wanted() if name not in scales.sizes()]:
        for name, size in irc.sizes(new).items():
            scales.put(name, size)
    irc.put(ChannelsExpired(excess_of(irc.core, scales.sizes())))
    irc.flush()


@pytest.mark.parametrize("account", [True, False])
def test_a_room_in_which_nothing_was_said_leaves_nothing(start: Start, database: Database, account: bool) -> None:
    irc = start()
    alice = member(irc, "alice", *CAPS, "draft/read-marker") if account else irc.connect("alice", *CAPS)
    before = rows(database)
    for number in range(50):
        alice.send(f"JOIN #room{number}", f"TOPIC #room{number} :topic", f"MODE #room{number} +i")
        alice.send(
            f"MARKREAD #room{number} timestamp=2023-11-14T22:13:20.000Z", f"@+typing=active TAGMSG #room{number}"
        )
        alice.send(f"PART #room{number}")
    irc.flush()
    assert rows(database) == before
    assert records(database) == ({"marker"} if account else set()), "an account's marker is its own"
    world = irc.core.world
    assert not any((world.channels, world.emptied, world.visits._stays))
    alice.drop()
    assert bool(world.markers._readers) is account, "a guest's end with the guest"
    assert not database._writer._conversations


def test_a_room_with_very_many_events_and_no_message_goes_bit_by_bit(start: Start, database: Database) -> None:
    """Nobody waits for as many deletions as somebody likes to cause."""
    irc = start()
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#room", alice, bob)
    for _ in range(150):
        bob.send("PART #room", "JOIN #room")
    for one in (alice, bob):
        one.send("PART #room")
    irc.flush()
    assert rows(database) > 0
    irc.expire()
    assert rows(database) == 0


def test_of_rooms_that_were_left_the_ones_go_of_whom_there_are_most(start: Start, database: Database) -> None:
    """A flood of rooms by one client puts nobody else's out, and what goes is gone from everywhere."""
    irc = start(rooms={"emptied": 10})
    backup, alice, bob = irc.connect("backup", *CAPS), member(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    for one, name in ((backup, "#backup"), (alice, "#talk"), (bob, "#talk")):
        irc.enter(name, one)
        say(one, "secret", name)
    for one in (backup, alice, bob):
        one.send("JOIN 0")
    flooder = member(irc, "mallory", *CAPS, "draft/read-marker")
    for number in range(30):
        irc.wait(1)
        name = f"#flood{number}"
        flooder.send(f"JOIN {name}", f"PRIVMSG {name} :secret", f"MARKREAD {name} timestamp=2023-11-14T22:13:20.000Z")
        flooder.send(f"PART {name}")
    assert seen(flooder, "#flood0") == set(), "so that it is in the search index"
    weigh(irc)
    left = set(irc.core.world.channels)
    assert {"#backup", "#talk"} <= left
    assert len(left) == 10
    assert "#flood29" in left, "of theirs the oldest go"
    (kept,) = database._connection.execute("SELECT count(*) FROM conversations").fetchone()
    assert kept == 10
    assert records(database) == {"room", "visit", "marker"}
    (markers,) = database._connection.execute("SELECT count(*) FROM records WHERE kind = 'marker'").fetchone()
    assert markers == 8
    assert database._connection.execute("SELECT count(*) FROM removals").fetchone() == (22,), "the index will forget"


def test_rooms_that_were_left_are_bounded_in_bytes(start: Start) -> None:
    irc = start(rooms={"emptied_bytes": 20_000})
    alice, mallory = irc.connect("alice", *CAPS, address="192.0.2.1"), irc.connect("mallory", *CAPS)
    irc.enter("#talk", alice)
    say(alice, "secret", "#talk")
    alice.send("PART #talk")
    for number in range(10):
        irc.wait(1)
        irc.enter(f"#flood{number}", mallory)
        for _ in range(10):
            mallory.send(f"PRIVMSG #flood{number} :{'x' * 400}")
        mallory.send("JOIN 0")
    weigh(irc)
    assert "#talk" in irc.core.world.channels
    assert 2 <= len(irc.core.world.channels) < 6


def test_a_room_of_which_nothing_is_kept_any_more_goes(start: Start, database: Database) -> None:
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    msgid = say(alice, "secret")
    alice.send(f"REDACT #room {msgid}", "PART #room")
    assert "#room" in irc.core.world.channels
    weigh(irc)
    assert "#room" not in irc.core.world.channels
    assert rows(database) == 0


def test_where_the_settings_say_so_a_room_ends_with_its_last_member(start: Start, database: Database) -> None:
    irc = start(**ENDING)
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    say(alice, "secret")
    alice.send("PART #room")
    irc.flush()
    assert not irc.core.world.channels
    assert rows(database) == 0


def test_where_they_say_so_later_the_rooms_that_are_left_go(start: Start, database: Database) -> None:
    irc = start()
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    say(alice, "secret")
    alice.send("PART #room")
    irc.core.config = Irc(**ENDING).config
    irc.pass_time()
    weigh(irc)
    assert not irc.core.world.channels
    assert rows(database) == 0


def test_a_room_that_an_operator_of_the_server_renames_while_it_is_empty_stays_left(start: Start) -> None:
    irc = start(operators=OPERATORS)
    alice, root = irc.connect("alice", *CAPS), irc.oper("root")
    irc.enter("#room", alice)
    say(alice, "secret")
    alice.send("PART #room")
    root.send("RENAME #room #place")
    assert set(irc.core.world.emptied) == {"#place"}
    irc.enter("#place", alice)
    assert not irc.core.world.emptied
    assert seen(alice, "#place") == {"secret"}


def test_guests_who_are_gone_are_no_targets(start: Start) -> None:
    """Nobody could name them, and they must not make it slow to ask; what they said is found by searching."""
    irc = start()
    guest, alice = irc.connect("guest", *CAPS), member(irc, "alice", *CAPS)
    guest.send("PRIVMSG alice :secret")
    assert [line[1] for line in params(alice.ask(TARGETS), "CHATHISTORY")] == ["guest"]
    guest.drop()
    assert not params(alice.ask(TARGETS), "CHATHISTORY")
    assert params(alice.ask("SEARCH text=secret"), "PRIVMSG")


@pytest.mark.parametrize("restart", [False, True])
def test_what_guests_said_to_each_other_goes_with_both(start: Start, database: Database, restart: bool) -> None:
    """And what was said to an account stays that account's."""
    irc = start()
    one, two, alice = irc.connect("one", *CAPS), irc.connect("two", *CAPS), member(irc, "alice", *CAPS)
    one.send("PRIVMSG two :secret", "PRIVMSG alice :secret", "PRIVMSG one :secret")
    alice.send("PRIVMSG two :secret")
    irc.flush()
    before = rows(database)
    if restart:
        start()
    else:
        one.drop()
        irc.flush()
        assert rows(database) == before - 2, "what one said to themselves"
        two.drop()
        irc.flush()
    assert rows(database) == before - 4
    (parties,) = database._connection.execute("SELECT count(*) FROM parties").fetchone()
    assert parties == 2


def test_markers_go_with_the_guests_whom_they_are_about(start: Start, database: Database) -> None:
    irc = start()
    guest, alice = irc.connect("guest", *CAPS), member(irc, "alice", *CAPS, "draft/read-marker")
    guest.send("PRIVMSG alice :hello")
    alice.send("MARKREAD guest timestamp=2023-11-14T22:13:20.000Z")
    irc.flush()
    assert records(database) == {"marker"}
    guest.drop()
    irc.flush()
    assert records(database) == set()


def test_an_open_room_remembers_nobodys_stay(start: Start) -> None:
    """Only of closed ones must be known who was there."""
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    irc.enter("#room", bob, alice)
    say(bob, "secret")
    for _ in range(5):
        alice.send("PART #room", "JOIN #room")
    assert len(irc.core.world.visits.spans("alice", "#room")) == 1
    bob.send("MODE #room +i", "PRIVMSG #room :hello")
    alice.send("PART #room")
    assert irc.core.world.visits.spans("alice", "#room")[0][1] < LAST_ID
