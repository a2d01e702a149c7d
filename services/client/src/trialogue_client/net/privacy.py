"""Decides whether anybody can listen in on a connection."""

import ipaddress

import trio

from trialogue_client.address import Endpoint


def is_private(endpoint: Endpoint, stream: trio.abc.Stream) -> bool:
    """Return whether the connection is encrypted, or does not leave this machine."""
    if is_encrypted(endpoint, stream):
        return True
    if not isinstance(stream, trio.SocketStream):
        return False
    try:
        address = str(stream.socket.getpeername()[0])
    except OSError:
        return False
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def is_encrypted(endpoint: Endpoint, stream: trio.abc.Stream) -> bool:
    """Return whether it is TLS, because one has asked for it or because of the server's policy."""
    return endpoint.tls or isinstance(stream, trio.SSLStream)
