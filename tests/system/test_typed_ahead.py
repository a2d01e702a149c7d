"""No key is lost: what is typed behind a key that opens, closes or moves something goes where that leads.

Each burst is one write to a real pseudo-terminal, as it comes over a slow line.
"""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.pseudo import Pseudo
from tests.system.conftest import Stage

pytestmark = pytest.mark.system

CHOOSE = "\x1bm"
ESCAPE = "\x1b"
F1, F5, UP, CTRL_K, CTRL_END, ALT_DOWN, ALT_UP = (
    "\x1bOP",
    "\x1b[15~",
    "\x1b[A",
    "\x0b",
    "\x1b[1;5F",
    "\x1b[1;3B",
    "\x1b[1;3A",
)
TEXT = "xyz abcdefghij klmnop"

BURSTS = {
    "r": (f"{CHOOSE}r{TEXT}\r", f"alice: {TEXT}"),
    "i": (f"{CHOOSE}i{TEXT}\r", TEXT),
    "escape": (f"{CHOOSE}{ESCAPE}{TEXT}\r", TEXT),
    "e": (f"{CHOOSE}{UP}e{TEXT}\r", f"mine{TEXT}"),
    "the last one": (f"\x1be{TEXT}\r", f"mine{TEXT}"),
    "d, n": (f"{CHOOSE}{UP}dn{TEXT}\r", TEXT),
    "d, y": (f"{CHOOSE}{UP}dy{TEXT}\r", TEXT),
    "d, escape": (f"{CHOOSE}{UP}d{ESCAPE}{TEXT}\r", TEXT),
    "+": (f"{CHOOSE}+heart\r{TEXT}\r", TEXT),
    "+, escape": (f"{CHOOSE}+hea{ESCAPE}{TEXT}\r", TEXT),
    "c": (f"{CHOOSE}ci{TEXT}\r", TEXT),
    "F1": (f"{F1}{ESCAPE}{TEXT}\r", TEXT),
    "F1, a word to look for": (f"{F1}edit{ESCAPE}{TEXT}\r", TEXT),
    "?": (f"?{TEXT}\r", f"?{TEXT}"),
    "F5": (f"{F5}{ESCAPE}{TEXT}\r", TEXT),
    "F5, enter": (f"{F5}\r{TEXT}\r", TEXT),
    "F2": (f"\x1bOQ{TEXT}\x1bOR\r", TEXT),
    "Ctrl+K": (f"{CTRL_K}lobby\r{TEXT}\r", TEXT),
    "Ctrl+K, escape": (f"{CTRL_K}server{ESCAPE}{TEXT}\r", TEXT),
    "page": (f"\x1b[5~{TEXT}{CTRL_END}\r", TEXT),
    "another room and back": (f"{ALT_UP}{ALT_DOWN}{TEXT}\r", TEXT),
    "a draft elsewhere": (f"{TEXT}{ALT_UP}not here{ALT_DOWN}\r", TEXT),
    "enter": (f"first\r{TEXT}\r", TEXT),
    "the arrow": (f"first\r{UP}{TEXT}\r", f"first{TEXT}"),
    "join": (f"/join den\r/join lobby\r{TEXT}\r", TEXT),
    "a command that asks": (f"/register\rone password\ranother one\r{TEXT}\r", TEXT),
    "a paste of many lines": (f"\x1b[200~1\n2\n3\n4\n5\n6\x1b[201~n{TEXT}\r", TEXT),
    "escape out of nothing": (f"{ESCAPE}{TEXT}, and more than two and thirty letters\r", TEXT),
}


@pytest.fixture
def room(stage: Stage, closing: ExitStack, tmp_path: Path) -> tuple[Client, Pseudo]:
    """Alice and a full screen, with something said between them."""
    server = stage.serve(flood_rate=0)
    alice = stage.connect(server.port).join("alice", "#lobby")
    bob = closing.enter_context(Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob"))
    alice.until("JOIN #lobby")
    bob.type("mine\r")
    alice.until("mine")
    alice.say("PRIVMSG #lobby :choose me")
    bob.until(b"choose me")
    return alice, bob


@pytest.mark.parametrize("burst", BURSTS)
def test_what_is_typed_right_behind_it_is_said_whole(room: tuple[Client, Pseudo], burst: str) -> None:
    alice, bob = room
    keys, said = BURSTS[burst]
    bob.type(keys)
    assert f" PRIVMSG #lobby :{said}" in alice.until(TEXT)[-1]


@pytest.mark.parametrize(
    ("line", "said"),
    [(TEXT, f" PRIVMSG #den :{TEXT}"), (f"/me {TEXT}", f" PRIVMSG #den :\x01ACTION {TEXT}\x01")],
    ids=["a text", "a command"],
)
def test_what_is_typed_behind_join_is_said_in_that_room(room: tuple[Client, Pseudo], line: str, said: str) -> None:
    alice, bob = room
    alice.say("JOIN #den")
    alice.until(" 366 alice #den ")
    bob.type(f"/join den\r{line}\r")
    assert alice.until(TEXT)[-1].endswith(said)


def test_what_is_typed_at_the_first_question_goes_on_in_the_conversation(
    stage: Stage, tmp_path: Path, closing: ExitStack
) -> None:
    server = stage.serve(flood_rate=0)
    alice = stage.connect(server.port).join("alice", "#lobby")
    bob = closing.enter_context(Pseudo(tmp_path / "bob"))
    bob.until(b"Address")
    bob.type(f"127.0.0.1:{server.port}\rbob\r{TEXT}\r")
    assert alice.until(TEXT)[-1].endswith(f" PRIVMSG #lobby :{TEXT}")


def test_so_does_what_is_typed_before_anything_is_drawn(stage: Stage, tmp_path: Path, closing: ExitStack) -> None:
    server = stage.serve(flood_rate=0)
    alice = stage.connect(server.port).join("alice", "#lobby")
    bob = closing.enter_context(Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob"))
    bob.until(b"\x1b[?1049h")
    bob.type(f"{TEXT}\r")
    assert alice.until(TEXT)[-1].endswith(f" PRIVMSG #lobby :{TEXT}")


def test_a_name_that_was_taken_and_what_follows(stage: Stage, tmp_path: Path, closing: ExitStack) -> None:
    server = stage.serve(flood_rate=0)
    alice = stage.connect(server.port).join("alice", "#lobby")
    bob = closing.enter_context(Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "alice"))
    bob.until(b"Choose another")
    bob.type(f"\x15bob\r{TEXT}\r")
    assert alice.until(TEXT)[-1].startswith(":bob!")
