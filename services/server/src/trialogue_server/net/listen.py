"""Listening sockets, and plain messages when they cannot be opened."""

import errno
import socket
import sys
from contextlib import ExitStack
from typing import Any, NamedTuple

_HIGHEST_PORT = 65535
_FIRST_UNPRIVILEGED = 1024
_ABSENT = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_TRIES = 10
"""Attempts with port 0: the port that the first address got may be taken on the second."""


class ListenError(Exception):
    """Nothing can listen there. The text is one plain sentence that says what to do."""


class _ListenAddress(NamedTuple):
    family: int
    address: tuple[Any, ...]
    """Host and port; with IPv6 flow and scope as well."""

    def at(self, port: int) -> "_ListenAddress":
        return _ListenAddress(self.family, (self.address[0], port, *self.address[2:]))


def open_listeners(host: str, port: int, backlog: int) -> list[socket.socket]:
    """Return a non-blocking listening socket for each address that the host name has on this machine.

    ``host`` is an address, a name, or "*" (or "") for every address of both families; "::" is every IPv6 address. Port
    0 is a free one, the same for all. Names are looked up, so it may block. Raises ListenError.
    """
    if not 0 <= port <= _HIGHEST_PORT:
        raise ListenError(f"There is no port {port}: choose one from {_FIRST_UNPRIVILEGED} to {_HIGHEST_PORT}")
    places = _resolve(host)
    for left in reversed(range(_TRIES)):
        try:
            return _open_all(places, port, backlog)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE or not left:
                raise ListenError(explain(error, host, port, sys.platform)) from error
    raise AssertionError("the last attempt returns or raises")


def explain(error: OSError, host: str, port: int, platform: str) -> str:
    """Return why nothing can listen there, and what to do; ``platform`` is as in `sys.platform`."""
    where = f"{host or '*'} port {port}"
    # Windows says "access denied" for a port that another program keeps to itself, and knows no privileged ones.
    if error.errno == errno.EADDRINUSE or (error.errno == errno.EACCES and platform == "win32"):
        finder = {"win32": "netstat -ano", "darwin": f"lsof -nP -iTCP:{port} -sTCP:LISTEN"}
        who = finder.get(platform, f"ss -ltnp sport = :{port}")
        other = port + 1 if port < _HIGHEST_PORT else port - 1
        return (
            f"Cannot listen on {where}, as another program does (perhaps another trialogue-server): "
            f"see which one with `{who}`, or choose another port, such as {other}"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"Cannot listen on {where}, as ports below {_FIRST_UNPRIVILEGED} are for the administrator: "
            f"choose one from {_FIRST_UNPRIVILEGED} on, such as 6667"
        )
    if error.errno in _ABSENT:
        return (
            f"Cannot listen on {where}, as {host} is not an address of this machine: use one that it has, "
            f"127.0.0.1 for this machine only, or 0.0.0.0 for everybody who can reach it"
        )
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return f"Cannot listen on {where}, as too many files are open: raise the bound with `ulimit -n`"
    return f"Cannot listen on {where} ({error.strerror or error}): choose another address or port"


def _resolve(host: str) -> list[_ListenAddress]:
    name = None if host in ("", "*") else host.removeprefix("[").removesuffix("]")
    try:
        found = socket.getaddrinfo(name, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, ValueError) as error:  # ValueError: a name that cannot be one
        raise ListenError(
            f"Cannot listen on {host!r}, as no address is known for this name: write an address of this machine, "
            f"127.0.0.1 for this machine only, or 0.0.0.0 for everybody who can reach it"
        ) from error
    return list(dict.fromkeys(_ListenAddress(family, address) for family, _, _, _, address in found))


def _open_all(places: list[_ListenAddress], port: int, backlog: int) -> list[socket.socket]:
    """Open all or none; addresses that this machine lacks are skipped if it has others of them."""
    opened: list[socket.socket] = []
    absent: OSError | None = None
    with ExitStack() as undo:
        for place in places:
            chosen = port or (opened[0].getsockname()[1] if opened else 0)
            try:
                opened.append(undo.enter_context(_open(place.at(chosen), backlog)))
            except OSError as error:
                if error.errno not in _ABSENT:
                    raise
                absent = error
        if not opened and absent is not None:
            raise absent
        undo.pop_all()
    return opened


def _open(place: _ListenAddress, backlog: int) -> socket.socket:
    sock = socket.socket(place.family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There, SO_REUSEADDR lets any other program take the port over.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Connections that are still winding down shall not keep a restarted server from its port.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if place.family == socket.AF_INET6:
            # One address each: otherwise IPv4 clients come as ::ffff:192.0.2.1, which no ban or network matches.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(place.address)
        sock.listen(backlog)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock
