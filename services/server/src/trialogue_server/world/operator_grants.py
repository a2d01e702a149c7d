"""Operator grants: accounts that the administrator made operators, besides those in the settings."""

from collections.abc import Callable, Iterator

from msgspec import Struct


class OperatorGrant(Struct, frozen=True):
    """Operator privileges for every session that logs in to this account."""

    account: str
    privileges: tuple[str, ...]
    at: float
    """Unix time in seconds."""


class OperatorGrants:
    """All grants, by folded account name. Only `World.apply` changes them."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._by_account: dict[str, OperatorGrant] = {}

    def __iter__(self) -> Iterator[OperatorGrant]:
        return iter(self._by_account.values())

    def get(self, account: str) -> OperatorGrant | None:
        """Return an account's grant."""
        return self._by_account.get(self._fold(account))

    def save(self, grant: OperatorGrant) -> None:
        """Save a grant."""
        self._by_account[self._fold(grant.account)] = grant

    def drop(self, account: str) -> None:
        """Remove a grant."""
        self._by_account.pop(self._fold(account), None)
