"""How often may a secret be guessed? Counted for each key, over a sliding time.

A guess takes its place before it is checked and gets it back if it was right, so that guesses which are checked side by
side count as well. What stands here refuses, and so belongs to the core: the time comes in, and nothing is random.
"""

from trialogue_server.config.schema import AccountsSection

_KEYS_AT_MOST = 20_000
"""Keys that are remembered: guessing with ever new names must not cost memory. Who failed longest ago is forgotten."""

_PATIENCE = 10.0
"""Seconds after which a guess whose outcome nobody told (the connection has gone) counts as a wrong one."""

_CROWD = 10
"""How much more a network may do that stands for many people."""


class Guess:
    """One guess, which has its place under each of its keys."""

    __slots__ = ("at", "is_open", "keys")

    def __init__(self, keys: tuple[str, ...], at: float) -> None:
        self.keys = keys
        self.at = at
        self.is_open = True
        """It is being checked."""


class LoginGuard:
    """At most so many wrong guesses for each key in so many seconds; 0 is no limit.

    A key's first word says how many: "account" is one account from wherever, "mail" a mail that somebody is sent,
    "crowd" a network that stands for many people; all other keys have `login_attempts` in `login_window` seconds.
    """

    def __init__(self, limits: AccountsSection) -> None:
        """`limits` may be replaced by others at any time: they are for the guesses before as well."""
        self.limits = limits
        self._guesses: dict[str, list[Guess]] = {}
        """By key; the key with the latest guess last."""

    def __len__(self) -> int:
        return len(self._guesses)

    def wait(self, keys: tuple[str, ...], now: float) -> float:
        """Return the seconds until one with these keys may try again; 0 is now."""
        return max((self._wait(key, now) for key in keys), default=0.0)

    def is_busy(self, keys: tuple[str, ...], now: float) -> bool:
        """Are so many guesses with one of these keys under way that one more may be one too many?"""
        return any(self._is_full(key, now) for key in keys)

    def reserve(self, keys: tuple[str, ...], now: float) -> Guess:
        """Give a guess its place. `settle` must say how it ended."""
        guess = Guess(keys, now)
        for key in keys:
            attempts, _ = self._bounds(key)
            if attempts:
                self._guesses[key] = [*self._guesses.pop(key, ()), guess][-attempts:]
        while len(self._guesses) > _KEYS_AT_MOST:
            del self._guesses[next(iter(self._guesses))]
        return guess

    def settle(self, guess: Guess, *, right: bool) -> None:
        """Say how a guess ended: what was right takes no place."""
        guess.is_open = False
        if right:
            for key in guess.keys:
                self._keep(key, [one for one in self._guesses.get(key, ()) if one is not guess])

    def failed(self, keys: tuple[str, ...], now: float) -> None:
        """Count a guess that was found wrong at once."""
        self.settle(self.reserve(keys, now), right=False)

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
