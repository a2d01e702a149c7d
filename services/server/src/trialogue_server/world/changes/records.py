"""Applies events that carry records: accounts, registered channels, bans, read markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world.bans import akick_of
from trialogue_server.world.changes import channels, memberships
from trialogue_server.world.channel import Channel
from trialogue_server.world.modes import OP, VOICE
from trialogue_server.world.user import identity_of

if TYPE_CHECKING:
    from trialogue_server.world import events as e
    from trialogue_server.world.world import World


def account_saved(world: World, event: e.AccountSaved) -> None:
    before = world.accounts.get(event.record.name)
    world.accounts.save(event.record)
    if event.record.always_on is not (before is not None and before.always_on):
        world.note_presence(event.record.name)
    for user in world.logins.of(event.record.name):
        user.blocks = event.record.blocks


def account_dropped(world: World, event: e.AccountDropped) -> None:
    identity = identity_of(event.name)
    world.accounts.drop(event.name)
    world.note_presence(event.name)
    world.stale.note_markers(world.markers.forget(identity))
    world.visits.forget(identity)
    world.mails.forget(identity)
    for channel in world.invitations.of(identity):
        world.invitations.withdraw(identity, channel)
        world.stale.note_channel(channel)
    changed = [one for one in world.channels.values() if one.forget_operator(identity) | one.forget_voice(identity)]
    for channel in changed:
        if channel.folded in world.emptied and not channel.operators:
            channel.abandon(event.id)
        world.stale.note_channel(channel)


def channel_saved(world: World, event: e.ChannelSaved) -> None:
    folded = world.fold(event.record.name)
    channel = world.channels.get(folded)
    if channel is None:  # it is restored: whether anything was said will be seen
        channel = world.channels[folded] = Channel(event.record.name, folded, at=event.at)
        channel.said = event.id
    channel.restore(event.record)
    world.invitations.restore(channel, event.record.invited, event.record.invited_at)
    if channel.said and not channel.speakers:
        channel.speakers[""] = None
    if channel.ownership is not None:  # who has a standing in it says its access list
        channel.operators.clear()
        channel.voices.clear()
    if channel.emptied_at and channel.ownership is None:
        world.emptied[folded] = channel
    world.settle_hidden(channel)
    if channel.settle_openness(event.id):
        world.stale.note_channel(channel)
        if channel.is_closed:
            world.visits.shut_out(channel, event.id)
    for absent in channels.absent_accounts(world, channel) if event.record.ownership else ():
        if akick_of(channel, absent, world.fold) is not None:  # who is there will be kicked
            world.visits.end(absent.identity, channel, event.id)


def channel_dropped(world: World, event: e.ChannelDropped) -> None:
    channel = world.channels[world.fold(event.name)]
    ownership, channel.ownership = channel.ownership, None
    standing = [ownership.founder, *dict(ownership.access)] if ownership is not None else []
    operators = [account for account in standing if ownership is not None and ownership.mode_of(account) == OP]
    for account in [*operators, *(member.user.account for member in channel.members.values() if member.is_op)]:
        channel.remember_operator(account)
    voices = [account for account in standing if ownership is not None and ownership.mode_of(account) == VOICE]
    for account in [*voices, *(one.user.account for one in channel.members.values() if VOICE in one.modes)]:
        channel.remember_voice(account)
    channel.settle_openness(event.id)
    world.stale.note_channel(channel)
    if not channel.members:
        memberships.emptied(world, channel, event)


def server_ban_set(world: World, event: e.ServerBanSet) -> None:
    world.server_bans.set(event.record)


def server_ban_lifted(world: World, event: e.ServerBanLifted) -> None:
    world.server_bans.lift(event.kind, event.target)


def marker_moved(world: World, event: e.MarkerMoved) -> None:
    world.markers.move(event.record)


def mail_noted(world: World, event: e.MailNoted) -> None:
    world.mails.note(event.record)


def visit_noted(world: World, event: e.VisitNoted) -> None:
    world.visits.restore(event.record)


def stretch_noted(world: World, event: e.StretchNoted) -> None:
    world.times.put(event.record)


def operator_granted(world: World, event: e.OperatorGranted) -> None:
    world.grants.save(event.record)


def operator_revoked(world: World, event: e.OperatorRevoked) -> None:
    world.grants.drop(event.name)


def idempotency_key_used(world: World, event: e.IdempotencyKeyUsed) -> None:
    world.idempotency.note(event.record)


def idempotency_key_forgotten(world: World, event: e.IdempotencyKeyForgotten) -> None:
    world.idempotency.forget(event.message)
