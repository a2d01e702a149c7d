"""ChanServ ACCESS: who gets operator or voice in a registered channel on joining it."""

from ircwire.modes import ModeChange
from trialogue_server.commands.channels.enforcement import give_access_mode, set_by_chanserv
from trialogue_server.commands.services.channel_commands import (
    must_be_entitled,
    must_be_founder,
    registered_channel,
    save,
)
from trialogue_server.commands.services.service import Request, refusal, subcommand
from trialogue_server.world.channel import Channel
from trialogue_server.world.modes import OP, VOICE
from trialogue_server.world.registered_channels import ROLES, Ownership


@subcommand("ACCESS", "<channel>", "ADD|DEL|LIST", "[<account>]", "[op|voice]")
def access(request: Request, name: str, what: str, account: str = "", role: str = "op") -> None:
    """Show or change who is operator, or has voice, whenever they enter: ADD and DEL are for the founder."""
    channel, ownership = registered_channel(request, name)
    match what.upper():
        case "LIST":
            _list(request, channel, ownership)
        case "ADD" if account:
            _add(request, channel, ownership, account, role.lower())
        case "DEL" if account:
            _del(request, channel, ownership, account)
        case _:
            raise refusal(f"Usage: {access.usage}")


def _list(request: Request, channel: Channel, ownership: Ownership) -> None:
    must_be_entitled(request, channel, ownership, (OP, VOICE))
    request.say(f"{ownership.founder}: founder")
    for account, role in ownership.access:
        request.say(f"{account}: {role}")


def _add(request: Request, channel: Channel, ownership: Ownership, name: str, role: str) -> None:
    must_be_founder(request, ownership)
    account = request.ctx.world.accounts.get(name)
    if account is None or not account.is_verified:
        raise refusal("There is no account of that name")
    if role not in ROLES:
        raise refusal(f"Say one of: {', '.join(ROLES)}")
    if account.name == ownership.founder:
        raise refusal(f"{account.name} is the founder of {channel.name}")
    most = request.ctx.config.limits.list_entries
    if most and len(ownership.access) >= most and not ownership.mode_of(account.name):
        raise refusal(f"The access list is full: it has {most} entries")
    save(request, channel, ownership.with_access(account.name, role))
    for member in list(channel.members.values()):
        if member.user.account == account.name:
            give_access_mode(request.ctx, member.user, channel)
    request.say(f"{account.name} is on the access list of {channel.name} as {role}")


def _del(request: Request, channel: Channel, ownership: Ownership, name: str) -> None:
    """Remove an entry. The account's members lose the mode that came with it."""
    must_be_founder(request, ownership)
    fold = request.ctx.world.fold
    listed = next((account for account, _ in ownership.access if fold(account) == fold(name)), "")
    if not listed:
        raise refusal(f"That account is not on the access list of {channel.name}")
    mode = ownership.mode_of(listed)
    save(request, channel, ownership.with_access(listed, ""))
    losers = [one for one in channel.members.values() if one.user.account == listed and mode in one.modes]
    set_by_chanserv(request.ctx, channel, [ModeChange(False, mode, str(one.user.uid)) for one in losers])
    request.say(f"{listed} is not on the access list of {channel.name} any more")
