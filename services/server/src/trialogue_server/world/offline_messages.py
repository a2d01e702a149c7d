"""Offline messages: counts of direct messages that wait for accounts. The messages themselves are in history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator


class WaitingMessages(Struct, frozen=True):
    """The messages of one sender that wait for one account."""

    identity: str
    """The recipient, as in `User.identity`."""
    sender: str
    """The sender's identity."""
    first: int
    """The id of the first message."""
    messages: int
    """The number of messages; 0 once they were delivered."""
    size: int
    """Bytes of their texts and tags."""
    hidden: bool = False
    """Whether the recipient has blocked the sender: they are never delivered."""

    @property
    def key(self) -> str:
        """The key of the record."""
        return f"{self.identity} {self.sender}{' hidden' if self.hidden else ''}"

    @property
    def tells(self) -> bool:
        """Whether any messages wait."""
        return bool(self.messages)

    @property
    def is_by_guest(self) -> bool:
        """Whether the sender is a guest."""
        return self.sender.startswith("!")


class WaitingTotal(NamedTuple):
    """A number of waiting messages, and their bytes."""

    messages: int = 0
    size: int = 0


class OfflineMessages:
    """All waiting messages. Only `World.apply` changes them."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, WaitingMessages]] = {}
        """By identity and key."""

    def of(self, identity: str) -> list[WaitingMessages]:
        """Return what waits for an account."""
        return list(self._waiting.get(identity, {}).values())

    def by(self, sender: str) -> Iterator[WaitingMessages]:
        """Yield what one sender wrote, to whomever."""
        for mails in self._waiting.values():
            yield from (mail for mail in mails.values() if mail.sender == sender)

    def find(self, like: WaitingMessages) -> WaitingMessages | None:
        """Return what waits already of the same sender, if anything does."""
        return self._waiting.get(like.identity, {}).get(like.key)

    def load(self, like: WaitingMessages) -> tuple[WaitingTotal, WaitingTotal]:
        """Return what waits for an account in all, and of the sender; all guests count as one sender.

        A blocked sender gets the answers that they would get otherwise: for them their own messages count as well.
        """
        counted = [mail for mail in self.of(like.identity) if not mail.hidden or mail.key == like.key]
        theirs = [mail for mail in counted if mail.sender == like.sender or (mail.is_by_guest and like.is_by_guest)]
        return _sum(counted), _sum(theirs)

    def hidden(self, identity: str) -> WaitingTotal:
        """Return what waits for an account and will never be delivered."""
        return _sum([mail for mail in self.of(identity) if mail.hidden])

    def note(self, mail: WaitingMessages) -> None:
        """Set or remove what waits."""
        if mail.tells:
            self._waiting.setdefault(mail.identity, {})[mail.key] = mail
            return
        waiting = self._waiting.get(mail.identity, {})
        waiting.pop(mail.key, None)
        if not waiting:
            self._waiting.pop(mail.identity, None)

    def forget(self, identity: str) -> None:
        """Remove what waits for an account that is gone."""
        self._waiting.pop(identity, None)


def _sum(mails: list[WaitingMessages]) -> WaitingTotal:
    return WaitingTotal(sum(mail.messages for mail in mails), sum(mail.size for mail in mails))
