"""The audit log: what operators and the administrator did, in the database, with what they changed.

An act is committed with its tick, so nobody sees it before it is on record. It contains no texts of messages, passwords
or channel keys: see `world.operator_acts`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from trialogue_server.config.unreadable import check, reason
from trialogue_server.store.base import StoreBroken
from trialogue_server.store.records import read_times
from trialogue_server.world.events import OperatorActed
from trialogue_server.world.times import Times

_DAY = 24 * 3600
_decode = msgspec.msgpack.Decoder(OperatorActed).decode


class AuditQuery(NamedTuple):
    """Which entries are wanted: from a Unix time on, of one operator or of all, and at most so many, the latest."""

    since: float = 0.0
    operator: str = ""
    most: int = 0


def read_audit(path: Path, wanted: AuditQuery) -> list[OperatorActed]:
    """Return entries in order. A server may be running meanwhile. Raises StoreBroken."""
    try:
        check(path)
    except OSError as error:
        raise StoreBroken(f"{path} {reason(error)}. Name the data directory of the server with --data-dir.") from error
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            found = list(_latest(connection, wanted))
    except (sqlite3.Error, msgspec.MsgspecError) as error:
        raise StoreBroken(f"The audit log in {path} cannot be read ({error}).") from error
    return found[::-1]


def _latest(connection: sqlite3.Connection, wanted: AuditQuery) -> Iterator[OperatorActed]:
    """Yield entries, the latest first."""
    left = wanted.most or -1
    query = "SELECT data FROM audit WHERE id >= ? ORDER BY id DESC"
    times = read_times(connection)
    first = times.point(wanted.since, wanted.since).low if wanted.since else 0
    for (data,) in connection.execute(query, (first,)):
        deed = _decode(data)
        if wanted.operator in ("", deed.operator, deed.account):
            yield replace(deed, at=times.shown(deed.id, deed.at))
            left -= 1
            if not left:
                return


def expire_audit(connection: sqlite3.Connection, *, now: float, days: int, entries: int, times: Times) -> None:
    """Delete entries older than so many days, and all but the latest so many; 0 keeps all."""
    if days:
        connection.execute("DELETE FROM audit WHERE id < ?", (times.point(now - days * _DAY, now).low,))
    if entries:
        surplus = "DELETE FROM audit WHERE id <= (SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?)"
        connection.execute(surplus, (entries,))


def as_json(deed: OperatorActed) -> str:
    """Return an entry as one object, for programs."""
    at = datetime.fromtimestamp(deed.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = ("operator", "account", "source", "action", "target", "reason")
    return msgspec.json.encode({"time": at, **{name: getattr(deed, name) for name in told}}).decode()


def describe_deed(deed: OperatorActed) -> str:
    """Return an entry as one line for people: when, who, what, whom, why."""
    at = datetime.fromtimestamp(deed.at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    who = deed.operator if deed.operator == deed.account or not deed.account else f"{deed.operator} ({deed.account})"
    reason = f": {deed.reason}" if deed.reason else ""
    line = f"{at}  {who}  {deed.source}  {deed.action} {deed.target}".rstrip() + reason
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)
