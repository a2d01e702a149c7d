"""The write-ahead log: when its pages reach the disk, and when they are moved into the database."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from trialogue_server.store.base import StoreUnavailable

_SIZE = 16 * 1024 * 1024
"""Initial size in bytes. Waiting for a write into a file that grows takes twice as long, since the file system must
note the new length too. PostgreSQL does the same.
"""

_PAGES = 1_000
"""Pages from which on a checkpoint is worth it."""

_PAGES_OF_A_TICK, _ROWS_OF_A_PAGE = 3, 6
"""Estimates: pages of a tick, and rows of a page."""

_PIECE = 1024 * 1024
"""Bytes of the log that are written again at once."""

PAGES_AT_MOST = 16_000
"""Pages from which on the writer checkpoints itself, and everybody waits."""

_sync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


class WriteAheadLog:
    """The log of one open database."""

    def __init__(self, database: Path, *, lengthen: bool) -> None:
        """`lengthen` the file, since syncs will be waited for. Raises OSError."""
        self._database = database
        self._file = database.with_name(f"{database.name}-wal").open("r+b", buffering=0)
        self.is_in_doubt = False
        """Whether a sync has failed since the log was last whole on the disk: `write_again` is to follow."""
        if lengthen:
            self._lengthen()
        self._unmoved = 0
        """Estimated pages written since the last checkpoint."""

    def _lengthen(self) -> None:
        """Lengthen the file before anybody writes. Checksums tell where the log ends, so what follows means nothing."""
        size = self._file.seek(0, os.SEEK_END)
        try:
            while (missing := _SIZE - self._file.tell()) > 0:
                self._file.write(bytes(min(missing, 1024 * 1024)))
            _sync(self._file.fileno())  # also what a server that was killed has left
        except OSError:  # there is no room for it, and it can do without
            self._file.truncate(size)
            self.is_in_doubt = True

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def sync(self) -> None:
        """Wait until the disk has what was written. Raises StoreUnavailable.

        This is all that SQLite itself would do after each commit with synchronous = FULL; apart from the commit, it can
        be waited for in a thread that holds nothing else up.
        """
        try:
            _sync(self._file.fileno())
        except OSError as error:
            self.is_in_doubt = True
            raise StoreUnavailable(str(error)) from error

    def write_again(self) -> None:
        """Write the whole log once more, and wait for the disk. Nobody else may write. Raises StoreUnavailable.

        What a system could not write it may take for written, so that the next sync succeeds without it. Then the log
        would have a hole, and what follows a hole is lost with the next power cut.
        https://wiki.postgresql.org/wiki/Fsync_Errors
        """
        try:
            self._file.seek(0)
            while data := self._file.read(_PIECE):
                self._file.seek(-len(data), os.SEEK_CUR)
                self._file.write(data)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error
        self.sync()
        self.is_in_doubt = False

    def grew(self, rows: int) -> None:
        """Count a tick with so many rows of history."""
        self._unmoved += _PAGES_OF_A_TICK + rows // _ROWS_OF_A_PAGE

    @property
    def is_long(self) -> bool:
        """Whether a checkpoint is worth it."""
        return self._unmoved >= _PAGES

    def checkpoint(self) -> int:
        """Move pages into the database; may run beside the writer.

        Returns how many pages are left, since they were written meanwhile. With none left, the log begins anew.
        """
        self._unmoved = 0
        try:
            with closing(sqlite3.connect(self._database, isolation_level=None)) as connection:
                _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error:
            self.is_in_doubt = True  # it may have been a sync of the log that failed
            return 0  # it is tried again
        return int(pages - moved)
