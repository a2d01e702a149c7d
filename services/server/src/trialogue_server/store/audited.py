"""Where does the audit log come from? From the journal: what an operator did is logged once it is committed."""

from collections.abc import Sequence

from trialogue_server.obs.logs import get_logger
from trialogue_server.world.events import Event, OperatorActed


def log_deeds(batch: Sequence[Event]) -> None:
    """Log what operators did, of a batch that was just committed: who, what, to whom, and their reason."""
    for event in batch:
        if type(event) is OperatorActed:
            get_logger().info(
                "operator",
                operator=event.operator,
                action=event.action,
                target=event.target,
                reason=event.reason,
                source=event.source,
                account=event.account,
                at=event.at,
            )
