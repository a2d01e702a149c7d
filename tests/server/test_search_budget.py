"""No search takes longer than its budget, and those of different people take turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from tests.support.irc import Irc, params
from trialogue_server.commands.effects import SearchHistory
from trialogue_server.commands.history.search import search as row
from trialogue_server.store import search_index
from trialogue_server.store.fair_queue import FairQueue
from trialogue_server.store.search_index import SearchIndex
from trialogue_server.world.events import MessagePosted
from trialogue_server.world.history import LAST, Found, Query

ROOM = {1: ((0, LAST),)}
MANY = 30_000


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index in which a word stands everywhere."""
    path: Path = tmp_path_factory.mktemp("index") / "search.db"
    made = SearchIndex(path, str.lower)
    said = [
        (
            1,
            MessagePosted(
                number << 20, 1.0, 1, "ann!a@h", "", "PRIVMSG", "#r", "#r", 0, "", f"everywhere {number}", ""
            ),
        )
        for number in range(1, MANY + 1)
    ]
    for begin in range(0, MANY, 5000):
        made.add(said[begin : begin + 5000])
    yield made
    made.close()


def query(*words: str, limit: int = 100) -> Query:
    return Query(words, (), limit=limit)


def test_a_word_that_is_everywhere_and_a_sign_that_is_nowhere(index: SearchIndex) -> None:
    """It was looked for in all messages: 467 ms, and 20 people with three such searches let others wait for 6.8 s."""
    found = index.search(query("everywhere", "☃"), ROOM)
    assert found.found == []
    assert found.is_cut
    assert found.came_to <= MANY - search_index._LOOKED_THROUGH + 2 << 20, "it went through so many messages"


def test_a_sign_that_is_nowhere(index: SearchIndex) -> None:
    found = index.search(query("☃"), ROOM)
    assert found.is_cut
    assert found.came_to == MANY - search_index._LOOKED_THROUGH + 1 << 20


def test_the_opcodes_of_a_search_are_bounded(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where FTS5 does all of it within one step: its pages are read by queries of its own."""
    monkeypatch.setattr(search_index, "_BUDGET", 3)
    monkeypatch.setattr(search_index, "_OPCODES", 10)
    found = index.search(query("everywhere 3", "verywhere 4", "everywhere 5"), ROOM)
    assert (found.found, found.is_cut, found.came_to) == ([], True, 0)


def test_what_was_found_before_the_cut_is_shown(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "_LOOKED_THROUGH", 50)
    found = index.search(query("everywhere", "9"), ROOM)
    assert found.is_cut
    assert 0 < len(found.found) < 50


def test_the_next_search_has_a_budget_of_its_own(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(search_index, "_BUDGET", 1)
        patch.setattr(search_index, "_OPCODES", 10)
        assert index.search(query("everywhere"), ROOM).is_cut
    assert len(index.search(query("everywhere"), ROOM).found) == 100
    assert not index.search(query("everywhere"), ROOM).is_cut


def test_what_is_usual_is_never_cut(index: SearchIndex) -> None:
    for words in (("everywhere",), ("everywhere", "12345"), ("nowhere",), ("ev",), ("everywhere", "verywh", "here")):
        assert not index.search(query(*words), ROOM).is_cut, words


# What is answered.


def answered(irc: Irc, cut: int | None) -> list[list[str]]:
    """Return what is said beside the results of a search that went so far."""
    alice = irc.connect("alice", "batch", "draft/search")
    alice.send("JOIN #room")
    alice.read()
    found = Found()
    found.cut = cut
    irc.perform = lambda effect: found  # type: ignore[method-assign]
    assert row.name == "SEARCH"
    got = alice.ask("SEARCH text=word")
    assert [message.command for message in got[:2]] == ["BATCH", "BATCH"]
    assert not isinstance(found, SearchHistory)
    return params(got, "NOTE", "FAIL")


def test_it_is_said_how_far_a_search_went(irc: Irc) -> None:
    [note] = answered(irc, 1_700_000_000_123 << 20)
    assert note[:3] == ["SEARCH", "CUT", "2023-11-14T22:13:20.124Z"]
    assert note[3].startswith("The search was cut")
    assert "before=2023-11-14T22:13:20.124Z" in note[3]


def test_it_is_said_that_a_search_was_cut_before_it_came_anywhere(irc: Irc) -> None:
    [note] = answered(irc, 0)
    assert note[:2] == ["SEARCH", "CUT"]
    assert note[2].startswith("The search was cut")


def test_of_a_whole_search_nothing_is_said(irc: Irc) -> None:
    assert answered(irc, None) == []


def test_words_count_once(irc: Irc) -> None:
    alice = irc.connect("alice", "draft/search")
    alice.send(f"SEARCH text={'word ' * 20}other".replace(" ", "\\s").replace("SEARCH\\s", "SEARCH "))
    [effect] = [one for one in irc.performed if isinstance(one, SearchHistory)]
    assert effect.query.words == ("word", "other")


def test_all_that_an_account_looks_for_is_of_one(irc: Irc) -> None:
    one, other = irc.connect("one", "draft/search"), irc.connect("other", "draft/search", address="192.0.2.1")
    one.send("SEARCH text=word")
    other.send("SEARCH text=word")
    assert [effect.query.asker for effect in irc.performed if isinstance(effect, SearchHistory)] == [
        "127.0.0.1",
        "192.0.2.1",
    ]


# Turns.


async def test_whoever_searches_much_lets_others_come_between(nursery: trio.Nursery) -> None:
    turns, order = FairQueue(), list[str]()
    goes_on = trio.Event()

    async def one(who: str) -> None:
        async with turns.turn(who):
            order.append(who)
            await goes_on.wait()

    nursery.start_soon(one, "first")
    await wait_all_tasks_blocked()
    for who in ("greedy", "greedy", "greedy", "modest", "greedy"):
        nursery.start_soon(one, who)
        await wait_all_tasks_blocked()
    nursery.start_soon(one, "late")
    await wait_all_tasks_blocked()
    goes_on.set()
    await wait_all_tasks_blocked()
    assert order == ["first", "greedy", "modest", "late", "greedy", "greedy", "greedy"]


async def test_one_at_a_time(nursery: trio.Nursery) -> None:
    turns, now, most = FairQueue(), 0, 0

    async def one(who: str) -> None:
        nonlocal now, most
        async with turns.turn(who):
            now += 1
            most = max(most, now)
            await trio.lowlevel.checkpoint()
            now -= 1

    async with trio.open_nursery() as inner:
        for number in range(12):
            inner.start_soon(one, str(number % 3))
    assert most == 1
    assert not turns._is_used


async def test_whoever_gives_up_waiting_takes_no_turn(nursery: trio.Nursery) -> None:
    turns, order = FairQueue(), list[int]()
    scopes = [trio.CancelScope() for _ in range(4)]
    goes_on = trio.Event()

    async def one(number: int) -> None:
        with scopes[number]:
            async with turns.turn("them"):
                order.append(number)
                await goes_on.wait()

    for number in range(4):
        nursery.start_soon(one, number)
        await wait_all_tasks_blocked()
    scopes[1].cancel()
    goes_on.set()
    scopes[2].cancel()
    await wait_all_tasks_blocked()
    assert order == [0, 3]
    assert not turns._is_used
