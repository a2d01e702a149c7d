"""Metadata keys.  https://ircv3.net/specs/extensions/metadata#keys-and-values (work in progress)"""

import re

_KEY = re.compile(r"[a-z0-9_./-]+")


def is_key(key: str, *, size: int) -> bool:
    """Return whether it is a key: small letters, digits and ``_./-``, at most `size` of them."""
    return len(key) <= size and _KEY.fullmatch(key) is not None
