"""How what takes its time is begun beside the conversation."""

from collections.abc import Awaitable, Callable

Spawn = Callable[[Callable[[], Awaitable[None]]], None]
"""Starts a task."""
