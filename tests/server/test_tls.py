"""TLS: certificates of others and of our own, and connections that are really encrypted with them."""

import datetime as dt
import os
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from trialogue_server.net.selfsigned import FILE, make_certificate, own_tls
from trialogue_server.net.tls import TlsContext, TlsError

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


def connect(server: ssl.SSLSocket, client: ssl.SSLSocket) -> None:
    """Shake hands, turn by turn."""
    waiting = [server, client]
    while waiting:
        for end in list(waiting):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(end)


def pair(tls: TlsContext, context: ssl.SSLContext, name: str = "localhost") -> tuple[ssl.SSLSocket, ssl.SSLSocket]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    server = tls.wrap(ours)
    client = context.wrap_socket(theirs, server_hostname=name, do_handshake_on_connect=False)
    try:
        connect(server, client)
    except BaseException:
        server.close()
        client.close()
        raise
    return server, client


def presented(tls: TlsContext, certificate: Path) -> bytes:
    server, client = pair(tls, trusting(certificate))
    with server, client:
        return client.getpeercert(binary_form=True) or b""


@pytest.mark.parametrize("name", ["irc.example.org", "localhost", "127.0.0.1", "::1"])
def test_clients_that_trust_the_certificate_find_the_server_by_name_and_address(
    files: tuple[Path, Path], name: str
) -> None:
    server, client = pair(TlsContext(*files), trusting(files[0]), name)
    with server, client:
        assert client.version() == "TLSv1.3"
        assert not server.getblocking()
        assert server.send(b"PING :x\r\n") == 9
        assert client.recv(100) == b"PING :x\r\n"


def test_clients_that_expect_another_name_refuse(files: tuple[Path, Path]) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        pair(TlsContext(*files), trusting(files[0]), "evil.example.org")


def test_the_fingerprint_is_that_of_what_clients_see(files: tuple[Path, Path]) -> None:
    tls = TlsContext(*files)
    seen = x509.load_der_x509_certificate(presented(tls, files[0]))
    assert tls.fingerprint_sha256 == seen.fingerprint(hashes.SHA256()).hex(":").upper()


def test_older_protocols_are_refused(files: tuple[Path, Path]) -> None:
    context = trusting(files[0])
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        pair(TlsContext(*files), context)


def test_a_new_certificate_is_for_new_connections(files: tuple[Path, Path]) -> None:
    tls = TlsContext(*files)
    before = tls.fingerprint_sha256
    server, client = pair(tls, trusting(files[0]))
    with server, client:
        split(make_certificate("irc.example.org", NOW), files[0].parent)
        tls.reload()
        assert tls.fingerprint_sha256 != before
        assert client.send(b"still here") == 10
        assert server.recv(100) == b"still here"
    assert presented(tls, files[0])


def test_a_bad_new_certificate_leaves_the_old_one(files: tuple[Path, Path]) -> None:
    tls = TlsContext(*files)
    before, old = tls.fingerprint_sha256, files[0].with_name("old.pem")
    old.write_bytes(files[0].read_bytes())
    files[0].write_text("half a file")
    with pytest.raises(TlsError, match="holds no PEM certificate"):
        tls.reload()
    assert tls.fingerprint_sha256 == before
    assert presented(tls, old)


# What cannot be served with.


def told(certificate: Path, key: Path) -> str:
    with pytest.raises(TlsError) as caught:
        TlsContext(certificate, key)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_files_that_are_not_there_are_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert "The TLS certificate in" in told(tmp_path / "none", files[1])
    assert "The TLS key in" in told(files[0], tmp_path / "none")
    assert "cannot be read (Is a directory)" in told(files[0], tmp_path)


def test_a_key_of_another_certificate_is_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = split(make_certificate("irc.example.org", NOW), tmp_path / "other")
    assert "is not the one of the certificate" in told(files[0], other[1])


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
    assert presented(again, tmp_path / FILE)
    if os.name == "posix":
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_our_own_certificate_lasts(tmp_path: Path) -> None:
    own_tls(tmp_path, "irc.example.org")
    certificate = x509.load_pem_x509_certificate((tmp_path / FILE).read_bytes())
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc > NOW + dt.timedelta(days=3640)


def test_a_certificate_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    with pytest.raises(TlsError, match=r"cannot be kept in .*: make the data directory writable"):
        own_tls(tmp_path / "none", "irc.example.org")
