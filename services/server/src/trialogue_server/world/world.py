"""The state of the network. `apply` is the only mutator and never fails: what is not allowed is refused before.

Each event has one small function in `_APPLY`; the table shows everything that can happen.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, cast

from trialogue_server.world import events as e
from trialogue_server.world.accounts import Accounts
from trialogue_server.world.changes import channels, memberships, records, users
from trialogue_server.world.channel import Channel, Membership
from trialogue_server.world.guest_departures import GuestDepartures
from trialogue_server.world.idempotency import IdempotencyKeys
from trialogue_server.world.invitations import Invitations
from trialogue_server.world.logins import Logins
from trialogue_server.world.markers import Markers
from trialogue_server.world.modes import SECRET
from trialogue_server.world.offline_messages import OfflineMessages
from trialogue_server.world.operator_grants import OperatorGrants
from trialogue_server.world.server_bans import ServerBans
from trialogue_server.world.stale_records import StaleRecords
from trialogue_server.world.times import Stretch, Times
from trialogue_server.world.user import User
from trialogue_server.world.visits import Visit, Visits
from trialogue_server.world.whowas import Whowas


class World:
    """All users and channels, by folded name, and everything else that rules are decided on."""

    def __init__(self, fold: Callable[[str], str], *, whowas_entries: int) -> None:
        self.fold = fold
        self.users: dict[int, User] = {}
        self.nicks: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.accounts = Accounts(fold)
        self.server_bans = ServerBans(fold)
        self.grants = OperatorGrants(fold)
        self.logins = Logins()
        self.mails = OfflineMessages()
        self.invitations = Invitations()
        self.markers = Markers()
        self.idempotency = IdempotencyKeys()
        self.stale = StaleRecords()
        """The records that are to be written again."""
        self.visits = Visits(self._note_visit)
        self.present: set[str] = set()
        """Names of accounts of which a presence is kept."""
        self.lately = GuestDepartures()
        self.emptied: dict[str, Channel] = {}
        """The channels that everybody has left, and that stay with their history."""
        self.hidden: set[Channel] = set()
        """The channels with mode s that people are in, or that are registered."""
        self.permanent: frozenset[str] = frozenset()
        """Folded names of the permanent channels, as the settings say."""
        self.keeps_emptied = True
        """Whether a channel that is not registered stays when everybody has left, as the settings say."""
        self.times = Times(on_begin=self._note_stretch)
        self.whowas = Whowas(fold, whowas_entries)
        self.most_users = 0
        self.monotonic = 0.0
        """The time of the present event, in seconds of the monotonic clock; see `moment.Moment`."""
        self.with_mode: Counter[str] = Counter()
        """The number of users with each user mode."""

    def user(self, nick: str) -> User | None:
        """Return the user with a nick."""
        return self.nicks.get(self.fold(nick))

    def channel(self, name: str) -> Channel | None:
        """Return the channel with a name."""
        return self.channels.get(self.fold(name))

    def membership(self, user: User, channel: Channel) -> Membership | None:
        """Return the user's membership, if they are in the channel."""
        return channel.members.get(user.uid)

    def settle_hidden(self, channel: Channel) -> None:
        """Note whether a channel is hidden, after whatever may have changed that."""
        if channel.has(SECRET) and not channel.emptied_at and self.channels.get(channel.folded) is channel:
            self.hidden.add(channel)
        else:
            self.hidden.discard(channel)

    def share_channel(self, one: User, other: User) -> bool:
        """Return whether both are in one channel."""
        few, many = sorted((one.channels, other.channels), key=len)
        return any(name in many for name in few)

    def take_stale(self) -> StaleRecords:
        """Return the stale records, and begin to collect anew."""
        stale, self.stale = self.stale, StaleRecords()
        return stale

    def note_presence(self, account: str) -> None:
        """Note that a user of an account has changed: if it is always on, that is kept for a restart."""
        record = self.accounts.get(account) if account else None
        if record is not None and record.always_on:
            self.present.add(account)
        elif account in self.present:
            self.present.discard(account)
        else:
            return
        self.stale.note_presence(account)

    def _note_visit(self, visit: Visit) -> None:
        self.stale.note_visit(visit)

    def _note_stretch(self, stretch: Stretch) -> None:
        self.stale.note_stretch(stretch)

    def apply(self, event: e.Event) -> None:
        """Apply an event."""
        _APPLY[type(event)](self, event)


def _nothing(world: World, event: e.Event) -> None:
    """Change nothing: some events are only delivered."""


_APPLY = cast(
    "dict[type[e.Event], Callable[[World, Any], None]]",
    {
        e.UserRegistered: users.registered,
        e.UserLeft: users.left,
        e.UserDetached: users.detached,
        e.UserAttached: users.attached,
        e.NickChanged: users.nick_changed,
        e.RealnameChanged: users.realname_changed,
        e.HostChanged: users.host_changed,
        e.AwayChanged: users.away_changed,
        e.UserModesChanged: users.modes_changed,
        e.OperGranted: users.oper_granted,
        e.ChannelJoined: memberships.joined,
        e.ChannelParted: memberships.parted,
        e.Kicked: memberships.kicked,
        e.Invited: memberships.invited,
        e.ChannelRenamed: channels.renamed,
        e.MetadataChanged: channels.metadata_changed,
        e.TopicChanged: channels.topic_changed,
        e.ModesChanged: channels.modes_changed,
        e.MessagePosted: users.posted,
        e.TagsPassed: users.posted,
        e.MultilinePosted: users.posted,
        e.WallopsSent: _nothing,
        e.AccountSaved: records.account_saved,
        e.AccountDropped: records.account_dropped,
        e.ChannelSaved: records.channel_saved,
        e.ChannelDropped: records.channel_dropped,
        e.ChannelOpened: memberships.opened,
        e.ChannelEmptied: memberships.given_up,
        e.ChannelForgotten: memberships.forgotten,
        e.GuestForgotten: _nothing,
        e.LoggedIn: users.logged_in,
        e.BlocksChanged: users.blocks_changed,
        e.MailNoted: records.mail_noted,
        e.MarkerMoved: records.marker_moved,
        e.VisitNoted: records.visit_noted,
        e.PresenceNoted: users.restored,
        e.StretchNoted: records.stretch_noted,
        e.MessageRedacted: _nothing,
        e.ServerBanSet: records.server_ban_set,
        e.ServerBanLifted: records.server_ban_lifted,
        e.OperatorGranted: records.operator_granted,
        e.OperatorRevoked: records.operator_revoked,
        e.OperatorActed: _nothing,
        e.IdempotencyKeyUsed: records.idempotency_key_used,
        e.IdempotencyKeyForgotten: records.idempotency_key_forgotten,
    },
)
