"""Checks that the server could start with these settings and be of use, for `--check-config`."""

import errno
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from trialogue_server.config import Config
from trialogue_server.config.directory import data_directory
from trialogue_server.net.listen import ListenError, open_listeners
from trialogue_server.net.web.place import web_place

_SHORTEST_PASSWORD = 6
_HASHED = "$argon2id$"


def problems(config: Config, environ: Mapping[str, str], now: datetime) -> list[str]:
    """Return a sentence for each thing that would keep it from starting or is certainly wrong. Raises TlsError."""
    found = [*_places(config), *_directory(config, environ)]
    if config.tls.enabled and config.tls.certificate:
        found += _certificate(config, now)
    return found + _passwords(config)


def _places(config: Config) -> list[str]:
    """Listen for a moment where the server would. An address in use may be in use by this very server."""
    places = {(config.listen.host, config.listen.port)}
    if config.tls.enabled:
        places.add((config.tls.host or config.listen.host, config.tls.port))
    if (web := web_place(config)) is not None:
        places.add((web.host, web.port))
    found = []
    for host, port in sorted(places):
        try:
            for listener in open_listeners(host, port, 1):
                listener.close()
        except ListenError as error:
            if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.EADDRINUSE:
                found.append(str(error))
    return found


def _directory(config: Config, environ: Mapping[str, str]) -> list[str]:
    directory = data_directory(config, environ)
    there = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not there.is_dir():
        return [f"{there} is no directory, so nothing can be kept in {directory}: name another one."]
    if not os.access(there, os.W_OK | os.X_OK) and (there == directory or config.data.directory):
        return [f"{there} cannot be written by this user, so nothing can be kept in {directory}: name another one."]
    return []


def _certificate(config: Config, now: datetime) -> list[str]:
    from cryptography import x509  # a check without TLS does without it

    from trialogue_server.net.tls_context import TlsContext

    path = Path(config.tls.certificate)
    TlsContext(path, Path(config.tls.key))
    certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
    if certificate.not_valid_after_utc < now:
        day = certificate.not_valid_after_utc.date()
        return [f"The certificate in {path} expired on {day}: have it renewed, as clients will refuse it."]
    if certificate.not_valid_before_utc > now:
        day = certificate.not_valid_before_utc.date()
        return [f"The certificate in {path} is not valid before {day}: look at the clock of this machine."]
    return []


def _passwords(config: Config) -> list[str]:
    """Check the passwords: one in plain text can be measured, a hash cannot."""
    return [
        f"operators (entry {number}): the password has fewer than {_SHORTEST_PASSWORD} characters and is soon guessed."
        for number, operator in enumerate(config.operators, start=1)
        if operator.password and not operator.password.startswith(_HASHED)
        if len(operator.password) < _SHORTEST_PASSWORD
    ]
