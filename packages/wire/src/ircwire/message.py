"""Messages: parses and formats lines.  https://modern.ircdocs.horse/#message-format

Lines are text here: whoever has the bytes decides what happens to those that are not UTF-8. `parse` is on the server's
hot path: no regular expressions, one split, one object.
"""

from dataclasses import dataclass, field

from ircwire.errors import FormatError, ParseError
from ircwire.tags import format_tags, parse_tags

_BEFORE_COMMAND = ("@", ":", " ")
"""Characters with which tags, a source or blanks begin. Most lines of clients have neither."""


@dataclass(slots=True)
class Message:
    """One message: ``["@" tags " "] [":" source " "] command *(" " param)``."""

    command: str
    """A word in capitals, or three digits."""
    params: list[str] = field(default_factory=list)
    source: str | None = None
    """``nick[!user][@host]`` or a server's name; clients send none."""
    tags: dict[str, str] = field(default_factory=dict)
    """Unescaped; a tag without a value has the value ""."""

    def __str__(self) -> str:
        """Return the line without CR LF. Raises FormatError if it would not read back as this message."""
        head = f"@{format_tags(self.tags)} " if self.tags else ""
        if self.source is not None:
            if not self.source or " " in self.source:
                raise FormatError(f"not a source: {self.source!r}")
            head += f":{self.source} "
        line = head + " ".join([_checked_command(self.command), *_written_params(self.params)])
        if "\0" in line or "\n" in line or "\r" in line:
            raise FormatError("CR, LF or NUL inside a message")
        return line


def _checked_command(command: str) -> str:
    if not command or command[0] in ":@" or " " in command or command != _in_capitals(command):
        raise FormatError(f"not a command in capitals: {command!r}")
    return command


def _written_params(params: list[str]) -> list[str]:
    if not params:
        return []
    *middle, last = params
    for param in middle:
        if not param or param[0] == ":" or " " in param:
            raise FormatError("only the last parameter may be empty, start with ':' or hold a space")
    if not last or last[0] == ":" or " " in last:
        last = ":" + last
    return [*middle, last]


def parse(line: str) -> Message:
    """Parse one line (without its end).

    The command may be any word: whoever answers "unknown command" knows which commands exist. Raises ParseError if
    there is no command, or the line contains NUL, CR or LF.
    """
    if "\0" in line or "\n" in line or "\r" in line:
        raise ParseError("a message must not hold NUL, CR or LF")
    tags: dict[str, str] = {}
    source = None
    if line[:1] in _BEFORE_COMMAND:
        tags, source, line = _before_command(line)
    middle, colon, trailing = line.partition(" :")
    params = middle.split(" ")
    if "" in params:
        params = [param for param in params if param]
    if not params:
        raise ParseError("a message must have a command")
    command = params.pop(0)
    if command[0] in ":@":
        raise ParseError("a command must not start with ':' or '@'")
    if colon:
        params.append(trailing)
    return Message(_in_capitals(command), params, source, tags)


def _before_command(line: str) -> tuple[dict[str, str], str | None, str]:
    """Return tags and source, and what follows them."""
    tags: dict[str, str] = {}
    source = None
    if line[:1] == "@":
        head, _, line = line.partition(" ")
        tags = parse_tags(head[1:])
    line = line.lstrip(" ")
    if line[:1] == ":":
        head, _, line = line.partition(" ")
        source = head[1:] or None
        line = line.lstrip(" ")
    return tags, source, line


def _in_capitals(command: str) -> str:
    """Return the word in capitals, leaving other alphabets alone: the capital of "ı" is "I", and "joın" is not JOIN."""
    return command.upper() if command.isascii() else command
