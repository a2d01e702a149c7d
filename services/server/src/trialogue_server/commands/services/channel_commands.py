"""Shared by ChanServ's sub-commands: finding the channel, checking the asker's rights, saving the change."""

from trialogue_server.commands.services.service import Request, refusal
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import ChannelSaved
from trialogue_server.world.registered_channels import Ownership, record_of


def visible_channel(request: Request, name: str) -> Channel:
    """Return a channel that the asker can see. Raises Failed."""
    user = request.ctx.user
    channel = request.ctx.world.channel(name)
    if channel is None:
        raise refusal("There is no such channel")
    owned = channel.ownership is not None and bool(channel.ownership.mode_of(user.account))
    if not owned and not policy.can_see(user, channel):
        raise refusal("There is no such channel")
    return channel


def registered_channel(request: Request, name: str) -> tuple[Channel, Ownership]:
    """Return a registered channel that the asker can see, and its ownership. Raises Failed."""
    channel = visible_channel(request, name)
    if channel.ownership is None:
        raise refusal(f"{channel.name} is not registered")
    return channel, channel.ownership


def must_be_founder(request: Request, ownership: Ownership) -> None:
    """Check that the asker is the founder, or an operator who may change every channel. Raises Failed."""
    if not request.ctx.user.has(policy.OVERRIDE) and request.account.name != ownership.founder:
        raise refusal("Only the founder of the channel may do that")


def must_be_entitled(request: Request, channel: Channel, ownership: Ownership, modes: tuple[str, ...]) -> None:
    """Check that the asker's account is entitled to one of these modes, or is such an operator. Raises Failed."""
    if not request.ctx.user.has(policy.OVERRIDE) and ownership.mode_of(request.account.name) not in modes:
        raise refusal(f"Your account has no right to do that in {channel.name}")


def save(request: Request, channel: Channel, ownership: Ownership) -> None:
    """Save the channel with this ownership."""
    ctx = request.ctx
    ctx.commit(ChannelSaved(*ctx.stamp(), record_of(channel, ownership)))
