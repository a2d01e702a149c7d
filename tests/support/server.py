"""A real server process: started, waited for, signalled and ended by its own id. Every wait is bounded."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    import signal
    from collections.abc import Sequence
    from pathlib import Path


class Server:
    """One process of ``python -m trialogue_server`` whose log is read as it is written."""

    def __init__(self, directory: Path, *arguments: str, prefix: Sequence[str] = (), **settings: object) -> None:
        """`directory` is its own; `settings` are as in the environment: ``flood_rate=0``.

        `prefix` is a command that becomes the command after it.
        """
        self.events: list[dict[str, Any]] = []
        """What it logged."""
        self.words: list[str] = []
        """What else it wrote to standard error."""
        self._changed = threading.Condition()
        self._ended = False
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIALOGUE_")}
        given = {f"TRIALOGUE_{name.upper()}": str(value) for name, value in settings.items()}
        command = [*prefix, sys.executable, "-m", "trialogue_server", *arguments]
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(directory / "data"), "--log-format", "json"],
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env=kept | given,
            cwd=directory,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                if line.startswith(b"{"):
                    self.events.append(json.loads(line))
                else:
                    self.words.append(line.decode())
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def logged(self, event: str, **values: object) -> list[dict[str, Any]]:
        """Return what it logged so far of an event with these values."""
        wanted = {"event": event, **values}.items()
        return [entry for entry in self.events if wanted <= entry.items()]

    def wait_for(self, event: str, *, count: int = 1, **values: object) -> dict[str, Any]:
        """Wait until it has logged that, so many times; returns the last one."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self.logged(event, **values)) >= count, PATIENCE)
        found = self.logged(event, **values)
        assert len(found) >= count, f"no {event} {values}, but {self.events[-20:]} and {self.words}"
        return found[count - 1]

    @property
    def port(self) -> int:
        """Where it listens for plain text, once it does."""
        return int(self.wait_for("listening")["at"].rpartition(":")[2])

    @property
    def tls_port(self) -> int:
        """Where it listens for TLS, once it does."""
        return int(self.wait_for("listening with TLS")["at"].rpartition(":")[2])

    @property
    def is_running(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    @property
    def memory(self) -> int:
        """The memory it has in use now, in bytes (VmRSS)."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:  # noqa: PTH123 - no file
            [line] = [line for line in status if line.startswith("VmRSS:")]
        return int(line.split()[1]) * 1024

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def wait(self) -> int:
        """Wait until it has ended and its log is read; returns the exit code."""
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_running:
            self.process.kill()
        self.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()


def allow_open_files(count: int) -> bool:
    """Raise this process's limit of open files, which its children inherit; return whether it is enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count <= hard or hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= count
