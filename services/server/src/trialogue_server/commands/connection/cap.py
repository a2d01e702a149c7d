"""CAP: capability negotiation.  https://ircv3.net/specs/extensions/capability-negotiation"""

from collections.abc import Iterable

from ircwire import numerics as n
from ircwire.caps import (
    ACCOUNT_REGISTRATION,
    CHANNEL_RENAME,
    CHATHISTORY,
    EVENT_PLAYBACK,
    EXTENDED_ISUPPORT,
    IDEMPOTENCY_KEY,
    MESSAGE_REDACTION,
    METADATA_2,
    METADATA_3,
    MULTILINE,
    NO_IMPLICIT_NAMES,
    OPER_TAG,
    PRE_AWAY,
    READ_MARKER,
    SEARCH,
    SOJU_SEARCH,
    STS,
    format_caps,
    pack_caps,
)
from ircwire.framing import BODY_LIMIT
from trialogue_server.commands import params as p
from trialogue_server.commands.accounts.sasl import abandon
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.connection.handshake import try_to_register
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.config import Config
from trialogue_server.session import capabilities
from trialogue_server.session.capabilities import CAP_NOTIFY, SASL
from trialogue_server.world.refused import Refused

VERSION_WITH_VALUES = 302
_NEEDED_LEAST = (
    STS,
    IDEMPOTENCY_KEY,
    METADATA_3,
    METADATA_2,
    MULTILINE,
    OPER_TAG,
    PRE_AWAY,
    EXTENDED_ISUPPORT,
    CHANNEL_RENAME,
    NO_IMPLICIT_NAMES,
    EVENT_PLAYBACK,
    SOJU_SEARCH,
    SEARCH,
    READ_MARKER,
    MESSAGE_REDACTION,
    CHATHISTORY,
    ACCOUNT_REGISTRATION,
)
"""Capabilities that are left out first for a client that knows neither values nor continued lists: some are nothing
without their values, the others are drafts that are younger than such clients.
"""
_ROOM_FOR_HEAD = 120
"""Bytes of a line reserved for source, command, nick and subcommand."""


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
            many = ctx.session.cap_version >= VERSION_WITH_VALUES
            _send(ctx, "LIST", capabilities.names(ctx.session.caps), many=many)
        case "REQ":
            _request(ctx, " ".join(arguments))
        case "END":
            return _end(ctx)
        case _:
            raise Refused(n.ERR_INVALIDCAPCMD, p.echoed(subcommand))
    return None


def _list_offered(ctx: Context, version: str) -> None:
    """Answer CAP LS in the version asked for, and remember the highest one."""
    session = ctx.session
    _begin(ctx)
    asked = int(version[:9]) if version.isascii() and version.isdigit() else 0
    session.cap_version = max(session.cap_version, asked)
    if session.cap_version >= VERSION_WITH_VALUES:
        _set_caps(ctx, session.caps | CAP_NOTIFY)
    knows = asked >= VERSION_WITH_VALUES
    offers = capabilities.offered(ctx.config, secure=session.secure)
    if not knows:
        offers.pop(STS, None)  # which is nothing without its value
    _send(ctx, "LS", format_caps(offers, values=knows), many=knows)


def _begin(ctx: Context) -> None:
    """Suspend the handshake until CAP END."""
    if ctx.session.user is None:
        ctx.session.registration.negotiating = True


def _set_caps(ctx: Context, caps: int) -> None:
    ctx.session.caps = caps
    if not capabilities.knows_metadata(caps):
        ctx.session.subscriptions.clear()
    if ctx.session.user is not None:
        ctx.core.audience.sessions_changed()


def _send(ctx: Context, subcommand: str, words: Iterable[str], *, many: bool) -> None:
    """Send a list, on several lines to clients that know that "*" means "more follows".

    Others get one line of whole names: the least needed ones are left out where not all fit.
    """
    head = f":{ctx.core.name} CAP {ctx.session.nick} {subcommand} * :\r\n"
    room = min(ctx.config.limits.line_length, BODY_LIMIT) - len(head.encode())
    *before, last = pack_caps(words, room) if many else [_most_needed(list(words), room)]
    for line in before:
        ctx.reply.raw(f"CAP {ctx.session.nick} {subcommand} * :{line}")
    ctx.reply.raw(f"CAP {ctx.session.nick} {subcommand} :{last}")


def _most_needed(words: list[str], room: int) -> str:
    """Return as much of a list as fits into one line, in whole names and in the given order."""
    for name in _NEEDED_LEAST:
        if len(" ".join(words)) <= room:
            break
        words = [word for word in words if word != name]
    return pack_caps(words, room)[0]


def _request(ctx: Context, wishes: str) -> None:
    session = ctx.session
    _begin(ctx)
    caps = capabilities.change(session.caps, wishes.split(), capabilities.offered(ctx.config, secure=session.secure))
    if caps is None or (session.cap_version >= VERSION_WITH_VALUES and not caps & CAP_NOTIFY):
        _answer(ctx, "NAK", wishes)
        return
    before = session.caps
    _set_caps(ctx, caps)
    _answer(ctx, "ACK", wishes)
    if (before ^ caps) & SASL:
        abandon(ctx)


def _answer(ctx: Context, subcommand: str, wishes: str) -> None:
    """Repeat the request, on several lines if it does not fit on one."""
    lines = (
        [wishes]
        if len(wishes.encode()) <= room_for_caps(ctx.config)
        else pack_caps(wishes.split(), room_for_caps(ctx.config))
    )
    for line in lines:
        ctx.reply.raw(f"CAP {ctx.session.nick} {subcommand} :{line}")


def room_for_caps(config: Config) -> int:
    """Return how many bytes of a line are left for the names."""
    return min(config.limits.line_length, BODY_LIMIT) - _ROOM_FOR_HEAD


def _end(ctx: Context) -> Effect | None:
    ctx.session.registration.negotiating = False
    return try_to_register(ctx) if ctx.session.user is None else None
