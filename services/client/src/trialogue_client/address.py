"""A server's address as people type it."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

PORT = 6667
TLS_PORT = 6697


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a server, and how to connect to it."""

    host: str
    port: int
    local_port: int | None = None
    """Our own end's port; None lets the system choose."""
    tls: bool = False
    certificate: Path | None = None
    """A file (PEM) with our own certificate and its key, to show to the server."""

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class AddressError(ValueError):
    """What was typed is no address; the text is one sentence."""


def parse_address(text: str, *, tls: bool) -> Endpoint:
    """Read ``host``, ``host:port``, ``host port`` or ``[2001:db8::1]:port``; ircs:// means TLS. Raises AddressError."""
    text = text.strip()
    for scheme, secure in (("ircs://", True), ("irc://", tls)):
        if text.startswith(scheme):
            text, tls = text.removeprefix(scheme).rstrip("/"), secure
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.lstrip(": ")
    elif text.count(":") > 1:
        host, _, port = text.partition(" ")
    else:
        host, _, port = text.replace(" ", ":", 1).partition(":")
    if not host or any(char.isspace() for char in host):
        raise AddressError("Type the server's address, as in chat.example.org or 127.0.0.1:6667.")
    if not port:
        return Endpoint(host, TLS_PORT if tls else PORT, tls=tls)
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535):
        raise AddressError(f"{port} is no port: it is a number from 1 to 65535.")
    return Endpoint(host, int(port), tls=tls)


def is_local(endpoint: Endpoint) -> bool:
    """Whether its name alone tells that a connection to it does not leave this machine."""
    try:
        return ipaddress.ip_address(endpoint.host.partition("%")[0]).is_loopback
    except ValueError:
        return endpoint.host.lower() == "localhost"
