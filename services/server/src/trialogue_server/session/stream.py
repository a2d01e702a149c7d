"""An answer that is too long to be put at once: made piece by piece, as fast as its reader takes it.

It stands in the outbox where it was asked for, so what happens later comes behind it. What it is made of was copied
when it was asked for: all of it is true of that moment.
"""

from collections.abc import Callable, Iterable, Iterator

from trialogue_server.session.work import BYTES_OUT, STEP

PIECE = 16_384
"""Bytes of a piece, about."""

ROW = 160
"""Bytes that each line, which is still to be made, is thought to hold until then."""


class Stream:
    """Lines that are made when they are wanted."""

    __slots__ = ("_lines", "_shape", "_weight", "is_over", "left", "units")

    def __init__(self, lines: Iterable[bytes], weight: int, left: int) -> None:
        """`lines` yields one or more whole lines at a time, b"" for something that is looked at and not shown.

        `weight` is the units of work that each of them takes besides its bytes; `left` is how many there are, about.
        """
        self._lines: Iterator[bytes] = iter(lines)
        self._weight = weight
        self._shape: Callable[[bytes], bytes] | None = None
        self.is_over = False
        self.left = left
        self.units = 0
        """What the last piece took."""

    def within(self, shape: Callable[[bytes], bytes]) -> None:
        """Have each piece of whole lines changed before it is sent: put into a batch."""
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
        """Bytes of memory that what is left of it takes, about."""
        return max(0, self.left) * ROW
