"""IRC clients that people have, from Debian's packages, driven as a person would."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.tmux import Tmux

_POLL = 0.02


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where a program is missing."""
    missing = " ".join(program for program in programs if shutil.which(program) is None)
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {missing}")


def wait_until(seen: Callable[[], str], text: str) -> None:
    """Wait until a text can be seen."""
    deadline = time.monotonic() + PATIENCE
    while text not in seen():
        assert time.monotonic() < deadline, f"no {text!r} in {seen()}"
        time.sleep(_POLL)


class WeeChat:
    """weechat-headless, which says one thing when told by one signal, and quits by another: no terminal is needed."""

    def __init__(
        self,
        directory: Path,
        port: int,
        say: str,
        *,
        fingerprint: str = "",
        settings: Sequence[str] = (),
        raw: Sequence[str] = (),
    ) -> None:
        """`fingerprint` is that of the server's certificate; `settings` are words for ``/set irc.server.chat.``.

        With `raw` lines, it sends these when told to speak, instead of saying something in #lobby.
        """
        # Both the start and the signal evaluate it, and split it at semicolons; only the inner /eval may make one.
        quoted = [f"/eval -s /quote -server chat {line}".replace(";", "${raw:${raw:${\\x3b}}}") for line in raw]
        speak = "\\;".join(quoted) or f"/msg -server chat #lobby {say}"
        self._log = directory / "logs" / "irc.chat.#lobby.weechatlog"
        tls = f";/set irc.server.chat.ssl_fingerprint {fingerprint}" if fingerprint else ""
        commands = [
            "/set logger.file.flush_delay 0",
            f"/server add chat 127.0.0.1/{port} {'-ssl' if fingerprint else '-nossl'}{tls}",
            "/set irc.server.chat.nicks wee",
            "/set irc.server.chat.autojoin #lobby",
            *(f"/set irc.server.chat.{setting}" for setting in settings),
            f"/set weechat.signal.sigusr1 {speak}",
            "/set weechat.signal.sigusr2 /quit",
            "/connect chat",
        ]
        self.process = subprocess.Popen(
            ["weechat-headless", "--dir", str(directory), "--run-command", ";".join(commands)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"HOME": str(directory)},
        )

    def seen(self) -> str:
        """Return what its user can see in the channel."""
        return self._log.read_text() if self._log.exists() else ""

    def say(self) -> None:
        """Have it say what it was given."""
        self.process.send_signal(signal.SIGUSR1)

    def quit(self) -> None:
        """Have it leave."""
        self.process.send_signal(signal.SIGUSR2)
        assert self.process.wait(PATIENCE) == 0

    def close(self) -> None:
        """End it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)


class Irssi:
    """irssi in a terminal of its own."""

    def __init__(self, directory: Path, port: int, *, config: str = "") -> None:
        """With a `config` of its own it connects to where that says."""
        self._tmux = Tmux(directory, HOME=str(directory), LC_ALL="C.UTF-8", TERM="xterm")
        # Its own flood control lets one line out in 2.5 seconds.
        patient = 'settings = { "irc/core" = { cmd_queue_speed = "10msec"; }; };\n'
        (directory / "config").write_text(patient + config)
        connect = "" if config else f"--connect=127.0.0.1 --port={port}"
        irssi = f"irssi --home={directory} {connect} --nick=iris"
        self._tmux("-u", "new-session", "-d", "-x", "120", "-y", "40", irssi)

    def seen(self) -> str:
        """Return what stands in its window."""
        return self._tmux("capture-pane", "-p", check=False)

    def type(self, line: str) -> None:
        """Type a line."""
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    @property
    def is_running(self) -> bool:
        """Whether its terminal is still open."""
        return bool(self._tmux("list-sessions", check=False))

    def close(self) -> None:
        """End it if it still runs."""
        self._tmux.close()
