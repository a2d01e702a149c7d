"""The write-ahead log: SQLite writes what is committed there first. When has the disk got it, and the database file?"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from trialogue_server.store.base import StoreUnavailable

_SIZE = 16 * 1024 * 1024
"""Bytes that it has from the start. To wait for a write into a file that grows takes twice as long as for one that does
not, since the file system must note the new length too. PostgreSQL does the same.
"""

_PAGES = 1_000
"""About so many pages of it are worth moving into the database."""

_PAGES_OF_A_TICK, _ROWS_OF_A_PAGE = 3, 6
"""How many are taken, about."""

PAGES_AT_MOST = 16_000
"""From here on the writer moves them itself, and everybody waits."""

_sync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


class WriteAheadLog:
    """The log of one database, which is open."""

    def __init__(self, database: Path, *, lengthen: bool) -> None:
        """`lengthen` it, as it will be waited for. Raises OSError."""
        self._database = database
        self._file = database.with_name(f"{database.name}-wal").open("r+b", buffering=0)
        if lengthen:
            self._lengthen()
        self._unmoved = 0
        """About how many pages were written since they were last moved into the database."""

    def _lengthen(self) -> None:
        """Nobody writes yet. Where the log ends is said by its checksums, so what is behind that means nothing."""
        size = self._file.seek(0, os.SEEK_END)
        try:
            while (missing := _SIZE - self._file.tell()) > 0:
                self._file.write(bytes(min(missing, 1024 * 1024)))
            os.fsync(self._file.fileno())
        except OSError:  # there is no room for it, and it can do without
            self._file.truncate(size)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def sync(self) -> None:
        """Wait until the disk has what was written. Raises StoreUnavailable.

        This is all that SQLite itself would do after each commit with synchronous = FULL; apart from the commit, it can
        be waited for in a thread that holds nothing else up.
        """
        try:
            _sync(self._file.fileno())
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    def grew(self, rows: int) -> None:
        """A tick with so many rows of history was written."""
        self._unmoved += _PAGES_OF_A_TICK + rows // _ROWS_OF_A_PAGE

    @property
    def is_long(self) -> bool:
        """Is it worth moving what was written into the database?"""
        return self._unmoved >= _PAGES

    def checkpoint(self) -> int:
        """Move what was written into the database; may be called beside whoever writes.

        Returns how many pages are left, since they were written meanwhile. Once none are, the log is written from its
        beginning again.
        """
        self._unmoved = 0
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._database, isolation_level=None)) as connection:
            _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return int(pages - moved)
        return 0  # it is tried again
