"""Cloaks: hosts shown instead of addresses. A keyed hash of each part, so that bans of networks still work.

An IPv4 address becomes ``<address>.<its /24>.<its /16>.cloak``, an IPv6 address ``<address>.<its /64>.<its
/48>.cloak``. A ban of ``*.<its /24>.<its /16>.cloak`` matches the neighbours too. Without the key nobody can find out
the address, nor make the cloak of an address that they guess.
"""

import hmac
from base64 import b32encode
from ipaddress import IPv4Address, ip_network

from trialogue_server.world.addresses import parse_address

_BYTES = 5
"""Bytes of each hash: 40 bits, eight characters."""


def cloaked(address: str, key: str) -> str:
    """Return the host that is shown for an IP address."""
    parsed = parse_address(address)
    prefixes = (32, 24, 16) if isinstance(parsed, IPv4Address) else (128, 64, 48)
    networks = [str(ip_network((parsed, prefix), strict=False)) for prefix in prefixes]
    return ".".join([*(_hash(network, key) for network in networks), "cloak"])


def _hash(network: str, key: str) -> str:
    digest = hmac.digest(key.encode(), network.encode(), "sha256")
    return b32encode(digest[:_BYTES]).decode().lower()
