"""Two people in full screens, through what a server may go through: nothing of what they said is lost or doubled."""

import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.server import Server
from tests.support.tmux import Terminals, needs_tmux

pytestmark = [pytest.mark.system, needs_tmux]

WIDE = (100, 24)


@pytest.fixture
def terminals(home: Path, closing: ExitStack) -> Terminals:
    """Where windows open."""
    terminals = Terminals(home)
    closing.callback(terminals.close)
    return terminals


def come(terminals: Terminals, port: int, nick: str, *words: str, window: str = "") -> None:
    """Open a full screen in #lobby."""
    window = window or nick
    terminals.open(window, "127.0.0.1", str(port), "--nick", nick, *words, size=WIDE)
    terminals.until(window, "You are in #lobby")


def test_a_server_is_killed_and_started_again_while_two_people_talk(
    tmp_path: Path, terminals: Terminals, closing: ExitStack
) -> None:
    server = closing.enter_context(Server(tmp_path, "127.0.0.1", "0"))
    port = server.port
    come(terminals, port, "bob")
    come(terminals, port, "alice")
    terminals.until("bob", "alice came in")
    terminals.press("alice", "-l", "good mor")
    terminals.until("bob", "alice is typing …")
    terminals.say("alice", "ning")
    terminals.until("bob", "alice   good morning")
    terminals.say("bob", "sleep well?")
    terminals.until("alice", "bob   sleep well?")
    server.signal(signal.SIGKILL)
    server.wait()
    for nick in ("bob", "alice"):
        terminals.until(nick, "Not connected")
    terminals.say("bob", "said to nobody yet")
    terminals.until("bob", "said to nobody yet  (not sent yet)")
    closing.enter_context(Server(tmp_path, "127.0.0.1", str(port))).wait_for("listening")
    terminals.until("alice", "bob   said to nobody yet")
    terminals.say("alice", "now I hear you")
    terminals.until("bob", "alice   now I hear you")
    said = ("good morning", "sleep well?", "said to nobody yet", "now I hear you")
    for nick in ("bob", "alice"):
        screen = terminals.screen(nick)
        assert [screen.count(text) for text in said] == [1, 1, 1, 1], screen
        assert [text for text in said if text in screen] == sorted(said, key=screen.index), screen
        assert "not sent yet" not in screen


def test_what_is_read_on_one_device_is_read_on_the_other(
    tmp_path: Path, terminals: Terminals, closing: ExitStack
) -> None:
    """https://ircv3.net/specs/extensions/read-marker"""
    server = closing.enter_context(Server(tmp_path, "127.0.0.1", "0"))
    (tmp_path / "password").write_text("correct horse battery")
    come(terminals, server.port, "bob")
    terminals.say("bob", "/register")
    terminals.until("bob", "Choose a password:")
    terminals.say("bob", "correct horse battery")
    terminals.until("bob", "once more:")
    terminals.say("bob", "correct horse battery")
    terminals.until("bob", "logged in")
    come(terminals, server.port, "bob", "--account", "bob", "--password-file", str(tmp_path / "password"), window="two")
    terminals.say("bob", "/join den")
    terminals.until("bob", "▸#den")
    come(terminals, server.port, "alice")
    terminals.say("alice", "bob: the tomatoes are ripe")
    terminals.until("bob", "@1")
    terminals.until("two", "» bob: the tomatoes are ripe")
    terminals.until_gone("bob", "@1")
    assert "tomatoes" not in terminals.screen("bob"), "it was read elsewhere"
