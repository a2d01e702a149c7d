"""Older pages of a conversation, asked for when somebody scrolls up to where it begins. The core knows how."""

from trialogue_client.core import events as ev
from trialogue_client.core.recall import conversation
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.model import Model

PAGE = 50
"""Messages."""


class OlderPages:
    """The pages that are on their way."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._come: list[Buffer] = []
        """Conversations of which something has come that is not in its place yet."""

    def older(self, buffer: Buffer) -> bool:
        """Ask for the page before the first message; False if there is none to ask for."""
        if buffer.loading or buffer.exhausted or buffer.sort is BufferKind.SERVER:
            return False
        if self._model.chat.catches_up_with(buffer.name):
            return False  # What comes may be all that would be asked for: nothing new, and so, it would seem, the end.
        buffer.loading = self._model.chat.history(buffer.name, PAGE, buffer.oldest() if buffer.trimmed else "")
        return buffer.loading

    def follow(self, event: ev.Event) -> None:
        """Take in what happened: all of a page is told at once."""
        match event:
            case ev.NoEarlier():
                self._came(event.target, nothing=True)
            case ev.Said() | ev.Noticed() | ev.Tagged() | ev.Redacted() if event.replayed:
                self._came(conversation(event), nothing=False)

    def settle(self) -> None:
        """Take note that what has come of pages is where it belongs: the next ones may be asked for."""
        for buffer in self._come:
            buffer.loading = False
        self._come.clear()

    def lost(self) -> None:
        """Forget what was asked for: there is no connection any more."""
        for buffer in self._model.buffers.values():
            buffer.loading = False

    def _came(self, name: str, *, nothing: bool) -> None:
        buffer = self._model.find(name)
        if buffer is not None:
            buffer.exhausted = buffer.exhausted or (nothing and buffer.loading)
            self._come.append(buffer)
