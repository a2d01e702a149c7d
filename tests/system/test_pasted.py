"""What is pasted into line mode waits in the input until Enter, whatever is in it: in a real pseudo-terminal."""

from pathlib import Path

import pytest

from tests.support.pseudo import Pseudo
from tests.system.conftest import Stage

pytestmark = pytest.mark.system

BEGIN, END = "\x1b[200~", "\x1b[201~"
PASTES = {
    "a colour": "a\x1b[31mred\rsecret line\r",
    "an escape before the end": "red\rsecret line\r\x1b",
    "Alt+Enter": "red\x1b\rsecret line\r",
    "an arrow key": "red\x1b[A\rsecret line\r",
    "the sequence of Enter": "red\x1b[13~\x1bOM\nsecret line\n",
    "the beginning of a paste": f"red{BEGIN}\rsecret line\r",
    "the end of a paste": f"red{END}\rsecret line\r",
    "the end and the beginning of a paste": f"red{END}\rsecret line\r{BEGIN}blue",
    "the end of a paste where a piece ends": f"{'x' * (1024 - 12)}{END}\r{'y' * 2000}\rsecret line\r",
    "Ctrl+C and Ctrl+D": "red\x03\x04\rsecret line\r",
}


@pytest.mark.parametrize("paste", PASTES)
def test_nothing_that_is_pasted_in_line_mode_is_sent_without_enter(stage: Stage, tmp_path: Path, paste: str) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    words = ("127.0.0.1", str(server.port), "--nick", "bob", "--lines")
    with Pseudo(tmp_path / "bob", *words, environment={"PROMPT_TOOLKIT_NO_CPR": "1"}) as bob:
        alice.until("JOIN #lobby")
        bob.until(b"You are in #lobby")
        bob.type(f"{BEGIN}{PASTES[paste]}{END}")
        bob.until(b"secret line")
        alice.say("PING :so far")
        assert not [line for line in alice.until("so far") if "PRIVMSG" in line]
        bob.type("that was all\r")
        heard = alice.until("that was all")
        assert any("secret line" in line for line in heard)
        assert not any("\x1b" in line for line in heard)
        bob.type("/quit\r")
        assert bob.ended() == 0
