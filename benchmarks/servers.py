"""The servers that can be measured, and how each is started at its best settings."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from benchmarks.build import compiled
from benchmarks.failure import BenchmarkError
from trialogue_server.net.self_signed import make_certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HERE = Path(__file__).parent
_CERTIFICATE = "certificate.pem"
_INSPIRCD_MODULES = ("ircv3", "ircv3_servertime", "ircv3_echomessage", "ircv3_msgid", "ircv3_ctctags",
                     "ircv3_capnotify", "ircv3_batch", "ircv3_labeledresponse", "ircv3_chghost",
                     "ircv3_invitenotify", "namesx", "uhnames", "setname")  # fmt: skip
_INSPIRCD_TLS = """<module name="ssl_gnutls">
<sslprofile name="Clients" provider="gnutls" certfile="$certificate" keyfile="$certificate" requestclientcert="no">"""
_NGIRCD_TLS = """[SSL]
    CertFile = $certificate
    KeyFile = $certificate
    Ports = $port"""


@dataclass(frozen=True, slots=True)
class Options:
    """How to start a server. *capabilities*: clients will request some. *tls*: the port measured is encrypted.
    *web*: it is that for browsers.

    For ours alone: *config*; *settings* that override it, by the names of their environment variables without
    TRIALOGUE_; and *tree*, another checkout whose code is run in place of this one's.
    """

    config: Path = _HERE / "unlimited.toml"
    capabilities: bool = False
    tls: bool = False
    web: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    tree: Path | None = None

    def environment(self, port: int) -> dict[str, str]:
        """Return the environment of the server: ours, without settings that happen to be there."""
        found = {name: value for name, value in os.environ.items() if not name.startswith("TRIALOGUE_")}
        encrypted = {"TLS_ENABLED": "true", "TLS_PORT": str(port)} if self.tls else {}
        browsers = {"WEB_PORT": str(port)} if self.web else {}
        found |= {f"TRIALOGUE_{name}": value for name, value in ({**encrypted, **browsers, **self.settings}).items()}
        if self.tree is not None:
            found["PYTHONPATH"] = os.pathsep.join(
                str(self.tree / part) for part in ("services/server/src", "packages/wire/src")
            )
        return found


@dataclass(frozen=True, slots=True)
class Server:
    """*program* is None where it is not installed; *arguments* takes port, an empty directory and the options."""

    name: str
    program: str | None
    arguments: Callable[[int, Path, Options], list[str]]


def known(name: str) -> Server:
    """Return the server of that name: ours, inspircd, ngircd or floor (what the system calls alone cost)."""
    match name:
        case "ours":
            return Server(name, sys.executable, _ours)
        case "inspircd":
            return Server(name, _installed("inspircd"), _inspircd)
        case "ngircd":
            return Server(name, _installed("ngircd"), _ngircd)
        case "floor":
            return Server(name, str(compiled("floor")), _floor)
    raise BenchmarkError(f"There is no server {name!r} to measure; choose from ours, inspircd, ngircd, floor.")


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ours(port: int, directory: Path, options: Options) -> list[str]:
    plain = 0 if options.tls or options.web else port  # 0 is one that is free
    return ["-m", "trialogue_server", "127.0.0.1", str(plain),
            "--config", str(options.config), "--data-dir", str(directory)]  # fmt: skip


def _inspircd(port: int, directory: Path, options: Options) -> list[str]:
    modules = "\n".join(f'<module name="{name}">' for name in _INSPIRCD_MODULES if options.capabilities)
    tls = _encryption(_INSPIRCD_TLS, port, directory) if options.tls else ""
    bind = 'ssl="Clients"' if options.tls else ""
    config = _fill("inspircd.conf", directory, port=port, modules=f"{modules}\n{tls}", bind=bind)
    as_root = ["--runasroot"] if os.geteuid() == 0 else []
    return ["--nofork", "--nopid", *as_root, "--config", str(config)]


def _ngircd(port: int, directory: Path, options: Options) -> list[str]:
    plain = free_port() if options.tls else port
    tls = _encryption(_NGIRCD_TLS, port, directory) if options.tls else ""
    return ["--nodaemon", "--config", str(_fill("ngircd.conf", directory, port=plain, tls=tls))]


def _floor(port: int, directory: Path, options: Options) -> list[str]:
    return [str(port)]


def _encryption(template: str, port: int, directory: Path) -> str:
    certificate = directory / _CERTIFICATE
    certificate.write_bytes(make_certificate("localhost", dt.datetime.now(dt.UTC)))
    return Template(template).substitute(certificate=certificate, port=port)


def _fill(name: str, directory: Path, **values: object) -> Path:
    template = Template((_HERE / "peers" / name).read_text())
    filled = directory / name
    filled.write_text(template.substitute(directory=directory, **values))
    return filled


def _installed(program: str) -> str | None:
    return shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")
