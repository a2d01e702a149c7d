"""A hang-up and SIGTERM end the client in every case, and no signal freezes it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.pseudo import Pseudo
from tests.system.conftest import Stage

pytestmark = pytest.mark.system

FACES = {"full screen": [], "lines": ["--lines"], "plain": ["--plain"]}
ALL_FACES = pytest.mark.parametrize("face", FACES.values(), ids=FACES)
CONTINUED = 1_000


def term(bob: Pseudo) -> None:
    bob.process.send_signal(signal.SIGTERM)


def hang_up(bob: Pseudo) -> None:
    bob.process.send_signal(signal.SIGHUP)


def close(bob: Pseudo) -> None:
    bob.vanish()


WAYS = pytest.mark.parametrize("way", [term, hang_up, close])


@WAYS
@ALL_FACES
def test_who_talks_says_good_bye(stage: Stage, tmp_path: Path, face: list[str], way: Callable[[Pseudo], None]) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    words = ("127.0.0.1", str(server.port), "--nick", "bob", *face)
    with Pseudo(tmp_path / "bob", *words, controlling=True) as bob:
        alice.until("JOIN #lobby")
        way(bob)
        assert bob.process.wait(PATIENCE) == 0
        assert ":Quit" in alice.until(" QUIT ")[-1]


@WAYS
@pytest.mark.parametrize("face", [["--lines"], ["--plain"], []], ids=["lines", "plain", "full screen"])
def test_who_is_asked_something_ends(tmp_path: Path, face: list[str], way: Callable[[Pseudo], None]) -> None:
    with Pseudo(tmp_path / "bob", *face, controlling=True) as bob:
        bob.until(b"Where to?" if face else b"Address")
        way(bob)
        bob.process.wait(PATIENCE)


@WAYS
@ALL_FACES
def test_who_is_still_connecting_ends(tmp_path: Path, face: list[str], way: Callable[[Pseudo], None]) -> None:
    """Somebody listens and says nothing."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        words = ("127.0.0.1", str(silent.getsockname()[1]), "--nick", "bob", *face)
        with Pseudo(tmp_path / "bob", *words, controlling=True) as bob:
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(1)
                way(bob)
                bob.process.wait(PATIENCE)


@WAYS
@pytest.mark.parametrize("keys", ["\x0b", "\x1bOP", "\x1b[15~", "/register\r", "/connect\r"])
def test_who_is_in_a_dialog_says_good_bye(
    stage: Stage, tmp_path: Path, keys: str, way: Callable[[Pseudo], None]
) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    with Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob", controlling=True) as bob:
        alice.until("JOIN #lobby")
        bob.until(b"F1 keys")
        bob.type(keys)
        bob.until("╭".encode())
        way(bob)
        bob.process.wait(PATIENCE)
        assert ":Quit" in alice.until(" QUIT ")[-1]


@ALL_FACES
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_talks_to_a_terminal_that_nobody_reads_ends(
    stage: Stage, tmp_path: Path, face: list[str], number: signal.Signals
) -> None:
    server = stage.serve(flood_rate=0)
    alice = stage.connect(server.port).join("alice", "#lobby")
    words = ("127.0.0.1", str(server.port), "--nick", "bob", *face)
    with Pseudo(tmp_path / "bob", *words, controlling=True) as bob:
        alice.until("JOIN #lobby")
        bob.stall()
        for number_ in range(200):
            alice.say(f"PRIVMSG #lobby :{number_} {'much to read ' * 30}")
        alice.say("PING done")
        alice.until("PONG")
        bob.process.send_signal(number)
        bob.process.wait(PATIENCE)
        assert ":Quit" in alice.until(" QUIT ")[-1]


@ALL_FACES
def test_a_hang_up_that_is_ignored_is_noticed_all_the_same(stage: Stage, tmp_path: Path, face: list[str]) -> None:
    """``nohup`` has it ignored."""
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    words = ("127.0.0.1", str(server.port), "--nick", "bob", *face)
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    with Pseudo(tmp_path / "bob", *words, before=ignoring, controlling=True) as bob:
        alice.until("JOIN #lobby")
        bob.vanish()
        assert bob.process.wait(PATIENCE) == 0


@WAYS
@ALL_FACES
@pytest.mark.parametrize("controlling", [True, False], ids=["own terminal", "another's"])
def test_who_is_stopped_ends_when_they_are_continued(
    stage: Stage, tmp_path: Path, face: list[str], way: Callable[[Pseudo], None], *, controlling: bool
) -> None:
    """No signal tells of the end of a terminal that is another one's, or that ``nohup`` keeps from us."""
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    words = ("127.0.0.1", str(server.port), "--nick", "bob", *face)
    with Pseudo(tmp_path / "bob", *words, controlling=controlling) as bob:
        alice.until("JOIN #lobby")
        bob.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, bob.process.pid, os.WSTOPPED | os.WNOWAIT)
        way(bob)
        bob.process.send_signal(signal.SIGCONT)
        bob.process.wait(PATIENCE)


@pytest.mark.parametrize("face", [[], ["--lines"]], ids=["full screen", "lines"])
def test_it_is_continued_a_thousand_times_in_a_busy_room_and_goes_on(
    stage: Stage, tmp_path: Path, face: list[str]
) -> None:
    server = stage.serve(flood_rate=0)
    alice = stage.connect(server.port).join("alice", "#lobby")
    words = ("127.0.0.1", str(server.port), "--nick", "bob", *face)
    with Pseudo(tmp_path / "bob", *words, controlling=True) as bob:
        alice.until("JOIN #lobby")
        for number in range(CONTINUED):
            alice.say(f"PRIVMSG #lobby :line {number}")
            bob.process.send_signal(signal.SIGCONT)
            if number % 10 == 0:
                bob.process.send_signal(signal.SIGWINCH)
            if number % 100 == 0:
                bob.type(f"{number // 100}")
        bob.type("!\r")
        assert alice.until("bob!")[-1].endswith("PRIVMSG #lobby :0123456789!")
        bob.until(b"line 999")
        bob.process.send_signal(signal.SIGTERM)
        assert bob.process.wait(PATIENCE) == 0


def test_after_a_stop_the_terminal_is_taken_over_anew(stage: Stage, tmp_path: Path) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    with Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob", controlling=True) as bob:
        alice.until("JOIN #lobby")
        bob.process.send_signal(signal.SIGTSTP)
        os.waitid(os.P_PID, bob.process.pid, os.WSTOPPED | os.WNOWAIT)
        bob.until(b"\x1b[?1049l")
        assert bob.echoes, "as the shell wants it"
        bob.shown = b""
        bob.process.send_signal(signal.SIGCONT)
        bob.until(b"\x1b[?1049h")
        bob.until(b"F1 keys")
        bob.type("still here\r")
        alice.until("still here")
        assert not bob.echoes


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("read", [True, False], ids=["read", "stalled"])
def test_a_pipe_says_good_bye(
    stage: Stage, tmp_path: Path, closing: ExitStack, number: signal.Signals, *, read: bool
) -> None:
    server = stage.serve(flood_rate=0)
    alice = stage.connect(server.port).join("alice", "#lobby")
    code = "import sys; from trialogue_client.__main__ import main; sys.exit(main())"
    reading, writing = os.pipe()
    closing.callback(os.close, reading)
    process = subprocess.Popen(
        [sys.executable, "-c", code, "127.0.0.1", str(server.port), "--nick", "bob"],
        stdin=subprocess.PIPE,
        stdout=writing,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TRIALOGUE_CONFIG_DIR": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(writing)
    closing.callback(process.kill)
    alice.until("JOIN #lobby")
    if not read:
        for _ in range(400):
            alice.say(f"PRIVMSG #lobby :{'much to read ' * 30}")
        alice.say("PING done")
        alice.until("PONG")
    process.send_signal(number)
    assert ":Quit" in alice.until(" QUIT ")[-1]
    process.wait(PATIENCE)
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_scenario_says_good_bye(stage: Stage, tmp_path: Path, closing: ExitStack, number: signal.Signals) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    path = tmp_path / "waiting.scenario"
    path.write_text("actors bob\nwithin 60s\nbob joins\nbob sees alice: never said\n")
    code = "import sys; from trialogue_client.__main__ import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "127.0.0.1", str(server.port), "--script", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TRIALOGUE_CONFIG_DIR": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    closing.callback(process.kill)
    alice.until("JOIN #lobby")
    process.send_signal(number)
    assert ":Quit" in alice.until(" QUIT ")[-1]
    process.wait(PATIENCE)
