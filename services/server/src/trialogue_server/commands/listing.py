"""LIST: which channels are there?  https://modern.ircdocs.horse/#list-message"""

from collections.abc import Callable

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel

Condition = Callable[[Channel], bool]


@command("LIST", p.opt_words("conditions"))
def list_(ctx: Context, conditions: list[str] | None) -> None:
    """Show the channels: all, those named, or those that meet every condition.

    ">10" and "<10" count members, "T>60" and "T<60" minutes since the topic was set; a mask matches names, and with
    "!" before it names that it does not match.
    https://modern.ircdocs.horse/#list-message
    """
    tests, masks = _read(ctx, conditions or [])
    ctx.work(len(ctx.world.channels) * (1 + len(tests) + len(masks)))
    shown = 0
    ctx.reply.raw(f"{n.RPL_LISTSTART} {ctx.user.nick} Channel :Users  Name")
    for channel in ctx.world.channels.values():
        if ctx.config.limits.list_replies and shown >= ctx.config.limits.list_replies:
            break
        named = not masks or any(mask(channel) for mask in masks)
        shows = policy.is_listed(ctx.world, channel) and policy.can_see(ctx.user, channel)
        if named and shows and all(test(channel) for test in tests):
            ctx.reply.numeric(n.RPL_LIST, channel.name, str(len(channel.members)), channel.topic)
            shown += 1
    ctx.reply.numeric(n.RPL_LISTEND)


def _read(ctx: Context, conditions: list[str]) -> tuple[list[Condition], list[Condition]]:
    """Return what all must meet, and the names of which one must fit."""
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
    """Read ``>10`` and ``T>60``. C (time of creation) is not offered: which way round it counts differs by server."""
    about_topic = text[:1] in ("T", "t")
    sign, number = text[about_topic : about_topic + 1], text[about_topic + 1 :]
    if sign not in ("<", ">") or not (number.isascii() and number.isdigit()):
        return None
    bound = int(number[:9])

    def measure(channel: Channel) -> float:
        return (now - channel.topic_at) / 60 if about_topic else len(channel.members)

    def test(channel: Channel) -> bool:
        above = measure(channel) > bound if sign == ">" else measure(channel) < bound
        return above and bool(channel.topic or not about_topic)

    return test


def _like(ctx: Context, mask: str) -> Condition:
    folded = ctx.world.fold(mask)
    return lambda channel: match(folded, channel.folded)


def _unlike(ctx: Context, mask: str) -> Condition:
    like = _like(ctx, mask)
    return lambda channel: not like(channel)
