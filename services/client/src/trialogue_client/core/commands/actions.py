"""The actions that a command asks for. `engine.commands` has a handler for each; most only need the chat."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import Struct

from ircwire import Message
from trialogue_client.core.events import Kind
from trialogue_client.core.search import SearchQuery


class Send(Struct, frozen=True):
    """Send one message to the server."""

    message: Message


class Say(Struct, frozen=True):
    """Say something in a room or to somebody."""

    target: str
    text: str
    kind: Kind = Kind.TALK


class Join(Struct, frozen=True):
    """Come into a room and talk there from now on."""

    room: str
    key: str = ""


class Part(Struct, frozen=True):
    """Leave a room."""

    room: str
    reason: str = ""


class Rename(Struct, frozen=True):
    """Take another nick."""

    nick: str


class Show(Struct, frozen=True):
    """Show these lines to the person, and nobody else."""

    lines: tuple[str, ...]


class Help(Struct, frozen=True):
    """Show what there is to type, or what of it has to do with a word."""

    word: str = ""


class Leave(Struct, frozen=True):
    """Say good-bye and end the client."""

    reason: str = ""


class Connect(Struct, frozen=True):
    """Be on another server too."""

    address: str
    """As it was typed; "" asks for it."""
    tls: bool = False
    nick: str = ""
    """"" for the one that we have here."""
    account: str = ""


class Disconnect(Struct, frozen=True):
    """Leave this server and stay on the others."""

    reason: str = ""


class Set(Struct, frozen=True):
    """Show the settings, or change one; "" for what was left out."""

    name: str
    value: str


class Configure(Struct, frozen=True):
    """Show all settings, to be looked at and changed."""


class Autoconnect(Struct, frozen=True):
    """Come to this server at every start, or not any more."""

    on: bool


class Forget(Struct, frozen=True):
    """Take the password for this server out of the key ring."""


class AskSecret(Struct, frozen=True):
    """Ask for a password, showing nothing of what is typed and keeping it nowhere; then do what it leads to."""

    question: str
    then: "Callable[[str], list[Action]]"
    twice: bool = False
    """A new one: a slip of the finger in it would shut its owner out."""
    first: "Action | None" = None
    """What it leads to, without the password: if that cannot be done, nobody is asked."""
    least: int = 0
    """Characters that it must have, if the server has told."""

    @property
    def problem(self) -> str:
        """What to say of one that is too short."""
        return f"That is too short: the server wants {self.least} characters or more."


class AskConsent(Struct, frozen=True):
    """Ask whether a secret may go over a connection that is not encrypted; then do what it is in."""

    then: "Action"

    @property
    def question(self) -> str:
        """What to ask."""
        return (
            "This connection is not encrypted: whoever is between you and the server can read the password. "
            "TLS keeps it to the two of you (/connect HOST --tls). Send it in clear all the same?"
        )


class Stop(Struct, frozen=True):
    """Do not send what waits to be sent to a conversation, and have it back where one types."""

    target: str


@dataclass(frozen=True, slots=True)
class LogIn:
    """Log in to an account."""

    account: str
    password: str = field(repr=False)


class LogOut(Struct, frozen=True):
    """Be known by no account any more."""


@dataclass(frozen=True, slots=True)
class Register:
    """Have an account made under our nick."""

    email: str
    password: str = field(repr=False)


class Verify(Struct, frozen=True):
    """Say the code that came by e-mail."""

    code: str


class History(Struct, frozen=True):
    """Show what was said before what is shown."""

    target: str
    count: int


class Search(Struct, frozen=True):
    """Look for messages."""

    wanted: SearchQuery


class Redact(Struct, frozen=True):
    """Take back what we said last, or the message with this id."""

    target: str
    msgid: str = ""


class Edit(Struct, frozen=True):
    """Take back what we said last, or the message with this id, and say something else instead."""

    target: str
    text: str
    msgid: str = ""


class Reply(Struct, frozen=True):
    """Answer what somebody said last, or the message with this id."""

    target: str
    nick: str
    text: str
    msgid: str = ""


class React(Struct, frozen=True):
    """React to what somebody said last, or to the message with this id."""

    target: str
    nick: str
    reaction: str
    msgid: str = ""


class Mute(Struct, frozen=True):
    """Count, mark and call out nothing of a room or a person any more; or do so again."""

    name: str
    on: bool


class AwayAll(Struct, frozen=True):
    """Be away on all devices that are logged in to our account; or, with "", back on all."""

    message: str


class Block(Struct, frozen=True):
    """Have the server keep from us what somebody says to us alone; or let it through again."""

    name: str
    """A nick, an account or a mask."""
    on: bool


class Blocked(Struct, frozen=True):
    """Show whom we have blocked."""


Action = (
    Send | Say | Join | Part | Rename | Show | Help | Leave | Connect | Disconnect | Set | Configure | Autoconnect
    | Forget | AskSecret | AskConsent | Stop | LogIn | LogOut | Register | Verify
    | History | Search | Redact | Edit | Reply | React | Mute | AwayAll | Block | Blocked
)  # fmt: skip


class UsageError(ValueError):
    """What was typed cannot be done; the text says why and how it is done, in one sentence."""
