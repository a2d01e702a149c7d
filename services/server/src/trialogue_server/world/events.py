"""What can happen: each change of the world is one frozen value, and `World.apply` is the only one that reads it so.

An event carries all that is needed to show it again later (who did it, as they were called then), because the journal
keeps events and history is rendered from them by the code that renders them live.
Structs of msgspec: as cheap to make as a tuple, and ready to be written to the journal.
"""

from msgspec import Struct

from ircwire.multiline import Lines, combine
from trialogue_server.world.accounts import Account
from trialogue_server.world.markers import Marker
from trialogue_server.world.offline_messages import WaitingMessages
from trialogue_server.world.operator_grants import OperatorGrant
from trialogue_server.world.registered_channels import RoomRecord
from trialogue_server.world.server_bans import ServerBan
from trialogue_server.world.times import Stretch
from trialogue_server.world.visits import Visit


class Event(Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`id` is unique and sorts by time; `at` is Unix time in seconds."""

    id: int
    at: float
    uid: int
    """Whose doing it is; 0 is the server."""
    source: str
    """``nick!user@host`` or the server's name, as it was before the event."""
    account: str
    """The account of `uid`, or ""."""


class UserRegistered(Event, frozen=True):
    """A connection has become a user."""

    nick: str
    username: str
    host: str
    realname: str
    address: str
    secure: bool


class UserLeft(Event, frozen=True):
    """A user is gone from the network."""

    reason: str
    marks: str = ""
    """The user's `User.marks`."""


class UserDetached(Event, frozen=True):
    """An always-on user's last connection is gone; they stay, and see nothing."""


class UserAttached(Event, frozen=True):
    """They have a connection again."""


class NickChanged(Event, frozen=True):
    """A user goes by another nick."""

    nick: str


class RealnameChanged(Event, frozen=True):
    """SETNAME."""

    realname: str


class HostChanged(Event, frozen=True):
    """A user's username or host is shown differently (CHGHOST)."""

    username: str
    host: str


class AwayChanged(Event, frozen=True):
    """A user went away, with a message, or came back, with ""."""

    message: str


class UserModesChanged(Event, frozen=True):
    """A user's own modes, after the change."""

    target: int
    modes: str


class OperGranted(Event, frozen=True):
    """One of a user's sessions has become an operator's."""

    name: str
    privileges: tuple[str, ...]
    through: str = ""
    """What they last as long as: see `Rights.through`."""


class ChannelJoined(Event, frozen=True):
    """A user joined; `channel` is the name as written, which makes the channel if there is none."""

    channel: str
    realname: str
    prefix_modes: str = ""
    """The joiner's membership modes, highest first ("o")."""
    modes: str = ""
    """A new channel's modes."""
    away: str = ""
    """The joiner's away message, if they are away."""


class ChannelParted(Event, frozen=True):
    """A user left a channel."""

    channel: str
    reason: str


class Kicked(Event, frozen=True):
    """A user was removed from a channel."""

    channel: str
    target: int
    nick: str
    reason: str


class Invited(Event, frozen=True):
    """A user is asked to enter a channel."""

    channel: str
    target: int
    nick: str
    hidden: bool = False
    """They have blocked whoever invites them: all but they see what happens, and it comes to nothing."""
    opens: bool = True
    """An operator of the channel invites: what modes close is open to them, until they enter or are banned."""


class ChannelRenamed(Event, frozen=True):
    """A channel goes by another name; all else of it stays."""

    channel: str
    """As it was called before."""
    name: str
    reason: str


class MetadataChanged(Event, frozen=True):
    """A key of a channel's or a user's metadata was set, or removed with "". `source` is the server, which tells it."""

    target: str
    """The channel's name or the user's nick."""
    channel: str
    """The channel's name, or "" for a user."""
    to: int
    """The user's uid, or 0 for a channel."""
    key: str
    value: str


class TopicChanged(Event, frozen=True):
    """A channel's topic was set, or removed with ""."""

    channel: str
    topic: str


class ModesChanged(Event, frozen=True):
    """A channel's modes changed; each change is (add, letter, parameter or "") and takes effect."""

    channel: str
    changes: tuple[tuple[bool, str, str], ...]
    shown: tuple[str, ...]
    """The changes as MODE shows them: letters, then parameters (nicks instead of uids)."""
    by_operator: bool = False
    """An operator of the server did it: see `ListEntry.by_operator`."""


class Posted(Event, frozen=True):
    """Something was said to a channel or a user."""

    command: str
    target: str
    """The channel's name or the user's nick, as shown, with the status prefix if there is one."""
    channel: str
    """The channel's name, or "" for a message to a user."""
    to: int
    """The user's uid, or 0 for a message to a channel."""
    status: str
    """"" or the prefix mode ("o", "v") from which on members hear it."""


class MessagePosted(Posted, frozen=True):
    """PRIVMSG, NOTICE or TAGMSG."""

    text: str
    tags: str
    """The client-only tags as they stand on the wire, or ""."""
    between: str = ""
    """Which two people's conversation it belongs to, if it is a direct message: see `User.identity`."""
    marks: str = ""
    """The sender's `User.marks`: what they were then."""


class TagsPassed(Posted, frozen=True):
    """A TAGMSG that is of its moment only, such as that somebody is typing: it is told, and kept nowhere.

    Its fields are those of `MessagePosted`.
    """

    text: str
    tags: str
    between: str = ""
    marks: str = ""


class MultilinePosted(Posted, frozen=True):
    """A PRIVMSG or NOTICE of several lines."""

    lines: Lines
    tags: str
    """The client-only tags as they stand on the wire, or ""."""
    between: str = ""
    """As in `MessagePosted`."""
    marks: str = ""
    """As in `MessagePosted`."""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return combine(self.lines)


class WallopsSent(Event, frozen=True):
    """An operator's word to all who asked for such (+w)."""

    text: str


class AccountSaved(Event, frozen=True):
    """An account was made or changed; this is all of it. (`account` would be the doer's.)"""

    record: Account


class AccountDropped(Event, frozen=True):
    """An account is no more."""

    name: str


class LoggedIn(Event, frozen=True):
    """A user is known to own an account from now on, or, with "", none."""

    name: str


class ServerBanSet(Event, frozen=True):
    """Somebody may not be on this server from now on."""

    record: ServerBan


class ServerBanLifted(Event, frozen=True):
    """A server ban is no more: an operator lifted it, or it is over."""

    kind: str
    target: str


class OperatorGranted(Event, frozen=True):
    """The administrator made an account an operator's."""

    record: OperatorGrant


class OperatorRevoked(Event, frozen=True):
    """The administrator took that back, or the account is no more."""

    name: str


class OperatorActed(Event, frozen=True):
    """What an operator has just done with a privilege, for the audit log: nobody is told."""

    operator: str
    """The name of their operator entry."""
    action: str
    target: str
    """Whom or what it was about, or ""."""
    reason: str
    """The operator's own words for the record, or ""."""


class ChannelSaved(Event, frozen=True):
    """Something that is kept of a channel changed; this is all of it."""

    record: RoomRecord


class ChannelDropped(Event, frozen=True):
    """A channel is not registered any more."""

    name: str


class ChannelOpened(Event, frozen=True):
    """There is a channel that always is, though nobody is in it yet."""

    name: str
    modes: str


class ChannelEmptied(Event, frozen=True):
    """A channel whose members a restart has taken out, and none came back; or one that always was, and does not now."""

    name: str


class ChannelForgotten(Event, frozen=True):
    """A channel is no more, nor what was said in it since this id."""

    name: str
    since: int


class GuestForgotten(Event, frozen=True):
    """Somebody without an account is gone; what they and others who are gone said to each other is nobody's."""

    identity: str


class MarkerMoved(Event, frozen=True):
    """A user has read further. `source` is the server: it is the one who tells the user's devices."""

    target: str
    """The conversation as the user calls it."""
    record: Marker


class BlocksChanged(Event, frozen=True):
    """Whom a user without an account has blocked, after the change; that of an account is kept with it."""

    entries: tuple[str, ...]


class MailNoted(Event, frozen=True):
    """More waits for an account than before, or nothing does any more. `id` is that of the cause."""

    record: WaitingMessages


class VisitNoted(Event, frozen=True):
    """An account has entered or left a room; kept so that a restart forgets nothing. `id` is that of the cause."""

    record: Visit


class StretchNoted(Event, frozen=True):
    """The clock was set, or is believed again; kept so that times and ids go on fitting. `id` is that of the cause."""

    record: Stretch


class MessageRedacted(Event, frozen=True):
    """A message was taken back; the store forgets it."""

    target: str
    channel: str
    """The channel's name, or "" for a direct message."""
    to: int
    """The other's uid, or 0 if they are not there."""
    redacted: int
    """The message's id."""
    reason: str
