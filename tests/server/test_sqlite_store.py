"""The durable store as the server uses it: what is kept, what is not, what is forgotten everywhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from ircwire.casemap import ascii_fold
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.history import Page, Query, between
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.searching import SearchIndex
from trialogue_server.store.sqlite import SqliteStore
from trialogue_server.world import events as e
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
