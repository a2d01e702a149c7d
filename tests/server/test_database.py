"""The database: what goes in comes out, all of a tick or nothing, and from every version that ever was."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial, reduce
from operator import or_
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ircwire.casemap import ascii_fold
from tests.support.values import IDS, event_types, structs
from trialogue_server.store.archive import verify
from trialogue_server.store.base import StoreBroken, StoreUnavailable
from trialogue_server.store.database import Database
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.migrations import copy_before, schema_scripts
from trialogue_server.store.queries import read_event, read_page, read_targets
from trialogue_server.store.records import DROP_RULES, ERASURES, SAVE_RULES
from trialogue_server.store.rows import RECORDS
from trialogue_server.world import events as e
from trialogue_server.world.accounts import Account, Credentials
from trialogue_server.world.history import HISTORY, LAST, Page, Target, between, conversation_of, first_id_at
from trialogue_server.world.markers import Marker
from trialogue_server.world.spans import EVERYTHING, holds, union
from trialogue_server.world.visits import Visit

Open = Callable[[], Database]


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Open]:
    """Opens the database of this test again, as the next start would."""
    opened: list[Database] = []

    def open_it() -> Database:
        for database in opened:
            database.close()
        opened[:] = [Database(tmp_path / "test.db", durability="process", fold=ascii_fold)]
        return opened[0]

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def database(reopen: Open) -> Database:
    return reopen()


def said(number: int, channel: str = "#room", text: str = "hello") -> e.MessagePosted:
    """Return a message to a room, or with a space in `channel`, one between two people."""
    room = "" if " " in channel else channel
    direct = channel if " " in channel else ""
    return e.MessagePosted(
        number, 1.5, 1, "a!b@c", "ann", "PRIVMSG", room or "bob", room, 0 if room else 2, "", text, "", direct
    )


def marked(number: int, identity: str, at: float) -> e.MarkerMoved:
    return e.MarkerMoved(number, 1.5, 1, "server", "", "#room", Marker(identity, "#room", at))


def history(database: Database, conversation: str = "#room") -> list[e.Event]:
    """Return all of a conversation."""
    return database.readers.query(partial(read_page, page=Page(conversation, limit=1000, only_messages=False)))


@given(data=st.data())
@pytest.mark.parametrize("kind", event_types(), ids=lambda kind: kind.__name__)
def test_every_kind_of_event_survives_its_encoding(kind: type[e.Event], data: st.DataObject) -> None:
    event = data.draw(structs(kind))
    union: Any = reduce(or_, event_types())
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(event), type=union) == event


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(data=st.data())
@pytest.mark.parametrize("kind", HISTORY, ids=lambda kind: kind.__name__)
def test_every_kind_of_history_comes_back_as_it_was(
    kind: type[e.Event], data: st.DataObject, database: Database
) -> None:
    drawn = data.draw(structs(kind))
    event = msgspec.structs.replace(drawn, id=data.draw(IDS), channel="#room")
    if isinstance(event, e.Posted):
        event = msgspec.structs.replace(event, status="", command="PRIVMSG")
    database.write([event])
    assert database.readers.query(partial(read_event, event_id=event.id)) == event


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(data=st.data())
@pytest.mark.parametrize("kind", SAVE_RULES, ids=lambda kind: kind.__name__)
def test_every_kind_of_record_is_restored_as_the_event_that_saved_it(
    kind: type[e.Event], data: st.DataObject, database: Database
) -> None:
    saving = SAVE_RULES[kind]
    event = msgspec.structs.replace(data.draw(structs(kind)), id=data.draw(IDS))
    if isinstance(event, e.VisitNoted):
        assume(event.record.left)  # else it ends with the server, see below
    assume(saving.tells(getattr(event, kind.__struct_fields__[-1])))  # else it is removed, see below
    database.write([event])
    restored = [each for each in database.restore() if type(each) is kind]
    if saving.key(event):
        assert getattr(event, kind.__struct_fields__[-1]) in [
            getattr(each, kind.__struct_fields__[-1]) for each in restored
        ]


@pytest.mark.parametrize(
    ("kept", "void"),
    [
        (e.VisitNoted(1, 1.5, 1, "a!b@c", "ann", Visit("ann", "#room", 7)), Visit("ann", "#room", 0)),
        (e.MarkerMoved(1, 1.5, 1, "a!b@c", "ann", "#room", Marker("ann", "#room", 7.5)), Marker("ann", "#room", 0)),
    ],
)
def test_a_record_that_tells_nothing_any_more_is_removed(database: Database, kept: Any, void: Any) -> None:
    for record, count in ((kept.record, 1), (void, 0), (void, 0)):
        database.write([msgspec.structs.replace(kept, record=record)])
        assert len(list(database.restore())) == count


def test_whatever_is_kept_is_of_one_kind() -> None:
    kinds = [*SAVE_RULES, *DROP_RULES, *ERASURES, *HISTORY, e.ChannelRenamed, e.GuestForgotten, e.OperatorActed]
    assert len(kinds) == len(set(kinds)), "an event is a record's or history's, in one way"
    assert set(kinds) == RECORDS | HISTORY.keys()


WRITTEN = {
    e.MessagePosted: (
        "9fad4d657373616765506f737465641ecb3ff800000000000002a56121624063a3616e6ea7505249564d5347a523726f"
        "6f6da523726f6f6d00a0a26869a0a0a0"
    ),
    e.MultilinePosted: (
        "9faf4d756c74696c696e65506f737465641ecb3ff800000000000002a56121624063a3616e6ea7505249564d5347a523"
        "726f6f6da523726f6f6d00a09292a161a16291a163a0a0a0"
    ),
    e.ChannelJoined: (
        "9bad4368616e6e656c4a6f696e65641ecb3ff800000000000002a56121624063a3616e6ea523726f6f6da3416e6ea16fa26e74a0"
    ),
    e.ChannelParted: ("98ad4368616e6e656c5061727465641ecb3ff800000000000002a56121624063a3616e6ea523726f6f6da3627965"),
    e.Kicked: "9aa64b69636b65641ecb3ff800000000000002a56121624063a3616e6ea523726f6f6d03a3626f62a36f7574",
    e.TopicChanged: ("98ac546f7069634368616e6765641ecb3ff800000000000002a56121624063a3616e6ea523726f6f6da46e657773"),
    e.ModesChanged: (
        "99ac4d6f6465734368616e6765641ecb3ff800000000000002a56121624063a3616e6ea523726f6f6d9193c3a16fa133"
        "92a22b6fa3626f62"
    ),
}
"""Events as the first version wrote them: a change that cannot read them any more loses people's history."""


@pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.__name__)
def test_what_was_written_long_ago_is_still_read(kind: type[e.Event]) -> None:
    assert type(msgspec.msgpack.decode(bytes.fromhex(WRITTEN[kind]), type=kind)) is kind


def test_every_kind_of_history_has_been_written_once() -> None:
    assert WRITTEN.keys() == HISTORY.keys()


def test_history_and_records_outlive_the_server(reopen: Open) -> None:
    reopen().write([said(1), said(2, "#other"), marked(3, "ann", 7.0)])
    database = reopen()
    assert history(database) == [said(1)]
    assert [event.record for event in database.restore() if isinstance(event, e.MarkerMoved)] == [
        Marker("ann", "#room", 7.0)
    ]


def test_a_record_replaces_the_one_before(database: Database) -> None:
    database.write([marked(1, "ann", 7.0), marked(2, "ann", 9.0), marked(3, "!5-1", 9.0)])
    assert [event.record.at for event in database.restore() if isinstance(event, e.MarkerMoved)] == [9.0]


def test_a_visit_that_had_not_ended_ended_with_the_server(reopen: Open) -> None:
    stamp = 1.5, 1, "a!b@c", "ann"
    reopen().write([e.VisitNoted(4, *stamp, Visit("ann", "#room", 0, 4, "a!b@c")), said(9)])
    for _ in range(2):
        database = reopen()
        (restored,) = database.restore()
        assert isinstance(restored, e.VisitNoted)
        assert restored.record == Visit("ann", "#room", 9, 4, "a!b@c")
        database.write([said(database.last_id + 1)])


@pytest.mark.parametrize(
    "events",
    [
        [said(5), said(7)],
        [said(5), marked(7, "ann", 1.0)],
        [marked(5, "ann", 1.0), said(7)],
        [said(7), marked(5, "ann", 1.0)],
        [e.MessagePosted(7, 1.5, 1, "a!b@c", "", "TAGMSG", "#room", "#room", 0, "", "", "+typing=active")],
        [said(5), e.MessageRedacted(7, 1.5, 1, "a!b@c", "", "#room", "#room", 0, 5, "")],
    ],
)
def test_the_greatest_id_outlives_the_server(reopen: Open, events: list[e.Event]) -> None:
    database = reopen()
    assert database.last_id == 0
    database.write(events)
    assert database.last_id == 7
    assert reopen().last_id == 7


def test_the_greatest_id_is_not_given_out_again_when_guests_said_it(reopen: Open) -> None:
    """What guests said to each other ends with the server that they were on."""
    database = reopen()
    direct = between("!1-1", "!2-2")
    database.write([said(7), said(9, direct)])
    assert database.last_id == 9
    for _ in range(2):
        database = reopen()
        list(database.restore())
        assert not history(database, direct)
        assert database.last_id == 9


def test_the_greatest_id_is_not_given_out_again_when_its_message_was_taken_back(reopen: Open) -> None:
    database = reopen()
    database.write([said(5)])
    database.write([e.MessageRedacted(6, 1.5, 1, "a!b@c", "", "#room", "#room", 0, 5, "")])
    assert history(database) == []
    assert reopen().last_id == 6


@pytest.mark.parametrize(
    ("event", "conversation"),
    [
        (said(1, "#Room"), "#room"),
        (said(1, between("zoe", "ann")), "ann zoe"),
        (e.ChannelParted(1, 1.5, 1, "a!b@c", "", "#Room", ""), "#room"),
        (msgspec.structs.replace(said(1), status="o"), ""),
        (msgspec.structs.replace(said(1), command="TAGMSG", tags="+typing=active"), ""),
        (msgspec.structs.replace(said(1), command="TAGMSG", tags="+draft/reply=x;+draft/react=:)"), "#room"),
    ],
)
def test_to_which_conversation_an_event_belongs(event: e.Event, conversation: str) -> None:
    assert conversation_of(event, ascii_fold) == conversation


def _full(database: Database) -> None:
    """Let the file grow no more: what SQLite then answers is what it answers on a full disk."""
    (pages,) = database._connection.execute("PRAGMA page_count").fetchone()
    database._connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_write_that_fails_leaves_nothing_half_written(reopen: Open) -> None:
    database = reopen()
    database.write([said(1)])
    _full(database)
    batch = [said(2, f"#room{number}", "x" * 300) for number in range(200)]
    batch = [msgspec.structs.replace(event, id=number) for number, event in enumerate(batch, start=2)]
    for _ in range(2):  # it is offered again and again
        with pytest.raises(StoreUnavailable, match="full"):
            database.write(batch)
    assert database.last_id == 1
    database._connection.execute("PRAGMA max_page_count = 1000000")
    database.write(batch[100:])
    database.write(batch[:100])
    for event in batch:
        assert history(database, event.channel) == [event], "under its own conversation, and no other's"
    database = reopen()
    assert history(database, "#room199") == [batch[199]]


def test_a_bug_in_a_write_leaves_no_transaction_open(database: Database) -> None:
    with pytest.raises(UnicodeEncodeError):
        database.write([said(1), said(2, "#new", "\ud800")])
    database.write([said(3, "#other")])
    assert history(database) == []
    assert history(database, "#new") == []
    assert history(database, "#other") == [said(3, "#other")]


def test_to_write_the_same_again_does_no_harm(database: Database) -> None:
    """A commit may have reached the disk although the system said that it failed."""
    batch = [said(1), marked(2, "ann", 1.0), said(3)]
    database.write(batch)
    database.write(batch)
    assert history(database) == [said(1), said(3)]


def test_with_an_account_goes_what_was_its_alone(database: Database) -> None:
    ann = Account("Ann", 1.0, Credentials("x"))
    stamp = 1.5, 1, "a!b@c", "Ann"
    database.write(
        [
            e.AccountSaved(1, *stamp, ann),
            marked(2, "ann", 1.0),
            marked(3, "anna", 1.0),
            e.VisitNoted(4, *stamp, Visit("ann", "#room", 3)),
            said(5, between("ann", "bob")),
            said(6, between("anna", "bob")),
            said(7),
        ]
    )
    database.write([e.AccountDropped(8, *stamp, "Ann")])
    (restored,) = database.restore()
    assert isinstance(restored, e.MarkerMoved)
    assert restored.record == Marker("anna", "#room", 1.0)
    assert history(database, "ann bob") == []
    assert history(database, "anna bob") == [said(6, "anna bob")]
    assert history(database) == [said(7)], "what was said in a room is the room's"


NUMBERS = st.integers(0, 30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    ids=st.sets(st.integers(1, 29)),
    after=NUMBERS,
    before=NUMBERS,
    limit=st.integers(1, 40),
    oldest_first=st.booleans(),
    only_messages=st.booleans(),
)
def test_a_page_is_the_part_that_was_asked_for(
    database: Database, ids: set[int], after: int, before: int, limit: int, oldest_first: bool, only_messages: bool
) -> None:
    database._connection.execute("DELETE FROM events")
    events: list[e.Event] = [
        said(number) if number % 3 else e.TopicChanged(number, 1.5, 1, "a!b@c", "", "#room", "news")
        for number in sorted(ids)
    ]
    database.write([*events, said(50, "#other")])
    page = Page("#room", after, before, limit, oldest_first, only_messages)
    within = [event for event in events if after < event.id < before and (not only_messages or event.id % 3)]
    expected = within[:limit] if oldest_first else within[-limit:]
    assert database.readers.query(partial(read_page, page=page)) == expected


@given(ids=st.sets(st.integers(1, 29)), spans=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4), page=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_page_has_nothing_that_may_not_be_read(
    database: Database, ids: set[int], spans: list[tuple[int, int]], page: bool
) -> None:
    database._connection.execute("DELETE FROM events")
    database.write([said(number) for number in sorted(ids)] or [said(50, "#other")])
    readable = union(spans)
    wanted = [number for number in sorted(ids) if holds(readable, number) and 4 < number < 25]
    asked = Page("#room", after=4, before=25, limit=5, oldest_first=page, spans=readable)
    found = [event.id for event in database.readers.query(partial(read_page, page=asked))]
    assert found == (wanted[:5] if page else wanted[-5:])


def test_what_was_kept_of_rooms_before_is_as_readable_as_it_was(tmp_path: Path) -> None:
    """A room that was open when a server of schema 3 stopped; one that had ended; and one with nothing said."""
    path = tmp_path / "test.db"
    old = sqlite3.connect(path, isolation_level=None)
    for script in schema_scripts()[:3]:
        old.executescript(script)
    old.execute("PRAGMA user_version = 3")
    old.execute("INSERT INTO records VALUES ('life', '#open', ?)", (msgspec.msgpack.encode(OldLife("#open", 4 << 20)),))
    names = ["#open", "#ended", "#silent", "ann bob", "!1-5 !2-6", "ann bob\n", "\nann bob"]
    old.executemany("INSERT INTO conversations VALUES (?, ?)", list(enumerate(names, start=1)))
    for number in range(1, len(names) + 1):
        place = (10 + number) << 20
        silent = e.TopicChanged(place, 1.5, 1, "a!b@c", "ann", "#silent", "news")
        event = silent if names[number - 1] == "#silent" else said(place)
        row = (place, number, event is not silent, msgspec.msgpack.encode(event))
        old.execute("INSERT INTO events VALUES (?, ?, ?, ?)", row)
    old.close()
    assert verify(path).records == 1
    database = Database(path, durability="process", fold=ascii_fold)
    (restored,) = database.restore()
    assert isinstance(restored, e.ChannelSaved)
    room = restored.record
    assert (room.name, room.ownership, room.since, room.closed, bool(room.emptied_at)) == (
        "#open",
        None,
        4 << 20,
        (),
        True,
    )
    parties = database._connection.execute("SELECT identity, conversation FROM parties ORDER BY 1, 2").fetchall()
    assert parties == [("ann", 4), ("ann", 6), ("bob", 4), ("bob", 7)]
    kept = database._connection.execute("SELECT name FROM conversations ORDER BY id").fetchall()
    assert [name for (name,) in kept] == ["#open", "#ended", "ann bob", "ann bob\n", "\nann bob"]
    assert list(database.restore()) == [restored], "once and for all"
    database.close()


class OldLife(msgspec.Struct):
    """As it was written before all of a room was kept."""

    channel: str
    since: int


def test_targets_are_where_something_was_last_said_in_between(database: Database) -> None:
    database.write([said(1), said(2, "#other"), said(3, "ann bob"), said(4, "ann_ bob"), said(9, "#late")])
    rooms = [(name, EVERYTHING) for name in ("#room", "#other", "#late")]
    find = partial(read_targets, conversations=rooms, identity="ann", limit=10)
    assert database.readers.query(partial(find, after=1, before=9)) == [Target("#other", 2), Target("ann bob", 3)]
    find = partial(find, limit=1)
    assert database.readers.query(partial(find, after=0, before=LAST)) == [Target("#room", 1)]


@pytest.mark.parametrize("at", [-1e11, 0, 1.7e9, 253402300799.999])
def test_every_time_has_a_first_id_that_fits(database: Database, at: float) -> None:
    page = Page("#room", after=first_id_at(at), before=first_id_at(at + 0.001))
    assert database.readers.query(partial(read_page, page=page)) == []


@pytest.mark.parametrize("version", range(len(schema_scripts()) + 1))
def test_every_older_version_becomes_the_newest(tmp_path: Path, reopen: Open, version: int) -> None:
    old = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    for script in schema_scripts()[:version]:
        old.executescript(script)
    old.execute(f"PRAGMA user_version = {version}")
    old.close()
    database = reopen()
    database.write([said(1), marked(2, "ann", 1.0)])
    assert history(reopen()) == [said(1)]
    (now,) = reopen()._connection.execute("PRAGMA user_version").fetchone()
    assert now == len(schema_scripts())


def written_by_version(path: Path, version: int) -> None:
    """Make a database as a server of this schema version did, with one account of old in it."""
    old = sqlite3.connect(path, isolation_level=None)
    for script in schema_scripts()[:version]:
        old.executescript(script)
    old.execute(f"PRAGMA user_version = {version}")
    old.execute("INSERT INTO facts VALUES ('last_id', 7)")
    old.close()


def test_an_upgrade_keeps_a_copy_of_what_was_there_before(tmp_path: Path, reopen: Open) -> None:
    written_by_version(tmp_path / "test.db", 1)
    reopen()
    copy = copy_before(tmp_path / "test.db", 1)
    assert copy.name == "test-schema-1.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    kept = sqlite3.connect(copy)
    assert kept.execute("PRAGMA user_version").fetchone() == (1,)
    assert kept.execute("SELECT value FROM facts WHERE name = 'last_id'").fetchone() == (7,)
    kept.close()


def test_a_new_database_and_one_that_is_up_to_date_are_not_copied(tmp_path: Path, reopen: Open) -> None:
    reopen()
    reopen()
    assert not list(tmp_path.glob("*-schema-*"))


def test_nothing_is_upgraded_when_there_is_no_place_for_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    written_by_version(path, 1)
    copy_before(path, 1).mkdir()
    (copy_before(path, 1) / "occupied").touch()
    with pytest.raises(StoreBroken, match=r"must be upgraded, and its copy .* cannot be written .*Nothing was changed"):
        Database(path, durability="process", fold=ascii_fold)
    old = sqlite3.connect(path)
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    old.close()


def test_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    newer = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreBroken, match=r"was written by a newer server \(schema 99.*start that one"):
        Database(tmp_path / "test.db", durability="process", fold=ascii_fold)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreBroken, match=r"is damaged .*: put a backup in its place"):
        Database(tmp_path / "test.db", durability="process", fold=ascii_fold)


def test_a_damaged_record_is_said_to_be_damaged(reopen: Open) -> None:
    database = reopen()
    database._connection.execute("INSERT INTO records VALUES ('account', 'ann', x'00')")
    with pytest.raises(StoreBroken, match="is damaged"):
        list(database.restore())


def test_damaged_history_is_unavailable_and_the_rest_is_not(database: Database) -> None:
    database.write([said(1), said(2, "#other")])
    database._connection.execute("UPDATE events SET data = x'00' WHERE id = 1")
    with pytest.raises(StoreUnavailable):
        history(database)
    assert history(database, "#other") == [said(2, "#other")]


def test_two_servers_cannot_share_a_directory(tmp_path: Path) -> None:
    first = DirectoryLock(tmp_path)
    with pytest.raises(StoreBroken, match="Another server uses the data directory"):
        DirectoryLock(tmp_path)
    first.release()
    DirectoryLock(tmp_path).release()


def renamed(number: int, old: str, new: str) -> e.ChannelRenamed:
    return e.ChannelRenamed(number, 1.0, 1, "a!a@h", "", old, new, "")


def test_a_room_that_nothing_is_known_of_takes_no_history_over(tmp_path: Path) -> None:
    """What was said before under the new name was said in another room."""
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    database.write([said_in(1, "#new"), renamed(2, "#old", "#new"), said_in(3, "#new")])
    assert [event.id for event in database.readers.query(partial(read_page, page=Page("#new")))] == [3]
    database.close()


def said_in(number: int, channel: str) -> e.MessagePosted:
    return e.MessagePosted(number, 1.0, 1, "a!a@h", "", "PRIVMSG", channel, channel, 0, "", str(number), "")


@pytest.mark.parametrize("batches", [[[0, 1, 2, 3, 4, 5]], [[0, 1], [2, 3], [4, 5]], [[0], [1], [2], [3], [4], [5]]])
def test_a_renamed_channel_takes_its_history_along(tmp_path: Path, batches: list[list[int]]) -> None:
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    events: list[e.Event] = [
        said_in(1, "#new"),
        said_in(2, "#Old"),
        renamed(3, "#old", "#New"),
        said_in(4, "#old"),
        said_in(5, "#new"),
        renamed(6, "#never-spoken-in", "#other"),
    ]
    for batch in batches:
        database.write([events[place] for place in batch])

    def ids(conversation: str) -> list[int]:
        return [event.id for event in database.readers.query(partial(read_page, page=Page(conversation)))]

    assert (ids("#new"), ids("#old"), ids("#other")) == ([2, 5], [4], []), "#new of before was another room"
    assert database.last_id == 6
    database.close()


def test_what_was_written_moves_into_the_database_beside_the_writer(tmp_path: Path, database: Database) -> None:
    database.write([said(number, text="x" * 400) for number in range(1, 20_000)])
    size = (tmp_path / "test.db").stat().st_size
    database.log.checkpoint()
    assert (tmp_path / "test.db").stat().st_size > size + 4_000_000
    log = (tmp_path / "test.db-wal").stat().st_size
    database.write([said(20_000)])
    assert (tmp_path / "test.db-wal").stat().st_size == log, "the log is written from its beginning again"
    assert database.last_id == 20_000


@pytest.mark.parametrize("size", [1, 31, 32, 33, 64, 100])
def test_a_tick_of_any_size_is_kept_whole(database: Database, size: int) -> None:
    batch = [said(number) for number in range(1, size + 1)]
    database.write(batch)
    assert history(database) == batch
