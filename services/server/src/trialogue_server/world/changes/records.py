"""What outlasts a restart: accounts, registered channels, bans, and what people have read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world.bans import akick_of
from trialogue_server.world.changes import channels, memberships
from trialogue_server.world.channel import Channel
from trialogue_server.world.user import identity_of

if TYPE_CHECKING:
    from trialogue_server.world import events as e
    from trialogue_server.world.world import World


def account_saved(world: World, event: e.AccountSaved) -> None:
    world.accounts.save(event.record)
    for user in world.logins.of(event.record.name):
        user.blocks = event.record.blocks


def account_dropped(world: World, event: e.AccountDropped) -> None:
    world.accounts.drop(event.name)
    world.markers.forget(identity_of(event.name))
    world.visits.forget(identity_of(event.name))
    world.mails.forget(identity_of(event.name))


def channel_saved(world: World, event: e.ChannelSaved) -> None:
    folded = world.fold(event.record.name)
    channel = world.channels.get(folded)
    if channel is None:
        channel = world.channels[folded] = Channel(event.record.name, folded, at=event.at)
    channel.restore(event.record)
    if channel.members:  # else it is being restored
        world.lives.note(channel)
    for absent in channels.absent_accounts(world, channel) if event.record.ownership.akicks else ():
        if akick_of(channel, absent, world.fold) is not None:  # who is there will be kicked
            world.visits.end(absent.identity, channel.folded)


def channel_dropped(world: World, event: e.ChannelDropped) -> None:
    channel = world.channels[world.fold(event.name)]
    channel.ownership = None
    if not channel.members:
        memberships.emptied(world, channel)


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


def life_noted(world: World, event: e.LifeNoted) -> None:
    world.lives.restore(event.record)


def operator_granted(world: World, event: e.OperatorGranted) -> None:
    world.grants.save(event.record)


def operator_revoked(world: World, event: e.OperatorRevoked) -> None:
    world.grants.drop(event.name)
