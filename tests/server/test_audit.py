"""The audit log: what operators did is logged once it is committed, and not before."""

import io
import json
from collections.abc import Sequence

import pytest

from trialogue_server.obs.logs import configure
from trialogue_server.store.audited import Audited
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.memory import MemoryStore
from trialogue_server.world.events import Event, OperatorActed, WallopsSent

STAMP = (1, 1.0, 7, "alice!alice@192.0.2.1", "alice")
DEED = OperatorActed(*STAMP, "root", "KILL", "bob!bob@192.0.2.2", "spam")


class Full:
    """A disk without room."""

    async def commit(self, batch: Sequence[Event]) -> None:
        """Refuse."""
        raise StoreUnavailable("full")


async def test_what_an_operator_did_is_logged_with_who_what_whom_and_why() -> None:
    stream = io.StringIO()
    with configure("info", "json", stream):
        await Audited(MemoryStore()).commit([WallopsSent(*STAMP, "secret words"), DEED])
    (line,) = stream.getvalue().splitlines()
    logged = json.loads(line)
    assert logged.pop("timestamp")
    assert logged == {
        "level": "info",
        "event": "operator",
        "operator": "root",
        "source": "alice!alice@192.0.2.1",
        "account": "alice",
        "action": "KILL",
        "target": "bob!bob@192.0.2.2",
        "reason": "spam",
    }


async def test_what_could_not_be_committed_is_not_logged() -> None:
    stream = io.StringIO()
    with configure("info", "json", stream), pytest.raises(StoreUnavailable):
        await Audited(Full()).commit([DEED])
    assert stream.getvalue() == ""
