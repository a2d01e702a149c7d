"""Moves bytes between a stream and the core, and notices when the other end is gone."""

from collections.abc import Callable
from typing import Protocol

import trio

from trialogue_client.address import Endpoint
from trialogue_client.core.connection import DialError
from trialogue_client.core.events import Event
from trialogue_client.net import explain

CHUNK = 8_192
"""Bytes that are taken in at once: the interface may have a key to answer in between."""
GREETING_SECONDS = 20.0
"""How long a server may take to say its first word."""
QUIET_SECONDS = 90.0
"""After so long without a word from the server we ask whether it is there …"""
ANSWER_SECONDS = 30.0
"""… and so long it has to answer."""

_TLS_ALERT = b"\x15\x03"


class Peer(Protocol):
    """What a link serves: the core's `Chat`, or anything with the same interface."""

    def receive(self, data: bytes) -> list[Event]:
        """Take in bytes, return what happened."""

    def data_to_send(self) -> bytes:
        """Return what is to be sent."""

    def heartbeat(self) -> None:
        """Queue something that the server will answer."""


class Link:
    """One connection. `run` it; call `flush` after anything that may have queued something."""

    def __init__(self, stream: trio.abc.Stream, peer: Peer, endpoint: Endpoint) -> None:
        self._stream = stream
        self._peer = peer
        self._endpoint = endpoint
        self._wake = trio.Event()
        self._heard = False
        self._greeted = False
        self._problem: DialError | None = None

    def flush(self) -> None:
        """Send what is queued, soon."""
        self._wake.set()

    async def run(self, emit: Callable[[Event], None]) -> None:
        """Serve until the connection is gone, then close it.

        Raises DialError when the server never said a word that makes sense, or no longer answers.
        """
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._write)
                nursery.start_soon(self._watch, nursery.cancel_scope)
                await self._read(emit)
                nursery.cancel_scope.cancel()
        finally:
            await trio.aclose_forcefully(self._stream)
        if self._problem is None and not self._greeted:
            self._problem = explain.hung_up(self._endpoint)
        if self._problem is not None:
            raise self._problem

    async def _read(self, emit: Callable[[Event], None]) -> None:
        while data := await self._receive():
            if not self._greeted and data.startswith(_TLS_ALERT):
                self._problem = explain.speaks_tls(self._endpoint)
                return
            self._heard = self._greeted = True
            for event in self._peer.receive(data):
                emit(event)
            self.flush()

    async def _receive(self) -> bytes:
        try:
            return bytes(await self._stream.receive_some(CHUNK))
        except trio.BrokenResourceError:
            return b""

    async def _write(self) -> None:
        while True:
            data = self._peer.data_to_send()
            if data and not await self._send(data):
                return  # The reader sees the same end, after all that the server still had to say.
            await self._wake.wait()
            self._wake = trio.Event()

    async def _send(self, data: bytes) -> bool:
        try:
            await self._stream.send_all(data)
        except trio.BrokenResourceError:
            return False
        return True

    async def _watch(self, link: trio.CancelScope) -> None:
        await trio.sleep(GREETING_SECONDS)
        if not self._greeted:
            self._problem = explain.silent(self._endpoint)
        while self._problem is None:
            self._heard = False
            await trio.sleep(QUIET_SECONDS)
            if not self._heard:
                self._peer.heartbeat()
                self.flush()
                await trio.sleep(ANSWER_SECONDS)
            if not self._heard:
                self._problem = explain.no_answer(self._endpoint)
        link.cancel()
