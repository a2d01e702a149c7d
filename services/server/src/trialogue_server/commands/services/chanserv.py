"""ChanServ: registering channels, and managing registered ones."""

from collections.abc import Iterable
from hashlib import sha256

from msgspec.structs import replace

from ircwire.modes import ModeChange
from trialogue_server.commands.accounts.removal import founded_by
from trialogue_server.commands.channels.enforcement import chanserv_stamp, set_by_chanserv
from trialogue_server.commands.services.channel_commands import (
    must_be_entitled,
    must_be_founder,
    registered_channel,
    save,
    visible_channel,
)
from trialogue_server.commands.services.nickserv_settings import read_switch
from trialogue_server.commands.services.service import Request, refusal, subcommand
from trialogue_server.commands.services.set_keep import kept, read_keep
from trialogue_server.delivery.render import server_time
from trialogue_server.world import policy
from trialogue_server.world.accounts import Account
from trialogue_server.world.bans import entry_matches
from trialogue_server.world.events import ChannelDropped, Invited
from trialogue_server.world.modes import BAN, OP, VOICE
from trialogue_server.world.registered_channels import READABLE, Ownership
from trialogue_server.world.user import User

_READABLE = {"all": "all", "joined": "what was said since they joined", "none": "none"}


@subcommand("REGISTER", "<channel>")
def register(request: Request, name: str) -> None:
    """Make a channel yours, of which you are operator: it stays as it is when everybody has left."""
    account = request.account
    channel = visible_channel(request, name)
    if channel.ownership is not None:
        raise refusal(f"{channel.name} is registered already")
    policy.must_be_op(request.ctx.user, channel)
    _must_have_room(request, account)
    save(request, channel, Ownership(account.name, request.ctx.now, begun=request.ctx.core.ids.next(request.ctx.now)))
    request.say(f"{channel.name} is registered to {account.name}")


@subcommand("DROP", "<channel>", "[<word>]")
def drop(request: Request, name: str, word: str = "") -> None:
    """End the registration of your channel; you are told a word with which to confirm it."""
    ctx = request.ctx
    channel, ownership = registered_channel(request, name)
    must_be_founder(request, ownership)
    about = f"{ctx.core.instance.secret} drop {channel.folded} {ownership.registered_at}"
    expected = sha256(about.encode()).hexdigest()[:8]
    if word != expected:
        request.say(f"To end the registration of {channel.name}, say DROP {channel.name} {expected}")
        return
    ctx.commit(ChannelDropped(*ctx.stamp(), channel.name))
    request.say(f"{channel.name} is not registered any more")


@subcommand("TRANSFER", "<channel>", "<account>")
def transfer(request: Request, name: str, to: str) -> None:
    """Make somebody else the founder of your channel; you stay on the access list."""
    channel, ownership = registered_channel(request, name)
    must_be_founder(request, ownership)
    account = _account(request, to)
    if account.name == ownership.founder:
        raise refusal(f"{channel.name} belongs to {account.name} already")
    _must_have_room(request, account)
    left = ownership.with_access(account.name, "").with_access(ownership.founder, "op")
    save(request, channel, replace(left, founder=account.name))
    request.say(f"{channel.name} belongs to {account.name} now")


def _must_have_room(request: Request, account: Account) -> None:
    most = request.ctx.config.channels.registered_per_account
    if most and sum(1 for _ in founded_by(request.ctx.world, account.name)) >= most:
        raise refusal(f"An account can have at most {most} registered channels")


def _account(request: Request, name: str) -> Account:
    account = request.ctx.world.accounts.get(name)
    if account is None or not account.is_verified:
        raise refusal("There is no account of that name")
    return account


@subcommand("INFO", "<channel>")
def info(request: Request, name: str) -> None:
    """Show whose a channel is."""
    channel, ownership = registered_channel(request, name)
    request.say(f"{channel.name} belongs to {ownership.founder} since {server_time(ownership.registered_at)}")
    request.say(f"On its access list: {len(ownership.access)}")
    request.say(f"Of its history, members may read: {_READABLE[ownership.history]}")
    request.say(f"It is kept for: {kept(request, ownership.keep)}")
    request.say(f"Its topic is kept when everybody has left: {'yes' if ownership.keep_topic else 'no'}")


@subcommand("SET KEEPTOPIC", "<channel>", "on|off")
def set_keep_topic(request: Request, name: str, text: str) -> None:
    """Keep the topic of your channel when everybody has left, or forget it."""
    channel, ownership = registered_channel(request, name)
    must_be_founder(request, ownership)
    switch = read_switch(text)
    save(request, channel, replace(ownership, keep_topic=switch))
    request.say(f"The topic of {channel.name} is {'kept' if switch else 'forgotten'} when everybody has left")


@subcommand("SET HISTORY", "<channel>", "all|joined|none")
def set_history(request: Request, name: str, text: str) -> None:
    """Let members of your channel read all of its history, only what was said since they joined, or none."""
    channel, ownership = registered_channel(request, name)
    must_be_founder(request, ownership)
    wish = next((one for one in READABLE if one == text.lower()), None)
    if wish is None:
        raise refusal(f"Say one of: {', '.join(READABLE)}")
    save(request, channel, replace(ownership, history=wish))
    request.say(f"Members of {channel.name} may read of its history: {_READABLE[wish]}")


@subcommand("SET KEEP", "<channel>", "<number>|default", "[days|messages|KB|MB|GB]")
def set_keep(request: Request, name: str, number: str, unit: str = "") -> None:
    """Have what is said in your channel deleted after so many days, or the oldest when there is more than so much."""
    channel, ownership = registered_channel(request, name)
    must_be_founder(request, ownership)
    if channel.operated_since and not request.ctx.user.has(policy.OVERRIDE):
        raise refusal(f"In {channel.name} others spoke before you: only an operator of the server may set that")
    days, messages, size = wish = read_keep(request, ownership.keep, number, unit)
    save(request, channel, replace(ownership, keep_days=days, keep_messages=messages, keep_bytes=size))
    request.say(f"What is said in {channel.name} is kept for {kept(request, wish)}")


@subcommand("OP", "<channel>", "[<nick>]")
def op(request: Request, name: str, nick: str = "") -> None:
    """Make somebody, or yourself, channel operator."""
    _set_mode(request, name, nick, ModeChange(True, OP))


@subcommand("DEOP", "<channel>", "[<nick>]")
def deop(request: Request, name: str, nick: str = "") -> None:
    """Take channel operator from somebody, or from yourself."""
    _set_mode(request, name, nick, ModeChange(False, OP))


@subcommand("VOICE", "<channel>", "[<nick>]")
def voice(request: Request, name: str, nick: str = "") -> None:
    """Give voice to somebody, or to yourself."""
    _set_mode(request, name, nick, ModeChange(True, VOICE))


@subcommand("DEVOICE", "<channel>", "[<nick>]")
def devoice(request: Request, name: str, nick: str = "") -> None:
    """Take voice from somebody, or from yourself."""
    _set_mode(request, name, nick, ModeChange(False, VOICE))


def _set_mode(request: Request, name: str, nick: str, change: ModeChange) -> None:
    ctx = request.ctx
    channel, ownership = registered_channel(request, name)
    target = ctx.world.user(nick) if nick else ctx.user
    of_oneself = target is ctx.user and (not change.add or change.mode == VOICE)
    must_be_entitled(request, channel, ownership, (OP, VOICE) if of_oneself else (OP,))
    if target is None or target.uid not in channel.members:
        raise refusal(f"They are not in {channel.name}" if nick else f"You are not in {channel.name}")
    if _is_protected(request, ownership, target, change):
        raise refusal(f"{target.nick} is the founder of {channel.name}")
    if (change.mode in channel.members[target.uid].modes) is change.add:
        raise refusal("That would change nothing")
    set_by_chanserv(ctx, channel, [change._replace(param=str(target.uid))])
    request.say(f"Done in {channel.name}")


def _is_protected(request: Request, ownership: Ownership, target: User, change: ModeChange) -> bool:
    """Return whether the change would take a mode from the founder, which nobody else may."""
    return not change.add and target is not request.ctx.user and target.account == ownership.founder


@subcommand("INVITE", "<channel>")
def invite(request: Request, name: str) -> None:
    """Let yourself into a channel in which you have a standing, whatever closes it."""
    ctx = request.ctx
    channel, ownership = registered_channel(request, name)
    must_be_entitled(request, channel, ownership, (OP, VOICE))
    if ctx.user.uid in channel.members:
        raise refusal(f"You are in {channel.name} already")
    ctx.commit(Invited(*chanserv_stamp(ctx), channel.name, ctx.user.uid, ctx.user.nick, opens=True))
    key = f" {channel.key}" if channel.key else ""
    request.say(f"You are invited: say /join {channel.name}{key}")


@subcommand("UNBAN", "<channel>")
def unban(request: Request, name: str) -> None:
    """Remove the bans that mean you from a channel in which you are on the access list as operator."""
    ctx = request.ctx
    channel, ownership = registered_channel(request, name)
    must_be_entitled(request, channel, ownership, (OP,))
    masks = [entry.mask for entry in channel.lists[BAN] if entry_matches(entry, ctx.user, ctx.world.fold)]
    set_by_chanserv(ctx, channel, _unbanned(masks))
    request.say(f"{len(masks)} bans are removed from {channel.name}")


def _unbanned(masks: Iterable[str]) -> list[ModeChange]:
    return [ModeChange(False, BAN, mask) for mask in masks]
