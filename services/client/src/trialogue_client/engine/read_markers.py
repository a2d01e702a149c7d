"""Read markers: how far we have read, for our other devices.  https://ircv3.net/specs/extensions/read-marker"""

from trialogue_client.core.chat import Chat

READ_SECONDS = 2.0
"""What is shown for so long counts as read."""


class ReadMarkers:
    """The conversations of which something was shown that our other devices are not told yet."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._shown: set[str] = set()

    @property
    def due(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self._shown)

    def shown(self, conversation: str) -> None:
        """Something of a conversation was shown."""
        self._shown.add(conversation)

    def send(self) -> None:
        """Queue a marker for each of them."""
        while self._shown:
            self._chat.mark_read(self._shown.pop())
