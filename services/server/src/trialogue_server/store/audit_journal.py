"""Where does the audit log come from? From the journal: what an operator did is logged once it is committed."""

from collections.abc import Sequence
from typing import Protocol

from trialogue_server.obs.logs import get_logger
from trialogue_server.world.events import Event, OperatorActed


class Journal(Protocol):
    """What takes the events of each tick; a store does."""

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick, or none. Raises StoreUnavailable."""


class AuditedJournal:
    """A journal that logs what operators did: who, what, about whom, and the reason that they gave."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick, or none. Raises StoreUnavailable."""
        await self._journal.commit(batch)
        for event in batch:
            if type(event) is OperatorActed:
                get_logger().info(
                    "operator",
                    operator=event.operator,
                    source=event.source,
                    account=event.account,
                    action=event.action,
                    target=event.target,
                    reason=event.reason,
                )
