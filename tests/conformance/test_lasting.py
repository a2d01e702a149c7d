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


@pytest.mark.parametrize("restart", [True, False], ids=["restart", "reconnection"])
@pytest.mark.parametrize(
    ("mask", "answer"),
    [("someone!*@*", "JOIN"), ("bob!*@*", "473"), ("~a:bob", "473"), ("*!*@127.0.0.1", "473")],
)
def test_a_ban_ends_the_invitation_of_who_is_away_if_it_means_them(
    start: Start, mask: str, answer: str, *, restart: bool
) -> None:
    """Whether it does is known when they come; the invitation opens what was set before it."""
    irc = start()
    bob = irc.connect("bob")
    register(bob)
    alice = owner(irc)
    alice.send("PRIVMSG #room :hello", "MODE #room +ib *!bob@*", "INVITE bob #room")
    bob.drop()
    irc.wait(1)
    alice.send(f"MODE #room +b {mask}")
    if restart:
        irc = start()
    assert commands(device(irc, "bob").ask("JOIN #room"))[0] == answer


def test_an_invitation_goes_with_its_account(start: Start) -> None:
    irc = start(operators=OPERATORS)
    carol = irc.connect("carol")
    register(carol)
    alice = owner(irc)
    alice.send("PRIVMSG #room :hello", "MODE #room +i", "INVITE carol #room")
    carol.send(f"NS DROP {PASSWORD}")
    carol.drop()
    carol = irc.connect("carol")
    register(carol)
    assert commands(carol.ask("JOIN #room")) == ["473"], "the next owner of the name is somebody else"


def test_who_is_always_on_is_there_again_after_a_restart(start: Start) -> None:
    """Also when their connection was there until the end, and in whatever they were: rooms, modes, away."""
    irc = start()
    alice, bob = owner(irc), irc.connect("bob")
    register(bob)
    irc.enter("#room,#hall,#left", bob)
    alice.send("PRIVMSG #room :hello", "MODE #room +v bob", "NS SET ALWAYS-ON on")
    bob.send("NS SET ALWAYS-ON on", "MODE bob +R", "SETNAME :Bob B", "PART #left", "AWAY :out", "PRIVMSG #hall :hi")
    bob.drop()
    alice.send("PRIVMSG #room :after bob had gone")
    guest = bob
    for _ in range(2):  # what a restart restores, the next one does
        irc = start()
        guest = irc.connect("guest")
        assert params(guest.ask("WHOIS bob"), "311", "319", "301", "330") == [
            ["guest", "bob", "bob", "127.0.0.1", "*", "Bob B"],
            ["guest", "bob", "+#room @#hall"],
            ["guest", "bob", "out"],
            ["guest", "bob", "bob", "is logged in as"],
        ]
        assert params(guest.ask("NAMES #room"), "353")[0][-1] == "@alice +bob"
    assert params(guest.ask("PRIVMSG bob :psst"), "477"), "mode R"
    bob = device(irc, "bob")
    assert {one.params[0] for one in bob.read() if one.command == "JOIN"} <= {"#room", "#hall"}
    bob = device(irc, "bob", "batch", "draft/chathistory", "message-tags")
    said = [one[-1] for one in params(bob.ask("CHATHISTORY LATEST #room * 9"), "PRIVMSG")]
    assert said[-1] == "after bob had gone"


def test_who_is_always_on_is_shown_what_was_said_around_a_restart(start: Start) -> None:
    """An old client comes back to rooms that it never left, and is told what it has missed there."""
    irc = start()
    alice, bob = owner(irc), irc.connect("bob")
    register(bob)
    irc.enter("#room", bob)
    bob.send("NS SET ALWAYS-ON on", "PRIVMSG #room :see you")
    bob.drop()
    alice.send("PRIVMSG #room :before")
    irc = start()
    alice = device(irc, "alice")
    alice.ask("JOIN #room", "PRIVMSG #room :after")
    client = irc.open()
    client.send(f"PASS bob:{PASSWORD}", "NICK bob", "USER bob 0 * :bob")
    heard = client.read()
    assert params(heard, "JOIN") == [["#room"]]
    told = [one[-1].rpartition("] ")[2] for one in params(heard, "NOTICE") if one[0] == "#room"]
    assert told[:2] == ["before", "after"]


@pytest.mark.parametrize(
    "ending", ["NS SET ALWAYS-ON off", f"NS DROP {PASSWORD}", "NS LOGOUT"], ids=["off", "drop", "logout"]
)
def test_who_is_always_on_no_more_is_not_restored(start: Start, ending: str) -> None:
    irc = start()
    alice = owner(irc)
    alice.send("PRIVMSG #room :hello", "NS SET ALWAYS-ON on", ending)
    assert commands(start().connect("guest").ask("WHOIS alice"))[0] == "401"


def test_who_has_another_nick_or_is_in_a_renamed_room_is_restored_so(start: Start) -> None:
    irc = start()
    alice = owner(irc)
    alice.send("PRIVMSG #room :hello", "NS SET ALWAYS-ON on", "NICK alice2", "RENAME #room #hall")
    guest = start().connect("guest")
    assert params(guest.ask("WHOIS alice2"), "319") == [["guest", "alice2", "@#hall"]]
    assert commands(guest.ask("WHOIS alice"))[0] == "401"


@pytest.mark.parametrize("restart", [True, False], ids=["restart", "reconnection"])
@pytest.mark.parametrize("lost", ["", "MODE #room -v bob", "KICK #room bob"])
def test_an_account_has_its_voice_again(start: Start, lost: str, *, restart: bool) -> None:
    """As operators have their standing: until it is taken, or they are put out."""
    irc = start()
    alice, bob = owner(irc), irc.connect("bob")
    register(bob)
    irc.enter("#room", bob)
    alice.send("PRIVMSG #room :hello", "MODE #room +v bob", *([lost] if lost else []))
    bob.drop()
    alice.read()
    if restart:
        irc = start()
        alice = device(irc, "alice")
        alice.send("JOIN #room")
    device(irc, "bob").send("JOIN #room")
    assert params(alice.ask("NAMES #room"), "353")[0][-1] == ("@alice bob" if lost else "@alice +bob")


def test_who_is_there_without_an_address_is_banned_and_asked_about_like_others(start: Start) -> None:
    """The address of a connection that a restart has ended is not kept; the next connection has one."""
    irc = start()
    alice = owner(irc)
    alice.send("PRIVMSG #room :hello", "NS SET ALWAYS-ON on")
    irc = start(operators=OPERATORS)
    root = irc.oper("root")
    assert params(root.ask("WHOIS alice"), "338") == []
    assert params(root.ask("WHO alice %ni"), "354") == [["root", "255.255.255.255", "alice"]]
    for ban in ("address 192.0.2.1", "network 192.0.2.0/24", "mask *!*@192.0.2.*"):
        assert commands(root.ask(f"BAN ADD {ban} 1h")) == ["NOTE"]
    device(irc, "alice")
    assert params(root.ask("WHOIS alice"), "338")[0][3] == "127.0.0.1"
    root.send("BAN ADD account alice 1h")
    assert commands(start().connect("guest").ask("WHOIS alice"))[0] == "401", "who is banned is not restored"
