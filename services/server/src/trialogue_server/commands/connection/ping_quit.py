"""PING, PONG, QUIT and ERROR."""

from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.connection.departure import close, leave
from trialogue_server.commands.context import Context


@command("PING", p.word("token"), phase=Phase.ANY, reads=True)
def ping(ctx: Context, token: str) -> None:
    """Ask for a PONG with the same token.  https://modern.ircdocs.horse/#ping-message"""
    ctx.reply.raw(f"PONG {ctx.core.name} :{token}")


@command("PONG", p.opt(p.word("token")), phase=Phase.ANY, reads=True)
def pong(ctx: Context, token: str | None) -> None:
    """Answer the server's PING. Hearing anything from a client is enough, so there is nothing more to do.

    https://modern.ircdocs.horse/#pong-message
    """


@command("QUIT", p.opt(p.text("reason")), phase=Phase.ANY)
def quit_(ctx: Context, reason: str | None) -> None:
    """Leave the network.  https://modern.ircdocs.horse/#quit-message"""
    said = truncate(reason or "", ctx.config.limits.quit_length)
    shown = f"Quit: {said}"
    leave(ctx.core, ctx.session, shown, ctx.now, ctx.reply)
    close(ctx.session, shown, cause="Quit", reply=ctx.reply)


@command("ERROR", p.rest("text"), phase=Phase.ANY, reads=True)
def error(ctx: Context, _text: list[str]) -> None:
    """Only servers say ERROR: what a client says of errors is ignored.  https://modern.ircdocs.horse/#error-message"""
