"""IRC clients that people have, from Debian's packages: they connect, join, talk and leave."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.client import PATIENCE, Client
from tests.system.conftest import Stage

pytestmark = [pytest.mark.system, pytest.mark.peers]

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

    def __init__(self, directory: Path, port: int, say: str, *, fingerprint: str = "") -> None:
        self._log = directory / "logs" / "irc.chat.#lobby.weechatlog"
        tls = f";/set irc.server.chat.ssl_fingerprint {fingerprint}" if fingerprint else ""
        commands = [
            "/set logger.file.flush_delay 0",
            f"/server add chat 127.0.0.1/{port} {'-ssl' if fingerprint else '-nossl'}{tls}",
            "/set irc.server.chat.nicks wee",
            "/set irc.server.chat.autojoin #lobby",
            f"/set weechat.signal.sigusr1 /msg -server chat #lobby {say}",
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

    def __init__(self, directory: Path, port: int) -> None:
        self._environment = os.environ | {
            "TMUX_TMPDIR": str(directory),
            "HOME": str(directory),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
        }
        # Its own flood control lets one line out in 2.5 seconds.
        (directory / "config").write_text('settings = { "irc/core" = { cmd_queue_speed = "10msec"; }; };\n')
        irssi = f"irssi --home={directory} --connect=127.0.0.1 --port={port} --nick=iris"
        self._tmux("-u", "new-session", "-d", "-x", "120", "-y", "40", irssi)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-f", os.devnull, *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=PATIENCE)
        return done.stdout if done.returncode == 0 else ""

    def seen(self) -> str:
        """Return what stands in its window."""
        return self._tmux("capture-pane", "-p")

    def type(self, line: str) -> None:
        """Type a line."""
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    @property
    def is_running(self) -> bool:
        """Has its terminal not closed?"""
        return bool(self._tmux("list-sessions"))

    def close(self) -> None:
        """End it if it still runs."""
        self._tmux("kill-server")


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory with a short name: sockets' paths have hardly more than a hundred characters."""
    with tempfile.TemporaryDirectory(prefix="peer") as directory:
        yield Path(directory)


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Ends what was started, before its directory goes."""
    with ExitStack() as stack:
        yield stack


def talk_with_weechat(weechat: WeeChat, bob: Client) -> None:
    bob.until(":wee!")
    bob.say("PRIVMSG #lobby :hello from bob")
    wait_until(weechat.seen, "hello from bob")
    weechat.say()
    bob.until(" PRIVMSG #lobby :hello from weechat")
    weechat.quit()
    bob.until(" QUIT :")


@needs("weechat-headless")
def test_weechat(stage: Stage, home: Path, closing: ExitStack) -> None:
    server = stage.serve()
    bob = stage.connect(server.port).join("bob", "#lobby")
    weechat = WeeChat(home, server.port, "hello from weechat")
    closing.callback(weechat.close)
    talk_with_weechat(weechat, bob)


@needs("weechat-headless")
def test_weechat_over_tls_knows_the_server_by_its_fingerprint(stage: Stage, home: Path, closing: ExitStack) -> None:
    server = stage.serve("--tls-port", "0")
    bob = stage.connect(server.tls_port, tls=True).join("bob", "#lobby")
    fingerprint = server.wait_for("listening with TLS")["sha256"].replace(":", "").lower()
    weechat = WeeChat(home, server.tls_port, "hello from weechat", fingerprint=fingerprint)
    closing.callback(weechat.close)
    talk_with_weechat(weechat, bob)
    assert server.logged("connected", tls=True, session=2)


@needs("irssi", "tmux")
def test_irssi(stage: Stage, home: Path, closing: ExitStack) -> None:
    server = stage.serve(server_motd="Welcome, whoever you are.")
    bob = stage.connect(server.port).join("bob", "#lobby")
    irssi = Irssi(home, server.port)
    closing.callback(irssi.close)
    wait_until(irssi.seen, "Welcome, whoever you are.")
    irssi.type("/join #lobby")
    bob.until(":iris!")
    wait_until(irssi.seen, "Join to #lobby was synced")
    bob.say("PRIVMSG #lobby :hello from bob")
    wait_until(irssi.seen, "hello from bob")
    irssi.type("hello from irssi")
    bob.until(" PRIVMSG #lobby :hello from irssi")
    irssi.type("/msg bob and hello to you alone")
    bob.until(" PRIVMSG bob :and hello to you alone")
    irssi.type("/quit goodbye")
    assert "goodbye" in bob.until(" QUIT :")[-1]
    deadline = time.monotonic() + PATIENCE
    while irssi.is_running:
        assert time.monotonic() < deadline, irssi.seen()
