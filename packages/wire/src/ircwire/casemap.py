"""Casemapping: when two names are the same name.  https://modern.ircdocs.horse/#casemapping-parameter

`fold` is called several times for nearly every message, so what it came to is remembered.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache

Fold = Callable[[str], str]
"""Maps a name to the form in which names are compared."""

_REMEMBERED = 8192
"""Cached names: each message names its room three times over."""

_RFC1459 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\~", "abcdefghijklmnopqrstuvwxyz{}|^")
_RFC1459_STRICT = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\", "abcdefghijklmnopqrstuvwxyz{}|")
_ASCII = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@lru_cache(_REMEMBERED)
def ascii_fold(name: str) -> str:
    """Fold A-Z and nothing else."""
    return name.lower() if name.isascii() else name.translate(_ASCII)


def rfc1459_fold(name: str) -> str:
    r"""Fold A-Z and ``[]\~``, which stood in the place of Scandinavian letters."""
    return name.translate(_RFC1459)


def rfc1459_strict_fold(name: str) -> str:
    r"""Fold A-Z and ``[]\``."""
    return name.translate(_RFC1459_STRICT)


@lru_cache(_REMEMBERED)
def unicode_fold(name: str) -> str:
    """Fold the case of every script; agrees with `ascii_fold` on ASCII, so it is announced as "ascii"."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


FOLDS: dict[str, Fold] = {
    "ascii": ascii_fold,
    "rfc1459": rfc1459_fold,
    "rfc1459-strict": rfc1459_strict_fold,
}
"""By the value of the CASEMAPPING token."""
