"""LUSERS, MOTD, VERSION, TIME, INFO, ADMIN, LINKS and STATS: queries about the server.

https://modern.ircdocs.horse/#server-queries-and-commands
"""

from datetime import UTC, datetime

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.connection.welcome import send_counts, send_motd
from trialogue_server.commands.context import Context
from trialogue_server.commands.server.isupport import send_isupport
from trialogue_server.world.refused import Refused

_ADMIN_NUMERICS = (n.RPL_ADMINLOC1, n.RPL_ADMINLOC2, n.RPL_ADMINEMAIL)


def must_be_us(ctx: Context, target: str | None) -> None:
    """Refuse any server but this one: it, a mask that matches it, or one of its users may be named."""
    if target is None or ctx.world.user(target) is not None:
        return
    if not _means_us(ctx, target):
        raise Refused(n.ERR_NOSUCHSERVER, p.echoed(target))


def _means_us(ctx: Context, mask: str) -> bool:
    return match(ctx.world.fold(mask), ctx.world.fold(ctx.core.name))


@command("LUSERS", reads=True)
def lusers(ctx: Context) -> None:
    """Count users and channels.  https://modern.ircdocs.horse/#lusers-message"""
    send_counts(ctx)


@command("MOTD", p.opt(p.word("server")), reads=True)
def motd(ctx: Context, target: str | None) -> None:
    """Show the message of the day.  https://modern.ircdocs.horse/#motd-message"""
    must_be_us(ctx, target)
    send_motd(ctx)


@command("VERSION", p.opt(p.word("server")), reads=True)
def version(ctx: Context, target: str | None) -> None:
    """Show the server's version and what it supports.  https://modern.ircdocs.horse/#version-message"""
    must_be_us(ctx, target)
    ctx.reply.numeric(n.RPL_VERSION, ctx.core.instance.version, ctx.core.name, ctx.config.server.description)
    send_isupport(ctx)


@command("TIME", p.opt(p.word("server")), reads=True)
def time(ctx: Context, target: str | None) -> None:
    """Show the server's time.  https://modern.ircdocs.horse/#time-message"""
    must_be_us(ctx, target)
    shown = datetime.fromtimestamp(ctx.now, UTC).strftime("%A, %d %B %Y, %H:%M:%S UTC")
    ctx.reply.numeric(n.RPL_TIME, ctx.core.name, str(int(ctx.now)), "0", shown)


@command("INFO", p.opt(p.word("server")), reads=True)
def info(ctx: Context, target: str | None) -> None:
    """Show what this software is.  https://modern.ircdocs.horse/#info-message"""
    must_be_us(ctx, target)
    started = datetime.fromtimestamp(ctx.core.instance.started_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    for line in (
        f"{ctx.core.instance.version}, an IRCv3 chat server for people who host their own",
        f"Running {ctx.config.server.network} since {started}",
        "MIT licence",
    ):
        ctx.reply.numeric(n.RPL_INFO, line)
    ctx.reply.numeric(n.RPL_ENDOFINFO)


@command("ADMIN", p.opt(p.word("server")), reads=True)
def admin(ctx: Context, target: str | None) -> None:
    """Show who runs this server.  https://modern.ircdocs.horse/#admin-message"""
    must_be_us(ctx, target)
    lines = ctx.config.server.admin
    if not lines:
        raise Refused(n.ERR_NOADMININFO, ctx.core.name)
    ctx.reply.numeric(n.RPL_ADMINME, ctx.core.name, "Administrative info")
    for numeric, line in zip(_ADMIN_NUMERICS, lines, strict=False):
        ctx.reply.numeric(numeric, line)


@command("LINKS", p.opt(p.word("mask")), p.opt(p.word("more")), reads=True)
def links(ctx: Context, mask: str | None, more: str | None) -> None:
    """Show how the servers of this network are linked: there is one, so nothing is.

    https://modern.ircdocs.horse/#links-message
    """
    ctx.reply.numeric(n.RPL_ENDOFLINKS, p.echoed(more or mask or "*"))


@command("STATS", p.word("query"), p.opt(p.word("server")), reads=True)
def stats(ctx: Context, query: str, target: str | None) -> None:
    """Show figures of the server: u how long it has been running. The others are for the log to tell.

    https://modern.ircdocs.horse/#stats-message
    """
    must_be_us(ctx, target)
    letter = p.echoed(query[:1])
    if letter == "u":
        since = ctx.core.running_since
        minutes, seconds = divmod(int(ctx.monotonic - (ctx.monotonic if since is None else since)), 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        ctx.reply.numeric(n.RPL_STATSUPTIME, f"Server Up {days} days {hours}:{minutes:02}:{seconds:02}")
    ctx.reply.numeric(n.RPL_ENDOFSTATS, letter)
