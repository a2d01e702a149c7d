"""The opening handshake of WebSocket, and who may send requests at all.

A page of another origin must get nothing: browsers send its `Origin`, and it is refused. Programs send none. A page
whose name an attacker has bound to this machine's address (DNS rebinding) shows in `Host`.

https://www.rfc-editor.org/rfc/rfc6455#section-4.2
https://ircv3.net/specs/extensions/websocket
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Collection
from hashlib import sha1
from http import HTTPStatus
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from ircwire.websocket import Opcode
from trialogue_server.net.web.http import BadRequest, Headers, Request
from trialogue_server.world.addresses import parse_address, parse_network

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_VERSION = "13"
_SPOKEN = ("Upgrade", "websocket"), ("Sec-WebSocket-Version", _VERSION)
_KEY_LENGTH = 16
_SUBPROTOCOLS = {"text.ircv3.net": Opcode.TEXT, "binary.ircv3.net": Opcode.BINARY}


class Upgrade(NamedTuple):
    """An upgrade that is granted: the headers of the answer, and what messages are."""

    headers: Headers
    opcode: Opcode


class Client(NamedTuple):
    """Who sends a request, as far as proxies that are trusted tell."""

    address: str
    secure: bool


def wants_upgrade(request: Request) -> bool:
    """Return whether it asks for WebSocket."""
    return "websocket" in (value.lower() for value in request.values("upgrade"))


def upgrade(request: Request) -> Upgrade:
    """Return the answer to a request for WebSocket. Raises BadRequest.

    "If no subprotocol can be agreed on, the server MAY continue connection establishment without sending the
    `Sec-WebSocket-Protocol` header." All that we send is UTF-8, so messages are then texts.
    """
    headers = request.headers
    if request.method != "GET" or "upgrade" not in (value.lower() for value in request.values("connection")):
        raise BadRequest(HTTPStatus.BAD_REQUEST, "This is no WebSocket handshake.")
    if headers.get("sec-websocket-version") != _VERSION:
        raise BadRequest(HTTPStatus.UPGRADE_REQUIRED, f"Only version {_VERSION} of WebSocket is spoken here.", *_SPOKEN)
    key = headers.get("sec-websocket-key", "")
    if not _is_key(key):
        raise BadRequest(HTTPStatus.BAD_REQUEST, "The key of this WebSocket handshake is not one.")
    accept = b64encode(sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()
    answer = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)]
    for name in request.values("sec-websocket-protocol"):
        if name in _SUBPROTOCOLS:
            return Upgrade([*answer, ("Sec-WebSocket-Protocol", name)], _SUBPROTOCOLS[name])
    return Upgrade(answer, Opcode.TEXT)


def _is_key(text: str) -> bool:
    try:
        return len(b64decode(text, validate=True)) == _KEY_LENGTH
    except (binascii.Error, ValueError):
        return False


def check_host(request: Request, names: Collection[str]) -> None:
    """Refuse a request for a name that is not this server's. Raises BadRequest.

    An address is no name that somebody could bind to another address, nor is "localhost".
    """
    name = _host_name(request.headers.get("host", ""))
    if not (_is_address(name) or name == "localhost" or name.endswith(".localhost") or name in names):
        text = "This server does not know itself by this name: its administrator can add it to web.hosts."
        raise BadRequest(HTTPStatus.MISDIRECTED_REQUEST, text)


def check_origin(request: Request, allowed: Collection[str], *, secure: bool) -> None:
    """Refuse a request that another origin's page makes. Raises BadRequest.

    https://www.rfc-editor.org/rfc/rfc6455#section-10.2
    """
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = f"{'https' if secure else 'http'}://{request.headers.get('host', '')}"
    if origin.lower() not in {own.lower(), *(each.lower() for each in allowed)}:
        text = "Pages of other origins may not connect here: the administrator can add theirs to web.origins."
        raise BadRequest(HTTPStatus.FORBIDDEN, text)


def client(request: Request, peer: str, proxies: Collection[str], *, secure: bool) -> Client:
    """Return who sends a request that came from the address `peer`, over TLS if `secure`.

    `X-Forwarded-For` counts from its end, as far as each hop is one of the trusted `proxies`: what stands before the
    first that is not, anybody may have written.
    """
    address = peer
    if not is_proxy(peer, proxies):
        return Client(peer, secure)
    for hop in reversed(request.values("x-forwarded-for")):
        if not _is_address(hop):
            break
        address = str(parse_address(hop))  # a zone may be any text, and this becomes a part of lines
        if not is_proxy(hop, proxies):
            break
    scheme = request.values("x-forwarded-proto")[-1:]
    return Client(address, scheme == ["https"] if scheme else secure)


def is_proxy(address: str, proxies: Collection[str]) -> bool:
    """Return whether an address is in one of the trusted networks."""
    return any(parse_address(address) in parse_network(network) for network in proxies)


def _host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
