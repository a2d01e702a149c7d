"""The files of a database: their permissions, and whether the open ones are still those in the directory.

A file that was deleted or replaced goes on existing for the process that has it open, and every write succeeds: what is
written is lost with the next start.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from trialogue_server.config.directory import keep_private, make_private
from trialogue_server.store.base import StoreUnavailable


def sidecar_files(path: Path) -> tuple[Path, Path]:
    """Return the files that SQLite has beside a database. They get its permissions when they are made."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def make_database_private(path: Path) -> None:
    """Make a database, which need not exist yet, readable by its owner only. Raises OSError."""
    make_private(path)
    keep_private(*sidecar_files(path))


class OpenFiles:
    """Files that a library holds open, by their names."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Remember the files, which must exist. Raises OSError."""
        self._files = [(path, _identity(path)) for path in map(str, paths)]

    def check(self) -> None:
        """Raise StoreUnavailable if a file is not in its place. Takes a microsecond for each."""
        for path, identity in self._files:
            try:
                is_there = _identity(path) == identity
            except FileNotFoundError:
                raise StoreUnavailable(f"{path} was deleted or moved away: put it back") from None
            except OSError as error:
                raise StoreUnavailable(f"{path} cannot be looked at: {error.strerror or error}") from error
            if not is_there:
                raise StoreUnavailable(f"{path} was replaced: put the old one back, or start the server anew")


def _identity(path: str) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116 - it is asked for each tick, and a Path takes several times as long
    return status.st_dev, status.st_ino
