"""The conversation in which each kind of event is shown."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.events.connection import Lost
from trialogue_client.core.state import Identity
from trialogue_client.engine.model import Model
from trialogue_client.engine.routing import PLACES, places
from trialogue_client.wording.rows import RowKind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALICE, BOB = Source("alice", "a", "h"), Source("bob", "b", "h")
OPEN = {"", "#lobby", "#den", "alice"}


def kinds(base: type[ev.Event] = ev.Event) -> Iterator[str]:
    """The names of all classes of events, in whichever module; a dataclass with slots is made twice."""
    for kind in base.__subclasses__():
        yield kind.__qualname__
        yield from kinds(kind)


def online() -> Chat:
    """A chat that a server has taken in as bob."""
    chat = Chat(Identity("bob"))
    chat.connected()
    chat.receive(b":s 001 bob :Welcome\r\n:bob!b@h JOIN #lobby\r\n")
    assert chat.online
    return chat


def test_every_kind_of_event_has_its_place() -> None:
    assert set(kinds()) == {kind.__qualname__ for kind in PLACES}


@pytest.mark.parametrize(
    ("event", "where"),
    [
        (ev.Said("#den", ALICE, "hi", me=False, private=False), ["#den"]),
        (ev.Said("bob", ALICE, "hi", me=False, private=True), ["alice"]),
        (ev.Said("carol", BOB, "hi", me=True, private=True), ["carol"]),
        (ev.Said("#elsewhere", ALICE, "hi", me=False, private=False), ["#elsewhere"]),
        (ev.Noticed("bob", Source("s"), "hi", me=False, private=True), [""]),
        (ev.Noticed("bob", Source("eve", "e", "h"), "hi", me=False, private=True), ["#lobby"]),
        (ev.Noticed("bob", ALICE, "hi", me=False, private=True), ["alice"]),
        (ev.Tagged("#den", ALICE, {"+draft/react": "👍"}, me=False), ["#den"]),
        (ev.Tagged("bob", ALICE, {"+draft/react": "👍"}, me=False), ["alice"]),
        (ev.Tagged("bob", Source("eve", "e", "h"), {"+draft/react": "👍"}, me=False), []),
        (ev.Redacted("#den", "x", ALICE, "", me=False), ["#den"]),
        (ev.Redacted("bob", "x", ALICE, "", me=False), ["alice"]),
        (ev.Redacted("alice", "x", BOB, "", me=True), ["alice"]),
        (ev.LoggedIn("bob"), ["", "#lobby"]),
        (ev.LoggedOut("bob"), ["", "#lobby"]),
        (ev.LoginFailed("no"), ["#lobby"]),
        (ev.RightsEnded(), ["#lobby"]),
        (ev.StatusEnded("#den", "@"), ["#den"]),
        (ev.AccountMade("bob", ready=True, text=""), ["#lobby"]),
        (ev.Found("tea", ()), []),
        (ev.Missed("#den", 3), []),
        (ev.NoEarlier("#den"), []),
        (ev.Marked("#den", NOW), []),
        (ev.Joined("#den", ALICE, me=False), ["#den"]),
        (ev.Quit(ALICE, "", ("#lobby", "#den"), me=False), ["#lobby", "#den", "alice"]),
        (ev.Renamed("eve", "alice", ("#den",), me=False), ["#den", "alice"]),
        (ev.AwayChanged("alice", "lunch", me=False), ["alice"]),
        (ev.AwayChanged("bob", "lunch", me=True), ["#lobby"]),
        (ev.ModeChanged("#den", ALICE, ()), ["#den"]),
        (ev.ModeChanged("bob", BOB, ()), ["#lobby"]),
        (ev.NotSent("#den", "hi", "no", sure=True), ["#den"]),
        (ev.NotSent("#gone", "hi", "no", sure=True), ["#lobby"]),
        (ev.Refused("482", ("#den",), "no"), ["#den"]),
        (ev.StandardReply("FAIL", "X", "Y", ("#den",), "no"), ["#den"]),
        (ev.Invited("#den", "eve", ALICE, me=False), ["#den"]),
        (Lost("gone", 1.0), ["", "#lobby"]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ev.Event) else "",
)
def test_it_is_read_where_it_belongs(event: ev.Event, where: list[str]) -> None:
    assert places(event, online(), OPEN, "#lobby") == where


def test_being_logged_in_again_with_each_connection_disturbs_no_conversation() -> None:
    assert places(ev.LoggedIn("bob"), Chat(Identity("bob")), OPEN, "#lobby") == [""]


def test_what_somebody_takes_back_of_a_talk_with_us_opens_no_talk_with_ourselves() -> None:
    model = Model(online())
    model.handle(ev.Said("bob", ALICE, "psst", me=False, private=True, msgid="x"), NOW)
    model.handle(ev.Redacted("bob", "x", ALICE, "", me=False), NOW)
    assert list(model.buffers) == ["", "alice"]
    assert model.buffers["alice"].entries[-1].body == "(taken back by alice)"


def in_lobby() -> Model:
    """A model of which the lobby is looked at."""
    model = Model(online())
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    return model


def test_the_room_asked_for_last_is_the_one_that_is_looked_at() -> None:
    model = in_lobby()
    for room in ("#den", "#lobby"):
        model.chat.join(room)
        model.wish(room)
    model.handle(ev.Joined("#den", BOB, me=True), NOW)
    assert (model.active.name, model.entering) == ("#lobby", "")


def test_who_goes_elsewhere_meanwhile_stays_there() -> None:
    model = in_lobby()
    model.chat.join("#den")
    model.wish("#den")
    model.switch(model.open("alice"))
    model.handle(ev.Joined("#den", BOB, me=True), NOW)
    assert (model.active.name, model.entering) == ("alice", "")


def test_on_the_way_into_a_room_one_talks_there_and_after_a_refusal_where_one_is() -> None:
    model = in_lobby()
    model.chat.join("#den")
    model.wish("#den")
    assert model.entering == "#den"
    model.chat.receive(b":s 473 bob #den :Cannot join channel (+i)\r\n")
    assert model.entering == ""


def test_a_muted_room_or_person_is_neither_counted_nor_called_out() -> None:
    model = Model(online())
    model.muted = ("#Den", "eve")
    for where, who in (("#den", ALICE), ("#lobby", Source("eve", "e", "h")), ("#lobby", ALICE)):
        model.handle(ev.Joined(where, BOB, me=True), NOW)
        model.handle(ev.Said(where, who, "bob: hi", me=False, private=False), NOW)
        model.switch(model.buffers[""])
    model.handle(ev.Said("#lobby", Source("eve", "e", "h"), "bob: hi", me=False, private=False), NOW)
    model.handle(ev.Said("#den", ALICE, "bob: hi", me=False, private=False), NOW)
    assert {name: (one.unread, one.mentions) for name, one in model.buffers.items()} == {
        "": (0, 0),
        "#den": (0, 0),
        "#lobby": (0, 0),
    }
    assert not model.alerts
    model.muted = ()
    model.handle(ev.Said("#den", ALICE, "bob: hi", me=False, private=False), NOW)
    assert model.buffers["#den"].mentions == len(model.alerts) == 1


def test_what_is_said_in_a_room_where_we_are_not_does_not_look_as_if_it_were_said_here() -> None:
    model = Model(online())
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.handle(ev.Said("#elsewhere", BOB, "hi", me=True, private=False), NOW)
    assert [(name, one.here) for name, one in model.buffers.items()] == [
        ("", True), ("#lobby", True), ("#elsewhere", False),
    ]  # fmt: skip
    assert model.buffers["#elsewhere"].entries[-1].body == "hi"
    model.handle(ev.TopicTold("#third", "tea"), NOW)
    assert "#third" not in model.buffers


def test_a_notice_for_us_alone_says_so_where_others_talk() -> None:
    model = Model(online())
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    eve = Source("eve", "e", "h")
    for event in (
        ev.Noticed("bob", eve, "psst", me=False, private=True),
        ev.Noticed("eve", BOB, "what?", me=True, private=True),
        ev.Noticed("#lobby", eve, "hear!", me=False, private=False),
    ):
        model.handle(event, NOW)
    bodies = [one.body for one in model.buffers["#lobby"].entries if one.who]
    assert bodies == ["(to you) psst", "(to eve) what?", "hear!"]
    model.handle(ev.Said("bob", eve, "hi", me=False, private=True), NOW)
    model.handle(ev.Noticed("bob", eve, "psst", me=False, private=True), NOW)
    assert model.buffers["eve"].entries[-1].body == "psst"


def test_what_is_taken_back_right_behind_the_page_on_which_it_stands_is_not_shown() -> None:
    model = Model(online())
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.handle(ev.Said("#lobby", ALICE, "oops", me=False, private=False, msgid="m1", replayed=True, at=NOW), NOW)
    model.handle(ev.Redacted("#lobby", "m1", ALICE, "", me=False), NOW)
    model.settle()
    assert "oops" not in [one.body for one in model.buffers["#lobby"].entries]


def test_who_called_us_while_we_were_away_is_counted_as_a_call() -> None:
    model = Model(online())
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.switch(model.buffers[""])
    model.handle(ev.Missed("#lobby", 2), NOW)
    for text in ("hi", "bob: look", "bob: that was long ago"):
        model.handle(ev.Said("#lobby", ALICE, text, me=False, private=False, replayed=True, at=NOW), NOW)
    lobby = model.buffers["#lobby"]
    assert (lobby.unread, lobby.mentions) == (2, 1)


def test_a_room_that_is_left_and_entered_again_shows_what_was_said_there() -> None:
    chat = online()
    model = Model(chat)
    said = ev.Said("#lobby", ALICE, "hi", me=False, private=False, msgid="m1", at=NOW)
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.handle(said, NOW)
    model.handle(ev.Parted("#lobby", BOB, "", me=True), NOW)
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.handle(replace(said, replayed=True), NOW)
    model.settle()
    assert "hi" in [one.body for one in model.buffers["#lobby"].entries]


def test_a_draft_outlives_the_room_that_somebody_took_us_out_of() -> None:
    model = Model(online())
    for room in ("#lobby", "#den"):
        model.handle(ev.Joined(room, BOB, me=True), NOW)
    model.buffers["#den"].draft = "half a"
    model.handle(ev.Parted("#den", BOB, "", me=True), NOW)
    assert not model.buffers["#den"].here


def test_a_room_with_another_name_keeps_what_was_said_there_and_who_looks_at_it() -> None:
    model = Model(online())
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.handle(ev.Said("#lobby", ALICE, "hi", me=False, private=False), NOW)
    model.handle(ev.RoomRenamed("#lobby", "#hall", ALICE, ""), NOW)
    assert list(model.buffers) == ["", "#hall"]
    assert model.active is model.buffers["#hall"]
    assert [one.body for one in model.active.entries][-2:] == ["hi", "alice renamed #lobby to #hall"]


def waiting(text: str) -> ev.Said:
    """What somebody said to us alone while we were not here, as the server tells it by itself."""
    return replace(ev.Said("bob", ALICE, text, me=False, private=True), replayed=True, at=NOW, msgid=text)


def test_what_waited_for_us_is_unread_and_what_we_asked_for_is_not() -> None:
    model = Model(online())
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.handle(waiting("one"), NOW)
    model.handle(waiting("two"), NOW)
    model.handle(replace(waiting("older"), answer="h1"), NOW)
    model.settle()
    buffer = model.find("alice")
    assert buffer is not None
    assert buffer.unread == 2
    assert [entry.body for entry in buffer.entries if entry.kind is RowKind.TALK][:2] == ["one", "two"]
