"""What do others see instead of an address? A keyed hash of each of its parts, so that bans of networks still work.

An IPv4 address becomes ``<address>.<its /24>.<its /16>.cloak``, one of IPv6 ``<address>.<its /64>.<its /48>.cloak``:
whoever wants to ban the neighbours too bans ``*.<its /24>.<its /16>.cloak``. Without the key nobody can find out which
address it was, nor make such a host for an address that they guess.
"""

import hmac
from base64 import b32encode
from ipaddress import IPv4Address, ip_network

from trialogue_server.world.addresses import plain

_BYTES = 5
"""Of each hash: 40 bits, eight characters."""


def cloaked(address: str, key: str) -> str:
    """Return the host that is shown for an IP address."""
    parsed = plain(address)
    prefixes = (32, 24, 16) if isinstance(parsed, IPv4Address) else (128, 64, 48)
    networks = [str(ip_network((parsed, prefix), strict=False)) for prefix in prefixes]
    return ".".join([*(_hash(network, key) for network in networks), "cloak"])


def _hash(network: str, key: str) -> str:
    digest = hmac.digest(key.encode(), network.encode(), "sha256")
    return b32encode(digest[:_BYTES]).decode().lower()
