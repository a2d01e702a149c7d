"""What can be told of a running server: whether it is ready, and what waits for whom. Read, and never changed."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import trio

from trialogue_server.commands.core import Core
from trialogue_server.config.directory import data_directory
from trialogue_server.control import Control
from trialogue_server.net.sender import Sender
from trialogue_server.pulse import Pulse
from trialogue_server.session.session import Session
from trialogue_server.store.database import FILE_NAME
from trialogue_server.store.database_files import sidecar_files
from trialogue_server.store.search_index import INDEX_NAME


class Vitals(NamedTuple):
    """The parts of a server that are looked at."""

    core: Core
    pulse: Pulse
    control: Control
    refusals: Counter[str]
    """Connections that were refused, by reason."""

    @property
    def unready(self) -> str:
        """Why the server does not do its work now, or ""."""
        if self.control.is_stopping:
            return f"stopping: {self.control.stop_reason}"
        if self.pulse.is_held:
            return f"nothing can be stored, so nothing is sent: {self.pulse.trouble}"
        return ""

    def backlogs(self) -> Iterator["Backlog"]:
        """Yield what waits for each session for which the kernel did not take everything."""
        now = trio.current_time()
        for session in self.core.registry.sessions.values():
            sender = session.outbox.sink
            if isinstance(sender, Sender) and sender.behind_since is not None:
                yield Backlog(session, sender.backlog_size, now - sender.behind_since)


def link_of(session: Session) -> str:
    """Return how a session has come: "plain", "tls" or "websocket"."""
    sender = session.outbox.sink
    if isinstance(sender, Sender) and sender.has_frames:
        return "websocket"
    return "tls" if session.secure else "plain"


class Backlog(NamedTuple):
    """What waits for one session."""

    session: Session
    size: int
    """Bytes."""
    age: float
    """Seconds since the kernel took everything."""


def store_sizes(core: Core) -> dict[str, int]:
    """Return the bytes of each file of the store that is there, by a name for people."""
    directory = data_directory(core.config, os.environ)
    database, index = directory / FILE_NAME, directory / INDEX_NAME
    paths = {
        "history": database,
        "log": sidecar_files(database)[0],
        "search": index,
        "searchlog": sidecar_files(index)[0],
    }
    return {name: size for name, path in paths.items() if (size := _size(path))}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
