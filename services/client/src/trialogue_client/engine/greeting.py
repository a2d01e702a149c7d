"""The greeting of a server: a certificate that is met for the first time, and the message of the day.

It comes before we are in any room, where only the conversation with the server is shown, and nobody looks at that for
long: so it is repeated in the first conversation that one comes into.
"""

from collections.abc import Iterable
from dataclasses import replace

from ircwire import numerics as num
from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import Remark
from trialogue_client.engine.entries import Entry
from trialogue_client.wording.rows import RowKind

MOST = 12
"""Rows that are repeated: half of a small screen, so that the conversation itself is there too."""
_MESSAGE = (num.RPL_MOTDSTART, num.RPL_MOTD)
_ENDS = (num.RPL_ENDOFMOTD, num.ERR_NOMOTD)


class Greeting:
    """The rows of the greeting, until they have been repeated; later connections repeat none."""

    def __init__(self) -> None:
        self._rows: list[Entry] = []
        self._repeated = False
        self._arriving = False
        """Whether the message of the day is still to come, without having been asked for."""

    def follow(self, event: ev.Event) -> bool:
        """Take in what happened; return whether it is a part of the message of the day that nobody has asked for."""
        match event:
            case ev.Registered():
                self._arriving = True
            case ev.ServerReply() if event.code in _ENDS:
                self._arriving = False
            case ev.ServerReply() if event.code in _MESSAGE:
                return self._arriving
        return False

    def note(self, event: ev.Event, entries: Iterable[Entry]) -> None:
        """Keep the rows of what greets us; call it for what stands in the conversation with the server."""
        is_greeting = isinstance(event, Remark) or (isinstance(event, ev.ServerReply) and event.code in _MESSAGE)
        if is_greeting and not self._repeated:
            self._rows += entries

    def repeat(self) -> list[Entry]:
        """Return the rows to be repeated, once."""
        rows, self._rows, self._repeated = self._rows, [], True
        if len(rows) > MOST:
            left = len(rows) - MOST + 1
            more = f"… {left} more lines stand in the conversation with the server: Alt+↑ goes there."
            rows = [*rows[: MOST - 1], Entry(RowKind.HINT, more, rows[-1].at)]
        return [replace(row) for row in rows]
