"""A text of many messages is asked about, goes out bit by bit, and can be stopped."""

from datetime import UTC, datetime

import pytest

from tests.support.lines import Dealt
from trialogue_client.core.commands.actions import Edit, Reply, Say
from trialogue_client.core.commands.long_text import question_if_long, text_of
from trialogue_client.core.events import Kind
from trialogue_client.core.lines import WINDOW

WHOLE = ("batch", "labeled-response", "echo-message", "message-tags", "draft/multiline")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def lines(count: int) -> str:
    return "\n".join(f"line {number}" for number in range(1, count + 1))


def dealt(*caps: str) -> Dealt:
    """Line mode on a server that takes 32 lines as one message, if it takes any."""
    one = Dealt(*caps)
    assert one.chat.session is not None
    one.chat.session.state.negotiation.offered["draft/multiline"] = "max-bytes=4096,max-lines=32"
    return one


def said(one: Dealt) -> list[str]:
    """Return the texts that were sent."""
    return [line.rpartition(" PRIVMSG ")[2].partition(" ")[2] for line in one.sent() if "PRIVMSG" in line]


@pytest.mark.parametrize(
    ("caps", "count", "question"),
    [
        (WHOLE, 32, ""),
        (WHOLE, 33, "This makes 2 messages of 33 lines to #lobby. Send them?"),
        (WHOLE, 400, "13 messages of 400 lines to #lobby, for which a server like ours takes about 72 seconds."),
        ((), 4, ""),
        ((), 5, "This makes 5 messages of 5 lines to #lobby. Send them?"),
        ((), 400, "400 messages of 400 lines to #lobby, for which a server like ours takes about 72 seconds."),
    ],
)
def test_what_is_more_than_one_message_takes_is_asked_about(caps: tuple[str, ...], count: int, question: str) -> None:
    chat = dealt(*caps).chat
    for action in (Say("#lobby", lines(count)), Reply("#lobby", "alice", lines(count)), Edit("#lobby", lines(count))):
        asked = question_if_long(action, chat)
        assert bool(asked) == bool(question)
        assert question in asked
        assert text_of(action) == lines(count)
    assert question_if_long(Say("#lobby", lines(9), Kind.NOTICE), chat), "a notice has no lines"


def test_only_so_much_is_on_its_way_and_the_rest_follows_what_arrives() -> None:
    one = dealt("echo-message", "labeled-response")
    one.chat.say("#lobby", lines(50))
    assert said(one) == [f":line {number}" for number in range(1, WINDOW + 1)]
    one.chat.say("alice", "later")
    assert said(one) == [], "what is typed later comes later"
    one.hear("@label=t1 :bob!b@h PRIVMSG #lobby :line 1")
    assert said(one) == [f":line {WINDOW + 1}"]
    ticket = 1
    while any(line.target == "#lobby" for line in one.chat.lines):
        ticket += 1
        one.hear(f"@label=t{ticket} :bob!b@h PRIVMSG #lobby :echo")
    assert [line.target for line in one.chat.lines] == ["alice"]


def test_a_message_that_is_higher_than_the_window_goes_alone() -> None:
    one = dealt(*WHOLE)
    one.chat.say("#lobby", lines(70))
    assert [line.height for line in one.chat.lines] == [32, 32, 6]
    assert [line.waits for line in one.chat.lines] == [False, True, True]


def test_stopping_gives_back_what_has_not_been_sent_of_this_conversation() -> None:
    one = dealt("echo-message", "labeled-response")
    one.chat.say("#lobby", lines(50))
    one.chat.say("alice", "later")
    stopped = one.chat.stop("#LOBBY")
    assert "\n".join(line.text for line in stopped) == "\n".join(lines(50).split("\n")[WINDOW:])
    assert [line.target for line in one.chat.lines if line.waits] == ["alice"]
    assert one.chat.stop("#lobby") == []


def test_a_lost_connection_keeps_what_waited_and_tells_what_may_have_arrived() -> None:
    one = dealt("echo-message", "labeled-response")
    one.chat.say("#lobby", lines(25))
    assert len(one.chat.disconnected()) == WINDOW
    assert [line.text for line in one.chat.lines] == lines(25).split("\n")[WINDOW:]


def test_line_mode_asks_and_stop_puts_what_is_left_on_the_line() -> None:
    one = dealt("echo-message", "labeled-response")
    one.type(lines(30))
    assert one.screen.prompts[-1].startswith("This makes 30 messages of 30 lines to #lobby. Send them? /stop ends it")
    assert said(one) == []
    one.type("no")
    assert one.screen.line_typed == lines(30)
    one.type(lines(30))
    one.type("yes")
    assert len(said(one)) == WINDOW
    assert one.type("/stop") == ["- Not sent: 10 lines, on the line that you type."]
    assert one.screen.line_typed == "\n".join(lines(30).split("\n")[WINDOW:])
    assert one.type("/stop") == ["- Nothing waits to be sent here."]


def test_a_pipe_is_asked_nothing() -> None:
    one = Dealt("echo-message", "labeled-response", asks=False)
    one.type(lines(30))
    assert len(said(one)) == WINDOW
