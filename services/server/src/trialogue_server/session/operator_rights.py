"""What may a session do as an operator of the server?"""

from typing import NamedTuple

from trialogue_server.config.schema import OperatorSection

NO_PRIVILEGES: frozenset[str] = frozenset()
ACCOUNT, GRANT = "account", "grant"


class Rights(NamedTuple):
    """Rights, and what they rest on. They are those of the session that proved what was asked for, and no other's."""

    name: str
    """Of the operator's entry, or of the account to which the administrator granted them."""
    privileges: frozenset[str]
    through: str = ""
    """What they last as long as: an account ("account"), a grant to one ("grant"), or "" for the session."""
    entry: OperatorSection | None = None
    """The entry of the settings, if they come from one."""
