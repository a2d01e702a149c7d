"""Faults that the product had once, or nearly: each is put back for the time of a block, to see that it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from trialogue_server.delivery.audience import Groups
from trialogue_server.pulse import Pulse
from trialogue_server.store.wal import WriteAheadLog
from trialogue_server.world import policy
from trialogue_server.world.ids import EventIds
from trialogue_server.world.spans import EVERYTHING


async def _flush_before_commit(pulse: Pulse) -> None:
    """Deliver before the tick is stored: what the commit then fails to keep has been seen."""
    taken = pulse._tick.make_ready(pulse.turns.left)
    pulse.turns.taken()
    for sink, data in taken.sends:
        sink.send(data)
    if taken.journal:
        await pulse._commit(taken)


def _id_of_the_clock(ids: EventIds, now: float) -> int:
    """Follow the clock wherever it goes."""
    ids._last = max(ids._last + 1 if int(now * 1000) == ids._last >> 20 else 0, int(now * 1000) << 20)
    return ids._last


def _only_sync(log: WriteAheadLog) -> None:
    """Believe the sync that follows one that failed."""
    log.sync()
    log.is_in_doubt = False


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "delivered before it is stored": (Pulse, "_flush_tick", _flush_before_commit),
    "history follows a clock that is set back": (EventIds, "next", _id_of_the_clock),
    "an echo that is said twice": (Groups, "take_back", lambda *_: False),
    "a closed room is read by whoever comes in": (policy, "readable", lambda *_, **__: EVERYTHING),
    "a log that is believed after a sync has failed": (WriteAheadLog, "write_again", _only_sync),
}


@contextmanager
def put_back(name: str) -> Iterator[None]:
    """Have the product make this mistake."""
    where, attribute, instead = FAULTS[name]
    with patch.object(where, attribute, instead):
        yield
