"""Who sent it, and does a mask match them?  https://modern.ircdocs.horse/#source"""

from typing import NamedTuple


class Source(NamedTuple):
    """A message's source in parts; `user` and `host` are "" where the source has none."""

    nick: str
    user: str = ""
    host: str = ""

    def __str__(self) -> str:
        user = f"!{self.user}" if self.user else ""
        host = f"@{self.host}" if self.host else ""
        return f"{self.nick}{user}{host}"


def parse_source(source: str) -> Source:
    """Split ``nick[!user][@host]``; a server's name comes back as the nick."""
    rest, _, host = source.partition("@")
    nick, _, user = rest.partition("!")
    return Source(nick, user, host)


def complete_mask(mask: str) -> str:
    """Fill the parts that a mask leaves out with "*": ``bob`` → ``bob!*@*``, ``*@host`` → ``*!*@host``."""
    if "!" in mask:
        nick, _, rest = mask.partition("!")
        user, _, host = rest.partition("@")
    elif "@" in mask:
        nick = ""
        user, _, host = mask.partition("@")
    else:
        nick, user, host = mask, "", ""
    return f"{nick or '*'}!{user or '*'}@{host or '*'}"


def match(mask: str, text: str) -> bool:
    r"""Does the glob `mask` match all of `text`?  ``*`` any run, ``?`` one character; ``\*`` and ``\?`` are literal.

    Any other backslash is itself, for it may stand in a nick.  https://modern.ircdocs.horse/#wildcard-expressions
    Linear steps back only to the last star, so no mask takes more than len(mask) × len(text) steps: masks come from
    strangers, and a regular expression made of one can take for ever. Case is the caller's to fold on both sides.
    """
    tokens = _tokens(mask)
    at = pos = 0
    star = retry = -1
    while pos < len(text):
        if at < len(tokens) and tokens[at] == _STAR:
            star, retry = at, pos
            at += 1
        elif at < len(tokens) and (tokens[at] == _ONE or tokens[at] == text[pos]):
            at += 1
            pos += 1
        elif star >= 0:
            retry += 1
            at, pos = star + 1, retry
        else:
            return False
    return all(token == _STAR for token in tokens[at:])


_STAR = "**"
_ONE = "??"
_WILD = {"*": _STAR, "?": _ONE}


def _tokens(mask: str) -> list[str]:
    tokens: list[str] = []
    escaped = False
    for char in mask:
        if escaped and char in "*?":
            tokens[-1] = char
        else:
            tokens.append(_WILD.get(char, char))
        escaped = char == "\\"
    return tokens
