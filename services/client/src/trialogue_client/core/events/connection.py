"""Events of the connection, apart from what the server says."""

from collections.abc import Callable

from trialogue_client.address import Endpoint
from trialogue_client.core.certificates import CertificateChange
from trialogue_client.core.events.base import Event


class DialStarted(Event, frozen=True):
    """We are about to connect."""

    endpoint: Endpoint


class Lost(Event, frozen=True):
    """There is no connection; the next attempt comes in `retry_in` seconds."""

    reason: str
    retry_in: float


class Ended(Event, frozen=True):
    """There is no connection and no further attempt; `reason` is one sentence, or "" when we left."""

    reason: str


class Remark(Event, frozen=True):
    """A remark of the connection for the person: a certificate is met for the first time."""

    text: str


class CertificateChanged(Event, frozen=True):
    """The connection waits for a person's word on a certificate: `decide` takes whether it is accepted, None for no."""

    changed: CertificateChange
    decide: Callable[[bool | None], None]
