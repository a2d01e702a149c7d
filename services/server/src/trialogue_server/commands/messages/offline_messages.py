"""Delivers direct messages that came while nobody of an account was connected: once, and with their time.

Clients with CHATHISTORY find them there, but for those of guests who are gone: nobody can name these any more, so they
are delivered to every client. Bots (mode B) get nothing, and the messages go on waiting.
"""

from collections.abc import Sequence
from itertools import groupby

from msgspec.structs import replace

from ircwire.source import parse_source
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import ReadMail
from trialogue_server.commands.history.chathistory import send_history, with_corrected_time
from trialogue_server.delivery.timestamped import with_timestamp
from trialogue_server.session.capabilities import BATCH, CHATHISTORY, SERVER_TIME
from trialogue_server.world.blocks import PublicIdentity, is_blocked
from trialogue_server.world.events import Event, MailNoted, MessagePosted, MultilinePosted
from trialogue_server.world.history import Page, between
from trialogue_server.world.modes import BOT
from trialogue_server.world.offline_messages import WaitingMessages

_ASKS = CHATHISTORY | BATCH
_PAGE = 500
"""The least number of messages of one sender to read: some may have come while a bot of the account was connected."""


def deliver_offline_messages(ctx: Context) -> None:
    """Deliver what waits for the user's account, after reading it from the store if need be."""
    user = ctx.user
    waiting = ctx.world.mails.of(user.identity) if user.account and BOT not in user.modes else []
    if not waiting:
        return
    pages = tuple(_page(ctx, mail) for mail in waiting if not mail.hidden and not _is_found(ctx, mail))
    if not pages:
        _take(ctx)
        return

    def read(ctx: Context, events: Sequence[Event]) -> None:
        if ctx.world.mails.of(user.identity):  # else another device has told it meanwhile
            _tell(ctx, [event for event in events if isinstance(event, (MessagePosted, MultilinePosted))])
            _take(ctx)

    ctx.later(ReadMail(pages, read))


def _is_found(ctx: Context, mail: WaitingMessages) -> bool:
    """Return whether the session finds the messages by itself."""
    return ctx.session.caps & _ASKS == _ASKS and not mail.is_by_guest


def _page(ctx: Context, mail: WaitingMessages) -> Page:
    name, before = between(mail.identity, mail.sender), ctx.core.ids.next(ctx.now)
    return Page(name, after=mail.first - 1, before=before, limit=max(mail.messages, _PAGE), oldest_first=True)


def _take(ctx: Context) -> None:
    """Note that nothing waits any more."""
    for mail in ctx.world.mails.of(ctx.user.identity):
        ctx.commit_by_itself(MailNoted(*ctx.stamp(), replace(mail, messages=0)))


def _tell(ctx: Context, events: Sequence[MessagePosted | MultilinePosted]) -> None:
    """Deliver messages, except of senders who have been blocked since."""
    user, fold = ctx.user, ctx.world.fold
    wanted: list[MessagePosted | MultilinePosted] = [
        replace(event, target=user.nick)
        for event in events
        if not is_blocked(user.blocks, PublicIdentity(event.account, (event.source,)), fold)
    ]
    is_dated = not ctx.session.caps & SERVER_TIME
    if is_dated:
        now, limit = ctx.now, ctx.config.limits.line_length
        wanted = [with_timestamp(with_corrected_time(ctx, event), now, limit) for event in wanted]
    for nick, theirs in groupby(wanted, key=lambda event: parse_source(event.source).nick):
        send_history(ctx, nick, list(theirs))
    if wanted and is_dated:
        count = f"{len(wanted)} messages were" if len(wanted) > 1 else "One message was"
        ctx.reply.raw(f"NOTICE {user.nick} :{count} said to you while you were not here; that is all")
