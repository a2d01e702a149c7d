"""Fair turns: what is decided between two passes of the scheduler is bounded, and who has used least goes first.

A line is decided in one go, and so are all the lines that came in one piece. That is quick, and it is how a few who
make much work would hold up everybody else. So work is counted; where it is over the bound, each further line waits for
its turn, and all the sockets are looked at before the next ones are given.
"""

from heapq import heapify, heappop, heappush
from itertools import count

import trio

from trialogue_server.session.work import LIGHT

BOUND = 3_000
"""Units of work (see `session.work`), about 3 ms."""

LIGHT_BOUND, _PART = 2 * BOUND, 4
"""Lines that make little work go on beyond the bound, and count for less: to take turns with them costs more than it
gives, as a room that hears many lines at once is told them in one go.
"""


class _Waiting:
    __slots__ = ("asked_for", "is_waiting", "order", "woken")

    def __init__(self, order: tuple[float, int], asked_for: float) -> None:
        self.order = order
        self.asked_for = asked_for
        self.is_waiting = True
        self.woken = trio.Event()

    def __lt__(self, other: "_Waiting") -> bool:
        return self.order < other.order


class Turns:
    """One for each server. No task of its own: one of those who wait, the usher, sees to the turns of all."""

    __slots__ = ("_has_usher", "_numbers", "_spent", "_waiting")

    def __init__(self) -> None:
        self._spent = 0.0
        self._waiting: list[_Waiting] = []
        self._has_usher = False
        self._numbers = count()

    @property
    def are_given(self) -> bool:
        """Must a line wait for its turn?"""
        return bool(self._waiting) or self._spent >= BOUND

    @property
    def has_room_for_light(self) -> bool:
        """May a line go on all the same whose sender has done little of late?"""
        return self._spent < LIGHT_BOUND

    def spend(self, units: float) -> None:
        """Count work that was done; of little at a time only a part, as it is flood control that bounds it."""
        self._spent += units if units > LIGHT else units / _PART

    def passed(self) -> None:
        """The scheduler has passed: all sockets were looked at since what was decided so far."""
        self._spent = 0.0

    async def wait_turn(self, tokens: float, units: float) -> None:
        """Wait until all the others have been looked at, and it is this one's turn.

        Whoever has more `tokens` left goes first; `units` is what the line will cost, as far as that can be told.
        """
        me = _Waiting((-tokens, next(self._numbers)), units)
        heappush(self._waiting, me)
        try:
            while me.is_waiting:
                if self._has_usher:
                    await me.woken.wait()
                    me.woken = trio.Event()
                else:
                    await self._usher(me)
        finally:
            if me.is_waiting:  # it was cancelled
                self._waiting.remove(me)
                heapify(self._waiting)
            if self._waiting and not self._has_usher:
                self._waiting[0].woken.set()

    async def _usher(self, me: _Waiting) -> None:
        """Give turns until it is one's own."""
        self._has_usher = True
        try:
            while me.is_waiting:
                await trio.lowlevel.checkpoint()  # all who could run have run, and all sockets were looked at
                self._spent = 0
                self._give()
                if me.is_waiting:
                    await trio.lowlevel.checkpoint()  # those whose turn it is go on
        finally:
            self._has_usher = False

    def _give(self) -> None:
        """Let as many go on as will use up the bound."""
        planned = 0.0
        while self._waiting and planned < BOUND:
            one = heappop(self._waiting)
            planned += one.asked_for
            one.is_waiting = False
            one.woken.set()
