"""ChanServ AKICK: who may not be in a registered channel, whoever else is in it."""

from msgspec.structs import replace

from ircwire.text import truncate
from trialogue_server.commands.channels.enforcement import kick_by_chanserv
from trialogue_server.commands.services.channel_commands import must_be_entitled, registered_channel, save
from trialogue_server.commands.services.service import Request, refusal, subcommand
from trialogue_server.delivery.render import server_time
from trialogue_server.world.bans import akick_of
from trialogue_server.world.channel import Channel
from trialogue_server.world.extended_bans import account_entry, complete_entry, is_usable_entry, same_entry
from trialogue_server.world.modes import INVEX, OP
from trialogue_server.world.registered_channels import Akick, Ownership

_ENTRY_SIZE = 200
"""Bytes, so that an entry and its reason fit one line of the list."""


@subcommand("AKICK", "<channel>", "ADD|DEL|LIST", "[<account or mask>]", "[<reason…>]")
def akick(request: Request, name: str, what: str, about: str = "", reason: str = "") -> None:
    """Keep an account, or whoever fits a mask, out of your channel: they are put out, and cannot come in again.

    A mask is nick!user@host with * and ?. Who is on the access list is kept out by no entry.
    """
    channel, ownership = registered_channel(request, name)
    must_be_entitled(request, channel, ownership, (OP,))
    match what.upper():
        case "LIST":
            _list(request, channel, ownership)
        case "ADD" if about:
            _add(request, channel, ownership, _read(request, about), reason)
        case "DEL" if about:
            _del(request, channel, ownership, about)
        case _:
            raise refusal(f"Usage: {akick.usage}")


def _list(request: Request, channel: Channel, ownership: Ownership) -> None:
    for one in ownership.akicks:
        reason = f": {one.reason}" if one.reason else ""
        request.say(f"{one.entry} by {one.by} since {server_time(one.at)}{reason}")
    request.say(f"{len(ownership.akicks)} are kept out of {channel.name}")


def _add(request: Request, channel: Channel, ownership: Ownership, entry: str, reason: str) -> None:
    ctx, most = request.ctx, request.ctx.config.limits.list_entries
    others = _others(request, ownership, entry)
    if most and len(others) >= most:
        raise refusal(f"The list is full: it has {most} entries")
    by = ctx.user.account or ctx.operator
    made = Akick(entry, by, ctx.now, truncate(reason, ctx.config.limits.kick_length), bool(ctx.operator))
    save(request, channel, replace(ownership, akicks=(*others, made)))
    for member in list(channel.members.values()):
        if akick_of(channel, member.user, ctx.world.fold) == made:
            kick_by_chanserv(ctx, member.user, channel, made)
    request.say(f"{entry} is kept out of {channel.name}")


def _del(request: Request, channel: Channel, ownership: Ownership, about: str) -> None:
    """Remove an entry. The account may be gone meanwhile, so the text is looked for as it is, and as an account."""
    left = ownership.akicks
    for entry in (about, account_entry(about)):
        left = tuple(one for one in left if one in _others(request, ownership, entry))
    if len(left) == len(ownership.akicks):
        raise refusal(f"That is not on the list of {channel.name}: AKICK {channel.name} LIST shows it")
    save(request, channel, replace(ownership, akicks=left))
    request.say(f"{about} is no longer kept out of {channel.name}")


def _others(request: Request, ownership: Ownership, entry: str) -> tuple[Akick, ...]:
    """Return the other entries, however this one is written."""
    fold = request.ctx.world.fold
    return tuple(one for one in ownership.akicks if fold(same_entry(one.entry)) != fold(same_entry(entry)))


def _read(request: Request, about: str) -> str:
    """Return an entry in its canonical form. Raises Failed."""
    if not set("!@*?:") & set(about):
        account = request.ctx.world.accounts.get(about)
        if account is None:
            raise refusal(f"There is no account of that name; a nick is written {about}!*@*")
        return account_entry(account.name)
    if not is_usable_entry(about, INVEX):  # as there, a mute would make no sense
        raise refusal("Say an account, or a mask as nick!user@host, with * and ?")
    return truncate(complete_entry(about), _ENTRY_SIZE)
