"""Copies a database as it is at one moment: readable by its owner only, and complete or absent."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def whole_copy(source: sqlite3.Connection, target: Path) -> Iterator[Path]:
    """Yield the path of a finished copy, which becomes `target` (replacing it) if the block does not raise.

    Raises sqlite3.Error and OSError.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, not three
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
