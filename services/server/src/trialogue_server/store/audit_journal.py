"""Logs the acts of operators once they are committed."""

from collections.abc import Sequence
from typing import Protocol

from trialogue_server.obs.logs import get_logger
from trialogue_server.world.events import Event, OperatorActed


class Journal(Protocol):
    """Takes the events of each tick; a store is one."""

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick, or none. Raises StoreUnavailable."""


class AuditedJournal:
    """A journal that logs what operators did: who, what, about whom, and the reason given."""

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
