"""Logging. One event is one line with the time, a level, and values.

Modules import `get_logger` from here: it is structlog's, imported without what the server has no use for. Bind once for
each connection (``log = get_logger().bind(session=7)``): a level that is filtered out then costs 0.1 µs, and an event
10 to 20 µs, so log for each connection and not for each message.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TextIO

import msgspec

from trialogue_server.obs.log_writer import LineWriter

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Make an import believe that these packages are not installed."""
    modules: dict[str, Any] = sys.modules
    absent = [name for name in names if name not in modules]
    modules.update(dict.fromkeys(absent))  # None there is how Python marks what cannot be imported
    try:
        yield
    finally:
        for name in absent:
            del modules[name]


# structlog imports rich when it is there, as it is beside development tools: 50 ms more for each start.
with _without("rich", "better_exceptions"):
    import structlog

Level = Literal["debug", "info", "warning", "error"]
Layout = Literal["auto", "console", "json"]

CAPACITY = 10_000
_dump = msgspec.json.Encoder(enc_hook=repr).encode
_PATIENCE = 2.0


def get_logger() -> "FilteringBoundLogger":
    """Return a logger; it uses the configuration of when it is first used or bound."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


class Logs:
    """Logging as `configure` set it up, until it is closed."""

    def __init__(self, writer: LineWriter) -> None:
        self._writer = writer

    def close(self, patience: float = _PATIENCE) -> None:
        """Write the queue, for at most so many seconds. Nothing is logged afterwards."""
        self._writer.close(patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def configure(
    level: Level, layout: Layout, stream: TextIO, *, colours: bool | None = None, capacity: int = CAPACITY
) -> Logs:
    """Log events of this level and above to a stream, for the whole process.

    "auto" is "console" on a terminal and "json" elsewhere. At most ``capacity`` lines are queued; when the stream takes
    none, further ones are dropped and counted, and the count is logged as soon as there is room.
    """
    on_terminal = stream.isatty()
    if colours is None:
        colours = on_terminal and os.name != "nt" and not os.environ.get("NO_COLOR")
    console = layout == "console" or (layout == "auto" and on_terminal)
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        *(_for_people(colours=colours) if console else [_json]),
    ]
    writer = LineWriter(stream, capacity, lambda count: _dropped(processors, count))
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Sink(writer.put),
        cache_logger_on_first_use=False,  # so that configuring again reaches everybody
    )
    return Logs(writer)


class _Sink:
    """The sink of structlog: takes rendered lines."""

    __slots__ = ("critical", "debug", "error", "info", "warning")

    def __init__(self, put: Callable[[bytes], None]) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = put


def _for_people(*, colours: bool) -> list["Processor"]:
    render = structlog.dev.ConsoleRenderer(
        colors=colours, sort_keys=False, exception_formatter=structlog.dev.plain_traceback
    )

    def encode(logger: "WrappedLogger", name: str, event: "EventDict") -> bytes:
        return f"{render(logger, name, event)}\n".encode("utf-8", "backslashreplace")

    return [_printable, encode]


def _printable(_logger: "WrappedLogger", _name: str, event: "EventDict") -> "EventDict":
    """Replace control characters, which peers could send to the terminal in values."""
    for key, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[key] = "".join(_escape(value, keep="\n\t" if key == "exception" else ""))
    return event


def _escape(text: str, keep: str) -> Iterable[str]:
    return (char if char.isprintable() or char in keep else char.encode("unicode_escape").decode() for char in text)


def _json(_logger: "WrappedLogger", _name: str, event: "EventDict") -> bytes:
    """Return one JSON object, with the usual fields first."""
    ordered = {key: event.pop(key) for key in ("timestamp", "level", "event") if key in event}
    ordered.update(event)
    try:
        return _dump(ordered) + b"\n"
    except (UnicodeEncodeError, OverflowError, TypeError):  # such as half of a surrogate pair
        readable = {key: _tame(value) for key, value in ordered.items()}
        return _dump(readable) + b"\n"


def _tame(value: object) -> str:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else ascii(value)


def _dropped(processors: Iterable["Processor"], count: int) -> bytes:
    line: Any = {"event": "log lines dropped: they came faster than they could be written", "count": count}
    for process in processors:
        line = process(None, "warning", line)
    return bytes(line)
