"""The durable store as the server uses it: what is kept, what is not, what is forgotten everywhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
import trio.testing
from msgspec.structs import replace

from ircwire.casemap import ascii_fold
from trialogue_server.store.archive import verify
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.history import Page, Query, between, first_id_at
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.retention import Retention
from trialogue_server.store.searching import SearchIndex
from trialogue_server.store.sqlite import SqliteStore
from trialogue_server.world import events as e
from trialogue_server.world.rooms import Ownership, RoomRecord
from trialogue_server.world.visits import Visit

STAMP = (1.5, 1, "a!b@c", "ann")


@asynccontextmanager
async def opened(directory: Path, *, keeps_history: bool = True) -> AsyncIterator[SqliteStore]:
    """Open the store of a directory, and close it in the end."""
    lock = DirectoryLock(directory)
    database = Database(directory / FILE_NAME, durability="process", fold=ascii_fold)
    store = SqliteStore(database, SearchIndex(directory / "search.db", ascii_fold), lock, keeps_history=keeps_history)
    try:
        yield store
    finally:
        await store.aclose()


def said(number: int, text: str, conversation: str = "#room", command: str = "PRIVMSG") -> e.MessagePosted:
    room, direct = ("", conversation) if " " in conversation else (conversation, "")
    return e.MessagePosted(number, *STAMP, command, room or "bob", room, 0 if room else 2, "", text, "", direct)


async def test_what_was_committed_is_there_for_the_next_server(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit([said(1, "hello"), said(2, "world")])
        assert await store.page(Page("#room")) == [said(1, "hello"), said(2, "world")]
    async with opened(tmp_path) as store:
        assert store.last_id == 2
        assert await store.find(1) == said(1, "hello")
        assert await store.find(3) is None
        assert [target.conversation for target in await store.targets(["#room"], "", after=0, before=9, limit=9)] == [
            "#room"
        ]


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
        assert store._index is not None
        assert sorted(store._index.find(query)) == left
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
        await store.expire(Retention(11 * DAY, days, messages))
        for conversation, number in left.items():
            kept = [event.at for event in await store.page(Page(conversation))]
            assert len(kept) == number
        assert store._index is not None
        assert len(store._index.find(query)) == sum(left.values())
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
        await store.expire(Retention(9 * DAY, 1))
        assert await store.page(Page("#room")) == []
        assert store.last_id == 7


async def test_very_much_is_deleted_while_people_talk(tmp_path: Path) -> None:
    """In portions: between two of them ticks are committed, and none of them waits for the rest."""
    async with opened(tmp_path) as store:
        await store.commit([said(number, "old") for number in range(1, 1001)])
        old_ones: set[int] = set()
        new_ones = 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(store.expire, Retention(9 * DAY, 1))
            while 0 not in old_ones:
                await store.commit([said_at(9 * DAY + new_ones, "new")])
                new_ones += 1
                old_ones.add(len(await store.page(Page("#room", before=1001, limit=2000))))
        assert len(old_ones) > 2, "somebody spoke in between"
        assert len(await store.page(Page("#room", limit=2000))) == new_ones


@pytest.mark.parametrize(
    "event", [e.MessageRedacted(9, *STAMP, "#room", "#room", 0, 2, ""), e.AccountDropped(9, *STAMP, "bob")]
)
async def test_an_index_that_fails_holds_nobody_up(
    tmp_path: Path, event: e.Event, autojump_clock: trio.testing.MockClock
) -> None:
    """What was taken back is found no more at once, as it is not in history; the index forgets it when it can."""
    async with opened(tmp_path) as store:
        index = store._index
        assert index is not None
        await store.commit([said(1, "stays"), said(2, "goes", between("ann", "bob"))])
        query = Query((), ("#room", between("ann", "bob")))
        assert len(await store.search(query, "")) == 2
        index._connection.execute("PRAGMA query_only = ON")
        await store.commit([event])
        assert [found.id for found in await store.search(query, "")] == [1]
        assert index.find(query) == [2, 1]
        index._connection.execute("PRAGMA query_only = OFF")
        with trio.move_on_after(1.5):
            await store.maintain(lambda: Retention(0.0))
        assert index.find(query) == [1]
