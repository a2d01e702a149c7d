"""Accepts connections, as many as wait at once: one wake-up for each is too slow when a channel of
thousands returns.
"""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress

import trio

from trialogue_server.obs.logs import get_logger

Serve = Callable[[socket.socket, str], None]
"""Starts serving an accepted, non-blocking socket; the text is the peer's IP address."""

_BATCH = 16
"""Connections accepted in a row before everybody else has a turn."""

_OUT_OF_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE})
_PAUSE = 0.1
"""Seconds to wait when the system has no descriptor or memory left: clients stay in the kernel's queue."""


async def accept_forever(listener: socket.socket, serve: Serve) -> None:
    """Accept until cancelled. An error affects the next client, not those who are connected."""
    complained = False
    while True:
        await trio.lowlevel.wait_readable(listener)
        try:
            _accept_waiting(listener, serve)
        except OSError as error:
            if not complained:
                advice = "; raise the limit of open files" if error.errno in _OUT_OF_DESCRIPTORS else ""
                get_logger().error(f"cannot accept more connections{advice}", error=error.strerror)
            complained = True
            await trio.sleep(_PAUSE)
        else:
            complained = False


def _accept_waiting(listener: socket.socket, serve: Serve) -> None:
    for _ in range(_BATCH):
        try:
            sock, peer = listener.accept()
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionError:
            continue
        sock.setblocking(False)
        with suppress(OSError):  # some systems refuse that when the peer has gone already
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        serve(sock, str(peer[0]))
