"""Limits guesses at secrets, counted for each key over a sliding window.

A guess takes its place before it is checked and gets it back if it was right, so that guesses that are checked side by
side count as well. The guard is part of the core: the time is passed in, and nothing is random.
"""

from trialogue_server.config.schema import AccountsSection

_KEYS_AT_MOST = 20_000
"""Keys that are remembered: guessing under ever new names must not cost memory. The oldest failure is forgotten."""

_PATIENCE = 10.0
"""Seconds after which a guess without an outcome (the connection has closed) counts as wrong."""

_CROWD = 10
"""The factor for networks that stand for many people."""


class Guess:
    """One guess, which has a place under each of its keys."""

    __slots__ = ("at", "is_open", "keys")

    def __init__(self, keys: tuple[str, ...], at: float) -> None:
        self.keys = keys
        self.at = at
        self.is_open = True
        """Whether it is being checked."""


class LoginGuard:
    """Bounds the wrong guesses for each key in a window; 0 is no limit.

    A key's first word chooses the bound: "account" is one account from anywhere, "mail" an e-mail to somebody, "crowd"
    a network that stands for many people; all other keys have `login_attempts` in `login_window` seconds.
    """

    def __init__(self, limits: AccountsSection) -> None:
        """`limits` may be replaced at any time; they apply to earlier guesses as well."""
        self.limits = limits
        self.right = self.wrong = 0
        """Passwords and proofs that were compared."""
        self.logins = 0
        """Sessions that logged in to an account."""
        self._guesses: dict[str, list[Guess]] = {}
        """By key, the key with the latest guess last."""

    def __len__(self) -> int:
        return len(self._guesses)

    def wait(self, keys: tuple[str, ...], now: float) -> float:
        """Return the seconds until one with these keys may guess again; 0 is now."""
        return max((self._wait(key, now) for key in keys), default=0.0)

    def is_busy(self, keys: tuple[str, ...], now: float) -> bool:
        """Return whether so many guesses with one of these keys are being checked that one more may be too many."""
        return any(self._is_full(key, now) for key in keys)

    def reserve(self, keys: tuple[str, ...], now: float) -> Guess:
        """Reserve the place of a guess. `settle` must report the outcome."""
        guess = Guess(keys, now)
        for key in keys:
            attempts, _ = self._bounds(key)
            if attempts:
                self._guesses[key] = [*self._guesses.pop(key, ()), guess][-attempts:]
        while len(self._guesses) > _KEYS_AT_MOST:
            del self._guesses[next(iter(self._guesses))]
        return guess

    def settle(self, guess: Guess, *, right: bool) -> None:
        """Report the outcome of a guess: a right one takes no place."""
        guess.is_open = False
        self.right += right
        self.wrong += not right
        if right:
            for key in guess.keys:
                self._keep(key, [one for one in self._guesses.get(key, ()) if one is not guess])

    def failed(self, keys: tuple[str, ...], now: float) -> None:
        """Let a guess that was wrong at once, or something else that is bounded, take its place."""
        self.reserve(keys, now).is_open = False

    def succeeded(self, key: str) -> None:
        """Forget the wrong guesses under this key."""
        self._keep(key, [one for one in self._guesses.get(key, ()) if one.is_open])

    def _keep(self, key: str, guesses: list[Guess]) -> None:
        if guesses:
            self._guesses[key] = guesses
        else:
            self._guesses.pop(key, None)

    def _bounds(self, key: str) -> tuple[int, float]:
        """Return how many guesses a key has, in how many seconds."""
        limits = self.limits
        match key.partition(" ")[0]:
            case "account":
                return limits.account_attempts, limits.account_window
            case "mail":
                return limits.mails, limits.mails_window
            case "crowd":
                return limits.login_attempts * _CROWD, limits.login_window
            case _:
                return limits.login_attempts, limits.login_window

    def _wait(self, key: str, now: float) -> float:
        attempts, window = self._bounds(key)
        wrong = [one.at for one in self._guesses.get(key, ()) if not one.is_open or now - one.at >= _PATIENCE]
        if not attempts or len(wrong) < attempts:
            return 0.0
        return max(0.0, wrong[-attempts] + window - now)

    def _is_full(self, key: str, now: float) -> bool:
        attempts, window = self._bounds(key)
        return bool(attempts) and sum(now - one.at < window for one in self._guesses.get(key, ())) >= attempts
