"""Logins: the users of each account. Several may be logged in, each with a nick of its own."""

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
        """Return the users who are logged in to an account, with or without a connection."""
        return list(self._users.get(account, {}).values())

    def listener(self, account: str) -> User | None:
        """Return who of an account's users is connected and spoke last; None if nobody is."""
        attached = [user for user in self._users.get(account, {}).values() if user.attached]
        return max(attached, key=lambda user: user.spoke_at, default=None)

    def add(self, user: User) -> None:
        """Note that a user has logged in; one without an account is ignored."""
        if user.account:
            self._users.setdefault(user.account, {})[user.uid] = user

    def remove(self, user: User) -> None:
        """Note that a user is gone or has logged out."""
        users = self._users.get(user.account, {})
        users.pop(user.uid, None)
        if not users:
            self._users.pop(user.account, None)
