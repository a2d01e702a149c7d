"""Checks that an event from elsewhere can be sent: whoever reads it must get one line for one line.

https://modern.ircdocs.horse/#message-format
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict

from ircwire.errors import FormatError
from ircwire.tags import format_tags, parse_tags
from trialogue_server.world.events import Event, MultilinePosted, Posted

_WORDS = frozenset({"source", "account", "command", "target", "channel", "nick", "shown"})
"""Fields that stand in the middle of a line."""

_MAY_BE_EMPTY = frozenset({"account", "channel", "target"})
_COMMANDS = ("PRIVMSG", "NOTICE", "TAGMSG")
_UNSENDABLE = frozenset("\r\n\0")


def must_be_sendable(event: Event) -> None:
    """Raise ValueError if a field of the event cannot stand in its place of a line."""
    for name, value in asdict(event).items():
        for text in _texts(value):
            if not _UNSENDABLE.isdisjoint(text):
                raise ValueError(f"CR, LF or NUL in {name}")
            text.encode()
            if name in _WORDS and not (_is_word(text) or (not text and name in _MAY_BE_EMPTY)):
                raise ValueError(f"{name} is not one word")
    if isinstance(event, Posted):
        _check_message(event)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)


def _is_word(text: str) -> bool:
    return text.isprintable() and " " not in text and text[:1] not in ("", ":")


def _check_message(event: Any) -> None:
    if event.command not in (_COMMANDS[:2] if isinstance(event, MultilinePosted) else _COMMANDS):
        raise ValueError("no command that says something")
    try:
        sound = not event.tags or format_tags(parse_tags(event.tags)) == event.tags
    except FormatError:
        sound = False
    if not sound:
        raise ValueError("tags that cannot be written so")
    if isinstance(event, MultilinePosted) and not any(any(line) for line in event.lines):
        raise ValueError("a message of blank lines")
