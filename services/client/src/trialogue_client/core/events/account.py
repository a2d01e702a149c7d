"""Events of our account."""

from trialogue_client.core.events.base import Event


class LoggedIn(Event, frozen=True):
    """The server knows us by this account."""

    account: str


class LoggedOut(Event, frozen=True):
    """The server knows us by no account any more."""

    account: str


class LoginFailed(Event, frozen=True):
    """We could not log in; `reason` is one sentence, without a full stop."""

    reason: str


class AccountMade(Event, frozen=True):
    """We have an account; or, unless it is `ready`, will have one when we say the code that was sent by e-mail.

    https://ircv3.net/specs/extensions/account-registration
    """

    account: str
    ready: bool
    text: str
