"""Real sockets on loopback: each way in which there is no connection, and certificates that are met, kept, changed."""

import errno
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from random import sample

import pytest
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from trialogue_client.address import Endpoint
from trialogue_client.core.certificates import CertificateChange
from trialogue_client.core.connection import DialError
from trialogue_client.net import explain, secure
from trialogue_client.net.dial import dial
from trialogue_client.net.privacy import is_private
from trialogue_client.net.trust import AUTHORITIES, KnownHosts, fingerprint

LOOPBACK = "127.0.0.1"


@dataclass
class Certificate:
    """A self-signed certificate for loopback, in a file with its key."""

    file: Path
    der: bytes

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file)
        return context


def certificate(directory: Path, name: str) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = directory / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Certificate(file, made.public_bytes(serialization.Encoding.DER))


@asynccontextmanager
async def listening(context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve one word to each who comes; yield the port."""

    async def greet(stream: trio.SocketStream) -> None:
        try:
            end = trio.SSLStream(stream, context, server_side=True, https_compatible=True) if context else stream
            await end.send_all(b"hello\r\n")
            await end.receive_some(1)
        except trio.BrokenResourceError:
            pass  # The client did not like the certificate.

    async with trio.open_nursery() as nursery:
        [listener] = await trio.open_tcp_listeners(0, host=LOOPBACK)
        nursery.start_soon(trio.serve_listeners, greet, [listener])
        yield listener.socket.getsockname()[1]
        nursery.cancel_scope.cancel()


@pytest.fixture
def known(tmp_path: Path) -> KnownHosts:
    return KnownHosts(tmp_path / "config" / "known_hosts")


def unused_port() -> int:
    """Return a port that nobody uses, below those that the systems give out: no other test is given it meanwhile."""
    for port in sample(range(10_000, 32_000), 1000):
        with socket.socket() as sock, suppress(OSError):
            sock.bind((LOOPBACK, port))
            return port
    raise AssertionError("no port is free")


async def word(endpoint: Endpoint, known: KnownHosts, tell: Callable[[str], None] = lambda _: None) -> bytes:
    """Connect, and return the first word that the server says."""
    stream = await dial(endpoint, known, tell)
    try:
        return bytes(await stream.receive_some(100))
    finally:
        await trio.aclose_forcefully(stream)


async def problem(endpoint: Endpoint, known: KnownHosts) -> DialError:
    with pytest.raises(DialError) as caught:
        await word(endpoint, known)
    return caught.value


async def test_a_connection(known: KnownHosts) -> None:
    async with listening() as port:
        assert await word(Endpoint(LOOPBACK, port), known) == b"hello\r\n"
        assert await word(Endpoint("localhost", port), known) == b"hello\r\n", "each address of a name is tried"


async def test_our_own_end_can_have_a_chosen_port(known: KnownHosts) -> None:
    chosen = unused_port()
    async with listening() as port:
        stream = await dial(Endpoint(LOOPBACK, port, chosen), known, lambda _: None)
        assert isinstance(stream, trio.SocketStream)
        assert stream.socket.getsockname()[1] == chosen
        await stream.aclose()
        assert await word(Endpoint(LOOPBACK, port, chosen), known), "it is free again at once"


async def test_a_local_port_that_is_taken(known: KnownHosts) -> None:
    async with listening() as port, listening() as taken:
        error = await problem(Endpoint(LOOPBACK, port, taken), known)
    assert f"Local port {taken} is already in use" in str(error)


async def test_nobody_listens(known: KnownHosts) -> None:
    error = await problem(Endpoint(LOOPBACK, unused_port()), known)
    assert "refused the connection: check that the server is running" in str(error)
    assert error.passing


async def test_a_name_that_is_none(known: KnownHosts) -> None:
    for name in ("no-such-host.invalid", "a..b", "x" * 64 + ".invalid"):
        assert name in str(await problem(Endpoint(name, 6667), known))


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ECONNREFUSED, "refused the connection"),
        (errno.ENETUNREACH, "cannot be reached from here"),
        (errno.EHOSTUNREACH, "cannot be reached from here"),
        (errno.ETIMEDOUT, "does not answer"),
        (errno.EPROTO, "No connection to host:1"),
    ],
)
def test_the_system_s_errors_become_sentences(number: int, sentence: str) -> None:
    text = str(explain.failed(Endpoint("host", 1), OSError(number, "Some words")))
    assert sentence in text
    assert text.endswith(".")
    assert str(Endpoint("::1", 1)) == "[::1]:1"


async def test_tls_spoken_to_a_plain_port(known: KnownHosts) -> None:
    async with listening() as port:
        error = await problem(Endpoint(LOOPBACK, port, tls=True), known)
    assert "does not offer TLS on this port: leave out --tls" in str(error)


async def test_a_certificate_is_pinned_at_first_and_expected_from_then_on(known: KnownHosts, tmp_path: Path) -> None:
    mine = certificate(tmp_path, "mine")
    told: list[str] = []
    async with listening(mine.context) as port:
        here = Endpoint(LOOPBACK, port, tls=True)
        assert await word(here, known, told.append) == b"hello\r\n"
        assert fingerprint(mine.der) in told[0]
        assert known.get(f"{LOOPBACK}:{port}") == fingerprint(mine.der)
        told.clear()
        assert await word(here, known, told.append) == b"hello\r\n"
        assert told == [], "the second time there is nothing to tell"


async def test_a_pin_can_be_made_from_a_chosen_port_too(known: KnownHosts, tmp_path: Path) -> None:
    async with listening(certificate(tmp_path, "mine").context) as port:
        assert await word(Endpoint(LOOPBACK, port, unused_port(), tls=True), known) == b"hello\r\n"


async def test_a_changed_certificate_is_refused_with_both_fingerprints(known: KnownHosts, tmp_path: Path) -> None:
    old, new = certificate(tmp_path, "old"), certificate(tmp_path, "new")
    async with listening(new.context) as port:
        known.pin(f"{LOOPBACK}:{port}", fingerprint(old.der))
        error = await problem(Endpoint(LOOPBACK, port, tls=True), known)
    assert str(error).startswith("STOP: ")
    spelled = str(error).replace("\n", "").replace(" ", "")  # A fingerprint takes two lines.
    for part in (fingerprint(old.der), fingerprint(new.der), f"trialogue-client{LOOPBACK}{port}--tls"):
        assert part in spelled
    assert max(map(len, str(error).splitlines()[:-1])) < 80
    assert not error.passing
    assert known.get(f"{LOOPBACK}:{port}") == fingerprint(old.der), "the pin stays until a person removes it"


@pytest.mark.parametrize("pinned_before", [False, True])
async def test_what_the_system_vouches_for_is_trusted(
    known: KnownHosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pinned_before: bool
) -> None:
    mine = certificate(tmp_path, "mine")
    monkeypatch.setattr(secure, "_vouched_for", lambda _: ssl.create_default_context(cafile=str(mine.file)))
    async with listening(mine.context) as port:
        if pinned_before:
            known.pin(f"{LOOPBACK}:{port}", "AA:BB")
        assert await word(Endpoint(LOOPBACK, port, tls=True), known) == b"hello\r\n"
        assert known.get(f"{LOOPBACK}:{port}") == ("AA:BB" if pinned_before else AUTHORITIES)


async def test_where_the_authorities_have_vouched_once_they_have_to_go_on(known: KnownHosts, tmp_path: Path) -> None:
    async with listening(certificate(tmp_path, "mine").context) as port:
        known.pin(f"{LOOPBACK}:{port}", AUTHORITIES)
        error = await problem(Endpoint(LOOPBACK, port, tls=True), known)
    for part in ("STOP", "one that an authority vouches for", "self-signed certificate"):
        assert part in str(error)
    assert not error.passing
    assert known.get(f"{LOOPBACK}:{port}") == AUTHORITIES


@pytest.mark.parametrize("expected", ["AA:BB", AUTHORITIES])
async def test_a_changed_certificate_is_pinned_once_a_person_accepts_it(
    known: KnownHosts, tmp_path: Path, expected: str
) -> None:
    async def decide(changed: CertificateChange) -> bool:
        asked.append(changed)
        return changed.is_accepted_by(words.pop(0))

    mine, words = certificate(tmp_path, "mine"), ["no", "AA:BB", "yes"]
    asked: list[CertificateChange] = []
    async with listening(mine.context) as port:
        here = Endpoint(LOOPBACK, port, tls=True)
        known.pin(str(here), expected)
        for _ in range(2):
            with pytest.raises(DialError, match="was not accepted"):
                await dial(here, known, lambda _: None, decide=decide)
            assert known.get(str(here)) == expected
        await trio.aclose_forcefully(await dial(here, known, lambda _: None, decide=decide))
        assert known.get(str(here)) == fingerprint(mine.der)
        before = "" if expected == AUTHORITIES else expected
        assert [(one.expected, one.shown) for one in asked] == [(before, fingerprint(mine.der))] * 3
        assert await word(here, known) == b"hello\r\n", "from now on it is expected"


def test_a_certificate_is_accepted_by_the_whole_fingerprint_or_the_whole_word() -> None:
    changed = CertificateChange(Endpoint("chat.example.org", 6697, tls=True), "AA:BB", FINGERPRINT)
    bare = FINGERPRINT.replace(":", "")
    for typed in (
        FINGERPRINT,
        FINGERPRINT.lower(),
        f" sha256:{bare} ",
        f"{FINGERPRINT[:48]}\n{FINGERPRINT[48:]}",
        "Yes",
    ):
        assert changed.is_accepted_by(typed)
    for typed in ("", "y", "no", FINGERPRINT[:-1], FINGERPRINT[:47], "AA:BB", f"{FINGERPRINT}:AB"):
        assert not changed.is_accepted_by(typed)


def test_a_host_is_the_same_in_capital_letters(known: KnownHosts) -> None:
    known.pin("Chat.Example.org:6697", "AA")
    known.pin("b:1", AUTHORITIES)
    assert (known.get("chat.example.ORG:6697"), known.get("B:1")) == ("AA", AUTHORITIES)


async def test_a_connection_is_private_if_it_is_encrypted_or_stays_on_this_machine(known: KnownHosts) -> None:
    near, far = Endpoint(LOOPBACK, 1), Endpoint("chat.example.org", 1, tls=True)
    stream, _ = trio.testing.memory_stream_pair()
    assert is_private(far, stream)
    assert not is_private(near, stream), "where a stream leads is not to be guessed from a name"
    async with listening() as port, await dial(Endpoint("localhost", port), known, lambda _: None) as socket_stream:
        assert is_private(Endpoint("localhost", port), socket_stream)


async def test_a_certificate_of_our_own_is_shown(known: KnownHosts, tmp_path: Path) -> None:
    mine, wrong = certificate(tmp_path, "mine"), tmp_path / "wrong.pem"
    wrong.write_text("nothing")
    async with listening(mine.context) as port:
        for path, sentence in ((wrong, "does not hold a certificate"), (tmp_path / "none.pem", "is not there")):
            assert sentence in str(await problem(Endpoint(LOOPBACK, port, tls=True, certificate=path), known))


async def test_pins_that_cannot_be_read_are_no_reason_to_trust(known: KnownHosts, tmp_path: Path) -> None:
    known.path.mkdir(parents=True)
    async with listening(certificate(tmp_path, "mine").context) as port:
        assert "known certificates" in str(await problem(Endpoint(LOOPBACK, port, tls=True), known))


async def test_pins_that_cannot_be_kept_are_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    nowhere = KnownHosts(tmp_path / "elsewhere" / "known_hosts")
    nowhere.path.parent.symlink_to(tmp_path / "missing" / "directory")
    told: list[str] = []
    async with listening(certificate(tmp_path, "mine").context) as port:
        assert await word(Endpoint(LOOPBACK, port, tls=True), nowhere, told.append) == b"hello\r\n"
    assert "a change will not be noticed" in told[1]


def test_the_file_of_pins_is_for_people_too(known: KnownHosts) -> None:
    known.pin("b:1", "BB")
    known.pin("a:1", "AA")
    known.pin("b:1", "CC")
    text = known.path.read_text()
    assert re.fullmatch(r"# .*\na:1 sha256:AA\nb:1 sha256:CC\n", text)
    assert known.path.stat().st_mode & 0o077 == 0
    known.path.write_text(f"{text}\njunk\n# b:1 sha256:DD\n")
    assert known.get("b:1") == "CC"
    assert [file.name for file in known.path.parent.iterdir()] == ["known_hosts"]


FINGERPRINT = ":".join(["AB"] * 32)


@pytest.mark.parametrize(
    "line", ["{} sha256:AB:CD until-2027", "{}", "{} sha512:AB:CD", "{} AB:XY", "{}  authorities now"]
)
async def test_a_line_that_is_not_understood_is_kept_and_nobody_goes_on_without_it(tmp_path: Path, line: str) -> None:
    known = KnownHosts(tmp_path / "known_hosts")
    known.path.write_text(f"# mine\n{line.format('localhost:1')}\n", encoding="utf-8")
    with pytest.raises(DialError, match=r"line 2 of .* is not understood"):
        await dial(Endpoint("localhost", 1, tls=True), known, lambda _: None)
    known.pin("b:1", FINGERPRINT)
    assert known.path.read_text(encoding="utf-8").splitlines() == [
        "# mine",
        line.format("localhost:1"),
        f"b:1 sha256:{FINGERPRINT}",
    ]
    assert known.get("b:1") == FINGERPRINT


def test_a_mark_at_the_beginning_of_the_file_hides_no_pin(tmp_path: Path) -> None:
    known = KnownHosts(tmp_path / "known_hosts")
    known.path.write_text(f"b:1 sha256:{FINGERPRINT}\n", encoding="utf-8-sig")
    assert known.get("B:1") == FINGERPRINT
