"""Events: every change of the world is one frozen value, and `World.apply` is the only function that applies it.

An event carries everything that is needed to show it again later, such as the nick that its source had: the journal
keeps events, and history is rendered from them by the code that renders them live. They are msgspec structs: as cheap
to make as a tuple, and ready to be written to the journal.
"""

from msgspec import Struct

from ircwire.multiline import Lines, combine
from trialogue_server.world.accounts import Account
from trialogue_server.world.idempotency import UsedKey
from trialogue_server.world.markers import Marker
from trialogue_server.world.offline_messages import WaitingMessages
from trialogue_server.world.operator_grants import OperatorGrant
from trialogue_server.world.presences import Presence
from trialogue_server.world.registered_channels import RoomRecord
from trialogue_server.world.server_bans import ServerBan
from trialogue_server.world.times import Stretch
from trialogue_server.world.visits import Visit


class Event(Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`id` is unique and sorts by time; `at` is Unix time in seconds."""

    id: int
    at: float
    uid: int
    """The uid of the user who caused it; 0 is the server."""
    source: str
    """``nick!user@host`` of who caused it, before the event, or the server's name."""
    account: str
    """The account of `uid`, or ""."""


class UserRegistered(Event, frozen=True):
    """A connection was registered as a user."""

    nick: str
    username: str
    host: str
    realname: str
    address: str
    secure: bool


class UserLeft(Event, frozen=True):
    """A user has left the network."""

    reason: str
    marks: str = ""
    """The user's `User.marks`."""


class UserDetached(Event, frozen=True):
    """An always-on user's last connection has closed; they stay on the network."""


class UserAttached(Event, frozen=True):
    """An always-on user is connected again."""

    address: str = ""
    secure: bool = False


class NickChanged(Event, frozen=True):
    """A user changed nick."""

    nick: str


class RealnameChanged(Event, frozen=True):
    """A user changed their real name (SETNAME)."""

    realname: str


class HostChanged(Event, frozen=True):
    """A user's username or host changed (CHGHOST)."""

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
    """One of a user's sessions was granted operator rights."""

    name: str
    privileges: tuple[str, ...]
    through: str = ""
    """What the rights depend on: see `Rights.through`."""


class ChannelJoined(Event, frozen=True):
    """A user joined. `channel` is the name as written, which makes the channel if there is none."""

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
    """A user was invited to a channel."""

    channel: str
    target: int
    nick: str
    hidden: bool = False
    """Whether the invited user has blocked the source: everybody but the invited sees the usual outcome."""
    opens: bool = True
    """Whether the invitation is a channel operator's, which lets the user in until they join or are banned."""


class ChannelRenamed(Event, frozen=True):
    """A channel was renamed; everything else of it stays."""

    channel: str
    """The name before."""
    name: str
    reason: str


class MetadataChanged(Event, frozen=True):
    """A metadata key of a channel or a user was set, or removed with "". `source` is the server, which reports it."""

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
    """A channel's modes changed. Each change is (add, letter, parameter or "") and takes effect."""

    channel: str
    changes: tuple[tuple[bool, str, str], ...]
    shown: tuple[str, ...]
    """The changes as MODE shows them: letters, then parameters (nicks instead of uids)."""
    by_operator: bool = False
    """Whether an operator of the server did it: see `ListEntry.by_operator`."""


class Posted(Event, frozen=True):
    """A message to a channel or a user."""

    command: str
    target: str
    """The channel's name or the user's nick, as shown, with the status prefix if there is one."""
    channel: str
    """The channel's name, or "" for a message to a user."""
    to: int
    """The user's uid, or 0 for a message to a channel."""
    status: str
    """"" or the prefix mode ("o", "v") from which on members get it."""


class MessagePosted(Posted, frozen=True):
    """PRIVMSG, NOTICE or TAGMSG."""

    text: str
    tags: str
    """The client-only tags as they stand on the wire, or ""."""
    between: str = ""
    """The conversation of two identities that it belongs to, if it is a direct message: see `User.identity`."""
    marks: str = ""
    """The sender's `User.marks` at that time."""


class TagsPassed(Posted, frozen=True):
    """A TAGMSG of the moment only, such as a typing notification: it is delivered, and kept nowhere.

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
        """The lines joined to one text."""
        return combine(self.lines)


class WallopsSent(Event, frozen=True):
    """A WALLOPS of an operator to all users with mode w."""

    text: str


class AccountSaved(Event, frozen=True):
    """An account was made or changed; the event carries all of it. (`account` is that of who did it.)"""

    record: Account


class AccountDropped(Event, frozen=True):
    """An account was removed."""

    name: str


class LoggedIn(Event, frozen=True):
    """A user logged in to an account, or, with "", logged out."""

    name: str


class ServerBanSet(Event, frozen=True):
    """A server ban was set."""

    record: ServerBan


class ServerBanLifted(Event, frozen=True):
    """A server ban was lifted or has expired."""

    kind: str
    target: str


class OperatorGranted(Event, frozen=True):
    """The administrator granted operator rights to an account."""

    record: OperatorGrant


class OperatorRevoked(Event, frozen=True):
    """The administrator revoked such a grant, or the account was removed."""

    name: str


class OperatorActed(Event, frozen=True):
    """An operator used a privilege; for the audit log, nobody is told."""

    operator: str
    """The name of the operator entry."""
    action: str
    target: str
    """The user, channel or other target, or ""."""
    reason: str
    """The operator's own words for the record, or ""."""


class ChannelSaved(Event, frozen=True):
    """What is kept of a channel has changed; the event carries all of it."""

    record: RoomRecord


class ChannelDropped(Event, frozen=True):
    """A channel's registration was removed."""

    name: str


class ChannelOpened(Event, frozen=True):
    """A permanent channel exists, although nobody is in it yet."""

    name: str
    modes: str


class ChannelEmptied(Event, frozen=True):
    """Nobody came back to a channel that a restart emptied, or a permanent channel without members is no longer
    permanent.
    """

    name: str


class ChannelForgotten(Event, frozen=True):
    """A channel is gone, with its history from this id on."""

    name: str
    since: int


class GuestForgotten(Event, frozen=True):
    """A guest has left for good. Direct conversations of guests who are all gone belong to nobody."""

    identity: str


class MarkerMoved(Event, frozen=True):
    """A user's read marker moved. `source` is the server, which tells the user's devices."""

    target: str
    """The conversation under the name that the user knows."""
    record: Marker


class BlocksChanged(Event, frozen=True):
    """A guest's block list after a change; an account's list is part of the account."""

    entries: tuple[str, ...]


class MailNoted(Event, frozen=True):
    """The number of messages that wait for an account has changed. `id` is that of the cause."""

    record: WaitingMessages


class VisitNoted(Event, frozen=True):
    """An account has entered or left a channel; kept for restarts. `id` is that of the cause."""

    record: Visit


class PresenceNoted(Event, frozen=True):
    """What a restart restores of an always-on user has changed. `id` is that of the cause."""

    record: Presence


class StretchNoted(Event, frozen=True):
    """The clock was set, or is believed again; kept so that times and ids stay matched. `id` is that of the cause."""

    record: Stretch


class MessageRedacted(Event, frozen=True):
    """A message was redacted; the store deletes it."""

    target: str
    channel: str
    """The channel's name, or "" for a direct message."""
    to: int
    """The other user's uid, or 0 if they are not on the network."""
    redacted: int
    """The message's id."""
    reason: str


class IdempotencyKeyUsed(Event, frozen=True):
    """A message was said under an idempotency key, or taken back since. `id` is that of the cause."""

    record: UsedKey


class IdempotencyKeyForgotten(Event, frozen=True):
    """An idempotency key is remembered no longer. `id` is that of the cause."""

    message: int
    """The id of the message that was said under it."""
