"""Terminals that a test types into and reads from: a tmux server of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.nearby import ask_nobody_nearby
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from tests.support.networks import Machine

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Tmux:
    """A tmux server of its own. `directory` has to have a short name: its socket is there.

    It has a name that no other one has, and no command is told of a server in which the tests themselves may run:
    without that, ``TMUX`` would beat ``TMUX_TMPDIR``, and the commands would go to the server of whoever runs them.
    """

    def __init__(self, directory: Path, **environment: str) -> None:
        self._command = ["tmux", "-f", os.devnull, "-L", f"trialogue-test-{uuid.uuid4().hex[:12]}"]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TMUX")}
        self._environment = {**inherited, "TMUX_TMPDIR": str(directory), **environment}

    def __call__(self, *words: str, check: bool = True) -> str:
        """Run one command and return what it prints."""
        done = subprocess.run(
            [*self._command, *words],
            env=self._environment,
            check=check,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout if done.returncode == 0 else ""

    def close(self) -> None:
        """End it and what runs in it, if it still runs."""
        self("kill-server", check=False)


class Terminals:
    """One window for each program. `directory` has to have a short name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.tmux = Tmux(directory)

    def open(self, name: str, *words: str, size: tuple[int, int] = (80, 24), machine: Machine | None = None) -> None:
        """Run the client in a new window, with settings of its own; the window stays when it has ended.

        Nobody is looked for on this machine's own network, but may be from another `machine`.
        """
        directory = self._directory / name
        if machine is None:
            ask_nobody_nearby(directory)
        own = {"TRIALOGUE_CONFIG_DIR": str(directory), "TERM": "screen-256color", "LANG": "C.UTF-8"}
        environment = [f"{key}={value}" for key, value in own.items()]
        command = ["env", *environment, sys.executable, "-m", "trialogue_client", *words]
        program = shlex.join(command if machine is None else machine.command(*command))
        width, height = map(str, size)
        shell = f"{program}; echo It ended with $?.; exec sleep 600"
        self.tmux("new-session", "-d", "-s", name, "-x", width, "-y", height, shell)

    def screen(self, name: str) -> str:
        """Return what a window shows."""
        return self.tmux("capture-pane", "-p", "-t", name)

    def about(self, name: str, variable: str) -> str:
        """Return what tmux knows of a window: ``pane_pid``, ``alternate_on`` …"""
        return self.tmux("display-message", "-p", "-t", name, f"#{{{variable}}}").strip()

    def until(self, name: str, text: str) -> None:
        """Wait until a window shows a text."""
        end = time.monotonic() + PATIENCE
        while text not in (screen := self.screen(name)):
            assert time.monotonic() < end, f"{name} never showed {text!r}:\n{screen}"
            time.sleep(0.02)

    def until_gone(self, name: str, text: str) -> None:
        """Wait until a window does not show a text any more."""
        end = time.monotonic() + PATIENCE
        while text in (screen := self.screen(name)):
            assert time.monotonic() < end, f"{name} still shows {text!r}:\n{screen}"
            time.sleep(0.02)

    def ended(self, name: str, code: int) -> None:
        """Wait until the program has ended with this exit code."""
        self.until(name, f"It ended with {code}.")

    def pid(self, name: str) -> int:
        """Return the program's process id."""
        shell = self.about(name, "pane_pid")
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])

    def press(self, name: str, *keys: str) -> None:
        """Press keys, by their names in tmux."""
        self.tmux("send-keys", "-t", name, *keys)

    def say(self, name: str, text: str) -> None:
        """Type a line and send it."""
        self.tmux("send-keys", "-t", name, "-l", text)
        self.press(name, "Enter")

    def close(self) -> None:
        """End the server of the terminals."""
        self.tmux.close()
