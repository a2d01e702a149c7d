"""Idempotency keys: what was on its way when the connection broke is sent again, and said once.

On servers that know them (ours: docs/idempotency-keys.md) each message has a random key, which it keeps. What is sent
again under it is answered by the echo of what was said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ircwire import caps
from trialogue_client.core.state import State

NewKey = Callable[[], str]
"""Makes a key that nobody can guess."""

KEY_BYTES = 16
"""Random bytes of a key: as many bits as a UUID has at most."""

_NEEDED = (caps.IDEMPOTENCY_KEY, caps.ECHO_MESSAGE, caps.MESSAGE_TAGS, caps.LABELED_RESPONSE)
_LONGEST = 10**8
"""Seconds. A server may announce any number."""


@dataclass(slots=True)
class Keyed:
    """The key of one message, and how it was sent first."""

    key: str = ""
    """"" where the server knows no keys, and before it is sent."""
    account: str = ""
    at: datetime | None = None
    """The server's time."""


class IdempotencyKeys:
    """Gives out keys, and knows until when they hold."""

    def __init__(self, new_key: NewKey | None) -> None:
        """Without `new_key` nothing has a key."""
        self._new_key = new_key

    def tags(self, state: State, keyed: Keyed) -> dict[str, str]:
        """Return the tag for a message that is about to be sent, giving it a key if the server knows them."""
        if self._new_key is None or not all(map(state.has, _NEEDED)):
            return {}
        if not keyed.key:
            keyed.key, keyed.account, keyed.at = self._new_key(), state.login.account, state.heard_at
        return {caps.IDEMPOTENCY_KEY: keyed.key}

    def holds(self, state: State, keyed: Keyed) -> bool:
        """Return whether the server would say this message once if it were sent again on this connection."""
        known = keyed.key and all(map(state.has, _NEEDED))
        if not known or keyed.at is None or state.heard_at is None:
            return False
        same = state.features.fold(state.login.account) == state.features.fold(keyed.account) or not keyed.account
        return same and state.heard_at - keyed.at < timedelta(seconds=_seconds(state))


def _seconds(state: State) -> int:
    value = state.negotiation.offered.get(caps.IDEMPOTENCY_KEY, "")
    text = dict(pair.partition("=")[::2] for pair in value.split(",")).get("seconds", "")
    return min(int(text[:9]), _LONGEST) if text.isascii() and text.isdigit() else 0
