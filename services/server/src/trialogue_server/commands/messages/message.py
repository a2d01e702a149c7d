"""PRIVMSG, NOTICE and TAGMSG. The server's hottest path: see docs/design.md before adding to it.

https://modern.ircdocs.horse/#sending-messages
https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message
"""

from contextlib import suppress
from functools import partial

from ircwire import numerics as n
from ircwire.multiline import Lines
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.commands.messages.client_tags import are_kept, client_tags
from trialogue_server.commands.messages.direct import Make, post_to_user
from trialogue_server.commands.messages.idempotency import post_once, take_key
from trialogue_server.commands.services.table import ask_service, find_service
from trialogue_server.session.capabilities import ECHO_MESSAGE, MESSAGE_TAGS
from trialogue_server.world import policy
from trialogue_server.world.events import MessagePosted, TagsPassed
from trialogue_server.world.modes import BAN, MODES_BY_PREFIX, NO_CTCP
from trialogue_server.world.refused import Refused

_PREFIXES = "".join(MODES_BY_PREFIX)
"""Membership prefixes, highest first. Before a channel's name they choose the recipients; of several the lowest counts.
"""

_SURELY_FITS = 64
"""Characters of a text that fit any line."""

_TOO_LONG = "That was too long to be shown behind your name, so nothing of it was sent: say it in parts"

_TARGETS = p.words("targets", missing=n.ERR_NORECIPIENT)
_TEXT = p.word("text", missing=n.ERR_NOTEXTTOSEND)


@command("PRIVMSG", _TARGETS, _TEXT)
def privmsg(ctx: Context, targets: list[str], text: str) -> Effect | None:
    """Say something to channels or users.  https://modern.ircdocs.horse/#privmsg-message"""
    tags = ""
    if ctx.message.tags:
        tags = client_tags(ctx)
        take_key(ctx, targets)
    if len(targets) > 1:
        return ctx.attempt_in_turns(partial(_say, ctx, text, tags), targets)
    _say(ctx, text, tags, targets[0])
    return None


def _say(ctx: Context, text: str, tags: str, target: str) -> None:
    try:
        if len(text) > _SURELY_FITS:
            _must_fit(ctx, text, target)
        post(ctx, MessagePosted, "PRIVMSG", text, tags, target)
    except Refused as refused:
        service = find_service(ctx, target)  # looked for only where nobody is found
        if service is None:
            if refused.numeric == n.ERR_INPUTTOOLONG and not ctx.session.caps & ECHO_MESSAGE:
                ctx.reply.raw(f"NOTICE {ctx.user.nick} :{_TOO_LONG}")
            raise
        effect = ask_service(ctx, service, text)
        if effect is not None:
            ctx.later(effect)


def _must_fit(ctx: Context, text: str, target: str) -> None:
    """Refuse a text for which a line has no room behind its sender's name: nothing is left out silently.

    A client without echo-message has shown it as said, and some show no numeric that they do not know: these get a
    NOTICE as well. A notice, which is answered by nothing, goes out in parts.
    https://defs.ircdocs.horse/defs/numerics.html#err-inputtoolong-417
    """
    size = len(f":{ctx.user.mask} PRIVMSG {target} :\r\n".encode()) + len(text.encode())
    if size > ctx.config.limits.line_length:
        raise Refused(n.ERR_INPUTTOOLONG)


@command("NOTICE", p.opt_words("targets", most=None), p.opt(_TEXT), phase=Phase.ANY)
def notice(ctx: Context, targets: list[str] | None, text: str | None) -> Effect | None:
    """Say something that must not be answered by a program, nor by an error.

    https://modern.ircdocs.horse/#notice-message
    """
    limit = ctx.config.limits.targets_per_command
    if not text or not targets or ctx.session.user is None or (limit and len(targets) > limit):
        return None
    tags = client_tags(ctx)
    if ctx.message.tags:
        take_key(ctx, targets)

    def say(target: str) -> None:
        with suppress(Refused):
            post(ctx, MessagePosted, "NOTICE", text, tags, target)

    return ctx.attempt_in_turns(say, targets)


@command("TAGMSG", _TARGETS)
def tagmsg(ctx: Context, targets: list[str]) -> Effect | None:
    """Send message tags without a text (typing, reactions).

    https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message
    """
    if not ctx.session.caps & MESSAGE_TAGS:
        raise Refused(n.ERR_UNKNOWNCOMMAND, "TAGMSG")
    tags = client_tags(ctx)
    if not tags:
        return None
    people = [target for target in targets if find_service(ctx, target) is None]  # it does not mind who is typing
    make = MessagePosted if are_kept(tags, ctx.config.history.kept_tags) else TagsPassed
    if make is MessagePosted:
        take_key(ctx, targets)
    return ctx.attempt_in_turns(partial(post, ctx, make, "TAGMSG", "", tags), people)


def post(ctx: Context, make: Make, name: str, said: str | Lines, tags: str, target: str) -> None:
    """Post to one channel or user, once if there is a key. Raises Refused. `make` is the event: a text, or lines."""
    if ctx.is_labelled and ctx.reply.key:
        post_once(ctx, _post, make, name, said, tags, target)
    elif target[0] == "#":
        _post_to_channel(ctx, make, name, said, tags, target)
    else:
        _post(ctx, make, name, said, tags, target)


def _post(ctx: Context, make: Make, name: str, said: str | Lines, tags: str, target: str) -> None:
    if target[0] == "#":
        _post_to_channel(ctx, make, name, said, tags, target)
    elif target[0] in MODES_BY_PREFIX and (name_of_channel := target.lstrip(_PREFIXES))[:1] == "#":
        lowest = max(target[: -len(name_of_channel)], key=_PREFIXES.index)
        _post_to_channel(ctx, make, name, said, tags, name_of_channel, lowest)
    else:
        post_to_user(ctx, make, name, said, tags, target)


def _post_to_channel(
    ctx: Context, make: Make, name: str, said: str | Lines, tags: str, target: str, prefix: str = ""
) -> None:
    user, channel = ctx.user, ctx.core.world.channel(target)
    if channel is None or not policy.can_see(user, channel):
        raise Refused(n.ERR_NOSUCHCHANNEL, p.echoed(target))
    if bans := channel.lists[BAN]:
        ctx.work(2 * len(bans))
    policy.can_speak(ctx.core.world, user, channel)
    if NO_CTCP in channel.flags:
        policy.can_contain(channel, (said,) if isinstance(said, str) else map("".join, said))
    status = MODES_BY_PREFIX[prefix] if prefix else ""
    shown = prefix + channel.name
    ctx.commit(make(*ctx.stamp(), name, shown, channel.name, 0, status, said, tags, "", user.marks))
