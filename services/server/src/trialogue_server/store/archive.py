"""Backups of the database: copying it while people talk, verifying it, exporting it.

Functions that only read have a connection of their own, and a running server does not notice. Those that write need the
data directory for themselves.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import reduce
from itertools import count
from operator import or_
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from trialogue_server.config.directory import keep_private
from trialogue_server.config.unreadable import check, reason
from trialogue_server.store.base import StoreBroken
from trialogue_server.store.database import FILE_NAME
from trialogue_server.store.database_copy import whole_copy
from trialogue_server.store.migrations import schema_scripts
from trialogue_server.store.records import SAVE_RULES, OpenChannelRecord, read_times
from trialogue_server.store.search_index import INDEX_NAME, remove_index
from trialogue_server.world.events import Event, OperatorActed
from trialogue_server.world.history import HISTORY, is_message, parties_of
from trialogue_server.world.ids import msgid
from trialogue_server.world.times import Times
from trialogue_server.world.user import identity_of

_HEAD = ("id", "at", "uid")
"""Fields of events that are exported in another form, or mean nothing elsewhere."""

_MOST_PROBLEMS = 20
_NO_DATABASE = "this is no database of Trialogue: give a file that `trialogue-server backup` has written"
_WITH_AUDIT = 3
"""The first version of the schema with an audit log."""
_kinds: Any = reduce(or_, HISTORY)
_events = msgspec.msgpack.Decoder(_kinds)
_deeds = msgspec.msgpack.Decoder(OperatorActed)


class Contents(NamedTuple):
    """How much is in a database."""

    messages: int
    others: int
    """Events that are not messages: joins, topics, modes."""
    records: int


def back_up(path: Path, target: Path) -> Contents:
    """Copy a database as it is at one moment; `target` is complete or absent.

    Raises StoreBroken.
    """
    if target.exists():
        raise StoreBroken(f"{target} is there already: name another file, or remove that one.")
    try:
        with closing(_open(path)) as source, whole_copy(source, target) as copy:
            return verify(copy)
    except (sqlite3.Error, OSError) as error:
        raise StoreBroken(f"{target} cannot be written{_why(error, target)} Nothing was kept there.") from error


def _why(error: sqlite3.Error | OSError, target: Path) -> str:
    match error:
        case FileNotFoundError() if not target.parent.exists():
            return f", as there is no directory {target.parent}."
        case NotADirectoryError():
            return f", as {target.parent} is no directory."
        case PermissionError():
            return f": the user who runs this may not write into {target.parent}."
        case OSError():
            return f": {error.strerror or error}."
        case _:
            return f": {error}."


def restore(path: Path, source: Path) -> tuple[Contents, Path | None]:
    """Replace a database by a backup. No server may be using it.

    Returns the contents, and where the old database is now, if there was one. Raises StoreBroken.
    """
    contents = verify(source)
    try:
        with closing(_open(source)) as opened, whole_copy(opened, path):
            old = _set_aside(path)
            remove_index(path.with_name(INDEX_NAME))
    except (sqlite3.Error, OSError) as error:
        raise StoreBroken(f"{path} cannot be replaced ({error}).") from error
    return contents, old


def _set_aside(path: Path) -> Path | None:
    """Rename a database with its write-ahead log, so that it can still be opened."""
    if not path.exists():
        return None
    names = (path.with_name(f"{path.stem}-before-{number}{path.suffix}") for number in count(1))
    old = next(name for name in names if not name.exists())
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            keep_private(part)
            part.rename(old.with_name(old.name + ending))
    return old


def verify(path: Path) -> Contents:
    """Read all of a database and return its contents. Raises StoreBroken with everything that is wrong."""
    try:
        with closing(_open(path)) as connection:
            problems = list(_problems(connection))
            if not problems:
                return _count(connection)
    except sqlite3.Error as error:
        problems = [_NO_DATABASE if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB else str(error)]
    raise StoreBroken("\n".join(f"{path}: {problem}" for problem in problems[:_MOST_PROBLEMS]))


def export(path: Path, *, room: str = "", account: str = "") -> Iterator[str]:
    """Yield history in order as lines of JSON: all of it, one channel's, or one account's direct messages.

    Raises StoreBroken.
    """
    query = "SELECT name, data FROM events JOIN conversations ON conversations.id = conversation"
    try:
        with closing(_open(path)) as connection:
            times = read_times(connection)
            wanted = [room] if room else _direct(connection, identity_of(account)) if account else None
            for name, data in connection.execute(f"{query} ORDER BY events.id"):
                if wanted is None or name in wanted:
                    yield _line(name, _events.decode(data), times)
    except (sqlite3.Error, msgspec.MsgspecError) as error:
        raise StoreBroken(f"{path} cannot be read ({error}): put a backup in its place.") from error


def _direct(connection: sqlite3.Connection, identity: str) -> list[str]:
    """Return the names of an account's direct conversations, in a database of any version."""
    names = [name for (name,) in connection.execute("SELECT name FROM conversations")]
    return [name for name in names if identity in parties_of(name)]


def _open(path: Path) -> sqlite3.Connection:
    try:
        check(path)
    except OSError as error:
        advice = " Name the data directory of the server with --data-dir." if path.name == FILE_NAME else ""
        raise StoreBroken(f"{path} {reason(error)}.{advice}") from error
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def _problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong, as SQLite reports it and as the records show it."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 < version <= len(schema_scripts()):
        yield f"it has the schema {version}, which this version does not know"
        return
    for (text,) in connection.execute("PRAGMA integrity_check"):
        if text != "ok":
            yield text
    for table, row, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to nothing"
    for number, kind, data in connection.execute("SELECT id, is_message, data FROM events"):
        if not _is_sound(number, kind, data):
            yield f"the event {msgid(number)} cannot be read"
    yield from _unreadable_records(connection)
    for number, data in connection.execute("SELECT id, data FROM audit") if version >= _WITH_AUDIT else ():
        if not _is_deed(data):
            yield f"the entry {msgid(number)} of the audit log cannot be read"


def _unreadable_records(connection: sqlite3.Connection) -> Iterator[str]:
    kinds = {saving.kind: saving.record for saving in SAVE_RULES.values()} | {"life": OpenChannelRecord}
    records: dict[str, msgspec.msgpack.Decoder[Struct]] = {
        kind: msgspec.msgpack.Decoder(record) for kind, record in kinds.items()
    }
    for kind, key, data in connection.execute("SELECT kind, key, data FROM records"):
        try:
            records[kind].decode(data)
        except (KeyError, msgspec.MsgspecError):
            yield f"the record {kind} {key} cannot be read"


def _is_sound(number: int, kind: int, data: bytes) -> bool:
    try:
        event = _events.decode(data)
    except msgspec.MsgspecError:
        return False
    return bool(event.id == number and is_message(event) == kind)


def _is_deed(data: bytes) -> bool:
    try:
        _deeds.decode(data)
    except msgspec.MsgspecError:
        return False
    return True


def _count(connection: sqlite3.Connection) -> Contents:
    (messages, others) = connection.execute("SELECT total(is_message), total(NOT is_message) FROM events").fetchone()
    (records,) = connection.execute("SELECT count(*) FROM records").fetchone()
    return Contents(int(messages), int(others), records)


def _line(conversation: str, event: Event, times: Times) -> str:
    at = datetime.fromtimestamp(times.at(event.id), UTC).isoformat(timespec="milliseconds")
    shown = {
        "time": at.replace("+00:00", "Z"),
        "msgid": msgid(event.id),
        "conversation": conversation,
        "event": type(event).__name__,
    }
    rest = {name: value for name, value in msgspec.structs.asdict(event).items() if name not in _HEAD and value != ""}
    return msgspec.json.encode(shown | rest).decode()
