"""What does the server ask of a store?

The journal of a tick is one call of `commit`, and delivery follows it: nobody sees what is not stored.
"""

from collections.abc import Sequence
from typing import Protocol

from trialogue_server.world.events import Event


class StoreUnavailable(Exception):  # noqa: N818 - the environment's state, and it may pass
    """The store cannot commit now. The tick is held and tried again; the text says why, for the log."""


class Store(Protocol):
    """Where committed events are kept."""

    @property
    def last_id(self) -> int:
        """The greatest event id ever committed; 0 if there is none."""

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick, or none.

        Raises StoreUnavailable if that is not possible now; the same batch is then offered again.
        """

    async def aclose(self) -> None:
        """Finish what is under way and let go of all resources."""
