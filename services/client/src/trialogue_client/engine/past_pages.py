"""Pages of old history, shown by themselves until they join the rest of the conversation."""

from datetime import datetime

from trialogue_client.core import events as ev
from trialogue_client.engine.buffers import Buffer
from trialogue_client.engine.entries import Entry, entry_of
from trialogue_client.engine.model import Model
from trialogue_client.engine.older_pages import PAGE
from trialogue_client.wording.phrases import rows
from trialogue_client.wording.rows import View

AROUND, BEFORE, AFTER = "AROUND", "BEFORE", "AFTER"


class PastPages:
    """The pages of long ago of one network's conversations."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def go(self, where: str, msgid: str) -> Entry | None:
        """Look at a conversation, and return the message if it is there; else it is asked for.

        Raises LookupError where it cannot be had.
        """
        buffer = self._model.open(where)
        for place in filter(None, (buffer.past, buffer)):
            found = next((entry for entry in place.entries if entry.msgid == msgid), None)
            if found is not None:
                buffer.past = place if place is not buffer else None
                return found
        if not self._model.chat.page(buffer.name, AROUND, msgid, PAGE):
            raise LookupError
        buffer.loading = True
        return None

    def further(self, buffer: Buffer, verb: str) -> bool:
        """Ask for the page BEFORE or AFTER what is shown of long ago; False if there is none to ask for."""
        past = buffer.past
        if past is None or past.loading or (verb == BEFORE and past.exhausted):
            return False
        ids = [entry.msgid for entry in past.entries if entry.msgid]
        past.loading = bool(ids) and self._model.chat.page(buffer.name, verb, ids[0 if verb == BEFORE else -1], PAGE)
        return past.loading

    def add_page(self, page: ev.Page, now: datetime) -> Entry | None:
        """Take in a page; return the message that was looked for, if it is there."""
        buffer = self._model.open(page.target)
        buffer.loading = False
        entries = self._entries(page, now)
        if page.verb == AROUND:
            return self._around(buffer, page.wanted, entries)
        if buffer.past is not None:
            self._extend(buffer, buffer.past, page.verb, entries)
        return None

    def _around(self, buffer: Buffer, wanted: str, entries: list[Entry]) -> Entry | None:
        found = next((entry for entry in entries if entry.msgid == wanted), None)
        if found is not None:
            buffer.past = Buffer(buffer.name, buffer.sort)
            buffer.past.merge(entries)
            self._join(buffer, buffer.past)
        return found

    def _extend(self, buffer: Buffer, past: Buffer, verb: str, entries: list[Entry]) -> None:
        past.loading = False
        past.exhausted = past.exhausted or (verb == BEFORE and not entries)
        past.merge(entries)
        if verb == AFTER:
            self._join(buffer, past, ended=not entries)

    def _join(self, buffer: Buffer, past: Buffer, *, ended: bool = False) -> None:
        """What is shown anyway goes on where the past ends, once they have a message in common."""
        known = {entry.msgid for entry in buffer.entries if entry.msgid}
        if ended or any(entry.msgid in known for entry in past.entries):
            older = [entry for entry in past.entries if entry.msgid]
            buffer.past = None
            buffer.adopt(older)

    def _entries(self, page: ev.Page, now: datetime) -> list[Entry]:
        view = View(self._model.chat, page.target)
        messages = ([entry_of(row, now, one.msgid) for row in rows(one, view)] for one in page.results)
        return [entry for message in messages for entry in self._model.note(message)]
