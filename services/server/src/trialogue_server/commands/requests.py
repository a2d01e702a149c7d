"""The administrator's requests at the machine, and the answer to one: values, since they are inputs of the core.

`trialogue-server account …`, `operator …`, `ban …` and `clock …` make them. Passwords are hashed already.
"""

from msgspec import Struct

from trialogue_server.config.schema import Privilege
from trialogue_server.world.accounts import Credentials


class AdminRequest(Struct, frozen=True, tag=True):
    """A request of the administrator."""


class AddAccount(AdminRequest, frozen=True):
    """Make an account that needs no verification."""

    name: str
    email: str
    credentials: Credentials


class SetPassword(AdminRequest, frozen=True):
    """Give an account another password; it counts as verified from then on."""

    name: str
    credentials: Credentials


class ListAccounts(AdminRequest, frozen=True):
    """List all accounts."""


class DropAccount(AdminRequest, frozen=True):
    """Delete an account and what it owns."""

    name: str


class GrantOperator(AdminRequest, frozen=True):
    """Make every session an operator that logs in to this account."""

    account: str
    privileges: tuple[Privilege, ...]


class RevokeOperator(AdminRequest, frozen=True):
    """Revoke such a grant."""

    account: str


class ListOperators(AdminRequest, frozen=True):
    """List the grants."""


class ListBans(AdminRequest, frozen=True):
    """List the server bans."""


class AddBan(AdminRequest, frozen=True):
    """Ban from the server."""

    kind: str
    """"" to infer it from the target."""
    target: str
    seconds: float
    """0 is for ever."""
    reason: str


class LiftBan(AdminRequest, frozen=True):
    """Lift a server ban."""

    kind: str
    """"" to infer it from the target."""
    target: str


class ShowClock(AdminRequest, frozen=True):
    """Show whether the clock is in doubt."""


class ConfirmClock(AdminRequest, frozen=True):
    """Confirm that the clock is right."""


class ShowStatus(AdminRequest, frozen=True):
    """Show how the server is and who is slow. No input of the core: it is answered also while nothing can be stored."""

    nick: str = ""
    """Whom to show in any case."""


AnyRequest = (
    AddAccount
    | SetPassword
    | ListAccounts
    | DropAccount
    | GrantOperator
    | RevokeOperator
    | ListOperators
    | ListBans
    | AddBan
    | LiftBan
    | ShowClock
    | ConfirmClock
)


class Answer(Struct, frozen=True):
    """The answer: lines to show, or the reason why nothing was done."""

    lines: tuple[str, ...] = ()
    error: str = ""
