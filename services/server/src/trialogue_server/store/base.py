"""The interface of a store.

The journal of a tick is one call of `commit`, and delivery follows it: nobody sees what is not stored.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from trialogue_server.store.retention import Retention
from trialogue_server.world.events import Event
from trialogue_server.world.history import Found, Page, Query, Target
from trialogue_server.world.spans import Spans


class StoreUnavailable(Exception):  # noqa: N818 - the environment's state, and it may pass
    """The store cannot commit now. The tick is held and tried again; the text says why, for the log."""


class Store(Protocol):
    """Where committed events are kept."""

    @property
    def last_id(self) -> int:
        """The greatest event id ever committed; 0 if there is none. Raises StoreBroken."""

    def restore(self) -> Iterator[Event]:
        """Return the events that restore the world's records. Blocks; called once, at the start.

        Raises StoreBroken.
        """

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick, or none.

        Raises StoreUnavailable if that is not possible now; the same batch is then offered again.
        """

    def check(self) -> None:
        """Raise StoreUnavailable if what is committed would be lost. Takes some microseconds."""

    async def page(self, page: Page) -> list[Event]:
        """Return a page of a conversation, in order. Raises StoreUnavailable."""

    async def find(self, conversation: str, event_id: int) -> Event | None:
        """Return one event of a conversation, if it is there. Raises StoreUnavailable."""

    async def search(self, query: Query, identity: str) -> Found:
        """Return the latest messages that match, in order. Raises StoreUnavailable.

        No search takes longer than its budget; those of different askers take turns (`Query.asker`).

        The direct conversations of `identity` are searched as well; "" has none.
        """

    async def maintain(self, retention: Callable[[], Retention]) -> None:
        """Maintain the store, until cancelled. `retention` says how long history is kept now."""

    async def targets(
        self, conversations: Sequence[tuple[str, Spans]], identity: str, *, after: int, before: int, limit: int
    ) -> list[Target]:
        """Return which of these conversations, and of the identity's direct ones, had their latest message between two
        ids.

        Only what the asker may read counts. Raises StoreUnavailable.
        """

    async def sizes(self, conversations: Sequence[str]) -> dict[str, int]:
        """Return how many bytes conversations take; 0 for those without messages. Raises StoreUnavailable."""

    async def aclose(self) -> None:
        """Finish what is under way and close the store."""


class StoreBroken(Exception):  # noqa: N818 - what is wrong with it follows
    """The store cannot be used at all. The text is one plain sentence for whoever starts the server."""
