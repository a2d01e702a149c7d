"""Renders metadata, in either of its drafts.

draft/metadata-2 sends values as METADATA messages, draft/metadata-3 as numerics in all places.
https://ircv3.net/specs/extensions/metadata (work in progress)
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ircwire import numerics as n
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.capabilities import METADATA_3, knows_metadata

BATCH_TYPE = "metadata"
VISIBLE_TO_ALL = "*"

HeldMetadata = tuple[str, Mapping[str, str]]
"""A nick or a channel's name, and its metadata by key."""


def send_values(reply: Reply, name: str, holdings: Iterable[HeldMetadata], keys: Collection[str] | None) -> None:
    """Send a session the values of these keys (or of all), if it knows metadata.

    `name` is what was asked about. Only the later draft has an empty reply.
    """
    caps = reply.session.caps
    if not knows_metadata(caps):
        return
    wanted = [
        (holder, key, value)
        for holder, values in holdings
        for key, value in values.items()
        if keys is None or key in keys
    ]
    if wanted or keys is None or caps & METADATA_3:
        reply.batch(BATCH_TYPE, (name,), (told_value(reply, *one) for one in wanted), len(wanted))


def values_told(reply: Reply, name: str, holdings: Sequence[HeldMetadata], keys: Collection[str]) -> Iterator[bytes]:
    """Yield the lines of `send_values`. What a thousand sessions are sent was copied once; keys are looked up late."""
    caps = reply.session.caps
    if not knows_metadata(caps):
        return
    lines = [
        told_value(reply, holder, key, value)
        for holder, values in holdings
        for key, value in values.items()
        if key in keys
    ]
    if lines or caps & METADATA_3:
        yield from reply.batched(BATCH_TYPE, (name,), lines)


def told_value(reply: Reply, holder: str, key: str, value: str) -> bytes:
    """Render a value that the session did not request by GET or LIST."""
    if reply.session.caps & METADATA_3:
        return key_value(reply, holder, key, value)
    return reply.made_raw(f"METADATA {holder} {key} {VISIBLE_TO_ALL} :{value}")


def key_value(reply: Reply, holder: str, key: str, value: str) -> bytes:
    """Render RPL_KEYVALUE."""
    return reply.made(n.RPL_KEYVALUE, holder, key, VISIBLE_TO_ALL, value)


def key_not_set(reply: Reply, holder: str, key: str) -> bytes:
    """Render RPL_KEYNOTSET."""
    return reply.made(n.RPL_KEYNOTSET, holder, key)


def key_cleared(reply: Reply, holder: str, key: str) -> bytes:
    """Render what CLEAR answers for each key: the earlier draft has RPL_KEYVALUE without a value."""
    if reply.session.caps & METADATA_3:
        return key_not_set(reply, holder, key)
    return reply.made(n.RPL_KEYVALUE, holder, key, VISIBLE_TO_ALL)
