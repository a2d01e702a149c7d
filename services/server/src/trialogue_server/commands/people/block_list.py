"""Block lists: whose direct messages and invitations do not reach a user. SILENCE and NickServ change them.

The list belongs to the account, on all devices and after a restart. A guest's list belongs to the connection, and is
added to the account on login. Services cannot be blocked. Operators of the server can: what everybody must read is not
a direct message.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from ircwire.source import complete_mask
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.commands.services.names import NICKSERV, service_called, source_of
from trialogue_server.world.blocks import blocked_account
from trialogue_server.world.events import AccountSaved, BlocksChanged
from trialogue_server.world.extended_bans import PREFIX, account_entry, complete_entry, is_usable_entry, same_entry
from trialogue_server.world.modes import INVEX

_ENTRY_SIZE = 200
"""Bytes of an entry."""
_NO_NAME = frozenset("!@*?")
"""Characters that stand in masks and not in names."""


class NotBlockedError(Exception):
    """An entry cannot be added or removed. The text says why."""


class FullError(NotBlockedError):
    """The list has as many entries as it may have."""


def block(ctx: Context, about: str) -> str:
    """Add a nick, an account or a mask to the asker's list; returns the entry. Raises NotBlockedError."""
    entry = _read(ctx, about)
    listed = ctx.user.blocks
    known = _matching(ctx, (entry,))
    if known:
        return known[0]
    most = ctx.config.limits.block_entries
    if most and len(listed) >= most:
        raise FullError(f"Your list is full: it has {most} entries")
    _change(ctx, (*listed, entry), f"{shown(entry)} is blocked now, on all of your devices")
    return entry


def unblock(ctx: Context, about: str) -> str:
    """Remove an entry from the asker's list, and return it. Raises NotBlockedError."""
    user = ctx.world.user(about)
    named = [account_entry(user.account)] if user is not None and user.account else []
    found = _matching(ctx, (complete_entry(about), account_entry(about), *named))
    if not found:
        raise NotBlockedError(f"{p.echoed(about)} is not on your list")
    left = tuple(one for one in ctx.user.blocks if one not in found)
    _change(ctx, left, f"{shown(found[0])} is not blocked any more, on all of your devices")
    return found[0]


def shown(entry: str) -> str:
    """Return an entry as people write it: an account by its name, a mask for any user of a nick by the nick."""
    return blocked_account(entry) or entry.removesuffix("!*@*")


def merge_into_account(ctx: Context, entries: Iterable[str]) -> None:
    """Add to the account's list whom its owner had blocked before logging in."""
    more = [entry for entry in entries if not _matching(ctx, (entry,))]
    most = ctx.config.limits.block_entries
    merged = (*ctx.user.blocks, *more)
    if more:
        _change(ctx, merged[:most] if most else merged, "")


def _matching(ctx: Context, wanted: Iterable[str]) -> list[str]:
    """Return the entries of the list that mean the same as one of these, however it is written."""
    fold = ctx.world.fold
    ctx.work(2 * len(ctx.user.blocks))
    same = {fold(same_entry(entry)) for entry in wanted}
    return [entry for entry in ctx.user.blocks if fold(same_entry(entry)) in same]


def _read(ctx: Context, about: str) -> str:
    """Return an entry in its canonical form: an account is blocked under every nick."""
    user = ctx.user
    if service_called(ctx.world.fold(about.partition("!")[0])):
        raise NotBlockedError("Services only answer, and cannot be blocked")
    if not about or about.startswith(":") or " " in about:
        raise NotBlockedError("Say a nick, an account, or a mask as nick!user@host, with * and ?")
    if about.startswith(PREFIX) or _NO_NAME & set(about):
        if not is_usable_entry(about, INVEX):  # as there, a mute would make no sense
            raise NotBlockedError("Say a nick, an account, or a mask as nick!user@host, with * and ?")
        entry = truncate(complete_entry(about), _ENTRY_SIZE)
    else:
        entry = _read_name(ctx, about)
    if entry in (complete_mask(user.nick), account_entry(user.account)):
        raise NotBlockedError("You cannot block yourself")
    return entry


def _read_name(ctx: Context, name: str) -> str:
    other, account = ctx.world.user(name), ctx.world.accounts.get(name)
    if other is not None:
        return account_entry(other.account) if other.account else complete_mask(other.nick)
    if account is not None and account.is_verified:
        return account_entry(account.name)
    return truncate(complete_mask(name), _ENTRY_SIZE)


def _change(ctx: Context, entries: tuple[str, ...], news: str) -> None:
    """Save the list, and tell the asker's other connections if it has changed."""
    user = ctx.user
    account = ctx.world.accounts.get(user.account) if user.account else None
    if account is not None:
        ctx.commit(AccountSaved(*ctx.stamp(), replace(account, blocks=entries)))
    else:
        ctx.commit(BlocksChanged(*ctx.stamp(), entries))
    source = source_of(NICKSERV, ctx.core.name)
    for one in ctx.world.logins.of(user.account) or [user]:
        for session in ctx.core.registry.of(one.uid):
            if session is not ctx.session and news:
                reply = ctx.core.reply_to(session, ctx.now)
                reply.line_from(source, f"NOTICE {one.nick} :{news}")
