"""REDACT: deleting a message.  https://ircv3.net/specs/extensions/message-redaction"""

from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, FindEvent
from trialogue_server.commands.history.conversation import find_conversation
from trialogue_server.commands.messages.direct import find_listener, has_blocked
from trialogue_server.commands.messages.idempotency import is_repeated_redaction, note_redaction, take_key
from trialogue_server.session.capabilities import MESSAGE_REDACTION
from trialogue_server.world import policy
from trialogue_server.world.events import Event, MessageRedacted, Posted
from trialogue_server.world.history import is_unheard
from trialogue_server.world.ids import event_id
from trialogue_server.world.refused import Failed, Refused
from trialogue_server.world.spans import holds


@command("REDACT", p.word("target"), p.word("msgid"), p.opt(p.text("reason")))
def redact(ctx: Context, target: str, msgid: str, reason: str | None) -> Effect | None:
    """Take back a message of yours, or, as channel operator, anybody's.

    https://ircv3.net/specs/extensions/message-redaction
    """
    if not ctx.session.caps & MESSAGE_REDACTION:
        raise _failed("REDACT_FORBIDDEN", target, msgid, "Turn on the capability draft/message-redaction first")
    take_key(ctx, (target,))
    if is_repeated_redaction(ctx, target, msgid, reason or ""):
        return None
    found = find_conversation(ctx, target)
    if found is None:  # one answer, whether it is unknown or not theirs to see
        text = "There is no such conversation in which you could take something back"
        raise Failed("REDACT", "INVALID_TARGET", p.echoed(target), text=text)
    number = event_id(msgid)
    if number is None:
        raise _failed("UNKNOWN_MSGID", target, msgid, "There is no such message")
    shown, spans, (first, *others) = found.shown, found.spans, found.names
    failure = _failed("INTERNAL_ERROR", target, msgid, "History cannot be read; try again later")

    def looked_up(ctx: Context, event: Event | None) -> Effect | None:
        if event is None and others:
            return FindEvent(others.pop(), number, looked_up, failure)
        if not isinstance(event, Posted):
            raise _failed("UNKNOWN_MSGID", target, msgid, "There is no such message")
        if not holds(spans, event.id) and not _is_mine(ctx, event):
            raise _failed("UNKNOWN_MSGID", target, msgid, "There is no such message")
        _must_be_allowed(ctx, event, shown, msgid)
        _redact(ctx, event, shown, truncate(reason or "", ctx.config.limits.kick_length))
        return None

    return FindEvent(first, number, looked_up, failure)


def _must_be_allowed(ctx: Context, event: Event, target: str, msgid: str) -> None:
    user = ctx.user
    if _is_mine(ctx, event):
        return
    channel = ctx.world.channel(target)
    try:
        if channel is not None:
            policy.must_be_op(user, channel)
            policy.must_have_power_over(user, channel, event.id)
            if policy.overrides(user, channel):
                ctx.audit("REDACT", f"{channel.name} {msgid}")
            return
    except Refused:
        pass
    raise _failed("REDACT_FORBIDDEN", target, msgid, "That message is not yours to take back")


def _is_mine(ctx: Context, event: Event) -> bool:
    """Return whether the asker sent it: the same account, and not an earlier one of that name; for a guest, the same
    user.
    """
    user = ctx.user
    if not event.account:
        return event.uid == user.uid and event.at >= user.signon_at
    account = ctx.world.accounts.get(user.account) if event.account == user.account else None
    return account is not None and event.id >= account.first_id


def _redact(ctx: Context, event: Event, shown: str, reason: str) -> None:
    channel = ctx.world.channel(shown) if shown.startswith("#") else None
    other = find_listener(ctx, shown) if channel is None else None
    gets_it = other is not None and not has_blocked(ctx, other.blocks, other.identity)
    to = other.uid if other is not None and gets_it and not is_unheard(getattr(event, "between", "")) else 0
    name = channel.name if channel is not None else ""
    redaction = MessageRedacted(*ctx.stamp(), shown, name, to, event.id, reason)
    ctx.commit(redaction)
    note_redaction(ctx, redaction)


def _failed(code: str, target: str, msgid: str, text: str) -> Failed:
    return Failed("REDACT", code, p.echoed(target), p.echoed(msgid), text=text)
