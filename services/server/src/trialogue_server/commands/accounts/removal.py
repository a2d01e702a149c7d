"""Removing an account with everything that it owned."""

from collections.abc import Iterator

from msgspec.structs import replace

from ircwire.modes import ModeChange, format_modes
from trialogue_server.commands.accounts.login import log_out
from trialogue_server.commands.connection.departure import leave_network
from trialogue_server.commands.context import Context
from trialogue_server.commands.operators.granting import lapse_entries
from trialogue_server.world.accounts import Account
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import (
    AccountDropped,
    AccountSaved,
    ChannelDropped,
    ChannelSaved,
    MailNoted,
    ModesChanged,
)
from trialogue_server.world.extended_bans import MUTE, account_entry, parse_extban, same_entry
from trialogue_server.world.registered_channels import Ownership, record_of
from trialogue_server.world.user import identity_of
from trialogue_server.world.world import World


def founded_by(world: World, account: str) -> Iterator[tuple[Channel, Ownership]]:
    """Return the registered channels of an account."""
    for channel, ownership in registered_channels(world):
        if ownership.founder == account:
            yield channel, ownership


def registered_channels(world: World) -> Iterator[tuple[Channel, Ownership]]:
    """Return all registered channels, each with its ownership."""
    for channel in list(world.channels.values()):
        if channel.ownership is not None:
            yield channel, channel.ownership


def _without(ownership: Ownership, account: str, world: World) -> Ownership:
    """Remove an account from a channel's lists: the next owner of the name is somebody else."""
    entry = world.fold(same_entry(account_entry(account)))
    others = tuple(one for one in ownership.akicks if world.fold(same_entry(one.entry)) != entry)
    return replace(ownership.with_access(account, ""), akicks=others)


def drop_account(ctx: Context, account: Account) -> None:
    """Delete an account with its channel registrations, its entries on others' lists and its logins."""
    for channel, ownership in registered_channels(ctx.world):
        if ownership.founder == account.name:
            ctx.commit(ChannelDropped(*ctx.stamp(), channel.name))
        elif (changed := _without(ownership, account.name, ctx.world)) != ownership:
            ctx.commit(ChannelSaved(*ctx.stamp(), record_of(channel, changed)))
    _take_off_lists(ctx, account)
    _forget(ctx, account)
    lapse_entries(ctx, account.name)
    ctx.commit(AccountDropped(*ctx.stamp(), account.name))
    _end_logins(ctx, account.name)


def _take_off_lists(ctx: Context, account: Account) -> None:
    """Remove an account from the lists of all channels, so that they do not mean the next one of that name."""
    entry = ctx.world.fold(same_entry(account_entry(account.name)))
    for channel in list(ctx.world.channels.values()):
        for letter, entries in channel.lists.items():
            for one in [one.mask for one in entries if ctx.world.fold(_meant(one.mask)) == entry]:
                change = ModeChange(False, letter, one)
                shown = tuple(format_modes([change]))
                ctx.commit_by_itself(ModesChanged(*ctx.server_stamp(), channel.name, ((False, letter, one),), shown))


def _meant(entry: str) -> str:
    """Return an entry without the prefix that makes it a mute."""
    extban = parse_extban(entry)
    return same_entry(extban.about if extban is not None and extban.type == MUTE else entry)


def _forget(ctx: Context, account: Account) -> None:
    """Remove an account from others' block lists, and its messages from what waits for them."""
    entry = ctx.world.fold(same_entry(account_entry(account.name)))
    for other in list(ctx.world.accounts):
        left = tuple(one for one in other.blocks if ctx.world.fold(same_entry(one)) != entry)
        if left != other.blocks:
            ctx.commit(AccountSaved(*ctx.stamp(), replace(other, blocks=left)))
    for mail in list(ctx.world.mails.by(identity_of(account.name))):
        ctx.commit(MailNoted(*ctx.stamp(), replace(mail, messages=0)))


def _end_logins(ctx: Context, name: str) -> None:
    core = ctx.core
    for user in [one for one in ctx.world.users.values() if one.account == name]:
        log_out(ctx, user)
        if not core.registry.of(user.uid):  # always-on, which nobody can be without an account
            leave_network(core, user, "Account deleted", ctx.now, ctx.reply)
    for session in core.registry.sessions.values():
        if session.registration.account == name:
            session.registration.account = ""
