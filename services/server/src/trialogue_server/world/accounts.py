"""Who can prove to be who? Accounts, and what they own."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from trialogue_server.world.confusables import looks
from trialogue_server.world.history_limits import Keep
from trialogue_server.world.ids import IDS_PER_MILLISECOND

SCRAM_ITERATIONS = 10_000
"""How often a password is hashed for SCRAM.  https://www.rfc-editor.org/rfc/rfc7677#section-4"""


class ScramKeys(Struct, frozen=True):
    """What is kept of a password for SCRAM, as base64.  https://www.rfc-editor.org/rfc/rfc5802#section-3"""

    mechanism: str
    salt: str
    stored_key: str
    server_key: str
    iterations: int


class Credentials(Struct, frozen=True):
    """What is kept of a password; from none of it can the password be had back."""

    argon2: str
    scram: tuple[ScramKeys, ...] = ()


class Account(Struct, frozen=True):
    """One account. A change is a new one in its place."""

    name: str
    registered_at: float
    credentials: Credentials
    email: str = ""
    code: str = ""
    """The hash of the code that verifies the e-mail address; "" once it is verified, or where none is needed."""
    fingerprints: tuple[str, ...] = ()
    """SHA-256 of client certificates that log in, in hexadecimal."""
    always_on: bool = False
    """The user stays on the network when their last connection goes."""
    enforce: bool = True
    """Nobody else may use the name as a nick."""
    keep: Keep = Keep()
    """What its owner wants kept of each of their direct conversations."""
    metadata: tuple[tuple[str, str], ...] = ()
    """What its owner tells of themselves: keys and values."""
    blocks: tuple[str, ...] = ()
    """Those whose direct messages and invitations do not reach its owner: see `world.blocks`."""
    since: int = 0
    """The id of the event that made it; 0 in records from before it was kept."""
    devices: tuple[str, ...] = ()
    """Keyed hashes of the addresses and certificates with which it was logged in to, the latest last."""

    @property
    def first_id(self) -> int:
        """The first id of what was said by its owner: what the name said before was somebody else's."""
        return self.since or int(self.registered_at * 1000) * IDS_PER_MILLISECOND

    def is_proved_by(self, other: "Account | None") -> bool:
        """Does what proved to be the owner of `other`, as it was then, still prove to be the owner of this one?"""
        if other is None:
            return False
        return (self.first_id, self.credentials) == (other.first_id, other.credentials)

    @property
    def is_verified(self) -> bool:
        """May it be logged in to?"""
        return not self.code

    def is_void(self, now: float, within: float) -> bool:
        """Was it to be verified in these seconds after it was made, and was not? 0 seconds: whenever it is."""
        return not self.is_verified and 0 < within < now - self.registered_at


class Accounts:
    """All accounts, by folded name."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._by_name: dict[str, Account] = {}
        self._by_look: dict[str, dict[str, None]] | None = None
        """Names by what they look like, from the first time on that it is asked for; of dropped accounts too."""

    def __len__(self) -> int:
        return len(self._by_name)

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Account | None:
        """Find an account by name."""
        return self._by_name.get(self._fold(name))

    def owner_of(self, nick: str) -> Account | None:
        """Return the account that this nick belongs to, if its owner wants that kept."""
        found = self.get(nick)
        return found if found is not None and found.enforce and found.is_verified else None

    def owners_like(self, nick: str) -> list[Account]:
        """Return the accounts with whose names this nick could be confused, if their owners want theirs kept.

        https://www.unicode.org/reports/tr39/#Confusable_Detection
        """
        if self._by_look is None:
            self._by_look = {}
            for account in self:
                self._note_look(account.name)
        names = {name: None for look in looks(nick) for name in self._by_look.get(look, ())}
        return [found for found in map(self.owner_of, names) if found is not None]

    def _note_look(self, name: str) -> None:
        if self._by_look is not None:
            for look in looks(name):
                self._by_look.setdefault(look, {})[name] = None

    def by_fingerprint(self, fingerprint: str) -> Account | None:
        """Find the account that a client certificate logs in to."""
        return next((one for one in self._by_name.values() if fingerprint in one.fingerprints), None)

    def save(self, account: Account) -> None:
        """Put an account in place. Only `World.apply` calls this."""
        self._by_name[self._fold(account.name)] = account
        self._note_look(account.name)

    def drop(self, name: str) -> None:
        """Forget an account. Only `World.apply` calls this."""
        self._by_name.pop(self._fold(name), None)
