"""Where a backup cannot be written."""

import sqlite3
from pathlib import Path

import pytest

from trialogue_server.store.archive import back_up
from trialogue_server.store.base import StoreBroken


@pytest.mark.parametrize(
    ("name", "why"),
    [("nowhere/copy.db", "there is no directory .*nowhere"), ("file/copy.db", ".*file is no directory")],
)
def test_a_backup_that_cannot_be_written_says_why(tmp_path: Path, name: str, why: str) -> None:
    source = tmp_path / "trialogue.db"
    sqlite3.connect(source).close()
    (tmp_path / "file").touch()
    with pytest.raises(StoreBroken, match=rf"copy.db cannot be written, as {why}.*Nothing was kept there"):
        back_up(source, tmp_path / name)
