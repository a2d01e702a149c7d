"""The whole server in this process, with a store that does what a test says: how it goes down, and who is let in."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import trio

from tests.support.irc import OPERATORS, Irc
from tests.support.patience import PATIENCE
from tests.support.store import ManualStore
from trialogue_server.app import App, Listeners
from trialogue_server.commands.requests import ListAccounts
from trialogue_server.net.admin_socket import AdminListener, ask, open_admin
from trialogue_server.net.listen import open_listeners
from trialogue_server.pulse import StoreLost
from trialogue_server.world.events import Event, MessagePosted, UserLeft, UserRegistered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from trialogue_server.config import Config


class RunningServer:
    """A server, and how it ended."""

    def __init__(self, admin: AdminListener | None = None, **settings: Any) -> None:
        self.store = ManualStore()
        self.core = Irc(**settings).core
        self.listeners = open_listeners("127.0.0.1", 0, 100)
        self.streams: list[trio.SocketStream] = []
        self.ready = trio.Event()
        self.lost: StoreLost | None = None
        self.ended = trio.Event()
        self.reload_begun, self.files = threading.Event(), threading.Event()
        """The settings can be read from when `files` is set, which it is."""
        self.files.set()
        self._app = App(
            self.core,
            self.store,
            Listeners(self.listeners, (), None, admin),
            self._reload,
            announce=self.ready.set,
        )

    def _reload(self) -> tuple[Config, tuple[str, ...]]:
        self.reload_begun.set()
        self.files.wait()
        return self.core.config, ()

    async def run(self) -> None:
        try:
            await self._app.run()
        except StoreLost as error:
            self.lost = error
        self.ended.set()

    def connect(self) -> Person:
        """Return somebody who has said nothing yet; the server has not heard of them when this returns."""
        sock = socket.create_connection(self.listeners[0].getsockname())
        stream = trio.SocketStream(trio.socket.from_stdlib_socket(sock))
        self.streams.append(stream)
        return Person(stream)

    async def join(self, nick: str) -> Person:
        """Return a user who is in #room and has read all that was said about it."""
        person = self.connect()
        await person.say(f"NICK {nick}", f"USER {nick} 0 * :{nick}", "JOIN #room")
        await person.hear(" 366 ")
        return person

    async def until_attempted(self, kind: type[Event]) -> None:
        """Wait until the store was asked to keep such an event."""
        while not any(type(event) is kind for batch in self.store.attempts for event in batch):
            await trio.lowlevel.checkpoint()


class Person:
    """One connection's other end."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._read = b""

    async def say(self, *lines: str) -> None:
        await self._stream.send_all("".join(f"{line}\r\n" for line in lines).encode())

    async def hear(self, text: str) -> None:
        """Read on until this was heard."""
        while text.encode() not in self._read:
            data = await self._stream.receive_some()
            assert data, f"no {text!r} in {self._read!r}"
            self._read += data

    async def rest(self) -> list[str]:
        """Return all that was heard from the beginning to the end."""
        async for data in self._stream:
            self._read += data
        return self._read.decode().splitlines()


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[RunningServer]:
    server = RunningServer(**settings)
    try:
        with trio.fail_after(PATIENCE):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(server.run)
                await server.ready.wait()
                yield server
                nursery.cancel_scope.cancel()
    finally:
        server.files.set()
        for listener in server.listeners:
            listener.close()
        for stream in server.streams:
            stream.socket.close()


async def test_when_the_store_is_lost_everybody_is_told_and_nothing_unstored_is_shown() -> None:
    async with running(timeouts={"store": 0.1}) as server:
        alice, bob = await server.join("alice"), await server.join("bob")
        server.store.fail("the disk is gone")
        await alice.say("PRIVMSG #room :never stored")
        for person in (alice, bob):
            heard = await person.rest()
            assert heard[-1].startswith("ERROR ")
            assert "cannot store" in heard[-1]
            assert not [line for line in heard if "never stored" in line]
        await server.ended.wait()
        assert str(server.lost) == "the disk is gone"
        assert server.store.is_closed


async def test_what_happens_after_the_store_was_lost_is_lost_too() -> None:
    """Those who are dismissed take their time, and meanwhile the administrator may do something."""
    async with running(timeouts={"store": 0.1, "flush": 1.0}) as server:
        alice = await server.join("alice")
        server.store.fail("the disk is gone")
        await alice.say("PRIVMSG #room :never stored")
        while not server.core.stopping:
            await trio.lowlevel.checkpoint()
        server.core.tick.journal.append(UserLeft(1, 0.0, 1, "a!b@c", "", "gone"))
        await server.ended.wait()
        assert [UserLeft] in [[type(event) for event in batch] for batch in server.store.attempts]
        assert str(server.lost) == "the disk is gone"


async def test_who_is_turned_away_while_talking_hears_why() -> None:
    """TCP resets a connection that is closed with something unread in it, and the last words may be lost."""
    async with running(connections={"total": 1}) as server:
        await server.join("alice")
        late = server.connect()
        await late.say("NICK late", "USER late 0 * :late")  # the server has not come round to accepting yet
        assert await late.rest() == ["ERROR :The server is full; please try again later"]


async def test_what_was_said_before_a_shutdown_is_stored() -> None:
    async with running() as server:
        alice = await server.join("alice")
        server.store.hold()
        await alice.say("PRIVMSG #room :the last word", "PING end")
        await server.until_attempted(MessagePosted)
        os.kill(os.getpid(), signal.SIGTERM)
        while not server.core.stopping:
            await trio.lowlevel.checkpoint()
        assert not server.ended.is_set()
        server.store.release()
        await server.ended.wait()
        assert any(type(event) is MessagePosted for event in server.store.committed)
        assert (await alice.rest())[-1].startswith("ERROR ")


async def test_a_shutdown_waits_for_a_store_no_longer_than_the_grace_time() -> None:
    async with running(timeouts={"store": 0, "flush": 0.1, "grace": 0.3}) as server:
        alice, bob = await server.join("alice"), await server.join("bob")
        server.store.fail("the disk is full")
        await alice.say("PRIVMSG #room :never stored")
        await server.until_attempted(MessagePosted)
        os.kill(os.getpid(), signal.SIGTERM)
        await server.ended.wait()
        assert not [line for line in await bob.rest() if "never stored" in line]
        assert server.store.is_closed


async def test_a_burst_of_connections_does_not_pass_the_limit() -> None:
    """All that wait are accepted in a row: each one counts before the next is looked at."""
    async with running(connections={"per_address": 3, "exempt": []}) as server:
        people = [server.connect() for _ in range(10)]
        while not server.core.registry.sessions:
            await trio.lowlevel.checkpoint()
        os.kill(os.getpid(), signal.SIGTERM)
        told = [(await person.rest())[-1] for person in people]
        assert len([line for line in told if "Server shutting down" in line]) == 3
        assert len([line for line in told if "Too many connections" in line]) == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_who_waits_in_the_middle_of_something_is_dismissed_all_the_same(number: signal.Signals) -> None:
    """Flood control holds one back, and the other one has said nothing yet."""
    async with running(flood={"rate": 0.01, "burst": 5}) as server:
        alice, newcomer = await server.join("alice"), server.connect()
        await alice.say(*["PING one"] * 100)
        await alice.hear(" PONG ")
        os.kill(os.getpid(), number)
        for person in (alice, newcomer):
            assert (await person.rest())[-1].startswith("ERROR ")
        await server.ended.wait()


async def test_a_shutdown_does_not_wait_for_settings_that_cannot_be_read() -> None:
    """Whether a signal or an operator has asked for them: they may be on a disk that does not answer."""
    async with running(operators=OPERATORS) as server:
        root = await server.join("root")
        await root.say("OPER root frenchfries")
        await root.hear(" 381 ")
        server.files.clear()
        await root.say("REHASH")
        os.kill(os.getpid(), signal.SIGHUP)
        while not server.reload_begun.is_set():
            await trio.lowlevel.checkpoint()
        os.kill(os.getpid(), signal.SIGTERM)
        assert (await root.rest())[-1].startswith("ERROR ")
        await server.ended.wait()


async def test_settings_are_read_one_time_after_the_other() -> None:
    async with running() as server:
        alice = await server.join("alice")
        server.files.clear()
        os.kill(os.getpid(), signal.SIGHUP)
        while not server.reload_begun.is_set():
            await trio.lowlevel.checkpoint()
        server.reload_begun.clear()
        os.kill(os.getpid(), signal.SIGHUP)
        await alice.say("PING second")  # which is answered after the signal has been heard
        await alice.hear("second")
        assert not server.reload_begun.is_set()
        server.files.set()
        while not server.reload_begun.is_set():
            await trio.lowlevel.checkpoint()


@pytest.mark.skipif(sys.platform == "win32", reason="the socket is a file")
async def test_the_administrator_is_told_that_nothing_can_be_stored(tmp_path: Path) -> None:
    admin = open_admin(tmp_path)
    async with running(admin=admin) as server:
        alice = server.connect()
        server.store.fail("the disk is full")
        await alice.say("NICK alice", "USER alice 0 * :alice")
        await server.until_attempted(UserRegistered)
        answer = await trio.to_thread.run_sync(ask, tmp_path, ListAccounts())
        assert answer.error == "Nothing can be stored, so nothing is done: the disk is full"
        server.store.fail("")
        await alice.hear(" 001 ")
