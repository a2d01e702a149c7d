"""Draws the README's pictures from the real thing: a server, clients in terminals, and what they show.

    .venv/bin/python docs/pictures/draw.py        (needs tmux)

It runs everything on loopback in a temporary directory, and ends what it has started.
"""

import html
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
WIDTH, HEIGHT = 94, 16
PATIENCE = 20.0
"""Seconds that a screen may take to show what is expected."""

TALK = [
    ("alice", "Morning! Is the build green again?"),
    ("bob", "Since ten minutes ago: it was the certificate."),
    ("alice", "/me puts the kettle on"),
    ("bob", "/topic Release on Friday"),
    ("alice", "/msg bob You saved the day."),
    ("bob", "/msg alice Any time :)"),
]
SCREEN_HEIGHT = 22
LATER = [
    ("carol", "Hello everybody, I have read what you wrote"),
    ("alice", "Welcome back! Plans: https://example.org/friday"),
    ("bob", "/react alice 👍"),
    ("bob", "/join garden"),
    ("bob", "carol: the tomatoes are ripe"),
]


class Terminals:
    """A tmux server of our own, with one window for each program."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        # Also where this runs in a window of tmux: TMUX would lead to that server.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TMUX")}
        self._environment = inherited | {"TMUX_TMPDIR": str(directory)}

    def tmux(self, *words: str) -> str:
        """Run one tmux command and return what it prints."""
        command = ["tmux", "-f", os.devnull, "-L", f"trialogue-pictures-{os.getpid()}", *words]
        return subprocess.run(command, env=self._environment, check=True, capture_output=True, text=True).stdout

    def open(self, name: str, program: str, height: int = HEIGHT) -> None:
        """Run a program in a new window, with a home of its own."""
        home = self._directory / name
        home.mkdir()
        shown = f"env HOME={home} TERM=xterm-256color COLORTERM=truecolor LANG=C.UTF-8 {program}"
        size = ["-x", str(WIDTH), "-y", str(height)]
        self.tmux("new-session", "-d", "-s", name, *size, shown)

    def screen(self, name: str) -> str:
        """Return a window's text, with colours."""
        return self.tmux("capture-pane", "-p", "-e", "-t", name)

    def expect(self, name: str, text: str) -> None:
        """Wait until a window shows a text."""
        until = time.monotonic() + PATIENCE
        while text not in re.sub(r"\x1b\[[0-9;]*m", "", self.screen(name)):
            if time.monotonic() > until:
                raise SystemExit(f"{name} never showed {text!r}:\n{self.screen(name)}")
            time.sleep(0.05)

    def gone(self, name: str) -> None:
        """Wait until a program has ended, and its window with it."""
        until = time.monotonic() + PATIENCE
        while name in self.tmux("list-sessions", "-F", "#{session_name}").split() and time.monotonic() < until:
            time.sleep(0.05)

    def type(self, name: str, line: str) -> None:
        """Type a line."""
        self.tmux("send-keys", "-t", name, "-l", line)
        self.tmux("send-keys", "-t", name, "Enter")


def main() -> None:
    """Draw docs/pictures/chat.svg (line mode) and screen.svg (the full screen)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        terminals = Terminals(Path(name))
        try:
            terminals.open("server", f"{BIN}/trialogue-server 127.0.0.1 {port} --data-dir {name}/data")
            terminals.expect("server", "listening")
            for nick in ("bob", "alice"):
                terminals.open(nick, f"{BIN}/trialogue-client 127.0.0.1 {port} --nick {nick} --lines")
                terminals.expect(nick, "You are in #lobby")
            for nick, line in TALK:
                terminals.type(nick, line)
                for other in ("alice", "bob"):
                    terminals.expect(other, line.split(" ", 1)[1] if line.startswith("/me") else line.split()[-1])
            draw(terminals.screen("alice"), HERE / "chat.svg", "alice in #lobby")
            draw_screen(terminals, port)
        finally:
            terminals.tmux("send-keys", "-t", "server", "C-c")  # At a closed terminal it only reads its settings.
            terminals.gone("server")
            terminals.tmux("kill-server")


def draw_screen(terminals: Terminals, port: int) -> None:
    """Draw the full screen of somebody who comes in later, with a second room, and with a message chosen."""
    program = f"{BIN}/trialogue-client 127.0.0.1 {port} --nick carol --room lobby --room garden"
    terminals.open("carol", program, SCREEN_HEIGHT)
    terminals.expect("carol", "Friday")
    for nick, line in LATER:
        terminals.type(nick, line)
        terminals.expect("bob", line.split()[-1])
    terminals.expect("carol", "@1")
    terminals.tmux("send-keys", "-t", "carol", "F3")
    terminals.tmux("send-keys", "-t", "carol", "C-Up")
    terminals.expect("carol", "r reply")
    draw(terminals.screen("carol"), HERE / "screen.svg", "carol in #lobby")


def draw(screen: str, path: Path, title: str) -> None:
    """Write a terminal's screen as an SVG picture."""
    console = Console(record=True, width=WIDTH, file=Path(os.devnull).open("w"), force_terminal=True)
    console.print(Text.from_ansi(screen.rstrip()))
    svg = console.export_svg(title=title, theme=MONOKAI)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    path.write_text(_TEXT.sub(trimmed, svg))


_TEXT = re.compile(r'x="([\d.]+)" (y="[\d.]+") textLength="([\d.]+)" ([^>]*)>((?:&#160;)*)([^<]*?)((?:&#160;)*)</text>')


def trimmed(found: re.Match[str]) -> str:
    """Return a piece of text that begins where its first letter is: some viewers drop the spaces in front of it."""
    x, y, length, rest, before, text, after = found.groups()
    count = [part.count("&#160;") for part in (before, after)]
    letters = len(html.unescape(before + text + after))
    column = float(length) / letters if letters else 0.0
    x, length = f"{float(x) + count[0] * column:.1f}", f"{float(length) - sum(count) * column:.1f}"
    return f'x="{x}" {y} textLength="{length}" {rest}>{text}</text>' if text else f'x="{x}" {y} {rest}></text>'


if __name__ == "__main__":
    main()
