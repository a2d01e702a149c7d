"""What a server says twice is shown once."""

import pytest

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.state import Identity


def feed(chat: Chat, *lines: str) -> list[ev.Event]:
    return chat.receive("".join(f"{line}\r\n" for line in lines).encode())


def online(caps: str) -> Chat:
    chat = Chat(Identity("bob"))
    chat.connected(private=True)
    feed(chat, f":s CAP * LS :{caps}", f":s CAP * ACK :{caps}", ":s 001 bob :Welcome bob!b@h")
    chat.data_to_send()
    return chat


def said(events: list[ev.Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, ev.Said)]


LABELS = "batch echo-message labeled-response message-tags"
CASES = {
    "ids": (LABELS, ["@label=t1;msgid=x {}", "@msgid=x {}"]),
    "labels, the echo first": (LABELS, ["@label=t1 {}", "{}"]),
    "labels, the echo last": (LABELS, ["{}", "@label=t1 {}"]),
    "an echo": ("echo-message", ["{}", "{}"]),
    "no echo": ("batch", ["{}"]),
    "no echo, with an id": ("message-tags", ["@msgid=x {}"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_message_to_oneself_is_shown_once_and_the_next_one_too(case: str) -> None:
    caps, copies = CASES[case]
    chat = online(caps)
    for number in (1, 2):
        told = said(chat.say("bob", "note"))
        label = chat.data_to_send().decode().partition("label=")[2].partition(" ")[0]
        lines = [copy.format(":bob!b@h PRIVMSG bob :note") for copy in copies]
        told += said(feed(chat, *(one.replace("t1", label).replace("=x", f"=x{number}") for one in lines)))
        assert told == ["note"]


def test_what_another_device_says_to_oneself_is_shown() -> None:
    chat = online(LABELS)
    assert said(feed(chat, ":bob!b@h PRIVMSG bob :from the other one")) == ["from the other one"]


@pytest.mark.parametrize(
    "lines", [[":s 306 bob :Away", ":bob!b@h AWAY :tea"], [":bob!b@h AWAY :tea", ":s 306 bob :Away"]]
)
def test_being_away_is_told_once_in_either_order(lines: list[str]) -> None:
    chat = online("away-notify")
    for _ in range(2):
        events = [event for event in feed(chat, *lines) if isinstance(event, ev.AwayChanged)]
        assert [(event.me, event.message) for event in events] == [(True, "")], "and not that another device is here"


def test_where_only_the_number_comes_each_is_told() -> None:
    chat = online("away-notify")
    for _ in range(2):
        assert sum(isinstance(event, ev.AwayChanged) for event in feed(chat, ":s 306 bob :Away")) == 1


def test_who_is_logged_in_already_has_not_failed_to_log_in() -> None:
    """Ergo logs in whoever registers: 900, and then 907 to a further attempt."""
    chat = online("batch draft/account-registration sasl")
    chat.register("", "secret")
    feed(chat, "REGISTER SUCCESS bob :Account created")
    chat.data_to_send()
    events = feed(chat, ":s 900 bob bob!b@h bob :You are logged in", ":s 907 bob :You are already logged in")
    assert not any(isinstance(event, ev.LoginFailed) for event in events)
    assert chat.account == "bob"


def test_who_came_and_went_is_asked_for_as_such_and_counts_in_a_page() -> None:
    chat = online("batch draft/chathistory draft/event-playback labeled-response message-tags server-time")
    assert chat.has("draft/event-playback")
    feed(chat, ":s 005 bob CHATHISTORY=2 :are supported", ":bob!b@h JOIN #lobby")
    feed(chat, "@msgid=m1;time=2026-01-01T10:00:01.000Z :alice!a@h PRIVMSG #lobby :1")
    chat.disconnected()
    chat.connected(private=True)
    caps = "batch draft/chathistory draft/event-playback labeled-response message-tags server-time"
    feed(chat, f":s CAP * LS :{caps}", f":s CAP * ACK :{caps}", ":s 001 bob :Welcome bob!b@h")
    feed(chat, ":s 005 bob CHATHISTORY=2 :are supported", ":bob!b@h JOIN #lobby")
    asked = chat.data_to_send().decode().split("\r\n")
    label = next(line for line in asked if "LATEST #lobby" in line).partition("label=")[2].partition(" ")[0]
    history = [
        f"@label={label} :s BATCH +1 chathistory #lobby",
        "@batch=1;msgid=j;time=2026-01-01T10:00:08.000Z :carol!c@h JOIN #lobby",
        "@batch=1;msgid=m9;time=2026-01-01T10:00:09.000Z :alice!a@h PRIVMSG #lobby :9",
        ":s BATCH -1",
    ]
    pongs = [f":s PONG s :{line.split()[1]}" for line in asked if line.startswith("PING")]
    events = feed(chat, *history, *pongs)
    assert ev.Missed("#lobby", 1, more=True) in events, "the page was full"
    assert not any(isinstance(event, ev.Joined) for event in events)


NO_ECHO = "batch draft/chathistory labeled-response message-tags server-time"


def after_a_break(chat: Chat, *history: str) -> list[ev.Event]:
    """Lose the connection of one who is in #lobby, come back, and return what the page of history leads to."""
    chat.disconnected()
    chat.connected(private=True)
    feed(chat, f":s CAP * LS :{NO_ECHO}", f":s CAP * ACK :{NO_ECHO}", ":s 001 bob :Welcome bob!b@h")
    feed(chat, ":s 005 bob CHATHISTORY=50 :are supported", ":bob!b@h JOIN #lobby")
    asked = chat.data_to_send().decode().split("\r\n")
    label = next(line for line in asked if "LATEST #lobby" in line).partition("label=")[2].partition(" ")[0]
    lines = [f"@batch=1;msgid=h{n};time=2026-01-01T10:00:{n + 2:02}.000Z {line}" for n, line in enumerate(history)]
    pongs = [f":s PONG s :{line.split()[1]}" for line in asked if line.startswith("PING")]
    return feed(chat, f"@label={label} :s BATCH +1 chathistory #lobby", *lines, ":s BATCH -1", *pongs)


def told(events: list[ev.Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, ev.Said | ev.Noticed)]


def talker() -> Chat:
    chat = online(NO_ECHO)
    feed(chat, ":s 005 bob CHATHISTORY=50 :are supported", ":bob!b@h JOIN #lobby")
    feed(chat, "@msgid=m1;time=2026-01-01T10:00:01.000Z :alice!a@h PRIVMSG #lobby :hello")
    return chat


def test_what_we_said_where_nothing_is_echoed_is_not_told_again_after_a_break() -> None:
    """ "If enabled, servers MUST send PRIVMSG and NOTICE messages back to the client that sent them": without that
    we show them ourselves.

    https://ircv3.net/specs/extensions/echo-message
    """
    chat = talker()
    assert told(chat.say("#lobby", "hello alice")) == ["hello alice"]
    assert told(chat.say("#lobby", "waves", ev.Kind.ACTION)) == ["waves"]
    mine = ":bob!b@h PRIVMSG #lobby"
    history = [
        f"{mine} :hello alice",
        f"{mine} :\x01ACTION waves\x01",
        ":alice!a@h PRIVMSG #lobby :bye",
        f"{mine} :from my phone",
    ]
    assert told(after_a_break(chat, *history)) == ["bye", "from my phone"]


def test_twice_the_same_words_are_two_and_one_of_another_device_is_told() -> None:
    chat = talker()
    for _ in range(2):
        chat.say("#lobby", "ok")
    mine = ":bob!b@h PRIVMSG #lobby :ok"
    assert told(after_a_break(chat, mine, mine, mine)) == ["ok"]
    assert told(after_a_break(chat, mine)) == ["ok"], "and what is over is over"


def test_a_long_text_that_went_in_pieces_is_not_told_again() -> None:
    chat = talker()
    text = " ".join(f"word{number}" for number in range(200))
    chat.say("#lobby", f"{text}\nsecond line")
    sent = [line.partition(" :")[2] for line in chat.data_to_send().decode().split("\r\n") if " PRIVMSG #lobby" in line]
    assert len(sent) > 2
    assert told(after_a_break(chat, *(f":bob!b@h PRIVMSG #lobby :{line}" for line in sent))) == []
