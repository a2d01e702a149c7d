"""Checks that an event from elsewhere can be sent: whoever reads it must get one line for one line.

https://modern.ircdocs.horse/#message-format
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict

from ircwire.errors import FormatError
from ircwire.tags import format_tags, parse_tags
from trialogue_server.world.events import Event, MultilinePosted, Posted
from trialogue_server.world.history import heard

_WORDS = frozenset({"source", "account", "command", "target", "channel", "nick", "shown"})
"""Fields that stand in the middle of a line."""

_MAY_BE_EMPTY = frozenset({"account", "channel", "target"})
_COMMANDS = ("PRIVMSG", "NOTICE", "TAGMSG")
_UNSENDABLE = frozenset("\r\n\0")

_LONGEST_HEAD = 400
"""Bytes of what stands before a message's text, so that there is room for the text."""

_LONGEST_TAGS = 4094
"""Bytes.  https://ircv3.net/specs/extensions/message-tags#size-limit"""


def must_be_sendable(event: Event) -> None:
    """Raise ValueError if a field of the event cannot stand in its place of a line."""
    for name, value in asdict(event).items():
        if name == "between":  # it stands on no line
            if value:
                must_be_conversation(value)
            continue
        for text in _texts(value):
            if not _UNSENDABLE.isdisjoint(text):
                raise ValueError(f"CR, LF or NUL in {name}")
            text.encode()
            if name in _WORDS and not (_is_word(text) or (not text and name in _MAY_BE_EMPTY)):
                raise ValueError(f"{name} is not one word")
    if isinstance(event, Posted):
        _check_message(event)


def must_be_conversation(name: str) -> None:
    """Raise ValueError if it is neither a channel's name nor that of a direct conversation: see `history.between`."""
    parties = heard(name).split(" ")
    if not (all(map(_is_word, parties)) and len(parties) == (1 if name.startswith("#") else 2)):
        raise ValueError("no conversation")


def _are_client_tags(tags: str) -> bool:
    """Return whether they are client-only tags: what others say of a message, such as its time, is the server's."""
    parsed = parse_tags(tags)
    return format_tags(parsed) == tags and all(key.startswith("+") for key in parsed) and len(tags) <= _LONGEST_TAGS


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
    if not event.target:
        raise ValueError("a message to nobody")
    if len(f":{event.source} {event.command} {event.target} :".encode()) > _LONGEST_HEAD:
        raise ValueError("names that leave no room for a text")
    try:
        sound = not event.tags or _are_client_tags(event.tags)
    except FormatError:
        sound = False
    if not sound:
        raise ValueError("tags that cannot be written so")
    if isinstance(event, MultilinePosted) and not any(any(line) for line in event.lines):
        raise ValueError("a message of blank lines")
