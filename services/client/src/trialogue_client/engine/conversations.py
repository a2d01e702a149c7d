"""Keeps which conversations of a network are open, and which of them is looked at."""

from trialogue_client.core.chat import Chat
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.routing import SERVER


class Conversations:
    """The open conversations; the one with the server always is."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.active = Buffer(SERVER, BufferKind.SERVER)
        self.buffers: dict[str, Buffer] = {SERVER: self.active}
        """By folded name, in the order in which they were opened."""
        self._wish = ""
        """The room to be looked at as soon as we are in it."""

    @property
    def entering(self) -> str:
        """The room that we are on our way into, because we asked for it or have no conversation yet; "" if none.

        What is typed until then is meant for it, and waits for it.
        """
        if self._wish and self.chat.online and self.chat.wants(self._wish):
            return self._wish
        return next(iter(self.chat.autojoin), "") if len(self.buffers) == 1 else ""

    def find(self, name: str) -> Buffer | None:
        """Return the open conversation of this name."""
        return self.buffers.get(self.chat.fold(name))

    def open(self, name: str) -> Buffer:
        """Return the conversation of this name; it is opened if it is not."""
        sort = BufferKind.ROOM if self.chat.is_room(name) else BufferKind.PERSON if name else BufferKind.SERVER
        return self.buffers.setdefault(self.chat.fold(name), Buffer(name, sort, here=sort is not BufferKind.ROOM))

    def close(self, buffer: Buffer) -> None:
        """Close a conversation; the one with the server stays."""
        if buffer.sort is BufferKind.SERVER:
            return
        names = list(self.buffers.values())
        place = names.index(buffer)
        del self.buffers[self.chat.fold(buffer.name)]
        self.chat.forget(buffer.name)
        if buffer is self.active:
            self.switch(names[place - 1] if place + 1 == len(names) else names[place + 1])

    def switch(self, buffer: Buffer) -> None:
        """Look at another conversation: what was new in the last one is not new any more."""
        if buffer is not self.active:
            self.active.unmark()
            self._wish = ""
        self.active = buffer
        buffer.unread = buffer.mentions = 0

    def wish(self, room: str) -> None:
        """Switch to this room as soon as we are in it."""
        buffer = self.find(room)
        if buffer is not None and buffer.here:
            self.switch(buffer)
            self._wish = ""
        else:
            self._wish = room

    def ordered(self) -> list[Buffer]:
        """Return the conversations as the sidebar shows them: the server, rooms, people."""
        order = list(BufferKind)
        return sorted(self.buffers.values(), key=lambda one: (order.index(one.sort), self.chat.fold(one.name)))
