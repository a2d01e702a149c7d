"""Terminals that a test types into and reads from: a tmux server of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.nearby import ask_nobody_nearby

if TYPE_CHECKING:
    from tests.support.networks import Machine

PATIENCE = 20.0
"""Seconds."""

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminals:
    """One window for each program. `directory` has to have a short name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def tmux(self, *words: str) -> str:
        """Run one tmux command and return what it prints."""
        command = ["tmux", "-f", os.devnull, "-S", str(self._directory / "tmux"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

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
        """End all of it."""
        self.tmux("kill-server")
