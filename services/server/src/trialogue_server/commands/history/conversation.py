"""Finds the conversation and the point in time that a client means."""

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
    """A conversation, with what the asker may read of it."""

    name: str
    """The name in the store."""
    shown: str
    """The name that people know."""
    spans: Spans = EVERYTHING
    """The ids that may be read."""
    own: str = ""
    """The name of another conversation, which is part of this one for the asker: what they sent while blocked."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names in the store that it consists of."""
        return (self.name, self.own) if self.own else (self.name,)

    def readable(self, page: Page) -> Page:
        """Return the page restricted to what the asker may read."""
        return page._replace(spans=self.spans, own=self.own)


def find_conversation(ctx: Context, target: str) -> Conversation | None:
    """Return the conversation that the asker may read under this name; None if there is none.

    Every command that shows history decides here who may read what, by `policy.can_read` and `policy.readable`.
    """
    if target.startswith("#"):
        try:
            return channel_conversation(ctx, p.read_channel(ctx, target))
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
    """Return the asker's conversation with the identity `other`."""
    name, own = between(ctx.user.identity, other), ctx.user.identity
    return Conversation(name, shown, own=unheard(name, own) if own != other else "")


def channel_conversation(ctx: Context, channel: Channel) -> Conversation:
    """Return a channel's conversation as far as the asker may read it. Raises Refused.

    Reading by an operator's privilege goes into the audit log.
    """
    policy.can_read(ctx.world, ctx.user, channel)
    spans = policy.readable(ctx.world, ctx.user, channel)
    if ctx.user.has(policy.OVERRIDE) and not _is_theirs(ctx, channel, spans):
        ctx.audit(ctx.message.command, channel.name)
    return Conversation(channel.folded, channel.name, spans)


def _is_theirs(ctx: Context, channel: Channel, spans: Spans) -> bool:
    """Return whether the asker could read as much without being an operator."""
    inside = ctx.user.uid in channel.members
    return inside and policy.readable(ctx.world, ctx.user, channel, as_operator=False) == spans


def member_conversation(ctx: Context, channel: Channel) -> Conversation:
    """Return the conversation of one of the asker's channels, as any member may read it. Raises Refused."""
    policy.can_read(ctx.world, ctx.user, channel)
    spans = policy.readable(ctx.world, ctx.user, channel, as_operator=False)
    return Conversation(channel.folded, channel.name, spans)


def member_conversations(ctx: Context) -> list[Conversation]:
    """Return the conversations of the asker's channels that they may read, as any member."""
    ctx.work(5 * len(ctx.user.channels))
    found = []
    for channel in ctx.user.channels.values():
        try:
            found.append(member_conversation(ctx, channel))
        except Refused:
            continue
    return found


def parse_time(text: str) -> float | None:
    """Read ``YYYY-MM-DDThh:mm:ss.sssZ`` as Unix time in seconds; None if it is not such a time."""
    if not text.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
