"""Who is logged in to which account? Several users may be, each under a nick of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialogue_server.world.user import User


class Logins:
    """The users of each account. Only `World.apply` changes them."""

    def __init__(self) -> None:
        self._users: dict[str, dict[int, User]] = {}
        """By account and uid."""

    def of(self, account: str) -> list[User]:
        """Return the users who are logged in to an account, those without a connection too."""
        return list(self._users.get(account, {}).values())

    def listener(self, account: str) -> User | None:
        """Return who of an account's users has a connection and spoke last; None if nobody is there to hear."""
        attached = [user for user in self._users.get(account, {}).values() if user.attached]
        return max(attached, key=lambda user: user.spoke_at, default=None)

    def add(self, user: User) -> None:
        """A user is logged in, or has no account."""
        if user.account:
            self._users.setdefault(user.account, {})[user.uid] = user

    def remove(self, user: User) -> None:
        """A user is gone, or logged in no more."""
        users = self._users.get(user.account, {})
        users.pop(user.uid, None)
        if not users:
            self._users.pop(user.account, None)
