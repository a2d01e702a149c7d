"""A server whose history is kept, for those tests that ask for its database or start it again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ircwire.casemap import ascii_fold
from tests.support.irc import Irc
from trialogue_server.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database in a directory of its own."""
    opened = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    yield opened
    opened.close()


@pytest.fixture
def start(database: Database) -> Iterator[Callable[..., Irc]]:
    """Starts a server on the same data, as after a restart; it takes settings. Each starts some time later."""
    servers: list[Irc] = []

    def start(**settings: Any) -> Irc:
        if servers:
            servers[-1].flush()
        servers.append(Irc(database=database, **settings))
        servers[-1].now += 1000 * len(servers)
        return servers[-1]

    yield start
    for irc in servers:
        irc.close()
