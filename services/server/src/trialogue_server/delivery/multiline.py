"""Renders multiline messages.  https://ircv3.net/specs/extensions/multiline

Sessions that know them get one batch, others get line by line. Lines stay as composed, except for those that do not fit
beside this sender's name: they are split, and nothing is lost.
"""

from collections.abc import Iterator

from ircwire.multiline import BATCH_TYPE, CONCAT_TAG, cut
from ircwire.text import LONGEST_CHARACTER
from trialogue_server.session.capabilities import BATCH, MULTILINE
from trialogue_server.world.ctcp import CTCP, is_ctcp
from trialogue_server.world.events import MultilinePosted
from trialogue_server.world.ids import msgid

IN_BATCH = MULTILINE | BATCH
"""The capabilities with which it is sent as a batch."""


def in_batch(event: MultilinePosted, tags: str, limit: int) -> Iterator[tuple[str, str]]:
    """Yield tags and body of each line of the batch; `tags` are the message's, `limit` is the bytes of a line.

    All who get these bytes share the reference. It has the length of a message id, so it is never one of the numbers
    that count a session's batches.
    """
    reference = msgid(event.id)
    member = f"batch={reference}"
    yield tags, f":{event.source} BATCH +{reference} {BATCH_TYPE} {event.target}"
    head = _head(event)
    for line in event.lines:
        item = member
        for piece in line:
            for part in fitted(head, piece, limit):
                yield item, head + part
                item = f"{member};{CONCAT_TAG}"
    yield "", f":{event.source} BATCH -{reference}"


def line_by_line(event: MultilinePosted, tags: str, more_tags: str, limit: int) -> Iterator[tuple[str, str]]:
    """Yield tags and body of each line that is not blank: `tags` for the first, `more_tags` for the others."""
    head = _head(event)
    for line in event.lines:
        for piece in filter(None, line):
            for part in fitted(head, piece, limit):
                yield tags, head + part
                tags = more_tags


def _head(event: MultilinePosted) -> str:
    return f":{event.source} {event.command} {event.target} :"


def fitted(head: str, piece: str, limit: int) -> tuple[str, ...]:
    """Split a text into parts that fit a line of `limit` bytes behind `head`. None is a query to programs (CTCP)."""
    parts = cut(piece, max(LONGEST_CHARACTER, limit - 2 - len(head.encode())))
    if CTCP not in piece:
        return parts
    return tuple(part.lstrip(CTCP) if place or is_ctcp(part) else part for place, part in enumerate(parts))
