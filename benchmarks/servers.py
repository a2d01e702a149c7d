"""The servers that can be measured, and how each is started at its best settings on a free loopback port."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from benchmarks.build import compiled
from benchmarks.failure import BenchmarkError
from benchmarks.placement import place_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HERE = Path(__file__).parent
_START_SECONDS = 15.0
_STOP_SECONDS = 10.0
_LAST_WORDS_SECONDS = 1.0  # a server that breaks resets its connections a little before it has ended
_INSPIRCD_MODULES = ("ircv3", "ircv3_servertime", "ircv3_echomessage", "ircv3_msgid", "ircv3_ctctags",
                     "ircv3_capnotify", "ircv3_batch", "ircv3_labeledresponse", "ircv3_chghost",
                     "ircv3_invitenotify", "namesx", "uhnames", "setname")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How to start a server. *capabilities* says that clients will request some.

    For ours alone: *config*, and *send_queue*, in bytes, which overrides it.
    """

    config: Path = _HERE / "unlimited.toml"
    capabilities: bool = False
    send_queue: int | None = None

    def environment(self) -> dict[str, str]:
        """Return the environment of the server: ours, without settings that happen to be there."""
        found = {name: value for name, value in os.environ.items() if not name.startswith("TRIALOGUE_")}
        return found if self.send_queue is None else found | {"TRIALOGUE_LIMITS_SEND_QUEUE": str(self.send_queue)}


@dataclass(frozen=True, slots=True)
class Running:
    """A server that accepts connections."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Server:
    """*program* is None where it is not installed; *arguments* takes port, an empty directory and the options."""

    name: str
    program: str | None
    arguments: Callable[[int, Path, Options], list[str]]


def _ours(port: int, directory: Path, options: Options) -> list[str]:
    return ["-m", "trialogue_server", "127.0.0.1", str(port),
            "--config", str(options.config), "--data-dir", str(directory)]  # fmt: skip


def _inspircd(port: int, directory: Path, options: Options) -> list[str]:
    modules = _INSPIRCD_MODULES if options.capabilities else ()
    config = _fill("inspircd.conf", port, directory, "\n".join(f'<module name="{name}">' for name in modules))
    as_root = ["--runasroot"] if os.geteuid() == 0 else []
    return ["--nofork", "--nopid", *as_root, "--config", str(config)]


def _ngircd(port: int, directory: Path, options: Options) -> list[str]:
    return ["--nodaemon", "--config", str(_fill("ngircd.conf", port, directory))]


def _floor(port: int, directory: Path, options: Options) -> list[str]:
    return [str(port)]


def _fill(name: str, port: int, directory: Path, modules: str = "") -> Path:
    template = Template((_HERE / "peers" / name).read_text())
    filled = directory / name
    filled.write_text(template.substitute(port=port, directory=directory, modules=modules))
    return filled


def _installed(program: str) -> str | None:
    return shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")


def known(name: str) -> Server:
    """Return the server of that name: ours, inspircd, ngircd or floor (what the system calls alone cost)."""
    match name:
        case "ours":
            return Server(name, sys.executable, _ours)
        case "inspircd":
            return Server(name, _installed("inspircd"), _inspircd)
        case "ngircd":
            return Server(name, _installed("ngircd"), _ngircd)
        case "floor":
            return Server(name, str(compiled("floor")), _floor)
    raise BenchmarkError(f"There is no server {name!r} to measure; choose from ours, inspircd, ngircd, floor.")


@contextmanager
def running(server: Server, options: Options) -> Iterator[Running]:
    """Start *server*, wait until it accepts, and stop it at the end. BenchmarkError with its own last words."""
    if server.program is None:
        raise BenchmarkError(f"{server.name} is not installed (Debian: apt-get install {server.name}).")
    with tempfile.TemporaryDirectory(prefix="trialogue-bench-") as name:
        directory = Path(name)
        port = _free_port()
        said = directory / "said.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [server.program, *server.arguments(port, directory, options)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env=options.environment(), preexec_fn=_before_it_starts,
            )  # fmt: skip
        try:
            _wait_until_accepting(server.name, process, port, said)
            yield Running(port, process.pid)
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
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
