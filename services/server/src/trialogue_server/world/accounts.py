"""Accounts: names with a password or certificate, and what belongs to them."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from trialogue_server.world.confusables import skeletons
from trialogue_server.world.history_limits import HistoryLimits
from trialogue_server.world.ids import IDS_PER_MILLISECOND

SCRAM_ITERATIONS = 10_000
"""Iterations of the SCRAM hash.  https://www.rfc-editor.org/rfc/rfc7677#section-4"""


class ScramKeys(Struct, frozen=True):
    """What is kept of a password for SCRAM, as base64.  https://www.rfc-editor.org/rfc/rfc5802#section-3"""

    mechanism: str
    salt: str
    stored_key: str
    server_key: str
    iterations: int


class Credentials(Struct, frozen=True):
    """What is kept of a password. The password cannot be recovered from it."""

    argon2: str
    scram: tuple[ScramKeys, ...] = ()


class Account(Struct, frozen=True):
    """One account. It is immutable: a change replaces it."""

    name: str
    registered_at: float
    credentials: Credentials
    email: str = ""
    code: str = ""
    """The hash of the code that verifies the e-mail address; "" once it is verified, or where none is needed."""
    fingerprints: tuple[str, ...] = ()
    """SHA-256 of client certificates that log in, in hexadecimal."""
    always_on: bool = False
    """Whether the user stays on the network when their last connection closes."""
    enforce: bool = True
    """Whether nobody else may use the name as a nick."""
    keep: HistoryLimits = HistoryLimits()
    """How much of each direct conversation the owner wants kept."""
    metadata: tuple[tuple[str, str], ...] = ()
    """The account's metadata: keys and values."""
    blocks: tuple[str, ...] = ()
    """Those whose direct messages and invitations do not reach its owner: see `world.blocks`."""
    since: int = 0
    """The id of the event that made it; 0 in older records."""
    devices: tuple[str, ...] = ()
    """Keyed hashes of the addresses and certificates that it was logged in from, the latest last."""

    @property
    def first_id(self) -> int:
        """The first id of the owner's history. What the name said before was somebody else's."""
        return self.since or int(self.registered_at * 1000) * IDS_PER_MILLISECOND

    def is_proved_by(self, other: "Account | None") -> bool:
        """Return whether a proof for `other`, an earlier state of an account, still holds for this one."""
        if other is None:
            return False
        return (self.first_id, self.credentials) == (other.first_id, other.credentials)

    @property
    def is_verified(self) -> bool:
        """Whether it can be logged in to."""
        return not self.code

    def is_void(self, now: float, within: float) -> bool:
        """Return whether it was not verified within so many seconds after it was made; with 0, whether it is not
        verified.
        """
        return not self.is_verified and 0 < within < now - self.registered_at


class Accounts:
    """All accounts, by folded name."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._by_name: dict[str, Account] = {}
        self._by_look: dict[str, dict[str, None]] | None = None
        """Names by their confusable skeletons, made when they are first needed; of dropped accounts too."""

    def __len__(self) -> int:
        return len(self._by_name)

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Account | None:
        """Find an account by name."""
        return self._by_name.get(self._fold(name))

    def owner_of(self, nick: str) -> Account | None:
        """Return the account that this nick belongs to, if its owner reserves the nick."""
        found = self.get(nick)
        return found if found is not None and found.enforce and found.is_verified else None

    def owners_like(self, nick: str) -> list[Account]:
        """Return the accounts whose reserved names this nick could be confused with.

        https://www.unicode.org/reports/tr39/#Confusable_Detection
        """
        if self._by_look is None:
            self._by_look = {}
            for account in self:
                self._note_look(account.name)
        names = {name: None for look in skeletons(nick) for name in self._by_look.get(look, ())}
        return [found for found in map(self.owner_of, names) if found is not None]

    def _note_look(self, name: str) -> None:
        if self._by_look is not None:
            for look in skeletons(name):
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
