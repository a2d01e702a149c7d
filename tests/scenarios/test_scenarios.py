"""Every scenario in this directory, played by the real client against the real server over real sockets."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server

pytestmark = pytest.mark.system

HERE = Path(__file__).parent
LOOPBACK = "127.0.0.1"


@contextmanager
def serving(directory: Path) -> Iterator[int]:
    """Run a server that keeps its data there; gives its port."""
    directory.mkdir(exist_ok=True)
    with Server(directory, LOOPBACK, "0") as server:
        yield server.port
        server.signal(signal.SIGTERM)
        assert server.wait() == 0


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server of its own for each test."""
    with serving(tmp_path) as chosen:
        yield chosen


def client(port: int, *arguments: str, stdin: str | None = None, **environment: str) -> subprocess.Popen[str]:
    """Start it; with an input, it shows the conversation too."""
    shown = () if stdin is None else ("--show",)
    return subprocess.Popen(
        [sys.executable, "-m", "trialogue_client", LOOPBACK, str(port), *arguments, *shown],
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


def result(process: subprocess.Popen[str], stdin: str | None = None) -> tuple[int, str]:
    output, _ = process.communicate(stdin, timeout=PATIENCE)
    return process.returncode, output


def actors(scenario: Path) -> list[str]:
    [line] = [line for line in scenario.read_text().splitlines() if line.startswith("actors ")]
    return line.removeprefix("actors ").replace(",", " ").split()


@pytest.mark.parametrize("scenario", sorted(HERE.glob("*.scenario")), ids=lambda path: path.stem)
def test_one_process_plays_everybody(scenario: Path, port: int) -> None:
    code, output = result(client(port, "--script", str(scenario)))
    assert code == 0, output


@pytest.mark.parametrize("scenario", sorted(HERE.glob("*.scenario")), ids=lambda path: path.stem)
def test_one_process_for_each_actor_in_any_order(scenario: Path, port: int) -> None:
    names = actors(scenario)
    processes = {name: client(port, "--script", str(scenario), "--as", name) for name in reversed(names)}
    results = {name: result(process) for name, process in processes.items()}
    assert [code for code, _ in results.values()] == [0] * len(names), "\n".join(said for _, said in results.values())


BEFORE = """
actors alice, bob
alice registers with correct-horse
alice joins
alice raw: CS REGISTER #lobby
bob waits for alice
bob joins
alice waits for bob
alice: kept
alice: and not kept
alice /undo
bob sees alice take back: and not kept
alice waits until bob is gone
"""
AFTER = """
actors alice, bob
alice cannot connect (433)
alice connects with password correct-horse
alice joins
bob joins
bob sees earlier alice: kept
bob does not see earlier alice: and not kept
bob /search kept from alice
bob finds alice: kept
bob waits for alice
alice waits for bob
"""


def test_accounts_history_and_what_was_taken_back_outlast_the_server(tmp_path: Path) -> None:
    for number, text in enumerate((BEFORE, AFTER)):
        scenario = tmp_path / f"{number}.scenario"
        scenario.write_text(text)
        with serving(tmp_path) as port:
            code, output = result(client(port, "--script", str(scenario)))
        assert code == 0, output


def test_an_account_is_told_what_it_missed_since_its_last_device_was_there(port: int, tmp_path: Path) -> None:
    """The first run has read what was said until it ended; the second begins there, once."""
    scenario = tmp_path / "alice.scenario"
    scenario.write_text(
        "actors alice\nalice registers with correct-horse\nalice joins\nalice raw: CS REGISTER #lobby\n"
    )
    code, output = result(client(port, "--script", str(scenario)))
    assert code == 0, output
    for nick, text in (("bob", "seen"), ("alice", "hello"), ("bob", "missed"), ("alice", "again"), ("alice", "more")):
        password = {"TRIALOGUE_PASSWORD": "correct-horse"} if nick == "alice" else {}
        code, output = result(client(port, "--nick", nick, "--plain", stdin="", **password), f"{text}\n")
        assert code == 0, output
        if text == "hello":
            assert "bob (earlier): seen" in output
        if text == "again":
            assert "While you were away: 1 message in #lobby." in output
            assert "bob (earlier): missed" in output
            assert "seen" not in output
        if text == "more":
            assert "(earlier)" not in output


def test_a_pipe_says_its_line_and_ends(port: int) -> None:
    code, output = result(client(port, "--nick", "bob", stdin=""), "hi\n")
    assert code == 0, output
    assert output.splitlines()[-1].endswith("bob: hi")


def test_a_reader_who_goes_away_is_no_error(port: int) -> None:
    process = client(port, "--nick", "bob", stdin="")
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline()
    process.stdout.close()
    process.stdin.write("hi\n" * 50)
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


def test_a_signal_says_good_bye(port: int) -> None:
    with Client(port).join("alice", "#lobby") as alice:
        process = client(port, "--nick", "bob", stdin="")
        alice.until(" JOIN ")
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert ":Quit" in alice.until(" QUIT ")[-1], "said, and not only found out by the server"
    process.communicate()


def test_wrong_words_are_told_from_a_missing_server(port: int) -> None:
    code, output = result(client(port, "--script", str(HERE / "lobby.scenario"), "--as", "nobody"))
    assert code == 2
    assert "--as takes one of alice, bob, carol" in output
    with socket.socket() as closed:
        closed.bind((LOOPBACK, 0))  # and does not listen
        code, output = result(client(closed.getsockname()[1], "--nick", "bob"))
    assert code == 3
    assert "refused the connection" in output
