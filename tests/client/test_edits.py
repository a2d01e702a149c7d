"""Editing, which is taking back and saying anew; and pages of long ago. The core alone: lines in, lines out."""

import pytest

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Edit, React, Redact, Reply, UsageError
from trialogue_client.core.commands.interpret import perform
from trialogue_client.core.state import Identity

CAPS = "batch labeled-response echo-message message-tags server-time draft/message-redaction draft/chathistory"


def online(caps: str = CAPS) -> Chat:
    """A chat that is in #lobby, on a server that has granted these capabilities."""
    chat = Chat(Identity("bob"))
    chat.connected()
    hear(chat, f":s CAP * LS :{caps}", f":s CAP * ACK :{caps}", ":s 001 bob :Welcome", ":bob!b@h JOIN #lobby")
    hear(chat, ":s 353 bob = #lobby :bob", ":s 366 bob #lobby :End")
    sent(chat)
    return chat


def hear(chat: Chat, *lines: str) -> list[ev.Event]:
    """Have the server say these lines."""
    return chat.receive("".join(f"{line}\r\n" for line in lines).encode())


def sent(chat: Chat) -> list[str]:
    """What goes out now, without labels."""
    lines = chat.data_to_send().decode().split("\r\n")[:-1]
    return [line.partition(" ")[2] if line.startswith("@label=") else line for line in lines]


def said(chat: Chat, msgid: str, text: str, tags: str = "") -> None:
    """Have the server say that we said this."""
    hear(chat, f"@msgid={msgid};time=2026-11-21T12:00:00.000Z{tags} :bob!b@h PRIVMSG #lobby :{text}")


def token(lines: list[str]) -> str:
    """The token of the PING among these lines."""
    return next(line for line in lines if line.startswith("PING")).split(" ")[1]


def test_the_new_text_is_said_once_the_old_one_is_taken_back() -> None:
    chat = online()
    said(chat, "m1", "at nine")
    assert perform(Edit("#lobby", "at eight"), chat) == []
    first = sent(chat)
    assert first[0] == "REDACT #lobby m1"
    assert not any("PRIVMSG" in line for line in first)
    hear(chat, ":bob!b@h REDACT #lobby m1")
    assert sent(chat) == ["PRIVMSG #lobby :at eight"]
    hear(chat, f":s PONG s :{token(first)}")
    assert sent(chat) == [], "and only once"


def test_a_server_that_echoes_nothing_has_taken_it_back_when_it_answers_what_came_after() -> None:
    chat = online("message-tags server-time draft/message-redaction")
    said(chat, "m1", "at nine")
    perform(Edit("#lobby", "at eight"), chat)
    hear(chat, f":s PONG s :{token(sent(chat))}")
    assert "@+draft/edit=m1 PRIVMSG #lobby :at eight" in sent(chat)


def test_what_cannot_be_taken_back_is_not_said_twice_and_what_was_typed_is_told() -> None:
    chat = online()
    said(chat, "m1", "at nine")
    perform(Edit("#lobby", "at eight"), chat)
    pinged = token(sent(chat))
    told = hear(chat, ":s FAIL REDACT REDACT_FORBIDDEN #lobby m1 :You may not", f":s PONG s :{pinged}")
    assert [event for event in told if isinstance(event, ev.NotSent)] == [
        ev.NotSent("#lobby", "at eight", "You may not", sure=True)
    ]
    assert sent(chat) == []


def test_a_connection_that_breaks_before_the_old_one_is_taken_back_loses_no_text() -> None:
    chat = online()
    said(chat, "m1", "at nine")
    perform(Edit("#lobby", "at eight"), chat)
    (told,) = chat.disconnected()
    assert isinstance(told, ev.NotSent)
    assert (told.text, told.sure) == ("at eight", True)


def test_an_answer_stays_an_answer_when_it_is_edited() -> None:
    chat = online()
    said(chat, "m2", "alice: yes", ";+draft/reply=m1")
    perform(Edit("#lobby", "alice: no"), chat)
    sent(chat)
    hear(chat, ":bob!b@h REDACT #lobby m2")
    (line,) = chat.data_to_send().decode().split("\r\n")[:-1]
    assert "+draft/reply=m1" in line.split(" ")[0]


def test_a_message_is_meant_by_its_id_though_others_came_after_it() -> None:
    chat = online()
    said(chat, "m1", "first")
    said(chat, "m2", "second")
    perform(Redact("#lobby", "m1"), chat)
    assert sent(chat) == ["REDACT #lobby m1"]
    perform(React("#lobby", "bob", "👍", "m1"), chat)
    perform(Reply("#lobby", "bob", "so", "m1"), chat)
    lines = chat.data_to_send().decode()
    assert lines.count("reply=m1") == 4, "under both names of the tag, for each of the two"


def test_nothing_is_edited_where_nothing_can_be_taken_back() -> None:
    chat = online("message-tags")
    said(chat, "m1", "at nine")
    with pytest.raises(UsageError, match="lets nobody take back"):
        perform(Edit("#lobby", "at eight"), chat)


def test_a_page_of_long_ago_is_told_as_one_and_disturbs_nothing_else() -> None:
    """ "AROUND … Request a number of messages before and after the timestamp or msgid"
    https://ircv3.net/specs/extensions/chathistory
    """
    chat = online()
    assert chat.page("#lobby", "AROUND", "m5", 10)
    lines = chat.data_to_send().decode().split("\r\n")
    label = lines[0].split(" ")[0].removeprefix("@label=")
    assert lines[0].endswith("CHATHISTORY AROUND #lobby msgid=m5 10")
    told = hear(
        chat,
        f"@label={label} :s BATCH +1 chathistory #lobby",
        "@batch=1;msgid=m5;time=2026-01-01T00:00:00.000Z :alice!a@h PRIVMSG #lobby :long ago",
        ":s BATCH -1",
        ":carol!c@h PRIVMSG #lobby :just now",
        f":s PONG s :{token(lines)}",
    )
    now, page = (event for event in told if isinstance(event, ev.Said | ev.Page))
    assert isinstance(now, ev.Said)
    assert isinstance(page, ev.Page)
    assert now.text == "just now"
    assert [one.text for one in page.results] == ["long ago"]


def test_a_page_that_cannot_be_had_is_empty_and_so_is_one_that_is_lost_with_the_connection() -> None:
    chat = online()
    chat.page("#lobby", "AROUND", "m5", 10)
    lines = chat.data_to_send().decode().split("\r\n")
    label = lines[0].split(" ")[0].removeprefix("@label=")
    refused = f"@label={label} :s FAIL CHATHISTORY INVALID_MSGREFTYPE AROUND m5 :No such message"
    told = hear(chat, refused, f":s PONG s :{token(lines)}")
    assert [event.results for event in told if isinstance(event, ev.Page)] == [()]
    assert not any(isinstance(event, ev.StandardReply) for event in told)
    chat.page("#lobby", "AROUND", "m5", 10)
    assert [type(event) for event in chat.disconnected()] == [ev.Page]


def test_without_history_there_are_no_pages() -> None:
    assert not online("message-tags").page("#lobby", "AROUND", "m5", 10)
    assert not Chat(Identity("bob")).page("#lobby", "AROUND", "m5", 10)
