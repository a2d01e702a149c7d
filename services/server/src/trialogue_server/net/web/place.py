"""Where browsers are served, and whether by TLS.

On this machine they need none: for `localhost` and 127.0.0.1 browsers allow all that they allow https. For others the
page is served by TLS alone, since without it browsers do no cryptography, and nobody could log in.
"""

from ipaddress import ip_address
from typing import NamedTuple

from trialogue_server.config import Config

_HERE = "127.0.0.1"
_DEFAULT_PORT = Config().web.port
"""Means a free one where the port for plain text is a free one."""


class Place(NamedTuple):
    """Where to listen."""

    host: str
    port: int
    secure: bool


def web_place(config: Config) -> Place | None:
    """Return where browsers are served; None if they are not."""
    web, tls = config.web, config.tls
    if not web.enabled:
        return None
    host = web.host or (tls.host if tls.enabled else "") or config.listen.host
    if not web.host and not tls.enabled and web.tls != "on" and not is_this_machine(host):
        host = _HERE
    port = web.port if config.listen.port or web.port != _DEFAULT_PORT else 0
    secure = web.tls == "on" or (web.tls == "auto" and tls.enabled and not is_this_machine(host))
    return Place(host, port, secure)


def remark(config: Config) -> str:
    """Return a sentence if others get the page without TLS and nobody has said that they do not; else ""."""
    place = web_place(config)
    if place is None or place.secure or config.web.tls == "off" or is_this_machine(place.host):
        return ""
    return (
        "web: others get the page without TLS, where browsers do no cryptography, so nobody can log in: "
        'set tls.enabled, or have a proxy in front serve https; web.tls = "off" says that there is one'
    )


def is_this_machine(host: str) -> bool:
    """Return whether a host to listen on is reached by nobody else."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
