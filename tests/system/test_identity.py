"""Who somebody is, over real sockets: certificates, mail, and many who log in at once."""

import datetime as dt
import hashlib
import re
import ssl
import threading
from base64 import b64encode
from pathlib import Path

import pytest
import trio

from tests.support.mail import Postbox
from tests.support.patience import PATIENCE
from tests.support.running import RunningServer, running
from tests.support.server import allow_open_files
from trialogue_server.net.self_signed import make_certificate
from trialogue_server.store import passwords
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.passwords import HashCost
from trialogue_server.world.accounts import Account, Credentials

pytestmark = pytest.mark.system


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed client certificate with its key."""
    path = tmp_path / "client.pem"
    path.write_bytes(make_certificate("alice", dt.datetime.now(dt.UTC)))
    return path


def fingerprint_of(path: Path) -> str:
    pem = path.read_text()
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem[: pem.index("-----BEGIN PRIVATE")].strip())).hexdigest()


async def test_a_certificate_logs_in(tmp_path: Path, certificate: Path) -> None:
    """ "If authentication is successful, a 900 and 903 numeric will be sent."

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    with trio.fail_after(PATIENCE):
        async with running(tmp_path) as server:
            server.core.world.accounts.save(
                Account("alice", 0.0, Credentials(""), fingerprints=(fingerprint_of(certificate),))
            )
            alice = await server.connect_tls(certificate)
            await alice.say("CAP REQ sasl", "NICK alice", "USER alice 0 * :Alice")
            await alice.say("AUTHENTICATE EXTERNAL")
            await alice.hear("+")
            await alice.say("AUTHENTICATE +")
            assert (await alice.hear("900", "904")).split(" ")[4] == "alice"
            await alice.hear("903")
            await alice.register("alice")


async def test_without_a_certificate_external_is_refused(tmp_path: Path) -> None:
    """ "908 aka RPL_SASLMECHS MAY be sent in reply to an AUTHENTICATE command which requests an unsupported mechanism."

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    with trio.fail_after(PATIENCE):
        async with running(tmp_path) as server:
            stranger = await server.connect_tls()
            await stranger.say("CAP REQ sasl", "AUTHENTICATE EXTERNAL")
            assert "EXTERNAL" not in await stranger.hear("908")
            await stranger.hear("904")


async def test_a_certificate_makes_an_operator(tmp_path: Path, certificate: Path) -> None:
    operator = {"name": "root", "fingerprint": fingerprint_of(certificate)}
    with trio.fail_after(PATIENCE):
        async with running(tmp_path, operators=[operator]) as server:
            alice = await server.connect_tls(certificate)
            await alice.register("alice")
            await alice.say("OPER root")
            await alice.hear("381")


# Mail.


async def test_an_address_is_verified_by_mail(tmp_path: Path, mail_server: tuple[Postbox, int]) -> None:
    """The code comes by mail, and completes the registration with VERIFY.

    https://ircv3.net/specs/extensions/account-registration
    """
    postbox, port = mail_server
    mail = {"host": "127.0.0.1", "port": port, "sender": "chat@example.org", "tls": "none"}
    with trio.fail_after(PATIENCE):
        async with running(tmp_path, mail=mail) as server:
            alice = await server.connect()
            await alice.register("alice")
            await alice.say("REGISTER * alice@example.com correct-horse")
            assert "VERIFICATION_REQUIRED" in await alice.hear("REGISTER", "FAIL")
            (letter,) = postbox.mails
            assert (letter["From"], letter["To"]) == ("chat@example.org", "alice@example.com")
            code = re.search(r"VERIFY alice (\d+)", letter.get_payload(decode=True).decode())
            assert code is not None
            await alice.say("VERIFY alice 0")
            assert "INVALID_CODE" in await alice.hear("FAIL")
            await alice.say(f"VERIFY alice {code[1]}")
            assert "SUCCESS" in await alice.hear("VERIFY", "FAIL")
            account = server.core.world.accounts.get("alice")
            assert account is not None
            assert account.is_verified


async def test_mail_that_cannot_be_sent_leaves_no_account(tmp_path: Path) -> None:
    mail = {"host": "127.0.0.1", "port": 1, "sender": "chat@example.org", "tls": "none"}
    with trio.fail_after(PATIENCE):
        async with running(tmp_path, mail=mail) as server:
            alice = await server.connect()
            await alice.register("alice")
            await alice.say("REGISTER * alice@example.com correct-horse")
            assert "INVALID_EMAIL" in await alice.hear("REGISTER", "FAIL")
            assert server.core.world.accounts.get("alice") is None


_LOGINS = 100
_AT_ONCE = 2


class GatedHasher:
    """Finds every password right, once it is let go on; it may be called by many threads."""

    def __init__(self) -> None:
        self.most = 0
        """How many were under way at the same time."""
        self.begun = trio.Event()
        """As many have begun as may be under way."""
        self.go_on = threading.Event()
        self._under_way = 0
        self._lock = threading.Lock()
        self._token = trio.lowlevel.current_trio_token()

    def __call__(self, _expected: str, _password: str) -> bool:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            if self._under_way == _AT_ONCE:
                self._token.run_sync_soon(self.begun.set)
        self.go_on.wait(PATIENCE)
        with self._lock:
            self._under_way -= 1
        return True


async def _log_in(server: RunningServer, number: int) -> None:
    person = await server.connect()
    response = b64encode(f"\0user{number}\0correct-horse".encode()).decode()
    await person.say("CAP REQ sasl", f"NICK user{number}", f"USER u{number} 0 * :u", "AUTHENTICATE PLAIN")
    await person.hear("+")
    await person.say(f"AUTHENTICATE {response}")
    await person.hear("903")


@pytest.mark.skipif(not allow_open_files(600), reason="needs 600 open files: raise the hard limit (ulimit -Hn)")
async def test_a_hundred_logins_do_not_delay_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes are made in few worker threads at a time, so that chat goes on beside them."""
    hashing = GatedHasher()
    monkeypatch.setattr(passwords, "verify", hashing)
    credentials = make_credentials("correct-horse", HashCost())
    with trio.fail_after(PATIENCE):
        async with running(tmp_path) as server:
            for number in range(_LOGINS):
                server.core.world.accounts.save(Account(f"user{number}", 0.0, credentials))
            alice, bob = await server.connect(), await server.connect()
            for person, nick in ((alice, "alice"), (bob, "bob")):
                await person.register(nick)
                await person.say("JOIN #lobby")
                await person.hear("366")
            async with trio.open_nursery() as logging_in:
                for number in range(_LOGINS):
                    logging_in.start_soon(_log_in, server, number)
                await hashing.begun.wait()
                for _ in range(20):
                    await alice.say("PRIVMSG #lobby :hello")
                    await bob.hear("PRIVMSG")
                hashing.go_on.set()
    assert hashing.most == _AT_ONCE
