"""Who comes in? Accepts as many as wait at once: one wake-up for each is too slow when a room of thousands returns."""

import errno
import socket
from collections.abc import Callable

import structlog
import trio

Serve = Callable[[socket.socket, str], None]
"""Starts serving an accepted, non-blocking socket; the text is the peer's IP address."""

_BATCH = 64
"""Accepted in a row before everybody else has a turn."""

_OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_PAUSE = 0.1
"""Seconds to wait when the system has no descriptor or memory left: those who wait stay in the kernel's queue."""


async def accept_forever(listener: socket.socket, serve: Serve) -> None:
    """Accept until cancelled."""
    log = structlog.get_logger()
    while True:
        await trio.lowlevel.wait_readable(listener)
        try:
            _accept_waiting(listener, serve)
        except OSError as error:
            if error.errno not in _OUT_OF_RESOURCES:
                raise
            log.error("cannot accept more connections; raise the limit of open files", error=error.strerror)
            await trio.sleep(_PAUSE)


def _accept_waiting(listener: socket.socket, serve: Serve) -> None:
    for _ in range(_BATCH):
        try:
            sock, peer = listener.accept()
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionError:
            continue
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        serve(sock, str(peer[0]))
