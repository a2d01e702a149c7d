"""Counts the work of lines in units, never by a clock, so that the same lines cost the same everywhere.

A unit is about a microsecond of a core, as `python -m benchmarks.costs` measures it: a mask compared with a name, a
member looked at, a line made. See docs/work.md.
"""

LINE = 30
"""Units of any line: reading it, finding its handler, replying."""

BYTES_IN = 64
"""Bytes of a line for one more unit."""

BYTES_OUT = 20
"""Bytes of a reply that take a unit to be made and sent: about a member in NAMES, a sixth of a line of WHO."""

AT_ONCE = 64
"""Deliveries that take a unit when they are decided. The rest is paid for too, but nobody else waits for it now."""

BYTES_TOLD = 2_048
"""Bytes sent to others that take a unit, besides the sends themselves: they are copied, and not made."""

RECORD = 50
"""Units that a record takes when a tick is committed: others wait for it as they wait for what is sent."""

LIGHT = 700
"""Units of a light line, for which nobody has to wait; talking is light."""

HANDSHAKE = 500
"""Units of each step of a TLS handshake."""

FRAME = 4
"""Units of reading a WebSocket frame."""

REQUEST = 250
"""Units of an HTTP request: reading it, and sending a file or opening a session."""

STEP = 2_000
"""Units after which a long line gives others a turn: a list of targets, a long reply."""


class Work:
    """Counts for the whole server; whoever wants to know the cost of something compares before and after."""

    __slots__ = ("bytes_told", "deliveries", "floor", "records", "units")

    def __init__(self) -> None:
        self.units = 0
        """Units for comparing, looking at and listing things. Replies count by their bytes, where they are put."""
        self.deliveries = 0
        """The number of sessions that were told of something. What a channel is sent in one tick goes out at once:
        deciding costs little of it, and its later cost is paid by whoever said it.
        """
        self.bytes_told = 0
        """The bytes of that, for all sessions."""
        self.records = 0
        """The number of records that are to be written or deleted with the next commit."""
        self.floor = 1.0
        """The least number of tokens for the present line, from its command's row."""
