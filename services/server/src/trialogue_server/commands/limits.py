"""How long may something be? Every length is a setting, and 0 lifts it."""

from ircwire.text import truncate

NO_BOUND = 1 << 30
"""Stands for "no limit" where a number is needed."""


def cut(text: str, size: int) -> str:
    """Return the start of the text that fits into `size` bytes."""
    return truncate(text, size or NO_BOUND)


def is_over(text: str, size: int) -> bool:
    """Does the text have more than `size` bytes?"""
    return bool(size) and len(text.encode()) > size
