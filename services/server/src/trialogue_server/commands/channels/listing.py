"""LIST: the list of channels.  https://modern.ircdocs.horse/#list-message"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel


class Row(NamedTuple):
    """A channel at the moment of LIST: the reply may be read much later."""

    name: str
    folded: str
    members: int
    topic: str
    topic_at: float
    created_at: float


Condition = Callable[[Row], bool]

_TIMES: dict[str, Callable[[Row], float]] = {"T": lambda row: row.topic_at, "C": lambda row: row.created_at}
"""What minutes are counted from, by the letter of a condition."""


@command("LIST", p.opt_words("conditions"), reads=True)
def list_(ctx: Context, conditions: list[str] | None) -> None:
    """Show the channels: all, those named, or those that meet every condition.

    ">10" and "<10" count members, "T>60" and "T<60" minutes since the topic was set, "C>60" and "C<60" minutes since
    the channel was made; a mask matches names, and with "!" before it names that it does not match.
    https://modern.ircdocs.horse/#list-message
    """
    tests, masks = _read(ctx, conditions or [])
    weight = 1 + len(tests) + len(masks)
    ctx.work(len(ctx.world.channels) * weight)
    shown = [
        channel
        for channel in ctx.world.channels.values()
        if policy.is_listed(ctx.world, channel) and policy.can_see(ctx.user, channel)
    ]
    ctx.reply.raw(f"{n.RPL_LISTSTART} {ctx.user.nick} Channel :Users  Name")
    ctx.reply.stream(_lines(ctx, _rows(shown), tests, masks), len(shown), weight=weight)
    ctx.reply.numeric(n.RPL_LISTEND)


def _rows(channels: list[Channel]) -> Iterator[Row]:
    """Return copies, column by column; rows are made when they are read. The garbage collector takes long to go through
    a hundred thousand small objects.
    """
    names, folded = [one.name for one in channels], [one.folded for one in channels]
    members, topics = [len(one.members) for one in channels], [one.topic for one in channels]
    times = [one.topic_at for one in channels], [one.created_at for one in channels]
    return map(Row, names, folded, members, topics, *times)


def _lines(ctx: Context, rows: Iterator[Row], tests: list[Condition], masks: list[Condition]) -> Iterator[bytes]:
    """Yield a line for each channel that matches, b"" for others."""
    shown, most = 0, ctx.config.limits.list_replies
    for row in rows:
        named = not masks or any(mask(row) for mask in masks)
        if named and all(test(row) for test in tests):
            yield ctx.reply.made(n.RPL_LIST, row.name, str(row.members), row.topic)
            shown += 1
            if shown == most:
                return
        else:
            yield b""


def _read(ctx: Context, conditions: list[str]) -> tuple[list[Condition], list[Condition]]:
    """Return the conditions that all must meet, and the names of which one must match."""
    tests: list[Condition] = []
    masks: list[Condition] = []
    for text in conditions:
        test = _compared(text, ctx.now)
        if test is not None:
            tests.append(test)
        elif text.startswith("!"):
            tests.append(_unlike(ctx, text[1:]))
        else:
            masks.append(_like(ctx, text))
    return tests, masks


def _compared(text: str, now: float) -> Condition | None:
    """Read ``>10``, ``T>60`` and ``C>60``.

    "C: Searching based on channel creation time, via the "C<val" and "C>val" modifiers to search for a channel that was
    created either less than val minutes ago, or more than val minutes ago, respectively"
    https://modern.ircdocs.horse/#elist-parameter
    """
    about = text[:1].upper() if text[:1].upper() in _TIMES else ""
    sign, number = text[len(about) : len(about) + 1], text[len(about) + 1 :]
    if sign not in ("<", ">") or not (number.isascii() and number.isdigit()):
        return None
    bound = int(number[:9])

    def measure(row: Row) -> float:
        return (now - _TIMES[about](row)) / 60 if about else row.members

    def test(row: Row) -> bool:
        above = measure(row) > bound if sign == ">" else measure(row) < bound
        return above and bool(row.topic or about != "T")

    return test


def _like(ctx: Context, mask: str) -> Condition:
    folded = ctx.world.fold(mask)
    return lambda row: match(folded, row.folded)


def _unlike(ctx: Context, mask: str) -> Condition:
    like = _like(ctx, mask)
    return lambda row: not like(row)
