"""The state of one connection: data for the handlers of messages and numerics, which `session` drives."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ircwire import Message, caps
from ircwire.source import Source, parse_source
from trialogue_client.core.batches import Batches
from trialogue_client.core.events import Event
from trialogue_client.core.features import Features
from trialogue_client.core.login import Login
from trialogue_client.core.negotiation import Negotiation
from trialogue_client.core.receipts import Receipts
from trialogue_client.core.rooms import Rooms
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.self_messages import SelfMessageCopies


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we want to be. `password` is the server's own (PASS), `credentials` are an account's; neither is shown."""

    nick: str
    password: str = field(default="", repr=False)

    user: str = "trialogue"
    """The user name for USER. Not the login name, which is nobody's business, nor the nick, which may yet change."""
    realname: str = "Trialogue user"
    credentials: Credentials | None = None
    """By what to log in, on this connection and on each one after it."""


@dataclass(slots=True)
class State:
    """One connection, from the first byte to the last."""

    nick: str
    mask: Source
    features: Features = field(default_factory=Features)
    rooms: Rooms = field(init=False)
    negotiation: Negotiation = field(default_factory=Negotiation)
    receipts: Receipts = field(default_factory=Receipts)
    batches: Batches = field(default_factory=Batches)
    login: Login = field(default_factory=Login)
    registered: bool = False
    encrypted: bool = False
    sent_away: bool = False
    """Whether the server has said that one has to come by TLS."""
    away_told: dict[str, str] = field(default_factory=dict)
    """What we have been told last of people to whom we wrote and who are away, by folded nick."""
    away_by_number: bool | None = None
    away_by_push: bool | None = None
    """What was told of ourselves in one way and not yet in the other: some servers say it in both."""
    to_self: SelfMessageCopies = field(default_factory=SelfMessageCopies)
    blocked: list[str] = field(default_factory=list)
    """What has come of our block list, while it comes."""
    heard_at: datetime | None = None
    """The newest time that the server has told."""
    barrier_pending: bool = False
    """Whether a PING is under way that will settle receipts."""
    out: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rooms = Rooms(self.features)

    def is_me(self, nick: str) -> bool:
        """Return whether this is our own nick, in any spelling."""
        return self.features.fold(nick) == self.features.fold(self.nick)

    def has(self, cap: str) -> bool:
        """Return whether the server granted this capability."""
        return cap in self.negotiation.enabled

    @property
    def echoes(self) -> bool:
        """Does the server send our own messages back?  https://ircv3.net/specs/extensions/echo-message"""
        return self.has(caps.ECHO_MESSAGE)


_YEARS = range(1971, 3000)
"""In these, every system can tell the local time; and nobody was on IRC before them."""

Handler = Callable[[State, Message], Iterable[Event]]
"""Takes in one message: changes the state, queues answers in `state.out`, returns what happened."""


def sender(message: Message) -> Source:
    """Return who sent it; a message without a source comes from the server."""
    return parse_source(message.source or "")


def parse_time(value: str) -> datetime | None:
    """Read a time as the protocol writes it; None if it is none.  https://ircv3.net/specs/extensions/server-time"""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo and at.year in _YEARS else None


def is_name(text: str) -> bool:
    """Return whether it can stand on a line as the name of a room or of somebody."""
    return text != "" and text[0] != ":" and " " not in text


def param(message: Message, index: int) -> str:
    """Return one parameter, or "" where the message has fewer."""
    return message.params[index] if -len(message.params) <= index < len(message.params) else ""
