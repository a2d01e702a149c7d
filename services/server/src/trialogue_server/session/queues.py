"""Counts the bytes that wait to be sent: of each session, of each address, and in all.

What a channel is sent is one piece of memory for all its members, and counts for nobody until the kernel does not take
it from them; what is sent to one session alone counts at once.
"""

from collections.abc import Callable

from trialogue_server.config.schema import UNBOUNDED, LimitsSection

EXCEEDED = "SendQ exceeded"

_LEAST = 16_384
"""Bytes that may gather before a flush, whatever the limit: a client is sent as much in its welcome."""


class QueuedBytes:
    """The bytes that wait for one session."""

    __slots__ = ("_group", "_has_ended", "_queues", "borrowed", "kill", "size")

    def __init__(self, queues: "SendQueues", group: "AddressGroup") -> None:
        self._queues = queues
        self._group = group
        self._has_ended = False
        self.kill: Callable[[str], None] = _nothing
        """Ends the session at once, and removes everything that waits for it."""
        self.size = 0
        """Bytes in the outbox, and those that the kernel did not take."""
        self.borrowed = 0
        """Bytes that its streams are made of: they count for its address and in all, and not for the session."""

    @property
    def total(self) -> int:
        """All bytes that are held for it."""
        return self.size + self.borrowed

    def add(self, size: int) -> None:
        """Count bytes that wait. Over a limit, whoever has most is ended."""
        if self._has_ended:
            return
        self.size += size
        group, queues = self._group, self._queues
        group.size += size
        queues.size += size
        if self.size > queues.each or group.size > group.most or queues.size > queues.total:
            self._relieve()

    def remove(self, size: int) -> None:
        """Count bytes that wait no more."""
        if not self._has_ended:
            self.size -= size
            self._group.size -= size
            self._queues.size -= size

    def borrow(self, size: int) -> None:
        """Count the bytes of a stream that begins, or, with a negative size, goes on or ends."""
        if self._has_ended:
            return
        self.borrowed += size
        self._group.size += size
        self._queues.size += size
        if self._group.size > self._group.most or self._queues.size > self._queues.total:
            self._relieve()

    def close(self) -> None:
        """Count the session out."""
        self._end()
        self.kill = _nothing
        self._queues.close(self, self._group)

    def _end(self) -> None:
        if not self._has_ended:
            self._group.size -= self.total
            self._queues.size -= self.total
            self.size = self.borrowed = 0
            self._has_ended = True

    def _relieve(self) -> None:
        queues, group = self._queues, self._group
        if self.size > queues.each:
            self.give_up()
        while group.size > group.most and (one := group.largest()):
            one.give_up()
        while queues.size > queues.total and (one := queues.largest()):
            one.give_up()

    def give_up(self) -> None:
        """End the session: too much waits for it, or it has most of what is too much."""
        self._end()
        self.kill(EXCEEDED)


def _nothing(_: str) -> None:
    """Do nothing: there is no session yet."""


class AddressGroup:
    """The sessions that count as one address."""

    __slots__ = ("members", "most", "name", "size")

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.most = most
        self.members: set[QueuedBytes] = set()
        self.size = 0

    def largest(self) -> QueuedBytes | None:
        """Return who has most waiting; None if nobody has anything."""
        return max((one for one in self.members if one.total), key=_total, default=None)


def _total(one: QueuedBytes) -> int:
    return one.total


class SendQueues:
    """The bytes of all sessions."""

    def __init__(self, limits: LimitsSection) -> None:
        self._groups: dict[str, AddressGroup] = {}
        self.size = 0
        self.each = self.per_address = self.total = UNBOUNDED
        self.apply_limits(limits)

    def apply_limits(self, limits: LimitsSection) -> None:
        """Apply these limits."""
        self.each = max(_LEAST, limits.send_queue or UNBOUNDED)
        self.per_address = limits.address_send_queue or UNBOUNDED
        self.total = limits.total_send_queue or UNBOUNDED
        for group in self._groups.values():
            if group.name:
                group.most = self.per_address

    def open(self, counted_as: str) -> QueuedBytes:
        """Count a session in: under its address, or under "" for an exempt network (connections.exempt)."""
        group = self._groups.get(counted_as)
        if group is None:
            most = self.per_address if counted_as else UNBOUNDED
            group = self._groups[counted_as] = AddressGroup(counted_as, most)
        bytes_queued = QueuedBytes(self, group)
        group.members.add(bytes_queued)
        return bytes_queued

    def close(self, bytes_queued: QueuedBytes, group: AddressGroup) -> None:
        """Count a session out."""
        group.members.discard(bytes_queued)
        if not group.members:
            self._groups.pop(group.name, None)

    def largest(self) -> QueuedBytes | None:
        """Return who has most waiting; None if nobody has anything."""
        found = filter(None, (group.largest() for group in self._groups.values()))
        return max(found, key=_total, default=None)
