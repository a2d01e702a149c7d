"""The full-screen client in real terminals (tmux), with a real server."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.tmux import Terminals, needs_tmux
from tests.system.conftest import Stage

pytestmark = [pytest.mark.system, needs_tmux]


@pytest.fixture
def terminals(home: Path, closing: ExitStack) -> Terminals:
    """Where windows open."""
    terminals = Terminals(home)
    closing.callback(terminals.close)
    return terminals


def test_two_people_meet_in_the_lobby(stage: Stage, terminals: Terminals) -> None:
    port = str(stage.serve().port)
    terminals.open("bob")
    terminals.until("bob", "Address")
    terminals.say("bob", f"127.0.0.1:{port}")
    terminals.until("bob", "▌ anything without spaces")
    terminals.say("bob", "bob")
    terminals.until("bob", "You are in #lobby with nobody else yet")
    terminals.open("alice", "127.0.0.1", port, "--nick", "alice", size=(120, 30))
    terminals.until("bob", "alice came in")
    terminals.say("bob", "hello")
    terminals.until("alice", "bob   hello")
    terminals.press("alice", "a", "M-Enter", "b", "Enter")
    terminals.until("bob", "alice   a\n")
    terminals.say("alice", "/join den")
    terminals.until("alice", "▸#den")
    terminals.say("bob", "alice: where are you?")
    terminals.until("alice", "@1")
    terminals.press("alice", "M-Down")
    terminals.until("alice", "» alice: where are you?")
    terminals.press("alice", "F1")
    terminals.until("alice", "the conversation above, below")
    terminals.press("alice", "Escape")
    terminals.press("bob", "C-q")
    terminals.ended("bob", 0)
    terminals.until("alice", "bob has gone")


def test_a_message_is_chosen_answered_reacted_to_edited_and_found_again(stage: Stage, terminals: Terminals) -> None:
    port = str(stage.serve(flood_rate=0).port)
    for nick in ("alice", "bob"):
        terminals.open(nick, "127.0.0.1", port, "--nick", nick)
        terminals.until(nick, "You are in #lobby")
    terminals.until("alice", "bob came in")
    terminals.say("alice", "who brings the cake?")
    terminals.until("bob", "who brings the cake?")
    terminals.press("bob", "C-Up", "r")
    terminals.until("bob", "To alice: “who brings the cake?”")
    terminals.say("bob", "I do, and te")
    terminals.until("alice", "(to alice: “who brings the cake?”) I do")
    terminals.press("bob", "M-e")
    terminals.until("bob", "Instead of “(to alice: “who brings the…”")
    terminals.say("bob", "a")
    terminals.until("alice", "and tea")
    terminals.until("alice", "(edited)")
    terminals.press("alice", "C-Up")
    terminals.until("alice", "▶")
    terminals.press("alice", "+")
    terminals.until("alice", "👍  thumbsup")
    terminals.press("alice", "Enter")
    terminals.until("bob", "👍 1")
    terminals.say("bob", "/search cake")
    terminals.until("bob", "found for cake:")
    terminals.press("bob", "Enter")
    terminals.until("bob", "▶ who brings the cake?")
    terminals.press("bob", "i")
    terminals.tmux("send-keys", "-t", "bob", "-l", "so :smi")
    terminals.until("bob", "😄 :smile")
    terminals.press("bob", "Tab", "Enter")
    terminals.until("alice", "so 😄")
    terminals.tmux("send-keys", "-t", "bob", "-l", "?")
    terminals.until("bob", "choose a message: reply, react")
    for nick in ("alice", "bob"):
        terminals.press(nick, "C-q")
        terminals.ended(nick, 0)


def test_what_is_typed_right_behind_ctrl_u_is_not_lost(stage: Stage, terminals: Terminals) -> None:
    port = str(stage.serve().port)
    terminals.open("bob", "127.0.0.1", port, "--nick", "bob")
    terminals.until("bob", "You are in #lobby")
    terminals.open("other", "127.0.0.1", port, "--nick", "bob")
    terminals.until("other", "The name bob is taken")
    terminals.press("other", "C-e", "C-u", *"anna", "Enter")
    terminals.until("other", "You are in #lobby")
    terminals.press("other", *"wrong", "C-u", *"right", "Enter")
    terminals.until("bob", "anna   right")


def test_settings_are_changed_in_the_smallest_terminal(stage: Stage, terminals: Terminals) -> None:
    terminals.open("bob", "127.0.0.1", str(stage.serve().port), "--nick", "bob", size=(80, 24))
    terminals.until("bob", "You are in #lobby")
    terminals.press("bob", "F5")
    terminals.until("bob", "Leave as it was (Esc)")
    terminals.until("bob", "Kept in")
    terminals.press("bob", "Down", "Space", "Enter")
    terminals.until_gone("bob", "Kept in")
    terminals.say("bob", "/set bell")
    terminals.until("bob", "bell       off")


def test_a_signal_ends_it_politely_and_gives_the_terminal_back(stage: Stage, terminals: Terminals) -> None:
    terminals.open("bob", "127.0.0.1", str(stage.serve().port), "--nick", "bob")
    terminals.until("bob", "You are in #lobby")
    assert terminals.about("bob", "alternate_on") == "1"
    os.kill(terminals.pid("bob"), signal.SIGTERM)
    terminals.ended("bob", 0)
    assert [terminals.about("bob", mode) for mode in ("alternate_on", "mouse_any_flag", "cursor_flag")] == [
        "0",
        "0",
        "1",
    ]


def test_lines_are_still_there_for_those_who_want_them(stage: Stage, terminals: Terminals) -> None:
    terminals.open("bob", "127.0.0.1", str(stage.serve().port), "--nick", "bob", "--plain")
    terminals.until("bob", "You are in #lobby")
    assert terminals.about("bob", "alternate_on") == "0"
    terminals.say("bob", "/quit")
    terminals.ended("bob", 0)
