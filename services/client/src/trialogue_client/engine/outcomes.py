"""Outcomes: the results of typed lines and of events, for a face to show or to ask about.

Besides these, a handler gives the chat's own events (`core.events`), such as that a line waits for the connection.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import Action
from trialogue_client.engine.secret import Secret
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.wording.rows import RowKind


class Sentence(Struct, frozen=True):
    """A sentence for the person, where they are looking."""

    kind: RowKind
    text: str


class Failed(Struct, frozen=True):
    """What was typed cannot be done; `text` says why."""

    text: str


class SecretWanted(Struct, frozen=True):
    """A password is to be typed unseen; `Commands.answered` takes it."""

    secret: Secret


class ConsentWanted(Struct, frozen=True):
    """A secret would go in clear: a person says whether it may; then `Commands.consented` does what it is in."""

    action: Action


class LongTextWanted(Struct, frozen=True):
    """A text of many messages: a person says whether it is to be sent; `Commands.confirmed` goes on."""

    action: Action
    question: str


class PutBack(Struct, frozen=True):
    """A text that was not sent is to stand where one types, in front of what was typed meanwhile."""

    text: str


class NickWanted(Struct, frozen=True):
    """The server does not let us have this nick: another is to be chosen."""

    refusal: ev.NickTaken | ev.NickRefused


class ConnectWanted(Struct, frozen=True):
    """One more server; or, if we are there already, that one. Without a profile it is to be asked for."""

    profile: ConnectionProfile | None
    nick: str = ""
    """The nick that was typed, if one was."""


class LeaveWanted(Struct, frozen=True):
    """Good-bye is to be said here, or `everywhere`."""

    reason: str
    everywhere: bool


class HelpWanted(Struct, frozen=True):
    """The help is to be shown, or what of it matches a word."""

    word: str


class SettingsWanted(Struct, frozen=True):
    """All settings are to be shown, to be changed."""


class SettingsChanged(Struct, frozen=True):
    """The settings are others than before."""


@dataclass(frozen=True, slots=True)
class PasswordOffered:
    """A password has proved right, and the key ring could keep it: its owner says whether it shall."""

    account: str
    password: str = field(repr=False)


class RoomKeyWanted(Struct, frozen=True):
    """A room wants a key that is not in the key ring; `RoomKeys.answered` takes it."""

    room: str


class Task(Struct, frozen=True):
    """Something that takes time: it is to be run beside the conversation, and then its outcomes are to be shown."""

    run: "Callable[[], Awaitable[Iterable[Outcome]]]"


Outcome = (
    Sentence | Failed | SecretWanted | ConsentWanted | LongTextWanted | PutBack | NickWanted | ConnectWanted
    | LeaveWanted | HelpWanted | SettingsWanted | SettingsChanged | PasswordOffered | RoomKeyWanted | Task | ev.Event
)  # fmt: skip
