"""What was set lasts on the server too: `docs/lasting.md` has the table of which these tests are the server's rows."""

from collections.abc import Callable

import pytest

from tests.conformance.test_read_marker import EARLY
from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, device, nickserv
from trialogue_server.world import markers

Start = Callable[..., Irc]
CAPS = ("draft/read-marker", "draft/metadata-2", "draft/channel-rename", "batch")


def register(client: Client) -> None:
    """Make an account."""
    assert nickserv(client, f"REGISTER {PASSWORD}")


def owner(irc: Irc) -> Client:
    """Return alice with an account, as the operator of #room."""
    alice = irc.connect("alice", *CAPS)
    register(alice)
    irc.enter("#room", alice)
    return alice


ROOM = [
    (["TOPIC #room :what grows"], "TOPIC #room", "what grows"),
    (["MODE #room +m"], "MODE #room", "+mnt"),
    (["MODE #room +i"], "MODE #room", "+int"),
    (["MODE #room +CMR-t"], "MODE #room", "+CMRn"),
    (["MODE #room +k sesame"], "MODE #room", "+ntk sesame"),
    (["MODE #room +k sesame", "MODE #room +k barley"], "MODE #room", "+ntk barley"),
    (["MODE #room +l 20"], "MODE #room", "+ntl 20"),
    (["MODE #room +b troll!*@*"], "MODE #room +b", "troll!*@* alice!"),
    (["MODE #room +b ~a:troll"], "MODE #room +b", "~a:troll alice!"),
    (["MODE #room +e friend!*@*"], "MODE #room +e", "friend!*@* alice!"),
    (["MODE #room +I friend!*@*"], "MODE #room +I", "friend!*@* alice!"),
    (["METADATA #room SET url :http://garden"], "METADATA #room GET url", "http://garden"),
    ([f"MARKREAD #room {EARLY}"], "MARKREAD #room", EARLY),
    (["CS REGISTER #room", "CS ACCESS #room ADD bob OP"], "CS ACCESS #room LIST", "bob: op"),
    (["CS REGISTER #room", "CS AKICK #room ADD weed!*@* not here"], "CS AKICK #room LIST", "weed!*@*"),
    (["CS REGISTER #room", "CS SET #room HISTORY joined"], "CS INFO #room", "joined"),
    (["CS REGISTER #room", "CS SET #room KEEP 7 days"], "CS INFO #room", "7 days"),
    (["CS REGISTER #room"], "CS INFO #room", "alice"),
    (["RENAME #room #hall", "TOPIC #hall :tidy"], "TOPIC #hall", "tidy"),
]
ACCOUNT = [
    (["NS CERT ADD " + "ab" * 32], "NS CERT LIST", "abab"),
    (["NS SET ENFORCE off"], "NS INFO", "Others may use the nick: yes"),
    (["NS SET KEEP 7 days"], "NS INFO", "7 days"),
    (["NS SET ALWAYS-ON on"], "NS INFO", "without a connection: yes"),
    (["METADATA * SET mood :fine"], "METADATA * GET mood", "fine"),
    (["SILENCE +troll!*@*"], "SILENCE", "troll!*@*"),
]


@pytest.mark.parametrize("said", [True, False], ids=["said", "nothing said"])
@pytest.mark.parametrize("restart", [True, False], ids=["restart", "reconnection"])
@pytest.mark.parametrize(("lines", "question", "answer"), ROOM, ids=lambda value: str(value)[:40])
def test_what_was_set_of_a_room_lasts(
    start: Start, lines: list[str], question: str, answer: str, restart: bool, said: bool
) -> None:
    """Alone in it, with something said or not; a room in which nothing was said ends with its last member, and what
    was set of it, but not what an account has set for itself.
    """
    irc = start()
    bob = irc.connect("bob")
    register(bob)
    alice = owner(irc)
    if said:
        alice.send("PRIVMSG #room :hello")
    else:
        irc.enter("#room", bob)  # somebody stays
    alice.send(*lines)
    before = answer_to(alice, question)
    assert answer in before, before
    if restart:
        irc = start()
    else:
        alice.drop()
    alice = device(irc, "alice", *CAPS)
    room = "#hall" if "#hall" in question else "#room"
    alice.send(f"JOIN {room} {before.rpartition(' ')[2] if '+k ' in lines[-1] else ''}".rstrip())
    assert answer_to(alice, question) == before


def answer_to(client: Client, question: str) -> str:
    """Return the answer."""
    return " | ".join(" ".join(message.params) for message in client.ask(question))


@pytest.mark.parametrize("restart", [True, False], ids=["restart", "reconnection"])
@pytest.mark.parametrize(("lines", "question", "answer"), ACCOUNT, ids=lambda value: str(value)[:40])
def test_what_was_set_of_an_account_lasts(
    start: Start, lines: list[str], question: str, answer: str, restart: bool
) -> None:
    irc = start()
    alice = owner(irc)
    alice.send(*lines)
    before = answer_to(alice, question)
    assert answer.lower() in before.lower(), before
    if restart:
        irc = start()
    else:
        alice.drop()
    assert answer_to(device(irc, "alice", *CAPS), question) == before


def test_a_read_marker_lasts_in_a_room_where_nothing_was_said(start: Start) -> None:
    """ "the server SHOULD … persist" is not said; but what one device has set, the next one finds.

    https://ircv3.net/specs/extensions/read-marker
    """
    irc = start()
    alice = owner(irc)
    alice.send(f"MARKREAD #room {EARLY}", "PART #room")
    assert params(alice.ask("JOIN #room"), "MARKREAD") == [["#room", EARLY]]
    alice.drop()
    alice = device(start(), "alice", *CAPS)
    assert params(alice.ask("JOIN #room"), "MARKREAD") == [["#room", EARLY]]


def test_markers_in_rooms_that_are_gone_are_bounded(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markers, "_OF_NOTHING", 2)
    irc = start()
    alice = owner(irc)
    for number in range(4):
        alice.send(f"JOIN #{number}", f"MARKREAD #{number} {EARLY}", f"PART #{number}")
    told = [params(alice.ask(f"JOIN #{number}"), "MARKREAD")[0][1] for number in range(4)]
    assert told == [EARLY, EARLY, "*", "*"]


@pytest.mark.parametrize("restart", [True, False], ids=["restart", "reconnection"])
def test_an_operator_s_invitation_of_an_account_lasts_until_it_is_used(start: Start, restart: bool) -> None:
    irc = start()
    bob = irc.connect("bob")
    register(bob)
    alice = owner(irc)
    alice.send("PRIVMSG #room :hello", "MODE #room +i", "INVITE bob #room")
    if restart:
        irc = start()
    else:
        bob.drop()
    bob = device(irc, "bob")
    assert params(bob.ask("INVITE"), "336") == [["bob", "#room"]]
    assert params(bob.ask("JOIN #room"), "JOIN") == [["#room"]]
    bob.send("PART #room")
    assert commands(bob.ask("JOIN #room")) == ["473"], "once"
    assert params(bob.ask("INVITE"), "336") == []


def test_an_invitation_goes_with_its_account_and_with_a_ban(start: Start) -> None:
    irc = start(operators=OPERATORS)
    bob, carol = irc.connect("bob"), irc.connect("carol")
    register(bob)
    register(carol)
    alice = owner(irc)
    alice.send("PRIVMSG #room :hello", "MODE #room +i", "INVITE bob #room", "INVITE carol #room")
    bob.drop()
    alice.send("MODE #room +b someone!*@*")
    bob = device(irc, "bob")
    assert commands(bob.ask("JOIN #room")) == ["473"], "whether the ban meant bob could not be known"
    carol.send(f"NS DROP {PASSWORD}")
    carol.drop()
    carol = irc.connect("carol")
    register(carol)
    assert commands(carol.ask("JOIN #room")) == ["473"], "the next owner of the name is somebody else"
