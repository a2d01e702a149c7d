"""Streams: long replies, made piece by piece as fast as their reader takes them.

A stream stands in the outbox where it was put, so later events come behind it. Its contents were copied when it was
made: all of it is true of that moment.
"""

from collections.abc import Callable, Iterable, Iterator

from trialogue_server.session.work import BYTES_OUT, STEP

PIECE = 16_384
"""The approximate bytes of a piece."""

ROW = 160
"""Bytes that each line is estimated to hold until it is made."""


class Stream:
    """Lines that are made when they are needed."""

    __slots__ = ("_lines", "_shape", "_weight", "is_over", "left", "units")

    def __init__(self, lines: Iterable[bytes], weight: int, left: int) -> None:
        """`lines` yields one or more whole lines at a time, b"" for something that is not shown.

        `weight` is the units of work of each besides its bytes; `left` is about how many there are.
        """
        self._lines: Iterator[bytes] = iter(lines)
        self._weight = weight
        self._shape: Callable[[bytes], bytes] | None = None
        self.is_over = False
        self.left = left
        self.units = 0
        """The units of work of the last piece."""

    def within(self, shape: Callable[[bytes], bytes]) -> None:
        """Wrap each piece of whole lines before it is sent, for example in a batch."""
        self._shape = shape

    def next(self) -> bytes:
        """Return the next piece, which may be b""; afterwards `is_over` says whether it was the last."""
        made: list[bytes] = []
        size = self.units = 0
        for line in self._lines:
            made.append(line)
            size += len(line)
            self.units += self._weight
            self.left -= 1
            if size >= PIECE or self.units >= STEP:
                break
        else:
            self.is_over = True
            self.left = 0
        self.units += size // BYTES_OUT
        piece = b"".join(made)
        return self._shape(piece) if self._shape is not None and piece else piece

    @property
    def held(self) -> int:
        """The approximate bytes of memory that the rest takes."""
        return max(0, self.left) * ROW
