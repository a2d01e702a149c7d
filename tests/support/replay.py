"""Logs of inputs, and replicas: cores that decide a log again, each with a store of its own.

``python -m tests.support.replay LOG DIRECTORY`` decides a log and prints what came of it, as an interpreter of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ircwire.casemap import ascii_fold
from tests.support.irc import Entry, Irc, ListSink
from tests.support.state import state_of
from trialogue_server.commands.effects import Local, Pending, ReadMail
from trialogue_server.commands.inputs import Opened, Read, Replicated, Said, from_bytes, to_bytes
from trialogue_server.commands.questions import only_reads
from trialogue_server.session.outbox import Outbox
from trialogue_server.store.database import Database
from trialogue_server.world.events import Event
from trialogue_server.world.moment import Moment

_encode = msgspec.msgpack.Encoder().encode


Here = Callable[[int], bool]
"""Whether a session, by its number, is on a node."""


class Decided(NamedTuple):
    """What came of a log."""

    journal: list[bytes]
    """The events, encoded."""
    sent: dict[int, bytes]
    """What each session was sent, by its number."""
    state: list[str]
    """What the core knows at the end."""

    def digest(self) -> dict[str, str]:
        """Return the same in short."""
        sent = [f"{sid} ".encode() + data for sid, data in sorted(self.sent.items())]
        parts = {"journal": self.journal, "sent": sent, "state": [line.encode() for line in self.state]}
        return {name: f"{len(part)} {sha256(b'|'.join(part)).hexdigest()}" for name, part in parts.items()}


class Replica:
    """Decides a log."""

    def __init__(
        self, directory: Path, settings: dict[str, Any], here: Here = lambda sid: True, *, shares_reads: bool = True
    ) -> None:
        """`here` says which sessions are on this node, so that somebody reads what they are sent; `shares_reads`,
        whether lines that only read are for other nodes too.
        """
        self._database = Database(directory / "replica.db", durability="process", fold=ascii_fold)
        self._irc = Irc(database=self._database, **settings)
        self._here = here
        self._shares_reads = shares_reads
        self.left_out = 0
        """The number of lines that were not for this node."""
        self._sinks: dict[int, ListSink] = {}

    def decide(self, log: list[Entry]) -> Decided:
        """Decide a log, and close the store."""
        for entry in log:
            reading, entered = entry.reading, entry.entered
            if not self._shares_reads and isinstance(entered, Said) and self._only_reads(entered):
                if not self._here(entered.sid):
                    self.left_out += 1
                    continue
                reading = self._irc.core.reading
            self._irc.now, self._irc.monotonic = reading.wall, reading.monotonic
            self._take(entered)
            self._irc.flush()
        self._irc.close()
        self._database.close()
        sent = {sid: sink.data for sid, sink in self._sinks.items()}
        return Decided(encoded(self._irc.decided), sent, state_of(self._irc.core))

    def _only_reads(self, entered: Said) -> bool:
        session = self._irc.core.registry.sessions.get(entered.sid)
        return session is not None and only_reads(session, entered.line)

    def _take(self, entered: Replicated) -> None:
        irc = self._irc
        if isinstance(entered, Opened) and self._here(entered.sid):
            sink = self._sinks[entered.sid] = ListSink()
            held = irc.core.registry.hold(entered.address)
            irc.core.outlets[entered.sid] = Outbox(sink, irc.core.tick.dirty, held)
        outcome = irc.put(entered)
        while isinstance(outcome, Pending) and isinstance(outcome.effect, Local):  # only of sessions that are here
            outcome = irc.put(Read(outcome.ctx.session.sid, irc.perform(outcome.effect)))
        if isinstance(outcome, Pending) and isinstance(outcome.effect, ReadMail) and outcome.ctx.session.is_here:
            irc.core.aside[outcome.ctx.session.sid] = irc.perform(outcome.effect)


def encoded(events: list[Event]) -> list[bytes]:
    """Return events as bytes."""
    return [_encode(event) for event in events]


def write_log(log: list[Entry]) -> bytes:
    """Return a log as bytes."""
    return _encode([(*entry.reading, to_bytes(entry.entered)) for entry in log])


def read_log(data: bytes) -> list[Entry]:
    """Return the log that was written."""
    entries = msgspec.msgpack.decode(data, type=list[tuple[float, float, float, bytes]])
    return [Entry(Moment(*reading), from_bytes(entered)) for *reading, entered in entries]


if __name__ == "__main__":
    path, directory = map(Path, sys.argv[1:])
    settings = json.loads(path.with_suffix(".json").read_text())
    json.dump(Replica(directory, settings).decide(read_log(path.read_bytes())).digest(), sys.stdout)
