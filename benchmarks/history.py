"""Measures what a long history costs.  ``python -m benchmarks.history [--messages N]``

Fills a database with messages, and measures: bytes for each, a page of 50 from anywhere (alone, and while messages are
written), the first page of searches, and how long a server takes to listen compared with one that has none. Takes
some minutes for a million messages, most of them for the search index.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import corpus
from ircwire.casemap import ascii_fold
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.queries import read_events, read_messages_after, read_page, read_places
from trialogue_server.store.search_index import INDEX_NAME, SearchIndex
from trialogue_server.world.history import Page, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_BATCH = 50
_INDEXED = 500
_PAGES = 2000
_SEARCHES = 200
_STARTS = 7
_EVERYWHERE = tuple(f"#room{number}" for number in range(corpus.ROOMS))


def _fill(database: Database, messages: int) -> float:
    rng, seconds = random.Random(2), 0.0
    for first in range(0, messages, _BATCH):
        batch = [corpus.message(number, rng) for number in range(first, min(first + _BATCH, messages))]
        begin = time.perf_counter()
        database.write(batch)
        seconds += time.perf_counter() - begin
        if database.log.is_long:
            database.log.checkpoint()
    return seconds


def _index(database: Database, index: SearchIndex) -> float:
    begin = time.process_time()
    while rows := database.readers.query(partial(read_messages_after, event_id=index.indexed_id, limit=_INDEXED)):
        index.add(rows)
    return time.process_time() - begin


def _percentiles(times: list[float]) -> str:
    times.sort()
    return f"p50 {times[len(times) // 2] * 1e3:.2f} ms, p99 {times[len(times) * 99 // 100] * 1e3:.2f} ms"


def _pages(database: Database, messages: int) -> str:
    rng, times = random.Random(3), []
    for _ in range(_PAGES):
        before = corpus.FIRST_ID + rng.randrange(messages) * corpus.STEP
        page = Page(corpus.room(rng), before=before, limit=50)
        begin = time.perf_counter()
        database.readers.query(partial(read_page, page=page))
        times.append(time.perf_counter() - begin)
    return _percentiles(times)


def _pages_during_writes(database: Database, messages: int) -> str:
    stop = threading.Event()

    def write() -> None:
        number, rng = messages, random.Random(4)
        while not stop.wait(0.01):
            database.write([corpus.message(number + more, rng) for more in range(10)])
            number += 10

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return _pages(database, messages)
    finally:
        stop.set()
        writer.join()


def _common(rng: random.Random, *, japanese: bool = False) -> str:
    return corpus.words(japanese=japanese)[rng.randrange(20)]


def _any(rng: random.Random) -> str:
    return rng.choice(corpus.words())


def _searches(messages: int) -> dict[str, Callable[[random.Random], Query]]:
    """Return what is searched for, by its name."""

    def tenth(rng: random.Random) -> tuple[int, int]:
        first = corpus.FIRST_ID + rng.randrange(messages * 9 // 10) * corpus.STEP
        return first, first + messages // 10 * corpus.STEP

    def in_a_tenth(rng: random.Random) -> Query:
        after, before = tenth(rng)
        return Query((_any(rng),), _EVERYWHERE, after=after, before=before)

    return {
        "any word": lambda rng: Query((_any(rng),), _EVERYWHERE),
        "a common word": lambda rng: Query((_common(rng),), _EVERYWHERE),
        "two words": lambda rng: Query((_common(rng), _any(rng)), _EVERYWHERE),
        "part of a word": lambda rng: Query((_any(rng)[:3],), _EVERYWHERE),
        "a word in one room": lambda rng: Query((_any(rng),), (corpus.room(rng),)),
        "a common word in one room": lambda rng: Query((_common(rng),), (corpus.room(rng),)),
        "a common word by one person": lambda rng: Query((_common(rng),), _EVERYWHERE, corpus.person(rng)),
        "the same in one room": lambda rng: Query((_common(rng),), (corpus.room(rng),), corpus.person(rng)),
        "all by one person": lambda rng: Query((), _EVERYWHERE, corpus.person(rng)),
        "a word in a tenth of the time": in_a_tenth,
        "three characters of Japanese": lambda rng: Query(((_common(rng, japanese=True) * 2)[:3],), _EVERYWHERE),
        "two characters of Japanese": lambda rng: Query((_common(rng, japanese=True)[:2],), _EVERYWHERE),
        "what is nowhere": lambda rng: Query((_any(rng) + "qqq",), _EVERYWHERE),
        "two letters that are nowhere": lambda rng: Query((f"{rng.randrange(10)}q",), _EVERYWHERE),
    }


def _search(database: Database, index: SearchIndex, queries: Iterator[Query]) -> str:
    """Return the CPU time of first pages, as the server makes them, and how much is found."""
    times, found = [], 0
    for query in queries:
        begin = time.process_time()
        places = database.readers.query(partial(read_places, query=query))
        found += len(database.readers.query(partial(read_events, event_ids=index.find(query, places), places=places)))
        times.append(time.process_time() - begin)
    return f"{_percentiles(times)} of CPU ({found / len(times):.0f} found)"


def _start(directory: Path) -> float:
    """Return the seconds until a server on this directory listens."""
    command = [sys.executable, "-m", "trialogue_server", "127.0.0.1", "0", "--data-dir", str(directory)]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "TRIALOGUE_LOG_LEVEL": "info"})
    assert process.stderr is not None
    while b"listening" not in (line := process.stderr.readline()):
        if not line:
            raise SystemExit("the server ended before it listened")
    seconds = time.perf_counter() - begin
    process.send_signal(signal.SIGTERM)
    process.communicate()
    return seconds


def _starts(full: Path, empty: Path) -> str:
    """Let both take turns."""
    times: list[tuple[float, float]] = [(_start(full), _start(empty)) for _ in range(_STARTS)]
    long, short = (sorted(each)[_STARTS // 2] for each in zip(*times, strict=True))
    return f"{long * 1e3:.0f} ms until it listens; empty: {short * 1e3:.0f} ms"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    messages = parser.parse_args(arguments).messages
    with tempfile.TemporaryDirectory(prefix="trialogue-bench-") as name:
        full, empty = Path(name) / "full", Path(name) / "empty"
        full.mkdir()
        _measure(full, messages)
        print(f"a server's start   {_starts(full, empty)}")


def _measure(directory: Path, messages: int) -> None:
    path, index_path = directory / FILE_NAME, directory / INDEX_NAME
    database = Database(path, durability="process", fold=ascii_fold)
    seconds = _fill(database, messages)
    database.close()
    print(f"{messages:,} messages in {corpus.ROOMS} rooms by {corpus.PEOPLE} people")
    print(f"written            {messages / seconds:,.0f} a second, {_BATCH} at a time")
    print(f"on the disk        {path.stat().st_size / messages:.0f} bytes each", flush=True)
    database = Database(path, durability="process", fold=ascii_fold)
    print(f"a page of 50       {_pages(database, messages)}")
    print(f"during writes      {_pages_during_writes(database, messages)} (1,000 messages a second)", flush=True)
    index = SearchIndex(index_path, ascii_fold)
    seconds = _index(database, index)
    index.close()
    print(f"indexed            {messages / seconds:,.0f} for each second of CPU")
    print(f"in the index       {index_path.stat().st_size / messages:.0f} bytes each, beside those above", flush=True)
    index = SearchIndex(index_path, ascii_fold)
    for what, query in _searches(messages).items():
        rng = random.Random(5)
        print(f"  {what:30} {_search(database, index, (query(rng) for _ in range(_SEARCHES)))}", flush=True)
    index.close()
    database.close()


if __name__ == "__main__":
    main()
