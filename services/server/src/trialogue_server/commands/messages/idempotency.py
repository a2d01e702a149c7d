"""Idempotency keys: a message that is sent again under the key that its client chose is said once.

See docs/idempotency-keys.md. Whoever sends it again is answered as for the first time: by the echo, with the id and the
time under which it was said. The key is noted with the tick that stores the message, so a crash keeps both or neither.
"""

import re
from collections.abc import Callable, Sequence

from ircwire.caps import IDEMPOTENCY_KEY as TAG
from ircwire.multiline import Lines, combine
from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.commands.messages.direct import Make
from trialogue_server.delivery.render import Rendering
from trialogue_server.session.capabilities import ECHO_MESSAGE, IDEMPOTENCY_KEY
from trialogue_server.world.events import (
    Event,
    IdempotencyKeyForgotten,
    IdempotencyKeyUsed,
    MessagePosted,
    MessageRedacted,
    MultilinePosted,
    TagsPassed,
)
from trialogue_server.world.idempotency import KEY_SIZES, UsedKey, content_hash, digest, speaker_hash
from trialogue_server.world.ids import event_id, msgid
from trialogue_server.world.refused import Failed
from trialogue_server.world.user import GUEST

_KEY = re.compile(rf"[A-Za-z0-9_-]{{{KEY_SIZES[0]},{KEY_SIZES[1]}}}")
_WORK = 10
"""Units for a key: its hashes, and the record that is written."""

Post = Callable[[Context, Make, str, str | Lines, str, str], None]


def take_key(ctx: Context, targets: Sequence[str]) -> None:
    """Note the key of the line, if it has one. Raises Failed if it cannot be used."""
    if not ctx.session.caps & IDEMPOTENCY_KEY or (key := ctx.message.tags.get(TAG)) is None:
        return
    if _KEY.fullmatch(key) is None:
        least, most = KEY_SIZES
        text = f"A key has {least} to {most} characters: ASCII letters, digits, hyphens and underscores"
        raise _failed(ctx, "INVALID_IDEMPOTENCY_KEY", key, text=text)
    if len(targets) != 1:
        raise _failed(ctx, "INVALID_IDEMPOTENCY_KEY", key, text="A message with a key goes to one target")
    ctx.reply.key = key
    ctx.work(_WORK)


def post_once(ctx: Context, post: Post, make: Make, name: str, said: str | Lines, tags: str, target: str) -> None:
    """Post a message, unless it was said under this key already; then the asker gets the echo of that.

    Raises Refused; Failed, if something else was said under this key.
    """
    text = said if isinstance(said, str) else combine(said)
    content = content_hash(ctx.reply.key, name, ctx.world.fold(target), tags, text)
    used = _find(ctx, name, content)
    if used is not None:
        _echo(ctx, make(*_stamp(ctx, used), name, target, "", 0, "", said, tags, "", ctx.user.marks))
        return
    made: list[MessagePosted | TagsPassed | MultilinePosted] = []

    def remember(*fields: object) -> MessagePosted | TagsPassed | MultilinePosted:
        made.append(make(*fields))
        return made[-1]

    post(ctx, remember, name, said, tags, target)
    if made:  # else it was for a service
        _note(ctx, made[-1], content)


def is_repeated_redaction(ctx: Context, target: str, redacted: str, reason: str) -> bool:
    """Return whether a message was taken back under this key already, and answer if so. Raises Failed."""
    if not ctx.reply.key:
        return False
    used = _find(ctx, "REDACT", _redaction_content(ctx, event_id(redacted) or 0))
    if used is not None:
        _echo(ctx, MessageRedacted(*_stamp(ctx, used), target, "", 0, event_id(redacted) or 0, reason))
    return used is not None


def note_redaction(ctx: Context, redaction: MessageRedacted) -> None:
    """Note that a message is taken back: for its own key, and for the key of the command."""
    taken_back = ctx.world.idempotency.of_message(redaction.redacted)
    if taken_back is not None:
        record = UsedKey(
            taken_back.digest, taken_back.content, taken_back.speaker, taken_back.message, is_redacted=True
        )
        ctx.commit_by_itself(IdempotencyKeyUsed(*_cause(redaction), record))
    if ctx.reply.key:
        _note(ctx, redaction, _redaction_content(ctx, redaction.redacted))


def _redaction_content(ctx: Context, redacted: int) -> bytes:
    return content_hash(ctx.reply.key, "REDACT", msgid(redacted))


def _scopes(ctx: Context) -> tuple[str, ...]:
    """Return whose keys count: the account's; those of guests too, as one may have logged in since."""
    account = ctx.user.identity if ctx.user.account else ""
    return (account, GUEST) if account else (GUEST,)


def _find(ctx: Context, command: str, content: bytes) -> UsedKey | None:
    """Return what was said under the asker's key. Raises Failed if that is something else, or was taken back."""
    key = ctx.reply.key
    used = ctx.world.idempotency.find(*(digest(scope, key) for scope in _scopes(ctx)))
    if used is None:
        return None
    said = msgid(used.message)
    if used.content != content:
        text = "Something else was said under this key: choose a new one for each message"
        raise Failed(command, "IDEMPOTENCY_KEY_REUSED", key, said, text=text)
    if used.is_redacted:
        raise Failed(command, "MESSAGE_REDACTED", key, said, text="It was said, and has been taken back since")
    return used


def _stamp(ctx: Context, used: UsedKey) -> tuple[int, float, int, str, str]:
    """Return the first five fields of the event that was said, with the names that the asker has now."""
    user = ctx.user
    return used.message, ctx.world.times.at(used.message), user.uid, user.mask, user.account


def _echo(ctx: Context, event: Event) -> None:
    caps = ctx.session.caps
    if isinstance(event, MessageRedacted) or caps & ECHO_MESSAGE:
        line = Rendering(event, ctx.config.limits.line_length, ctx.user.marks)(caps)
        if line:
            ctx.reply.echo(line)


def _note(ctx: Context, event: Event, content: bytes) -> None:
    """Remember the key, and forget others where there are too many."""
    speaker, limits, keys = speaker_hash(ctx.user.speaker), ctx.config.limits, ctx.world.idempotency
    used = UsedKey(digest(_scopes(ctx)[0], ctx.reply.key), content, speaker, event.id)
    ctx.commit_by_itself(IdempotencyKeyUsed(*_cause(event), used))
    most, most_of_one = limits.idempotency_keys, limits.idempotency_keys_per_user
    for message in tuple(keys.surplus(speaker, most=most, most_of_one=most_of_one)):
        ctx.commit_by_itself(IdempotencyKeyForgotten(*_cause(event), message))


def _cause(event: Event) -> tuple[int, float, int, str, str]:
    return event.id, event.at, event.uid, event.source, event.account


def _failed(ctx: Context, code: str, key: str, *, text: str) -> Failed:
    return Failed(ctx.message.command, code, p.echoed(key), text=text)
