"""What a core knows, as text: two cores that know the same give the same text.

Left out is what belongs to one node (its sockets, its flood control, its caches), and what only waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Set
from enum import Enum
from typing import Any

import msgspec

from trialogue_server.commands.core import Core

NODE_LOCAL: dict[str, set[str]] = {
    "Core": {"aside", "audience", "delivery", "outlets", "pending", "tick", "work"},
    "Registry": {"_here", "_per_address", "queues"},
    "Session": {"outbox", "throttle", "batches", "heard_at", "is_here", "pinged_at", "expected_since"},
    "OpenBatch": {"touched_at"},
    "User": {"privileges"},
}
"""Attributes, by the name of the class. See `docs/decisions` on inputs."""

_PLAIN = (type(None), bool, int, float, str, bytes, Enum)


def state_of(core: Core) -> list[str]:
    """Return what a core knows: a line for each value, in order."""
    return list(_Walk().lines("core", core))


class _Walk:
    """Goes through all objects. One that comes again is named by its number, so that circles end."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []

    def lines(self, path: str, value: Any) -> Iterator[str]:
        """Yield a line for each plain value."""
        if isinstance(value, float) and value.is_integer():  # a setting's default may be of the other type
            value = int(value)
        if isinstance(value, _PLAIN):
            yield f"{path} = {value!r}"
        elif isinstance(value, (tuple, msgspec.Struct)):  # these never change, so it does not matter which one it is
            yield from self._all(path, value)
        elif id(value) in self._numbers:
            yield f"{path} = object {self._numbers[id(value)]}"
        else:
            self._numbers[id(value)] = len(self._numbers)
            self._kept.append(value)  # so that no other object gets its id
            yield from self._all(path, value)

    def _all(self, path: str, value: Any) -> Iterator[str]:
        yield f"{path}: {type(value).__name__}"
        for name, part in _parts(value):
            yield from self.lines(f"{path}.{name}", part)


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):  # whose order counts
        return [(f"{place} {key if isinstance(key, str | int) else ''}", one) for place, (key, one) in _numbered(value)]
    if isinstance(value, Set):  # whose order must not count
        return [(_name(one), one) for one in sorted(value, key=_name)]
    if isinstance(value, (list, tuple, deque)):
        return [(str(place), one) for place, one in enumerate(value)]
    if isinstance(value, msgspec.Struct):
        return [(name, getattr(value, name)) for name in value.__struct_fields__]
    left_out = NODE_LOCAL.get(type(value).__name__, set())
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    names = [*slots, *getattr(value, "__dict__", {})]
    return [(name, getattr(value, name)) for name in names if name not in left_out and hasattr(value, name)]


def _numbered(value: Mapping[Any, Any]) -> Iterator[tuple[int, tuple[Any, Any]]]:
    return enumerate(value.items())


def _name(one: Any) -> str:
    """Return by what a member of a set is known."""
    if isinstance(one, (*_PLAIN, tuple, msgspec.Struct)):
        return repr(one)
    return str(next(getattr(one, name) for name in ("folded", "uid", "sid") if hasattr(one, name)))
