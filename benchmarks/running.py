"""Starts one of the servers on a free loopback port, and stops it at the end."""

from __future__ import annotations

import resource
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError
from benchmarks.placement import place_server
from benchmarks.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.servers import Options, Server

_START_SECONDS = 15.0
_STOP_SECONDS = 10.0
_LAST_WORDS_SECONDS = 1.0  # a server that breaks resets its connections a little before it has ended


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that accepts connections."""

    port: int
    pid: int


@contextmanager
def running(server: Server, options: Options) -> Iterator[RunningServer]:
    """Start *server*, wait until it accepts, and stop it at the end. BenchmarkError with its own last words."""
    if server.program is None:
        raise BenchmarkError(f"{server.name} is not installed (Debian: apt-get install {server.name}).")
    with tempfile.TemporaryDirectory(prefix="trialogue-bench-") as name:
        directory = Path(name)
        port = free_port()
        said = directory / "said.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [server.program, *server.arguments(port, directory, options)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env=options.environment(port), preexec_fn=_before_it_starts,
            )  # fmt: skip
        try:
            _wait_until_accepting(server.name, process, port, said)
            yield RunningServer(port, process.pid)
        except BenchmarkError as error:
            if not _ends(process, _LAST_WORDS_SECONDS):
                raise
            raise BenchmarkError(
                f"{error} {server.name} has ended, with code {process.returncode}: {_last(said)}"
            ) from error
        finally:
            _stop(process)


def _before_it_starts() -> None:
    place_server(0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would lie in the checkout, with all that was in memory
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _wait_until_accepting(name: str, process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchmarkError(f"{name} ended at its start with code {process.returncode}: {_last(said)}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise BenchmarkError(f"{name} did not accept connections within {_START_SECONDS:.0f} s: {_last(said)}")


def _last(said: Path) -> str:
    return said.read_text(errors="replace").strip()[-600:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    if not _ends(process, _STOP_SECONDS):
        process.kill()
        process.wait()


def _ends(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
