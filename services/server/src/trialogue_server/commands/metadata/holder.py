"""Metadata targets: who holds the metadata, and whether the asker may see and set it.

https://ircv3.net/specs/extensions/metadata#concepts
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.commands.metadata.faults import invalid_target, no_permission
from trialogue_server.delivery.metadata import HeldMetadata, send_values
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import MetadataChanged
from trialogue_server.world.refused import Refused
from trialogue_server.world.user import User

MYSELF = "*"


class Holder(NamedTuple):
    """A user, a channel, or (with neither) a connection before the handshake."""

    name: str
    values: Mapping[str, str]
    user: User | None = None
    channel: Channel | None = None


def find_holder(ctx: Context, target: str) -> Holder:
    """Return the holder that a target names. Raises Failed. Only members see a channel's metadata."""
    if ctx.session.user is None:
        if target != MYSELF:
            raise invalid_target(target)
        return Holder(MYSELF, ctx.session.registration.metadata)
    if target.startswith("#"):
        return _channel(ctx, target)
    user = ctx.user if target == MYSELF else ctx.world.user(target)
    if user is None:
        raise invalid_target(target)
    return Holder(user.nick, user.metadata, user=user)


def _channel(ctx: Context, target: str) -> Holder:
    try:
        channel = p.read_channel(ctx, target)
    except Refused:
        raise invalid_target(target) from None
    if ctx.user.uid not in channel.members and not ctx.user.has(policy.OVERRIDE):
        raise invalid_target(target)
    return Holder(channel.name, channel.metadata, channel=channel)


def must_be_settable(ctx: Context, holder: Holder, key: str) -> None:
    """Check that the asker may set it: their own, a channel's as its operator, any as server operator. Raises Failed.

    "Privileged users (e.g. network admins) may be able to set certain metadata on other users"
    """
    if holder.channel is not None:
        try:
            policy.must_be_op(ctx.user, holder.channel)
        except Refused:
            raise no_permission(holder.name, key) from None
    elif holder.user is not ctx.session.user:
        if not ctx.user.has(policy.METADATA):
            raise no_permission(holder.name, key)
        ctx.audit("METADATA", f"{holder.name} {key}")


def change(ctx: Context, holder: Holder, key: str, value: str) -> None:
    """Set a key, or remove it with ""."""
    if value == holder.values.get(key, ""):
        return
    if holder.channel is not None:
        ctx.commit(MetadataChanged(*ctx.server_stamp(), holder.name, holder.name, 0, key, value))
    elif holder.user is not None:
        ctx.commit(MetadataChanged(*ctx.server_stamp(), holder.name, "", holder.user.uid, key, value))
    elif value:
        ctx.session.registration.metadata[key] = value
    else:
        del ctx.session.registration.metadata[key]


def apply_early_metadata(ctx: Context) -> None:
    """Set for the new user what the session set before the handshake."""
    _set_all(ctx, find_holder(ctx, MYSELF), ctx.session.registration.metadata)


def notify_replaced(ctx: Context, user: User, before: Mapping[str, str], *, keep: bool) -> None:
    """Tell subscribers that a user has other metadata, because of another account or none.

    With `keep` the user had no account, and what was set then is set anew for the account.
    """
    now = dict(user.metadata)
    for key in {**before, **now}:
        if before.get(key) != now.get(key):
            changed = MetadataChanged(*ctx.server_stamp(), user.nick, "", user.uid, key, now.get(key, ""))
            ctx.core.delivery.commit(changed)
    if keep:
        _set_all(ctx, Holder(user.nick, user.metadata, user=user), before)


def _set_all(ctx: Context, holder: Holder, values: Mapping[str, str]) -> None:
    limit = ctx.config.limits.metadata_keys
    for key, value in values.items():
        if key in holder.values or not limit or len(holder.values) < limit:
            change(ctx, holder, key, value)


def send_own_metadata(ctx: Context) -> None:
    """Send all metadata of the asker.  https://ircv3.net/specs/extensions/metadata#automatic-synchronization"""
    send_values(ctx.reply, ctx.user.nick, [(ctx.user.nick, ctx.user.metadata)], None)


def within(holder: Holder) -> Iterator[HeldMetadata]:
    """Yield the metadata of a channel's members."""
    for member in holder.channel.members.values() if holder.channel is not None else ():
        yield member.user.nick, member.user.metadata


def with_values(ctx: Context, keys: Collection[str]) -> list[str]:
    """Yield holders that the asker may synchronize and that have one of these keys: channels, which bring their
    members, and monitored users or the asker where they are in none of those.
    """
    found: list[str] = []
    seen: set[int] = set()
    for channel in ctx.user.channels.values():
        members = [member.user for member in channel.members.values()]
        seen.update(user.uid for user in members)
        if any(not values.keys().isdisjoint(keys) for values in (channel.metadata, *(one.metadata for one in members))):
            found.append(channel.name)
    alone = (ctx.user, *(ctx.world.user(nick) for nick in ctx.session.monitored.values()))
    others = {user.uid: user for user in alone if user is not None and user.uid not in seen}
    return found + [user.nick for user in others.values() if not user.metadata.keys().isdisjoint(keys)]


def visible(ctx: Context) -> Iterator[HeldMetadata]:
    """Yield the metadata that the asker is notified of: channels, their members, monitored users, and their own."""
    users = {ctx.user.uid: ctx.user}
    for channel in ctx.user.channels.values():
        yield channel.name, channel.metadata
        users |= {uid: member.user for uid, member in channel.members.items()}
    for nick in ctx.session.monitored.values():
        watched = ctx.world.user(nick)
        if watched is not None:
            users[watched.uid] = watched
    for user in users.values():
        yield user.nick, user.metadata
