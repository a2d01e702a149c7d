"""One SASL exchange: AUTHENTICATE lines, from mechanism to outcome.

https://ircv3.net/specs/extensions/sasl-3.1 and https://ircv3.net/specs/extensions/sasl-3.2
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trialogue_server.session.scram import ScramServer
    from trialogue_server.world.accounts import Account

CHUNK = 400
"""Characters in one AUTHENTICATE line; a full one announces that more follows."""

LONGEST = 16 * CHUNK
"""Characters of one response, at most."""


class SaslError(Exception):
    """The client's part of the exchange is invalid."""


class TooLongError(SaslError):
    """A chunk is longer than allowed."""


@dataclass(slots=True)
class Exchange:
    """The state of an exchange."""

    mechanism: str
    scram: ScramServer | None = None
    account: str = ""
    """The account that SCRAM is about, once it is known."""
    about: Account | None = None
    """That account when its keys were taken: the proof is for that state alone."""
    is_proved: bool = False
    """Whether SCRAM has seen the right proof, and waits for the client's last, empty message."""
    _chunks: list[str] = field(default_factory=list)

    def feed(self, chunk: str) -> bytes | None:
        """Add one line's text. Returns the whole response once it is complete.

        Raises SaslError, also if the chunks together are longer than allowed.
        """
        if len(chunk) > CHUNK:
            raise TooLongError
        if sum(map(len, self._chunks)) + len(chunk) > LONGEST:
            raise SaslError
        if chunk != "+":
            self._chunks.append(chunk)
        if len(chunk) == CHUNK:
            return None
        text, self._chunks = "".join(self._chunks), []
        try:
            return b64decode(text, validate=True)
        except (NotBase64, ValueError):
            raise SaslError from None


class Plain(NamedTuple):
    """A response of the PLAIN mechanism.  https://www.rfc-editor.org/rfc/rfc4616"""

    account: str
    password: str


def read_plain(response: bytes) -> Plain:
    """Read ``[authzid] NUL authcid NUL password``; acting for somebody else is not supported. Raises SaslError."""
    parts = response.split(b"\0")
    if len(parts) != 3 or not parts[1] or not parts[2]:
        raise SaslError
    try:
        acting_for, account, password = (part.decode() for part in parts)
    except UnicodeDecodeError:
        raise SaslError from None
    if acting_for and acting_for.lower() != account.lower():
        raise SaslError
    return Plain(account, password)


def chunks(challenge: bytes) -> list[str]:
    """Return a challenge split into AUTHENTICATE lines."""
    text = b64encode(challenge).decode()
    pieces = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    return pieces if pieces and len(pieces[-1]) < CHUNK else [*pieces, "+"]
