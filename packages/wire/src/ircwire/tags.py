"""Message tags.  https://ircv3.net/specs/extensions/message-tags"""

from collections.abc import Mapping

from ircwire.errors import FormatError

_UNESCAPES = {":": ";", "s": " ", "r": "\r", "n": "\n", "\\": "\\"}
_ESCAPES = str.maketrans({";": "\\:", " ": "\\s", "\r": "\\r", "\n": "\\n", "\\": "\\\\"})
_NOT_IN_KEY = frozenset("=; \r\n\0")


def unescape(value: str) -> str:
    r"""Undo the escapes ``\:`` ``\s`` ``\r`` ``\n`` ``\\``; a backslash before anything else, or last, is dropped."""
    if "\\" not in value:
        return value
    out: list[str] = []
    chars = iter(value)
    for char in chars:
        if char == "\\":
            after = next(chars, "")
            out.append(_UNESCAPES.get(after, after))
        else:
            out.append(char)
    return "".join(out)


def escape(value: str) -> str:
    """Escape a value for a tag."""
    return value.translate(_ESCAPES)


def parse_tags(text: str) -> dict[str, str]:
    """Parse what stands between "@" and the space. A tag without a value has the value ""; of duplicates the last
    counts.
    """
    tags: dict[str, str] = {}
    for item in text.split(";"):
        key, _, value = item.partition("=")
        if key and key != "+":
            tags[key] = unescape(value)
    return tags


def format_tags(tags: Mapping[str, str]) -> str:
    """Return tags as they stand between "@" and the space.

    Raises FormatError for an invalid key.
    """
    items: list[str] = []
    for key, value in tags.items():
        if not is_key(key):
            raise FormatError(f"not a tag key: {key!r}")
        items.append(f"{key}={escape(value)}" if value else key)
    return ";".join(items)


def is_key(key: str) -> bool:
    """Return whether a key would be read back as it is written.

    Nothing else is checked: keys are opaque, so that peers may use names that are not invented yet.
    """
    return key not in ("", "+") and _NOT_IN_KEY.isdisjoint(key)


def client_only(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that one client sends to another: those whose key starts with "+"."""
    return {key: value for key, value in tags.items() if key[0] == "+"}
