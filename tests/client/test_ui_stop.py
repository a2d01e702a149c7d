"""The full screen says STOP where a certificate is another one than before."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
import trio

from tests.support.screen import client, fake_server, options
from trialogue_client.address import Endpoint
from trialogue_client.core.certificates import CertificateChange, declined
from trialogue_client.net import connector
from trialogue_client.net.certificate_question import Decide
from trialogue_client.net.dial import dial
from trialogue_client.net.sts import Policies
from trialogue_client.net.trust import KnownHosts
from trialogue_client.tui.screens.certificate_warning import CertificateWarning

pytestmark = pytest.mark.system

OLD, NEW = (":".join([byte] * 32) for byte in ("AB", "CD"))
LONG = "unable to get local issuer certificate"


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


def changes(monkeypatch: pytest.MonkeyPatch, expected: str = OLD) -> None:
    """Have each connection meet another certificate first."""

    async def meet(
        endpoint: Endpoint, known: KnownHosts, tell: Any, policies: Policies, decide: Decide
    ) -> trio.abc.Stream:
        changed = CertificateChange(endpoint, expected, NEW, "" if expected else LONG)
        if not await decide(changed):
            raise declined(changed)
        return await dial(endpoint, known, tell, policies)

    monkeypatch.setattr(connector, "dial", meet)


@pytest.mark.parametrize("expected", [OLD, ""])
def test_all_of_it_fits_80_by_24_and_the_whole_fingerprint_accepts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: str
) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(server.port), "--nick", "bob")) as bob:
            await bob.until("STOP: 127.0.0.1")
            for part in (*([OLD[:47], OLD[48:]] if expected == OLD else [LONG]), NEW[:47], NEW[48:], "Esc, or Enter"):
                await bob.until(part)
            box = [line.strip().strip("│").strip() for line in bob.screen().splitlines() if "│  " in line]
            assert box[0].startswith("STOP: ")
            await bob.type("yep", "enter")
            await bob.until("nothing is accepted")
            await bob.press("ctrl+u")
            await bob.type(NEW.lower().replace(":", ""), "enter")
            await bob.until("You are in #lobby")

    changes(monkeypatch, expected)
    with fake_server() as server:
        run(test())


@pytest.mark.parametrize("key", ["escape", "enter"])
def test_leaving_accepts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1", str(server.port), "--nick", "bob")) as bob:
            await bob.until(lambda: isinstance(bob.app.screen, CertificateWarning) and bob.app.screen.query("#answer"))
            await bob.press(key)
            await bob.until("was not accepted")

    changes(monkeypatch)
    with fake_server() as server:
        run(test())
