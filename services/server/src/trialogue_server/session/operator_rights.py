"""The operator rights of a session."""

from typing import NamedTuple

from trialogue_server.config.schema import OperatorSection

NO_PRIVILEGES: frozenset[str] = frozenset()
ACCOUNT, GRANT = "account", "grant"


class Rights(NamedTuple):
    """Privileges, and what they depend on. They belong to the session that proved what was required."""

    name: str
    """The name of the operator entry, or of the account with a grant."""
    privileges: frozenset[str]
    through: str = ""
    """What they depend on: a login ("account"), a grant to the account ("grant"), or "" for the session."""
    entry: OperatorSection | None = None
    """The entry of the settings, if they come from one."""
