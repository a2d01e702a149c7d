"""IP addresses and networks in their canonical form."""

from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_REMEMBERED = 4096
"""Cached results: the address of each connection is looked at several times."""


@lru_cache(_REMEMBERED)
def parse_address(address: str) -> IPv4Address | IPv6Address:
    """Read an IP address, without a zone; an IPv4-mapped address becomes IPv4. Raises ValueError."""
    parsed = ip_address(address.partition("%")[0])
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


@lru_cache(_REMEMBERED)
def parse_network(text: str) -> IPv4Network | IPv6Network:
    """Read a network in CIDR notation; host bits are ignored. Raises ValueError."""
    return ip_network(text, strict=False)


@lru_cache(_REMEMBERED)
def address_hash(address: str) -> str:
    """Return a short hash that stands for an address, or for an IPv6 /64.

    It begins with "!", as no account does. It is short so that no address can be read out of what is kept: of all IPv4
    addresses each shares its hash with about 250 others.
    """
    try:
        found = parse_address(address)
    except ValueError:
        text = address
    else:
        text = str(found if found.version == 4 else parse_network(f"{found}/64"))
    return f"!{blake2b(text.encode(), digest_size=3).hexdigest()}"
