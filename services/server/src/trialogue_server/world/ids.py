"""Where do event ids come from?

An id is the time in milliseconds, shifted left by 20 bits, or one more than the id before, whichever is greater: ids
sort by time, never repeat, and depend on nothing but the values passed in. They fit a signed 64-bit column until 2248.
"""

IDS_PER_MILLISECOND = 1 << 20


class EventIds:
    """Gives out ids, each greater than the one before; `last` is the greatest that the store knows."""

    __slots__ = ("_last",)

    def __init__(self, last: int = 0) -> None:
        self._last = last

    def next(self, now: float) -> int:
        """Return a new id. `now` is Unix time in seconds; a clock that runs backwards does no harm."""
        floor = int(now * 1000) << 20
        self._last = self._last + 1 if self._last >= floor else floor
        return self._last


def msgid(number: int) -> str:
    """Write an id as the `msgid` tag shows it: 16 hexadecimal digits, so that texts sort as the numbers do."""
    return f"{number:016x}"


def event_id(text: str) -> int | None:
    """Read an id back from a `msgid` tag; None if it is none of ours."""
    try:
        number = int(text, 16)
    except ValueError:
        return None
    return number if 0 < number < 2**63 and msgid(number) == text.lower() else None
