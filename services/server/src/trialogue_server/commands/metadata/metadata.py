"""METADATA: key-value data on users and channels.

https://ircv3.net/specs/extensions/metadata (work in progress), in two drafts: draft/metadata-2 and draft/metadata-3.
"""

from collections.abc import Callable
from math import ceil
from typing import NamedTuple

from ircwire import numerics as n
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.metadata.faults import Faults, faults_of
from trialogue_server.commands.metadata.holder import (
    Holder,
    change,
    find_holder,
    must_be_settable,
    visible,
    with_values,
    within,
)
from trialogue_server.commands.metadata.subscriptions import subscribe, subscriptions, unsubscribe
from trialogue_server.delivery.metadata import BATCH_TYPE, key_cleared, key_not_set, key_value, send_values
from trialogue_server.session.capabilities import METADATA_3, knows_metadata
from trialogue_server.session.throttle import Throttle
from trialogue_server.world.metadata import is_key
from trialogue_server.world.refused import Refused

_EVERYBODY = "*ALL"
_ANY_NUMBER = 2**31


class _Subcommand(NamedTuple):
    act: Callable[[Context, str, list[str]], None]
    """Called with the target and the parameters."""
    least: int
    most: int
    """The greatest number of parameters."""


@command(
    "METADATA",
    p.opt(p.word("target")),
    p.opt(p.word("subcommand")),
    p.rest("parameters"),
    phase=Phase.ANY,
    cost=QUESTION,
)
def metadata(ctx: Context, target: str | None, subcommand: str | None, params: list[str]) -> None:
    """Show, set and watch facts about users and channels. "*" is yourself.

    GET <key>…, LIST, SET <key> [<value>], CLEAR; SUB <key>… and UNSUB <key>… choose what you are told of, SUBS lists
    that, SYNC tells it all.
    https://ircv3.net/specs/extensions/metadata#metadata-client-command
    """
    if ctx.session.user is None and not knows_metadata(ctx.session.caps):
        raise Refused(n.ERR_NOTREGISTERED)
    name = (subcommand or "").upper()
    found = _SUBCOMMANDS.get(name)
    faults = faults_of(ctx)
    if target is None or found is None:
        raise faults.subcommand(p.echoed(subcommand or ""))
    if not found.least <= len(params) <= found.most:
        raise faults.params(name)
    found.act(ctx, target, params if name == "SET" else list(dict.fromkeys(params)))


def _get(ctx: Context, target: str, keys: list[str]) -> None:
    holder, faults = find_holder(ctx, target), faults_of(ctx)
    ctx.reply.batch(BATCH_TYPE, (holder.name,), [_shown(ctx, holder, key, faults) for key in keys])


def _shown(ctx: Context, holder: Holder, key: str, faults: Faults) -> bytes:
    if not is_key(key, size=ctx.config.limits.metadata_key_length):
        return ctx.reply.made_raw(faults.invalid_key_among_others(key))
    value = holder.values.get(key)
    return key_not_set(ctx.reply, holder.name, key) if value is None else key_value(ctx.reply, holder.name, key, value)


def _list(ctx: Context, target: str, _params: list[str]) -> None:
    holder = find_holder(ctx, target)
    lines = [key_value(ctx.reply, holder.name, key, value) for key, value in holder.values.items()]
    ctx.reply.batch(BATCH_TYPE, (holder.name,), lines)


def _set(ctx: Context, target: str, params: list[str]) -> None:
    key, value = params[0], params[1] if len(params) > 1 else ""
    holder, limits, faults = find_holder(ctx, target), ctx.config.limits, faults_of(ctx)
    if not is_key(key, size=limits.metadata_key_length):
        raise faults.invalid_key(key)
    must_be_settable(ctx, holder, key)
    if len(value.encode()) > limits.metadata_value_length:
        raise faults.invalid_value(key)
    if value and key not in holder.values and limits.metadata_keys and len(holder.values) >= limits.metadata_keys:
        raise faults.too_many_keys(target, limits.metadata_keys)
    if not value and key not in holder.values and faults.unset_twice:
        raise faults.not_set(holder.name, key)
    _must_not_hurry(ctx, target, key)
    change(ctx, holder, key, value)
    ctx.reply.line(key_value(ctx.reply, holder.name, key, value) if value else key_not_set(ctx.reply, holder.name, key))


def _clear(ctx: Context, target: str, _params: list[str]) -> None:
    holder = find_holder(ctx, target)
    must_be_settable(ctx, holder, "*")
    keys = list(holder.values)
    _must_not_hurry(ctx, target, "*")
    for key in keys:
        change(ctx, holder, key, "")
    ctx.reply.batch(BATCH_TYPE, (holder.name,), [key_cleared(ctx.reply, holder.name, key) for key in keys])


def _must_not_hurry(ctx: Context, target: str, key: str) -> None:
    """Limit how often metadata changes: each is told to everybody who shares a channel, and kept. Raises Failed."""
    flood, session = ctx.config.flood, ctx.session
    throttle = session.metadata_throttle
    if throttle is None or (throttle.rate, throttle.burst) != (flood.metadata_rate, flood.metadata_burst):
        throttle = session.metadata_throttle = Throttle(flood.metadata_rate, flood.metadata_burst, ctx.monotonic)
    wait = throttle.wait(ctx.monotonic)
    if wait:
        raise faults_of(ctx).too_fast(target, key, ceil(wait))
    throttle.take(ctx.monotonic)


def _sub(ctx: Context, target: str, keys: list[str]) -> None:
    """Subscribe. The values of new keys are left to SYNC: one reading of the drafts sends them here, all of them allow
    this.
    """
    fresh = subscribe(ctx, target, keys)
    if not fresh or ctx.session.user is None or not knows_metadata(ctx.session.caps):
        return
    later = [_EVERYBODY] if ctx.session.caps & METADATA_3 else with_values(ctx, fresh)
    for name in later:
        ctx.reply.raw(f"{n.RPL_METADATASYNCLATER} {ctx.user.nick} {name}")


def _sync(ctx: Context, target: str, _params: list[str]) -> None:
    if target == _EVERYBODY and ctx.session.user is not None:
        send_values(ctx.reply, _EVERYBODY, visible(ctx), ctx.session.subscriptions)
        return
    holder = find_holder(ctx, target)
    lines = [(holder.name, holder.values), *within(holder)]
    send_values(ctx.reply, holder.name, lines, ctx.session.subscriptions)


_SUBCOMMANDS = {
    "GET": _Subcommand(_get, 1, _ANY_NUMBER),
    "LIST": _Subcommand(_list, 0, 0),
    "SET": _Subcommand(_set, 1, 2),
    "CLEAR": _Subcommand(_clear, 0, 0),
    "SUB": _Subcommand(_sub, 1, _ANY_NUMBER),
    "UNSUB": _Subcommand(unsubscribe, 1, _ANY_NUMBER),
    "SUBS": _Subcommand(subscriptions, 0, 0),
    "SYNC": _Subcommand(_sync, 0, 0),
}
