"""What a server keeps is for its own user's eyes, whatever the directory and the umask."""

import os
import stat
import sys
from pathlib import Path

import pytest
import trio

from tests.support.patience import PATIENCE
from tests.support.process import started

pytestmark = [pytest.mark.system, pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")]

NO_UMASK = ["sh", "-c", 'umask 0 && exec "$@"', "sh"]


def open_files(directory: Path) -> list[str]:
    """Return the files that others have rights to."""
    return sorted(path.name for path in directory.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077)


def open_all(directory: Path) -> None:
    """Let everybody read all files in a directory, which nobody else can enter."""
    directory.chmod(0o700)
    for path in directory.iterdir():
        path.chmod(0o666)


async def test_new_files_are_private_in_an_open_directory(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)
    with trio.fail_after(PATIENCE):
        async with started(data, "--tls", "--tls-port", "0", prefix=NO_UMASK) as server:
            alice = await server.come("alice", "#room")
            await alice.say("PRIVMSG #room :hello", "PING now")
            await alice.hear("PONG")
            names = {path.name for path in data.iterdir()}
            assert {"trialogue.db", "trialogue.db-wal", "trialogue.db-shm", "search.db", "lock", "secret.key"} <= names
            assert open_files(data) == []
            (said,) = [line["remark"] for line in server.log if line["event"] == "settings"]
            assert said.startswith(f"{data}, the data directory, is open to other users of this machine (mode 755)")


async def test_files_that_were_open_are_closed(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
        async with started(tmp_path, "--tls", "--tls-port", "0") as server:
            await server.come("alice", "#room")
        open_all(tmp_path)
        assert len(open_files(tmp_path)) >= 7
        async with started(tmp_path, "--tls", "--tls-port", "0") as server:
            assert open_files(tmp_path) == []
            assert not [line for line in server.log if line["event"] == "settings"]


async def test_copies_are_private_too(tmp_path: Path) -> None:
    command = [*NO_UMASK, sys.executable, "-m", "trialogue_server"]
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    with trio.fail_after(PATIENCE):
        async with started(data) as server:
            await server.come("alice", "#room")
            await trio.run_process([*command, "backup", str(backup), "--data-dir", str(data)], capture_stdout=True)
        (data / "trialogue.db").chmod(0o644)
        await trio.run_process([*command, "restore", str(backup), "--data-dir", str(data)], capture_stdout=True)
        assert open_files(tmp_path) == []


async def test_the_check_of_the_settings_says_what_is_open(tmp_path: Path) -> None:
    data, key = tmp_path / "data", tmp_path / "key.pem"
    data.mkdir(mode=0o750)
    data.chmod(0o750)
    words = ["--data-dir", str(data), "--check-config"]
    done = await trio.run_process([sys.executable, "-m", "trialogue_server", *words], capture_stdout=True)
    assert f"Note: {data}, the data directory, is open to other users" in done.stdout.decode()
    assert not key.exists()
    data.chmod(0o700)
    done = await trio.run_process([sys.executable, "-m", "trialogue_server", *words], capture_stdout=True)
    assert "Note:" not in done.stdout.decode()
    assert os.access(data, os.W_OK)
