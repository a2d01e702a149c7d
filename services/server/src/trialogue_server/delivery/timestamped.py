"""Old messages for clients without server-time: the time stands in the text.

They are sent as NOTICEs, which programs must not answer: https://modern.ircdocs.horse/#notice-message
"""

from datetime import UTC, datetime

from trialogue_server.delivery.multiline import fitted
from trialogue_server.world.events import MessagePosted, MultilinePosted

_ACTION, _END = "\x01ACTION ", "\x01"


def with_timestamp(event: MessagePosted | MultilinePosted, now: float, limit: int) -> MultilinePosted:
    """Return the event as a NOTICE whose text begins with its time: ``[28 Nov 08:06 UTC] hello``.

    `now` is Unix time in seconds; today's day is left out. Each line has the time, or it would look new, also those
    that a text is split into as it does not fit a line of `limit` bytes. Blank lines are left out.
    """
    stamp = event.id, event.at, event.uid, event.source, event.account
    where = event.target, event.channel, event.to, event.status
    said = ((_plain(event),),) if isinstance(event, MessagePosted) else event.lines
    clock = f"{_clock(event.at, now)} "
    head = f":{event.source} NOTICE {event.target} :{clock}"
    parts = (fitted(head, "".join(line), limit) for line in said if any(line))
    lines = tuple((clock + part,) for some in parts for part in some)
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
