"""The server as a process of its own: started, watched, killed, started again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import trio

from tests.support.running import Person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

WITHOUT_LIMITS = {"TRIALOGUE_FLOOD_RATE": "0", "TRIALOGUE_LOG_LEVEL": "info"}


class Ended(Exception):  # noqa: N818 - says what happened
    """The process ended before it was asked to; the text is all that it said."""


class ServerProcess:
    """A server that listens on a free port. `log` grows with what it says."""

    def __init__(self, process: trio.Process) -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []
        self.said = ""
        """What is no log, such as why it did not start."""
        self._news = trio.Event()
        self._ended = False
        self._streams: list[trio.SocketStream] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        at: str = next(line["at"] for line in self.log if line["event"] == "listening")
        return int(at.rpartition(":")[2])

    async def listen(self) -> None:
        """Take in what it says, until it says no more."""
        assert self.process.stderr is not None
        rest = b""
        async for chunk in self.process.stderr:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if line.startswith(b"{"):
                    self.log.append(json.loads(line))
                else:
                    self.said += line.decode() + "\n"
            self._wake()
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = trio.Event()

    async def says(self, event: str, times: int = 1) -> None:
        """Wait until it has logged this so often. Raises Ended."""
        while sum(line["event"] == event for line in self.log) < times:
            if self._ended:
                raise Ended(self.said or repr(self.log))
            await self._news.wait()

    async def end(self) -> None:
        """Kill it, if it has not ended."""
        self.process.kill()
        await self.process.wait()
        for stream in self._streams:
            await stream.aclose()

    async def come(self, nick: str, *channels: str, caps: str = "") -> Person:
        """Return somebody who has registered and is in these channels."""
        self._streams.append(await trio.open_tcp_stream("127.0.0.1", self.port))
        person = Person(self._streams[-1])
        if caps:
            await person.say("CAP LS 302", f"CAP REQ :{caps}")
        await person.register(nick)
        for channel in channels:
            await person.say(f"JOIN {channel}")
            await person.hear("366")
        return person


@asynccontextmanager
async def started(
    directory: Path,
    *words: str,
    host: str = "127.0.0.1",
    prefix: Sequence[str] = (),
    environment: Mapping[str, str] = WITHOUT_LIMITS,
) -> AsyncIterator[ServerProcess]:
    """Start a server on a data directory and wait until it listens; in the end it is killed. Raises Ended.

    `words` are further arguments, and `prefix` is a command that runs the command after it.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIALOGUE_")}
    arguments = [host, "0", "--data-dir", str(directory), "--log-format", "json", *words]
    process = await trio.lowlevel.open_process(
        [*prefix, sys.executable, "-m", "trialogue_server", *arguments],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=own | dict(environment),
    )
    server = ServerProcess(process)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(server.listen)
        try:
            await server.says("listening")
            yield server
        finally:
            with trio.CancelScope(shield=True):
                await server.end()
        nursery.cancel_scope.cancel()


async def refusal(directory: Path, *, prefix: Sequence[str] = ()) -> tuple[int, str]:
    """Start a server that cannot run; returns its exit code and all that it said."""
    arguments = ["127.0.0.1", "0", "--data-dir", str(directory)]
    done = await trio.run_process(
        [*prefix, sys.executable, "-m", "trialogue_server", *arguments], check=False, capture_stderr=True
    )
    return done.returncode, done.stderr.decode()
