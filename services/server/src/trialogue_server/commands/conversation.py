"""Which conversation does somebody mean, and which moment?"""

from datetime import datetime

from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.store.history import between
from trialogue_server.world import policy
from trialogue_server.world.refused import Refused
from trialogue_server.world.user import identity_of


def find_conversation(ctx: Context, target: str) -> tuple[str, str] | None:
    """Return the conversation that the asker may read under this name, and the name as it is shown; None if none is.

    Who may read what is decided here and in `policy.can_read`, for every command that shows history.
    """
    if target.startswith("#"):
        try:
            channel = p.read_channel(ctx, target)
            policy.can_read(ctx.world, ctx.user, channel)
        except Refused:
            return None
        return channel.folded, channel.name
    other = ctx.world.user(target)
    if other is not None:
        return between(ctx.user.identity, other.identity), other.nick
    account = ctx.world.accounts.get(target)
    if account is not None:
        return between(ctx.user.identity, identity_of(account.name)), account.name
    return None


def parse_time(text: str) -> float | None:
    """Read ``YYYY-MM-DDThh:mm:ss.sssZ`` as Unix time in seconds; None if it is no such time."""
    if not text.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
