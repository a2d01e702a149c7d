"""Which address is meant? One way to write each, and the networks around it."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


def plain(address: str) -> IPv4Address | IPv6Address:
    """Read an IP address; without a zone, and an IPv4 address that came over IPv6 as what it is. Raises ValueError."""
    parsed = ip_address(address.partition("%")[0])
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


def network(text: str) -> IPv4Network | IPv6Network:
    """Read a network in CIDR notation; bits outside its prefix do not count. Raises ValueError."""
    return ip_network(text, strict=False)
