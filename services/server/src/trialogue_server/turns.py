"""Fair turns: bounds the work between two passes of the scheduler, for all sessions together.

A line is handled in one go, and so are all the lines that arrived together. That is quick, and it would let a few who
make much work hold up everybody else. So work is counted; over the bound, each further line waits for its turn, and all
the sockets are looked at before the next turns are given. What gathers for one flush is bounded as well. Those who talk
go before those who make work.
"""

from heapq import heapify, heappop, heappush
from itertools import count

import trio

BOUND = 4_000
"""Units of work (see `session.work`), 2 to 4 ms: over it, lines wait for their turn."""

HEAVY_BOUND = BOUND // 2
"""The bound for lines that are not light: the rest of a pass is for those who talk."""

FLUSH = 8_000
"""Units that sending may take which was decided for others since the last flush; over it, lines wait for the next one.
Lines that are not light wait at half of it.
"""

FEW_SENDS = 200
"""Sends of a flush that take little."""

SEND, _MOST_SENDS, _KEPT = 24, 12_000, 0.75
"""Units that may be decided besides for each send of the latest flushes beyond a few. A send takes a quarter of it,
however little is sent: telling a thousand takes longer than deciding fifty lines, so it is done for enough lines to be
worth it.
"""


class _Waiting:
    __slots__ = ("asked_for", "is_first", "is_waiting", "order", "woken")

    def __init__(self, order: tuple[float, int], asked_for: float) -> None:
        self.order = order
        self.asked_for = asked_for
        self.is_waiting = True
        self.is_first = False
        """Whether it was woken as the first of a pass. Then it goes on in any case, so that nobody waits for ever."""
        self.woken = trio.Event()

    def __lt__(self, other: "_Waiting") -> bool:
        return self.order < other.order


class _Queue(list[_Waiting]):
    """Lines that wait, as a heap: whoever has most tokens left comes first."""

    def __init__(self, base: float, flush: float) -> None:
        self._base = base
        self.bound = base
        """Units that may have been spent in a pass for the next of these to be handled in it."""
        self.flush = flush
        """Units that the next flush may take already."""

    def extend_by(self, units: float) -> None:
        """Allow so many units more."""
        self.bound = self._base + units

    def give(self) -> None:
        """Give turns until the bound is used up, and one at least."""
        planned, is_first = 0.0, True
        while self and (is_first or planned < self.bound):
            one = heappop(self)
            one.is_first, is_first = is_first, False
            planned += one.asked_for
            one.is_waiting = False
            one.woken.set()


class Turns(trio.abc.Instrument):
    """The turns of one server. It has no task of its own: one of those who wait, the usher, gives the turns of all."""

    def __init__(self) -> None:
        self._spent = self._gathered = self._sends = 0.0
        self._light, self._heavy = _Queue(BOUND, FLUSH), _Queue(HEAVY_BOUND, FLUSH / 2)
        self._has_usher = False
        self._news = trio.Event()
        """Set when the usher may be able to give turns again."""
        self._numbers = count()

    @property
    def are_given(self) -> bool:
        """Whether a line must wait for its turn, unless it is light."""
        return bool(self._heavy) or bool(self._light) or self._is_over(self._heavy)

    @property
    def have_room_for_light(self) -> bool:
        """Whether a light line may be handled all the same."""
        return not self._light and not self._is_over(self._light)

    @property
    def let_gather(self) -> bool:
        """Whether more will be decided soon that the next flush can hold, and nobody waits to talk."""
        return bool(self._heavy) and not self._light and self._gathered < self._heavy.flush

    @property
    def left(self) -> float:
        """Units that may still be spent in this pass on lines that are not light."""
        return self._heavy.bound - self._spent

    def _is_over(self, queue: _Queue) -> bool:
        return self._spent >= queue.bound or self._gathered >= queue.flush

    def spend(self, units: float, flush: float = 0.0) -> None:
        """Count work that was done in this pass, and work for the next flush."""
        self._spent += units
        self._gathered += flush

    def before_io_wait(self, timeout: float) -> None:
        """Begin a new pass. The scheduler calls this before it looks at the sockets."""
        self._spent = 0.0

    def taken(self) -> None:
        """Note that a tick is about to be sent: what is decided from now on is for the next flush."""
        self._gathered = 0.0
        self._news.set()

    def flushed(self, sends: int) -> None:
        """Note how many sessions were sent something in one flush."""
        self._sends = min(_MOST_SENDS, max(SEND * (sends - FEW_SENDS), self._sends * _KEPT))
        self._light.extend_by(self._sends)
        self._heavy.extend_by(self._sends)

    async def wait_turn(self, units: float, tokens: float, *, is_light: bool = False) -> None:
        """Wait until all sockets have been looked at, and it is this line's turn.

        Light lines go before others, and of each kind those of whoever has more `tokens` left; `units` is what the line
        will cost, as far as that is known. Whatever the others do, one of each kind goes on in every pass, unless too
        much has gathered for the next flush.
        """
        queue = self._light if is_light else self._heavy
        me = _Waiting((-tokens, next(self._numbers)), units)
        heappush(queue, me)
        self._news.set()
        try:
            await self._wait(me)
            while not me.is_first and self._is_over(queue):  # those before it took more than was thought
                me.is_waiting = True
                heappush(queue, me)
                await self._wait(me)
        finally:
            if me.is_waiting:  # it was cancelled
                queue.remove(me)
                heapify(queue)
            if not self._has_usher and (following := self._light or self._heavy):
                following[0].woken.set()

    async def _wait(self, me: _Waiting) -> None:
        while me.is_waiting:
            if self._has_usher:
                await me.woken.wait()
                me.woken = trio.Event()
            else:
                await self._usher(me)

    async def _usher(self, me: _Waiting) -> None:
        """Give turns, once in a pass, until it is this line's own turn."""
        self._has_usher = True
        try:
            while me.is_waiting:
                await trio.lowlevel.checkpoint()  # all who could run have run, and all sockets were looked at
                given = [queue for queue in (self._light, self._heavy) if queue and self._gathered < queue.flush]
                for queue in given:
                    queue.give()
                if not given:
                    self._news = trio.Event()
                    await self._news.wait()
            await trio.lowlevel.checkpoint()  # together with the others whose turn it is
        finally:
            self._has_usher = False
