"""The listener for those who look after the server: plain HTTP, a few connections at a time."""

import socket
from collections.abc import Callable, Sequence
from functools import partial

import trio

from trialogue_server.net.accept import accept_forever
from trialogue_server.net.transport import PlainTransport, close_socket
from trialogue_server.net.web.http import BadRequest, HttpConnection, Request, Response
from trialogue_server.obs.bugs import report_bug
from trialogue_server.obs.logs import get_logger

_MOST = 16
"""Connections at once: whoever looks after a server has one or two."""

_PATIENCE = 10.0
"""Seconds for each request."""

Respond = Callable[[Request], Response]


async def serve_monitoring(listeners: Sequence[socket.socket], respond: Respond) -> None:
    """Answer until cancelled; then close the listeners."""
    try:
        async with trio.open_nursery() as visits:
            for listener in listeners:
                visits.start_soon(accept_forever, listener, partial(_welcome, visits, respond))
    finally:
        for listener in listeners:
            listener.close()


def _welcome(visits: trio.Nursery, respond: Respond, sock: socket.socket, _address: str) -> None:
    if len(visits.child_tasks) > _MOST:
        close_socket(sock, abort=False)
    else:
        visits.start_soon(_serve, sock, respond)


async def _serve(sock: socket.socket, respond: Respond) -> None:
    transport = PlainTransport(sock)
    http = HttpConnection(transport)
    try:
        while True:
            with trio.fail_after(_PATIENCE):
                request = await http.request()
                if request is None:
                    break
                await http.respond(respond(request))
    except BadRequest as error:
        with trio.move_on_after(_PATIENCE):
            await http.respond(error.response, closes=True)
    except (OSError, trio.TooSlowError):
        pass  # whoever it was has gone, or says nothing
    except Exception as bug:
        report_bug(get_logger().error, "a bug ended a connection that asked how the server is", bug)
    finally:
        transport.close(abort=False)
