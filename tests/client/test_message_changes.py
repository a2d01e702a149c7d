"""Messages change in their place: reactions below them, edits, and one mark for what was taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.state import Identity
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.entries import Entry
from trialogue_client.engine.model import Model
from trialogue_client.tui.widgets.conversation.layout import Columns, height, strips
from trialogue_client.tui.widgets.conversation.measure import Measure
from trialogue_client.wording.rows import RowKind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALICE, BOB, CAROL = Source("alice", "a", "h"), Source("bob", "b", "h"), Source("carol", "c", "h")
COLUMNS = Columns(60)


def said(msgid: str, text: str, who: Source = ALICE, *, edits: str = "", replayed: bool = False) -> ev.Said:
    return ev.Said(
        "#lobby", who, text, me=who is BOB, private=False, edits=edits, msgid=msgid, at=NOW, replayed=replayed
    )


def reacted(msgid: str, sign: str, who: Source, *, back: bool = False, replayed: bool = False) -> ev.Tagged:
    tags = {"+draft/unreact" if back else "+draft/react": sign, "+draft/reply": msgid}
    return ev.Tagged("#lobby", who, tags, me=who is BOB, replayed=replayed)


def redacted(msgid: str, who: Source = ALICE, reason: str = "") -> ev.Redacted:
    return ev.Redacted("#lobby", msgid, who, reason, me=who is BOB)


@pytest.fixture
def model() -> Model:
    one = Model(Chat(Identity("bob")))
    one.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    return one


def rows(model: Model) -> list[tuple[str, str, str]]:
    """Return body, state and note of what was said."""
    entries = model.buffers["#lobby"].entries
    return [(one.body, one.state, one.note) for one in entries if one.msgid]


def tell(model: Model, *events: ev.Event) -> None:
    for event in events:
        model.handle(event, NOW)
    model.settle()


def test_reactions_are_counted_below_their_message(model: Model) -> None:
    tell(model, said("m1", "cake?\nor tea?"), said("m2", "later"))
    for who in (CAROL, ALICE, CAROL):
        tell(model, reacted("m1", "👍", who))
    tell(model, reacted("m1", "❤️", BOB), reacted("m2", "no such   thing", BOB))
    assert rows(model) == [
        ("cake?", "", ""),
        ("or tea?", "", "👍 2  ❤️ 1 (you)"),
        ("later", "", "no such thing 1 (you)"),
    ]
    tell(model, reacted("m1", "👍", CAROL, back=True), reacted("m1", "❤️", BOB, back=True))
    assert rows(model)[1] == ("or tea?", "", "👍 1")
    tell(model, reacted("m1", "👍", ALICE, back=True))
    assert rows(model)[1] == ("or tea?", "", "")


def test_history_may_tell_a_reaction_before_its_message_and_twice(model: Model) -> None:
    tell(model, reacted("m1", "👍", CAROL, replayed=True))
    tell(model, said("m1", "cake?", replayed=True), reacted("m1", "👍", CAROL, replayed=True))
    assert rows(model) == [("cake?", "", "👍 1")]


def test_what_is_taken_back_leaves_one_mark_and_no_second_line(model: Model) -> None:
    tell(model, said("m1", "one\ntwo\nthree"), said("m2", "after"), reacted("m1", "👍", CAROL), redacted("m1"))
    assert rows(model) == [("(taken back by alice)", "gone", ""), ("after", "", "")]
    before = len(model.buffers["#lobby"].entries)
    tell(model, redacted("m3"), reacted("m1", "👍", BOB))
    assert len(model.buffers["#lobby"].entries) == before
    assert rows(model)[0] == ("(taken back by alice)", "gone", "")


@pytest.mark.parametrize("text", ["eight", "eight\nor nine"])
def test_an_edited_message_stands_at_its_place(model: Model, text: str) -> None:
    tell(model, said("m1", "seven"), said("m2", "fine", CAROL), redacted("m1"), said("m3", text, edits="m1"))
    first, *more = text.split("\n")
    assert rows(model) == [
        (first, "" if more else "edited", ""),
        *((line, "edited", "") for line in more),
        ("fine", "", ""),
    ]
    tell(model, reacted("m3", "👍", CAROL))
    assert rows(model)[len(more)][2] == "👍 1", "it goes by its new id"
    assert model.buffers["#lobby"].unread == 0


def test_nobody_puts_words_into_the_place_of_what_another_has_said(model: Model) -> None:
    tell(model, said("m1", "seven"), said("m2", "I owe you", CAROL, edits="m1"))
    tell(model, redacted("m1"), said("m3", "I owe you more", CAROL, edits="m1"))
    assert [body for body, *_ in rows(model)] == ["(taken back by alice)", "I owe you", "I owe you more"]


def test_an_edit_of_what_is_not_here_stands_where_it_comes_and_says_so(model: Model) -> None:
    tell(model, said("m3", "eight", edits="m1", replayed=True))
    assert rows(model) == [("eight", "edited", "")]


def filled(count: int) -> Buffer:
    buffer = Buffer("#lobby", BufferKind.ROOM)
    for number in range(count):
        buffer.append(
            Entry(RowKind.TALK, f"line {number}", NOW + timedelta(seconds=number), "alice", msgid=f"m{number}")
        )
    return buffer


def test_one_row_that_changes_is_measured_again_and_the_others_only_move() -> None:
    buffer = filled(50)
    measure = Measure(buffer, COLUMNS)
    measure.extend([])
    for msgid, note in (("m10", "👍 1"), ("m49", "❤️ 2"), ("m10", "👍 2"), ("m10", "x " * 90), ("m10", "")):
        buffer.annotate(msgid, note)
        measure.extend([])
        assert measure.fits(buffer, COLUMNS), "nothing else is measured again"
        fresh = Measure(buffer, COLUMNS)
        fresh.extend([])
        assert measure.total == fresh.total == sum(height(one, COLUMNS) for one in buffer.entries)
        for number in range(measure.total):
            assert str(measure.line(number)) == str(fresh.line(number))


def test_a_row_with_a_note_is_as_high_as_it_is_measured() -> None:
    for body, note in (("short", "👍 1"), ("é " * 80, "x " * 90), ("", "👍 1")):
        entry = Entry(RowKind.TALK, body, NOW, "alice", note=note)
        assert len(strips(entry, COLUMNS)) == height(entry, COLUMNS)
