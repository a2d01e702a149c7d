"""The self-signed certificate of a server without one: made once and kept."""

import datetime as dt
from ipaddress import ip_address
from pathlib import Path

from trialogue_server.config.directory import keep_private, write_private
from trialogue_server.net.tls_context import TlsContext, TlsError

FILE = "self-signed.pem"
"""The file with certificate and key in the data directory; one file, so that one rename replaces both."""

_YEARS = 10
_LOOPBACK = (ip_address("127.0.0.1"), ip_address("::1"))


def own_tls(directory: Path, server_name: str, *, client_certificates: bool = False) -> TlsContext:
    """Return TLS with the certificate kept in an existing directory, making it if need be. Raises TlsError.

    It stays the same for ten years, since clients pin its fingerprint, even if the server gets another name.
    """
    path = directory / FILE
    if not path.exists():
        try:
            write_private(path, make_certificate(server_name, dt.datetime.now(dt.UTC)))
        except OSError as error:
            advice = "make the data directory writable, or name another one with --data-dir"
            raise TlsError(f"A certificate cannot be kept in {path} ({error.strerror}): {advice}") from error
    keep_private(path)
    return TlsContext(path, path, client_certificates=client_certificates)


def make_certificate(server_name: str, now: dt.datetime) -> bytes:
    """Return a certificate for this name and this machine, and its ECDSA P-256 key, as PEM."""
    from cryptography import x509  # slow to import, and needed once in the life of a server
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, server_name)])
    names = [x509.DNSName(each) for each in dict.fromkeys((server_name, "localhost"))]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))  # clocks differ
        .not_valid_after(now + dt.timedelta(days=365 * _YEARS))
        .add_extension(x509.SubjectAlternativeName([*names, *map(x509.IPAddress, _LOOPBACK)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return certificate.public_bytes(encoding) + key.private_bytes(encoding, shape, serialization.NoEncryption())
