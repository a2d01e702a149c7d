"""Our client in a terminal, beside WeeChat and irssi: ``python -m benchmarks.clients``, from the top of the checkout.

Each client runs in a terminal of tmux, is in one room in which somebody says 500 lines a second, and gets keys pressed
meanwhile. A key is on the screen when tmux has been given it by the client; tmux tells that at once (control mode), so
neither polling nor drawing is part of the figure.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from benchmarks.process import cpu_seconds, family, resident
from benchmarks.running import running
from benchmarks.servers import Options, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RATE = 500
"""Lines a second."""
KEYS = 100
_IDLE_SECONDS, _BETWEEN_KEYS, _PATIENCE, _SETTLE = 5.0, 0.1, 20.0, 2.0
_KEY = "Z"
"""Nothing else on the screen has it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, shares of one core, and bytes; *key_p50* and *key_p99* are taken while the room talks."""

    first_paint: float
    idle: float
    busy: float
    key_p50: float
    key_p99: float
    resident: int


def _commands(port: int, home: Path) -> dict[str, str]:
    """Return how each client that is installed is started, by name."""
    (home / "ours").mkdir()
    (home / "ours" / "client.toml").write_text("nearby = false\n")
    set_up = f"/server add bench 127.0.0.1/{port} -notls;/set irc.server.bench.autojoin #lobby;/connect bench"
    programs = {
        "ours": ["env", f"TRIALOGUE_CONFIG_DIR={home / 'ours'}", sys.executable, "-m", "trialogue_client",
                 "127.0.0.1", str(port), "--nick", "reader"],
        "WeeChat": ["weechat", "-d", str(home / "weechat"), "-r", set_up],
        "irssi": ["irssi", f"--home={home / 'irssi'}", "-c", "127.0.0.1", "-p", str(port), "-n", "reader"],
    }  # fmt: skip
    return {name: shlex.join(words) for name, words in programs.items() if shutil.which(words[0])}


class _Terminal:
    """A terminal of 120 × 40 and what its program writes."""

    def __init__(self, directory: Path, command: str) -> None:
        self._tmux = ["tmux", "-S", str(directory / "tmux"), "-f", os.devnull]
        self.began = time.perf_counter()
        self._control = subprocess.Popen(
            [*self._tmux, "-C", "new-session", "-x", "120", "-y", "40", f"exec {command}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, errors="replace",
            env=os.environ | {"LANG": "C.UTF-8"},
        )  # fmt: skip
        self._written = threading.Condition()
        self._outputs: list[tuple[float, str]] = []
        threading.Thread(target=self._listen, args=(self._control.stdout,), daemon=True).start()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            if line.startswith("%output "):
                with self._written:
                    self._outputs.append((time.perf_counter(), line.split(" ", 2)[2]))
                    self._written.notify_all()

    def seen(self, fits: Callable[[str], bool], since: float) -> float:
        """Return when something that fits was written, at the given time or later. TimeoutError if it is not."""
        deadline, place = time.perf_counter() + _PATIENCE, 0
        with self._written:
            while True:
                for at, text in self._outputs[place:]:
                    if at >= since and fits(text):
                        return at
                place = len(self._outputs)
                if not self._written.wait(max(0.0, deadline - time.perf_counter())):
                    raise TimeoutError("the client did not show it")

    def press(self, *keys: str) -> float:
        """Press keys; returns when."""
        assert self._control.stdin is not None
        at = time.perf_counter()
        self._control.stdin.write(f"send-keys {shlex.join(keys)}\n")
        return at

    def forget(self) -> None:
        """Let go of what was written until now."""
        with self._written:
            self._outputs.clear()

    @property
    def pids(self) -> list[int]:
        """The program's processes."""
        told = subprocess.run(
            [*self._tmux, "list-panes", "-F", "#{pane_pid}"], check=True, capture_output=True, text=True
        )
        return family(int(told.stdout))

    def close(self) -> None:
        """End the terminal and what runs in it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)
        self._control.wait()


@contextmanager
def _talking(port: int) -> Iterator[None]:
    """Somebody talks in the room."""
    stop = threading.Event()
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"NICK talker\r\nUSER talker 0 * :t\r\nJOIN #lobby\r\n")
        thread = threading.Thread(target=_talk, args=(sock, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _talk(sock: socket.socket, stop: threading.Event) -> None:
    portion, number, due = RATE // 50, 0, time.perf_counter()
    while not stop.is_set():
        lines = [f"PRIVMSG #lobby :line {number + one} of those that are said\r\n" for one in range(portion)]
        sock.sendall("".join(lines).encode())
        number, due = number + portion, due + 0.02
        time.sleep(max(0.0, due - time.perf_counter()))


def measure(name: str, command: str, port: int, directory: Path) -> Figures:
    """Measure one client."""
    terminal = _Terminal(directory, command)
    try:
        painted = terminal.seen(lambda text: any(char.isalpha() for char in text), terminal.began)
        time.sleep(_SETTLE)
        if name == "irssi":
            terminal.press("-l", "/join #lobby")
            terminal.press("Enter")
            time.sleep(_SETTLE)
        idle = _share(terminal, lambda: time.sleep(_IDLE_SECONDS))
        delays: list[float] = []
        with _talking(port):
            terminal.seen(lambda text: "those that are said" in text, terminal.began)
            busy = _share(terminal, lambda: delays.extend(_typed(terminal)))
        kept = sum(resident(pid) for pid in terminal.pids)
    finally:
        terminal.close()
    p99 = sorted(delays)[round(0.99 * (len(delays) - 1))]
    return Figures(painted - terminal.began, idle, busy, statistics.median(delays), p99, kept)


def _typed(terminal: _Terminal) -> Iterator[float]:
    for _ in range(KEYS):
        terminal.forget()
        pressed = terminal.press("-l", _KEY)
        yield terminal.seen(lambda text: _KEY in text, pressed) - pressed
        terminal.press("BSpace")
        time.sleep(_BETWEEN_KEYS)


def _share(terminal: _Terminal, act: Callable[[], object]) -> float:
    """Return which share of one core the client used while this was done."""
    pids = terminal.pids
    began, used = time.perf_counter(), sum(map(cpu_seconds, pids))
    act()
    return (sum(map(cpu_seconds, pids)) - used) / (time.perf_counter() - began)


def main() -> None:
    """Measure each client that is installed, and print a table."""
    print(f"| at {RATE} lines/s | first paint | CPU idle | CPU busy | key p50 | key p99 | memory |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    names = ("ours", "WeeChat", "irssi")
    for name in names:
        with tempfile.TemporaryDirectory() as home, running(known("ours"), Options()) as server:
            command = _commands(server.port, Path(home)).get(name)
            if command is None:
                print(f"| {name} | not installed | | | | | |")
                continue
            found = measure(name, command, server.port, Path(home))
        print(
            f"| {name} | {found.first_paint * 1000:.0f} ms | {found.idle:.1%} | {found.busy:.1%} |"
            f" {found.key_p50 * 1000:.1f} ms | {found.key_p99 * 1000:.1f} ms | {found.resident / 2**20:.0f} MiB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
