"""What those are shown who enter a room with a client that cannot ask for history.

https://ircv3.net/specs/batches/chathistory: "This batch type is used to signal that messages are being played back"
"""

import re
from base64 import b64encode

import pytest

from ircwire import Message
from tests.support.irc import Client, Irc
from tests.support.services import PASSWORD, device, member, nickserv
from trialogue_server.commands.effects import ReadHistory
from trialogue_server.store.database import Database

END = "That was said before you came; what comes now is new"


@pytest.fixture
def irc(database: Database) -> Irc:
    """A server whose history is kept, and which shows the last three messages."""
    return Irc(database=database, history={"playback": 3})


def talk(irc: Irc, *texts: str) -> Client:
    """Have bob come and say something in #room, a second apart."""
    bob = irc.connect("bob")
    irc.enter("#room", bob)
    go_on(irc, bob, *texts)
    return bob


def go_on(irc: Irc, bob: Client, *texts: str) -> None:
    for text in texts:
        irc.wait(1)
        bob.ask(f"PRIVMSG #room :{text}")


def entering(client: Client) -> list[str]:
    """Enter #room and return what is played back."""
    return told(client.ask("JOIN #room"))


def told(messages: list[Message]) -> list[str]:
    """Return the texts that are told with their times, which are cut off here; a line says where they end."""
    notices = [message.params[-1] for message in messages if message.command == "NOTICE" and "#room" in message.params]
    assert notices[-1:] == [END] * bool(notices)
    return [re.fullmatch(r"\[.*\d\d:\d\d UTC\] (.*)", text).group(1) for text in notices[:-1]]  # type: ignore[union-attr]


def test_a_plain_client_is_shown_the_last_messages_with_their_times(irc: Irc) -> None:
    """By NOTICEs from who said them, which programs do not answer, and with a line at the end that says so."""
    talk(irc, "one", "two", "three", "four")
    alice = irc.connect("alice")
    alice.send("JOIN #room")
    *_, names_end, two, three, four, end = alice.lines()
    assert " 366 " in names_end, "the room comes first"
    expected = [f":bob!bob@127.0.0.1 NOTICE #room :[22:13 UTC] {text}" for text in ("two", "three", "four")]
    assert [two, three, four] == expected
    assert end == f":trialogue.local NOTICE #room :{END}"
    irc.wait(24 * 3600)
    carol = irc.connect("carol")
    carol.send("JOIN #room")
    assert carol.lines()[-2] == ":bob!bob@127.0.0.1 NOTICE #room :[14 Nov 22:13 UTC] four"


def test_each_line_of_a_message_has_its_time(irc: Irc) -> None:
    """A line without it would look new: the lines of one message, and what does not fit beside the time."""
    bob = irc.connect("bob", "batch", "draft/multiline")
    irc.enter("#room", bob)
    irc.connect("dora").send("JOIN #room")
    lines = [f"@batch=1 PRIVMSG #room :{text}" for text in ("one", "", "two", "x" * 475)]
    bob.send("BATCH +1 draft/multiline #room", *lines, "BATCH -1", f"PRIVMSG #room :{'y' * 470}")
    bob.read()
    shown = entering(irc.connect("alice"))
    assert shown[:2] == ["one", "two"]
    assert "".join(shown[2:]) == "x" * 475 + "y" * 470
    assert len(shown) == 6


def test_what_a_program_asks_programs_is_not_kept(irc: Irc) -> None:
    """A VERSION asked yesterday would be answered by everybody who comes; an ACTION is what somebody says.

    https://modern.ircdocs.horse/ctcp
    """
    bob = talk(irc, "\x01VERSION\x01", "\x01PING 1\x01", "\x01ACTION waves\x01", "\x01ACTIONS\x01")
    bob.send("NOTICE #room :\x01VERSION mine\x01")
    assert entering(irc.connect("alice")) == ["* bob waves"]
    carol = irc.connect("carol", "draft/chathistory", "batch", "server-time", "draft/search")
    carol.ask("JOIN #room")
    assert [m.params[-1] for m in carol.ask("CHATHISTORY LATEST #room * 9") if m.command in ("PRIVMSG", "NOTICE")] == [
        "\x01ACTION waves\x01"
    ]
    assert not [m for m in carol.ask("SEARCH text=VERSION") if m.command in ("PRIVMSG", "NOTICE")]


def test_a_room_in_which_only_programs_spoke_leaves_nothing(irc: Irc) -> None:
    bob = talk(irc, "\x01VERSION\x01")
    bob.send("PART #room")
    assert not irc.core.world.channels


def test_a_client_that_can_read_it_is_shown_when_it_was_and_that_it_is_over(irc: Irc) -> None:
    """ "This tag indicates the time at which the message was sent" https://ircv3.net/specs/extensions/server-time"""
    talk(irc, "one")
    irc.wait(3600)
    alice = irc.connect("alice", "server-time", "batch", "message-tags")
    opening, message, closing = alice.ask("JOIN #room")[-3:]
    assert opening.params == [f"+{message.tags['batch']}", "chathistory", "#room"]
    assert closing.params == [f"-{message.tags['batch']}"]
    assert message.tags["time"] == "2023-11-14T22:13:21.000Z"
    assert message.tags["msgid"]


def test_nothing_said_is_no_batch(irc: Irc) -> None:
    alice = irc.connect("alice", "batch")
    assert "BATCH" not in {message.command for message in alice.ask("JOIN #room")}


def test_what_others_did_is_not_played_back(irc: Irc) -> None:
    bob = talk(irc, "one")
    bob.ask("TOPIC #room :news")
    assert entering(irc.connect("alice")) == ["one"]


def test_whoever_can_ask_is_shown_nothing(irc: Irc) -> None:
    """ "The `draft/chathistory` capability MUST be negotiated. This allows the server and client to act differently
    when a client has chathistory support"  https://ircv3.net/specs/extensions/chathistory
    """
    talk(irc, "one")
    assert entering(irc.connect("alice", "draft/chathistory", "batch", "server-time", "message-tags")) == []


def test_bots_are_shown_nothing(irc: Irc) -> None:
    """They would answer."""
    talk(irc, "!weather")
    bot = irc.connect("bot")
    bot.ask("MODE bot +B")
    assert entering(bot) == []


def test_none_is_none(database: Database) -> None:
    irc = Irc(database=database, history={"playback": 0})
    talk(irc, "one")
    assert entering(irc.connect("alice")) == []


@pytest.mark.parametrize("leaving", ["PART #room", "QUIT", "kick", "drop"])
def test_an_account_is_shown_only_what_was_said_since_it_left(irc: Irc, leaving: str) -> None:
    bob = talk(irc, "one")
    alice = member(irc, "alice")
    assert entering(alice) == ["one"]
    go_on(irc, bob, "seen")
    match leaving:
        case "kick":
            bob.send("KICK #room alice")
        case "drop":
            alice.drop()
            alice = device(irc, "alice")
        case "QUIT":
            alice.send("QUIT")
            alice.drop()
            alice = device(irc, "alice")
        case part:
            alice.send(part)
    go_on(irc, bob, "missed")
    assert entering(alice) == ["missed"]
    alice.send("PART #room")
    assert entering(alice) == []


@pytest.mark.parametrize("leaving", ["PART #room", "drop"])
def test_a_guest_who_comes_back_within_a_while_is_shown_what_was_said_meanwhile(irc: Irc, leaving: str) -> None:
    bob = talk(irc, "one")
    alice = irc.connect("alice")
    assert entering(alice) == ["one"]

    def leave(client: Client) -> Client:
        if leaving != "drop":
            client.send(leaving)
            return client
        client.drop()
        return irc.connect("alice")

    go_on(irc, bob, "seen")
    alice = leave(alice)
    assert entering(alice) == []
    alice = leave(alice)
    go_on(irc, bob, "missed")
    assert entering(alice) == ["missed"]
    alice = leave(alice)
    irc.wait(3600)
    assert entering(alice) == ["one", "seen", "missed"], "later it may be somebody else of that name"
    assert entering(irc.connect("carol")) == ["one", "seen", "missed"]


def test_where_guests_left_is_remembered_of_few(irc: Irc) -> None:
    alice = irc.connect("alice")
    for number in range(1100):
        alice.send(f"JOIN #room{number}", f"PART #room{number}")
    assert len(irc.core.world.lately._left) == 1000


def test_a_second_user_of_the_account_is_shown_nothing_while_the_first_is_there(irc: Irc) -> None:
    bob = talk(irc, "one")
    alice = member(irc, "alice")
    assert entering(alice) == ["one"]
    laptop = device(irc, "alice", nick="alice-laptop")
    assert entering(laptop) == []
    alice.send("PART #room")
    go_on(irc, bob, "seen on the laptop")
    assert entering(alice) == []
    for client in (alice, laptop):
        client.send("PART #room")
    go_on(irc, bob, "missed")
    assert entering(laptop) == ["missed"]


def test_who_logs_in_while_in_the_room_has_been_there(irc: Irc) -> None:
    bob = talk(irc, "one")
    alice = irc.connect("alice")
    assert entering(alice) == ["one"]
    alice.ask("PRIVMSG NickServ :REGISTER correct-horse")
    go_on(irc, bob, "seen")
    alice.send("PART #room")
    assert entering(alice) == []


@pytest.mark.parametrize("left", [True, False])
def test_nothing_is_shown_twice_after_a_restart(irc: Irc, database: Database, left: bool) -> None:
    bob = talk(irc, "one")
    alice = member(irc, "alice")
    assert entering(alice) == ["one"]
    go_on(irc, bob, "seen")
    if left:
        alice.send("PART #room")
        go_on(irc, bob, "missed")
    irc.flush()
    irc = Irc(database=database, history={"playback": 3})
    irc.wait(100)
    talk(irc, "after the restart")
    expected = ["missed", "after the restart"] if left else ["after the restart"]
    assert entering(device(irc, "alice")) == expected


def test_who_has_seen_it_before_two_restarts_does_not_see_it_again(irc: Irc, database: Database) -> None:
    talk(irc, "one")
    assert entering(member(irc, "alice")) == ["one"]
    irc.flush()
    for _ in range(2):
        irc = Irc(database=database, history={"playback": 3})
        irc.wait(100)
    talk(irc, "missed")
    irc.flush()
    irc = Irc(database=database, history={"playback": 3})
    assert entering(device(irc, "alice")) == ["missed"]


def returning(irc: Irc, *caps: str) -> list[str]:
    """Connect as alice and return what is played back."""
    client = irc.open()
    password = b64encode(f"\0alice\0{PASSWORD}".encode()).decode()
    client.send("CAP LS 302", f"CAP REQ :{' '.join(['sasl', *caps])}", "AUTHENTICATE PLAIN", f"AUTHENTICATE {password}")
    client.send("NICK alice", "USER alice 0 * :alice", "CAP END")
    return told(client.read())


@pytest.mark.parametrize("restart", [False, True])
def test_whoever_is_always_on_is_shown_what_they_missed_when_they_come_back(
    irc: Irc, database: Database, restart: bool
) -> None:
    """They were in the room all the time, and nobody saw it: neither nothing nor everything is what they missed."""
    bob = talk(irc, "one")
    alice = member(irc, "alice")
    nickserv(alice, "SET ALWAYS-ON on")
    assert entering(alice) == ["one"]
    go_on(irc, bob, "seen")
    alice.drop()
    go_on(irc, bob, "missed")
    if not restart:
        assert returning(irc) == ["missed"]
        assert returning(irc) == [], "of a second device the first one is the witness"
        return
    irc.flush()
    irc = Irc(database=database, history={"playback": 3})
    assert returning(irc) == ["missed"]


def test_whoever_is_always_on_and_can_ask_is_shown_nothing(irc: Irc) -> None:
    bob = talk(irc, "one")
    alice = member(irc, "alice")
    nickserv(alice, "SET ALWAYS-ON on")
    entering(alice)
    alice.drop()
    go_on(irc, bob, "missed")
    assert returning(irc, "draft/chathistory", "batch", "message-tags", "server-time") == []


def test_a_kick_while_nobody_looked_is_no_visit(irc: Irc) -> None:
    bob = talk(irc, "one")
    alice = member(irc, "alice")
    nickserv(alice, "SET ALWAYS-ON on")
    assert entering(alice) == ["one"]
    alice.drop()
    go_on(irc, bob, "missed")
    bob.send("KICK #room alice")
    assert entering(device(irc, "alice")) == ["missed"]


def reads(irc: Irc) -> int:
    return sum(isinstance(effect, ReadHistory) for effect in irc.performed)


def test_history_is_not_read_where_nothing_new_was_said(irc: Irc) -> None:
    """A thousand people who come into a new room would have it read a thousand times."""
    alice, bob = member(irc, "alice"), member(irc, "bob")
    alice.send("JOIN #new")
    bob.send("JOIN #new")
    assert reads(irc) == 0
    alice.send("PRIVMSG #new :hello")
    bob.send("PART #new", "JOIN #new")
    assert reads(irc) == 0, "they were there when it was said"
    carol = irc.connect("carol")
    carol.send("JOIN #new")
    assert reads(irc) == 1
