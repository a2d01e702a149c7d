"""Confusable names: the skeletons of Unicode's confusable characters.

https://www.unicode.org/reports/tr39/#Confusable_Detection
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from ircwire.casemap import unicode_fold

_ASCII = str.maketrans({"0": "O", "1": "l", "I": "l", "|": "l", "`": "'", '"': "''", "m": "rn"})
"""The ASCII part of the table: servers with ASCII names do without the rest."""

_LEFT_TO_RIGHT = "\u200e"
"""The library puts it around characters that are written from right to left."""


@lru_cache(maxsize=4096)
def skeletons(name: str) -> frozenset[str]:
    """Return the skeletons of a name: names that share one can be confused.

    There are two, since case changes what a letter looks like (I and l), and names that differ in case are one name.
    """
    return frozenset((unicode_fold(_skeleton(name)), _skeleton(unicode_fold(name))))


def is_confusable(name: str, others: Iterable[str]) -> bool:
    """Return whether it can be confused with one of the others."""
    seen = skeletons(name)
    return any(not seen.isdisjoint(skeletons(other)) for other in others)


def _skeleton(text: str) -> str:
    if text.isascii():
        return text.translate(_ASCII)
    table = _prototypes()
    whole = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", "".join(table.get(char, char) for char in whole)).translate(_ASCII)


@cache
def _prototypes() -> Mapping[str, str]:
    """Return the prototype of each confusable character: of all that look like it, a sequence (rn for m), or the first.

    The library lists for each character which others look like it.
    """
    from confusable_homoglyphs.confusables import confusables_data  # large, and only names beyond ASCII need it

    joined: dict[str, set[str]] = defaultdict(set)
    for key, others in confusables_data.items():
        char = key.replace(_LEFT_TO_RIGHT, "")
        for other in others:
            like = other["c"].replace(_LEFT_TO_RIGHT, "")
            joined[char].add(like)
            joined[like].add(char)
    found: dict[str, str] = {}
    for char in sorted(joined):
        if char not in found:
            alike = _all_joined(joined, char)
            prototype = min(alike, key=lambda text: (-len(text), text))
            found.update(dict.fromkeys(alike, prototype))
    return found


def _all_joined(joined: Mapping[str, set[str]], char: str) -> set[str]:
    """Return all characters that can be reached from one."""
    found, rest = {char}, [char]
    while rest:
        fresh = joined[rest.pop()] - found
        found |= fresh
        rest += fresh
    return found
