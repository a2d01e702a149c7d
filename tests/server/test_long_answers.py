"""Long answers come in pieces: as they were when they were asked for, with what happens later behind them."""

from collections.abc import Iterator

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from ircwire import Message
from tests.support.irc import Client, Irc, commands, params
from tests.support.live import Live
from trialogue_server.config.schema import LimitsSection
from trialogue_server.session.outbox import DirtyOutboxes, Outbox
from trialogue_server.session.queues import SendQueues
from trialogue_server.session.stream import PIECE, Stream

SIZE = 900
"""Users of whom WHO tells in several pieces."""


@pytest.fixture(scope="module")
def big() -> Irc:
    """A server with a room of many, and many rooms."""
    irc = Irc(limits={"channels_per_user": 0})
    people = [irc.connect(f"person{number}") for number in range(SIZE)]
    for person in people:
        person.send("JOIN #crowd")
    for number in range(600):
        people[number].send(f"JOIN #room{number}", f"TOPIC #room{number} :{'about this ' * 5}")
    irc.flush()
    for person in people:
        person.sink.data = b""
    return irc


def pieces(client: Client) -> Iterator[list[Message]]:
    """Yield what arrives with each flush, until nothing more does."""
    tick = client.irc.core.tick
    client.sink.data = b""
    while tick:
        for sink, data in tick.make_ready().sends:
            sink.send(data)
        yield client.read_now()


def numerics(answer: list[Message], numeric: str) -> list[Message]:
    return [message for message in answer if message.command == numeric]


LONG = [
    ("WHO #crowd", "352", "315", SIZE),
    ("WHO *", "352", "315", SIZE),
    ("WHO #crowd %tnf,7", "354", "315", SIZE),
    ("LIST", "322", "323", 601),
    ("LIST #room*", "322", "323", 600),
]


@pytest.mark.parametrize(("line", "numeric", "end", "count"), LONG)
def test_an_answer_is_whole_and_in_order(big: Irc, line: str, numeric: str, end: str, count: int) -> None:
    asker = big.connect("asker")
    big.flush()
    asker.send(line)
    answers = list(pieces(asker))
    whole = [message for piece in answers for message in piece]
    assert len(numerics(whole, numeric)) >= count
    assert whole[-1].command == end
    assert len(answers) > 1
    assert max(sum(len(str(one)) + 2 for one in piece) for piece in answers) < 2 * PIECE + 1000
    asker.send("QUIT")
    asker.drop()


@pytest.mark.parametrize(("line", "numeric", "end", "count"), LONG)
def test_a_labelled_answer_is_one_batch(big: Irc, line: str, numeric: str, end: str, count: int) -> None:
    """ "this batch MUST be started with a single BATCH message that is tagged with the label"

    https://ircv3.net/specs/extensions/labeled-response#batches
    """
    asker = big.connect("asker", "batch", "labeled-response", "server-time")
    got = asker.ask(f"@label=x {line}")
    assert got[0].command == got[-1].command == "BATCH"
    assert got[0].tags["label"] == "x"
    reference = got[0].params[0][1:]
    assert got[-1].params == [f"-{reference}"]
    assert {one.tags.get("batch") for one in got[1:-1]} == {reference}
    assert not [one for one in got[1:] if "label" in one.tags]
    assert len(numerics(got, numeric)) >= count
    assert got[-2].command == end
    asker.drop()


def test_what_happens_later_comes_behind(big: Irc) -> None:
    asker, other = big.connect("asker"), big.connect("other")
    for client in (asker, other):
        client.send("JOIN #crowd")
    for client in (asker, other):
        client.read()
    asker.send("WHO #crowd")
    other.send("PRIVMSG #crowd :later", "NICK others", "PART #crowd")
    got = asker.read()
    order = [one.command for one in got if one.command != "352"]
    assert order == ["315", "PRIVMSG", "NICK", "PART"]
    names = [one.params[5] for one in numerics(got, "352")]
    assert "other" in names
    assert "others" not in names, "it is true of the moment in which it was asked"
    for client in (asker, other):
        client.drop()


def test_several_follow_each_other(big: Irc) -> None:
    asker = big.connect("asker", "batch", "labeled-response")
    got = asker.ask("WHO #crowd", "@label=a LIST", "PING 1", "WHO #crowd")
    ends = [one.command for one in got if one.command in ("315", "323", "PONG")]
    assert ends == ["315", "323", "PONG", "315"]
    asker.drop()


def test_a_new_nick_does_not_change_an_answer_under_way() -> None:
    irc = Irc()
    many = [irc.connect(f"person{number}") for number in range(500)]
    for one in many:
        one.send("JOIN #crowd")
    asker = many[0]
    asker.read()
    asker.send("WHO #crowd", "NICK other")
    assert {one.params[0] for one in numerics(asker.read(), "352")} == {"person0"}


def test_names_of_thousands(big: Irc) -> None:
    for number in range(1200):
        one = big.connect(f"another-person-with-a-long-name-{number}"[-32:])
        one.send("JOIN #thousands")
    asker = big.connect("asker")
    asker.send("NAMES #thousands")
    answers = list(pieces(asker))
    whole = [message for piece in answers for message in piece]
    names = [name for line in params(whole, "353") for name in line[-1].split()]
    assert len(names) == len(set(names)) == 1200
    assert len(answers) > 1
    assert whole[-1].command == "366"
    asker.drop()


def test_closing_is_said_at_once_whatever_is_under_way(big: Irc) -> None:
    asker = big.connect("asker")
    asker.send("WHO #crowd", "QUIT :bye")
    got = asker.read()
    assert got[-1].command == "ERROR"
    assert len(numerics(got, "352")) < SIZE, "what was under way is not gone on with"
    assert not big.core.tick.dirty.streaming
    asker.drop()


def test_a_bug_in_an_answer_ends_that_session_only(big: Irc) -> None:
    asker, other = big.connect("asker"), big.connect("other")

    def broken() -> Iterator[bytes]:
        yield from [b"x" * 100 + b"\r\n"] * 200
        raise ValueError("a bug")

    asker.session.outbox.put_stream(Stream(broken(), 0, 200))
    other.send("PING 1")
    assert commands(other.read()) == ["PONG"]
    assert asker.sink.killed_by == "Internal error"
    assert [type(bug) for bug in big.core.tick.bugs] == [ValueError]
    big.core.tick.bugs.clear()
    for client in (asker, other):
        client.drop()


# Renaming.


def test_a_room_of_thousands_is_renamed_in_pieces() -> None:
    """Who does not know RENAME is sent all the names, and so is everybody else in the room."""
    irc = Irc()
    people = [irc.connect(f"person{number}") for number in range(300)]
    for person in people:
        person.send("JOIN #old")
    irc.flush()
    for person in people:
        person.sink.data = b""
    people[0].send("RENAME #old #new")
    people[1].send("PRIVMSG #new :after")
    first = irc.core.tick.make_ready()
    assert sum(len(data) for _, data in first.sends) < 300 * 2000, "nobody but the asker is sent it at once"
    for sink, data in first.sends:
        sink.send(data)
    for person in people[2:5]:
        got = person.read()
        assert commands(got)[:2] == ["PART", "JOIN"]
        names = [name for line in params(got, "353") for name in line[-1].split()]
        assert len(names) == 300
        assert commands(got)[-2:] == ["366", "PRIVMSG"]


# Memory.


def held(client: Client) -> int:
    bytes_queued = client.session.outbox.bytes_queued
    assert bytes_queued is not None
    return bytes_queued.total


def test_what_gathers_before_a_flush_is_bounded() -> None:
    """Eight connections that asked 38 times for the names of a room took the process from 46 MiB to 2,182."""
    irc = Irc(limits={"send_queue": 65536})
    client = irc.connect("client")
    bytes_queued = client.session.outbox.bytes_queued = irc.core.registry.hold("192.0.2.1")
    ended: list[str] = []

    def kill(why: str) -> None:
        ended.append(why)
        client.session.outbox.close()

    bytes_queued.kill = kill
    for _ in range(70):
        client.session.outbox.put(b"x" * 998 + b"\r\n")
    assert ended == ["SendQ exceeded"]
    assert client.session.outbox.queued == 0
    assert client.session.outbox.data_to_send() == b""
    assert irc.core.registry.queues.size == 0


class Box:
    """An outbox whose end is noted."""

    def __init__(self, queues: SendQueues, address: str) -> None:
        self.ended = ""
        self.bytes_queued = queues.open(address)
        self.outbox = Outbox(self, DirtyOutboxes(), self.bytes_queued)
        self.bytes_queued.kill = self.kill

    def send(self, data: bytes) -> None:
        """Drop the bytes."""

    def finish(self) -> None:
        """Nothing is open."""

    def kill(self, reason: str) -> None:
        self.ended = reason
        self.outbox.close()


KIB = b"x" * 1022 + b"\r\n"


def queues(**limits: int) -> SendQueues:
    return SendQueues(LimitsSection(**limits))


def test_an_address_is_bounded_and_the_largest_goes() -> None:
    all_of_them = queues(send_queue=0, address_send_queue=100 * 1024, total_send_queue=0)
    small, large, other = Box(all_of_them, "a"), Box(all_of_them, "a"), Box(all_of_them, "b")
    for _ in range(60):
        large.outbox.put(KIB)
        other.outbox.put(KIB)
    for _ in range(41):
        small.outbox.put(KIB)
    assert [bool(one.ended) for one in (small, large, other)] == [False, True, False]
    assert all_of_them.size == 101 * 1024


def test_all_together_are_bounded_and_the_largest_goes() -> None:
    all_of_them = queues(send_queue=0, address_send_queue=0, total_send_queue=100 * 1024)
    boxes = [Box(all_of_them, str(number)) for number in range(10)]
    for turn in range(12):
        for place, box in enumerate(boxes):
            for _ in range(1 + (place == 3)):
                box.outbox.put(KIB)
        assert all_of_them.size <= 100 * 1024, turn
    assert boxes[3].ended


def test_addresses_that_stand_for_many_count_in_all_only() -> None:
    all_of_them = queues(send_queue=0, address_send_queue=10 * 1024, total_send_queue=0)
    box = Box(all_of_them, "")
    for _ in range(50):
        box.outbox.put(KIB)
    assert not box.ended


def test_what_was_sent_counts_no_more() -> None:
    all_of_them = queues(send_queue=20 * 1024)
    box = Box(all_of_them, "a")
    for _ in range(100):
        box.outbox.put(KIB)
        assert box.outbox.data_to_send() == KIB
    assert not box.ended
    assert all_of_them.size == 0
    box.bytes_queued.close()
    assert all_of_them.largest() is None


def test_what_waits_behind_a_long_answer_counts() -> None:
    marked = DirtyOutboxes()
    all_of_them = queues(send_queue=20 * 1024)
    box = Box(all_of_them, "a")
    box.outbox = Outbox(box, marked, box.bytes_queued)
    box.outbox.put_stream(Stream(iter([KIB] * 100), 0, 100))
    assert all_of_them.size == box.bytes_queued.borrowed > 0
    box.outbox.data_to_send()
    for _ in range(30):
        box.outbox.put(KIB)
        box.outbox.data_to_send()
    assert box.ended == "SendQ exceeded"
    assert all_of_them.size == 0


async def fill(live: Live, size: int) -> None:
    """Let so many come in at once."""
    for number in range(size):
        live.connect().say(f"NICK person{number}", f"USER person{number} 0 * :{'x' * 30}", "JOIN #crowd")
    await wait_all_tasks_blocked()


async def test_who_does_not_read_is_not_asked_what_else(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    """With 40 lines at once a client could have megabytes made for it and never read them."""
    live = Live(nursery, flood={"rate": 0})
    await fill(live, 300)
    greedy = await live.join("greedy", "#crowd")
    await greedy.hear()
    greedy.transport.room = 0
    for _ in range(40):
        greedy.say("WHO #crowd")
    await wait_all_tasks_blocked()
    assert live.core.registry.queues.size < 4 * PIECE + 300 * 160
    assert greedy.transport.unread > 30
    greedy.transport.make_room()
    heard = [line for _ in range(50) for line in await greedy.hear()]
    assert len([line for line in heard if " 315 " in line]) == 40


async def test_a_slow_reader_of_a_long_answer_is_not_silent(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, timeouts={"ping_interval": 4, "ping_timeout": 2})
    await fill(live, 400)
    slow = await live.join("slow", "#crowd")
    await slow.hear()
    slow.transport.room = 0
    slow.say("WHO #crowd", "PING last")
    for _ in range(20):
        await wait_all_tasks_blocked()
        slow.transport.make_room(1000)
        mock_clock.jump(1)
    await wait_all_tasks_blocked()
    assert not slow.ended.is_set()
    slow.transport.make_room()
    assert [line for line in await slow.hear() if line.endswith("last")]


async def test_whoever_goes_in_the_middle_of_a_long_answer_leaves_nothing(
    nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    live = Live(nursery)
    await fill(live, 600)
    before = live.core.registry.queues.size
    gone = await live.join("gone", "#crowd")
    await gone.hear()
    gone.transport.room = 0
    gone.say("WHO #crowd")
    await wait_all_tasks_blocked()
    assert live.core.tick.dirty.streaming
    gone.transport.send_error = ConnectionResetError(104, "Connection reset by peer")
    gone.transport.make_room()
    await wait_all_tasks_blocked()
    assert gone.ended.is_set()
    assert not live.core.tick.dirty.streaming
    assert live.core.registry.queues.size == before


async def test_what_a_session_leaves_behind_is_counted_out(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    """Ended by its own limit, by a broken connection, or by itself."""
    live = Live(nursery, limits={"send_queue": 1000}, flood={"rate": 0})
    alice, *others = [await live.join(f"person{number}", "#room") for number in range(4)]
    for other in others:
        other.transport.room = 0
    alice.say(*[f"PRIVMSG #room :{'x' * 100}" for _ in range(5)])
    await wait_all_tasks_blocked()
    assert live.core.registry.queues.size > 0
    alice.say(*[f"PRIVMSG #room :{'x' * 100}" for _ in range(5)])
    await wait_all_tasks_blocked()
    assert all(other.ended.is_set() for other in others)
    assert live.core.registry.queues.size == 0
