"""METADATA SUB, UNSUB and SUBS: the keys that a session is notified of.

https://ircv3.net/specs/extensions/metadata#notifications (work in progress)
"""

from collections.abc import Iterator

from ircwire import numerics as n
from trialogue_server.commands.context import Context
from trialogue_server.commands.metadata.faults import faults_of, invalid_target
from trialogue_server.commands.metadata.holder import MYSELF
from trialogue_server.world.metadata import is_key
from trialogue_server.world.refused import Failed

_KEYS_PER_LINE = 12
"""With the nick and the command no more than the 15 parameters that every client can read."""

_BYTES_PER_LINE = 300
"""The room of a line beside names of any length."""


def subscribe(ctx: Context, target: str, keys: list[str]) -> set[str]:
    """Subscribe the session to keys. Returns those that are new."""
    _must_be_myself(ctx, target)
    subscribed, limit, faults = ctx.session.subscriptions, ctx.config.limits.metadata_subs, faults_of(ctx)
    accepted: dict[str, None] = {}
    fresh: set[str] = set()
    failure: Failed | None = None
    for key in _valid(ctx, keys):
        if key not in subscribed:
            if limit and len(subscribed) >= limit:
                failure = faults.too_many_subs(key, limit)
                break
            subscribed[key] = None
            fresh.add(key)
        accepted[key] = None
    _send(ctx, n.RPL_METADATASUBOK, list(accepted))
    if failure is not None:
        ctx.reply.refuse(failure)
    return fresh


def unsubscribe(ctx: Context, target: str, keys: list[str]) -> None:
    """Unsubscribe the session from keys."""
    _must_be_myself(ctx, target)
    gone = dict.fromkeys(_valid(ctx, keys))
    for key in gone:
        ctx.session.subscriptions.pop(key, None)
    _send(ctx, n.RPL_METADATAUNSUBOK, list(gone))


def subscriptions(ctx: Context, target: str, _params: list[str]) -> None:
    """Send the keys that the session is subscribed to."""
    _must_be_myself(ctx, target)
    lines = [ctx.reply.made(n.RPL_METADATASUBS, *keys) for keys in _spread(list(ctx.session.subscriptions))]
    ctx.reply.batch("metadata-subs", (), lines)


def _must_be_myself(ctx: Context, target: str) -> None:
    user = ctx.session.user
    if target != MYSELF and (user is None or ctx.world.user(target) is not user):
        raise invalid_target(target)


def _valid(ctx: Context, keys: list[str]) -> Iterator[str]:
    for key in keys:
        if is_key(key, size=ctx.config.limits.metadata_key_length):
            yield key
        else:
            ctx.reply.raw(faults_of(ctx).invalid_key_among_others(key))


def _send(ctx: Context, numeric: str, keys: list[str]) -> None:
    for line in _spread(keys):
        ctx.reply.numeric(numeric, *line)


def _spread(keys: list[str]) -> Iterator[list[str]]:
    """Yield the keys in groups that fit one line each."""
    line: list[str] = []
    for key in keys:
        if len(line) == _KEYS_PER_LINE or sum(map(len, line)) + len(key) > _BYTES_PER_LINE:
            yield line
            line = []
        line.append(key)
    if line:
        yield line
