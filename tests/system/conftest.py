"""Real server processes and clients on real sockets, ended with the test."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.mail import MailServer, Postbox
from tests.support.server import Server


class Stage:
    """Starts servers and clients."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self._directory = directory
        self._stack = stack
        self._numbers = count(1)

    def serve(self, *arguments: str, prefix: Sequence[str] = (), **settings: object) -> Server:
        """Start a server: ``serve("--tls-port", "0", flood_rate=0)``. It takes a port that is free."""
        return self.start("127.0.0.1", "0", *arguments, prefix=prefix, **settings)

    def start(self, *arguments: str, prefix: Sequence[str] = (), **settings: object) -> Server:
        """Start a server with just these arguments."""
        directory = self._directory / f"server{next(self._numbers)}"
        directory.mkdir()
        return self._stack.enter_context(Server(directory, *arguments, prefix=prefix, **settings))

    def connect(self, port: int, *, tls: bool = False, window: int = 0) -> Client:
        """Return a client that has said nothing yet."""
        return self._stack.enter_context(Client(port, tls=tls, window=window))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Where servers and clients come and go."""
    with ExitStack() as stack:
        yield Stage(tmp_path, stack)


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory with a short name: sockets' paths have hardly more than a hundred characters."""
    with tempfile.TemporaryDirectory(prefix="peer", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Ends what was started, before its directory goes."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def mail_server() -> Iterator[tuple[Postbox, int]]:
    """A real SMTP server on loopback; it runs in a thread of its own."""
    postbox = Postbox()
    controller = MailServer(postbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield postbox, controller.port
    controller.stop()
