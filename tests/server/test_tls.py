"""TLS: certificates of others and of our own, and connections that are really encrypted with them."""

import datetime as dt
import hashlib
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa, x25519

from tests.support.patience import PATIENCE
from trialogue_server.net import ciphers
from trialogue_server.net import tls_context as tls_module
from trialogue_server.net.self_signed import FILE, make_certificate, own_tls
from trialogue_server.net.tls_context import TlsContext, TlsError
from trialogue_server.net.transport import Transport

NOW = dt.datetime.now(dt.UTC)


def split(pem: bytes, directory: Path) -> tuple[Path, Path]:
    """Write certificate and key to files of their own."""
    begin = pem.index(b"-----BEGIN PRIVATE KEY")
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    certificate.write_bytes(b"Some text that openssl puts in front\n" + pem[:begin])
    key.write_bytes(pem[begin:])
    return certificate, key


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return split(make_certificate("irc.example.org", NOW), tmp_path)


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@asynccontextmanager
async def pair(
    tls: TlsContext,
    context: ssl.SSLContext,
    name: str = "localhost",
    session: ssl.SSLSession | None = None,
    *,
    web: bool = False,
) -> AsyncIterator[tuple[Transport, ssl.SSLSocket]]:
    """Yield the server's end, and a client's by another library, once they have shaken hands."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(PATIENCE)
    server = tls.web_transport(ours) if web else tls.transport(ours)
    client = context.wrap_socket(theirs, server_hostname=name, do_handshake_on_connect=False, session=session)
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(server.start)
            await trio.to_thread.run_sync(client.do_handshake)
        yield server, client
    finally:
        client.close()
        server.close(abort=False)


async def presented(tls: TlsContext, certificate: Path) -> bytes:
    async with pair(tls, trusting(certificate)) as (_, client):
        return client.getpeercert(binary_form=True) or b""


@pytest.mark.parametrize("name", ["irc.example.org", "localhost", "127.0.0.1", "::1"])
async def test_clients_that_trust_the_certificate_find_the_server_by_name_and_address(
    files: tuple[Path, Path], name: str
) -> None:
    async with pair(TlsContext(*files), trusting(files[0]), name) as (server, client):
        assert client.version() == "TLSv1.3"
        assert server.send(b"PING :x\r\n") == 9
        assert client.recv(100) == b"PING :x\r\n"


async def test_clients_that_expect_another_name_refuse(files: tuple[Path, Path]) -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        async with pair(TlsContext(*files), trusting(files[0]), "evil.example.org"):
            pass
    assert caught.group_contains(ssl.SSLCertVerificationError)


async def test_the_fingerprint_is_that_of_what_clients_see(files: tuple[Path, Path]) -> None:
    tls = TlsContext(*files)
    seen = x509.load_der_x509_certificate(await presented(tls, files[0]))
    assert tls.fingerprint_sha256 == seen.fingerprint(hashes.SHA256()).hex(":").upper()


async def test_older_protocols_are_refused(files: tuple[Path, Path]) -> None:
    context = trusting(files[0])
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.raises(BaseExceptionGroup) as caught:
        async with pair(TlsContext(*files), context):
            pass
    assert caught.group_contains(ssl.SSLError, match="PROTOCOL_VERSION|protocol version")


async def test_who_comes_back_need_not_prove_everything_again(files: tuple[Path, Path]) -> None:
    """The client can then use that PSK identity in future handshakes to negotiate the use of the associated PSK.

    https://www.rfc-editor.org/rfc/rfc8446#section-2.2
    """
    tls, context = TlsContext(*files, client_certificates=True), trusting(files[0])
    context.load_cert_chain(*files)
    async with pair(tls, context) as (server, client):
        fingerprint = server.fingerprint
        server.send(b"PING :x\r\n")
        client.recv(100)  # the ticket comes before it
        ticket = client.session
    async with pair(tls, context, session=ticket) as (server, client):
        assert client.session_reused
        assert server.fingerprint == fingerprint != "", "who it is comes back too"


async def test_a_new_certificate_is_for_new_connections(files: tuple[Path, Path]) -> None:
    tls = TlsContext(*files)
    before = tls.fingerprint_sha256
    async with pair(tls, trusting(files[0])) as (server, client):
        split(make_certificate("irc.example.org", NOW), files[0].parent)
        tls.reload()
        assert tls.fingerprint_sha256 != before
        assert client.send(b"still here") == 10
        assert await server.receive() == b"still here"
    assert await presented(tls, files[0])


async def test_browsers_are_asked_for_no_certificate(files: tuple[Path, Path]) -> None:
    """Chromium ends a WebSocket connection where one is asked for. Whatever else they could speak, it is HTTP/1.1."""
    tls, context = TlsContext(*files, client_certificates=True), trusting(files[0])
    context.load_cert_chain(*files)
    context.set_alpn_protocols(["h2", "http/1.1"])
    async with pair(tls, context, web=True) as (server, client):
        assert server.fingerprint == ""
        assert client.selected_alpn_protocol() == "http/1.1"
    split(make_certificate("irc.example.org", NOW), files[0].parent)
    tls.reload()
    async with pair(tls, trusting(files[0]), web=True) as (server, client):
        assert client.selected_alpn_protocol() is None


async def test_a_bad_new_certificate_leaves_the_old_one(files: tuple[Path, Path]) -> None:
    tls = TlsContext(*files)
    before, old = tls.fingerprint_sha256, files[0].with_name("old.pem")
    old.write_bytes(files[0].read_bytes())
    files[0].write_text("half a file")
    with pytest.raises(TlsError, match="holds no PEM certificate"):
        tls.reload()
    assert tls.fingerprint_sha256 == before
    assert await presented(tls, old)


# Which ciphers.


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(("aes_first", "chosen"), [(True, "GCM"), (False, "CHACHA20")])
async def test_the_server_chooses_the_cipher_that_is_quick_on_its_processor(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, version: ssl.TLSVersion, aes_first: bool, chosen: str
) -> None:
    monkeypatch.setattr(tls_module, "aes_is_quick", lambda: aes_first)
    context = trusting(files[0])
    context.maximum_version = version
    async with pair(TlsContext(*files), context) as (_, client):
        cipher = client.cipher()
    assert cipher is not None
    assert chosen in cipher[0]


async def test_clients_that_know_only_the_slower_cipher_are_served(files: tuple[Path, Path]) -> None:
    for only in ("ECDHE+AESGCM", "ECDHE+CHACHA20"):
        context = trusting(files[0])
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(only)
        async with pair(TlsContext(*files), context) as (_, client):
            assert client.version() == "TLSv1.2"


def test_what_quick_is_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def __init__(self, key: bytes) -> None:
            assert len(key) == 32

        def encrypt(self, _nonce: bytes, data: bytes, _associated: bytes | None) -> bytes:
            return hashlib.scrypt(data, salt=b"", n=1024, r=8, p=1)

    with monkeypatch.context() as without_aes:
        without_aes.setattr(ciphers, "AESGCM", Slow)
        assert not ciphers.aes_is_quick()
    monkeypatch.setattr(ciphers, "ChaCha20Poly1305", Slow)
    assert ciphers.aes_is_quick()


# What cannot be served with.


def told(certificate: Path, key: Path) -> str:
    with pytest.raises(TlsError) as caught:
        TlsContext(certificate, key)
    text = str(caught.value)
    assert "\n" not in text
    return text


def written(key: Any, files: tuple[Path, Path]) -> Path:
    encoding, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(encoding, shape, serialization.NoEncryption()))
    return files[1]


def test_files_that_are_not_there_are_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert f"The TLS certificate {tmp_path / 'none'} is not there" in told(tmp_path / "none", files[1])
    assert f"The TLS key {tmp_path / 'none'} is not there" in told(files[0], tmp_path / "none")
    assert "is a directory, and not a file" in told(files[0], tmp_path)


def test_a_key_of_another_certificate_is_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = split(make_certificate("irc.example.org", NOW), tmp_path / "other")
    assert "is not the one of the certificate" in told(files[0], other[1])


def test_a_key_of_another_kind_is_told(files: tuple[Path, Path]) -> None:
    assert "is not the one of the certificate" in told(files[0], written(ed25519.Ed25519PrivateKey.generate(), files))
    assert "(of another kind)" in told(files[0], written(x25519.X25519PrivateKey.generate(), files))


def test_a_key_that_is_too_short_is_told(files: tuple[Path, Path]) -> None:
    key = rsa.generate_private_key(65537, 1024)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "irc.example.org")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + dt.timedelta(days=1))
    files[0].write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    assert "is too short to be safe" in told(files[0], written(key, files))


def test_a_key_with_a_passphrase_is_told_and_nobody_is_asked(files: tuple[Path, Path]) -> None:
    key = serialization.load_pem_private_key(files[1].read_bytes(), None)
    encryption = serialization.BestAvailableEncryption(b"secret")
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    assert "has a passphrase" in told(*files)


def test_files_that_are_something_else_are_told(files: tuple[Path, Path]) -> None:
    assert "holds no PEM certificate" in told(files[1], files[1])
    assert "cannot be used as a PEM certificate and its key" in told(files[0], files[0])
    files[0].write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    assert told(*files)


# Our own.


def test_a_server_without_a_certificate_makes_one_and_keeps_it(tmp_path: Path) -> None:
    first = own_tls(tmp_path, "irc.example.org")
    again = own_tls(tmp_path, "another.example.org")
    assert first.fingerprint_sha256 == again.fingerprint_sha256
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    if os.name == "posix":
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


async def test_our_own_certificate_is_one_that_clients_can_trust(tmp_path: Path) -> None:
    assert await presented(own_tls(tmp_path, "irc.example.org"), tmp_path / FILE)


def test_our_own_certificate_lasts(tmp_path: Path) -> None:
    own_tls(tmp_path, "irc.example.org")
    certificate = x509.load_pem_x509_certificate((tmp_path / FILE).read_bytes())
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc > NOW + dt.timedelta(days=3640)


def test_a_certificate_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    with pytest.raises(TlsError, match=r"cannot be kept in .*: make the data directory writable"):
        own_tls(tmp_path / "none", "irc.example.org")
