"""In which conversation is each kind of event to be read?"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.state import Identity
from trialogue_client.net.reconnect import Lost
from trialogue_client.ui.model import Model
from trialogue_client.ui.routing import PLACES, places

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
        (ev.Said("#elsewhere", ALICE, "hi", me=False, private=False), ["#lobby"]),
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
        (ev.AccountMade("bob", ready=True, text=""), ["#lobby"]),
        (ev.Found("tea", ()), ["#lobby"]),
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
