"""Durations as operators write them: 90m, 12h, 7d, 1w, 1d12h; a bare number is minutes."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_DURATION = re.compile(r"(\d{1,9}[smhdw])+|\d{1,9}", re.ASCII)
_PART = re.compile(r"(\d+)([smhdw]?)", re.ASCII)


def read_duration(text: str) -> float | None:
    """Return the seconds, 0 for "0" (for ever), or None if the text is not a duration."""
    if _DURATION.fullmatch(text) is None:
        return None
    return float(sum(int(number) * _SECONDS[unit or "m"] for number, unit in _PART.findall(text)))
