"""The throttle: a token bucket that bounds how fast a session may send lines.

Nothing is dropped: an empty bucket tells how long to wait, the reader waits, and TCP holds the sender back. A line
takes a whole token before it is handled, which bounds the cost of a usual one; the actual cost is settled afterwards,
so a line that made much work is paid for by those after it.
"""


class Throttle:
    """`rate` tokens come back each second, up to `burst`; a rate of 0 is no limit."""

    __slots__ = ("_at", "_tokens", "burst", "rate")

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = float(burst)
        self._at = now

    @property
    def tokens(self) -> float:
        """The tokens left when one was last taken or given back. Below 0 they are owed."""
        return self._tokens

    def wait(self, now: float) -> float:
        """Return the seconds until there is a whole token; takes none."""
        if not self.rate:
            return 0.0
        tokens = min(self.burst, self._tokens + max(0.0, now - self._at) * self.rate)
        return max(0.0, (1.0 - tokens) / self.rate)

    def take(self, now: float, cost: float = 1.0) -> float:
        """Take the tokens of one line. Returns the seconds to wait before it may be handled."""
        if not self.rate:
            return 0.0
        self._tokens = min(self.burst, self._tokens + max(0.0, now - self._at) * self.rate) - cost
        self._at = now
        return max(0.0, -self._tokens / self.rate)

    def settle(self, cost: float) -> None:
        """A line for which a token was taken cost so many: take the rest, or give back what is too much."""
        if self.rate:
            self._tokens = min(self.burst, self._tokens + 1.0 - cost)

    def owe(self, cost: float) -> None:
        """Take tokens for what was done beside a line."""
        if self.rate:
            self._tokens -= cost
