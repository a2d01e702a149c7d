"""The administrator's commands as they are typed: while the server runs, and while it does not."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE

pytestmark = pytest.mark.system

SERVER = [sys.executable, "-m", "trialogue_server"]


def run(directory: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [*SERVER, *words, "--data-dir", str(directory)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=PATIENCE, check=False)


def told(directory: Path, *words: str, typed: str = "") -> list[str]:
    done = run(directory, *words, typed=typed)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()


@contextmanager
def serving(directory: Path) -> Iterator[None]:
    """Run a server on a free port of loopback until the end of the block."""
    command = [*SERVER, "127.0.0.1", "0", "--data-dir", str(directory), "--log-format", "json"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if '"listening"' in line:
                break
        try:
            yield
        finally:
            process.terminate()
            rest = process.stderr.read()
    assert '"stopped"' in rest


@pytest.fixture(params=["running", "stopped"])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The data directory of a server that runs, or of one that does not."""
    if request.param == "stopped":
        yield tmp_path
        return
    with serving(tmp_path):
        yield tmp_path


def test_accounts_and_operators(directory: Path) -> None:
    def quietly(*words: str, typed: str = "") -> list[str]:
        """Without a server the audit log goes to standard error, as the server's own does."""
        done = run(directory, *words, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert quietly("account", "add", "alice", typed="correct-horse\n") == ["The account alice is ready."]
    (listed,) = quietly("account", "list")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d  alice", listed)
    assert quietly("account", "password", "alice", typed="another-horse\n") == ["alice has a new password."]
    assert quietly("operator", "grant", "alice", "kill", "ban") == ["alice is an operator: kill, ban."]
    (listed,) = quietly("operator", "list")
    assert listed.endswith("alice  kill ban")
    assert quietly("operator", "revoke", "alice") == ["alice is no operator any more."]
    assert quietly("account", "drop", "alice", "--yes") == [
        "The account alice and everything that it owned were deleted."
    ]
    assert quietly("account", "list") == ["None."]
    assert quietly("ban", "list") == ["None."]


def test_what_a_class_may_is_granted(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[[operator_classes]]\nname = "moderators"\nprivileges = ["kill", "ban"]\n')
    assert run(tmp_path, "account", "add", "alice", typed="correct-horse\n").returncode == 0
    done = run(tmp_path, "operator", "grant", "alice", "--class", "moderators", "--config", str(settings))
    assert done.stdout == "alice is an operator: kill, ban.\n"
    done = run(tmp_path, "operator", "grant", "alice", "--class", "wizards", "--config", str(settings))
    text = "The settings have no class wizards of operators; they have: moderators."
    assert (done.returncode, done.stderr) == (2, f"trialogue-server: {text}\n")


def test_bans(directory: Path) -> None:
    words = ["ban", "add", "192.0.2.0/24", "--for", "1d", "--reason", "too", "much", "spam"]
    done = run(directory, *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The network 192.0.2.0/24 is banned until ")
    (listed,) = told(directory, "ban", "list")
    assert listed.startswith("network 192.0.2.0/24  by administrator ")
    assert listed.endswith(": too much spam")
    assert run(directory, "ban", "lift", "192.0.2.0/24").returncode == 0
    assert told(directory, "ban", "list") == ["None."]


def test_the_audit_log(directory: Path) -> None:
    assert run(directory, "ban", "add", "192.0.2.1", "--reason", "spam").returncode == 0
    assert run(directory, "account", "add", "alice", typed="correct-horse\n").returncode == 0
    first, second = told(directory, "audit")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  administrator  \S+  BAN ADD address 192\.0\.2\.1: spam", first
    )
    assert second.endswith("ACCOUNT ADD alice")
    assert told(directory, "audit", "--last", "1", "--since", "1h") == [second]
    assert '"action":"ACCOUNT ADD"' in told(directory, "audit", "--json")[1]
    assert told(directory, "audit", "--operator", "nobody") == []


def test_what_is_refused_is_told_in_a_sentence(directory: Path) -> None:
    done = run(directory, "account", "drop", "nobody", "--yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "trialogue-server: There is no account nobody: see `trialogue-server account list`\n"
    done = run(directory, "account", "add", "alice", typed="short\n")
    assert (done.returncode, done.stderr) == (2, "trialogue-server: The password must have at least 8 characters.\n")


def test_what_was_done_while_the_server_ran_survives_it(tmp_path: Path) -> None:
    with serving(tmp_path):
        told(tmp_path, "account", "add", "alice", typed="correct-horse\n")
        told(tmp_path, "operator", "grant", "alice", "kill")
    assert told(tmp_path, "account", "list")[0].endswith("alice")
    with serving(tmp_path):
        assert told(tmp_path, "operator", "list")[0].endswith("alice  kill")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["account"], "The following arguments are required: action"),
        (["account", "fly"], "account takes no “fly”. There are add, password, list, drop."),
        (["ban", "lift", "planet", "earth"], "lift takes no “planet”. There are "),
        (["ban", "add", "alice", "--for", "ever"], "'ever' is no duration: write 90m, 12h, 7d or 1w"),
        (["operator", "grant", "alice", "fly"], "there is no privilege 'fly', but kill, ban"),
    ],
)
def test_what_is_not_understood_is_told(tmp_path: Path, words: list[str], text: str) -> None:
    done = subprocess.run([*SERVER, *words], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert text in done.stderr
    assert done.stderr.endswith(". Try --help.\n")


@pytest.mark.parametrize("words", [["account"], ["operator", "grant"], ["ban", "add"], ["ban", "lift"]])
def test_each_has_its_help(words: list[str]) -> None:
    done = subprocess.run([*SERVER, *words, "--help"], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: trialogue-server {' '.join(words)}")
