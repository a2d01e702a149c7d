"""How much of what is said is kept: for how long, how many messages, how many bytes. The server, a room's founder and
the two of a direct conversation may each have a word in it, and whoever wants the least has it.
"""

from __future__ import annotations

from typing import NamedTuple


class Keep(NamedTuple):
    """Bounds for one conversation, each 0 where there is none."""

    days: int = 0
    messages: int = 0
    bytes: int = 0
    """Of the messages as they are stored: their texts, and about 100 for each."""

    def and_also(self, other: Keep) -> Keep:
        """Return what keeps to both: of two bounds the lesser."""
        return Keep(*(min(one or two, two or one) for one, two in zip(self, other, strict=True)))
