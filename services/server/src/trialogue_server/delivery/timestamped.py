"""Old messages for clients without server-time: the time stands in the text.

They are sent as NOTICEs, which programs must not answer: https://modern.ircdocs.horse/#notice-message
"""

from datetime import UTC, datetime

from trialogue_server.world.events import MessagePosted, MultilinePosted

_ACTION, _END = "\x01ACTION ", "\x01"


def with_timestamp(event: MessagePosted | MultilinePosted, now: float) -> MultilinePosted:
    """Return the event as a NOTICE whose text begins with its time: ``[28 Nov 08:06 UTC] hello``.

    `now` is Unix time in seconds; today's day is left out. What does not fit beside the time becomes another line.
    """
    stamp = event.id, event.at, event.uid, event.source, event.account
    where = event.target, event.channel, event.to, event.status
    first, *others = ((_plain(event),),) if isinstance(event, MessagePosted) else event.lines
    lines = ((f"{_clock(event.at, now)} {first[0]}", *first[1:]), *others)
    return MultilinePosted(*stamp, "NOTICE", *where, lines, event.tags, event.between, event.marks)


def _clock(at: float, now: float) -> str:
    said, today = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC)
    if said.date() == today.date():
        return f"[{said:%H:%M} UTC]"
    year = f" {said.year}" if said.year != today.year else ""
    return f"[{said.day} {_MONTHS[said.month - 1]}{year} {said:%H:%M} UTC]"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""English names, whatever the machine's locale."""


def _plain(event: MessagePosted) -> str:
    """Return the text; an action becomes a sentence, since no NOTICE is an action."""
    if not event.text.startswith(_ACTION):
        return event.text
    nick = event.source.partition("!")[0]
    return f"* {nick} {event.text[len(_ACTION) :].removesuffix(_END)}"
