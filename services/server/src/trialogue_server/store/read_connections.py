"""Connections that only read, besides the one that writes; each is used by one thread at a time and then kept."""

import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from trialogue_server.store.base import StoreUnavailable

T = TypeVar("T")

_PATIENCE = 5.0
"""Seconds that a reader waits while the file is locked."""


class ReadConnections:
    """A pool of connections, opened when needed: as many as ever read at the same time."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro"
        self._idle: deque[sqlite3.Connection] = deque()

    def query(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query. May be called from any thread. Raises StoreUnavailable."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            result = query(connection)
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            connection.close()
            raise StoreUnavailable(str(error)) from error
        self._idle.append(connection)
        return result

    def _open(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(
                self._address, uri=True, isolation_level=None, check_same_thread=False, timeout=_PATIENCE
            )
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error

    def close(self) -> None:
        """Close the file. Nobody may be reading any more."""
        while self._idle:
            self._idle.pop().close()
