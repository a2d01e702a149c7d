"""One server for each data directory: a lock that the system releases when the process ends, however it ends."""

import sys
from pathlib import Path
from typing import IO

from trialogue_server.config.directory import make_private
from trialogue_server.store.base import StoreBroken


class DirectoryLock:
    """Held from construction until `release`. Raises StoreBroken if another process holds it."""

    def __init__(self, directory: Path) -> None:
        path = directory / "lock"
        try:
            make_private(path)
            self._file = path.open("a+b")
        except OSError as error:
            raise StoreBroken(f"{path} cannot be opened ({error.strerror}): choose another --data-dir.") from error
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            text = f"Another server uses the data directory {directory}: stop it, or give this one its own --data-dir."
            raise StoreBroken(text) from error

    def release(self) -> None:
        """Release the lock."""
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
