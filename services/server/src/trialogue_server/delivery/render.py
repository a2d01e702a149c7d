"""Renders events as lines.

Each line is made once for each set of capabilities that it depends on, never for each recipient: a channel of thousands
has a handful of sets, and all members with one share the same bytes object.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from ircwire import numerics as n
from ircwire.multiline import Lines
from ircwire.text import truncate
from trialogue_server.delivery.multiline import IN_BATCH, fitted, in_batch, line_by_line
from trialogue_server.session.capabilities import (
    ACCOUNT_NOTIFY,
    ACCOUNT_TAG,
    AWAY_NOTIFY,
    CHANNEL_RENAME,
    CHGHOST,
    EXTENDED_JOIN,
    MESSAGE_REDACTION,
    MESSAGE_TAGS,
    METADATA_3,
    OPER_TAG,
    READ_MARKER,
    SERVER_TIME,
    SETNAME,
)
from trialogue_server.world import events as e
from trialogue_server.world.ctcp import CTCP, is_ctcp
from trialogue_server.world.ids import msgid
from trialogue_server.world.modes import BOT, OPERATOR

_UNSENDABLE = {ord(char): "?" for char in "\r\n\0"}
"""Characters that cannot be sent. No blanks: in tags or a source, what follows one would be read as something else."""

_ACTION = f"{CTCP}ACTION "

_SURELY_FITS = 64
"""Characters of a text that fit any line."""

_TAGS_OF_ALL = SERVER_TIME | MESSAGE_TAGS


@lru_cache(maxsize=256)
def server_time(at: float) -> str:
    """Return Unix time as the `time` tag has it.  https://ircv3.net/specs/extensions/server-time

    Cached, since all lines of one read share one moment.
    """
    seconds, milliseconds = divmod(int(at * 1000), 1000)  # cut, not rounded, as it is in the event's id
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{milliseconds:03d}Z"


def encode_line(tags: str, body: str, limit: int) -> bytes:
    """Return tags (without "@", or "") and body as one line; a body over `limit` bytes is cut between characters."""
    if "\n" in body or "\r" in body or "\0" in body:  # nothing comes in so, and whatever is stored, nothing goes out
        body = body.translate(_UNSENDABLE)
    data = body.encode()
    if len(data) > limit - 2:
        data = truncate(body, limit - 2).encode()
    return b"@%b %b\r\n" % (tags.encode(), data) if tags else data + b"\r\n"


def mark_tags(marks: str, caps: int) -> Iterator[str]:
    """Yield the tags of https://ircv3.net/specs/extensions/bot-mode and https://ircv3.net/specs/extensions/oper-tag

    The latter has no value: the name of the operator entry is for operators alone.
    """
    if BOT in marks and caps & MESSAGE_TAGS:
        yield "bot"
    if OPERATOR in marks and caps & OPER_TAG:
        yield "draft/oper"


class Rendering:
    """One event's bytes for any set of capabilities; b"" for sessions that are not told."""

    __slots__ = ("_body", "_event", "_limit", "_made", "_marks", "_mask")

    def __init__(self, event: e.Event, line_limit: int, marks: str = "") -> None:
        """`marks` are the `User.marks` of who caused it."""
        if type(event) is e.MessagePosted and len(event.text) > _SURELY_FITS and _is_too_long(event, line_limit):
            event = _in_parts(event, line_limit)
        mask, self._body = _BODIES[type(event)]
        self._event = event
        self._limit = line_limit
        self._mask = mask | _TAGS_OF_ALL | (ACCOUNT_TAG if event.account else 0) | (OPER_TAG if marks else 0)
        self._marks = marks
        self._made: dict[int, bytes] = {}

    def __call__(self, caps: int) -> bytes:
        """Return the line for a session with these capabilities."""
        caps &= self._mask
        made = self._made.get(caps)
        if made is None:
            made = self._made[caps] = self._make(caps)
        return made

    def _make(self, caps: int) -> bytes:
        event = self._event
        if type(event) is e.MultilinePosted:  # isinstance is slow for structs of another type
            return self._make_multiline(event, caps)
        bodies = self._body(event, caps)
        if not bodies:
            return b""
        first = encode_line(self._tags(caps) if caps else "", bodies[0], self._limit)
        if len(bodies) == 1:
            return first
        more_tags = self._tags(caps, with_id=False)  # the id is that of one line
        return first + b"".join(encode_line(more_tags, body, self._limit) for body in bodies[1:])

    def _make_multiline(self, event: e.MultilinePosted, caps: int) -> bytes:
        tags = self._tags(caps)
        if caps & IN_BATCH == IN_BATCH:
            lines = in_batch(event, tags, self._limit)
        else:
            lines = line_by_line(event, tags, self._tags(caps, with_id=False), self._limit)
        return b"".join(encode_line(tags, body, self._limit) for tags, body in lines)

    def _tags(self, caps: int, *, with_id: bool = True) -> str:
        event = self._event
        tags: list[str] = []
        if caps & SERVER_TIME:
            tags.append(f"time={server_time(event.at)}")
        if caps & ACCOUNT_TAG and event.account:
            tags.append(f"account={event.account}")
        if self._marks:
            tags += mark_tags(self._marks, caps)
        if caps & MESSAGE_TAGS:
            if with_id:
                tags.append(f"msgid={msgid(event.id)}")
            if isinstance(event, (e.MessagePosted, e.TagsPassed, e.MultilinePosted)) and event.tags:
                tags.append(event.tags.translate(_UNSENDABLE))
        return ";".join(tags)


def _message(event: e.MessagePosted | e.TagsPassed, caps: int) -> tuple[str, ...]:
    if event.command == "TAGMSG":
        return (f":{event.source} TAGMSG {event.target}",) if caps & MESSAGE_TAGS else ()
    return (f":{event.source} {event.command} {event.target} :{event.text}",)


def _is_too_long(event: e.MessagePosted, limit: int) -> bool:
    """Return whether a message does not fit a line with its sender's name in front of it. CTCP queries are cut."""
    return len(_message(event, 0)[0].encode()) > limit - 2 and not is_ctcp(event.text)


def _in_parts(event: e.MessagePosted, limit: int) -> e.MultilinePosted:
    """Return a message as one of several parts: one line in a batch, several lines for who knows none.

    An action becomes several actions.
    """
    text, head = event.text, f":{event.source} {event.command} {event.target} :"
    lines: Lines = (fitted(head, text, limit),)
    if text.startswith(_ACTION):
        parts = fitted(head + _ACTION + CTCP, text[len(_ACTION) :].removesuffix(CTCP), limit)
        lines = tuple((f"{_ACTION}{part}{CTCP}",) for part in parts)
    stamp = event.id, event.at, event.uid, event.source, event.account
    where = event.command, event.target, event.channel, event.to, event.status
    return e.MultilinePosted(*stamp, *where, lines, event.tags, event.between, event.marks)


def _multiline(event: e.MultilinePosted, caps: int) -> tuple[str, ...]:
    """Return nothing: each of its lines has tags of its own, so `Rendering` makes them itself."""
    return ()


def _join(event: e.ChannelJoined, caps: int) -> tuple[str, ...]:
    extra = f" {event.account or '*'} :{event.realname}" if caps & EXTENDED_JOIN else ""
    line = f":{event.source} JOIN {event.channel}{extra}"
    if event.away and caps & AWAY_NOTIFY:
        return (line, f":{event.source} AWAY :{event.away}")
    return (line,)


def _part(event: e.ChannelParted, caps: int) -> tuple[str, ...]:
    return (f":{event.source} PART {event.channel}" + (f" :{event.reason}" if event.reason else ""),)


def _kick(event: e.Kicked, caps: int) -> tuple[str, ...]:
    return (f":{event.source} KICK {event.channel} {event.nick} :{event.reason}",)


def _invite(event: e.Invited, caps: int) -> tuple[str, ...]:
    return (f":{event.source} INVITE {event.nick} {event.channel}",)


def _rename(event: e.ChannelRenamed, caps: int) -> tuple[str, ...]:
    """Return RENAME; sessions without the capability are told in another way: see `commands.channels.rename`."""
    return (f":{event.source} RENAME {event.channel} {event.name} :{event.reason}",) if caps & CHANNEL_RENAME else ()


def _metadata(event: e.MetadataChanged, caps: int) -> tuple[str, ...]:
    """Return https://ircv3.net/specs/extensions/metadata#notifications in the later draft, or the earlier one."""
    if caps & METADATA_3:
        if not event.value:
            return (f":{event.source} {n.RPL_KEYNOTSET} * {event.target} {event.key} :Key not set",)
        return (f":{event.source} {n.RPL_KEYVALUE} * {event.target} {event.key} * :{event.value}",)
    value = f" :{event.value}" if event.value else ""
    return (f":{event.source} METADATA {event.target} {event.key} *{value}",)


def _topic(event: e.TopicChanged, caps: int) -> tuple[str, ...]:
    return (f":{event.source} TOPIC {event.channel} :{event.topic}",)


def _modes(event: e.ModesChanged, caps: int) -> tuple[str, ...]:
    return (f":{event.source} MODE {event.channel} {' '.join(event.shown)}",)


def _quit(event: e.UserLeft, caps: int) -> tuple[str, ...]:
    return (f":{event.source} QUIT :{event.reason}",)


def _nick(event: e.NickChanged, caps: int) -> tuple[str, ...]:
    return (f":{event.source} NICK {event.nick}",)


def _setname(event: e.RealnameChanged, caps: int) -> tuple[str, ...]:
    return (f":{event.source} SETNAME :{event.realname}",) if caps & SETNAME else ()


def _chghost(event: e.HostChanged, caps: int) -> tuple[str, ...]:
    return (f":{event.source} CHGHOST {event.username} {event.host}",) if caps & CHGHOST else ()


def _away(event: e.AwayChanged, caps: int) -> tuple[str, ...]:
    if not caps & AWAY_NOTIFY:
        return ()
    return (f":{event.source} AWAY" + (f" :{event.message}" if event.message else ""),)


def _account(event: e.LoggedIn, caps: int) -> tuple[str, ...]:
    return (f":{event.source} ACCOUNT {event.name or '*'}",) if caps & ACCOUNT_NOTIFY else ()


def _marker(event: e.MarkerMoved, caps: int) -> tuple[str, ...]:
    if not caps & READ_MARKER:
        return ()
    return (f":{event.source} MARKREAD {event.target} timestamp={server_time(event.record.at)}",)


def _redact(event: e.MessageRedacted, caps: int) -> tuple[str, ...]:
    if not caps & MESSAGE_REDACTION:
        return ()
    reason = f" :{event.reason}" if event.reason else ""
    return (f":{event.source} REDACT {event.target} {msgid(event.redacted)}{reason}",)


def _wallops(event: e.WallopsSent, caps: int) -> tuple[str, ...]:
    return (f":{event.source} WALLOPS :{event.text}",)


_Body = Callable[[Any, int], tuple[str, ...]]
_BODIES = cast(
    "dict[type[e.Event], tuple[int, _Body]]",
    {
        e.MessagePosted: (MESSAGE_TAGS, _message),
        e.TagsPassed: (MESSAGE_TAGS, _message),
        e.MultilinePosted: (IN_BATCH, _multiline),
        e.ChannelJoined: (EXTENDED_JOIN | AWAY_NOTIFY, _join),
        e.ChannelParted: (0, _part),
        e.Kicked: (0, _kick),
        e.Invited: (0, _invite),
        e.ChannelRenamed: (CHANNEL_RENAME, _rename),
        e.MetadataChanged: (METADATA_3, _metadata),
        e.TopicChanged: (0, _topic),
        e.ModesChanged: (0, _modes),
        e.UserLeft: (0, _quit),
        e.NickChanged: (0, _nick),
        e.RealnameChanged: (SETNAME, _setname),
        e.HostChanged: (CHGHOST, _chghost),
        e.AwayChanged: (AWAY_NOTIFY, _away),
        e.WallopsSent: (0, _wallops),
        e.MarkerMoved: (READ_MARKER, _marker),
        e.MessageRedacted: (MESSAGE_REDACTION, _redact),
        e.LoggedIn: (ACCOUNT_NOTIFY, _account),
    },
)
"""For each event that is shown: the capabilities that its lines depend on, besides those of the tags."""
