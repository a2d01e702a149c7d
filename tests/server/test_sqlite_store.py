"""The durable store as the server uses it: what is kept, what is not, what is forgotten everywhere."""

import errno
import shutil
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from itertools import count
from pathlib import Path

import pytest
import trio
import trio.testing
from msgspec.structs import replace
from structlog.testing import capture_logs

from ircwire.casemap import ascii_fold
from tests.support.patience import PATIENCE
from trialogue_server.store import wal
from trialogue_server.store.archive import verify
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.database import FILE_NAME, Database, Durability
from trialogue_server.store.database_writer import DatabaseWriter
from trialogue_server.store.indexer import Indexer
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.queries import read_removals
from trialogue_server.store.retention import Retention
from trialogue_server.store.search_index import SearchIndex
from trialogue_server.store.sqlite import SqliteStore
from trialogue_server.store.wal import WriteAheadLog
from trialogue_server.world import events as e
from trialogue_server.world.accounts import Account, Credentials
from trialogue_server.world.history import LAST, Page, Query, between, first_id_at
from trialogue_server.world.history_limits import HistoryLimits
from trialogue_server.world.idempotency import UsedKey
from trialogue_server.world.registered_channels import Ownership, RoomRecord
from trialogue_server.world.spans import EVERYTHING
from trialogue_server.world.visits import Visit

STAMP = (1.5, 1, "a!b@c", "ann")


@asynccontextmanager
async def opened(
    directory: Path,
    *,
    keeps_history: bool = True,
    durability: Durability = "process",
    clock: Callable[[], float] = time.perf_counter,
) -> AsyncIterator[SqliteStore]:
    """Open the store of a directory, and close it in the end."""
    lock = DirectoryLock(directory)
    database = Database(directory / FILE_NAME, durability=durability, fold=ascii_fold)
    indexer = Indexer(SearchIndex(directory / "search.db", ascii_fold), database.readers)
    store = SqliteStore(DatabaseWriter(database, clock), indexer, lock, keeps_history=keeps_history)
    try:
        yield store
    finally:
        await store.aclose()


def indexed(store: SqliteStore) -> list[int]:
    """Return the ids of all messages that the index has."""
    assert store._indexer is not None
    return [one for (one,) in store._indexer.index._connection.execute("SELECT rowid FROM messages ORDER BY rowid")]


async def maintained(store: SqliteStore, is_done: Callable[[], bool]) -> None:
    """Maintain a store until something is done."""
    with trio.fail_after(PATIENCE):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(store.maintain, lambda: Retention(0.0))
            while not is_done():
                await trio.testing.wait_all_tasks_blocked(0.01)
            nursery.cancel_scope.cancel()


def said(number: int, text: str, conversation: str = "#room", command: str = "PRIVMSG") -> e.MessagePosted:
    room, direct = ("", conversation) if " " in conversation else (conversation, "")
    return e.MessagePosted(number, *STAMP, command, room or "bob", room, 0 if room else 2, "", text, "", direct)


async def test_what_was_committed_is_there_for_the_next_server(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit([said(1, "hello"), said(2, "world")])
        assert await store.page(Page("#room")) == [said(1, "hello"), said(2, "world")]
    async with opened(tmp_path) as store:
        assert store.last_id == 2
        assert await store.find("#room", 1) == said(1, "hello")
        assert await store.find("#other", 1) is None
        assert await store.find("#room", 3) is None
        targets = await store.targets([("#room", EVERYTHING)], "", after=0, before=9, limit=9)
        assert [target.conversation for target in targets] == ["#room"]


async def test_typing_is_no_transaction(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit([said(7, "", command="TAGMSG")])
        assert store.last_id == 0
        await store.commit([said(7, "", command="TAGMSG"), said(8, "hello")])
        assert await store.page(Page("#room")) == [said(8, "hello")]


async def test_a_reaction_is_history_and_no_message(tmp_path: Path) -> None:
    """It is read with the other events, and found by no search."""
    async with opened(tmp_path) as store:
        reaction = replace(said(9, "", command="TAGMSG"), tags="+draft/reply=8;+draft/react=lol")
        await store.commit([said(8, "hello"), reaction])
        assert await store.page(Page("#room")) == [said(8, "hello")]
        assert await store.page(Page("#room", only_messages=False)) == [said(8, "hello"), reaction]
        assert await store.search(Query((), ("#room",)), "") == [said(8, "hello")]
    assert verify(tmp_path / FILE_NAME) == (1, 1, 0)


async def test_without_history_there_are_records_and_nothing_else(tmp_path: Path) -> None:
    async with opened(tmp_path, keeps_history=False) as store:
        dropped = e.AccountDropped(3, *STAMP, "ann")
        await store.commit([said(1, "hello"), e.VisitNoted(2, *STAMP, Visit("ann", "#room", 0)), dropped])
        assert await store.page(Page("#room")) == []
        assert list(store.restore()) == []


async def test_without_history_idempotency_keys_are_kept(tmp_path: Path) -> None:
    used = [UsedKey(bytes([number]) * 16, b"content", b"speaker", number) for number in (1, 2)]
    async with opened(tmp_path, keeps_history=False) as store:
        noted = [e.IdempotencyKeyUsed(one.message, *STAMP, one) for one in used]
        await store.commit([said(1, "hello"), *noted, e.IdempotencyKeyForgotten(3, *STAMP, 1)])
        assert [event.record for event in store.restore() if isinstance(event, e.IdempotencyKeyUsed)] == used[1:]


async def test_a_commit_that_fails_says_so_and_can_be_offered_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        store._database._connection.execute("PRAGMA max_page_count = 1")
        batch = [said(number, "x" * 4000) for number in range(1, 50)]
        with pytest.raises(StoreUnavailable):
            await store.commit(batch)
        store._database._connection.execute("PRAGMA max_page_count = 100000")
        await store.commit(batch)
        assert len(await store.page(Page("#room", limit=100))) == 49


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (e.AccountDropped(9, *STAMP, "Ann"), [2, 3]),
        (e.MessageRedacted(9, *STAMP, "#room", "#room", 0, 2, ""), [1, 3]),
    ],
)
async def test_what_is_deleted_is_deleted_from_the_disk_too(tmp_path: Path, event: e.Event, left: list[int]) -> None:
    texts = {1: "marmalade", 2: "porridge", 3: "kedgeree"}
    conversations = {1: between("ann", "bob"), 2: "#room", 3: between("anna", "bob")}
    async with opened(tmp_path) as store:
        await store.commit([said(number, text, conversations[number]) for number, text in texts.items()])
        query = Query((), tuple(conversations.values()))
        assert len(await store.search(query, "")) == 3
        await store.commit([event])
        assert [found.id for found in await store.search(query, "")] == left
        await store._clean_index()
        assert indexed(store) == left
    content = await trio.Path(tmp_path / FILE_NAME).read_bytes()
    assert [number for number, text in texts.items() if text.encode() in content] == left


DAY = 24 * 3600.0


def said_at(at: float, text: str, conversation: str = "#room") -> e.MessagePosted:
    return said(first_id_at(at), text, conversation)


def room(name: str, keep_days: int) -> e.ChannelSaved:
    return e.ChannelSaved(5, *STAMP, RoomRecord(name, 1.5, Ownership("ann", 1.5, keep_days=keep_days)))


TALK = [(day, conversation) for day in range(1, 11) for conversation in ("#room", "#brief", "ann bob")]


@pytest.mark.parametrize(
    ("days", "messages", "left"),
    [
        (0, 0, {"#room": 10, "#brief": 2, "ann bob": 10}),
        (5, 0, {"#room": 5, "#brief": 2, "ann bob": 5}),
        (1, 0, {"#room": 1, "#brief": 1, "ann bob": 1}),
        (0, 3, {"#room": 3, "#brief": 2, "ann bob": 3}),
        (2, 9, {"#room": 2, "#brief": 2, "ann bob": 2}),
        (99, 99, {"#room": 10, "#brief": 2, "ann bob": 10}),
    ],
)
async def test_what_is_to_be_kept_no_longer_is_deleted_for_good(
    tmp_path: Path, days: int, messages: int, left: dict[str, int]
) -> None:
    """The newest stay; of #brief its founder wants two days kept, which is within the server's bound or replaced by
    it. From disk and index goes what goes from history.
    """
    async with opened(tmp_path) as store:
        await store.commit([room("#Brief", 2)])
        await store.commit(
            [said_at(day * DAY + place, f"it was day <{day}> of {at}", at) for place, (day, at) in enumerate(TALK)]
        )
        query = Query((), tuple(left), limit=100)
        assert len(await store.search(query, "")) == len(TALK)
        last = store.last_id
        await store.expire(Retention(11 * DAY, HistoryLimits(days, messages)))
        for conversation, number in left.items():
            kept = [event.at for event in await store.page(Page(conversation))]
            assert len(kept) == number
        assert len(indexed(store)) == sum(left.values())
        newest = [(await store.page(Page(conversation)))[-1] for conversation in left]
        assert all("<10>" in event.text for event in newest if isinstance(event, e.MessagePosted))
        assert store.last_id == last
    content = await trio.Path(tmp_path / FILE_NAME).read_bytes()
    for conversation, number in left.items():
        on_disk = [day for day in range(1, 11) if f"it was day <{day}> of {conversation}".encode() in content]
        assert on_disk == list(range(11 - number, 11))


async def test_ids_are_not_given_out_again_when_all_is_deleted(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit([said(7, "hello")])
        await store.expire(Retention(9 * DAY, HistoryLimits(days=1)))
        assert await store.page(Page("#room")) == []
        assert store.last_id == 7


async def test_very_much_is_deleted_while_people_talk(tmp_path: Path) -> None:
    """In portions: between two of them ticks are committed, and none of them waits for the rest."""
    async with opened(tmp_path) as store:
        await store.commit([said(number, "old") for number in range(1, 1001)])
        old_ones: set[int] = set()
        new_ones = 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(store.expire, Retention(9 * DAY, HistoryLimits(days=1)))
            while 0 not in old_ones:
                await store.commit([said_at(9 * DAY + new_ones, "new")])
                new_ones += 1
                old_ones.add(len(await store.page(Page("#room", before=1001, limit=2000))))
        assert len(old_ones) > 2, "somebody spoke in between"
        assert len(await store.page(Page("#room", limit=2000))) == new_ones


def big(number: int, conversation: str = "#room") -> e.MessagePosted:
    """A message that takes some more than a thousand bytes."""
    return said(number, "x" * 1000, conversation)


def account(name: str, keep: HistoryLimits) -> e.AccountSaved:
    return e.AccountSaved(1, *STAMP, Account(name, 1.5, Credentials("x"), keep=keep))


async def sizes(store: SqliteStore, *conversations: str) -> list[int]:
    """Return how many messages are kept of each."""
    return [len(await store.page(Page(conversation, limit=1000))) for conversation in conversations]


@pytest.mark.parametrize(
    ("each", "total", "wish", "left"),
    [
        (0, 0, 0, [40, 20]),
        (20_000, 0, 0, [17, 17]),
        (30_000, 0, 0, [26, 20]),
        (30_000, 0, 10_000, [8, 20]),
        (0, 0, 10_000, [8, 20]),
        (0, 30_000, 0, [13, 13]),
        (0, 25_000, 10_000, [8, 14]),
        (1, 0, 0, [0, 0]),
    ],
)
async def test_what_is_more_than_so_many_bytes_is_deleted(
    tmp_path: Path, each: int, total: int, wish: int, left: list[int]
) -> None:
    """The oldest go, of the conversation that is too large, or of all; a twentieth more than must."""
    room = RoomRecord("#Room", 1.5, Ownership("ann", 1.5, keep_bytes=wish))
    async with opened(tmp_path) as store:
        await store.commit([e.ChannelSaved(1, *STAMP, room)])
        await store.commit([big(number) for number in range(1, 21)])
        await store.commit([big(number, "ann bob" if number % 2 else "#room") for number in range(21, 61)])
        retention = Retention(0.0, HistoryLimits(bytes=each), total)
        await store.expire(retention)
        assert await sizes(store, "#room", "ann bob") == left
        await store.expire(retention)
        assert await sizes(store, "#room", "ann bob") == left, "once is enough"
        await store.commit([big(61), big(62, "ann bob")])
        newest = [(await store.page(Page(conversation)))[-1].id for conversation in ("#room", "ann bob")]
        assert newest == [61, 62]


async def test_bytes_are_counted_anew_before_anything_is_deleted(tmp_path: Path) -> None:
    """What was taken back takes no room any more, so nothing need go for it."""
    async with opened(tmp_path) as store:
        retention = Retention(0.0, HistoryLimits(bytes=11_500))
        await store.commit([big(number) for number in range(1, 11)])
        await store.expire(retention)
        await store.commit([e.MessageRedacted(11, *STAMP, "#room", "#room", 0, number, "") for number in range(1, 9)])
        await store.commit([big(number) for number in range(12, 20)])
        await store.expire(retention)
        assert await sizes(store, "#room") == [10]


@pytest.mark.parametrize(
    ("wishes", "left"),
    [
        ({}, [10, 10, 10]),
        ({"Ann": HistoryLimits(days=3)}, [3, 3, 10]),
        ({"bob": HistoryLimits(days=3)}, [3, 10, 10]),
        ({"Ann": HistoryLimits(days=5), "bob": HistoryLimits(messages=2)}, [2, 5, 10]),
        ({"Ann": HistoryLimits(bytes=1)}, [0, 0, 10]),
        ({"carol": HistoryLimits(days=20)}, [10, 10, 10]),
    ],
)
async def test_of_what_two_want_kept_the_less_is_kept(
    tmp_path: Path, wishes: dict[str, HistoryLimits], left: list[int]
) -> None:
    conversations = ("ann bob", "ann carol", "#room")
    async with opened(tmp_path) as store:
        await store.commit([account(name, keep) for name, keep in wishes.items()])
        for day in range(1, 11):
            await store.commit([said_at(day * DAY + place, "psst", at) for place, at in enumerate(conversations)])
        await store.expire(Retention(11 * DAY))
        assert await sizes(store, *conversations) == left


async def test_a_crash_before_the_index_forgets_loses_no_forgetting(
    tmp_path: Path,
) -> None:
    """A message was taken back, and an account dropped, and then the power went: the next server has the index forget
    them, and until it has they are found by nobody.
    """
    direct, then = between("ann", "bob"), tmp_path / "then"
    query = Query((), ("#room", direct))
    async with opened(tmp_path) as store:
        await store.commit([said(1, "stays"), said(2, "goes"), said(3, "goes too", direct)])
        assert len(await store.search(query, "")) == 3
        redacted = e.MessageRedacted(4, *STAMP, "#room", "#room", 0, 2, "")
        await store.commit([redacted, e.AccountDropped(5, *STAMP, "bob")])
        shutil.copytree(tmp_path, then)  # what a crash would leave
    async with opened(then) as store:
        assert indexed(store) == [1, 2, 3]
        assert [found.id for found in await store.search(query, "ann")] == [1]
        await maintained(store, lambda: store._database.readers.query(partial(read_removals, limit=1)) == [])
        assert indexed(store) == [1]


async def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "search.db")
    old.executescript("CREATE TABLE messages (text); INSERT INTO messages VALUES ('what was')")
    old.close()
    async with opened(tmp_path) as store:
        await store.commit([said(1, "what is")])
        assert [found.id for found in await store.search(Query(("what",), ("#room",)), "")] == [1]


async def test_a_renamed_room_is_searched_under_its_new_name_alone(tmp_path: Path) -> None:
    """What was said before the renaming is found, and what was said in another room that had the name is not."""
    async with opened(tmp_path) as store:
        await store.commit([said(1, "tulips, elsewhere", "#new"), said(2, "tulips", "#old")])
        assert len(await store.search(Query(("tulips",), ("#old", "#new")), "")) == 2, "so they are in the index"
        await store.commit([e.ChannelRenamed(3, *STAMP, "#old", "#new", "")])
        await store.commit([said(4, "tulips again", "#new")])
        assert [found.id for found in await store.search(Query(("tulips",), ("#new",)), "")] == [2, 4]
        assert await store.search(Query(("tulips",), ("#old",)), "") == []


@pytest.mark.parametrize("words", [("tulips",), ("tu",), ("t",), ()])
@pytest.mark.parametrize("searched", [1, 16, 17, 30])
async def test_of_many_rooms_those_are_searched_that_were_named(
    tmp_path: Path, words: tuple[str, ...], searched: int
) -> None:
    names = [f"#room{number}" for number in range(40)]
    async with opened(tmp_path) as store:
        await store.commit([said(number, "tulips", names[number % 40]) for number in range(1, 201)])
        query = Query(words, tuple(names[:searched]), limit=1000, spans=((names[0], ((100, LAST),)),))
        expected = [number for number in range(1, 201) if number % 40 < searched and (number % 40 or number >= 100)]
        assert [event.id for event in await store.search(query, "")] == expected
        assert await store.search(query._replace(sender="nobody"), "") == []
        by_her = await store.search(query._replace(sender="a", limit=2), "")
        assert [event.id for event in by_her] == expected[-2:]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["天気"], [1, 2, 3]),
        (["気"], [1, 2, 3]),
        (["天気", "晴れ"], [2]),
        (["UP"], [4]),
        (["Ää"], [4]),
        (["up", "u", "groups"], [4]),
        (["zz"], []),
        (["z"], []),
        (["%_"], []),
        (['"x'], [5]),
    ],
)
async def test_one_and_two_characters_are_found_wherever_they_stand(
    tmp_path: Path, words: list[str], found: list[int]
) -> None:
    """In Chinese and Japanese most words have two characters; they may begin a text, and end it."""
    texts = ["天気がいい", "今日は晴れ、いい天気", "天気", "grOups äÄ", '"x']
    async with opened(tmp_path) as store:
        await store.commit([said(number, text) for number, text in enumerate(texts, start=1)])
        for query in (Query(tuple(words), ("#room",)), Query(tuple(words), ("#room",), sender="a")):
            assert [event.id for event in await store.search(query, "")] == found


async def test_of_what_one_person_said_all_is_found_however_much_it_is(tmp_path: Path) -> None:
    """The latest is looked through, and for what is older the index is asked."""
    texts = {1: "tulips first", 2: "roses", 400: "Tulips and roses", 4999: "tulips again", 5000: "and TULIPS"}
    async with opened(tmp_path) as store:
        for first in range(1, 5001, 500):
            await store.commit(
                [said(number, texts.get(number, "something else")) for number in range(first, first + 500)]
            )
        query = Query(("tulips",), ("#room",), sender="a")
        assert [event.id for event in await store.search(query, "")] == [1, 400, 4999, 5000]
        for limit in (1, 2, 3):
            assert [event.id for event in await store.search(query._replace(limit=limit), "")] == [1, 400, 4999, 5000][
                -limit:
            ]
        assert [event.id for event in await store.search(query._replace(words=("roses", "tul")), "")] == [400]
        assert [event.id for event in await store.search(query._replace(before=400), "")] == [1]
        assert [event.id for event in await store.search(query._replace(after=1, before=5000), "")] == [400, 4999]
        assert await store.search(query._replace(sender="b"), "") == []


async def test_two_characters_with_very_many_continuations_are_found_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit([said(number, f"ab{chr(0x4E00 + number)}") for number in range(1, 400)])
        found = await store.search(Query(("AB",), ("#room",), limit=1000), "")
        assert len(found) == 399


async def test_what_may_be_found_begins_where_each_room_says(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit([said(number, "tulips", "#one" if number % 2 else "#two") for number in range(1, 9)])
        query = Query(
            ("tulips",), ("#one", "#two", "#three"), spans=(("#one", ((5, LAST),)), ("#two", ((4, LAST),))), limit=3
        )
        assert [found.id for found in await store.search(query, "")] == [6, 7, 8]
        assert [found.id for found in await store.search(query._replace(limit=9), "")] == [4, 5, 6, 7, 8]
        assert [found.id for found in await store.search(query._replace(words=("tu",), before=7), "")] == [4, 5, 6]


@pytest.mark.parametrize(
    "event", [e.MessageRedacted(9, *STAMP, "#room", "#room", 0, 2, ""), e.AccountDropped(9, *STAMP, "bob")]
)
async def test_an_index_that_fails_holds_nobody_up(tmp_path: Path, event: e.Event) -> None:
    """What was taken back is found no more at once, as it is not in history; the index forgets it when it can."""
    async with opened(tmp_path) as store:
        index = store._indexer.index if store._indexer is not None else None
        assert index is not None
        await store.commit([said(1, "stays"), said(2, "goes", between("ann", "bob"))])
        query = Query((), ("#room", between("ann", "bob")))
        assert len(await store.search(query, "")) == 2
        index._connection.execute("PRAGMA query_only = ON")
        await store.commit([event])
        with capture_logs() as logs:
            await maintained(store, lambda: bool(logs))
        assert logs[0]["event"].startswith("the search index cannot forget")
        assert [found.id for found in await store.search(query, "")] == [1]
        assert indexed(store) == [1, 2]
        index._connection.execute("PRAGMA query_only = OFF")
        await maintained(store, lambda: indexed(store) == [1])


def header(log: Path) -> bytes:
    """Return the first bytes of a log, which are others each time that it begins anew."""
    with log.open("rb") as file:
        return file.read(32)


async def test_the_log_begins_anew_although_people_talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would grow as long as somebody says something, and each write to a file that grows takes longer."""
    log, ids, moved = tmp_path / f"{FILE_NAME}-wal", count(1), WriteAheadLog.checkpoint
    async with opened(tmp_path) as store:

        def checkpoint(log: WriteAheadLog) -> int:
            """Move the log, while somebody speaks if they can."""
            if not store._writer.turn.locked():
                moved(log)
                store._database.write([big(next(ids))])
            return moved(log) if store._writer.turn.locked() else 1

        monkeypatch.setattr(WriteAheadLog, "checkpoint", checkpoint)
        await store.commit([big(next(ids)) for _ in range(100)])
        before = header(log)
        await store._shorten_log()
        await store.commit([big(next(ids))])
        assert header(log) != before
        assert len(await store.page(Page("#room", limit=200))) == next(ids) - 1


@pytest.mark.parametrize(("seconds", "waits_here"), [(0.0, True), (0.005, False)])
async def test_a_quick_disk_is_waited_for_here_and_a_slow_one_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, waits_here: bool
) -> None:
    """A trip to a thread takes as long as a quick disk does; for a slow one nobody else must wait."""
    here: list[bool] = []
    now = [0.0]

    def sync(log: WriteAheadLog) -> None:
        here.append(threading.current_thread() is threading.main_thread())
        now[0] += seconds

    monkeypatch.setattr(WriteAheadLog, "sync", sync)
    async with opened(tmp_path, durability="full", clock=lambda: now[0]) as store:
        await store.commit([said(1, "hello")])
        assert here == [False], "it has to show that it is quick"
        for number in range(2, 200):
            await store.commit([said(number, "hello")])
        assert any(here) == waits_here


async def test_a_log_with_room_in_it_is_read_after_a_crash(tmp_path: Path) -> None:
    """With "full" the log has its length from the start; what a crash leaves in it is told from what means nothing."""
    then = tmp_path / "then"
    async with opened(tmp_path, durability="full") as store:
        length = (tmp_path / f"{FILE_NAME}-wal").stat().st_size
        for number in range(1, 50):
            await store.commit([big(number)])
        assert (tmp_path / f"{FILE_NAME}-wal").stat().st_size == length > 10_000_000
        shutil.copytree(tmp_path, then)
    async with opened(then, durability="full") as store:
        assert len(await store.page(Page("#room", limit=100))) == 49
        await store.commit([big(50)])
    assert verify(then / FILE_NAME).messages == 50


async def test_dropping_an_account_that_said_very_much_holds_nobody_up(tmp_path: Path) -> None:
    """Nobody reads any of it from then on; it is deleted in portions. Who has the name next begins anew."""
    direct, many, others = between("ann", "bob"), 1000, [between("ann", f"guest{number}") for number in range(50)]
    async with opened(tmp_path) as store:
        await store.commit([said(number, "secret", direct) for number in range(1, many + 1)])
        await store.commit([said(many + number, "secret", other) for number, other in enumerate(others, start=1)])
        before = await count_rows(tmp_path)
        await store.commit([e.AccountDropped(many + 100, *STAMP, "Ann")])
        assert before - await count_rows(tmp_path) <= 200
        assert await store.page(Page(direct)) == []
        assert await store.targets([], "bob", after=0, before=many * 2, limit=9) == []
        assert await store.search(Query((), (direct, *others)), "bob") == []
        await store.commit([said(many + 200, "anew", direct)])
        assert [event.id for event in await store.page(Page(direct))] == [many + 200]
        await store.expire(Retention(0.0))
        assert await count_rows(tmp_path) == 1
        assert [event.id for event in await store.page(Page(direct))] == [many + 200]
        assert len(indexed(store)) <= 1
    content = await trio.Path(tmp_path / FILE_NAME).read_bytes()
    assert b"secret" not in content


async def count_rows(directory: Path) -> int:
    """Return how many events the database has."""
    with closing(sqlite3.connect(directory / FILE_NAME)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM events").fetchone()
        return int(count)


async def test_a_log_whose_sync_has_failed_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that could not write pages may take them for written, so that the next sync succeeds without them.

    https://wiki.postgresql.org/wiki/Fsync_Errors
    """
    errors, written = list[OSError](), list[bytes]()
    write_again, log_file = WriteAheadLog.write_again, tmp_path / f"{FILE_NAME}-wal"

    def sync(_: int) -> None:
        if errors:
            raise errors.pop()

    def again(log: WriteAheadLog) -> None:
        before = log_file.read_bytes()
        write_again(log)
        written.append(before)
        assert log_file.read_bytes() == before

    monkeypatch.setattr(wal, "_sync", sync)
    monkeypatch.setattr(WriteAheadLog, "write_again", again)
    async with opened(tmp_path, durability="full") as store:
        errors.append(OSError(errno.EIO, "Input/output error"))
        with pytest.raises(StoreUnavailable):
            await store.commit([said(1, "hello")])
        assert not written
        await store.commit([said(1, "hello")])
        assert b"hello" in b"".join(written)
        await store.commit([said(2, "world")])
        assert len(written) == 1, "it is whole on the disk again"
