"""Groups what belongs together: the answers to one request, the lines of one message, what is told of the past.

https://ircv3.net/specs/extensions/batch
https://ircv3.net/specs/extensions/labeled-response
https://ircv3.net/specs/extensions/multiline
https://ircv3.net/specs/extensions/chathistory
https://github.com/ircv3/ircv3-specifications/pull/496 (search)
"""

from ircwire import Message
from ircwire.multiline import BATCH_TYPE, CONCAT_TAG, combine, compose
from trialogue_client.core.events import FOUND

_HISTORY = frozenset({"chathistory", "draft/chathistory", "znc.in/playback"})
_FOUND = frozenset({"search", "draft/search", "soju.im/search"})
_TEXTS = frozenset({"PRIVMSG", "NOTICE"})
_OPEN, _LINES = 1_000, 10_000
"""Batches that may be open at a time, and lines of one message: more than any server sends, and little memory."""


class Batches:
    """The open batches: the label of each, which of them are history, the lines of those that are one message."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._histories: set[str] = set()
        self._found: set[str] = set()
        self.counted: dict[str, int] = {}
        """By label: how much of history has come in answer to it, also of what is not told again (who came, went)."""
        self._texts: dict[str, list[Message]] = {}
        """The opening line and what came since, by reference."""

    def label_of(self, message: Message) -> str:
        """Return the label that the message carries itself or through its batch, or ""."""
        return message.tags.get("label") or self._labels.get(message.tags.get("batch", ""), "")

    def is_history(self, message: Message) -> bool:
        """Return whether this happened before, and is only told again."""
        return message.tags.get("batch", "") in self._histories

    def answer_of(self, message: Message) -> str:
        """Return what marks the message as an answer: the label, or `FOUND` for what was searched for."""
        return FOUND if message.tags.get("batch", "") in self._found else self.label_of(message)

    def note(self, message: Message) -> None:
        """Remember how far the history that was asked for has come."""
        label = self.label_of(message)
        if label and message.command != "BATCH" and self.is_history(message):
            self.counted[label] = self.counted.get(label, 0) + 1
            if len(self.counted) > _OPEN:
                del self.counted[next(iter(self.counted))]

    def follow(self, message: Message) -> None:
        """Take in one ``BATCH +ref type`` or ``BATCH -ref``."""
        ref = message.params[0] if message.params else ""
        if ref.startswith("+"):
            self._labels[ref[1:]] = self.label_of(message)
            kind = frozenset(message.params[1:2])
            if _FOUND & kind or self.answer_of(message) == FOUND:
                self._found.add(ref[1:])
            if (_HISTORY | _FOUND) & kind or self.is_history(message):
                self._histories.add(ref[1:])
            if len(self._labels) > _OPEN:
                self._close(next(iter(self._labels)))
        else:
            self._close(ref[1:])

    def _close(self, ref: str) -> None:
        self._labels.pop(ref, None)
        self._texts.pop(ref, None)
        self._histories.discard(ref)
        self._found.discard(ref)

    def gather(self, message: Message) -> list[Message]:
        """Return what is to be handled now: the message, nothing for a line of a longer one, that one at its end.

        A longer one has the tags of its batch (its time, its id, its label), and line feeds in its text.
        """
        if message.command == "BATCH" and message.params:
            ref = message.params[0]
            if ref[:1] == "+" and message.params[1:2] == [BATCH_TYPE]:
                self._texts[ref[1:]] = [message]
            opening, *lines = self._texts.pop(ref[1:], [message]) if ref[:1] == "-" else [message]
            return [_whole(opening, lines), message] if lines else [message]
        gathered = self._texts.get(message.tags.get("batch", ""))
        if gathered is None or len(gathered) > _LINES or message.command not in _TEXTS or len(message.params) < 2:
            return [message]
        gathered.append(message)
        return []


def _whole(opening: Message, lines: list[Message]) -> Message:
    text = combine(compose((line.params[1], CONCAT_TAG in line.tags) for line in lines))
    first = lines[0]
    return Message(first.command, [first.params[0], text], first.source, opening.tags)
