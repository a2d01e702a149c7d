"""What does a long history cost?  ``python -m benchmarks.history [--messages N]``

Fills a database with messages, and measures: bytes for each, a page of 50 from anywhere (alone, and while messages are
written), and how long opening takes compared with an empty one.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ircwire.casemap import ascii_fold
from trialogue_server.store.database import Database
from trialogue_server.store.history import Page
from trialogue_server.store.reading import read_page
from trialogue_server.world.events import MessagePosted

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOMS = 100
_BATCH = 50
_TEXT = "x" * 64
_FIRST_ID = 1_700_000_000_000 << 20
_STEP = 1 << 20
_PAGES = 2000


def _message(number: int) -> MessagePosted:
    room, nick = f"#room{number % _ROOMS}", f"person{number % 37}"
    source = f"{nick}!{nick}@127.0.0.1"
    at = _FIRST_ID + number * _STEP
    return MessagePosted(at, (at >> 20) / 1000, 1, source, nick, "PRIVMSG", room, room, 0, "", _TEXT, "", "")


def _fill(database: Database, messages: int) -> float:
    begin = time.perf_counter()
    for first in range(0, messages, _BATCH):
        database.write([_message(number) for number in range(first, min(first + _BATCH, messages))])
        if first % 10_000 == 0:
            database.checkpoint()
    return time.perf_counter() - begin


def _pages(database: Database, messages: int) -> str:
    times = []
    for _ in range(_PAGES):
        before = _FIRST_ID + random.randrange(messages) * _STEP
        page = Page(f"#room{random.randrange(_ROOMS)}", before=before, limit=50)
        begin = time.perf_counter()
        database.read(partial(read_page, page=page))
        times.append(time.perf_counter() - begin)
    times.sort()
    return f"p50 {times[len(times) // 2] * 1e3:.2f} ms, p99 {times[len(times) * 99 // 100] * 1e3:.2f} ms"


def _open_seconds(path: Path) -> float:
    begin = time.perf_counter()
    database = Database(path, durability="process", fold=ascii_fold)
    list(database.restore())
    seconds = time.perf_counter() - begin
    database.close()
    return seconds


def _pages_during_writes(database: Database, messages: int) -> str:
    stop = threading.Event()

    def write() -> None:
        number = messages
        while not stop.wait(0.01):
            database.write([_message(number + more) for more in range(10)])
            number += 10

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return _pages(database, messages)
    finally:
        stop.set()
        writer.join()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    messages = parser.parse_args(arguments).messages
    with tempfile.TemporaryDirectory(prefix="trialogue-bench-") as name:
        path, empty = Path(name) / "full.db", Path(name) / "empty.db"
        database = Database(path, durability="process", fold=ascii_fold)
        seconds = _fill(database, messages)
        database.close()
        print(f"{messages:,} messages of {len(_TEXT)} bytes in {_ROOMS} rooms")
        print(f"written            {messages / seconds:,.0f} a second, {_BATCH} at a time")
        print(f"on the disk        {path.stat().st_size / messages:.0f} bytes each")
        Database(empty, durability="process", fold=ascii_fold).close()
        print(f"opened             in {_open_seconds(path) * 1e3:.1f} ms; empty: {_open_seconds(empty) * 1e3:.1f} ms")
        database = Database(path, durability="process", fold=ascii_fold)
        print(f"a page of 50       {_pages(database, messages)}")
        print(f"during writes      {_pages_during_writes(database, messages)} (1,000 messages a second)")
        database.close()


if __name__ == "__main__":
    main()
