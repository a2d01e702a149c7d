"""How often may somebody guess a password? Counted for each account and each address, over a sliding time."""

from collections import deque

_FORGET_ABOVE = 10_000
"""Names and addresses that are remembered, at most: guessing with ever new names must not cost memory."""


class LoginGuard:
    """At most `attempts` failures in `window` seconds; 0 attempts is no limit."""

    def __init__(self, attempts: int, window: float) -> None:
        self.attempts = attempts
        self.window = window
        self._failures: dict[str, deque[float]] = {}

    def wait(self, keys: tuple[str, ...], now: float) -> float:
        """Return the seconds until one with these keys may try again; 0 is now."""
        return max((self._wait(key, now) for key in keys), default=0.0)

    def failed(self, keys: tuple[str, ...], now: float) -> None:
        """Count a failure."""
        if not self.attempts:
            return
        if len(self._failures) > _FORGET_ABOVE:
            self._failures = {key: times for key, times in self._failures.items() if now - times[-1] < self.window}
        for key in keys:
            self._failures.setdefault(key, deque(maxlen=self.attempts)).append(now)

    def succeeded(self, key: str) -> None:
        """Forget the failures under this key."""
        self._failures.pop(key, None)

    def _wait(self, key: str, now: float) -> float:
        times = self._failures.get(key)
        if times is None or len(times) < self.attempts:
            return 0.0
        return max(0.0, times[0] + self.window - now)
