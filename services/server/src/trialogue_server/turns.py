"""Fair turns: what is decided between two passes of the scheduler is bounded, for all sessions together.

A line is decided in one go, and so are all the lines that came in one piece. That is quick, and it is how a few who
make much work would hold up everybody else. So work is counted; where it is over the bound, each further line waits for
its turn, and all the sockets are looked at before the next ones are given. What gathers to be sent with one flush is
bounded as well. Who talks goes before who makes work.
"""

from heapq import heapify, heappop, heappush
from itertools import count

import trio

BOUND = 3_000
"""Units of work (see `session.work`), about 3 ms: as much is decided in a pass before lines wait."""

HEAVY_BOUND = BOUND // 2
"""The same for whatever is not light: the rest of a pass is for those who talk."""

FLUSH = 8_000
"""Units that it may take to send what was decided for others since the last flush, before lines wait for the next one.
Those that are not light wait at half of it.
"""

SEND, _MOST_SENDS, _KEPT = 6, 8_000, 0.75
"""Units that one send of a flush takes, however little is sent. As much as those of the last flushes took may be
decided besides: to tell a thousand takes longer than to decide fifty lines, so it is done for as many as make it worth
while.
"""


class _Waiting:
    __slots__ = ("asked_for", "is_first", "is_waiting", "order", "woken")

    def __init__(self, order: tuple[float, int], asked_for: float) -> None:
        self.order = order
        self.asked_for = asked_for
        self.is_waiting = True
        self.is_first = False
        """Was it woken as the first of a pass? Then it goes on in any case, so that nobody waits for ever."""
        self.woken = trio.Event()

    def __lt__(self, other: "_Waiting") -> bool:
        return self.order < other.order


class _Queue(list[_Waiting]):
    """Those who wait, as a heap: who has most tokens left is the first."""

    def __init__(self, base: float, flush: float) -> None:
        self._base = base
        self.bound = base
        """Units that may have been spent in a pass for the next of these to be decided in it."""
        self.flush = flush
        """Units that the next flush may take already."""

    def extend_by(self, units: float) -> None:
        """Let so much be decided besides."""
        self.bound = self._base + units

    def give(self) -> None:
        """Let as many go on as will use up the bound, and one at least."""
        planned, is_first = 0.0, True
        while self and (is_first or planned < self.bound):
            one = heappop(self)
            one.is_first, is_first = is_first, False
            planned += one.asked_for
            one.is_waiting = False
            one.woken.set()


class Turns(trio.abc.Instrument):
    """One for each server. No task of its own: one of those who wait, the usher, sees to the turns of all."""

    def __init__(self) -> None:
        self._spent = self._gathered = self._sends = 0.0
        self._light, self._heavy = _Queue(BOUND, FLUSH), _Queue(HEAVY_BOUND, FLUSH / 2)
        self._has_usher = False
        self._news = trio.Event()
        """Whom the usher could let go on may have changed, while it could let nobody."""
        self._numbers = count()

    @property
    def are_given(self) -> bool:
        """Must a line wait for its turn, unless it is light?"""
        return bool(self._heavy) or bool(self._light) or self._is_over(self._heavy)

    @property
    def have_room_for_light(self) -> bool:
        """May a line be decided all the same that makes little work?"""
        return not self._light and not self._is_over(self._light)

    @property
    def left(self) -> float:
        """Units that may still be spent in this pass on what is not light."""
        return self._heavy.bound - self._spent

    def _is_over(self, queue: _Queue) -> bool:
        return self._spent >= queue.bound or self._gathered >= queue.flush

    def spend(self, units: float, flush: float = 0.0) -> None:
        """Count work that was done in this pass, and what is to be done with the next flush."""
        self._spent += units
        self._gathered += flush

    def before_io_wait(self, timeout: float) -> None:
        """A pass is over, and everybody's socket is looked at. The scheduler calls this."""
        self._spent = 0.0

    def taken(self) -> None:
        """What was gathered is about to be sent; what is decided from now on is for the flush after it."""
        self._gathered = 0.0
        self._news.set()

    def flushed(self, sends: int) -> None:
        """So many sessions were sent something in one go."""
        self._sends = min(_MOST_SENDS, max(SEND * sends, self._sends * _KEPT))
        self._light.extend_by(self._sends)
        self._heavy.extend_by(self._sends)

    async def wait_turn(self, units: float, tokens: float, *, is_light: bool = False) -> None:
        """Wait until all the others have been looked at, and it is this one's turn.

        Light lines go before the others, and of each kind that of whoever has more `tokens` left; `units` is what it
        will cost, as far as that can be told. Whatever the others do, one of each kind goes on in every pass, unless
        too much has gathered for the next flush.
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
        """Give turns, once in a pass, until it is one's own."""
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
