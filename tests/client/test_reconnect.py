"""Connections that break, and clients that come back. Time is the clock of the test, and flies."""

import random
import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

import pytest
import trio

from tests.support.fake_server import FakeServer
from trialogue_client.address import Endpoint
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.connection import DialError
from trialogue_client.core.events.connection import DialStarted, Lost
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.state import Identity
from trialogue_client.net import backoff, explain
from trialogue_client.net.link import ANSWER_SECONDS, GREETING_SECONDS, QUIET_SECONDS
from trialogue_client.net.reconnect import QUIT_SECONDS, ConnectionPlan, PersistentConnection

HERE = Endpoint("fake.test", 6667)
Dial = Callable[[], Awaitable[trio.abc.Stream]]


def delays() -> Iterator[float]:
    yield from (1.0, 2.0, 4.0, 8.0, 16.0)


class Client:
    """A chat on a connection, and what it told."""

    def __init__(self, dial: Dial) -> None:
        self.events: list[ev.Event] = []
        self.chat = Chat(Identity("bob"))
        self.connection = PersistentConnection(self.chat, ConnectionPlan(HERE, dial, delays), self._note)
        self._changed = trio.Event()

    def _note(self, event: ev.Event) -> None:
        self.events.append(event)
        self._changed.set()

    async def until(self, is_true: Callable[[], bool]) -> None:
        with trio.fail_after(10_000):
            while not is_true():
                self._changed = trio.Event()
                await self._changed.wait()

    def count(self, kind: type[ev.Event]) -> int:
        return sum(isinstance(event, kind) for event in self.events)


async def test_a_broken_connection_is_made_again_and_the_room_joined(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery, "echo-message")
        client = Client(server.dial)
        nursery.start_soon(client.connection.run)
        await client.until(lambda: client.count(ev.NamesListed) == 1)
        server.cut("bob")
        await client.until(lambda: client.count(Lost) == 1)
        client.chat.say("#lobby", "typed while away")
        client.connection.flush()
        await client.until(lambda: client.count(ev.Said) == 1)
        assert client.chat.lines == []
        assert [type(event) for event in client.events if isinstance(event, DialStarted | Lost | ev.Registered)] == [
            DialStarted,
            ev.Registered,
            Lost,
            DialStarted,
            ev.Registered,
        ]
        nursery.cancel_scope.cancel()


async def test_attempts_are_spaced_by_the_back_off_which_a_success_resets(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with trio.open_nursery() as nursery:
        server, refusals = FakeServer(nursery), [0]

        async def dial() -> trio.abc.Stream:
            if refusals[0]:
                refusals[0] -= 1
                raise explain.timed_out(HERE)
            return await server.dial()

        client = Client(dial)
        nursery.start_soon(client.connection.run)
        await client.until(lambda: client.chat.online)
        for _ in range(2):
            refusals[0] = 2
            server.cut("bob")
            await client.until(lambda: not client.chat.online)
            await client.until(lambda: client.chat.online)
        waits = [event.retry_in for event in client.events if isinstance(event, Lost)]
        assert waits == [1.0, 2.0, 4.0, 1.0, 2.0, 4.0]
        nursery.cancel_scope.cancel()


async def test_a_first_attempt_that_fails_is_the_last() -> None:
    async def dial() -> trio.abc.Stream:
        await trio.lowlevel.checkpoint()
        raise explain.timed_out(HERE)

    with pytest.raises(DialError, match="does not answer"):
        await Client(dial).connection.run()


async def test_what_does_not_pass_is_not_tried_again(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server, opened = FakeServer(nursery), [0]

        async def dial() -> trio.abc.Stream:
            opened[0] += 1
            if opened[0] > 1:
                raise DialError("STOP: another certificate")
            return await server.dial()

        client = Client(dial)
        problems: list[str] = []

        async def run() -> None:
            with pytest.raises(DialError) as caught:
                await client.connection.run()
            problems.append(str(caught.value))

        async with trio.open_nursery() as running:
            running.start_soon(run)
            await client.until(lambda: client.chat.online)
            server.cut("bob")
        assert problems == ["STOP: another certificate"]
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (b"", "closed the connection without a word; if this port expects TLS, add --tls"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "expects TLS: add --tls"),
        (b"ERROR :You are banned\r\n", "The server closed the connection: You are banned"),
        (b":s 464 bob :Bad password\r\nERROR :Bye\r\n", "The server itself wants a password"),
    ],
)
async def test_a_server_that_hangs_up_is_explained(said: bytes, problem: str) -> None:
    client_end, server_end = trio.testing.memory_stream_pair()

    async def dial() -> trio.abc.Stream:
        await trio.lowlevel.checkpoint()
        return client_end

    async def hang_up() -> None:
        await server_end.receive_some()
        await server_end.send_all(said)
        await server_end.aclose()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(hang_up)
        with pytest.raises(DialError, match=re.escape(problem)):
            await Client(dial).connection.run()


OFFER = b":s CAP * LS :sasl\r\n:s CAP * ACK sasl\r\n"
LOG_IN = OFFER + b":s 900 bob bob!b@h bob :Hello\r\n:s 903 bob :Hello\r\n:s 001 bob :Welcome bob!b@h\r\n"
REFUSE = OFFER + b":s 904 bob :SASL authentication failed: too many attempts\r\nERROR :Bye\r\n"


def saying(*said: bytes) -> Dial:
    """Return what dials servers that say one thing each, and hang up."""
    left = list(said)

    async def dial() -> trio.abc.Stream:
        client_end, server_end = trio.testing.memory_stream_pair()
        await server_end.send_all(left.pop(0))
        await server_end.send_stream.aclose()
        return client_end

    return dial


async def test_a_login_that_fails_at_the_start_is_the_end() -> None:
    client = Client(saying(REFUSE))
    client.chat.identity = Identity("bob", credentials=Credentials("bob", certificate=True))
    with pytest.raises(DialError, match=re.escape("The login failed: too many attempts.")):
        await client.connection.run()


async def test_a_login_that_has_worked_before_is_tried_again(autojump_clock: trio.testing.MockClock) -> None:
    client = Client(saying(LOG_IN, REFUSE, LOG_IN))
    client.chat.identity = Identity("bob", credentials=Credentials("bob", certificate=True))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(client.connection.run)
        await client.until(lambda: client.count(Lost) == 3)
        nursery.cancel_scope.cancel()
    reasons = [event.reason for event in client.events if isinstance(event, Lost)]
    assert reasons[1] == "The login failed: too many attempts"
    assert client.count(ev.LoggedIn) == 2


async def test_a_server_that_never_says_a_word_is_given_up(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        server.deaf = True
        began = trio.current_time()
        with pytest.raises(DialError, match="does not answer"):
            await Client(server.dial).connection.run()
        assert trio.current_time() - began == GREETING_SECONDS
        nursery.cancel_scope.cancel()


async def test_a_server_that_falls_silent_is_asked_and_then_given_up(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        client = Client(server.dial)
        nursery.start_soon(client.connection.run)
        await client.until(lambda: client.chat.online)
        asked = len(server.said("PING"))
        await trio.sleep(3 * QUIET_SECONDS)
        assert len(server.said("PING")) > asked, "a quiet server is asked"
        assert client.chat.online, "and stays, as long as it answers"
        server.deaf = True
        began = trio.current_time()
        await client.until(lambda: client.count(Lost) == 1)
        assert trio.current_time() - began <= 2 * QUIET_SECONDS + ANSWER_SECONDS + 1
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("deaf", [False, True])
async def test_leaving_says_quit_and_does_not_wait_for_ever(autojump_clock: trio.testing.MockClock, deaf: bool) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        client = Client(server.dial)
        async with trio.open_nursery() as inner:
            inner.start_soon(client.connection.run)
            await client.until(lambda: client.chat.online)
            server.deaf = deaf
            began = trio.current_time()
            client.connection.leave("bye")
        assert server.said("QUIT") == ["QUIT bye"]
        assert trio.current_time() - began == (QUIT_SECONDS if deaf else 0)
        assert client.count(Lost) == 0
        nursery.cancel_scope.cancel()


async def test_leaving_while_waiting_for_the_next_attempt_is_immediate(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        client = Client(server.dial)
        async with trio.open_nursery() as inner:
            inner.start_soon(client.connection.run)
            await client.until(lambda: client.chat.online)
            server.cut("bob")
            await client.until(lambda: client.count(Lost) == 1)
            client.chat.say("#lobby", "never sent")
            client.connection.leave()
        assert [line.text for line in client.chat.lines] == ["never sent"]
        nursery.cancel_scope.cancel()


def test_the_back_off_doubles_up_to_a_minute_with_jitter() -> None:
    waits = list(islice(backoff.delays(random.Random(7)), 12))
    for number, wait in enumerate(waits):
        whole = min(2.0**number, backoff.LONGEST_SECONDS)
        assert whole / 2 <= wait <= whole
    assert len(set(waits)) == len(waits)
    assert list(islice(backoff.delays(random.Random(7)), 3)) != list(islice(backoff.delays(random.Random(8)), 3))


async def test_a_wrong_password_later_on_is_no_reason_to_stay_away(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server = FakeServer(nursery)
        client = Client(server.dial)
        nursery.start_soon(client.connection.run)
        await client.until(lambda: client.chat.online)
        server.peers[0].reply("464", "Password incorrect")
        await client.until(lambda: client.count(ev.Refused) == 1)
        server.cut("bob")
        await client.until(lambda: client.count(ev.Registered) == 2)
        nursery.cancel_scope.cancel()
