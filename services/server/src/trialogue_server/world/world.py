"""The state of the network. `apply` is the only mutator, and never fails: what is not allowed is refused before.

Each event has one small function in `_APPLY`; reading that table tells all that can ever happen.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

from msgspec.structs import replace

from trialogue_server.world import events as e
from trialogue_server.world.accounts import Accounts
from trialogue_server.world.bans import akick_of, is_banned
from trialogue_server.world.channel import Channel, ListEntry, Membership
from trialogue_server.world.grants import OperatorGrants
from trialogue_server.world.lives import Lives
from trialogue_server.world.markers import Markers
from trialogue_server.world.modes import BAN, CHANNEL_MODES, KEY, LIMIT, MARKS, OPERATOR, sorted_prefix_modes
from trialogue_server.world.serverbans import ServerBans
from trialogue_server.world.user import User, identity_of
from trialogue_server.world.visits import Absent, Visits
from trialogue_server.world.whowas import Departed, Whowas


class World:
    """Everybody and every channel, found by folded name."""

    def __init__(self, fold: Callable[[str], str], *, whowas_entries: int) -> None:
        self.fold = fold
        self.users: dict[int, User] = {}
        self.nicks: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.accounts = Accounts(fold)
        self.server_bans = ServerBans(fold)
        self.grants = OperatorGrants(fold)
        self.markers = Markers()
        self.visits = Visits()
        self.lives = Lives()
        self.whowas = Whowas(fold, whowas_entries)
        self.most_users = 0
        self.with_mode: Counter[str] = Counter()
        """How many users have each user mode."""

    def user(self, nick: str) -> User | None:
        """Find a user by nick."""
        return self.nicks.get(self.fold(nick))

    def channel(self, name: str) -> Channel | None:
        """Find a channel by name."""
        return self.channels.get(self.fold(name))

    def membership(self, user: User, channel: Channel) -> Membership | None:
        """Return the user's membership, if they are in the channel."""
        return channel.members.get(user.uid)

    def share_channel(self, one: User, other: User) -> bool:
        """Are both in some channel?"""
        few, many = sorted((one.channels, other.channels), key=len)
        return any(name in many for name in few)

    def apply(self, event: e.Event) -> None:
        """Let it happen."""
        _APPLY[type(event)](self, event)


def _registered(world: World, event: e.UserRegistered) -> None:
    user = User(
        event.uid,
        event.nick,
        event.username,
        event.host,
        event.realname,
        address=event.address,
        secure=event.secure,
        at=event.at,
    )
    user.account = event.account
    _take_on(world, user)
    world.users[user.uid] = user
    world.nicks[world.fold(user.nick)] = user
    world.most_users = max(world.most_users, len(world.users))


def _take_on(world: World, user: User) -> None:
    """Let a user tell what their account tells, and nothing else."""
    account = world.accounts.get(user.account) if user.account else None
    user.metadata = dict(account.metadata) if account is not None else {}


def _remember(world: World, user: User, at: float) -> None:
    world.whowas.remember(Departed(user.nick, user.username, user.host, user.realname, user.account, at))


def _left(world: World, event: e.UserLeft) -> None:
    user = world.users.pop(event.uid)
    world.with_mode.subtract(user.modes)
    del world.nicks[world.fold(user.nick)]
    _remember(world, user, event.at)
    for channel in user.invited:
        channel.invited.discard(user.uid)
    for channel in list(user.channels.values()):
        _remove(world, user, channel, event)
    if not user.account:
        world.markers.forget(user.identity)


def _remove(world: World, user: User, channel: Channel, event: e.Event) -> None:
    if user.account and user.attached:
        world.visits.leave(user, channel.folded, event.id)
    del channel.members[user.uid]
    del user.channels[channel.folded]
    channel.version += 1
    if not channel.members:
        _emptied(world, channel)


def _emptied(world: World, channel: Channel) -> None:
    """Without members a channel is no more, unless it is registered."""
    if channel.ownership is None:
        del world.channels[channel.folded]
        world.lives.end(channel.folded)
        for uid in channel.invited:
            world.users[uid].invited.discard(channel)
    elif not channel.ownership.keep_topic:
        channel.topic, channel.topic_by, channel.topic_at = "", "", 0.0


def _detached(world: World, event: e.UserDetached) -> None:
    user = world.users[event.uid]
    user.attached = False
    for folded in user.channels:
        world.visits.leave(user, folded, event.id)


def _attached(world: World, event: e.UserAttached) -> None:
    user = world.users[event.uid]
    user.attached = True
    _enter_all(world, user)


def _enter_all(world: World, user: User) -> None:
    for folded, channel in user.channels.items():
        world.visits.enter(user, folded, channel.members[user.uid].joined)


def _nick_changed(world: World, event: e.NickChanged) -> None:
    user = world.users[event.uid]
    folded, old = world.fold(event.nick), world.fold(user.nick)
    if folded != old:
        _remember(world, user, event.at)
    del world.nicks[old]
    user.nick = event.nick
    world.nicks[folded] = user
    user.update_mask()
    for channel in user.channels.values():
        channel.version += 1


def _realname_changed(world: World, event: e.RealnameChanged) -> None:
    world.users[event.uid].realname = event.realname


def _host_changed(world: World, event: e.HostChanged) -> None:
    user = world.users[event.uid]
    user.username, user.host = event.username, event.host
    user.update_mask()
    for channel in user.channels.values():
        channel.version += 1


def _away_changed(world: World, event: e.AwayChanged) -> None:
    world.users[event.uid].away = event.message


def _user_modes_changed(world: World, event: e.UserModesChanged) -> None:
    user = world.users[event.target]
    _set_modes(world, user, event.modes)
    if OPERATOR not in event.modes:
        user.oper, user.oper_through, user.privileges = "", "", frozenset()


def _oper_granted(world: World, event: e.OperGranted) -> None:
    user = world.users[event.uid]
    user.oper, user.oper_through, user.privileges = event.name, event.through, frozenset(event.privileges)
    _set_modes(world, user, "".join(sorted({*user.modes, OPERATOR})))


def _set_modes(world: World, user: User, modes: str) -> None:
    world.with_mode.subtract(user.modes)
    world.with_mode.update(modes)
    user.modes = modes
    user.marks = "".join(mode for mode in modes if mode in MARKS)


def _joined(world: World, event: e.ChannelJoined) -> None:
    user = world.users[event.uid]
    folded = world.fold(event.channel)
    channel = world.channels.get(folded)
    if channel is None:
        since = world.lives.begun(folded) or event.id
        channel = world.channels[folded] = Channel(event.channel, folded, at=event.at, since=since)
        channel.flags.update(event.modes)
        world.lives.note(channel)
    channel.members[user.uid] = Membership(user, event.prefix_modes, event.id)
    channel.invited.discard(user.uid)
    user.invited.discard(channel)
    channel.version += 1
    user.channels[folded] = channel
    if user.account:
        world.visits.enter(user, folded, event.id)


def _parted(world: World, event: e.ChannelParted) -> None:
    _remove_for_good(world, world.users[event.uid], event)


def _kicked(world: World, event: e.Kicked) -> None:
    _remove_for_good(world, world.users[event.target], event)


def _remove_for_good(world: World, user: User, event: e.ChannelParted | e.Kicked) -> None:
    channel = world.channels[world.fold(event.channel)]
    _remove(world, user, channel, event)
    world.visits.end(user.identity, channel.folded)


def _invited(world: World, event: e.Invited) -> None:
    channel = world.channel(event.channel)
    if channel is not None:
        channel.invited.add(event.target)
        world.users[event.target].invited.add(channel)


def _channel_renamed(world: World, event: e.ChannelRenamed) -> None:
    old, new = world.fold(event.channel), world.fold(event.name)
    channel = world.channels.pop(old)
    world.channels[new] = channel
    channel.name, channel.folded = event.name, new
    channel.version += 1
    for member in channel.members.values():
        del member.user.channels[old]
        member.user.channels[new] = channel
    if new != old:
        world.markers.rename(old, new)
        world.visits.rename(old, new)
        world.lives.end(old)
        world.lives.note(channel)


def _told(metadata: dict[str, str], event: e.MetadataChanged) -> dict[str, str]:
    if event.value:
        metadata[event.key] = event.value
    else:
        metadata.pop(event.key, None)
    return metadata


def _metadata_changed(world: World, event: e.MetadataChanged) -> None:
    if event.channel:
        _told(world.channels[world.fold(event.channel)].metadata, event)
        return
    user = world.users[event.to]
    _told(user.metadata, event)
    account = world.accounts.get(user.account) if user.account else None
    if account is not None:
        metadata = tuple(_told(dict(account.metadata), event).items())
        world.accounts.save(replace(account, metadata=metadata))


def _topic_changed(world: World, event: e.TopicChanged) -> None:
    channel = world.channels[world.fold(event.channel)]
    channel.topic, channel.topic_by, channel.topic_at = event.topic, event.source, event.at


def _modes_changed(world: World, event: e.ModesChanged) -> None:
    channel = world.channels[world.fold(event.channel)]
    for add, mode, param in event.changes:
        _change_mode(channel, event, add=add, mode=mode, param=param)
    if any(add and mode == BAN for add, mode, _ in event.changes):
        _end_banned(world, channel)
    world.lives.note(channel)


def _end_banned(world: World, channel: Channel) -> None:
    """Whoever is banned does not belong to the channel, whether they are there or not."""
    present = (member.user for member in channel.members.values() if not member.modes)
    ones: list[User | Absent] = [*present, *_absent(world, channel)]
    for one in ones:
        if is_banned(channel, one, world.fold):
            world.visits.end(one.identity, channel.folded)


def _absent(world: World, channel: Channel) -> Iterator[Absent]:
    for identity, mask in world.visits.absent(channel.folded):
        account = world.accounts.get(identity)
        yield Absent(identity, account.name if account is not None else identity, (mask,))


def _change_mode(channel: Channel, event: e.ModesChanged, *, add: bool, mode: str, param: str) -> None:
    if mode in CHANNEL_MODES.lists:
        entries = channel.lists[mode]
        entries[:] = [entry for entry in entries if entry.mask != param]
        if add:
            entries.append(ListEntry(param, event.source, event.at))
    elif mode in CHANNEL_MODES.prefixes:
        member = channel.members[int(param)]
        member.modes = sorted_prefix_modes({*member.modes, mode} if add else {*member.modes} - {mode})
        channel.version += 1
    elif mode == KEY:
        channel.key = param if add else ""
    elif mode == LIMIT:
        channel.limit = int(param) if add else 0
    elif add:
        channel.flags.add(mode)
    else:
        channel.flags.discard(mode)


def _posted(world: World, event: e.Posted) -> None:
    user = world.users.get(event.uid)
    if user is not None and event.command != "TAGMSG":
        user.spoke_at = event.at


def _account_saved(world: World, event: e.AccountSaved) -> None:
    world.accounts.save(event.record)


def _account_dropped(world: World, event: e.AccountDropped) -> None:
    world.accounts.drop(event.name)
    world.markers.forget(identity_of(event.name))
    world.visits.forget(identity_of(event.name))


def _channel_saved(world: World, event: e.ChannelSaved) -> None:
    folded = world.fold(event.record.name)
    channel = world.channels.get(folded)
    if channel is None:
        channel = world.channels[folded] = Channel(event.record.name, folded, at=event.at)
    channel.restore(event.record)
    if channel.members:  # else it is being restored
        world.lives.note(channel)
    for absent in _absent(world, channel) if event.record.ownership.akicks else ():
        if akick_of(channel, absent, world.fold) is not None:  # who is there will be kicked
            world.visits.end(absent.identity, channel.folded)


def _channel_dropped(world: World, event: e.ChannelDropped) -> None:
    channel = world.channels[world.fold(event.name)]
    channel.ownership = None
    if not channel.members:
        _emptied(world, channel)


def _logged_in(world: World, event: e.LoggedIn) -> None:
    user = world.users[event.uid]
    if user.account:
        for folded in user.channels:
            world.visits.leave(user, folded, event.id)
    user.account = event.name
    _take_on(world, user)
    if user.account:
        _enter_all(world, user)


def _server_ban_set(world: World, event: e.ServerBanSet) -> None:
    world.server_bans.set(event.record)


def _server_ban_lifted(world: World, event: e.ServerBanLifted) -> None:
    world.server_bans.lift(event.kind, event.target)


def _marker_moved(world: World, event: e.MarkerMoved) -> None:
    world.markers.move(event.record)


def _visit_noted(world: World, event: e.VisitNoted) -> None:
    world.visits.restore(event.record)


def _life_noted(world: World, event: e.LifeNoted) -> None:
    world.lives.restore(event.record)


def _operator_granted(world: World, event: e.OperatorGranted) -> None:
    world.grants.save(event.record)


def _operator_revoked(world: World, event: e.OperatorRevoked) -> None:
    world.grants.drop(event.name)


def _nothing(world: World, event: e.Event) -> None:
    """Some events are only told."""


_APPLY = cast(
    "dict[type[e.Event], Callable[[World, Any], None]]",
    {
        e.UserRegistered: _registered,
        e.UserLeft: _left,
        e.UserDetached: _detached,
        e.UserAttached: _attached,
        e.NickChanged: _nick_changed,
        e.RealnameChanged: _realname_changed,
        e.HostChanged: _host_changed,
        e.AwayChanged: _away_changed,
        e.UserModesChanged: _user_modes_changed,
        e.OperGranted: _oper_granted,
        e.ChannelJoined: _joined,
        e.ChannelParted: _parted,
        e.Kicked: _kicked,
        e.Invited: _invited,
        e.ChannelRenamed: _channel_renamed,
        e.MetadataChanged: _metadata_changed,
        e.TopicChanged: _topic_changed,
        e.ModesChanged: _modes_changed,
        e.MessagePosted: _posted,
        e.MultilinePosted: _posted,
        e.WallopsSent: _nothing,
        e.AccountSaved: _account_saved,
        e.AccountDropped: _account_dropped,
        e.ChannelSaved: _channel_saved,
        e.ChannelDropped: _channel_dropped,
        e.LoggedIn: _logged_in,
        e.MarkerMoved: _marker_moved,
        e.VisitNoted: _visit_noted,
        e.LifeNoted: _life_noted,
        e.MessageRedacted: _nothing,
        e.ServerBanSet: _server_ban_set,
        e.ServerBanLifted: _server_ban_lifted,
        e.OperatorGranted: _operator_granted,
        e.OperatorRevoked: _operator_revoked,
        e.OperatorActed: _nothing,
    },
)
