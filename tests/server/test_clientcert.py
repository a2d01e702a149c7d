"""A client's certificate: any is taken, and its fingerprint is known. How bytes go is test_transport's."""

import datetime as dt
import hashlib
import ssl
from pathlib import Path

import pytest
import trio
from OpenSSL import SSL

from tests.support.ends import Ends, shake_hands, tls_client
from tests.support.patience import PATIENCE
from trialogue_server.net.self_signed import make_certificate, own_tls
from trialogue_server.net.tls_context import TlsContext

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsContext:
    return own_tls(tmp_path_factory.mktemp("tls"), "irc.example.org", client_certificates=True)


def certificate(directory: Path, since: dt.datetime = NOW) -> tuple[Path, str]:
    """Write a self-signed certificate with its key; return the file and the SHA-256 of the certificate's DER."""
    path = directory / "client.pem"
    path.write_bytes(make_certificate("alice", since))
    pem = path.read_text()
    der = ssl.PEM_cert_to_DER_cert(pem[: pem.index("-----BEGIN PRIVATE")].strip())
    return path, hashlib.sha256(der).hexdigest()


async def shown(tls: TlsContext, ends: Ends, path: Path | None, version: int = 0) -> str:
    """Return which fingerprint the server sees of a client with this certificate."""
    ours, theirs = ends
    one, other = tls.transport(ours), tls_client(theirs, path, version=version)
    with trio.fail_after(PATIENCE):
        await shake_hands(one, other)
    one.close(abort=True)
    other.close(abort=True)
    return one.fingerprint


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
@pytest.mark.parametrize("since", [NOW, LONG_AGO])
async def test_any_certificate_is_taken_and_known_by_its_fingerprint(
    tls: TlsContext, ends: Ends, tmp_path: Path, since: dt.datetime, version: int
) -> None:
    path, fingerprint = certificate(tmp_path, since)
    assert await shown(tls, ends, path, version) == fingerprint


async def test_nobody_needs_a_certificate(tls: TlsContext, ends: Ends) -> None:
    assert await shown(tls, ends, None) == ""


async def test_nobody_is_asked_if_the_setting_says_so(ends: Ends, tmp_path: Path) -> None:
    path, _ = certificate(tmp_path)
    assert await shown(own_tls(tmp_path, "irc.example.org"), ends, path) == ""
