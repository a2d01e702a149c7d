"""The parts of the full screen that decide: no terminal, no event loop."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from trialogue_client.address import AddressError, Endpoint, parse_address
from trialogue_client.core.completion import complete, explain
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.entries import Entry
from trialogue_client.engine.model import Alert
from trialogue_client.tui.formatting import styled
from trialogue_client.tui.terminal.notify import sequence
from trialogue_client.tui.widgets.conversation.layout import Columns, height, strips
from trialogue_client.tui.widgets.conversation.measure import Measure
from trialogue_client.tui.widgets.conversation.wrapping import wrap
from trialogue_client.wording.rows import RowKind

START = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
texts = st.text(max_size=200)


def entry(minutes: float, body: str = "x", who: str = "bob") -> Entry:
    return Entry(RowKind.TALK, body, START + timedelta(minutes=minutes), who)


def shape(buffer: Buffer) -> list[str]:
    """``-`` for a date, ``bob:`` for a row with a name, ``:`` for one under the same name."""
    return ["-" if one.kind is RowKind.DATE else f"{one.who if one.head else ''}:{one.body}" for one in buffer.entries]


@given(st.text(max_size=120), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_the_spaces_that_they_break_at(text: str, width: int) -> None:
    lines = [text[start:end] for start, end in wrap(text, width)]
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(texts, st.integers(20, 120))
def test_a_row_is_as_high_as_it_is_measured_and_no_wider_than_the_window(body: str, width: int) -> None:
    columns, one = Columns(width), entry(0, body)
    lines = strips(one, columns)
    assert len(lines) == height(one, columns)
    assert all(line.cell_length <= columns.indent + columns.body for line in lines)


@given(texts)
def test_nothing_that_acts_on_a_terminal_is_ever_drawn(body: str) -> None:
    drawn = "".join(line.text for line in strips(entry(0, body), Columns(80)))
    assert not any(char in drawn for char in "\x1b\x07\x08\r\n\x9b\x9d\u2028")


def test_rows_are_grouped_by_person_and_day() -> None:
    buffer = Buffer("#x", BufferKind.ROOM)
    for one in (entry(0, "a"), entry(1, "b"), entry(2, "c", "eve"), entry(10, "d", "eve"), entry(121, "e", "eve")):
        buffer.append(one)
    assert shape(buffer) == ["-", "bob:a", ":b", "eve:c", "eve:d", "-", "eve:e"]


@given(st.lists(st.integers(0, 3000), max_size=30), st.lists(st.integers(0, 3000), max_size=30))
def test_history_takes_its_place_whenever_it_comes(live: list[int], older: list[int]) -> None:
    whole, piecewise = Buffer("#x", BufferKind.ROOM), Buffer("#x", BufferKind.ROOM)
    for minute in sorted(live + older):
        whole.append(entry(minute, str(minute)))
    for minute in sorted(live):
        piecewise.append(entry(minute, str(minute)))
    piecewise.merge([entry(minute, str(minute)) for minute in older])
    assert shape(piecewise) == shape(whole)


@given(st.lists(texts, max_size=20), st.lists(texts, max_size=3))
def test_every_line_of_a_conversation_belongs_to_the_row_that_stands_there(bodies: list[str], tail: list[str]) -> None:
    buffer, columns = Buffer("#x", BufferKind.ROOM), Columns(40)
    for minute, body in enumerate(bodies):
        buffer.append(entry(minute, body))
    measure = Measure(buffer, columns)
    waiting = [entry(99, body) for body in tail]
    measure.extend(waiting)
    expected = [line.text for one in (*buffer.entries, *waiting) for line in strips(one, columns)]
    lines = [measure.line(number) for number in range(measure.total)]
    assert [line.text if line else None for line in lines] == expected
    assert measure.line(measure.total) is None


def test_a_room_of_a_hundred_thousand_rows_drops_its_oldest_in_one_piece() -> None:
    buffer = Buffer("#x", BufferKind.ROOM)
    for number in range(100_001):
        buffer.append(entry(number / 1000, str(number)))
    assert len(buffer.entries) == 90_002
    assert buffer.entries[-1].body == "100000"


def test_formatting_is_kept_apart_from_the_text_and_a_link_ends_where_its_sentence_goes_on() -> None:
    text = styled("\x02a\x02 \x0304,01red\x03 (see https://x.example/a_(b)).")
    assert text.plain == "a red (see https://x.example/a_(b))."
    links = [span.style.link for span in text.spans if isinstance(span.style, Style) and span.style.link]
    assert links == ["https://x.example/a_(b)"]
    assert styled("(https://x.example/)!").spans[0].end == len("(https://x.example/")


def test_a_command_is_explained_as_it_is_typed() -> None:
    assert explain("/to") == "/topic [#room] [text] — Show or change what a room is about"
    assert explain("/n").startswith("Tab: /notice  /nick  /names")
    assert explain("/zzz").startswith("There is no command /zzz")
    assert explain("//usr") == explain("hello") == explain("/me\nx") == ""


def test_names_rooms_and_commands_complete() -> None:
    nicks, rooms = ["alice", "Albert"], ["#lobby"]
    assert complete("al", nicks, rooms).choices == ("alice: ", "Albert: ")
    assert complete("hi al", nicks, rooms).choices == ("alice ", "Albert ")
    assert complete("see #l", nicks, rooms).choices == ("#lobby ",)
    assert complete("/topi", nicks, rooms).choices == ("/topic ",)
    assert complete("", nicks, rooms).choices == complete("hi ", nicks, rooms).choices == ()


@pytest.mark.parametrize(
    ("text", "tls", "endpoint"),
    [
        ("h", False, Endpoint("h", 6667)),
        ("h", True, Endpoint("h", 6697, tls=True)),
        (" h:1 ", False, Endpoint("h", 1)),
        ("h 2", False, Endpoint("h", 2)),
        ("ircs://h/", False, Endpoint("h", 6697, tls=True)),
        ("[::1]:3", False, Endpoint("::1", 3)),
        ("::1", False, Endpoint("::1", 6667)),
    ],
)
def test_an_address_may_be_typed_as_people_type_it(text: str, tls: bool, endpoint: Endpoint) -> None:
    assert parse_address(text, tls=tls) == endpoint


@pytest.mark.parametrize("text", ["", ":1", "h:x", "h:0", "h:65536", "a b c"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text, tls=False)


def test_a_notification_cannot_carry_what_acts_on_the_terminal() -> None:
    alert = Alert("e;ve", "#lobby", "wake\x1b]0;up\x07\nbob")
    assert sequence(alert, {"TERM": "foot"}) == "\x1b]777;notify;e,ve in #lobby;wake]0;up bob\x1b\\"
    assert sequence(alert, {"TERM_PROGRAM": "WezTerm"}) == "\x1b]9;e,ve in #lobby: wake]0;up bob\x1b\\"
    assert sequence(alert, {"TERM_PROGRAM": "WezTerm", "TMUX": "x"}) == sequence(alert, {"TERM": "xterm"}) == ""


def test_without_colours_nothing_is_coloured_and_every_meaning_has_a_sign() -> None:
    columns = Columns(80, coloured=False)
    looks = [Entry(look, "\x0304red\x03 https://x.example", START, who="bob") for look in RowKind]
    looks += [Entry(look, "x", START) for look in RowKind]
    segments = [segment for one in looks for line in strips(one, columns) for segment in line]
    assert [segment.text for segment in segments if segment.style and segment.style.color] == []
    signs = {
        strips(Entry(look, "x", START), columns)[0].text for look in (RowKind.EVENT, RowKind.HINT, RowKind.TROUBLE)
    }
    assert len(signs) == 3


def test_what_comes_a_little_late_stands_where_it_came_and_costs_no_measuring() -> None:
    buffer = Buffer("#x", BufferKind.ROOM)
    for one in (entry(0, "a"), entry(1, "by our clock", "eve"), entry(0.5, "b"), entry(0.6, "c")):
        buffer.append(one)
    assert shape(buffer) == ["-", "bob:a", "eve:by our clock", "bob:b", ":c"]
    assert buffer.revision == 0, "nothing that was measured has moved"
    buffer.append(entry(-5, "long ago"))
    assert shape(buffer)[1] == "bob:long ago"


def test_a_link_is_drawn_whatever_stands_behind_it() -> None:
    """Anybody may say this, in a message of several lines."""
    address = "https://x.example/(a)"
    for behind in (")" * 4000, ").!" * 1500):
        [link] = styled(address + behind).spans
        assert (link.start, link.end) == (0, len(address))


def test_what_a_click_opens_is_what_is_shown() -> None:
    text = styled("https://x.example/\u202egpj.exe\u202c https://y.example/a\u200bb")
    assert not set("\u202e\u202c") & set(text.plain)
    links = [
        (span.style.link, text.plain[span.start : span.end]) for span in text.spans if isinstance(span.style, Style)
    ]
    assert links == [("https://x.example/gpj.exe",) * 2, ("https://y.example/a",) * 2]


def test_words_with_a_tab_between_them_stay_two() -> None:
    assert styled("def f():\treturn 1").plain == "def f():    return 1"


def test_the_oldest_message_is_known_after_the_first_have_gone() -> None:
    buffer = Buffer("#x", BufferKind.ROOM)
    for number in range(100_001):
        buffer.append(Entry(RowKind.TALK, "x", START + timedelta(seconds=number), "bob", msgid=str(number)))
    assert buffer.trimmed
    assert buffer.oldest() == next(one.msgid for one in buffer.entries if one.msgid)


@given(st.text(st.sampled_from("ab \x02\u00e9🍅"), max_size=120), st.integers(20, 60))
def test_a_row_that_is_cut_has_all_of_its_words_in_their_styles(body: str, width: int) -> None:
    columns, one, whole = Columns(width), entry(0, body), styled(body)
    drawn = [segment for line in strips(one, columns) for segment in line]
    assert "".join(segment.text for segment in drawn).replace(" ", "").endswith(whole.plain.replace(" ", ""))
    bold = "".join(segment.text for segment in drawn if segment.style and segment.style.bold and segment.text.strip())
    expected = "".join(whole.plain[span.start : span.end] for span in whole.spans if "bold" in str(span.style))
    assert bold.replace(" ", "") == expected.replace(" ", "")
