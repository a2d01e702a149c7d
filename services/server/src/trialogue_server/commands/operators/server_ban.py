"""BAN, KLINE, UNKLINE, DLINE and UNDLINE: server bans (operators).

Bans by account, address, network (CIDR) and mask. KLINE and DLINE are the names that other servers use: a ban by
``user@host``, and one by address or network.
"""

from datetime import UTC, datetime

from ircwire.source import complete_mask
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.duration import read_duration
from trialogue_server.commands.operators.ban_enforcement import close_banned, visitor
from trialogue_server.world.addresses import parse_address, parse_network
from trialogue_server.world.events import ServerBanLifted, ServerBanSet
from trialogue_server.world.refused import Failed
from trialogue_server.world.server_bans import ADDRESS, KINDS, MASK, NETWORK, ServerBan, ServerBans

_COMPARED = 6
"""Units of work for each session that is compared with a ban."""

_MASK_SIZE = 200
"""Bytes, so that a ban and its reason fit one line of the list."""


@command("BAN", p.word("ADD|DEL|LIST"), p.opt(p.word("kind")), p.rest("target"), privilege="ban")
def ban(ctx: Context, action: str, kind: str | None, words: list[str]) -> None:
    """Ban from the server, lift a ban, or list them (operators).

    BAN ADD account|address|network|mask <target> [<duration>] [:<reason>]
    BAN DEL account|address|network|mask <target>
    BAN LIST [account|address|network|mask]
    A duration is 90m, 12h, 7d, 1w or 1d12h; a bare number is minutes; without one the ban is for ever.
    """
    action, kind = action.upper(), (kind or "").lower()
    if action not in ("ADD", "DEL", "LIST"):
        raise Failed("BAN", "INVALID_ACTION", p.echoed(action), text="Say BAN ADD, BAN DEL or BAN LIST")
    if kind not in KINDS and not (action == "LIST" and not kind):
        raise Failed("BAN", "INVALID_KIND", p.echoed(kind), text=f"A ban is one of: {', '.join(KINDS)}")
    if action == "LIST":
        _list(ctx, kind)
    elif not words:
        raise Failed("BAN", "NEED_MORE_PARAMS", action, text=f"Say whom: BAN {action} {kind} <target>")
    elif action == "ADD":
        _add(ctx, "BAN", kind, words)
    else:
        _lift(ctx, "BAN", kind, words[0])


@command("KLINE", p.word("duration or mask"), p.rest("mask"), privilege="ban")
def kline(ctx: Context, first: str, rest: list[str]) -> None:
    """Ban a mask: KLINE [<duration>] <user@host> [:<reason>] (operators)."""
    _add(ctx, "KLINE", MASK, _turned(first, rest))


@command("UNKLINE", p.word("mask"), privilege="ban")
def unkline(ctx: Context, mask: str) -> None:
    """Lift the ban of a mask (operators)."""
    _lift(ctx, "UNKLINE", MASK, mask)


@command("DLINE", p.word("duration or address"), p.rest("address"), privilege="ban")
def dline(ctx: Context, first: str, rest: list[str]) -> None:
    """Ban an address or a network: DLINE [<duration>] <address> [:<reason>] (operators)."""
    words = _turned(first, rest)
    _add(ctx, "DLINE", NETWORK if "/" in words[0] else ADDRESS, words)


@command("UNDLINE", p.word("address"), privilege="ban")
def undline(ctx: Context, address: str) -> None:
    """Lift the ban of an address or a network (operators)."""
    _lift(ctx, "UNDLINE", NETWORK if "/" in address else ADDRESS, address)


def _turned(first: str, rest: list[str]) -> list[str]:
    """Return target, duration and reason in the order of BAN."""
    return [rest[0], first, *rest[1:]] if rest and read_duration(first) is not None else [first, *rest]


def _add(ctx: Context, name: str, kind: str, words: list[str]) -> None:
    target, *more = words
    seconds = read_duration(more[0]) if more else None
    reason = more[-1] if more[1 if seconds is not None else 0 :] else ""
    record = make_ban(ctx, name, kind, target, by=ctx.user.nick, seconds=seconds or 0.0, reason=reason)
    _must_not_mean_oneself(ctx, name, record)
    ctx.audit(f"{name} ADD", f"{kind} {record.target}", record.reason)
    ended = impose(ctx, record)
    ctx.reply.raw(f"NOTE {name} BAN_ADDED {kind} {record.target} :Banned {ended}")


def make_ban(ctx: Context, name: str, kind: str, target: str, *, by: str, seconds: float, reason: str) -> ServerBan:
    """Return a ban for some seconds, 0 for ever, not yet in force. Raises Failed if the target is invalid."""
    words = " ".join(reason.replace("\0", " ").split())  # it goes on one line
    said = truncate(words or "No reason given", ctx.config.limits.kick_length)
    until = ctx.believed + seconds if seconds else 0.0
    return ServerBan(kind, read_target(ctx.world.server_bans, name, kind, target), by, ctx.now, until, said)


def impose(ctx: Context, record: ServerBan) -> str:
    """Put a ban in force, and close matching sessions. Returns words that say until when, and how many."""
    ctx.commit(ServerBanSet(*ctx.stamp(), record))
    ctx.work(_COMPARED * len(ctx.core.registry.sessions))
    ended = close_banned(ctx.core, record, ctx.moment)
    return f"{_until(record)}; {ended} connections ended"


def _must_not_mean_oneself(ctx: Context, name: str, record: ServerBan) -> None:
    alone = ServerBans(ctx.world.fold)
    alone.set(record)
    if alone.find(visitor(ctx.core, ctx.session), ctx.believed) is not None:
        text = "This ban would mean yourself: make it narrower"
        raise Failed(name, "INVALID_TARGET", p.echoed(record.target), text=text)


def read_target(bans: ServerBans, name: str, kind: str, text: str) -> str:
    """Return a ban's target in its canonical form. Raises Failed if it is invalid."""
    try:
        if kind == ADDRESS:
            return str(parse_address(text))
        if kind == NETWORK:
            return str(parse_network(text))
    except ValueError:
        wanted = "an address, as 192.0.2.1" if kind == ADDRESS else "a network, as 192.0.2.0/24 or 2001:db8::/32"
        raise Failed(name, "INVALID_TARGET", p.echoed(text), text=f"That is not {wanted}") from None
    mask = complete_mask(text) if kind == MASK else text
    if len(mask.encode()) > _MASK_SIZE:  # cut, it would mean somebody else
        raise Failed(name, "INVALID_TARGET", p.echoed(text), text=f"That is too long: {_MASK_SIZE} bytes at most")
    if " " in mask or mask.startswith(":") or not mask.isprintable():
        raise Failed(name, "INVALID_TARGET", p.echoed(text), text="That cannot be banned: it is not one word")
    known = bans.get(kind, mask)
    return known.target if known is not None else mask


def _lift(ctx: Context, name: str, kind: str, text: str) -> None:
    target = read_target(ctx.world.server_bans, name, kind, text)
    if ctx.world.server_bans.get(kind, target) is None:
        raise Failed(name, "NO_SUCH_BAN", kind, p.echoed(target), text="There is no such ban: see BAN LIST")
    ctx.commit(ServerBanLifted(*ctx.stamp(), kind, target))
    ctx.audit(f"{name} DEL" if name == "BAN" else name, f"{kind} {target}")
    ctx.reply.raw(f"NOTE {name} BAN_LIFTED {kind} {target} :No longer banned")


def _list(ctx: Context, kind: str) -> None:
    bans = [each for each in ctx.world.server_bans if kind in ("", each.kind) and not each.is_over(ctx.believed)]
    made = ctx.reply.made_raw
    lines = (made(f"NOTE BAN BAN_ENTRY {each.kind} {each.target} :{describe(each)}") for each in bans)
    ctx.reply.stream(lines, len(bans))
    ctx.reply.raw(f"NOTE BAN BAN_LIST_END :{len(bans)} bans")


def describe(record: ServerBan) -> str:
    """Say who banned, when, until when and why."""
    return f"by {record.by} on {_date(record.at)}, {_until(record)}: {record.reason}"


def _until(record: ServerBan) -> str:
    return f"until {_date(record.until)}" if record.until else "for ever"


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
