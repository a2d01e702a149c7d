"""Asks a person whether a changed certificate is accepted, while the connection waits."""

from collections.abc import Awaitable, Callable

import trio

from trialogue_client.core.certificates import CertificateChange
from trialogue_client.core.events.base import Event
from trialogue_client.core.events.connection import CertificateChanged

Decide = Callable[[CertificateChange], Awaitable[bool]]
"""Asks a person whether a certificate is to be accepted."""


def ask_person(emit: Callable[[Event], None]) -> Decide:
    """Return what asks by an event, and waits for its answer."""

    async def decide(changed: CertificateChange) -> bool:
        answers: list[bool | None] = []
        answered = trio.Event()

        def answer(accepts: bool | None) -> None:
            answers.append(accepts)
            answered.set()

        emit(CertificateChanged(changed, answer))
        await answered.wait()
        return bool(answers[0])

    return decide
