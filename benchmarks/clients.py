"""Our client in a terminal, beside WeeChat and irssi: ``python -m benchmarks.clients``, from the top of the checkout.

Each client runs in a terminal of tmux, is in one room in which somebody says 500 lines a second, and gets keys pressed
meanwhile. A key is on the screen when tmux has been given it by the client; tmux tells that at once (control mode), so
neither polling nor drawing is part of the figure. Then the room is filled until the client holds 100,000 lines, and one
goes through them: by the page, and from end to end (not in irssi, which keeps 500 unless it is told otherwise).
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
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
LINES = 99_000
"""Lines in the room before one goes through them. Ours keeps 100,000, those about the server included."""
PAGES, JUMPS = 40, 20
_IDLE_SECONDS, _BETWEEN_KEYS, _PATIENCE, _SETTLE = 5.0, 0.1, 20.0, 2.0
_PORTION, _FILL_SECONDS = 100, 60.0
_KEY = "Z"
"""Nothing else on the screen has it."""
_CONTROL = re.compile(r"\\033(?:\][^\\]*\\(?:007|033\\134)|P[^\\]*\\033\\134|\[[^a-zA-Z]*[a-zA-Z]|[()].|.)")
"""A sequence that is not shown, as tmux writes it: with its control characters in octal."""
_WORD = re.compile(r"[A-Za-z]{3}")
_FULL = "that is all"


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, shares of one core, and bytes; *keys* are delays while the room talks, *resident* is after that.

    With 100,000 lines: *pages* and *jumps* are delays, *filled* is the memory.
    """

    first_paint: float
    idle: float
    busy: float
    keys: list[float]
    resident: int
    pages: list[float]
    jumps: list[float]
    filled: int


def _commands(port: int, home: Path) -> dict[str, str]:
    """Return how each client that is installed is started, by name."""
    (home / "ours").mkdir()
    (home / "ours" / "client.toml").write_text("nearby = false\n")
    set_up = (
        "/set weechat.history.max_buffer_lines_number 200000;"
        f"/server add bench 127.0.0.1/{port} -notls;/set irc.server.bench.autojoin #lobby;/connect bench"
    )
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
        # A server of its own, also where this runs in a window of tmux: TMUX would lead to that one.
        self._tmux = ["tmux", "-f", os.devnull, "-L", f"trialogue-bench-{os.getpid()}"]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TMUX")}
        self._environment = inherited | {"TMUX_TMPDIR": str(directory), "LANG": "C.UTF-8"}
        self.began = time.perf_counter()
        self._control = subprocess.Popen(
            [*self._tmux, "-C", "new-session", "-x", "120", "-y", "40", f"exec {command}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, errors="replace",
            env=self._environment,
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

    def seen(self, fits: Callable[[str], bool], since: float, patience: float = _PATIENCE) -> float:
        """Return when something that fits was written, at the given time or later. TimeoutError if it is not."""
        deadline, place = time.perf_counter() + patience, 0
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
        return family(int(self._run("list-panes", "-F", "#{pane_pid}")))

    @property
    def resident(self) -> int:
        """The program's memory, in bytes."""
        return sum(map(resident, self.pids))

    def close(self) -> None:
        """End the terminal and what runs in it."""
        self._run("kill-server")
        self._control.wait()

    def _run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], env=self._environment, check=False, capture_output=True, text=True)
        return done.stdout


@contextmanager
def _talking(port: int) -> Iterator[None]:
    """Somebody talks in the room."""
    stop = threading.Event()
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"NICK talker\r\nUSER talker 0 * :t\r\nJOIN #lobby\r\n")
        thread = threading.Thread(target=_talk, args=(sock, stop), daemon=True)
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
        painted = terminal.seen(lambda text: _WORD.search(_CONTROL.sub("", text)) is not None, terminal.began)
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
        kept = terminal.resident
        pages, jumps = _gone_through(terminal, port, *_JUMPS[name]) if name in _JUMPS else ([], [])
        return Figures(painted - terminal.began, idle, busy, delays, kept, pages, jumps, terminal.resident)
    finally:
        terminal.close()


_JUMPS = {"ours": ("C-Home", "C-End"), "WeeChat": ("M-Home", "M-End")}
"""The keys that lead to the first line and to the last."""


def _gone_through(terminal: _Terminal, port: int, first: str, last: str) -> tuple[list[float], list[float]]:
    """Fill the room, and return the delays of going up by pages and of going from one end to the other."""
    terminal.forget()
    _fill(port)
    terminal.seen(lambda text: _FULL in text, terminal.began, _FILL_SECONDS)
    time.sleep(_SETTLE)
    pages = [_answered(terminal, "PageUp") for _ in range(PAGES)]
    _answered(terminal, last)
    return pages, [_answered(terminal, key) for _ in range(JUMPS // 2) for key in (first, last)]


def _fill(port: int) -> None:
    """Say as many lines as the clients keep, as fast as the server takes them, and then the one that is waited for."""
    with socket.create_connection(("127.0.0.1", port), timeout=_FILL_SECONDS) as sock:
        sock.sendall(b"NICK filler\r\nUSER filler 0 * :f\r\nJOIN #lobby\r\n")
        for number in range(0, LINES - RATE * KEYS // 10, _PORTION):
            lines = (f"PRIVMSG #lobby :line {number + one} of very many in this room\r\n" for one in range(_PORTION))
            sock.sendall("".join(lines).encode())
        sock.sendall(f"PRIVMSG #lobby :{_FULL}\r\nQUIT\r\n".encode())
        while sock.recv(65_536):
            pass


def _answered(terminal: _Terminal, key: str) -> float:
    """Return after how long a key changes the screen, while nothing else does; wait until that is over."""
    terminal.forget()
    pressed = terminal.press(key)
    delay = terminal.seen(lambda _: True, pressed) - pressed
    time.sleep(_BETWEEN_KEYS)
    return delay


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


def _ms(delays: list[float], share: float) -> str:
    """Return a quantile of delays for the table; "–" if there are none."""
    return f"{sorted(delays)[round(share * (len(delays) - 1))] * 1000:.1f} ms" if delays else "–"


def _rows(found: Figures) -> tuple[list[str], list[str]]:
    """Return the cells of both tables."""
    talked = [f"{found.first_paint * 1000:.0f} ms", f"{found.idle:.1%}", f"{found.busy:.1%}"]
    full = [_ms(delays, share) for delays in (found.pages, found.jumps) for share in (0.5, 0.99)]
    return (
        [*talked, _ms(found.keys, 0.5), _ms(found.keys, 0.99), f"{found.resident / 2**20:.0f} MiB"],
        [*full, f"{found.filled / 2**20:.0f} MiB" if found.pages else "–"],
    )


def main() -> None:
    """Measure each client that is installed, and print two tables."""
    tables: tuple[list[list[str]], list[list[str]]] = (
        [[f"at {RATE} lines/s", "first paint", "CPU idle", "CPU busy", "key p50", "key p99", "memory"]],
        [["with 100,000 lines", "page p50", "page p99", "end to end p50", "end to end p99", "memory"]],
    )
    for name in ("ours", "WeeChat", "irssi"):
        with tempfile.TemporaryDirectory() as home, running(known("ours"), Options()) as server:
            command = _commands(server.port, Path(home)).get(name)
            if command is None:
                print(f"{name} is not installed", file=sys.stderr)
                continue
            found = measure(name, command, server.port, Path(home))
        for table, cells in zip(tables, _rows(found), strict=True):
            table.append([name, *cells])
    for table in tables:
        heading, *rows = table
        for cells in (heading, ["---", *(["---:"] * (len(heading) - 1))], *rows):
            print(f"| {' | '.join(cells)} |")
        print()


if __name__ == "__main__":
    main()
