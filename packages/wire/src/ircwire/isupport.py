"""RPL_ISUPPORT: the tokens by which a server announces its features.

https://modern.ircdocs.horse/#feature-advertisement
"""

from collections.abc import Iterable, Mapping

_UNSAFE = str.maketrans({" ": r"\x20", "\\": r"\x5C", "=": r"\x3D"})
_HEX = frozenset("0123456789abcdefABCDEF")
TOKENS_PER_LINE = 13
"""A reply has at most 15 parameters."""
LINE_SIZE = 360
"""Bytes of tokens on a line: what is left of 512 beside the longest server name, the nick and the text."""


def format_token(name: str, value: str = "") -> str:
    r"""Return ``NAME[=value]``; space, backslash and "=" in the value become ``\xHH``."""
    return f"{name}={value.translate(_UNSAFE)}" if value else name


def format_tokens(tokens: Mapping[str, str], *, size: int = LINE_SIZE) -> list[list[str]]:
    """Return all tokens, at most 13 and `size` bytes on a line; a longer one stands alone."""
    lines: list[list[str]] = []
    room = 0
    for word in (format_token(name, value) for name, value in tokens.items()):
        length = len(word.encode()) + 1
        if not lines or length > room or len(lines[-1]) == TOKENS_PER_LINE:
            lines.append([])
            room = size + 1
        lines[-1].append(word)
        room -= length
    return lines


def parse_tokens(words: Iterable[str]) -> dict[str, str | None]:
    """Parse tokens as a server sends them; ``-NAME`` (no longer offered) is returned as None."""
    tokens: dict[str, str | None] = {}
    for word in words:
        name, _, value = word.partition("=")
        removed = name.startswith("-")
        name = name.removeprefix("-")
        if name:
            tokens[name] = None if removed else _unescape(value)
    return tokens


def _unescape(value: str) -> str:
    head, *rest = value.split(r"\x")
    for part in rest:
        code = part[:2]
        is_escape = len(code) == 2 and _HEX.issuperset(code)
        head += chr(int(code, 16)) + part[2:] if is_escape else r"\x" + part
    return head
