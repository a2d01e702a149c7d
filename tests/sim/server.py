"""The server of the product, all of it but the sockets: `app.App` with its core, store, pulse and connections.

What waits for threads in the product waits for virtual time here, so one seed gives one run.
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from unittest.mock import patch

import msgspec
import structlog
import trio
from outcome import capture

from ircwire.casemap import ascii_fold
from tests.sim import vfs
from tests.sim.disk import Disk, Disks
from tests.sim.wire import Wire
from trialogue_server import control
from trialogue_server.app import App, Listeners
from trialogue_server.commands.core import Core, Instance
from trialogue_server.config import Config
from trialogue_server.net.connection import Connection
from trialogue_server.net.transport import Transport
from trialogue_server.store import wal
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.database_writer import DatabaseWriter
from trialogue_server.store.indexer import Indexer
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.search_index import INDEX_NAME, SearchIndex
from trialogue_server.store.sqlite import SqliteStore
from trialogue_server.world.events import Event
from trialogue_server.world.moment import Moment
from trialogue_server.world.world import World

T = TypeVar("T")

Report = Callable[[Any, str, Any], Any]
"""A processor of structlog that takes what is logged."""

START = 1_700_000_000.0
_START_MONOTONIC = 5_000.0
_LOG = 128 * 1024
"""Bytes that the write-ahead log begins with: of 16 MiB, as in the product, copies would take too long."""

_MANY_PAGES = 30
"""Pages from which on the log is checkpointed."""


class Clock:
    """Both clocks of the machine: virtual time, and a wall clock that may be set."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def read(self) -> Moment:
        elapsed = trio.current_time()
        return Moment(START + elapsed + self.ahead, _START_MONOTONIC + elapsed)


class WatchedFile:
    """The file of the log, as the product opens it beside SQLite: the disk is told of what is written."""

    def __init__(self, file: Any, disk: Disk, path: str) -> None:
        self._file = file
        self._disk = disk
        self._path = path
        for name in ("seek", "tell", "read", "fileno", "close", "truncate"):
            setattr(self, name, getattr(file, name))

    def write(self, data: bytes) -> int:
        """Implements `io.RawIOBase.write`."""
        if self._disk.write(self._path, data, self._file.tell()) != vfs.OK:
            raise OSError(errno.EIO, "Input/output error")
        return int(self._file.write(data))


class ObservedStore(SqliteStore):
    """The product's store; somebody is told of each tick that it was offered, and of each that it has kept."""

    offered: Callable[[Sequence[Event]], None]
    kept: Callable[[Sequence[Event]], None]
    is_dead = False

    async def commit(self, batch: Sequence[Event]) -> None:
        if not self.is_dead:
            self.offered(batch)
        await super().commit(batch)
        if not self.is_dead:
            self.kept(batch)


class Server(App):
    """One server from its start to its death, on the files of one directory."""

    def __init__(self, directory: Path, disk: Disk, clock: Clock, config: Config) -> None:
        self.disk = disk
        path = directory / FILE_NAME
        with ExitStack() as opened:  # the disk may die in the middle of it
            lock = DirectoryLock(directory)
            opened.callback(lock.release)
            database = Database(path, durability=config.history.durability, fold=ascii_fold)
            opened.callback(database.close)
            database.log._file = WatchedFile(database.log._file, disk, f"{path}-wal")  # type: ignore[assignment]
            index = SearchIndex(directory / INDEX_NAME, ascii_fold)
            opened.callback(index.close)
            writer = DatabaseWriter(database, clock=trio.current_time)
            self.store = ObservedStore(writer, Indexer(index, database.readers), lock, keeps_history=True)
            world = World(ascii_fold, whowas_entries=config.limits.whowas_entries)
            for event in self.store.restore():
                world.apply(event)
            self._opened = opened.pop_all()
        now = clock.read()
        self.core = Core(config, world, Instance("simulated", now.wall, "secret"), last_id=self.store.last_id)
        super().__init__(
            self.core, self.store, Listeners((), (), None), lambda: (config, ()), announce=_nothing, clock=clock.read
        )
        self._nursery: trio.Nursery | None = None
        self.is_up = trio.Event()
        self.life = trio.CancelScope()

    async def live(self) -> None:
        """Serve until killed, stopped, or out of store."""
        try:
            with self.life:
                await self.run()
        finally:
            self.let_go()

    def welcome(self, wire: Wire, address: str) -> None:
        """Serve a connection, or refuse it."""
        assert self._nursery is not None, "it is started before anybody comes"
        self._welcome(self._nursery, wire, address, secure=False)  # type: ignore[arg-type]

    def let_go(self) -> None:
        """Close the files of a server that has ended."""
        self._opened.close()

    async def _accept(self, sessions: trio.Nursery) -> None:
        self._nursery = sessions
        self.is_up.set()
        await super()._accept(sessions)

    def _open(self, sessions: trio.Nursery, transport: Transport, address: str, *, secure: bool) -> None:
        connection = Connection(self._shared, transport, sid=next(self._sids), address=address, secure=secure)
        assert isinstance(transport, Wire)
        transport.session = connection._session
        sessions.start_soon(connection.serve)

    def _transport(self, sock: Any, *, secure: bool) -> Transport:
        return sock  # type: ignore[no-any-return]

    async def _heed_signals(self, reloading: trio.Nursery, task_status: trio.TaskStatus[None]) -> None:
        task_status.started()


def _nothing() -> None:
    """Announce to nobody."""


def settings(values: dict[str, Any]) -> Config:
    """Return settings: those of the product but for these."""
    accounts = {"hash_memory": 1, "hash_passes": 1, **values.get("accounts", {})}
    return msgspec.convert({**values, "accounts": accounts}, Config)


@lru_cache(maxsize=100)
def _credentials(password: str, cost: Any) -> Any:
    return make_credentials(password, cost)


class Threads:
    """What stands in for worker threads: the function runs in the loop, after a while, and its result comes late."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.slowest = 0.0
        """Seconds that each half may take."""

    async def run_sync(
        self,
        act: Callable[..., T],
        *args: Any,
        limiter: trio.CapacityLimiter | None = None,
        abandon_on_cancel: bool = False,
    ) -> T:
        """Implements `trio.to_thread.run_sync`."""
        async with limiter or trio.CapacityLimiter(1):
            with trio.CancelScope(shield=not abandon_on_cancel):
                await trio.sleep(self._chance.random() * self.slowest)
                outcome = capture(act, *args)
                await trio.sleep(self._chance.random() * self.slowest)
        return outcome.unwrap()


@contextmanager
def simulated(disks: Disks, threads: Threads, chance: Random, report: Report) -> Iterator[None]:
    """Replace what the product takes from the machine: threads, randomness, the disk, and where logs go."""
    with ExitStack() as stack:
        stack.enter_context(vfs.mounted(disks))
        for where, name, instead in (
            (trio.to_thread, "run_sync", threads.run_sync),
            (wal, "_sync", disks.sync_descriptor),
            (wal, "_SIZE", _LOG),
            (wal, "_PAGES", _MANY_PAGES),
            (secrets, "token_hex", lambda *_: f"{chance.getrandbits(64):x}"),
            (secrets, "randbelow", chance.randrange),
            (control, "make_credentials", _credentials),
        ):
            stack.enter_context(patch.object(where, name, instead))
        before = structlog.get_config()
        structlog.configure(processors=[report], cache_logger_on_first_use=False)
        stack.callback(structlog.configure, **before)
        yield
