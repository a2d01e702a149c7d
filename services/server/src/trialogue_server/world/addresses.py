"""Which address is meant? One way to write each, and the networks around it."""

from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_REMEMBERED = 4096
"""Results that are kept: each connection's address is looked at several times."""


@lru_cache(_REMEMBERED)
def plain(address: str) -> IPv4Address | IPv6Address:
    """Read an IP address; without a zone, and an IPv4 address that came over IPv6 as what it is. Raises ValueError."""
    parsed = ip_address(address.partition("%")[0])
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


@lru_cache(_REMEMBERED)
def network(text: str) -> IPv4Network | IPv6Network:
    """Read a network in CIDR notation; bits outside its prefix do not count. Raises ValueError."""
    return ip_network(text, strict=False)


@lru_cache(_REMEMBERED)
def origin_of(address: str) -> str:
    """Return what stands for an address, or for an IPv6 network of 64 bits, where many shall be told apart.

    It begins with "!", as no account does. It is a short hash, so that nobody can read addresses out of what is kept:
    of all addresses of IPv4 each shares its own with about 250 others.
    """
    try:
        found = plain(address)
    except ValueError:
        text = address
    else:
        text = str(found if found.version == 4 else network(f"{found}/64"))
    return f"!{blake2b(text.encode(), digest_size=3).hexdigest()}"
