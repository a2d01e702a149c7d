"""The real server in the test's own process: its nurseries and listeners, and people who come over sockets."""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import trio

from ircwire.casemap import ascii_fold
from trialogue_server.app import App, Listeners
from trialogue_server.commands.core import Core, Instance
from trialogue_server.config import Config
from trialogue_server.net.listen import open_listeners
from trialogue_server.net.self_signed import own_tls
from trialogue_server.net.web.server import WebListener
from trialogue_server.store.memory import MemoryStore
from trialogue_server.world.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Person:
    """One connection's other end."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._rest = b""

    async def say(self, *lines: str) -> None:
        """Send lines, each with its end."""
        await self._stream.send_all("".join(f"{line}\r\n" for line in lines).encode())

    async def line(self) -> str:
        """Return the next line."""
        while b"\n" not in self._rest:
            data = await self._stream.receive_some()
            assert data, "the server has closed the connection"
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode().rstrip("\r")

    async def hear(self, *words: str) -> str:
        """Return the next line in which one of these words stands; what comes before is passed over."""
        while True:
            line = await self.line()
            if any(word in line.split(" ") for word in words):
                return line

    async def drop(self) -> None:
        """Let the connection break."""
        await trio.aclose_forcefully(self._stream)

    async def register(self, nick: str) -> None:
        """Become a user."""
        await self.say(f"NICK {nick}", f"USER {nick} 0 * :{nick}", "CAP END")
        await self.hear("422", "376")


Place = tuple[str, int]
"""An address and a port."""


class RunningServer:
    """A server that people can come to; `web` is where browsers are served."""

    def __init__(self, core: Core, plain: Place, secure: Place, web: Place, metrics: Place) -> None:
        self.core = core
        self.plain = plain
        self.secure = secure
        self.web = web
        self.metrics = metrics
        self._streams: list[trio.abc.Stream] = []

    async def connect(self, source: str | None = None) -> Person:
        """Come in plain text, from one of this machine's addresses."""
        return self._person(await trio.open_tcp_stream(*self.plain, local_address=source))

    async def connect_tls(self, certificate: Path | None = None) -> Person:
        """Come over TLS, with a client certificate (and its key) if a file is named."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if certificate is not None:
            context.load_cert_chain(certificate)
        return self._person(trio.SSLStream(await trio.open_tcp_stream(*self.secure), context))

    async def browse(self, source: str | None = None, *, tls: bool = False, before: bytes = b"") -> trio.abc.Stream:
        """Return a connection to the listener for browsers, from one of this machine's addresses.

        `before` is sent in front of everything, also of TLS.
        """
        stream: trio.abc.Stream = await trio.open_tcp_stream(*self.web, local_address=source)
        if before:
            await stream.send_all(before)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["h2", "http/1.1"])
            stream = trio.SSLStream(stream, context)
        self._streams.append(stream)
        return stream

    def _person(self, stream: trio.abc.Stream) -> Person:
        self._streams.append(stream)
        return Person(stream)

    async def hang_up(self) -> None:
        """End all connections from the other end."""
        for stream in self._streams:
            await trio.aclose_forcefully(stream)


@asynccontextmanager
async def running(directory: Path, **settings: Any) -> AsyncIterator[RunningServer]:
    """Run a server with these settings; what it keeps is in memory, its certificate in the directory."""
    config = msgspec.convert({"flood": {"rate": 0}, **settings}, Config)
    plain, secure, web, metrics = (open_listeners("127.0.0.1", 0, 1200) for _ in range(4))
    tls = own_tls(directory, config.server.name, client_certificates=config.tls.client_certificates)
    world = World(ascii_fold, whowas_entries=10)
    core = Core(config, world, Instance("Trialogue-test", 0.0, "secret"))
    ready = trio.Event()
    browsers = WebListener(web, tls if config.web.tls == "on" else None)
    listeners = Listeners(plain, secure, tls, web=browsers, metrics=metrics)
    app = App(core, MemoryStore(), listeners, lambda: (config, ()), announce=ready.set)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(app.run)
        await ready.wait()
        server = RunningServer(core, *(each[0].getsockname() for each in (plain, secure, web, metrics)))
        try:
            yield server
        finally:
            with trio.CancelScope(shield=True):
                await server.hang_up()
            for sock in (*plain, *secure, *web, *metrics):
                sock.close()
        nursery.cancel_scope.cancel()
