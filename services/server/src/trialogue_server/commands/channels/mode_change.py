"""Validates one change of a channel's modes."""

from collections.abc import Iterable, Sequence

from ircwire import numerics as n
from ircwire.modes import ModeChange
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.world.channel import Channel
from trialogue_server.world.extended_bans import complete_entry, is_usable_entry, same_entry
from trialogue_server.world.modes import CHANNEL_MODES, KEY, LIMIT
from trialogue_server.world.refused import Refused
from trialogue_server.world.world import World

_LARGEST_LIMIT = 2**31 - 1
_MASK_SIZE = 200
"""Bytes, so that RPL_BANLIST has room for who set the mask."""


def last_change_of_each(world: World, wishes: Iterable[ModeChange]) -> list[ModeChange]:
    """Keep the last of the changes to the same thing (``+o-o bob bob``), which is what remains of them."""
    kept: dict[tuple[str, str], ModeChange] = {}
    for wish in wishes:
        about = ""
        if wish.param and wish.mode in CHANNEL_MODES.lists:
            about = world.fold(same_entry(wish.param))
        elif wish.param and wish.mode in CHANNEL_MODES.prefixes:
            about = world.fold(wish.param)
        kept.pop((wish.mode, about), None)
        kept[wish.mode, about] = wish
    return list(kept.values())


def validate_change(
    ctx: Context, channel: Channel, wish: ModeChange, accepted: Sequence[ModeChange] = ()
) -> ModeChange | None:
    """Return the change in the form in which it takes effect, or None if it changes nothing.

    `accepted` are the changes accepted so far. Raises Refused if it is not possible. Members come as uids, since a nick
    may be another user's tomorrow.
    """
    if wish.mode in CHANNEL_MODES.prefixes:
        return _prefix(ctx, channel, wish)
    if wish.mode in CHANNEL_MODES.lists:
        return _mask(ctx, channel, wish, accepted)
    if wish.mode == KEY:
        return _key(ctx, channel, wish)
    if wish.mode == LIMIT:
        return _limit(channel, wish)
    if wish.mode in CHANNEL_MODES.never:
        return wish if wish.add is not channel.has(wish.mode) else None
    raise Refused(n.ERR_UNKNOWNMODE, p.echoed(wish.mode))


def shown_change(world: World, change: ModeChange) -> ModeChange:
    """Return the change as MODE shows it, with a nick instead of the uid."""
    if change.mode in CHANNEL_MODES.prefixes and change.param is not None:
        return change._replace(param=world.users[int(change.param)].nick)
    return change


def _missing(channel: Channel, wish: ModeChange) -> Refused:
    return Refused(
        n.ERR_INVALIDMODEPARAM, channel.name, wish.mode, "*", text=f"You must give a parameter with mode {wish.mode}"
    )


def _prefix(ctx: Context, channel: Channel, wish: ModeChange) -> ModeChange | None:
    if not wish.param:
        raise _missing(channel, wish)
    target = p.read_user(ctx, wish.param)
    member = channel.members.get(target.uid)
    if member is None:
        raise Refused(n.ERR_USERNOTINCHANNEL, target.nick, channel.name)
    if (wish.mode in member.modes) is wish.add:
        return None
    return wish._replace(param=str(target.uid))


def _mask(ctx: Context, channel: Channel, wish: ModeChange, accepted: Sequence[ModeChange]) -> ModeChange | None:
    if not wish.param or " " in wish.param or wish.param.startswith(":"):
        raise _missing(channel, wish)
    if wish.add and not is_usable_entry(wish.param, wish.mode):
        text = "There is no such extended ban, or not on this list"
        raise Refused(n.ERR_INVALIDMODEPARAM, channel.name, wish.mode, p.echoed(wish.param), text=text)
    fold = ctx.world.fold
    mask = truncate(complete_entry(wish.param), _MASK_SIZE)
    wanted = fold(same_entry(mask))
    known = next((one.mask for one in channel.lists[wish.mode] if fold(same_entry(one.mask)) == wanted), None)
    if (known is not None) is wish.add:
        return None
    size = ctx.config.limits.list_entries
    added = [one for one in accepted if one.add and one.mode in CHANNEL_MODES.lists]
    entries = sum(map(len, channel.lists.values())) + len(added)
    if wish.add and size and entries >= size:
        raise Refused(n.ERR_BANLISTFULL, channel.name, mask)
    return wish._replace(param=known or mask)


def _key(ctx: Context, channel: Channel, wish: ModeChange) -> ModeChange | None:
    if not wish.add:
        return ModeChange(False, KEY, channel.key) if channel.key else None
    if not wish.param:
        raise _missing(channel, wish)
    bad = wish.param.startswith(":") or any(char in " ,\x07" or not char.isprintable() for char in wish.param)
    if bad or len(wish.param.encode()) > ctx.config.limits.key_length:
        raise Refused(n.ERR_INVALIDKEY, channel.name)
    return wish if wish.param != channel.key else None


def _limit(channel: Channel, wish: ModeChange) -> ModeChange | None:
    if not wish.add:
        return wish if channel.limit else None
    if not wish.param:
        raise _missing(channel, wish)
    number = int(wish.param) if wish.param.isascii() and wish.param.isdigit() and len(wish.param) < 11 else 0
    if not 0 < number <= _LARGEST_LIMIT:
        raise Refused(
            n.ERR_INVALIDMODEPARAM, channel.name, LIMIT, p.echoed(wish.param), text="The limit must be a number above 0"
        )
    return ModeChange(True, LIMIT, str(number)) if number != channel.limit else None
