"""Limits of history: by age, number of messages and bytes. The server, a channel's founder and the two of a direct
conversation may each set some; the strictest applies.
"""

from __future__ import annotations

from typing import NamedTuple


class HistoryLimits(NamedTuple):
    """The limits of one conversation, each 0 where there is none."""

    days: int = 0
    messages: int = 0
    bytes: int = 0
    """Bytes of the messages as stored: their texts, and about 100 for each."""

    def and_also(self, other: HistoryLimits) -> HistoryLimits:
        """Return the stricter of both limits, for each bound."""
        return HistoryLimits(*(min(one or two, two or one) for one, two in zip(self, other, strict=True)))
