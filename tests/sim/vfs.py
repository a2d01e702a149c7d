"""A disk that fails: SQLite's own file system with a hook before each write, truncation and sync.

The product opens its databases as always, by the standard `sqlite3`. A VFS that is registered as the default hands
every call to the system's VFS; of the files in the simulation's directory it replaces three methods. So locks, shared
memory and reads are the real ones, and what reaches the disk is known call by call.  https://sqlite.org/vfs.html

A Python that has SQLite linked in without its symbols cannot do that: `why_none` says so.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from typing import ClassVar, Protocol

OK, IOERR_WRITE, IOERR_SYNC, FULL = 0, 10 | 3 << 8, 10 | 4 << 8, 13
"""Result codes.  https://sqlite.org/rescode.html"""

_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_Close = CFUNCTYPE(c_int, c_void_p)


class _Vfs(Structure):
    """``sqlite3_vfs`` up to xOpen; the rest is copied as bytes.  https://sqlite.org/c3ref/vfs.html"""

    _fields_: ClassVar = [
        ("version", c_int), ("size_of_file", c_int), ("longest_path", c_int), ("next", c_void_p), ("name", c_char_p),
        ("data", c_void_p), ("open", _Open), ("rest", c_void_p * 16),
    ]  # fmt: skip


class _Methods(Structure):
    """``sqlite3_io_methods``.  https://sqlite.org/c3ref/io_methods.html"""

    _fields_: ClassVar = [
        ("version", c_int), ("close", _Close), ("read", c_void_p), ("write", _Write), ("truncate", _Truncate),
        ("sync", _Sync), ("rest", c_void_p * 13),
    ]  # fmt: skip


class Disk(Protocol):
    """Decides what becomes of each call. The results are SQLite's result codes."""

    def opened(self, path: str) -> bool:
        """Return whether this file is on the disk."""

    def write(self, path: str, data: bytes, offset: int) -> int: ...
    def truncate(self, path: str, size: int) -> int: ...
    def sync(self, path: str) -> int: ...


def why_none() -> str:
    """Return why no disk can be made here, "" if one can."""
    return "" if hasattr(_library(), "sqlite3_vfs_register") else "this Python's SQLite shows no symbols"


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(getattr(_sqlite3, "__file__", None))


@contextmanager
def mounted(disk: Disk) -> Iterator[None]:
    """Have all databases that are opened in the block ask this disk."""
    library = _library()
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    library.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
    library.sqlite3_vfs_unregister.argtypes = [POINTER(_Vfs)]
    under = library.sqlite3_vfs_find(None)
    over = _Vfs.from_buffer_copy(under.contents)
    over.name, over.next = b"failing", None
    methods = _Replaced(disk)
    real_open = under.contents.open

    def open_file(_: int, name: int, file: int, flags: int, out: int) -> int:
        code: int = real_open(ctypes.cast(under, c_void_p), name, file, flags, out)
        path = os.fsdecode(ctypes.string_at(name)) if name else ""
        if code == OK and path and disk.opened(path):
            methods.replace(file, path)
        return code

    over.open = _Open(open_file)
    library.sqlite3_vfs_register(ctypes.byref(over), 1)
    try:
        yield
    finally:
        library.sqlite3_vfs_register(under, 1)
        library.sqlite3_vfs_unregister(ctypes.byref(over))
        _kept.append((over, methods))  # connections that are still open call them


_kept: list[object] = []


class _Replaced:
    """The methods of open files, by the address of each file, which is how SQLite names them."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._paths: dict[int, str] = {}
        self._tables: dict[int, _Methods] = {}
        self._made: list[Callable[..., int]] = []

    def replace(self, file: int, path: str) -> None:
        """Give a file that was just opened our methods."""
        self._paths[file] = path
        pointer = ctypes.cast(file, POINTER(c_void_p))
        real = pointer[0]
        assert real is not None
        if real not in self._tables:
            self._tables[real] = self._table(real)
        pointer[0] = ctypes.addressof(self._tables[real])

    def _table(self, address: int) -> _Methods:
        real = _Methods.from_address(address)
        table = _Methods.from_buffer_copy(real)
        disk, paths = self._disk, self._paths
        write, truncate, sync, close = real.write, real.truncate, real.sync, real.close

        def on_write(file: int, data: int, size: int, offset: int) -> int:
            return disk.write(paths[file], ctypes.string_at(data, size), offset) or write(file, data, size, offset)

        def on_truncate(file: int, size: int) -> int:
            return disk.truncate(paths[file], size) or truncate(file, size)

        def on_sync(file: int, flags: int) -> int:
            return disk.sync(paths[file]) or sync(file, flags)

        def on_close(file: int) -> int:
            paths.pop(file, None)
            return int(close(file))

        table.write, table.truncate = _Write(on_write), _Truncate(on_truncate)
        table.sync, table.close = _Sync(on_sync), _Close(on_close)
        return table
