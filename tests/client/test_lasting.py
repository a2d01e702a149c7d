"""What was set lasts: whatever a person has set on a server is so on the next connection too, or they are told.

`docs/lasting.md` has the table of which these tests are the client's rows.
"""

import pytest

from ircwire import parse
from ircwire.casemap import rfc1459_fold
from tests.client.test_chat import feed, online, sent
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.standing import StandingCommands
from trialogue_client.core.state import Identity

WELCOME = ":s 001 bob :Welcome bob!b@h"


def again(chat: Chat) -> list[str]:
    """Lose the connection, come back, and return what the server is told."""
    sent(chat)
    chat.disconnected()
    chat.connected()
    feed(chat, WELCOME)
    return sent(chat)


def test_a_key_that_is_changed_while_one_is_in_the_room_is_the_one_to_come_back_with() -> None:
    chat = Chat(Identity("bob"), ["#den"])
    online(chat)
    feed(chat, ":alice!a@h MODE #Den +k sesame")
    assert again(chat) == ["JOIN #den sesame"]
    feed(chat, ":bob!b@h JOIN #den", ":alice!a@h MODE #den +tk-i barley")
    assert again(chat) == ["JOIN #den barley"]
    feed(chat, ":bob!b@h JOIN #den", ":alice!a@h MODE #den -k *")
    assert again(chat) == ["JOIN #den"]


def test_a_key_that_the_server_tells_among_the_modes_is_taken_in_and_a_hidden_one_is_not() -> None:
    """ "RPL_CHANNELMODEIS (324)"  https://modern.ircdocs.horse/#rplchannelmodeis-324"""
    chat = Chat(Identity("bob"), ["#den"])
    online(chat)
    feed(chat, ":s 324 bob #den +klnt sesame 20")
    assert chat.autojoin == {"#den": "sesame"}
    feed(chat, ":s 324 bob #den +knt *", ":alice!a@h MODE #den +k *", ":s 324 bob #attic +k other")
    assert chat.autojoin == {"#den": "sesame"}


def test_a_room_that_wants_another_key_is_asked_about_and_not_given_up() -> None:
    chat = Chat(Identity("bob"), ["#lobby"])
    online(chat)
    chat.join("#den", "sesame")
    feed(chat, ":bob!b@h JOIN #den")
    assert again(chat) == ["JOIN #lobby", "JOIN #den sesame"]
    chat.say("#den", "hello?")
    events = feed(chat, ":s 475 bob #den :Cannot join channel (+k)")
    assert ev.KeyWanted("#den", "sesame") in events
    assert ev.NotSent("#den", "hello?", "Cannot join channel (+k)", sure=True) in events
    assert "sesame" not in str(events)
    chat.join("#den", "barley")
    assert sent(chat) == ["JOIN #den barley"]
    feed(chat, ":bob!b@h JOIN #den")
    assert again(chat) == ["JOIN #lobby", "JOIN #den barley"]


def test_who_has_no_key_keeps_the_room_only_if_they_were_in_it() -> None:
    chat = Chat(Identity("bob"), ["#den"], returning=True)
    chat.connected()
    feed(chat, WELCOME, ":s 475 bob #den :Cannot join channel (+k)")
    chat.give_up("#den")
    chat.join("#attic")
    feed(chat, ":s 475 bob #attic :Cannot join channel (+k)")
    assert list(chat.autojoin) == ["#den", "#attic"]
    chat.give_up("#attic")
    assert list(chat.autojoin) == ["#den"]
    assert again(chat) == ["JOIN #den"]


@pytest.mark.parametrize("code", ["437", "471", "473", "474", "477"])
def test_a_room_that_does_not_let_us_in_for_a_while_is_tried_again(code: str) -> None:
    chat = Chat(Identity("bob"), ["#den"])
    online(chat)
    assert again(chat) == ["JOIN #den"]
    feed(chat, f":s {code} bob #den :Not now")
    chat.say("#den", "is anybody there?")
    assert sent(chat)[0] == "PRIVMSG #den :is anybody there?"  # nothing waits for a room that we do not come into
    assert again(chat) == ["JOIN #den"]


def test_a_room_that_cannot_be_is_given_up() -> None:
    chat = Chat(Identity("bob"), ["#den"], returning=True)
    chat.connected()
    feed(chat, WELCOME, ":s 476 bob #den :Bad channel mask")
    assert chat.autojoin == {}


def test_a_key_goes_with_its_room_to_another_name() -> None:
    chat = Chat(Identity("bob"), ["#den"])
    online(chat)
    feed(chat, ":alice!a@h MODE #den +k sesame", ":s RENAME #den #hall :tidier")
    assert again(chat) == ["JOIN #hall sesame"]


def said(chat: Chat, *lines: str) -> None:
    for line in lines:
        assert chat.send(parse(line))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["AWAY :at lunch"], ["AWAY :at lunch"]),
        (["AWAY :at lunch", "AWAY"], []),
        (["AWAY :at lunch", "AWAY :at home"], ["AWAY :at home"]),
        (["MONITOR + carol,dave"], ["MONITOR + carol", "MONITOR + dave"]),
        (["MONITOR + carol,dave", "MONITOR - CAROL"], ["MONITOR + dave"]),
        (["MONITOR + carol", "MONITOR C"], []),
        (["MONITOR L"], []),
        (["SILENCE +dave"], ["SILENCE +dave"]),
        (["SILENCE +dave", "SILENCE -dave"], []),
        (["SILENCE"], []),
        (["METADATA * SET url :https://example.org"], ["METADATA * SET url https://example.org"]),
        (["METADATA * SET url x", "METADATA * SET url"], []),
        (["METADATA #den SET url x"], []),
        (["SETNAME :Bob Dobbs"], ["SETNAME :Bob Dobbs"]),
        (["SETNAME :Bob Dobbs", "SETNAME Bob"], ["SETNAME Bob"]),
    ],
)
def test_what_lasts_as_long_as_a_connection_is_said_again_on_the_next(typed: list[str], told: list[str]) -> None:
    chat = Chat(Identity("bob"), [])
    online(chat)
    said(chat, *typed)
    sent(chat)
    chat.disconnected()
    chat.connected()
    feed(chat, ":s CAP * LS :setname", ":s CAP * ACK :setname", WELCOME)
    assert sent(chat) == told
    kept = chat.standing.lines
    assert kept == tuple(line for line in told if not line.startswith("AWAY"))
    later = Chat(Identity("bob"), [], standing=kept)
    later.connected()
    feed(later, ":s CAP * LS :setname", ":s CAP * ACK :setname", WELCOME)
    assert sent(later) == list(kept)


def test_user_modes_that_one_has_given_oneself_are_given_again_and_others_are_the_servers_affair() -> None:
    chat = Chat(Identity("bob"), [])
    online(chat)
    feed(chat, ":bob!b@h MODE bob :+R", ":s MODE bob :+x", ":bob MODE bob :-i+ow", ":bob!b@h MODE #den +m")
    assert again(chat) == ["MODE bob +R-i+w"]
    feed(chat, ":bob!b@h MODE bob :-R")
    assert again(chat) == ["MODE bob -i+w-R"]
    later = Chat(Identity("robert"), [], standing=chat.standing.lines)
    later.connected()
    feed(later, ":s 001 robert :Welcome robert!b@h")
    assert sent(later) == ["MODE robert -i+w-R"]


def test_what_an_account_keeps_is_not_said_again() -> None:
    """Another device may have changed it since."""
    chat = Chat(Identity("bob"), [])
    online(chat)
    said(chat, "SILENCE +dave", "METADATA * SET url x", "MONITOR + carol")
    sent(chat)
    chat.disconnected()
    chat.connected()
    feed(chat, ":s 900 bob bob!b@h bob :You are now logged in as bob", WELCOME)
    assert sent(chat) == ["MONITOR + carol"]


def test_only_what_stands_is_taken_from_the_settings() -> None:
    lines = ["QUIT", "MODE #den +o", "MODE", "", ":", "PRIVMSG #den hi", "AWAY lunch", "MONITOR + carol", "JOIN #x"]
    assert StandingCommands(rfc1459_fold, lines).lines == ("MONITOR + carol",)


ENTRY = (":bob!b@h JOIN #den", ":s 353 bob = #den :{}bob @alice", ":s 366 bob #den :End")


@pytest.mark.parametrize(
    ("before", "later", "after", "lost"),
    [
        ("@", "", "", "@"),
        ("+", "", "", "+"),
        ("@", "", "@", ""),
        ("@", "-o", "", ""),
        ("", "+v", "", "+"),
        ("", "", "", ""),
    ],
)
def test_who_comes_back_without_the_status_in_a_room_is_told(before: str, later: str, after: str, lost: str) -> None:
    """A server knows nobody again who has no account: what they could do there before, they cannot now."""
    chat = Chat(Identity("bob"), ["#den"])
    online(chat)
    feed(chat, *(line.format(before) for line in ENTRY), *([f":alice!a@h MODE #den {later} bob"] if later else []))
    expected = [ev.StatusEnded("#den", lost)] if lost else []
    for told in (expected, []):
        chat.disconnected()
        chat.connected()
        events = feed(chat, WELCOME, *(line.format(after) for line in ENTRY))
        assert [event for event in events if isinstance(event, ev.StatusEnded)] == told, "once"


def test_who_has_left_a_room_has_no_status_there_to_come_back_to() -> None:
    chat = Chat(Identity("bob"), ["#den"])
    online(chat)
    feed(chat, *(line.format("@") for line in ENTRY))
    chat.disconnected()
    chat.connected()
    events = feed(
        chat, WELCOME, ":bob!b@h JOIN #den", ":alice!a@h KICK #den bob :out", *(one.format("") for one in ENTRY)
    )
    assert not [event for event in events if isinstance(event, ev.StatusEnded)]


def test_who_was_an_operator_of_the_server_is_told_that_they_are_not_any_more() -> None:
    chat = Chat(Identity("bob"), [])
    online(chat)
    feed(chat, ":s MODE bob :+o")
    chat.disconnected()
    chat.connected()
    assert ev.RightsEnded() in feed(chat, WELCOME)
    chat.disconnected()
    chat.connected()
    assert ev.RightsEnded() not in feed(chat, WELCOME), "once"
    feed(chat, ":s MODE bob :+o", ":s MODE bob :-o")
    chat.disconnected()
    chat.connected()
    assert ev.RightsEnded() not in feed(chat, WELCOME)
