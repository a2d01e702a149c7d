"""A server whose history is kept, for those tests that ask for its database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ircwire.casemap import ascii_fold
from trialogue_server.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database in a directory of its own."""
    opened = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    yield opened
    opened.close()
