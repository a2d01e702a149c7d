"""Changed certificates: the two fingerprints, and what a person is told and asked."""

import re
from dataclasses import dataclass

from trialogue_client.address import Endpoint
from trialogue_client.core.connection import DialError

_HALF = 48
"""Characters of a fingerprint on one line, so that it fits a narrow terminal."""
_VOUCHED = """\
expected  one that an authority vouches for
          ({})"""
_BETWEEN = re.compile(r"[\s:]+")


@dataclass(frozen=True, slots=True)
class CertificateChange:
    """Two certificates, by their fingerprints."""

    endpoint: Endpoint
    expected: str
    """"" for one that an authority vouches for."""
    shown: str
    problem: str = ""
    """Why no authority vouches for the one that is shown, in the words of the TLS library."""

    @property
    def headline(self) -> str:
        """What has to be read first."""
        return f"STOP: {self.endpoint} shows another certificate than before."

    @property
    def danger(self) -> str:
        """What it may mean."""
        return "Somebody may be listening in. You are not connected, and nothing was sent."

    @property
    def comparison(self) -> tuple[str, ...]:
        """Both certificates, as lines of less than 60 columns."""
        expected = _lines("expected", self.expected) if self.expected else _VOUCHED.format(self.problem).splitlines()
        return (*expected, *_lines("shown", self.shown))

    def is_accepted_by(self, typed: str) -> bool:
        """Return whether this is the whole fingerprint that is shown, or the word of somebody who has compared it."""
        word = typed.strip().lower()
        return word == "yes" or _bare(word.removeprefix("sha256:")) == _bare(self.shown.lower())


ASKED = "Ask whoever runs the server, by another way than this one, for its new SHA-256 fingerprint."
HOW = "To accept it, type or paste that fingerprint whole; or compare all of it with the one shown, and type yes."
MISMATCH = "That is not the fingerprint shown: nothing is accepted."


class CertificateChangedError(DialError):
    """There is no connection, because the server's certificate is not the expected one."""

    def __init__(self, changed: CertificateChange) -> None:
        self.changed = changed
        tls = f"trialogue-client {changed.endpoint.host} {changed.endpoint.port} --tls"
        super().__init__(
            "\n".join((
                changed.headline,
                changed.danger,
                *(f"  {line}" for line in changed.comparison),
                f"{ASKED} If it is the one shown, accept it in a terminal: {tls}",
            ))
        )  # fmt: skip


def declined(changed: CertificateChange) -> DialError:
    """Return the error for a certificate that a person has not accepted."""
    return DialError(f"The new certificate of {changed.endpoint} was not accepted, so there is no connection.")


def _lines(label: str, print_: str) -> list[str]:
    return [f"{label:<10}{print_[:_HALF]}", f"{'':<10}{print_[_HALF:]}"]


def _bare(text: str) -> str:
    return _BETWEEN.sub("", text)
