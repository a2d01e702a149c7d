"""What the full screen writes to the terminal, byte for byte, where that matters: calls, links, and the end."""

import signal
from pathlib import Path

import pytest

from tests.support.pseudo import Pseudo
from tests.system.conftest import Stage

pytestmark = pytest.mark.system

BREAKS = {
    "drawing": "import trialogue_client.tui.widgets.conversation.layout as part; part._label = lambda *_: 1 / 0",
    "the lines around": "import trialogue_client.tui.screens.chat.views as part; part.status = lambda *_: 1 / 0",
    "the core": "from trialogue_client.core.chat import Chat; Chat.receive = lambda *_: 1 / 0",
    "typing": "from trialogue_client.tui.widgets.composer import Composer; Composer._act = lambda *_: 1 / 0",
    "taking in": "from trialogue_client.engine.model import Model; Model.handle = lambda *_: 1 / 0",
}


@pytest.mark.parametrize("part", BREAKS)
def test_a_failure_of_any_part_gives_the_terminal_back_and_says_where_the_log_is(
    stage: Stage, tmp_path: Path, part: str
) -> None:
    server = stage.serve()
    with Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob", before=BREAKS[part]) as bob:
        bob.until(b"\x1b[?1049h")
        if part == "typing":
            bob.until(b"F1 keys")
            bob.type("secret")
        assert bob.ended() == 70
        given_back, _, after = bob.shown.rpartition(b"\x1b[?1049l")
        assert b"\x1b[?1003l" in given_back, "the mouse is the terminal's again"
        assert b"\x1b[?25h" in after, "and there is a cursor"
        log = tmp_path / "bob" / "crash.log"
        assert f"The details are in {log}".encode() in after.replace(b"\r\n", b"")
        text = log.read_text()
        assert "ZeroDivisionError" in text
        assert "secret" not in text


@pytest.mark.parametrize(
    ("environment", "called"),
    [
        ({"TERM_PROGRAM": "WezTerm"}, b"\x1b]9;alice in #lobby: bob: wake up\x1b\\"),
        ({"TERM": "foot"}, b"\x1b]777;notify;alice in #lobby;bob: wake up\x1b\\"),
        ({}, b"\x07"),
    ],
    ids=["OSC 9", "OSC 777", "bell"],
)
def test_who_is_called_while_nobody_looks_hears_it_and_the_desktop_shows_it(
    stage: Stage, tmp_path: Path, environment: dict[str, str], called: bytes
) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    bare = {"TERM_PROGRAM": "", "TMUX": "", "STY": "", "WT_SESSION": "", **environment}
    with Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob", environment=bare) as bob:
        alice.until("JOIN #lobby")
        bob.until(b"person")
        bob.type("\x1b[O")  # The terminal says that its window has lost the focus.
        bob.type("x")
        bob.until(b"x")
        alice.say("PRIVMSG #lobby :bob: wake up")
        bob.until(called)
        bob.until(b"\x07")


def test_a_link_is_one_for_the_terminal_too(stage: Stage, tmp_path: Path) -> None:
    """ "OSC 8 ; params ; URI ST"  https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda"""
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    with Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob") as bob:
        alice.until("JOIN #lobby")
        alice.say("PRIVMSG #lobby :see https://example.org/a_(b).")
        bob.until(b";https://example.org/a_(b)\x1b\\")


@pytest.mark.parametrize("face", ["--lines", "--plain"])
def test_a_failure_of_line_mode_says_where_the_log_is_too(stage: Stage, tmp_path: Path, face: str) -> None:
    server = stage.serve()
    words = ("127.0.0.1", str(server.port), "--nick", "bob", face)
    with Pseudo(tmp_path / "bob", *words, before=BREAKS["the core"]) as bob:
        assert bob.ended() == 70
        log = tmp_path / "bob" / "crash.log"
        assert f"The details are in {log}".encode() in bob.shown.replace(b"\r\n", b"")
        assert b"Traceback" not in bob.shown
        assert "ZeroDivisionError" in log.read_text()
        assert bob.echoes


def test_who_is_asked_for_a_password_and_ends_the_client_sees_again_what_they_type(tmp_path: Path) -> None:
    with Pseudo(tmp_path / "bob", "127.0.0.1", "1", "--plain", "--account", "bob") as bob:
        bob.until(b"Password of bob (")
        assert not bob.echoes
        bob.process.send_signal(signal.SIGINT)
        assert bob.ended() == 130
        assert bob.echoes


def test_who_is_asked_where_to_may_end_the_client_instead(tmp_path: Path) -> None:
    with Pseudo(tmp_path / "bob", "--plain") as bob:
        bob.until(b"Where to?")
        bob.process.send_signal(signal.SIGINT)
        assert bob.ended() == 130
        assert b"Traceback" not in bob.shown
