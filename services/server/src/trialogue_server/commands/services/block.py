"""NickServ BLOCK, UNBLOCK and BLOCKED: the block list."""

from collections.abc import Callable

from ircwire.text import pack_words
from trialogue_server.commands.people import block_list as blocks
from trialogue_server.commands.services.service import Request, refusal, subcommand

_WIDTH = 300
"""Bytes of a line of the list."""


@subcommand("BLOCK", "<nick, account or mask>")
def block(request: Request, about: str) -> None:
    """Let nothing reach you that they say to you alone, and no invitation of theirs. They are not told.

    It holds on all of your devices; without an account until you leave. In channels you go on hearing them.
    A mask is nick!user@host with * and ?.
    """
    entry = _done(lambda: blocks.block(request.ctx, about))
    request.say(f"{blocks.shown(entry)} is blocked: nothing that they say to you alone reaches you")


@subcommand("UNBLOCK", "<nick, account or mask>")
def unblock(request: Request, about: str) -> None:
    """Let it reach you again; what they said meanwhile does not come."""
    entry = _done(lambda: blocks.unblock(request.ctx, about))
    request.say(f"{blocks.shown(entry)} is not blocked any more")


@subcommand("BLOCKED")
def blocked(request: Request) -> None:
    """Show whom you have blocked."""
    entries = [blocks.shown(entry) for entry in request.ctx.user.blocks]
    for line in pack_words(entries, _WIDTH) or ["nobody"]:
        request.say(f"You have blocked: {line}")


@subcommand("BLOCK LIST")
def block_list(request: Request) -> None:
    """Do the same as BLOCKED."""
    blocked.handler(request)


def _done(act: Callable[[], str]) -> str:
    try:
        return act()
    except blocks.NotBlockedError as error:
        raise refusal(str(error)) from None
