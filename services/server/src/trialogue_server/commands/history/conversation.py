"""Which conversation does somebody mean, and which moment?"""

from datetime import datetime
from typing import NamedTuple

from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.history import Page, between, unheard
from trialogue_server.world.refused import Refused
from trialogue_server.world.spans import EVERYTHING, Spans
from trialogue_server.world.user import identity_of


class Conversation(NamedTuple):
    """What somebody may read."""

    name: str
    """As the store has it."""
    shown: str
    """As people do."""
    spans: Spans = EVERYTHING
    """The ids that may be read."""
    own: str = ""
    """Another one, which is part of it for the asker: what they said and the other did not get."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that it consists of, as the store has it."""
        return (self.name, self.own) if self.own else (self.name,)

    def readable(self, page: Page) -> Page:
        """Return the part of a page that may be read."""
        return page._replace(spans=self.spans, own=self.own)


def find_conversation(ctx: Context, target: str) -> Conversation | None:
    """Return the conversation that the asker may read under this name; None if none is.

    Who may read what is decided here, for every command that shows history, by `policy.can_read` and
    `policy.readable`.
    """
    if target.startswith("#"):
        try:
            return room(ctx, p.read_channel(ctx, target))
        except Refused:
            return None
    other = ctx.world.user(target)
    if other is not None:
        return _of_two(ctx, other.identity, other.nick)
    account = ctx.world.accounts.get(target)
    if account is not None:
        return _of_two(ctx, identity_of(account.name), account.name)
    return None


def _of_two(ctx: Context, other: str, shown: str) -> Conversation:
    """Return the asker's conversation with somebody whose identity this is."""
    name, own = between(ctx.user.identity, other), ctx.user.identity
    return Conversation(name, shown, own=unheard(name, own) if own != other else "")


def room(ctx: Context, channel: Channel) -> Conversation:
    """Return a channel's conversation as far as the asker may read it. Raises Refused.

    Who reads some of it only because they may look into every channel does so on record.
    """
    policy.can_read(ctx.world, ctx.user, channel)
    spans = policy.readable(ctx.world, ctx.user, channel)
    if ctx.user.has(policy.OVERRIDE) and not _is_theirs(ctx, channel, spans):
        ctx.audit(ctx.message.command, channel.name)
    return Conversation(channel.folded, channel.name, spans)


def _is_theirs(ctx: Context, channel: Channel, spans: Spans) -> bool:
    """May they read as much as anybody else who were in their place?"""
    inside = ctx.user.uid in channel.members
    return inside and policy.readable(ctx.world, ctx.user, channel, as_operator=False) == spans


def own_room(ctx: Context, channel: Channel) -> Conversation:
    """Return the conversation of a channel that the asker is in, as far as any member may read it. Raises Refused."""
    policy.can_read(ctx.world, ctx.user, channel)
    spans = policy.readable(ctx.world, ctx.user, channel, as_operator=False)
    return Conversation(channel.folded, channel.name, spans)


def rooms(ctx: Context) -> list[Conversation]:
    """Return those of all the asker's channels that they may read, as any member."""
    ctx.work(5 * len(ctx.user.channels))
    found = []
    for channel in ctx.user.channels.values():
        try:
            found.append(own_room(ctx, channel))
        except Refused:
            continue
    return found


def parse_time(text: str) -> float | None:
    """Read ``YYYY-MM-DDThh:mm:ss.sssZ`` as Unix time in seconds; None if it is no such time."""
    if not text.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
