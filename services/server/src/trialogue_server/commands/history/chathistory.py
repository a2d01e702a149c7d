"""CHATHISTORY: reading history.  https://ircv3.net/specs/extensions/chathistory"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, ReadHistory, ReadTargets
from trialogue_server.commands.history.conversation import find_conversation, member_conversations, parse_time
from trialogue_server.delivery.render import Rendering, server_time
from trialogue_server.session.capabilities import EVENT_PLAYBACK
from trialogue_server.world.blocks import blocked_account
from trialogue_server.world.events import Event, MessagePosted, MultilinePosted, Posted
from trialogue_server.world.history import Page, Target, is_passing
from trialogue_server.world.ids import event_id
from trialogue_server.world.refused import Failed
from trialogue_server.world.times import Point
from trialogue_server.world.user import identity_of

E = TypeVar("E", bound=Event)

_SELECTORS = {"BEFORE": 1, "AFTER": 1, "LATEST": 1, "AROUND": 1, "BETWEEN": 2}
"""The number of points in time that each subcommand takes."""

_REFERENCES = ("timestamp", "msgid")
_ALL = 2**31 - 1


@command("CHATHISTORY", p.opt(p.word("subcommand")), p.rest("arguments"), cost=QUESTION, reads=True)
def chathistory(ctx: Context, subcommand: str | None, arguments: list[str]) -> Effect:
    """Get what was said: BEFORE, AFTER, AROUND or LATEST <target> <point> <limit>, BETWEEN <target> <point> <point>
    <limit>, TARGETS <point> <point> <limit>. A point is msgid=… or timestamp=…; LATEST also takes "*".

    https://ircv3.net/specs/extensions/chathistory
    """
    name = (subcommand or "*").upper()
    if name == "TARGETS":
        return _targets(ctx, arguments)
    if name not in _SELECTORS:
        text = "Unknown subcommand; there are BEFORE, AFTER, LATEST, AROUND, BETWEEN and TARGETS"
        raise Failed("CHATHISTORY", "INVALID_PARAMS", p.echoed(name), text=text)
    _must_be_as_many(name, arguments, _SELECTORS[name] + 2)
    target, *points, limit = arguments
    found = find_conversation(ctx, target)
    if found is None:
        text = "Messages could not be retrieved: there is no such conversation that you may read"
        raise Failed("CHATHISTORY", "INVALID_TARGET", name, p.echoed(target), text=text)
    points_given = [_point(ctx, name, text, p.echoed(target)) for text in points]
    pages = [found.readable(page) for page in _pages(name, found.name, points_given, _limit(ctx, name, limit))]
    if not ctx.session.caps & EVENT_PLAYBACK:
        pages = [page._replace(only_messages=True) for page in pages]

    def read(ctx: Context, events: Sequence[Event]) -> None:
        send_history(ctx, found.shown, events)

    return ReadHistory(tuple(pages), read, _unread(name, p.echoed(target)))


def _unread(*context: str) -> Failed:
    return Failed("CHATHISTORY", "MESSAGE_ERROR", *context, text="Messages could not be retrieved now; try again later")


def send_history(ctx: Context, target: str, events: Sequence[Event]) -> None:
    """Send events as one batch, rendered as they were live."""
    lines = render_history(ctx, (_under_its_name(event, target) for event in events if not is_passing(event)))
    ctx.reply.batch("chathistory", (target,), lines, len(events))


def render_history(ctx: Context, events: Iterable[Event]) -> Iterator[bytes]:
    """Yield events as the asker would have seen them live, b"" for those that are not shown to them."""
    caps, limit = ctx.session.caps, ctx.config.limits.line_length
    shown = (_with_source(with_corrected_time(ctx, event)) for event in events)
    return (Rendering(event, limit, _marks(event))(caps) for event in shown)


def with_corrected_time(ctx: Context, event: E) -> E:
    """Return the event with the right time, if it happened while the clock was wrong."""
    at = ctx.world.times.shown(event.id, event.at)
    return event if at == event.at else replace(event, at=at)


def _with_source(event: Event) -> Event:
    """Return the event with a valid source.

    Earlier versions took nicks with blanks from log files; what follows a blank would be read as a command.
    """
    source = event.source
    if source.isprintable() and " " not in source:
        return event
    return replace(event, source="".join("_" if char == " " or not char.isprintable() else char for char in source))


def _under_its_name(event: Event, name: str) -> Event:
    """Return the event under the channel's present name."""
    channel = getattr(event, "channel", "")
    if not channel or channel == name:
        return event
    return replace(event, channel=name, target=name) if isinstance(event, Posted) else replace(event, channel=name)


def _marks(event: Event) -> str:
    return event.marks if isinstance(event, (MessagePosted, MultilinePosted)) else ""


def _pages(name: str, conversation: str, points: list[Point], limit: int) -> list[Page]:
    """Return the pages that the reply is made of."""
    page = Page(conversation, limit=limit, only_messages=False)
    first, last = min(points), max(points)
    match name:
        case "BEFORE":
            return [page._replace(before=first.low)]
        case "AFTER":
            return [page._replace(after=first.high, oldest_first=True)]
        case "LATEST":
            return [page._replace(after=first.high)]
        case "AROUND":
            half = max(1, limit // 2)
            later = page._replace(after=first.low - 1, oldest_first=True, limit=limit - half or 1)
            return [page._replace(before=first.low, limit=half), later] if limit > 1 else [later]
        case _:
            forwards = points[0] <= points[1]
            return [page._replace(after=first.high, before=last.low, oldest_first=forwards)]


def _must_be_as_many(name: str, arguments: list[str], number: int) -> None:
    """Refuse "missing parameters, excess parameters"."""
    if len(arguments) != number:
        text = "Missing parameters" if len(arguments) < number else "Too many parameters"
        raise Failed("CHATHISTORY", "INVALID_PARAMS", name, text=text)


def _point(ctx: Context, name: str, text: str, target: str) -> Point:
    if text == "*" and name == "LATEST":
        return Point(0, 0)
    kind, _, value = text.partition("=")
    if kind == "msgid" and (number := event_id(value)) is not None:
        return Point(number, number)
    if kind == "timestamp" and (at := parse_time(value)) is not None:
        return ctx.world.times.point(at, ctx.now)
    if value and kind not in _REFERENCES:
        text = "The types of references are timestamp and msgid"
        raise Failed("CHATHISTORY", "INVALID_MSGREFTYPE", name, target, p.echoed(kind), text=text)
    raise Failed("CHATHISTORY", "INVALID_PARAMS", name, p.echoed(text), text="Not a point in time")


def _limit(ctx: Context, name: str, text: str) -> int:
    """Return how many messages may be sent: as many as requested, or the server's limit if that is less."""
    if not (text.isascii() and text.isdigit()):
        raise Failed("CHATHISTORY", "INVALID_PARAMS", name, p.echoed(text), text="Not a number of messages")
    most = ctx.config.history.page
    return min(int(text[:9]), most) or most


def _targets(ctx: Context, arguments: list[str]) -> Effect:
    """Answer TARGETS. As with BETWEEN, those nearest to the first point count; they are sent in order either way."""
    _must_be_as_many("TARGETS", arguments, 3)
    points = [_time(ctx, text) for text in arguments[:2]]
    limit = _limit(ctx, "TARGETS", arguments[2])
    user = ctx.user
    theirs = tuple((room.name, room.spans) for room in member_conversations(ctx))
    blocked = {identity_of(name) for name in map(blocked_account, user.blocks) if name}

    def found(ctx: Context, targets: Sequence[Target]) -> None:
        wanted = [target for target in targets if _partner(ctx, target.conversation) not in blocked]
        lines = _target_lines(ctx, wanted)
        part = lines[:limit] if points[0] <= points[1] else lines[-limit:]
        ctx.reply.batch("draft/chathistory-targets", (), part)

    first, last = min(points).high, max(points).low
    return ReadTargets(theirs, user.identity, first, last, _ALL, found, _unread("TARGETS"))


def _time(ctx: Context, text: str) -> Point:
    """Read a point of TARGETS: "they MUST be timestamps and not msgids"."""
    if not text.startswith("timestamp="):
        raise Failed("CHATHISTORY", "INVALID_PARAMS", "TARGETS", p.echoed(text), text="TARGETS takes timestamps only")
    return _point(ctx, "TARGETS", text, "*")


def _target_lines(ctx: Context, targets: Sequence[Target]) -> list[bytes]:
    ctx.work(len(ctx.world.users) // 2)
    nicks = {user.identity: user.nick for user in ctx.world.users.values()}
    lines: list[bytes] = []
    for target in targets:
        shown = _shown(ctx, target.conversation, nicks)
        if shown:
            at = server_time(ctx.world.times.at(target.last_id))
            lines.append(f"CHATHISTORY TARGETS {shown} {at}\r\n".encode())
    return lines


def _partner(ctx: Context, conversation: str) -> str:
    """Return the identity of the other of two people, or the room's name."""
    one, _, other = conversation.partition(" ")
    return other if one == ctx.user.identity else one


def _shown(ctx: Context, conversation: str, nicks: Mapping[str, str]) -> str:
    """Return the name under which the asker knows a conversation; "" if it was with a guest who is gone."""
    channel = ctx.world.channels.get(conversation)
    if channel is not None:
        return channel.name
    partner = _partner(ctx, conversation)
    account = ctx.world.accounts.get(partner)
    return nicks.get(partner, account.name if account is not None else "")
