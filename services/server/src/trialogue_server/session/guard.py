"""How often may somebody guess a password? Counted for each account and each address, over a sliding time."""

from collections import deque

from trialogue_server.config.schema import AccountsSection

_FORGET_ABOVE = 10_000
"""Names and addresses that are remembered, at most: guessing with ever new names must not cost memory."""


class LoginGuard:
    """At most `login_attempts` failures in `login_window` seconds; 0 attempts is no limit."""

    def __init__(self, limits: AccountsSection) -> None:
        """`limits` may be replaced by others at any time: they are for the failures before as well."""
        self.limits = limits
        self._failures: dict[str, deque[float]] = {}

    def wait(self, keys: tuple[str, ...], now: float) -> float:
        """Return the seconds until one with these keys may try again; 0 is now."""
        return max((self._wait(key, now) for key in keys), default=0.0)

    def failed(self, keys: tuple[str, ...], now: float) -> None:
        """Count a failure."""
        attempts, window = self.limits.login_attempts, self.limits.login_window
        if not attempts:
            return
        if len(self._failures) > _FORGET_ABOVE:
            self._failures = {key: times for key, times in self._failures.items() if now - times[-1] < window}
        for key in keys:
            self._failures[key] = deque((*self._failures.get(key, ()), now), maxlen=attempts)

    def succeeded(self, key: str) -> None:
        """Forget the failures under this key."""
        self._failures.pop(key, None)

    def _wait(self, key: str, now: float) -> float:
        times, attempts = self._failures.get(key, ()), self.limits.login_attempts
        if not attempts or len(times) < attempts:
            return 0.0
        return max(0.0, times[-attempts] + self.limits.login_window - now)
