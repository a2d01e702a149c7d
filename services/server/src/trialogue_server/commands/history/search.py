"""SEARCH: full-text search in history.

The specification is a draft, pull request 496 of ircv3/ircv3-specifications. The capability is offered under its draft
name and under the name that clients know so far. All that depends on the draft is in this module.
"""

from collections.abc import Mapping

from ircwire.tags import parse_tags
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, SearchHistory
from trialogue_server.commands.history.chathistory import render_history
from trialogue_server.commands.history.conversation import (
    Conversation,
    find_conversation,
    member_conversations,
    parse_time,
)
from trialogue_server.delivery.render import server_time
from trialogue_server.session.capabilities import SOJU_SEARCH
from trialogue_server.session.registry import counted_as
from trialogue_server.world.history import LAST, Found, Query
from trialogue_server.world.refused import Failed
from trialogue_server.world.times import Point

_WORDS_AT_MOST = 16
_WORK = 16_000
"""Units of work for a search. It keeps another core busy, but there are not many of those."""


@command("SEARCH", p.opt(p.word("attributes")), reads=True)
def search(ctx: Context, attributes: str | None) -> Effect:
    """Find messages: text=<words>, and if you like in=<channel or nick>, from=<nick>, after=<time>, before=<time>,
    limit=<number>, with ";" between them and spaces written as "\\s". You find only what you may read.

    https://github.com/ircv3/ircv3-specifications/pull/496
    """
    given = parse_tags(attributes or "")
    unknown = given.keys() - {"text", "in", "from", "after", "before", "limit"}
    words = tuple(dict.fromkeys(given.get("text", "").split()))[:_WORDS_AT_MOST]
    if unknown or not (words or "from" in given):
        raise _wrong(*sorted(unknown), text="Say what to look for: text=<words>;in=<channel>;from=<nick>")
    searched = _conversations(ctx, given.get("in"))
    query = Query(
        words,
        tuple(name for conversation in searched for name in conversation.names),
        sender=ctx.world.fold(given.get("from", "")),
        after=_bound(ctx, given, "after", Point(0, 0)).high,
        before=_bound(ctx, given, "before", Point(LAST, LAST)).low,
        limit=_limit(ctx, given),
        asker=ctx.user.account or counted_as(ctx.session.address),
        spans=tuple((conversation.name, conversation.spans) for conversation in searched),
    )
    ctx.work(_WORK)
    batch = "soju.im/search" if ctx.session.caps & SOJU_SEARCH else "draft/search"

    def found(ctx: Context, events: Found) -> None:
        ctx.reply.batch(batch, (), render_history(ctx, events), len(events))
        if events.cut is not None:
            _say_how_far(ctx, events.cut)

    failure = Failed("SEARCH", "INTERNAL_ERROR", text="Messages could not be searched now; try again later")
    identity = ctx.user.identity if "in" not in given else ""
    return SearchHistory(query, identity, found, failure)


def _say_how_far(ctx: Context, cut: int) -> None:
    """Tell the client how far back was searched, in a form of our own, since no standard has one."""
    if not cut:
        text = "The search was cut, as it would take too long: look for fewer or shorter words"
        ctx.reply.note("SEARCH", "CUT", text)
        return
    at = server_time(ctx.world.times.at(cut) + 0.0015)  # a whole millisecond more, as ids are finer than times
    text = f"The search was cut, as it would take too long: it went back to {at}. Go on with before={at}"
    ctx.reply.raw(f"NOTE SEARCH CUT {at} :{text}")


def _conversations(ctx: Context, target: str | None) -> list[Conversation]:
    """Return the channels to search; the store adds the asker's direct conversations."""
    if target is None:
        return member_conversations(ctx)
    found = find_conversation(ctx, target)
    if found is None:
        raise _wrong(p.echoed(target), text="There is no such conversation that you may read")
    return [found]


def _bound(ctx: Context, given: Mapping[str, str], name: str, without: Point) -> Point:
    if name not in given:
        return without
    at = parse_time(given[name].removeprefix("timestamp="))
    if at is None:
        raise _wrong(name, text=f"{name} takes a time, as 2026-01-31T12:00:00.000Z")
    return ctx.world.times.point(at, ctx.now)


def _limit(ctx: Context, given: Mapping[str, str]) -> int:
    most = ctx.config.history.page
    text = given.get("limit", str(most))
    if not (text.isascii() and text.isdigit() and int(text[:9])):
        raise _wrong("limit", text="limit takes a number of messages")
    return min(int(text[:9]), most)


def _wrong(*context: str, text: str) -> Failed:
    return Failed("SEARCH", "INVALID_PARAMS", *context, text=text)
