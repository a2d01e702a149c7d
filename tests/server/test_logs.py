"""Logs: what a line looks like, and that nobody ever waits for it to be written."""

import fcntl
import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import pytest
import structlog

from tests.support.patience import PATIENCE
from trialogue_server.obs.logs import Layout, Level, configure, get_logger


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def logged(*events: tuple[str, str, dict[str, Any]], level: Level = "info", layout: Layout = "json") -> str:
    """Log events, each a level, a text and values, and return what was written."""
    stream = io.StringIO()
    with configure(level, layout, stream):
        for name, text, values in events:
            getattr(get_logger().bind(session=7), name)(text, **values)
    return stream.getvalue()


# What it looks like.


def test_an_event_is_one_json_object_with_a_utc_time() -> None:
    line = logged(("info", "connected", {"address": "192.0.2.1", "tls": True}))
    event = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", event.pop("timestamp"))
    assert event == {"level": "info", "event": "connected", "session": 7, "address": "192.0.2.1", "tls": True}
    assert list(json.loads(line))[:3] == ["timestamp", "level", "event"]
    assert line.endswith("}\n")


def test_console_lines_are_for_people() -> None:
    line = logged(("warning", "connected", {"address": "192.0.2.1"}), layout="console")
    assert re.match(r"\S+Z \[warning  \] connected +session=7 address=192\.0\.2\.1\n$", line)


def test_what_is_below_the_level_is_left_out() -> None:
    levels: tuple[Level, ...] = ("debug", "info", "warning", "error")
    events: list[tuple[str, str, dict[str, Any]]] = [(name, name, {}) for name in levels]
    for at, level in enumerate(levels):
        lines = logged(*events, level=level).splitlines()
        assert [json.loads(line)["event"] for line in lines] == [name for name, _, _ in events[at:]]


@pytest.mark.parametrize(("stream", "first"), [(Terminal(), "2"), (io.StringIO(), "{")])
def test_auto_is_for_people_on_a_terminal_and_json_elsewhere(
    stream: io.StringIO, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with configure("info", "auto", stream):
        get_logger().info("hello")
    assert stream.getvalue().startswith(first)


def test_colours_are_for_terminals_unless_unwanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain = Terminal(), io.StringIO()
    for stream in (coloured, plain):
        with configure("info", "console", stream):
            get_logger().info("hello")
    assert ("\x1b[" in coloured.getvalue()) == (os.name != "nt")
    assert "\x1b[" not in plain.getvalue()


@pytest.mark.parametrize("layout", ["json", "console"])
def test_exceptions_come_with_their_traceback(layout: Layout) -> None:
    stream = io.StringIO()
    with configure("info", layout, stream):
        try:
            int("the reason")
        except ValueError:
            get_logger().exception("a bug ended this session", session=7)
    text = stream.getvalue()
    assert "Traceback (most recent call last):" in text
    assert "ValueError: invalid literal" in text
    assert (text.count("\n") == 1) == (layout == "json")


def test_values_from_peers_do_not_reach_the_terminal_as_control_characters() -> None:
    line = logged(("info", "x", {"nick": "a\x1b[2J\x9b\nb", "half": "\ud800"}), layout="console")
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert "\x9b" not in line
    assert r"a\x1b[2J\x9b\nb" in line


def test_values_that_json_does_not_know_are_written_all_the_same() -> None:
    line = logged(("info", "x", {"half": "\ud800", "big": 2**70, "bytes": b"\xff"}))
    event = json.loads(line)
    assert (event["half"], event["big"], event["bytes"]) == (r"\ud800", str(2**70), r"b'\xff'")
    assert json.loads(logged(("info", "x", {"bytes": b"\xff", "n": 1})))["n"] == 1


def test_configuring_again_reaches_loggers_that_are_there() -> None:
    log = get_logger()
    first, second = io.StringIO(), io.StringIO()
    for stream in (first, second):
        with configure("info", "json", stream):
            log.info("hello")
    assert first.getvalue().count("hello") == second.getvalue().count("hello") == 1


# That nobody waits.


@contextmanager
def pipe() -> Iterator[tuple[io.BufferedReader, TextIO]]:
    """Give both ends of a pipe that takes 4 KiB and then no more."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reader, os.fdopen(writing, "w") as writer:
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        yield reader, writer


def test_a_stream_that_takes_nothing_holds_nobody_up_and_what_is_lost_is_counted() -> None:
    with pipe() as (reader, writer):
        logs = configure("info", "json", writer, capacity=5)
        log = get_logger()
        for number in range(200):
            log.info("event", number=number, padding="x" * 1000)  # would wait for ever in a plain write
        received: list[bytes] = []
        consumer = threading.Thread(target=lambda: received.extend(reader))
        consumer.start()
        logs.close()
        writer.close()
        consumer.join()
    events = [json.loads(line) for line in received]
    numbers = [event["number"] for event in events if event["event"] == "event"]
    lost = sum(event["count"] for event in events if event["event"].startswith("log lines dropped"))
    assert lost > 150
    assert len(numbers) + lost == 200
    assert numbers == sorted(numbers)


def test_closing_waits_only_so_long() -> None:
    with pipe() as (reader, writer):
        logs = configure("info", "json", writer)
        for _ in range(20):
            get_logger().info("event", padding="x" * 1000)
        logs.close(patience=0.01)  # returns although nobody reads
        get_logger().info("too late")
        writer.close()
        text = reader.read()  # ends when the thread has written the rest and has let go
    assert text.count(b'"event":"event"') == 20
    assert b"too late" not in text


def test_a_reader_that_has_gone_ends_nothing() -> None:
    with pipe() as (reader, writer):
        reader.close()
        with configure("info", "json", writer):
            get_logger().info("event")


def test_closing_writes_everything() -> None:
    stream = io.StringIO()
    with configure("info", "json", stream):
        log = get_logger()
        for number in range(1000):
            log.info("event", number=number)
    assert [json.loads(line)["number"] for line in stream.getvalue().splitlines()] == list(range(1000))


@pytest.mark.system
def test_a_process_whose_log_nobody_reads_still_ends() -> None:
    program = (
        "import sys; from trialogue_server.obs.logs import configure, get_logger\n"
        "logs = configure('info', 'auto', sys.stderr); log = get_logger()\n"
        "for _ in range(300): log.info('event', padding='x' * 1000)\n"
        "logs.close(patience=0.01)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) as process:
        assert process.wait(timeout=PATIENCE) == 0


@pytest.mark.system
def test_logging_imports_nothing_that_only_developers_have() -> None:
    pytest.importorskip("rich")
    program = (
        "import sys, trialogue_server.obs.logs; assert 'rich' not in sys.modules; import rich; assert rich.__name__"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)


@pytest.mark.parametrize(
    ("value", "written"), [(2**70, 2**70), ("\ud800", "\\ud800"), (float("nan"), None), ({1}, [1]), (1.5, 1.5)]
)
def test_no_value_keeps_a_line_from_being_written(value: object, written: object) -> None:
    assert json.loads(logged(("info", "x", {"value": value})))["value"] == written
