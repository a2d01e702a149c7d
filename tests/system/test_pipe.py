"""The client behind a pipe, as a program: what it prints, and what it does not."""

import sys
from pathlib import Path

import pytest
import trio

from tests.support.process import started

pytestmark = pytest.mark.system


async def say(directory: Path, port: int, text: str, *words: str) -> tuple[int, str, str]:
    """Pipe a text into the client; returns exit code, output and errors."""
    done = await trio.run_process(
        [sys.executable, "-m", "trialogue_client", "127.0.0.1", str(port), "--nick", "backup", *words],
        stdin=text.encode(),
        capture_stdout=True,
        capture_stderr=True,
        check=False,
        env={"TRIALOGUE_CONFIG_DIR": str(directory), "PATH": ""},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


async def test_a_pipe_says_what_it_was_given_and_prints_nothing(tmp_path: Path) -> None:
    async with started(tmp_path / "data") as server:
        assert await say(tmp_path, server.port, "one\n") == (0, "", "")
        assert await say(tmp_path, server.port, "two\n") == (0, "", "")
        code, shown, errors = await say(tmp_path, server.port, "three\n", "--show")
    assert (code, errors) == (0, "")
    assert [text in shown for text in ("one", "two", "three")] == [True, True, True]


async def test_a_pipe_prints_what_goes_wrong(tmp_path: Path) -> None:
    async with started(tmp_path / "data") as server:
        code, shown, errors = await say(tmp_path, server.port, "/msg nobody-here hello\n")
    assert (code, shown) == (1, "")
    assert "nobody-here" in errors
