"""A message of several lines that a session has begun to send.  https://ircv3.net/specs/extensions/multiline"""

from ircwire.multiline import Lines, compose


class OpenBatch:
    """What was sent of it until now: bounded by the limits, as whoever adds a line looks at `size` and `count`."""

    __slots__ = ("_pieces", "command", "label", "reference", "size", "tags", "target", "touched_at")

    def __init__(self, reference: str, target: str, *, tags: str, label: str, at: float) -> None:
        """`tags` are the client-only tags, and `label` is the label, as they stand on the wire; `at` is now, by the
        monotonic clock.
        """
        self.reference = reference
        self.command = ""
        """PRIVMSG or NOTICE, as its first line has it."""
        self.target = target
        self.tags = tags
        self.label = label
        self.touched_at = at
        """When its latest line came, by the monotonic clock."""
        self.size = 0
        """Bytes of the combined text."""
        self._pieces: list[tuple[str, bool]] = []

    @property
    def count(self) -> int:
        """How many lines were sent, blank ones and continuations included?"""
        return len(self._pieces)

    @property
    def is_blank(self) -> bool:
        """Is there nothing in it but blank lines, if any?"""
        return not any(text for text, _ in self._pieces)

    @property
    def lines(self) -> Lines:
        """The text as it was composed."""
        return compose(self._pieces)

    def add(self, text: str, *, concat: bool, at: float) -> None:
        """Add a line, or with `concat` more of the line before."""
        self.touched_at = at
        self.size += len(text.encode()) + bool(self._pieces and not concat)
        self._pieces.append((text, concat))
