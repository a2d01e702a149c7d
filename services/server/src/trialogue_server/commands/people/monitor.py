"""MONITOR: notifications when users come and go.  https://ircv3.net/specs/extensions/monitor"""

from collections.abc import Iterable

from ircwire import numerics as n
from ircwire.text import pack_words
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.delivery.metadata import send_values
from trialogue_server.world.names import is_nick
from trialogue_server.world.refused import Failed, Refused
from trialogue_server.world.user import User

_REFUSED_SIZE = 300
"""Bytes of nicks on one line that names those that did not fit into the list."""


@command("MONITOR", p.word("modifier"), p.opt_words("targets", most=None), cost=QUESTION)
def monitor(ctx: Context, modifier: str, targets: list[str] | None) -> None:
    """Be told when people come and go.

    "+ nick,nick" begins, "- nick,nick" ends, C ends all, L lists, S shows who is there.
    https://ircv3.net/specs/extensions/monitor#monitor-command
    """
    match modifier.upper():
        case "+":
            _add(ctx, _given(targets))
        case "-":
            for target in _given(targets):
                ctx.core.registry.monitors.remove(ctx.session, ctx.world.fold(target))
        case "C":
            ctx.core.registry.monitors.clear(ctx.session)
        case "L":
            ctx.reply.words(n.RPL_MONLIST, words=ctx.session.monitored.values(), separator=",")
            ctx.reply.numeric(n.RPL_ENDOFMONLIST)
        case "S":
            _show(ctx, ctx.session.monitored.values())
        case _:
            raise Failed("MONITOR", "UNKNOWN_COMMAND", p.echoed(modifier), text="Give one of + - C L S")


def _given(targets: list[str] | None) -> list[str]:
    if not targets:
        raise Refused(n.ERR_NEEDMOREPARAMS, "MONITOR")
    return targets


def _add(ctx: Context, targets: list[str]) -> None:
    """Add what fits into the list; the rest is named as it was sent."""
    limit = ctx.config.limits.monitor_entries
    monitored = ctx.session.monitored
    added: list[str] = []
    for place, target in enumerate(targets):
        if not is_nick(target, size=ctx.config.limits.nick_length, utf8=ctx.config.server.utf8_names):
            ctx.reply.numeric(n.ERR_ERRONEUSNICKNAME, p.echoed(target))
            continue
        folded = ctx.world.fold(target)
        if folded in monitored:
            continue
        if limit and len(monitored) >= limit:
            _show(ctx, added)
            for line in pack_words(map(p.echoed, targets[place:]), _REFUSED_SIZE):
                ctx.reply.numeric(n.ERR_MONLISTFULL, str(limit), line.replace(" ", ","))
            return
        ctx.core.registry.monitors.add(ctx.session, folded, target)
        added.append(target)
    _show(ctx, added)


def _show(ctx: Context, targets: Iterable[str]) -> None:
    online: list[User] = []
    offline: list[str] = []
    for target in targets:
        user = ctx.world.user(target)
        if user is not None:
            online.append(user)
        else:
            offline.append(target)
    ctx.reply.words(n.RPL_MONONLINE, words=[user.mask for user in online], separator=",")
    for user in online:
        send_values(ctx.reply, user.nick, [(user.nick, user.metadata)], ctx.session.subscriptions)
    ctx.reply.words(n.RPL_MONOFFLINE, words=offline, separator=",")
