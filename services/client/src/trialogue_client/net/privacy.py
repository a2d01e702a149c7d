"""Can anybody listen in on a connection?"""

import ipaddress

import trio

from trialogue_client.net.explain import Endpoint


def is_private(endpoint: Endpoint, stream: trio.abc.Stream) -> bool:
    """Is the connection encrypted, or does it not leave this machine?"""
    if endpoint.tls:
        return True
    if not isinstance(stream, trio.SocketStream):
        return False
    try:
        address = str(stream.socket.getpeername()[0])
    except OSError:
        return False
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
