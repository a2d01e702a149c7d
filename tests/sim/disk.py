"""A disk under the store: it counts the calls, fails when told to, and knows what a crash would leave.

`kill -9` leaves all that was written. A power cut leaves what was synced, and of each later write any sectors or none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.sim.vfs import FULL, IOERR_SYNC, IOERR_WRITE, OK

_SECTOR = 512


class Write(NamedTuple):
    """A write that was not synced; without data, the file was cut to `offset` bytes."""

    offset: int
    data: bytes | None


class Disk:
    """The files below one directory. Implements `vfs.Disk`."""

    def __init__(self, root: Path, chance: Random, clock: Callable[[], float]) -> None:
        self._root = f"{root}{os.sep}"
        self._chance = chance
        self._clock = clock
        self._synced: dict[str, bytearray] = {}
        self._later: dict[str, list[Write]] = {}
        self._inodes: dict[str, int] = {}
        self.calls = 0
        self.full_until = 0.0
        self.failing_writes = self.failing_syncs = 0
        self.forgets = False
        """Whether a failing sync makes the system forget what it did not write, as Linux does.

        https://wiki.postgresql.org/wiki/Fsync_Errors
        """
        self.dies_in = 0
        """In how many calls the server dies; 0 for never."""
        self.by_power = False
        self.image: dict[str, bytes] | None = None
        """What the crash has left."""
        self.struck: list[str] = []
        """Faults that happened since they were last asked for."""

    def opened(self, path: str) -> bool:
        if not path.startswith(self._root):
            return False
        inode = Path(path).stat().st_ino
        if self._inodes.get(path) != inode:
            self._inodes[path] = inode
            self._synced[path] = bytearray(Path(path).read_bytes())
            self._later[path] = []
        return True

    def write(self, path: str, data: bytes, offset: int) -> int:
        if self._dies():
            return IOERR_WRITE
        if self.failing_writes:
            self.failing_writes -= 1
            self.struck.append("write fails")
            return IOERR_WRITE
        if self._clock() < self.full_until and offset + len(data) > Path(path).stat().st_size:
            self.struck.append("disk full")
            return FULL
        self._later[path].append(Write(offset, data))
        return OK

    def truncate(self, path: str, size: int) -> int:
        if self._dies():
            return IOERR_WRITE
        self._later[path].append(Write(size, None))
        return OK

    def sync(self, path: str) -> int:
        if self._dies():
            return IOERR_SYNC
        later = self._later[path]
        if self.failing_syncs:
            self.failing_syncs -= 1
            self.struck.append("sync fails")
            if self.forgets:
                later.clear()
            return IOERR_SYNC
        _apply(self._synced[path], later)
        later.clear()
        return OK

    def sync_descriptor(self, number: int) -> None:
        """Do what `os.fdatasync` does, for the log that the product syncs itself. Raises OSError."""
        inode = os.fstat(number).st_ino
        path = next(path for path, one in self._inodes.items() if one == inode)
        if self.sync(path) != OK:
            raise OSError(5, "Input/output error")
        missing = os.fstat(number).st_size - len(self._synced[path])
        self._synced[path] += bytes(max(0, missing))  # the product has lengthened it

    def die(self) -> None:
        """Leave what a crash leaves, now."""
        if self.image is None:
            self.image = self._after_power_cut() if self.by_power else self._as_written()

    def _dies(self) -> bool:
        self.calls += 1
        if self.dies_in and self.image is None:
            self.dies_in -= 1
            if not self.dies_in:
                self.die()
        return self.image is not None

    def _as_written(self) -> dict[str, bytes]:
        found = {}
        for path in self._synced:
            with suppress(FileNotFoundError):
                found[Path(path).name] = Path(path).read_bytes()
        return found

    def _after_power_cut(self) -> dict[str, bytes]:
        found = {}
        for path, synced in self._synced.items():
            if Path(path).exists():
                content = bytearray(synced)
                _apply(content, self._surviving(self._later[path]))
                found[Path(path).name] = bytes(content)
        return found

    def _surviving(self, later: list[Write]) -> list[Write]:
        """Choose what of the writes has reached the disk: none, all up to one, or any sectors."""
        chance = self._chance
        way = chance.randrange(3)
        if way < 2:
            return later[: chance.randrange(len(later) + 1)] if way else []
        return [part for write in later for part in _sectors(write) if chance.random() < 0.5]


class Disks:
    """The disks of all servers that there have been: each start has a directory of its own. Implements `vfs.Disk`."""

    def __init__(self) -> None:
        self.all: list[Disk] = []
        self._of: dict[str, Disk] = {}

    def opened(self, path: str) -> bool:
        for disk in self.all:
            if disk.opened(path):
                self._of[path] = disk
                return True
        return False

    def write(self, path: str, data: bytes, offset: int) -> int:
        return self._of[path].write(path, data, offset)

    def truncate(self, path: str, size: int) -> int:
        return self._of[path].truncate(path, size)

    def sync(self, path: str) -> int:
        return self._of[path].sync(path)

    def sync_descriptor(self, number: int) -> None:
        """Do what `os.fdatasync` does. Raises OSError."""
        self.all[-1].sync_descriptor(number)


def _sectors(write: Write) -> list[Write]:
    if write.data is None:
        return [write]
    size, offset = len(write.data), write.offset
    return [Write(offset + place, write.data[place : place + _SECTOR]) for place in range(0, size, _SECTOR)]


def _apply(content: bytearray, writes: list[Write]) -> None:
    for offset, data in writes:
        if data is None:
            del content[offset:]
            continue
        content += bytes(max(0, offset - len(content)))
        content[offset : offset + len(data)] = data
