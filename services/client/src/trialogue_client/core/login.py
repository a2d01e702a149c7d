"""Logging in on one connection: which mechanism, and what is said in it.

https://ircv3.net/specs/extensions/sasl-3.1 and https://ircv3.net/specs/extensions/sasl-3.2
"""

from base64 import b64decode, b64encode

from ircwire import Message
from trialogue_client.core.sasl import Credentials, External, Mechanism, Plain, SaslError, Scram

CHUNK = 400
"""Characters in one AUTHENTICATE line; a full one says that more follows."""
_LONGEST = 64 * CHUNK

_SCRAM = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
NEEDS_TLS = "This server wants the password itself, and this connection is not encrypted: connect with --tls"

_PASSWORDS = (*_SCRAM, "PLAIN")


class Login:
    """One connection's dialogue about who we are. What it returns is to be sent."""

    def __init__(self, nonce: str = "", *, private: bool = False) -> None:
        """`nonce` must be new for each connection, and without one there is no SCRAM.

        With `private`, nobody can listen in on the connection.
        """
        self.account = ""
        """The account that the server has logged us in to."""
        self.wanted: Credentials | None = None
        """By what to log in before we are taken in, as long as that has not happened."""
        self.trying = False
        self._nonce = nonce
        self._private = private
        self._attempts = 0
        self._credentials = Credentials("")
        self._choices: list[str] = []
        self._mechanism: Mechanism | None = None
        self._name = ""
        self._received = ""

    def begin(self, credentials: Credentials, offered: str) -> list[Message]:
        """Begin to log in; `offered` is the value of the server's capability. Raises SaslError."""
        self._credentials = credentials
        self._choices = self._fitting(offered.upper().split(",") if offered else None)
        self.trying = True
        return self._next()

    def challenged(self, text: str) -> list[Message]:
        """Answer one ``AUTHENTICATE`` line. Raises SaslError."""
        if self._mechanism is None:
            return []
        self._received += text.removeprefix("+") if text == "+" else text
        if len(self._received) > _LONGEST:
            raise SaslError("The server asks without an end")
        if len(text) == CHUNK:
            return []
        received, self._received = self._received, ""
        try:
            challenge = b64decode(received, validate=True)
        except ValueError:
            raise SaslError("The server's answer makes no sense") from None
        return _lines(self._mechanism.answer(challenge))

    def narrow(self, offered: str) -> None:
        """Take in which mechanisms the server knows, after it refused one (RPL_SASLMECHS)."""
        self._choices = [name for name in self._choices if name in offered.upper().split(",") and name != self._name]
        self._mechanism = None

    def refused(self) -> list[Message]:
        """Try what is left after a mechanism was refused, not the password; [] if nothing is."""
        return self._next() if self._mechanism is None and self._choices else []

    def must_be_proved(self) -> None:
        """Take the server's word that we are in, if it may give it. Raises SaslError."""
        if self._mechanism is not None:
            self._mechanism.must_be_done()

    def over(self) -> None:
        """The dialogue has ended."""
        self.trying = False
        self.wanted = None
        self._mechanism = None
        self._received = ""

    def _fitting(self, offered: list[str] | None) -> list[str]:
        ours = ("EXTERNAL",) if self._credentials.certificate else _PASSWORDS
        known = [name for name in ours if offered is None or name in offered]
        if not known:
            raise SaslError(_nothing_fits(self._credentials))
        allowed = {"EXTERNAL": True, "PLAIN": self._private}
        fitting = [name for name in known if allowed.get(name, self._nonce != "")]
        if not fitting:
            raise SaslError(NEEDS_TLS)
        return fitting

    def _next(self) -> list[Message]:
        self._name = self._choices.pop(0)
        self._attempts += 1
        match self._name:
            case "EXTERNAL":
                self._mechanism = External()
            case "PLAIN":
                self._mechanism = Plain(self._credentials)
            case name:
                self._mechanism = Scram(self._credentials, _SCRAM[name], f"{self._nonce}{self._attempts}")
        return [Message("AUTHENTICATE", [self._name])]


def abort() -> list[Message]:
    """Return what ends a dialogue early."""
    return [Message("AUTHENTICATE", ["*"])]


def _nothing_fits(credentials: Credentials) -> str:
    if credentials.certificate:
        return "This server does not take certificates here: connect with --tls, or log in with a password"
    return "This server takes no passwords: log in with a certificate, by --certificate"


def _lines(response: bytes) -> list[Message]:
    text = b64encode(response).decode()
    chunks = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    if not chunks or len(chunks[-1]) == CHUNK:
        chunks.append("+")
    return [Message("AUTHENTICATE", [chunk]) for chunk in chunks]
