"""SILENCE: the block list as other servers have it.

It is in no specification; RPL_ISUPPORT announces it: https://modern.ircdocs.horse/#silence-parameter
"""

from ircwire import numerics as n
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.people.block_list import FullError, NotBlockedError, block, unblock
from trialogue_server.world.refused import Failed, Refused


@command("SILENCE", p.opt_words("masks"))
def silence(ctx: Context, masks: list[str] | None) -> None:
    """Let nothing reach you that somebody says to you alone, and no invitation: +nick, +account or +nick!user@host.

    With "-" instead of "+" it reaches you again; without a mask your list is shown. They are not told.
    https://modern.ircdocs.horse/#silence-parameter
    """
    wishes = [mask for mask in masks or () if _is_change(mask)]
    if wishes:
        ctx.work(10 * len(wishes))
        ctx.attempt(lambda wish: _change(ctx, wish), wishes)
        return
    if not masks or ctx.world.fold(masks[0]) == ctx.world.fold(ctx.user.nick):
        for entry in ctx.user.blocks:
            ctx.reply.raw(f"{n.RPL_SILELIST} {ctx.user.nick} {ctx.user.nick} {entry}")
    ctx.reply.numeric(n.RPL_ENDOFSILELIST)  # nobody sees another's list


def _is_change(mask: str) -> bool:
    return mask[0] in "+-~" or bool(set("!@*") & set(mask))


def _change(ctx: Context, wish: str) -> None:
    sign, about = (wish[0], wish[1:]) if wish[0] in "+-" else ("+", wish)
    try:
        entry = unblock(ctx, about) if sign == "-" else block(ctx, about)
    except FullError:
        raise Refused(n.ERR_SILELISTFULL, p.echoed(about)) from None
    except NotBlockedError as error:
        code = "NOT_LISTED" if sign == "-" else "INVALID_MASK"
        raise Failed("SILENCE", code, p.echoed(about), text=str(error)) from None
    ctx.reply.line_from(ctx.user.mask, f"SILENCE {sign}{entry}")
