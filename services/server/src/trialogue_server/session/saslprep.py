"""SASLprep: the canonical form of passwords.  https://www.rfc-editor.org/rfc/rfc4013

It is defined for Unicode 3.2: later characters may not be in a password, since their form could still change.
"""

import stringprep
from collections.abc import Callable
from unicodedata import ucd_3_2_0

_PROHIBITED: tuple[Callable[[str], bool], ...] = (
    stringprep.in_table_a1,
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def saslprep(text: str) -> str:
    """Return the prepared text. Raises ValueError if it has a prohibited character."""
    mapped = (" " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char))
    prepared = ucd_3_2_0.normalize("NFKC", "".join(mapped))
    if any(prohibited(char) for char in prepared for prohibited in _PROHIBITED):
        raise ValueError("a character that may not be in a password")
    if any(map(stringprep.in_table_d1, prepared)):
        _check_direction(prepared)
    return prepared


def is_usable_password(password: str) -> bool:
    """Return whether SCRAM can use this password. Control characters and the like are not allowed."""
    try:
        return bool(saslprep(password))
    except ValueError:
        return False


def _check_direction(text: str) -> None:
    """Check that right-to-left text begins and ends with such characters, and has no others.

    https://www.rfc-editor.org/rfc/rfc3454#section-6
    """
    is_rtl = stringprep.in_table_d1
    if not is_rtl(text[0]) or not is_rtl(text[-1]) or any(map(stringprep.in_table_d2, text)):
        raise ValueError("a text of both directions")
