"""To which of our requests does a line answer?

https://ircv3.net/specs/extensions/batch
https://ircv3.net/specs/extensions/labeled-response
"""

from ircwire import Message


class Batches:
    """The open batches, and the label that each one carries."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def label_of(self, message: Message) -> str:
        """Return the label that the message carries itself or through its batch, or ""."""
        return message.tags.get("label") or self._labels.get(message.tags.get("batch", ""), "")

    def follow(self, message: Message) -> None:
        """Take in one ``BATCH +ref type`` or ``BATCH -ref``."""
        ref = message.params[0] if message.params else ""
        if ref.startswith("+"):
            self._labels[ref[1:]] = self.label_of(message)
        else:
            self._labels.pop(ref[1:], None)
