"""ChanServ enforces access lists: it gives members the modes of their accounts and kicks those on the AKICK list."""

from collections.abc import Iterable, Iterator

from ircwire.modes import ModeChange, format_modes
from trialogue_server.commands.channels.mode_change import shown_change
from trialogue_server.commands.context import Context
from trialogue_server.commands.services.names import CHANSERV, source_of
from trialogue_server.world.bans import akick_of
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import Kicked, ModesChanged, NickChanged
from trialogue_server.world.registered_channels import Akick
from trialogue_server.world.user import User


def chanserv_stamp(ctx: Context) -> tuple[int, float, int, str, str]:
    """Return the first five fields of an event that ChanServ causes now."""
    return ctx.core.ids.next(ctx.now), ctx.now, 0, source_of(CHANSERV, ctx.core.name), ""


def set_by_chanserv(ctx: Context, channel: Channel, changes: Iterable[ModeChange]) -> None:
    """Change channel modes as ChanServ for the asker. Members stand in the changes as uids."""
    for event in _changed(ctx, channel, changes):
        ctx.commit(event)


def _changed(ctx: Context, channel: Channel, changes: Iterable[ModeChange]) -> Iterator[ModesChanged]:
    """Yield one event, which is one line, for each change: they are few."""
    for change in changes:
        shown = tuple(format_modes([shown_change(ctx.world, change)]))
        stored = (change.add, change.mode, change.param or "")
        yield ModesChanged(*chanserv_stamp(ctx), channel.name, (stored,), shown)


def kick_by_chanserv(ctx: Context, user: User, channel: Channel, akick: Akick) -> None:
    """Kick a member as ChanServ for the asker."""
    ctx.commit(_kicked(ctx, user, channel, akick))


def _kicked(ctx: Context, user: User, channel: Channel, akick: Akick) -> Kicked:
    reason = akick.reason or "You may not be in this channel"
    return Kicked(*chanserv_stamp(ctx), channel.name, user.uid, user.nick, reason)


def change_nick(ctx: Context, user: User, nick: str) -> None:
    """Change a user's nick, and kick them from channels whose AKICK list the new nick matches."""
    ctx.commit(NickChanged(ctx.core.ids.next(ctx.now), ctx.now, user.uid, user.mask, user.account, nick))
    for channel in list(user.channels.values()):
        _put_out(ctx, user, channel)


def enforce_access(ctx: Context, user: User, channel: Channel) -> None:
    """Apply a channel's access list to a member: give the account's mode, or kick."""
    if not _put_out(ctx, user, channel):
        give_access_mode(ctx, user, channel)


def _put_out(ctx: Context, user: User, channel: Channel) -> bool:
    """Kick a member if the AKICK list says so; return whether it did."""
    akick = akick_of(channel, user, ctx.world.fold)
    if akick is not None:
        ctx.commit_by_itself(_kicked(ctx, user, channel, akick))
    return akick is not None


def give_access_mode(ctx: Context, user: User, channel: Channel) -> None:
    """Give a member the mode that their account is entitled to, if they do not have it."""
    mode = channel.standing_of(user.account)
    if mode and mode not in channel.members[user.uid].modes:
        for event in _changed(ctx, channel, [ModeChange(True, mode, str(user.uid))]):
            ctx.commit_by_itself(event)
