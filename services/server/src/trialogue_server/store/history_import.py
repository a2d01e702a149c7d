"""Imports history: our own export, or log files of other programs. No server may be running.

Ids are kept, or made from the time. Events that exist already, with the same id and content, are skipped; an id that
belongs to another event is replaced by the next free one.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from itertools import islice
from operator import or_
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import asdict, replace

from ircwire.framing import BODY_LIMIT
from ircwire.multiline import cut
from trialogue_server.store.base import StoreBroken
from trialogue_server.store.database import Database
from trialogue_server.store.foreign_logs import LoggedMessage, Tell, read_log
from trialogue_server.store.queries import read_event
from trialogue_server.store.records import left_room
from trialogue_server.store.wire_check import must_be_conversation, must_be_sendable
from trialogue_server.world.events import Event, MessagePosted, MultilinePosted
from trialogue_server.world.history import HISTORY, is_passing
from trialogue_server.world.ids import event_id
from trialogue_server.world.registered_channels import RoomRecord
from trialogue_server.world.times import first_id_at

_AT_ONCE = 500
_HEAD = ("id", "at", "uid")
_FROM_A_LOG = "imported"
"""User and host of the authors in log files that have none."""

_kinds: Any = reduce(or_, HISTORY)
_fields = {kind.__name__: kind.__struct_fields__[len(_HEAD) :] for kind in HISTORY}

Row = tuple[str, Event]
"""A conversation and an event."""


class Imported(NamedTuple):
    """How many events were new, and how many existed."""

    new: int
    known: int


def read_export(path: Path, tell: Tell = lambda number, line: None) -> Iterator[Row]:
    """Yield the events of an export; `tell` is called for each line with what is no history, such as a CTCP query.

    Raises StoreBroken if it is no export.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = _row(msgspec.json.decode(line))
                if is_passing(row[1]):
                    tell(number, line.decode())
                else:
                    yield row
            except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
                raise StoreBroken(f"{path}, line {number}: this is no line of an export ({error}).") from error


def _row(line: dict[str, Any]) -> Row:
    number, kind = event_id(line["msgid"]), line["event"]
    if number is None:
        raise ValueError("no msgid of ours")
    values = [kind, number, _time_of(number), 0, *(line.get(name, "") for name in _fields[kind])]
    event = msgspec.convert(values, _kinds)
    must_be_sendable(event)
    must_be_conversation(line["conversation"])
    return str(line["conversation"]), event


def _time_of(number: int) -> float:
    """Return the time as shown, with the milliseconds of the id."""
    milliseconds = number >> 20
    at = milliseconds / 1000
    return at if int(at * 1000) == milliseconds else math.nextafter(at, math.inf)


def read_foreign(
    path: Path, kind: str, room: str, fold: Callable[[str], str], tell: Tell = lambda number, line: None
) -> Iterator[Row]:
    """Return the events of another program's log file; `tell` is called for each line that is not understood.

    Raises StoreBroken if it cannot be read, or nothing in it is understood.
    """
    try:
        for said in read_log(path, kind, tell):
            event = _as_event(said, room)
            must_be_sendable(event)
            yield fold(room), event
    except (ValueError, OverflowError) as error:
        raise StoreBroken(f"{path} cannot be read as a log of {kind}: {error}.") from error


def _as_event(said: LoggedMessage, room: str) -> MessagePosted | MultilinePosted:
    """Return a message as if it had been sent here; a text that fits no line becomes several lines."""
    source = f"{said.nick}!{_FROM_A_LOG}@{_FROM_A_LOG}"
    head = first_id_at(said.at), said.at, 0, source, "", said.command, room, room, 0, ""
    left = BODY_LIMIT - len(f":{source} {said.command} {room} :\r\n".encode())
    if len(said.text.encode()) <= left:
        return MessagePosted(*head, said.text, "")
    return MultilinePosted(*head, (cut(said.text, left),), "")


def import_events(database: Database, rows: Iterable[Row]) -> Imported:
    """Add events to history. Raises StoreUnavailable."""
    taken: set[int] = set()
    known, rest = 0, iter(rows)
    while some := list(islice(rest, _AT_ONCE)):
        fresh = []
        for conversation, event in some:
            placed, is_known = _placed(database, event, taken)
            taken.add(placed.id)
            known += is_known
            if not is_known:
                fresh.append((conversation, placed))
        database.add(fresh)
    return Imported(len(taken) - known, known)


def _placed(database: Database, event: Event, taken: set[int]) -> tuple[Event, bool]:
    """Return the event with its id, or a new one, and whether it exists already."""
    while True:
        if event.id not in taken:
            there = database.readers.query(partial(read_event, event_id=event.id))
            if there is None or _content(there) == _content(event):
                return event, there is not None
        event = replace(event, id=event.id + 1)


def _content(event: Event) -> tuple[str, dict[str, Any]]:
    """Return what an export contains of an event, apart from its place."""
    return type(event).__name__, {name: value for name, value in asdict(event).items() if name not in _HEAD}


def open_history(database: Database, room: str) -> None:
    """Let members of a channel read all its history. Raises StoreUnavailable."""
    first = database.first_id(room)
    record = database.record("room", lambda key: database.fold(key) == room)
    if record is None:
        database.put_record("room", room, left_room(room, first, at=time.time()))
        return
    key, data = record
    kept = msgspec.msgpack.decode(data, type=RoomRecord)
    opened = replace(kept, since=min(first, kept.since or first), speakers=kept.speakers or ("",))
    database.put_record("room", key, opened)
