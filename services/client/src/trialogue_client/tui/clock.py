"""The time of day, for what is shown."""

from datetime import datetime


def now() -> datetime:
    """Return the local time, with its zone."""
    return datetime.now().astimezone()
