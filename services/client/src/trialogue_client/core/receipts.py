"""Keeps track of what the server has confirmed of what we said.

Three ways to know, the best that the server offers: the label of the answer, the echo of the message, or a PONG to a
PING sent after it, which the server can only answer once it has handled what came before.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LABEL = "t"
BARRIER = "trialogue-"
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class InFlight:
    """One message that is on its way; `target` is folded."""

    ticket: int
    target: str


class Receipts:
    """The messages that are on their way, oldest first."""

    def __init__(self) -> None:
        self._open: dict[int, InFlight] = {}
        self._last = 0
        self._again: set[int] = set()
        """The tickets of what was sent on an earlier connection, and again on this one."""

    def __len__(self) -> int:
        return len(self._open)

    def issue(self, target: str) -> int:
        """Return a ticket for one message to this (folded) target."""
        self._last += 1
        self._open[self._last] = InFlight(self._last, target)
        return self._last

    def sent_again(self, tickets: Iterable[int]) -> None:
        """Note that these messages may have been kept on an earlier connection."""
        self._again.update(tickets)

    def is_again(self, label: str) -> bool:
        """Return whether the answer with this label is to something that was sent again."""
        return label.startswith(LABEL) and _number(label.removeprefix(LABEL)) in self._again

    def mark(self) -> str:
        """Return a token for a PING: its PONG settles every ticket issued so far."""
        self._last += 1
        return f"{BARRIER}{self._last}"

    def by_label(self, label: str) -> int | None:
        """Settle the ticket that went out under this label."""
        ticket = _number(label.removeprefix(LABEL))
        return ticket if self._open.pop(ticket, None) else None

    def by_target(self, target: str) -> int | None:
        """Settle the oldest ticket to this (folded) target: a server handles our lines in order."""
        for open_ in self._open.values():
            if open_.target == target:
                del self._open[open_.ticket]
                return open_.ticket
        return None

    def by_token(self, token: str) -> list[int]:
        """Settle all tickets that are older than the PING with this token."""
        number = _number(token.removeprefix(BARRIER)) if token.startswith(BARRIER) else 0
        settled = [ticket for ticket in self._open if ticket < number]
        for ticket in settled:
            del self._open[ticket]
        return settled


def _number(text: str) -> int:
    """Read a number of ours; 0 for what is none, however long somebody has made it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
