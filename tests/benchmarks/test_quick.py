"""Which commit is compared with, and when slower is slower."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.past import NoPastError, earlier_commit, subject, unpack
from benchmarks.verdict import Compared, too_slow

_SERVER = Path("services/server/src/server.py")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def _git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", "-C", str(root), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _commit(root: Path, path: Path, text: str) -> str:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    _git(root, "add", ".")
    _git(root, "commit", "--quiet", "--message", text)
    return _git(root, "rev-parse", "HEAD")


@pytest.fixture
def commits(tmp_path: Path) -> list[str]:
    """A checkout in `tmp_path / "here"` whose server was changed by the second of three commits."""
    root = tmp_path / "here"
    root.mkdir()
    _git(root, "init", "--quiet", "--initial-branch", "main")
    return [
        _commit(root, _SERVER, "first"),
        _commit(root, _SERVER, "second"),
        _commit(root, Path("README.md"), "third"),
    ]


@needs_git
def test_the_last_change_of_the_server_is_compared_with_what_was_before_it(tmp_path: Path, commits: list[str]) -> None:
    assert earlier_commit(tmp_path / "here") == commits[0]


@needs_git
def test_what_is_not_committed_is_compared_with_the_last_commit(tmp_path: Path, commits: list[str]) -> None:
    (tmp_path / "here" / _SERVER).write_text("changed")
    assert earlier_commit(tmp_path / "here") == commits[2]


@needs_git
def test_a_branch_is_compared_with_where_it_began(tmp_path: Path, commits: list[str]) -> None:
    _git(tmp_path, "clone", "--quiet", "here", "branch")
    root = tmp_path / "branch"
    _commit(root, _SERVER, "fourth")
    _commit(root, _SERVER, "fifth")
    assert earlier_commit(root) == commits[2]


@needs_git
def test_the_commit_that_is_asked_for_is_taken(tmp_path: Path, commits: list[str]) -> None:
    assert earlier_commit(tmp_path / "here", "HEAD~1") == commits[1]
    with pytest.raises(NoPastError, match="There is no commit v9 here"):
        earlier_commit(tmp_path / "here", "v9")


@needs_git
def test_a_shallow_history_has_nothing_to_compare_with(tmp_path: Path, commits: list[str]) -> None:
    _git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{tmp_path / 'here'}", "shallow")
    with pytest.raises(NoPastError, match="unshallow"):
        earlier_commit(tmp_path / "shallow")


def test_what_is_no_checkout_has_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(NoPastError, match="nothing to compare"):
        earlier_commit(tmp_path)


@needs_git
def test_the_earlier_code_is_unpacked_and_the_checkout_stays_as_it_is(tmp_path: Path, commits: list[str]) -> None:
    root, past = tmp_path / "here", tmp_path / "past"
    _commit(root, Path("packages/wire/src/wire.py"), "wire")
    commit = _commit(root, Path("benchmarks/unlimited.toml"), "settings")
    (root / _SERVER).write_text("changed")
    unpack(root, commit, past)
    assert (past / _SERVER).read_text() == "second"
    assert (root / _SERVER).read_text() == "changed"
    assert subject(root, commits[0]).endswith(" first")
    with pytest.raises(NoPastError, match="no server that can be measured"):
        unpack(root, commits[0], past)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ([1.4, 1.4, 1.4], None),
        ([1.0, 1.0, 9.0], None),  # one disturbed round
        ([1.6, 1.7, 0.9], "CPU: 1.60 times what it was, and noise explains no more than 1.5."),
    ],
)
def test_slower_is_what_the_median_of_the_rounds_says(now: list[float], said: str | None) -> None:
    assert too_slow(Compared("CPU", now, [1.0, 1.0, 1.0], [0.5, 0.5, 0.5])) == said


def test_rounds_are_compared_one_by_one_so_that_drift_cancels() -> None:
    one = Compared("CPU", [1.0, 10.0, 100.0], [1.0, 10.0, 100.0], [0.5, 5.0, 50.0])
    assert one.ratios == [1.0, 1.0, 1.0]
    assert one.times_floor == 2.0


def test_without_an_earlier_commit_nothing_is_too_slow() -> None:
    assert too_slow(Compared("CPU", [9.0], [], [1.0])) is None
