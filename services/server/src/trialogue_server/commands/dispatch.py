"""Dispatches lines: finds the row of the command, calls its handler, and turns refusals into replies. Synchronous."""

from typing import Any

from ircwire import numerics as n
from ircwire.errors import ParseError
from ircwire.message import Message, parse
from ircwire.tags import escape
from ircwire.text import truncate
from trialogue_server.commands.command import Command, Phase
from trialogue_server.commands.connection.other_protocols import reject_http
from trialogue_server.commands.context import Context
from trialogue_server.commands.core import Core
from trialogue_server.commands.effects import Effect, Hashing, Pending, go_on
from trialogue_server.commands.messages.batch import collect, spoil
from trialogue_server.commands.params import missing_param
from trialogue_server.commands.table import COMMANDS
from trialogue_server.session.capabilities import BATCH, ECHO_MESSAGE, LABELED_RESPONSE
from trialogue_server.session.session import Session
from trialogue_server.world import policy
from trialogue_server.world.moment import Moment
from trialogue_server.world.refused import Failed, Refused

_LABELS = LABELED_RESPONSE | BATCH
_REGISTERED, _UNREGISTERED = Phase.REGISTERED, Phase.UNREGISTERED
"""Looked up once: a member of an enumeration takes as long to find as a channel does."""

_LABEL_SIZE = 64
"""Bytes.  https://ircv3.net/specs/extensions/labeled-response#tag-value"""


def dispatch(core: Core, session: Session, line: str, now: Moment, *, repaired: bool = False) -> Pending | None:
    """Handle one line. Returns the effect to be performed before the next line of this session is handled, if any.

    `repaired` says that the line was not UTF-8 and had to be changed.
    """
    if session.user is None and reject_http(core, session, line):
        return None
    try:
        message = parse(line)
    except ParseError:
        spoil(core, session, now.wall)
        return None
    reply = core.reply_to(session, now.wall, label=_label(session, message)) if message.tags else None
    ctx = Context(core, session, message, reply, now)
    effect: Effect | None = None
    if repaired:
        text = "Your line was not UTF-8 and had to be changed; set your client to UTF-8"
        ctx.reply.warn(_known(message), "INVALID_UTF8", (), text)
    try:
        if (session.multiline is None and "batch" not in message.tags) or not collect(ctx):
            effect = _call(ctx, message)
    except (Refused, Failed) as answer:
        ctx.reply.refuse(answer)
    return _finish(ctx, effect)


def refuse_too_long(core: Core, session: Session, now: Moment) -> None:
    """Answer a line over the limit.

    A client without echo-message has already shown it as sent, and some clients show no numeric that they do not know:
    these get a NOTICE as well.
    """
    spoil(core, session, now.wall)
    reply = core.reply_to(session, now.wall)
    reply.numeric(n.ERR_INPUTTOOLONG)
    if session.user is not None and not session.caps & ECHO_MESSAGE:
        most = core.config.limits.line_length
        text = f"Your line was too long, so nothing of it was sent: it may have at most {most} bytes. Say it in parts"
        reply.raw(f"NOTICE {session.nick} :{text}")


def refuse_undecodable(core: Core, session: Session, line: bytes, now: Moment) -> None:
    """Answer a line that is not UTF-8.  https://ircv3.net/specs/extensions/utf8-only"""
    spoil(core, session, now.wall)
    try:
        message = parse(line.decode(errors="replace"))
    except ParseError:
        return
    reply = core.reply_to(session, now.wall, label=_label(session, message))
    reply.fail(
        _known(message), "INVALID_UTF8", (), "Your line was not UTF-8 and was not handled; set your client to UTF-8"
    )
    reply.finish()


def handle_undecodable(core: Core, session: Session, line: bytes, now: Moment) -> Pending | None:
    """Handle a line that is not UTF-8 as the settings say."""
    policy = core.config.text.invalid_utf8
    if policy == "refuse":
        refuse_undecodable(core, session, line, now)
        return None
    if policy == "latin-1":
        return dispatch(core, session, line.decode("latin-1"), now)
    return dispatch(core, session, line.decode(errors="replace"), now, repaired=True)


def _known(message: Message) -> str:
    """Return the command's name for a standard reply; "*" for a command that does not exist."""
    return message.command if message.command in COMMANDS else "*"


def _label(session: Session, message: Message) -> str:
    """Return the label as it stands on the wire, or "".

    Labels need batches, and a label that is too long cannot be repeated: such commands count as unlabelled.
    """
    if session.caps & _LABELS != _LABELS:
        return ""
    label = message.tags.get("label", "")
    return escape(label) if len(label.encode()) <= _LABEL_SIZE else ""


def resume(pending: Pending, result: Any, now: Moment) -> Pending | None:
    """Continue a command whose effect was performed."""
    ctx, effect = pending
    ctx.resume_at(now)
    ctx.core.registry.hashes.leave(ctx.session.sid)
    following: Effect | None = None
    if not ctx.session.closing:
        try:
            following = go_on(effect, ctx, result)
        except (Refused, Failed) as answer:
            ctx.reply.refuse(answer)
    return _finish(ctx, following)


def _finish(ctx: Context, effect: Effect | None) -> Pending | None:
    effect = effect or ctx.next_effect()
    if effect is None:
        if ctx.is_labelled and not ctx.session.closing:  # ERROR is the last word; see `departure.close`
            ctx.reply.finish()
        return None
    if isinstance(effect, Hashing):
        registry, session = ctx.core.registry, ctx.session
        registry.hashes.enter(session.sid, registry.address_group(session.address))
    return Pending(ctx, effect)


def _call(ctx: Context, message: Message) -> Effect | None:
    row = COMMANDS.get(message.command)
    if row is None:
        raise Refused(n.ERR_UNKNOWNCOMMAND, truncate(message.command, 64))
    if ctx.session.user is None:
        if row.phase is _REGISTERED:
            raise Refused(n.ERR_NOTREGISTERED)
    elif row.phase is _UNREGISTERED:
        raise Refused(n.ERR_ALREADYREGISTERED)
    else:
        ctx.core.work.floor = row.cost
    if row.privilege:
        policy.needs_privilege(ctx.user, row.privilege)
    return row.handler(ctx, *_values(ctx, row, message.params))


def _values(ctx: Context, row: Command, given: list[str]) -> list[Any]:
    values: list[Any] = []
    count = len(given)
    for place, param in enumerate(row.params):
        if param.rest:
            values.append(given[place:])
        elif place < count and (given[place] or param.may_be_empty):
            values.append(given[place] if param.read is None else param.read(ctx, given[place]))
        elif param.optional:
            values.append(None)
        else:
            raise missing_param(param.missing, row.name)
    return values
