"""The administrator's connection to the running server: a socket that only the server's user can open.

It is a Unix socket in the data directory; on Windows a loopback port, with a token in a file there that must be sent.
One line of JSON in, one out.
"""

import hmac
import os
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
import trio

from trialogue_server.commands.requests import Answer, AnyRequest, ShowStatus
from trialogue_server.config.directory import write_private
from trialogue_server.obs.logs import get_logger

NAME = "control"
"""The name in the data directory: of the socket, or of the file with port and token."""

_LONGEST = 65536
_PATIENCE = 10.0
"""Seconds."""
_HAS_UNIX_SOCKETS = sys.platform != "win32"


class Call(msgspec.Struct, frozen=True):
    """A request to the server."""

    request: AnyRequest | ShowStatus
    token: str = ""


Perform = Callable[[AnyRequest | ShowStatus], Awaitable[Answer]]
"""Carries out a request, and returns once it is stored."""


class NotRunning(Exception):  # noqa: N818 - a state, and no error
    """No server listens there."""


class AdminListener(NamedTuple):
    """An open socket for the administrator."""

    sock: socket.socket
    path: Path
    token: str

    def close(self) -> None:
        """Close it, and remove its file."""
        self.sock.close()
        self.path.unlink(missing_ok=True)


def open_admin(directory: Path, *, unix: bool = _HAS_UNIX_SOCKETS) -> AdminListener:
    """Listen in a data directory that no other server uses. Raises OSError."""
    path = directory / NAME
    path.unlink(missing_ok=True)
    if unix and sys.platform != "win32":
        sock, token = socket.socket(socket.AF_UNIX), ""
        before = os.umask(0o177)
        try:
            sock.bind(str(path))
        except OSError:
            sock.close()
            raise
        finally:
            os.umask(before)
    else:
        sock, token = socket.create_server(("127.0.0.1", 0)), secrets.token_hex()
        write_private(path, f"{sock.getsockname()[1]} {token}".encode())
    sock.listen()
    sock.setblocking(False)
    return AdminListener(sock, path, token)


async def serve_admin(listener: AdminListener, perform: Perform) -> None:
    """Answer until cancelled; then remove the socket."""

    async def answer(stream: trio.SocketStream) -> None:
        with trio.move_on_after(_PATIENCE), suppress(trio.BrokenResourceError):  # whoever asked has gone
            await stream.send_all(msgspec.json.encode(await _answer(stream, listener.token, perform)) + b"\n")

    try:
        await trio.serve_listeners(answer, [trio.SocketListener(trio.socket.from_stdlib_socket(listener.sock))])
    finally:
        listener.close()


async def _answer(stream: trio.SocketStream, token: str, perform: Perform) -> Answer:
    line = b""
    while not line.endswith(b"\n") and len(line) < _LONGEST and (data := await stream.receive_some()):
        line += data
    try:
        call = msgspec.json.decode(line, type=Call)
        if not hmac.compare_digest(call.token.encode(), token.encode()):
            return Answer(error="That is not the token of this server.")
        return await perform(call.request)
    except msgspec.MsgspecError:
        return Answer(error="The server does not understand that: it may be of another version.")
    except Exception as bug:
        get_logger().error("a bug kept the administrator's request from being done", error=type(bug).__name__)
        return Answer(error="Something went wrong inside the server; its log may tell more.")


def ask(directory: Path, request: AnyRequest | ShowStatus, *, unix: bool = _HAS_UNIX_SOCKETS) -> Answer:
    """Send a request to the server of a data directory. Blocks. Raises NotRunning."""
    try:
        sock, token = _connect(directory / NAME, unix=unix)
    except (OSError, ValueError) as error:
        raise NotRunning from error
    try:
        with sock, sock.makefile("rb") as file:
            sock.sendall(msgspec.json.encode(Call(request, token)) + b"\n")
            return msgspec.json.decode(file.readline(), type=Answer)
    except (OSError, msgspec.MsgspecError):
        return Answer(error="The server did not answer; its log may tell why.")


def _connect(path: Path, *, unix: bool) -> tuple[socket.socket, str]:
    if not unix or sys.platform == "win32":
        port, token = path.read_text(encoding="ascii").split()
        return socket.create_connection(("127.0.0.1", int(port)), _PATIENCE), token
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(_PATIENCE)
    try:
        sock.connect(str(path))
    except OSError:
        sock.close()
        raise
    return sock, ""
