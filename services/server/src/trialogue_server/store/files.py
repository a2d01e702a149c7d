"""Are the files that are open still the ones in the directory? What is written into others is lost with the next start.

A file that was deleted or replaced goes on existing for who has it open, and every write succeeds.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from trialogue_server.store.base import StoreUnavailable


class OpenFiles:
    """Files that some library holds open, by their names."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Remember which ones they are; they must be there. Raises OSError."""
        self._files = [(path, _identity(path)) for path in map(str, paths)]

    def check(self) -> None:
        """Raise StoreUnavailable if one is not in its place. Takes a microsecond for each."""
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
