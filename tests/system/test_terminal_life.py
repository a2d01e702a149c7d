"""Two people in full screens, through what a server may go through: nothing of what they said is lost or doubled."""

import os
import re
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.mail import Postbox
from tests.support.server import Server
from tests.support.tmux import Terminals, needs_tmux
from tests.system.conftest import Stage

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
    terminals.until("alice", "alice   now I hear you")
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
    terminals.until("bob", "Choose a password (8 characters or more):")
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


def test_a_name_that_was_taken_while_the_client_slept_is_its_own_again_when_it_is_free(
    tmp_path: Path, terminals: Terminals, closing: ExitStack
) -> None:
    """https://ircv3.net/specs/extensions/monitor tells when it is."""
    server = closing.enter_context(Server(tmp_path, "127.0.0.1", "0"))
    port = server.port
    come(terminals, port, "bob")
    client = terminals.pid("bob")
    os.kill(client, signal.SIGSTOP)
    server.signal(signal.SIGKILL)
    server.wait()
    closing.enter_context(Server(tmp_path, "127.0.0.1", str(port))).wait_for("listening")
    with Client(port).join("bob"):
        os.kill(client, signal.SIGCONT)
        terminals.until("bob", f"bob2 on 127.0.0.1:{port} · connected")
        terminals.until("bob", "You are back in #lobby")
        terminals.say("bob", "said under another name")
        terminals.until("bob", "bob2   said under another name")
    terminals.until("bob", "bob on 127.0.0.1")
    terminals.say("bob", "said under mine")
    terminals.until("bob", "bob   said under mine")


@pytest.mark.parametrize("face", [(), ("--plain",)], ids=["full", "plain"])
def test_an_account_is_made_inside_with_a_code_that_comes_by_mail(
    stage: Stage, terminals: Terminals, mail_server: tuple[Postbox, int], face: tuple[str, ...]
) -> None:
    """https://ircv3.net/specs/extensions/account-registration"""
    postbox, mail_port = mail_server
    mail: dict[str, Any] = {
        "mail_host": "127.0.0.1",
        "mail_port": mail_port,
        "mail_sender": "chat@example.org",
        "mail_tls": "none",
    }
    port = str(stage.serve(accounts_email_required="true", **mail).port)
    terminals.open("bob", "127.0.0.1", port, "--nick", "bob", *face, size=WIDE)
    terminals.until("bob", "You are in #lobby")
    terminals.say("bob", "/register bob@example.org")
    terminals.until("bob", "Choose a password")
    terminals.say("bob", "correct horse battery")
    terminals.until("bob", "nce more")
    terminals.say("bob", "correct horse battery")
    terminals.until("bob", "A code is on its way to you by e-mail")
    (letter,) = postbox.mails
    code = re.search(r"VERIFY bob (\d+)", letter.get_payload(decode=True).decode())
    assert code is not None
    terminals.say("bob", "/verify 1")
    terminals.until("bob", "!")
    terminals.say("bob", f"/verify {code[1]}")
    terminals.until("bob", "You are logged in as bob")
    assert "correct horse" not in terminals.screen("bob")
