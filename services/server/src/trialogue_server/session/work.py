"""What did a line cost? Counted in units and never by a clock, so that the same lines cost the same everywhere.

A unit is about a microsecond of a core, as `python -m benchmarks.costs` measures it: a mask compared with a name, a
member who is looked at, a line made. See docs/work.md.
"""

LINE = 30
"""Units that reading a line, finding its handler and answering it takes in any case."""

BYTES_IN = 64
"""Bytes of a line that take one unit more."""

BYTES_OUT = 20
"""Bytes of an answer that take a unit to be made and sent: about a member in NAMES, a sixth of a line of WHO."""

AT_ONCE = 64
"""Deliveries that take a unit when they are decided. The rest is paid for too, but nobody else waits for it now."""

BYTES_TOLD = 2_048
"""Bytes told to others that take a unit to be sent, beside the sends themselves: they are copied, and not made."""

LIGHT = 700
"""Units of a line that nobody has to wait for, as talking is."""

HANDSHAKE = 500
"""Units of each step of a TLS handshake, whoever it is."""

STEP = 2_000
"""Units after which a line that goes on lets everybody else have a turn: a list of targets, a long answer."""


class Work:
    """Counts for the whole server; whoever wants to know what something cost looks before and after."""

    __slots__ = ("bytes_told", "deliveries", "floor", "units")

    def __init__(self) -> None:
        self.units = 0
        """What was compared, looked at and listed. Answers count by their bytes, where they are put."""
        self.deliveries = 0
        """How many were told of something. All that a room hears in one tick is sent at once: deciding costs little of
        it, and what it costs later is paid by whoever said it.
        """
        self.bytes_told = 0
        """How many bytes that was, for all who were told."""
        self.floor = 1.0
        """Tokens that the line which is handled now costs at least: its command's row says so."""
