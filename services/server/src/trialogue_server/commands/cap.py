"""CAP: which capabilities does this client want?  https://ircv3.net/specs/extensions/capability-negotiation"""

from collections.abc import Iterable

from ircwire import numerics as n
from ircwire.caps import format_caps, pack_caps
from ircwire.framing import BODY_LIMIT
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.commands.registration import try_to_register
from trialogue_server.config.schema import UNBOUNDED
from trialogue_server.session import capabilities
from trialogue_server.session.capabilities import CAP_NOTIFY, OFFERED
from trialogue_server.world.refused import Refused

_VERSION_WITH_VALUES = 302
_ROOM_FOR_HEAD = 120
"""Bytes of a line that are left for source, command, nick and subcommand."""


@command("CAP", p.word("subcommand"), p.rest("argument"), phase=Phase.ANY)
def cap(ctx: Context, subcommand: str, arguments: list[str]) -> Effect | None:
    """Choose the extensions of the protocol that you understand.

    LS [302] lists what there is, LIST what is on, REQ :<names> turns on (or, with "-", off), END goes on.
    https://ircv3.net/specs/extensions/capability-negotiation
    """
    argument = arguments[0] if arguments else ""
    match subcommand.upper():
        case "LS":
            _list_offered(ctx, argument)
        case "LIST":
            _send(ctx, "LIST", capabilities.names(ctx.session.caps))
        case "REQ":
            _request(ctx, argument)
        case "END":
            return _end(ctx)
        case _:
            raise Refused(n.ERR_INVALIDCAPCMD, p.echoed(subcommand))
    return None


def _list_offered(ctx: Context, version: str) -> None:
    session = ctx.session
    _begin(ctx)
    if version.isascii() and version.isdigit():
        session.cap_version = max(session.cap_version, int(version[:9]))
    with_values = session.cap_version >= _VERSION_WITH_VALUES
    if with_values:
        session.caps |= CAP_NOTIFY
    _send(ctx, "LS", format_caps(OFFERED, values=with_values))


def _begin(ctx: Context) -> None:
    """Registration waits until CAP END."""
    if ctx.session.user is None:
        ctx.session.registration.negotiating = True


def _send(ctx: Context, subcommand: str, words: Iterable[str]) -> None:
    """Send a list, on several lines if need be for those who know that "*" means "more follows"."""
    many = ctx.session.cap_version >= _VERSION_WITH_VALUES
    size = min(ctx.config.limits.line_length, BODY_LIMIT) - _ROOM_FOR_HEAD if many else UNBOUNDED
    *before, last = pack_caps(words, size)
    for line in before:
        ctx.reply.raw(f"CAP {ctx.session.nick} {subcommand} * :{line}")
    ctx.reply.raw(f"CAP {ctx.session.nick} {subcommand} :{last}")


def _request(ctx: Context, wishes: str) -> None:
    session = ctx.session
    _begin(ctx)
    caps = capabilities.change(session.caps, wishes.split())
    if caps is None or (session.cap_version >= _VERSION_WITH_VALUES and not caps & CAP_NOTIFY):
        ctx.reply.raw(f"CAP {session.nick} NAK :{wishes}")
        return
    session.caps = caps
    if session.user is not None:
        ctx.core.audience.capabilities_changed()
    ctx.reply.raw(f"CAP {session.nick} ACK :{wishes}")


def _end(ctx: Context) -> Effect | None:
    ctx.session.registration.negotiating = False
    return try_to_register(ctx) if ctx.session.user is None else None
