"""What does the server tell about itself?  https://modern.ircdocs.horse/#feature-advertisement"""

from collections.abc import Iterable, Mapping

_UNSAFE = str.maketrans({" ": r"\x20", "\\": r"\x5C", "=": r"\x3D"})
TOKENS_PER_LINE = 13


def format_token(name: str, value: str = "") -> str:
    r"""Write ``NAME[=value]``; space, backslash and "=" in the value become ``\xHH``."""
    return f"{name}={value.translate(_UNSAFE)}" if value else name


def format_tokens(tokens: Mapping[str, str]) -> list[list[str]]:
    """Write all tokens, at most 13 to a line."""
    words = [format_token(name, value) for name, value in tokens.items()]
    return [words[at : at + TOKENS_PER_LINE] for at in range(0, len(words), TOKENS_PER_LINE)]


def parse_tokens(words: Iterable[str]) -> dict[str, str | None]:
    """Read tokens as a server sends them; ``-NAME`` (no longer offered) comes back as None."""
    tokens: dict[str, str | None] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name.startswith("-"):
            tokens[name[1:]] = None
        elif name:
            tokens[name] = _unescape(value)
    return tokens


def _unescape(value: str) -> str:
    head, *rest = value.split(r"\x")
    for part in rest:
        try:
            head += chr(int(part[:2], 16)) + part[2:]
        except ValueError:
            head += r"\x" + part
    return head
