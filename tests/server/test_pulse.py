"""The pulse: nobody sees what is not stored, and what that costs those who wait."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.support.patience import PATIENCE
from tests.support.store import ManualStore
from trialogue_server.delivery.tick import Tick
from trialogue_server.pulse import GATHERED, Pulse, StoreLost
from trialogue_server.session.outbox import Outbox
from trialogue_server.turns import BOUND
from trialogue_server.world.events import MessagePosted, UserLeft

STORE_SECONDS = 10.0


class Recorder:
    """A sink that remembers what had been committed when it got something."""

    def __init__(self, store: ManualStore) -> None:
        self.got: list[tuple[bytes, int]] = []
        self._store = store

    def send(self, data: bytes) -> None:
        self.got.append((data, len(self._store.committed)))

    def finish(self) -> None:
        raise AssertionError("the pulse ends nobody")

    def kill(self, reason: str) -> None:
        raise AssertionError("the pulse ends nobody")


class Heart:
    """A pulse with all that it touches."""

    def __init__(self, patience: float = STORE_SECONDS) -> None:
        self.store = ManualStore()
        self.tick = Tick()
        self.patience = patience
        self.reports: list[tuple[str, str]] = []
        self.pulse = Pulse(
            self.tick, self.store, patience=lambda: self.patience, report=lambda *said: self.reports.append(said)
        )
        self.events = 0

    def outbox(self) -> tuple[Outbox, list[tuple[bytes, int]]]:
        """Return an outbox, and the list of what it sent and how many events were committed by then."""
        sink = Recorder(self.store)
        return Outbox(sink, self.tick.dirty), sink.got

    def happen(self, *told: Outbox) -> bytes:
        """Let an event happen, tell it to these outboxes, and return the line that they were told."""
        self.events += 1
        self.tick.journal.append(UserLeft(self.events, 0.0, 1, "a!b@c", "", "gone"))
        line = b"%d " % self.events
        for outbox in told:
            outbox.put(line)
        self.pulse.wake()
        return line


@pytest.fixture
def heart() -> Heart:
    return Heart()


async def test_the_commit_comes_before_the_flush(heart: Heart, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    outbox, got = heart.outbox()
    heart.store.hold()
    line = heart.happen(outbox)
    await wait_all_tasks_blocked()
    assert heart.store.attempts
    assert got == []
    heart.store.release()
    await wait_all_tasks_blocked()
    assert got == [(line, 1)]


async def test_one_commit_and_one_send_serve_all_that_came_together(heart: Heart, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    first, got_first = heart.outbox()
    second, got_second = heart.outbox()
    one, two = heart.happen(first, second), heart.happen(first)
    await wait_all_tasks_blocked()
    assert [len(batch) for batch in heart.store.attempts] == [2]
    assert got_first == [(one + two, 2)]
    assert got_second == [(one, 2)]


async def test_the_next_tick_gathers_while_a_commit_is_under_way(heart: Heart, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    outbox, got = heart.outbox()
    late, got_late = heart.outbox()
    heart.store.hold()
    one = heart.happen(outbox)
    await wait_all_tasks_blocked()
    two, three = heart.happen(outbox, late), heart.happen(late)
    await wait_all_tasks_blocked()
    assert len(heart.store.attempts) == 1
    heart.store.release()
    await wait_all_tasks_blocked()
    assert got == [(one, 1), (two, 3)], "what was put meanwhile is not sent before its own commit"
    assert got_late == [(two + three, 3)]
    assert [len(batch) for batch in heart.store.attempts] == [1, 2]


async def _decide_in_turns(heart: Heart, outbox: Outbox) -> None:
    """Say a line that uses up a whole pass, when its turn has come."""
    await heart.pulse.turns.wait_turn(BOUND, 1.0)
    heart.happen(outbox)
    heart.pulse.turns.spend(BOUND)


async def test_lines_that_wait_for_their_turns_are_sent_together(heart: Heart, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    outbox, got = heart.outbox()
    for _ in range(5 * GATHERED):
        nursery.start_soon(_decide_in_turns, heart, outbox)
    await wait_all_tasks_blocked()
    together = [len(data.split()) for data, _ in got]
    assert min(together[:-1]) > 1
    assert max(together) <= GATHERED, "for a few passes only"


async def test_what_somebody_says_is_sent_at_once(heart: Heart, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    outbox, got = heart.outbox()
    for _ in range(GATHERED):
        nursery.start_soon(_decide_in_turns, heart, outbox)
    heart.happen(outbox)
    heart.tick.journal.append(MessagePosted(100, 0.0, 1, "a!b@c", "", "PRIVMSG", "#a", "#a", 0, "", "hello", ""))
    await wait_all_tasks_blocked()
    assert got[0][1] <= 3, "it did not wait for those whose turn had not come"


async def test_what_needs_no_commit_is_sent_without_one(heart: Heart, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    outbox, got = heart.outbox()
    outbox.put(b"PONG")
    heart.pulse.wake()
    await wait_all_tasks_blocked()
    assert got == [(b"PONG", 0)]
    assert heart.store.attempts == []


async def test_an_unavailable_store_holds_the_tick(heart: Heart, mock_clock: MockClock, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    outbox, got = heart.outbox()
    heart.store.fail("the disk is full")
    line = heart.happen(outbox)
    await wait_all_tasks_blocked()
    assert heart.pulse.is_held
    assert heart.reports == [("store unavailable, tick held", "the disk is full")]

    through: list[float] = []

    async def reader() -> None:
        await heart.pulse.wait_open()
        through.append(trio.current_time())

    nursery.start_soon(reader)
    mock_clock.jump(5)
    await wait_all_tasks_blocked()
    assert (got, through) == ([], [])
    assert len(heart.store.attempts) > 1
    assert set(heart.store.attempts) == {heart.store.attempts[0]}, "the same batch is offered again"

    heart.store.fail("")
    mock_clock.jump(2)
    await wait_all_tasks_blocked()
    assert not heart.pulse.is_held
    assert got == [(line, 1)]
    assert through == [7.0]
    assert heart.reports[1:] == [("store available again", "")]


async def test_the_gate_is_open_as_long_as_the_store_takes_what_it_gets(heart: Heart) -> None:
    assert not heart.pulse.is_held
    with trio.fail_after(PATIENCE):
        await heart.pulse.wait_open()


async def test_retries_become_rarer(heart: Heart, autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    heart.patience = 0
    times: list[float] = []
    heart.store.fail("away")
    heart.store.on_commit = lambda: times.append(trio.current_time())
    nursery.start_soon(heart.pulse.run)
    heart.happen()
    await trio.sleep(60)
    pauses = [round(later - earlier, 3) for earlier, later in pairwise(times)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 0.1
    assert pauses[-1] == 2


async def test_a_store_that_stays_away_is_lost(heart: Heart, autojump_clock: MockClock) -> None:
    outbox, got = heart.outbox()
    heart.store.fail("the disk is gone")
    heart.happen(outbox)
    with pytest.raises(StoreLost, match="the disk is gone"):
        await heart.pulse.run()
    assert STORE_SECONDS <= trio.current_time() <= STORE_SECONDS + 2
    assert got == []
    assert heart.pulse.is_held, "what waits at the gate has nothing to read for"


async def test_a_patience_of_none_waits_for_ever(
    heart: Heart, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    heart.patience = 0
    outbox, got = heart.outbox()
    heart.store.fail("away")
    nursery.start_soon(heart.pulse.run)
    line = heart.happen(outbox)
    await trio.sleep(2000)
    heart.store.fail("")
    await trio.sleep(3)
    assert got == [(line, 1)]


async def test_who_waits_for_the_flush_waits_for_their_own_lines(heart: Heart, nursery: trio.Nursery) -> None:
    nursery.start_soon(heart.pulse.run)
    outbox, got = heart.outbox()
    heart.store.hold()
    heart.happen(outbox)
    await wait_all_tasks_blocked()
    line = heart.happen(outbox)
    done = trio.Event()

    async def leave() -> None:
        await heart.pulse.wait_flushed()
        assert got[-1][0] == line
        done.set()

    nursery.start_soon(leave)
    await wait_all_tasks_blocked()
    assert not done.is_set()
    heart.store.release()
    await wait_all_tasks_blocked()
    assert done.is_set()


async def test_who_waits_for_the_flush_does_not_wait_for_what_others_go_on_to_say(
    heart: Heart, nursery: trio.Nursery
) -> None:
    """On a busy server with a store that takes its time, there is always a next tick."""
    outbox, _ = heart.outbox()

    def somebody_talks() -> None:
        heart.happen(outbox)

    heart.store.on_commit = somebody_talks
    nursery.start_soon(heart.pulse.run)
    heart.happen(outbox)
    with trio.fail_after(PATIENCE):
        await heart.pulse.wait_flushed()


async def _live_through(steps: list[Callable[[Heart, Outbox], None]]) -> None:
    heart = Heart(patience=0)
    outbox, got = heart.outbox()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(heart.pulse.run)
        for step in steps:
            step(heart, outbox)
            await trio.sleep(0.01)
        heart.store.fail("")
        heart.store.release()
        await trio.sleep(10)
        nursery.cancel_scope.cancel()
    seen = 0
    for data, committed in got:
        numbers = [int(number) for number in data.split()]
        assert numbers == list(range(seen + 1, seen + 1 + len(numbers))), "in order, each once"
        seen = numbers[-1]
        assert seen <= committed, "nobody sees what is not stored"
    assert seen == heart.events


@given(
    st.lists(
        st.sampled_from(
            [
                lambda heart, outbox: heart.happen(outbox),
                lambda heart, outbox: heart.store.hold(),
                lambda heart, outbox: heart.store.release(),
                lambda heart, outbox: heart.store.fail("away"),
                lambda heart, outbox: heart.store.fail(""),
            ]
        ),
        max_size=20,
    )
)
def test_whatever_the_store_does_nobody_sees_what_is_not_stored(steps: list[Callable[[Heart, Outbox], None]]) -> None:
    trio.run(_live_through, steps, clock=MockClock(autojump_threshold=0))


async def test_a_store_that_has_gone_holds_the_tick_while_nobody_speaks(
    heart: Heart, mock_clock: MockClock, nursery: trio.Nursery
) -> None:
    nursery.start_soon(heart.pulse.run)
    heart.store.fail("deleted")
    heart.pulse.ask_store()
    await wait_all_tasks_blocked()
    assert heart.pulse.is_held
    assert heart.pulse.trouble == "deleted"
    heart.store.fail("")
    mock_clock.jump(5)
    await wait_all_tasks_blocked()
    assert not heart.pulse.is_held
    assert not heart.pulse.trouble
