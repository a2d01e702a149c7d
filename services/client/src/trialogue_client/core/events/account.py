"""Our account."""

from dataclasses import dataclass

from trialogue_client.core.events.base import Event


@dataclass(frozen=True, slots=True)
class LoggedIn(Event):
    """The server knows us by this account."""

    account: str


@dataclass(frozen=True, slots=True)
class LoggedOut(Event):
    """The server knows us by no account any more."""

    account: str


@dataclass(frozen=True, slots=True)
class LoginFailed(Event):
    """We could not log in; `reason` is one sentence, without a full stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class AccountMade(Event):
    """We have an account; or, unless it is `ready`, will have one when we say the code that was sent by e-mail.

    https://ircv3.net/specs/extensions/account-registration
    """

    account: str
    ready: bool
    text: str
