"""What people read: colours that can be seen, texts that cannot do harm, columns, plain words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from prompt_toolkit.utils import get_cwidth

from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.events.connection import Lost
from trialogue_client.core.state import Identity
from trialogue_client.lines.layout import clock, designed, plain, wrap
from trialogue_client.wording import palette
from trialogue_client.wording.phrases import rows
from trialogue_client.wording.replies import duration, phrase
from trialogue_client.wording.rows import Row, RowKind, View

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
TIME = clock(Row(RowKind.TALK, "", at=NOON))


def luminance(number: int) -> float:
    """Of a colour of the 256-colour cube.  https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    steps = (0, 95, 135, 175, 215, 255)
    red, green, blue = (steps[(number - 16) // size % 6] / 255 for size in (36, 6, 1))
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("number", [*palette.NICKS, palette.TROUBLE, palette.HINT])
def test_each_colour_can_be_read_on_white_and_on_black(number: int) -> None:
    """ "…a contrast ratio of at least 3:1" for large or bold text is the least; ours are above 3.5.

    https://www.w3.org/TR/WCAG21/#contrast-minimum
    """
    assert 1.05 / (luminance(number) + 0.05) > 3.5
    assert (luminance(number) + 0.05) / 0.05 > 3.5


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, True),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, False),
        ({"TERM": "linux"}, False),
        ({"WT_SESSION": "x"}, True),
        ({}, False),
    ],
)
def test_colours_only_where_they_are_shown_and_wanted(environment: dict[str, str], coloured: bool) -> None:
    """ "…which, when present and not an empty string … prevents the addition of ANSI color."  https://no-color.org"""
    assert palette.wanted(environment) is coloured


@given(st.text())
def test_no_text_of_others_acts_on_the_terminal(text: str) -> None:
    row = Row(RowKind.TALK, text, who=text, where=text, to=text, at=NOON)
    for shown in (plain(row), designed(row, width=80, nick="bob", coloured=False)):
        bare = shown.replace("\n" + " " * 22, "")
        assert not any(ord(char) < 32 and char != "\t" for char in bare.replace("\n", ""))
        assert "\x7f" not in shown
        assert "\x9b" not in shown


def test_formatting_and_escapes_are_taken_out() -> None:
    row = Row(RowKind.TALK, "\x02bold\x02 \x0304,01red\x03 \x1b]0;title\x07", who="e\x1b[1mve", at=NOON)
    assert plain(row) == f"{TIME} e[1mve: bold red ]0;title"


@pytest.mark.parametrize(
    ("row", "words", "columns"),
    [
        (Row(RowKind.TALK, "hi", "alice"), "alice: hi", "         alice  hi"),
        (Row(RowKind.TALK, "hi", "alice", "#den"), "alice in #den: hi", "    #den alice  hi"),
        (Row(RowKind.TALK, "hi", "alice", to="you"), "alice to you: hi", "   alice → you  hi"),
        (Row(RowKind.ACTION, "waves", "alice"), "* alice waves", "       * alice  waves"),
        (Row(RowKind.NOTICE, "hi", "alice"), "alice (notice): hi", "       -alice-  hi"),
        (Row(RowKind.TALK, "hi", "alice", earlier=True), "alice (earlier): hi", "         alice  hi"),
        (Row(RowKind.EVENT, "bob came in"), "- bob came in", "             ·  bob came in"),
        (Row(RowKind.EVENT, "bob came in", where="#den"), "- bob came in in #den", "        #den ·  bob came in"),
        (Row(RowKind.HINT, "Type to talk."), "- Type to talk.", "             ›  Type to talk."),
        (Row(RowKind.TROUBLE, "No."), "! No.", "             !  No."),
        (Row(RowKind.TALK, "hi", "a-very-long-nickname"), "a-very-long-nickname: hi", "a-very-long-nickname  hi"),
    ],
)
def test_each_kind_of_row_in_words_and_in_columns(row: Row, words: str, columns: str) -> None:
    assert plain(row).split(" ", 1)[1] == words
    assert designed(row, width=80, nick="bob", coloured=False).split(" ", 1)[1] == columns.replace(" ", " ", 1)


def test_long_lines_hang_under_their_beginning() -> None:
    row = Row(RowKind.TALK, "wide 你好 " * 8, "alice", at=NOON)
    first, *others = designed(row, width=60, nick="bob", coloured=False).split("\n")
    assert get_cwidth(first) <= 60
    assert others
    for line in others:
        assert line.startswith(" " * 22)
        assert get_cwidth(line) <= 60
    assert "\n" not in designed(row, width=30, nick="bob", coloured=False), "a narrow screen breaks lines itself"


@given(st.text("ab 你", max_size=80), st.integers(5, 40))
def test_wrapping_keeps_the_words(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(get_cwidth(line) <= width or " " not in line for line in lines)


def test_colours_mark_the_speaker_and_a_mention() -> None:
    mentioned = designed(Row(RowKind.TALK, "hey Bob!", "alice"), width=80, nick="bob", coloured=True)
    assert palette.colour_of("alice") in mentioned
    assert f"{palette.BOLD}hey Bob!{palette.RESET}" in mentioned
    assert palette.BOLD not in designed(Row(RowKind.TALK, "hey", "alice"), width=80, nick="bob", coloured=True)


def test_numeric_replies_in_words() -> None:
    assert phrase("311", ["carol", "c", "host", "*", "Carol C"]) == "carol (c@host): Carol C"
    assert phrase("317", ["carol", "3700", "1", "…"]) == "carol has said nothing for 1 hour"
    assert phrase("322", ["#den", "1", ""]) == "#den: 1 person"
    assert (
        phrase("352", ["#den", "c", "host", "s", "carol", "G", "0 Carol C"]) == "carol (Carol C, c@host) in #den, away"
    )
    assert phrase("315", ["#den", "End of WHO"]) == ""
    assert phrase("999", ["some", "thing"]) == "some thing"
    assert phrase("311", ["carol"]) == "carol", "a reply that lacks parts is shown as it is"
    assert [duration(seconds) for seconds in (0, 1, 59, 60, 7200, 86400)] == [
        "0 seconds",
        "1 second",
        "59 seconds",
        "1 minute",
        "2 hours",
        "1 day",
    ]


def test_the_first_room_comes_with_a_hint_and_the_next_without() -> None:
    view = View(Chat(Identity("bob")), "#lobby")
    listed = ev.NamesListed("#lobby", ("@alice", "bob", "carol", "dave"), on_join=True)
    [row] = rows(listed, view)
    assert row.body == "You are in #lobby with 3 other people. Type to talk, /help for commands."
    [row] = rows(ev.NamesListed("#den", ("@bob",), on_join=True), view)
    assert row.body == "You are in #den with nobody else yet."


def test_history_that_is_on_the_screen_already_is_not_shown_again() -> None:
    view = View(Chat(Identity("bob")), "#lobby")
    alice = Source("alice", "a", "h")
    said = ev.Said("#lobby", alice, "hi", me=False, private=False, msgid="m1")
    assert len(rows(said, view)) == 1
    assert rows(changed(said, replayed=True), view) == []
    assert len(rows(changed(said, replayed=True, msgid="m2"), view)) == 1
    assert len(rows(changed(said, replayed=True, msgid=""), view)) == 1


def test_the_same_trouble_is_told_once() -> None:
    view = View(Chat(Identity("bob")), "#lobby")
    assert "refused. Next attempt in 3 seconds; what you type is kept." in rows(Lost("x refused.", 3.2), view)[0].body
    assert rows(Lost("x refused.", 0.2), view)[0].body == "Still not connected. Next attempt in 1 second."


def test_no_line_of_a_text_looks_like_somebody_else_s() -> None:
    view = View(Chat(Identity("bob")), "#lobby")
    said = ev.Said("#lobby", Source("alice"), "one\n\n12:00 carol: two", me=False, private=False)
    words = [plain(row).split(" ", 1)[1] for row in rows(said, view)]
    assert words == ["alice: one", "alice: ", "alice: 12:00 carol: two"]
    [lost] = rows(ev.NotSent("#lobby", "one\ntwo", "gone", sure=True), view)
    assert "one two" in plain(lost)


def test_nobody_turns_the_direction_of_a_line_around() -> None:
    """ "…override … the bidirectional types of characters"  https://www.unicode.org/reports/tr9/#Explicit_Directional_Overrides"""
    row = Row(RowKind.TALK, "safe \u202egpj.exe\u2069", "ev\u202ee")
    assert plain(row, times=False) == "eve: safe gpj.exe"
    assert "שלום" in plain(replace(row, body="שלום"), times=False)


# Who is not here, and who is blocked


def heard(*lines: str, caps: str = "") -> list[str]:
    """Return what is read of some lines of a server."""
    chat = Chat(Identity("bob"))
    chat.connected()
    greeting = [f":s CAP * LS :{caps}", f":s CAP * ACK :{caps}", ":s 001 bob :Welcome"]
    chat.receive("".join(f"{line}\r\n" for line in greeting).encode())
    chat.say("carol", "hello")
    view = View(chat, target="carol")
    events = chat.receive("".join(f"{line}\r\n" for line in lines).encode())
    return [row.body for event in events for row in rows(event, view) if row.body]


ABSENT = ":s 301 bob carol :not here; they will read it when they come back"


def test_whoever_writes_to_somebody_who_is_not_here_reads_a_sentence() -> None:
    assert heard(ABSENT) == ["carol is not here; they will read it when they come back"]
    assert heard(":s 301 bob carol :lunch") == ["carol is away: lunch"]


def test_of_messages_in_a_row_one_is_answered_so() -> None:
    labelled = [f"@label=t{number} {ABSENT}" for number in (1, 2)]
    back = ":carol!c@h PRIVMSG bob :I am here"
    away = "carol is not here; they will read it when they come back"
    assert heard(*labelled, caps="labeled-response batch message-tags") == [away]
    assert heard(*labelled, ABSENT, caps="labeled-response batch message-tags") == [away, away], "as to WHOIS"
    again = ABSENT.replace(":s", "@label=t3 :s")
    assert heard(*labelled, back, again, caps="labeled-response batch message-tags") == [away, "I am here", away]


@pytest.mark.parametrize(
    ("entry", "shown"),
    [("~account:carol", "carol"), ("~a:carol", "carol"), ("carol!*@*", "carol"), ("*!*@192.0.2.7", "*!*@192.0.2.7")],
)
def test_what_is_blocked_is_said_as_one_types_it(entry: str, shown: str) -> None:
    (blocked,) = heard(f":bob!b@h SILENCE +{entry}")
    assert blocked.startswith(f"{shown} is blocked: ")
    assert blocked.endswith(f"Undo: /unblock {shown}")
    (unblocked,) = heard(f":bob!b@h SILENCE -{entry}")
    assert unblocked.startswith(f"{shown} is not blocked any more")
    assert heard(f":s 271 bob bob {entry}", ":s 272 bob :End") == [f"You have blocked {shown}."]


def test_an_empty_list_is_said_too() -> None:
    assert heard(":s 272 bob :End of silence list") == ["You have blocked nobody."]
    assert heard(":s 511 bob carol :Your silence list is full") == ["carol: Your silence list is full"]


def test_away_here_and_not_elsewhere_is_said() -> None:
    assert heard(":s 306 bob :You have been marked as being away") == ["You are shown as away."]
    (sentence,) = heard(":s 306 bob :This device is away, others of yours are here, and so are you: …")
    assert sentence.endswith("you are not shown as away. /awayall is for all of them.")
    assert heard(":s 305 bob :You are no longer marked as being away") == ["You are back."]
