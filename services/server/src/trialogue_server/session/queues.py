"""Counts the bytes that wait to be sent: of each session, of each address, and in all.

What a channel is sent is one piece of memory for all its members, and counts for nobody until the kernel does not take
it from them; what is sent to one session alone counts at once.
"""

from collections.abc import Callable

from trialogue_server.config.schema import UNBOUNDED, LimitsSection

EXCEEDED = "SendQ exceeded"

_LEAST = 16_384
"""Bytes that may gather before a flush, whatever the limit: a client is sent as much in its welcome."""


class Holding:
    """The bytes that wait for one session."""

    __slots__ = ("_has_ended", "_household", "_queues", "borrowed", "kill", "size")

    def __init__(self, queues: "Queues", household: "Household") -> None:
        self._queues = queues
        self._household = household
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
        household, queues = self._household, self._queues
        household.size += size
        queues.size += size
        if self.size > queues.each or household.size > household.most or queues.size > queues.total:
            self._relieve()

    def remove(self, size: int) -> None:
        """Count bytes that wait no more."""
        if not self._has_ended:
            self.size -= size
            self._household.size -= size
            self._queues.size -= size

    def borrow(self, size: int) -> None:
        """Count the bytes of a stream that begins, or, with a negative size, goes on or ends."""
        if self._has_ended:
            return
        self.borrowed += size
        self._household.size += size
        self._queues.size += size
        if self._household.size > self._household.most or self._queues.size > self._queues.total:
            self._relieve()

    def close(self) -> None:
        """Count the session out."""
        self._end()
        self.kill = _nothing
        self._queues.close(self, self._household)

    def _end(self) -> None:
        if not self._has_ended:
            self._household.size -= self.total
            self._queues.size -= self.total
            self.size = self.borrowed = 0
            self._has_ended = True

    def _relieve(self) -> None:
        queues, household = self._queues, self._household
        if self.size > queues.each:
            self.give_up()
        while household.size > household.most and (one := household.largest()):
            one.give_up()
        while queues.size > queues.total and (one := queues.largest()):
            one.give_up()

    def give_up(self) -> None:
        """End the session: too much waits for it, or it has most of what is too much."""
        self._end()
        self.kill(EXCEEDED)


def _nothing(_: str) -> None:
    """Do nothing: there is no session yet."""


class Household:
    """The sessions that count as one address."""

    __slots__ = ("holdings", "most", "name", "size")

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.most = most
        self.holdings: set[Holding] = set()
        self.size = 0

    def largest(self) -> Holding | None:
        """Return who has most waiting; None if nobody has anything."""
        return max((one for one in self.holdings if one.total), key=_total, default=None)


def _total(one: Holding) -> int:
    return one.total


class Queues:
    """The bytes of all sessions."""

    def __init__(self, limits: LimitsSection) -> None:
        self._households: dict[str, Household] = {}
        self.size = 0
        self.each = self.per_address = self.total = UNBOUNDED
        self.apply_limits(limits)

    def apply_limits(self, limits: LimitsSection) -> None:
        """Apply these limits."""
        self.each = max(_LEAST, limits.send_queue or UNBOUNDED)
        self.per_address = limits.address_send_queue or UNBOUNDED
        self.total = limits.total_send_queue or UNBOUNDED
        for household in self._households.values():
            if household.name:
                household.most = self.per_address

    def open(self, counted_as: str) -> Holding:
        """Count a session in: under its address, or under "" for an exempt network (connections.exempt)."""
        household = self._households.get(counted_as)
        if household is None:
            most = self.per_address if counted_as else UNBOUNDED
            household = self._households[counted_as] = Household(counted_as, most)
        holding = Holding(self, household)
        household.holdings.add(holding)
        return holding

    def close(self, holding: Holding, household: Household) -> None:
        """Count a session out."""
        household.holdings.discard(holding)
        if not household.holdings:
            self._households.pop(household.name, None)

    def largest(self) -> Holding | None:
        """Return who has most waiting; None if nobody has anything."""
        found = filter(None, (household.largest() for household in self._households.values()))
        return max(found, key=_total, default=None)
