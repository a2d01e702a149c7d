"""Bounds how many passwords wait to be hashed: from each address, and in all.

A hash takes 20 ms of a core on purpose, and few are made at a time, so whoever waits behind a thousand others had
better try again later. The queue is part of the core: it counts what handlers have asked for, and knows nothing of
threads.
"""

from collections import Counter

from trialogue_server.config.schema import AccountsSection


class HashQueue:
    """The sessions whose password waits to be hashed. Each session has one at a time."""

    def __init__(self, limits: AccountsSection) -> None:
        """`limits` may be replaced at any time."""
        self.limits = limits
        self._waiting: dict[int, str] = {}
        self._per_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def is_full_for(self, counted_as: str) -> bool:
        """Return whether one more from this address is too many. "" stands for many people, who count in all alone."""
        total, most = self.limits.hashes, self.limits.hashes_per_address
        if total and len(self._waiting) >= total:
            return True
        return bool(most and counted_as and self._per_address[counted_as] >= most)

    def enter(self, sid: int, counted_as: str) -> None:
        """Add a session."""
        self.leave(sid)
        self._waiting[sid] = counted_as
        self._per_address[counted_as] += 1

    def leave(self, sid: int) -> None:
        """Remove a session: its password has been hashed, or nobody waits for the result."""
        counted_as = self._waiting.pop(sid, None)
        if counted_as is not None:
            self._per_address[counted_as] -= 1
            if not self._per_address[counted_as]:
                del self._per_address[counted_as]
