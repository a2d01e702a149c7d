"""A multiline message that a session is sending.  https://ircv3.net/specs/extensions/multiline"""

from ircwire.multiline import Lines, compose


class OpenBatch:
    """The lines received so far. It is bounded, since whoever adds a line checks `size` and `count`."""

    __slots__ = ("_pieces", "command", "key", "label", "reference", "size", "tags", "target", "touched_at")

    def __init__(self, reference: str, target: str, *, tags: str, label: str, at: float, key: str = "") -> None:
        """`tags` are the client-only tags and `label` is the label, as they stand on the wire; `at` is the time by the
        monotonic clock; `key` is the idempotency key.
        """
        self.reference = reference
        self.command = ""
        """PRIVMSG or NOTICE, as in its first line."""
        self.target = target
        self.tags = tags
        self.label = label
        self.key = key
        self.touched_at = at
        """The time of its latest line, by the monotonic clock."""
        self.size = 0
        """Bytes of the combined text."""
        self._pieces: list[tuple[str, bool]] = []

    @property
    def count(self) -> int:
        """The number of lines received, with blank ones and continuations."""
        return len(self._pieces)

    @property
    def is_blank(self) -> bool:
        """Whether it has nothing but blank lines."""
        return not any(text for text, _ in self._pieces)

    @property
    def lines(self) -> Lines:
        """The lines of the message, with continuations joined."""
        return compose(self._pieces)

    def add(self, text: str, *, concat: bool, at: float) -> None:
        """Add a line, or with `concat` a continuation of the line before."""
        self.touched_at = at
        self.size += len(text.encode()) + bool(self._pieces and not concat)
        self._pieces.append((text, concat))
