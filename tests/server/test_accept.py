"""Accepting: all that wait, and whatever keeps the next one out."""

import errno
import socket

import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.support.patience import PATIENCE
from tests.support.server import allow_open_files
from trialogue_server.net.accept import accept_forever


class Listener(socket.socket):
    """A listening socket on loopback whose `accept` can be made to fail."""

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.bind(("127.0.0.1", 0))
        self.listen(200)
        self.setblocking(False)
        self.errors: list[int] = []

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        if self.errors:
            number = self.errors.pop()
            raise OSError(number, errno.errorcode[number])
        return super().accept()


class Visitors:
    """Connections from outside, and what became of them."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.served: list[tuple[socket.socket, str]] = []
        self._all: list[socket.socket] = []

    def serve(self, sock: socket.socket, address: str) -> None:
        self.served.append((sock, address))

    def come(self, count: int) -> None:
        self._all += [socket.create_connection(self._listener.getsockname()) for _ in range(count)]

    async def until_served(self, count: int) -> None:
        with trio.fail_after(PATIENCE):
            while len(self.served) < count:
                await trio.lowlevel.checkpoint()

    def close(self) -> None:
        for sock in (*self._all, *(sock for sock, _ in self.served), self._listener):
            sock.close()


@pytest.mark.skipif(not allow_open_files(600), reason="needs 600 open files: raise the hard limit (ulimit -Hn)")
async def test_all_that_wait_are_accepted_however_many(nursery: trio.Nursery) -> None:
    listener = Listener()
    visitors = Visitors(listener)
    visitors.come(150)
    nursery.start_soon(accept_forever, listener, visitors.serve)
    await visitors.until_served(150)
    for sock, address in visitors.served:
        assert address == "127.0.0.1"
        assert not sock.getblocking()
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    visitors.close()


async def test_a_peer_that_has_gone_before_it_was_accepted_keeps_nobody_out(nursery: trio.Nursery) -> None:
    listener = Listener()
    visitors = Visitors(listener)
    listener.errors = [errno.ECONNABORTED]
    visitors.come(1)
    with capture_logs() as logs:
        nursery.start_soon(accept_forever, listener, visitors.serve)
        await visitors.until_served(1)
    assert logs == []
    visitors.close()


async def test_a_system_without_descriptors_is_asked_again_and_complained_about_once(
    nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    listener = Listener()
    visitors = Visitors(listener)
    listener.errors = [errno.EMFILE, errno.ENETDOWN, errno.EMFILE]
    visitors.come(1)
    with capture_logs() as logs:
        nursery.start_soon(accept_forever, listener, visitors.serve)
        with trio.fail_after(PATIENCE):
            while listener.errors:
                await wait_all_tasks_blocked()
                assert not visitors.served
                mock_clock.jump(0.1)
                await trio.lowlevel.checkpoint()
        await visitors.until_served(1)
    assert [(entry["log_level"], entry["event"]) for entry in logs] == [
        ("error", "cannot accept more connections; raise the limit of open files")
    ]
    visitors.close()
