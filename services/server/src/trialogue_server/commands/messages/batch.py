"""BATCH from clients: multiline messages, collected until the batch is closed.

https://ircv3.net/specs/extensions/client-batch
https://ircv3.net/specs/extensions/multiline

An invalid batch is answered with one FAIL, which also answers its label. The rest of it is ignored, so that clients may
send all of it without waiting.
"""

from functools import partial

from ircwire.multiline import BATCH_TYPE, CONCAT_TAG
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.core import Core
from trialogue_server.commands.effects import Continuation, Effect, intercept
from trialogue_server.commands.messages.client_tags import client_tags
from trialogue_server.commands.messages.idempotency import take_key
from trialogue_server.commands.messages.message import post
from trialogue_server.commands.services.table import ask_service_in_lines, find_service
from trialogue_server.delivery.multiline import IN_BATCH
from trialogue_server.session.multiline import OpenBatch
from trialogue_server.session.session import Session
from trialogue_server.world.ctcp import is_ctcp
from trialogue_server.world.events import MultilinePosted
from trialogue_server.world.refused import Failed, Refused

_LET_THROUGH = frozenset({"BATCH", "PING", "PONG", "QUIT"})
"""Commands that may stand between the lines of a batch: those that end it, and those that keep or end the connection.
"""


def _invalid(text: str) -> Failed:
    return Failed("BATCH", "MULTILINE_INVALID", text=text)


@command("BATCH", p.word("reference"), p.rest("type and target"))
def batch(ctx: Context, reference: str, rest: list[str]) -> Effect | None:
    """Send several lines as one message: BATCH +<reference> draft/multiline <target>, the lines, BATCH -<reference>.

    https://ircv3.net/specs/extensions/multiline
    """
    if ctx.session.caps & IN_BATCH != IN_BATCH:
        raise _invalid("Request the capabilities batch and draft/multiline first")
    sign, name = reference[0], reference[1:]
    if sign == "-":
        return _close(ctx, name)
    spoil(ctx.core, ctx.session, ctx.now)
    if sign != "+":
        raise _invalid("A batch is opened by + or closed by -")
    ctx.session.ignored_batch = name  # what is refused from here on is ignored to its end
    _check(name, rest)
    take_key(ctx, rest[1:2])
    _open(ctx, name, rest[1])
    return None


def _check(name: str, rest: list[str]) -> None:
    """Check the codes of client-batch, then those of multiline. Raises Failed.

    https://ircv3.net/specs/extensions/client-batch#errors
    """
    if not _is_reference(name):
        text = "A batch is named with ASCII letters, digits and hyphens"
        raise Failed("BATCH", "INVALID_REFTAG", p.echoed(name), text=text)
    if rest and rest[0] != BATCH_TYPE:
        text = f"The only batch that may be sent is {BATCH_TYPE}"
        raise Failed("BATCH", "UNKNOWN_TYPE", name, p.echoed(rest[0]), text=text)
    if not rest[1:] or not rest[1]:
        raise _invalid(f"Say {BATCH_TYPE} and to whom the batch goes")


def _is_reference(name: str) -> bool:
    """Return whether it consists of ASCII letters, digits and hyphens.

    https://ircv3.net/specs/extensions/batch#the-batch-verb
    """
    return name.isascii() and name.replace("-", "0").isalnum()


def _open(ctx: Context, reference: str, target: str) -> None:
    """Begin to collect. The label is answered when the batch is closed."""
    session, reply = ctx.session, ctx.reply
    session.ignored_batch = None
    tags, label, key = client_tags(ctx), reply.label, reply.key
    session.multiline = OpenBatch(reference, target, tags=tags, label=label, key=key, at=ctx.monotonic)
    reply.label = ""


def _close(ctx: Context, reference: str) -> Effect | None:
    session, found = ctx.session, ctx.session.multiline
    if found is None:
        if reference != session.ignored_batch:
            raise _invalid("There is no batch of this name to be closed")
        session.ignored_batch = None
    elif found.reference != reference:
        _refuse(ctx.core, session, ctx.now, _invalid("Close a batch by the name that it was opened with"))
    elif found.is_blank:
        _refuse(ctx.core, session, ctx.now, _invalid("A message must have a line that is not blank"))
        session.ignored_batch = None
    else:
        session.multiline = None
        return _say(ctx, found)
    return None


def _say(ctx: Context, said: OpenBatch) -> Effect | None:
    """Post the collected message, as the answer to the label of the opening line."""
    core, session = ctx.core, ctx.session
    opened = Context(core, session, ctx.message, core.reply_to(session, ctx.now, label=said.label), ctx.moment)
    opened.reply.key = said.key
    opened.attempt(partial(_post, opened, said), (said.target,))
    return _finish(opened, opened.next_effect())


def _post(ctx: Context, said: OpenBatch, target: str) -> None:
    try:
        post(ctx, MultilinePosted, said.command, said.lines, said.tags, target)
    except Refused:
        if said.command == "NOTICE":  # which is answered by nobody
            return
        service = find_service(ctx, target)
        if service is None:
            raise
        effect = ask_service_in_lines(ctx, service, said.lines)
        if effect is not None:
            ctx.later(effect)


def _finish(opened: Context, effect: Effect | None) -> Effect | None:
    """Finish the reply to the opening line once all its effects have been performed, in its own context."""
    if effect is None:
        opened.reply.finish()
        return None

    def go_on(ctx: Context, rest: Continuation) -> Effect | None:
        opened.resume_at(ctx.moment)
        return _finish(opened, rest(opened) or opened.next_effect())

    return intercept(effect, go_on)


def collect(ctx: Context) -> bool:
    """Add a line to its batch, or refuse the batch. Returns whether the line needs no other handling.

    Called for lines with a batch tag, and for all lines while a batch is open.
    """
    session = ctx.session
    reference = ctx.message.tags.get("batch")
    if session.multiline is None:
        return reference is not None and _is_stray(session, reference)
    if reference is None:
        if ctx.message.command not in _LET_THROUGH:
            spoil(ctx.core, session, ctx.now)
        return False
    try:
        _add(ctx, session.multiline, reference)
    except Failed as failed:
        _refuse(ctx.core, session, ctx.now, failed)
    return True


def _is_stray(session: Session, reference: str) -> bool:
    """Return whether the line belongs to a batch that was refused. Only clients that know batches can mean that by the
    tag.
    """
    if session.user is None or session.caps & IN_BATCH != IN_BATCH:
        return False
    if reference != session.ignored_batch:
        raise _invalid("Open a batch before you send its lines")
    return True


def _add(ctx: Context, to: OpenBatch, reference: str) -> None:
    params, limits = ctx.message.params, ctx.config.limits
    if reference != to.reference:
        raise _invalid("Close one batch before you send lines of another")
    if ctx.message.command not in ("PRIVMSG", "NOTICE") or len(params) < 2:
        raise _invalid("Only PRIVMSG or NOTICE with a target and a text may stand in a batch")
    if ctx.message.command != (to.command or ctx.message.command):
        raise _invalid("A batch holds PRIVMSG or NOTICE, and not both")
    target, text = params[:2]
    if ctx.world.fold(target) != ctx.world.fold(to.target):
        both = p.echoed(to.target), p.echoed(target)
        raise Failed("BATCH", "MULTILINE_INVALID_TARGET", *both, text="All lines of a batch go to the batch's target")
    concat = CONCAT_TAG in ctx.message.tags
    if concat and not text:
        raise _invalid("A blank line cannot continue the line before it")
    if is_ctcp(text):  # some are shown each line by itself, and a program would answer it
        raise _invalid("A query to a program (CTCP) is sent by itself, and not in a batch")
    to.command = ctx.message.command
    to.add(text, concat=concat, at=ctx.monotonic)
    if limits.multiline_lines and to.count > limits.multiline_lines:
        raise _too_much("LINES", limits.multiline_lines)
    if limits.multiline_bytes and to.size > limits.multiline_bytes:
        raise _too_much("BYTES", limits.multiline_bytes)


def _too_much(what: str, limit: int) -> Failed:
    return Failed(
        "BATCH",
        f"MULTILINE_MAX_{what}",
        str(limit),
        text=f"A message has at most {limit} {what.lower()}: send it in parts",
    )


def spoil(core: Core, session: Session, now: float) -> None:
    """Refuse the open batch, if there is one: another line came between its lines, or one could not be read."""
    if session.multiline is not None:
        _refuse(core, session, now, _invalid("A batch must hold all that is sent until it is closed, and only that"))


def time_out(core: Core, session: Session, now: float) -> None:
    """Refuse the open batch: its sender has not closed it in time."""
    if session.multiline is not None:
        name = session.multiline.reference
        text = "The batch was left open for too long: send it again"
        _refuse(core, session, now, Failed("BATCH", "TIMEOUT", name, text=text))


def _refuse(core: Core, session: Session, now: float, why: Failed) -> None:
    refused, session.multiline = session.multiline, None
    assert refused is not None, "only a batch that is open can be refused"
    session.ignored_batch = refused.reference
    reply = core.reply_to(session, now, label=refused.label)
    reply.refuse(why)
    reply.finish()
