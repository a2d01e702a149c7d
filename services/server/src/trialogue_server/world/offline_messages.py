"""Which direct messages wait for accounts that are not here? Counts and places; the messages themselves are history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator


class WaitingMessages(Struct, frozen=True):
    """What one person wrote to one account since nobody is logged in to it."""

    identity: str
    """Whose it is: as `User.identity` has it."""
    sender: str
    """Another one."""
    first: int
    """The id of the first message."""
    messages: int
    """How many they are; 0 once they were told."""
    size: int
    """Bytes of their texts and tags."""
    hidden: bool = False
    """They were said by somebody who is blocked, and are told to nobody."""

    @property
    def key(self) -> str:
        """What it is kept under."""
        return f"{self.identity} {self.sender}{' hidden' if self.hidden else ''}"

    @property
    def tells(self) -> bool:
        """Is there anything to be kept?"""
        return bool(self.messages)

    @property
    def is_by_guest(self) -> bool:
        """Was it written without an account?"""
        return self.sender.startswith("!")


class Load(NamedTuple):
    """How much waits."""

    messages: int = 0
    size: int = 0


class OfflineMessages:
    """All that waits. Only `World.apply` changes it."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, WaitingMessages]] = {}
        """By identity and key."""

    def of(self, identity: str) -> list[WaitingMessages]:
        """Return what waits for an account."""
        return list(self._waiting.get(identity, {}).values())

    def by(self, sender: str) -> Iterator[WaitingMessages]:
        """Yield what somebody wrote, whoever it is for."""
        for mails in self._waiting.values():
            yield from (mail for mail in mails.values() if mail.sender == sender)

    def find(self, like: WaitingMessages) -> WaitingMessages | None:
        """Return what waits already of the same sender, if anything does."""
        return self._waiting.get(like.identity, {}).get(like.key)

    def load(self, like: WaitingMessages) -> tuple[Load, Load]:
        """Return what waits for an account in all, and of the sender; all who have no account count as one sender.

        Who is blocked is told what they would be told otherwise: to them only their own words count beside the others'.
        """
        counted = [mail for mail in self.of(like.identity) if not mail.hidden or mail.key == like.key]
        theirs = [mail for mail in counted if mail.sender == like.sender or (mail.is_by_guest and like.is_by_guest)]
        return _sum(counted), _sum(theirs)

    def hidden(self, identity: str) -> Load:
        """Return what nobody will be told of all that was written to an account."""
        return _sum([mail for mail in self.of(identity) if mail.hidden])

    def note(self, mail: WaitingMessages) -> None:
        """Put in place what waits, or forget what waits no more."""
        if mail.tells:
            self._waiting.setdefault(mail.identity, {})[mail.key] = mail
            return
        waiting = self._waiting.get(mail.identity, {})
        waiting.pop(mail.key, None)
        if not waiting:
            self._waiting.pop(mail.identity, None)

    def forget(self, identity: str) -> None:
        """The account is no more."""
        self._waiting.pop(identity, None)


def _sum(mails: list[WaitingMessages]) -> Load:
    return Load(sum(mail.messages for mail in mails), sum(mail.size for mail in mails))
