"""Signals that come while the server starts: nothing is lost, nobody is shown a traceback."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trio

from tests.support.patience import PATIENCE
from tests.support.process import ServerProcess

pytestmark = [pytest.mark.system, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]


@contextmanager
def slow(directory: Path) -> Iterator[tuple[list[str], Path]]:
    """Return a server's command line whose settings cannot be read to the end before somebody writes them."""
    settings = directory / "settings.toml"
    os.mkfifo(settings)
    words = ["127.0.0.1", "0", "--data-dir", str(directory / "data"), "--log-format", "json"]
    yield [sys.executable, "-m", "trialogue_server", *words, "--config", str(settings)], settings


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
async def test_who_stops_it_is_told_so_in_one_line(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with slow(tmp_path) as (command, settings), trio.fail_after(PATIENCE):
        process = await trio.lowlevel.open_process(command, stderr=subprocess.PIPE)
        writer = await trio.to_thread.run_sync(settings.open, "w")  # returns once the server reads
        process.send_signal(number)
        assert await process.wait() == code
        writer.close()
        assert process.stderr is not None
        assert await process.stderr.receive_some() == b"trialogue-server: Stopped.\n"


async def test_a_reload_waits_until_it_has_started(tmp_path: Path) -> None:
    with slow(tmp_path) as (command, settings), trio.fail_after(PATIENCE):
        process = await trio.lowlevel.open_process(command, stderr=subprocess.PIPE)
        writer = await trio.to_thread.run_sync(settings.open, "w")
        process.send_signal(signal.SIGHUP)
        settings.unlink()
        settings.write_text("")
        writer.close()
        server = ServerProcess(process)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(server.listen)
            await server.says("settings reloaded")
            await server.end()
            nursery.cancel_scope.cancel()
