"""MODE: channel modes and user modes.  https://modern.ircdocs.horse/#mode-message"""

from collections.abc import Iterator
from functools import partial

from ircwire import numerics as n
from ircwire.modes import ModeChange, format_modes, parse_modes
from trialogue_server.commands import params as p
from trialogue_server.commands.channels.mode_change import last_change_of_each, shown_change, validate_change
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.session.capabilities import STANDARD_REPLIES
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import ModesChanged, UserModesChanged
from trialogue_server.world.modes import (
    ACCOUNTS_WRITE,
    BAN,
    BOT,
    CHANNEL_MODES,
    EXCEPT,
    INVEX,
    INVISIBLE,
    OPERATOR,
    USER_MODES,
    WALLOPS,
)
from trialogue_server.world.refused import Refused

_COMPARED = 6_000
"""Comparisons of new bans with members that are made in one go."""

_LISTS = {
    BAN: (n.RPL_BANLIST, n.RPL_ENDOFBANLIST),
    EXCEPT: (n.RPL_EXCEPTLIST, n.RPL_ENDOFEXCEPTLIST),
    INVEX: (n.RPL_INVEXLIST, n.RPL_ENDOFINVEXLIST),
}


@command("MODE", p.word("target"), p.opt(p.text("modes")), p.rest("parameters"), cost=QUESTION)
def mode(ctx: Context, target: str, modes: str | None, params: list[str]) -> Effect | None:
    """Show or change the modes of a channel, or your own.

    Channels: i by invitation only, m moderated, n no messages from outside, s secret, t topic by operators only,
    C no CTCP but ACTION, M only accounts speak, R only accounts join, k <key>, l <limit>, b <mask> banned,
    e <mask> not banned after all, I <mask> always invited (~a:<account> instead of a mask means an account, with b and
    e ~m:<mask> who may not speak), o <nick> operator, v <nick> voice.
    You: B bot, i invisible, R only accounts may write to you (and those to whom you write), w hear WALLOPS,
    o operator (take off only).
    https://modern.ircdocs.horse/#mode-message
    """
    if target.startswith("#"):
        channel = p.read_channel(ctx, target)
        if modes:
            return _change_channel(ctx, channel, modes, params)
        _show_channel(ctx, channel)
        return None
    if p.read_user(ctx, target) is not ctx.user:
        raise Refused(n.ERR_USERSDONTMATCH)
    if modes:
        _change_user(ctx, modes)
    else:
        ctx.reply.numeric(n.RPL_UMODEIS, f"+{ctx.user.modes}")
    return None


def _show_channel(ctx: Context, channel: Channel) -> None:
    inside = ctx.user.uid in channel.members or ctx.user.has(policy.OVERRIDE)
    words = " ".join(channel.mode_words(with_key=inside))
    ctx.reply.raw(f"{n.RPL_CHANNELMODEIS} {ctx.user.nick} {channel.name} {words}")
    ctx.reply.raw(f"{n.RPL_CREATIONTIME} {ctx.user.nick} {channel.name} {int(channel.created_at)}")


def _change_channel(ctx: Context, channel: Channel, modes: str, params: list[str]) -> Effect | None:
    changes = parse_modes(modes, params, CHANNEL_MODES)
    asked = [change for change in changes if change.mode in _LISTS and change.param is None]
    for letter in dict.fromkeys(change.mode for change in asked):
        _show_list(ctx, channel, letter)
    wishes = [change for change in changes if change not in asked]
    limit = ctx.config.limits.modes_per_command
    if not wishes:
        return None
    policy.must_be_op(ctx.user, channel)
    last = last_change_of_each(ctx.world, wishes[:limit] if limit else wishes)
    effect = ctx.attempt_in_turns(partial(_change, ctx, channel.name), _portions(channel, last))
    if limit and len(wishes) > limit:
        text = f"Only the first {limit} changes were looked at: say the others in another MODE"
        if ctx.session.caps & STANDARD_REPLIES:
            ctx.reply.warn("MODE", "TOO_MANY_CHANGES", (channel.name,), text)
        else:
            ctx.reply.raw(f"NOTICE {ctx.user.nick} :{text}")
    return effect


def _portions(channel: Channel, wishes: list[ModeChange]) -> list[list[ModeChange]]:
    """Split changes so that the new bans of each portion are compared with all members in a few milliseconds."""
    size = max(1, _COMPARED // (len(channel.members) or 1))
    return [wishes[place : place + size] for place in range(0, len(wishes), size)]


def _change(ctx: Context, name: str, wishes: list[ModeChange]) -> None:
    channel = p.read_channel(ctx, name)  # others may have had turns since the last portion
    policy.must_be_op(ctx.user, channel)
    entries, bans = sum(map(len, channel.lists.values())), sum(wish.add and wish.mode == BAN for wish in wishes)
    ctx.work(len(wishes) * (10 + entries // 2))  # each wish is compared with all entries
    if bans:
        ctx.work((2 + bans) * len(channel.members))
    accepted: list[ModeChange] = []

    def accept(wish: ModeChange) -> None:
        change = validate_change(ctx, channel, wish, accepted)
        if change is not None and change not in accepted:
            accepted.append(change)

    ctx.attempt(accept, wishes)
    for changes in _fitting(ctx, channel, accepted):
        shown = format_modes(shown_change(ctx.world, change) for change in changes)
        stored = tuple((change.add, change.mode, change.param or "") for change in changes)
        ctx.commit(ModesChanged(*ctx.stamp(), channel.name, stored, tuple(shown), bool(ctx.operator)))


def _fitting(ctx: Context, channel: Channel, changes: list[ModeChange]) -> Iterator[list[ModeChange]]:
    """Split the changes into as many events as there must be lines to show them all."""
    head = f":{ctx.user.mask} MODE {channel.name} "
    room = ctx.config.limits.line_length - len("\r\n") - len(head.encode())
    gathered: list[ModeChange] = []
    size = 0
    for change in changes:
        length = len("+b ") + len((shown_change(ctx.world, change).param or "").encode())
        if gathered and size + length > room:
            yield gathered
            gathered, size = [], 0
        gathered.append(change)
        size += length
    if gathered:
        yield gathered


def _show_list(ctx: Context, channel: Channel, letter: str) -> None:
    entry_numeric, end_numeric = _LISTS[letter]
    if ctx.user.uid in channel.members or ctx.user.has(policy.OVERRIDE) or letter == BAN:
        head, entries = f"{entry_numeric} {ctx.user.nick} {channel.name}", list(channel.lists[letter])
        lines = (ctx.reply.made_raw(f"{head} {entry.mask} {entry.by} {int(entry.at)}") for entry in entries)
        ctx.reply.stream(lines, len(entries))
    ctx.reply.numeric(end_numeric, channel.name)


def _change_user(ctx: Context, modes: str) -> None:
    before = set(ctx.user.modes)
    after = set(before)
    unknown = False
    for change in parse_modes(modes, (), CHANNEL_MODES._replace(prefixes="", lists="", always="", when_set="")):
        if change.mode not in USER_MODES:
            unknown = True
        elif not change.add:
            after.discard(change.mode)
        elif change.mode in (ACCOUNTS_WRITE, BOT, INVISIBLE, WALLOPS) or OPERATOR in before:
            after.add(change.mode)
    if after != before:
        effective = [ModeChange(True, letter) for letter in sorted(after - before)]
        effective += [ModeChange(False, letter) for letter in sorted(before - after)]
        if OPERATOR in before - after:  # whichever device says so, all step down
            for session in ctx.core.registry.of(ctx.user.uid):
                session.rights = None
        ctx.commit(UserModesChanged(*ctx.stamp(), ctx.user.uid, "".join(sorted(after))))
        for reply in ctx.replies_to(ctx.user):
            reply.line_from(ctx.user.mask, f"MODE {ctx.user.nick} {format_modes(effective)[0]}")
    if unknown:
        raise Refused(n.ERR_UMODEUNKNOWNFLAG)
