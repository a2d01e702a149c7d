"""What do the effects that read the store come to? The same in the running server as in a simulated one."""

from collections.abc import Sequence

from trialogue_server.commands.effects import FindEvent, ReadHistory, Reading, ReadTargets, SearchHistory
from trialogue_server.store.base import Store
from trialogue_server.world.events import Event
from trialogue_server.world.history import Target


async def read(store: Store, effect: Reading) -> Sequence[Event] | Sequence[Target] | Event | None:
    """Return the effect's result. Raises StoreUnavailable."""
    match effect:
        case ReadHistory():
            return [event for page in effect.pages for event in await store.page(page)]
        case SearchHistory():
            return await store.search(effect.query, effect.identity)
        case FindEvent():
            return await store.find(effect.conversation, effect.id)
        case ReadTargets():
            return await store.targets(
                effect.conversations,
                effect.identity,
                after=effect.after,
                before=effect.before,
                limit=effect.limit,
            )
