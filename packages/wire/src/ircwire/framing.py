"""Splits bytes into lines, and finds those that are too long.

CR and LF each end a line and empty lines are dropped: "\r\n" is the rule, many peers send "\n" alone, and a lone "\r"
inside a line would let its sender end the line early for the next reader.

https://modern.ircdocs.horse/#message-format
https://ircv3.net/specs/extensions/message-tags#size-limit
"""

from dataclasses import dataclass

BODY_LIMIT = 512
"""Bytes of a message without its tags, including CR LF."""

CLIENT_TAGS_LIMIT = 4096
"""Bytes of the tags that a client may send, including "@" and the space."""

TAGS_LIMIT = 8191
"""Bytes of the tags that a server may send, including "@" and the space."""


_ENDS = (b"\n", b"\r")


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line over the limit. It is an event and not an exception: the lines around it are still valid."""


_TOO_LONG = TooLong()


class LineFramer:
    """Turns bytes into lines; keeps at most one unfinished line, bounded by the limits."""

    __slots__ = ("_body", "_discarding", "_rest", "_tags")

    def __init__(self, *, body: int = BODY_LIMIT, tags: int = CLIENT_TAGS_LIMIT) -> None:
        self._body = body - 2
        self._tags = tags
        self._rest = b""
        self._discarding = False

    def feed(self, data: bytes) -> list[bytes | TooLong]:
        """Return the lines that `data` completes, without their ends."""
        pieces = (self._rest + data).splitlines()  # at CR, LF and CR LF, and of bytes at nothing else
        self._rest = b"" if not pieces or data[-1:] in _ENDS else pieces.pop()
        lines: list[bytes | TooLong] = []
        body = self._body
        for piece in pieces:
            if self._discarding:
                self._discarding = False
            elif len(piece) > body and self._is_too_long(piece):
                lines.append(_TOO_LONG)
            elif piece:
                lines.append(piece)
        if len(self._rest) > body and (self._discarding or self._is_too_long(self._rest)):
            if not self._discarding:
                lines.append(_TOO_LONG)
            self._discarding = True
            self._rest = b""
        return lines

    def _is_too_long(self, line: bytes) -> bool:
        if not line.startswith(b"@"):
            return len(line) > self._body
        tags_end = line.find(b" ") + 1
        if tags_end == 0:
            return len(line) > self._tags
        return tags_end > self._tags or len(line) - tags_end > self._body
