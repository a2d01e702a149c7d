"""Applies changes of users: coming, leaving, nicks, modes, logins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world.changes import memberships
from trialogue_server.world.channel import Membership
from trialogue_server.world.ctcp import CTCP, is_ctcp
from trialogue_server.world.events import MessagePosted, UserRegistered
from trialogue_server.world.modes import ACCOUNTS_WRITE, INVISIBLE, MARKS, OPERATOR
from trialogue_server.world.user import User
from trialogue_server.world.whowas import WhowasEntry

if TYPE_CHECKING:
    from trialogue_server.world import events as e
    from trialogue_server.world.world import World


def registered(world: World, event: e.UserRegistered) -> None:
    user = User(event)
    user.spoke_at = world.monotonic
    _take_on(world, user)
    world.users[user.uid] = user
    world.logins.add(user)
    world.nicks[world.fold(user.nick)] = user
    world.most_users = max(world.most_users, len(world.users))


def _take_on(world: World, user: User) -> None:
    """Give a user the metadata and the block list of their account."""
    account = world.accounts.get(user.account) if user.account else None
    user.metadata = dict(account.metadata) if account is not None else {}
    user.blocks = account.blocks if account is not None else ()


def _remember(world: World, user: User, at: float) -> None:
    who = user.nick, user.username, user.host, user.realname, user.account
    world.whowas.remember(WhowasEntry(*who, at, world.monotonic, INVISIBLE in user.modes))


def restored(world: World, event: e.PresenceNoted) -> None:
    """Have an always-on user on the network again, without a connection, in the channels that there still are."""
    record = event.record
    if world.fold(record.nick) in world.nicks:
        return
    uid = max(world.users, default=0) + 1
    who = record.nick, record.username, record.host, record.realname
    registered(world, UserRegistered(event.id, record.signon_at, uid, event.source, record.account, *who, "", False))
    user = world.users[uid]
    user.attached, user.away = False, record.away
    _set_modes(world, user, record.modes)
    for stay in record.stays:
        channel = world.channel(stay.channel)
        if channel is not None:
            memberships.put_back(world, user, channel, Membership(user, stay.modes, stay.joined))
    world.note_presence(record.account)


def left(world: World, event: e.UserLeft) -> None:
    user = world.users.pop(event.uid)
    world.logins.remove(user)
    world.note_presence(user.account)
    world.with_mode.subtract(user.modes)
    del world.nicks[world.fold(user.nick)]
    _remember(world, user, event.at)
    for channel in user.invited:
        channel.invited.discard(user.uid)
    for channel in list(user.channels.values()):
        memberships.remove(world, user, channel, event)
    if not user.account:
        world.stale.note_markers(world.markers.forget(user.identity))
        if user.whispers:
            world.stale.note_guest(user.identity)


def detached(world: World, event: e.UserDetached) -> None:
    user = world.users[event.uid]
    user.attached = False
    for folded in user.channels:
        world.visits.leave(user, folded, event.id)


def attached(world: World, event: e.UserAttached) -> None:
    user = world.users[event.uid]
    user.attached = True
    if not user.address:  # a restart has forgotten it
        user.address, user.secure = event.address, event.secure
    memberships.enter_all(world, user)
    world.note_presence(user.account)


def nick_changed(world: World, event: e.NickChanged) -> None:
    user = world.users[event.uid]
    folded, old = world.fold(event.nick), world.fold(user.nick)
    if folded != old:
        _remember(world, user, event.at)
    del world.nicks[old]
    user.nick = event.nick
    world.nicks[folded] = user
    user.update_mask()
    world.note_presence(user.account)
    for channel in user.channels.values():
        channel.version += 1


def realname_changed(world: World, event: e.RealnameChanged) -> None:
    user = world.users[event.uid]
    user.realname = event.realname
    world.note_presence(user.account)


def host_changed(world: World, event: e.HostChanged) -> None:
    user = world.users[event.uid]
    user.username, user.host = event.username, event.host
    user.update_mask()
    world.note_presence(user.account)
    for channel in user.channels.values():
        channel.version += 1


def away_changed(world: World, event: e.AwayChanged) -> None:
    user = world.users[event.uid]
    user.away = event.message
    world.note_presence(user.account)


def modes_changed(world: World, event: e.UserModesChanged) -> None:
    user = world.users[event.target]
    _set_modes(world, user, event.modes)
    world.note_presence(user.account)
    if OPERATOR not in event.modes:
        user.oper, user.oper_through, user.privileges = "", "", frozenset()


def oper_granted(world: World, event: e.OperGranted) -> None:
    user = world.users[event.uid]
    user.oper, user.oper_through, user.privileges = event.name, event.through, frozenset(event.privileges)
    _set_modes(world, user, "".join(sorted({*user.modes, OPERATOR})))


def _set_modes(world: World, user: User, modes: str) -> None:
    world.with_mode.subtract(user.modes)
    world.with_mode.update(modes)
    user.modes = modes
    user.marks = "".join(mode for mode in modes if mode in MARKS)


def blocks_changed(world: World, event: e.BlocksChanged) -> None:
    world.users[event.uid].blocks = event.entries


def posted(world: World, event: e.Posted) -> None:
    user = world.users.get(event.uid)
    if user is None or event.command == "TAGMSG":
        return
    if type(event) is MessagePosted and event.text[:1] == CTCP and is_ctcp(event.text):
        return
    user.spoke_at = world.monotonic
    if not event.channel:
        _whisper(user, world.users.get(event.to))
        if event.to and ACCOUNTS_WRITE in user.modes:
            user.written_to.add(event.to)
    elif not event.status:
        channel = world.channels[world.fold(event.channel)]
        channel.said = event.id
        if channel.last_speaker != event.uid:
            channel.hear(user)


def _whisper(*users: User | None) -> None:
    for user in users:
        if user is not None:
            user.whispers = True


def logged_in(world: World, event: e.LoggedIn) -> None:
    user = world.users[event.uid]
    if user.account:
        for folded in user.channels:
            world.visits.leave(user, folded, event.id)
    world.logins.remove(user)
    world.note_presence(user.account)
    user.account = event.name
    world.logins.add(user)
    world.note_presence(user.account)
    _take_on(world, user)
    if user.account:
        memberships.enter_all(world, user)
