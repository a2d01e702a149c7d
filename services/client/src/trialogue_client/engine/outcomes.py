"""What comes of what was typed, and of what has happened, for a face to show or to ask about.

Besides these, a handler gives the chat's own events (`core.events`), such as that a line waits for the connection.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import Action
from trialogue_client.engine.secret import Secret
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.wording.rows import RowKind


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence for the person, where they are looking."""

    kind: RowKind
    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """What was typed cannot be done; `text` says why."""

    text: str


@dataclass(frozen=True, slots=True)
class SecretWanted:
    """A password is to be typed unseen; `Commands.answered` takes it."""

    secret: Secret


@dataclass(frozen=True, slots=True)
class ConsentWanted:
    """A secret would go in clear: a person says whether it may; then `Commands.consented` does what it is in."""

    action: Action


@dataclass(frozen=True, slots=True)
class LongTextWanted:
    """A text of many messages: a person says whether it is to be sent; `Commands.confirmed` goes on."""

    action: Action
    question: str


@dataclass(frozen=True, slots=True)
class PutBack:
    """A text that was not sent is to stand where one types, in front of what was typed meanwhile."""

    text: str


@dataclass(frozen=True, slots=True)
class NickWanted:
    """The server does not let us have this nick: another is to be chosen."""

    refusal: ev.NickTaken | ev.NickRefused


@dataclass(frozen=True, slots=True)
class ConnectWanted:
    """One more server; or, if we are there already, that one. Without a profile it is to be asked for."""

    profile: ConnectionProfile | None
    nick: str = ""
    """The nick that was typed, if one was."""


@dataclass(frozen=True, slots=True)
class LeaveWanted:
    """Good-bye is to be said here, or `everywhere`."""

    reason: str
    everywhere: bool


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """What there is to type is to be shown, or what of it has to do with a word."""

    word: str


@dataclass(frozen=True, slots=True)
class SettingsWanted:
    """All settings are to be shown, to be changed."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The settings are others than before."""


@dataclass(frozen=True, slots=True)
class PasswordOffered:
    """A password has proved right, and the key ring could keep it: its owner says whether it shall."""

    account: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RoomKeyWanted:
    """A room wants a key that is not in the key ring; `RoomKeys.answered` takes it."""

    room: str


@dataclass(frozen=True, slots=True)
class Task:
    """What takes its time: it is to be run beside the conversation, and then what comes of it is to be shown."""

    run: "Callable[[], Awaitable[Iterable[Outcome]]]"


Outcome = (
    Sentence | Failed | SecretWanted | ConsentWanted | LongTextWanted | PutBack | NickWanted | ConnectWanted
    | LeaveWanted | HelpWanted | SettingsWanted | SettingsChanged | PasswordOffered | RoomKeyWanted | Task | ev.Event
)  # fmt: skip
