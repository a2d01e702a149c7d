"""The PROXY protocol: what proxies that pass on bytes say in front of them of whom they come from.

https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
"""

import socket
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

import trio

from trialogue_server.world.addresses import parse_address

_V1, _V2 = b"PROXY ", b"\r\n\r\n\x00\r\nQUIT\n"
_V1_LONGEST = 107
_V2_FIXED = 16
"""Bytes of a header of version 2 before its addresses."""

_LONGEST = 536
"""Bytes that always come at once: a header is sent in one segment."""

_LOCAL, _PROXIED = 0x20, 0x21
_ADDRESSES: dict[int, tuple[int, type[IPv4Address] | type[IPv6Address]]] = {
    0x11: (4, IPv4Address),
    0x21: (16, IPv6Address),
}
"""The bytes of an address, by family and kind of connection."""


class Header(NamedTuple):
    """What a header says."""

    size: int
    address: str
    """The client's, or "" if the proxy speaks for itself."""


def parse_header(data: bytes) -> Header | None:
    """Return what the first bytes of a connection say; None if they are no header. Raises ValueError if it is wrong."""
    if data.startswith(_V1):
        line, end, _ = data[:_V1_LONGEST].partition(b"\r\n")
        if not end:
            raise ValueError("the header has no end")
        return Header(len(line) + len(end), _address_of(line.decode("ascii").split(" ")))
    return _parse_v2(data) if data.startswith(_V2) else None


def _address_of(words: list[str]) -> str:
    """Return the source of a line of version 1: PROXY TCP4 SOURCE DESTINATION PORT PORT."""
    match words:
        case [_, "UNKNOWN", *_]:
            return ""
        case [_, "TCP4" | "TCP6", source, _, _, _]:
            return str(parse_address(source))
    raise ValueError("the header is none of version 1")


def _parse_v2(data: bytes) -> Header:
    if len(data) < _V2_FIXED:
        raise ValueError("the header has no end")
    command, kind, length = data[12], data[13], int.from_bytes(data[14:16], "big")
    size, addresses = _V2_FIXED + length, data[_V2_FIXED : _V2_FIXED + length]
    if len(addresses) < length or command not in (_LOCAL, _PROXIED):
        raise ValueError("the header is none of version 2, or too long")
    if command == _LOCAL or kind not in _ADDRESSES:
        return Header(size, "")
    width, make = _ADDRESSES[kind]
    if length < 2 * width:
        raise ValueError("the header has too few addresses")
    return Header(size, str(parse_address(str(make(addresses[:width])))))


async def read_header(sock: socket.socket) -> str:
    """Take a header out of a non-blocking socket, if there is one; returns the client's address, or "".

    Raises OSError if there is a wrong one.
    """
    while True:
        await trio.lowlevel.wait_readable(sock)
        try:
            header = parse_header(sock.recv(_LONGEST, socket.MSG_PEEK))
        except (BlockingIOError, InterruptedError):
            continue
        except ValueError as error:
            raise ConnectionAbortedError(str(error)) from None
        if header is None:
            return ""
        sock.recv(header.size)
        return header.address
