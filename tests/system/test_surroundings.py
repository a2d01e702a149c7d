"""The tests leave alone what they did not start, and nothing of whoever runs them reaches what they start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.tmux import Tmux, needs_tmux

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]


@needs_tmux
def test_the_tmux_server_in_which_the_tests_run_is_left_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``TMUX`` names a server for every command that does not name another one."""
    theirs = Tmux(home)
    theirs("new-session", "-d", "-s", "work", "exec sleep 600")
    try:
        socket, pid = theirs("display-message", "-p", "#{socket_path} #{pid}").split()
        monkeypatch.setenv("TMUX", f"{socket},{pid},0")
        monkeypatch.setenv("TMUX_PANE", "%0")
        monkeypatch.setenv("TMUX_TMPDIR", str(home))
        (home / "t").mkdir()
        ours = Tmux(home / "t")
        ours("new-session", "-d", "-s", "test", "exec sleep 600")
        assert ours("list-sessions", "-F", "#{session_name}").split() == ["test"]
        ours.close()
        ours.close()
        assert theirs("list-sessions", "-F", "#{session_name}").split() == ["work"]
    finally:
        theirs.close()


SEEN = """
import locale, os, signal, sys
def test_what_is_around() -> None:
    assert not {"TMUX", "NO_COLOR", "LC_ALL", "COLUMNS", "TRIALOGUE_NICK", "HTTPS_PROXY"} & set(os.environ)
    assert os.environ["HOME"] != "/nowhere"
    assert locale.getencoding() == "utf-8" or locale.getencoding() == "UTF-8"
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
    assert signal.SIG_IGN not in map(signal.getsignal, (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD))
"""


def test_what_is_set_for_other_programs_is_not_set_for_the_tests(tmp_path: Path) -> None:
    """Signals that are ignored or blocked, as nohup(1) and the shell do in the background; and the environment."""
    (tmp_path / "test_seen.py").write_text(SEEN)
    odd = {
        "TMUX": "/nowhere,1,0",
        "NO_COLOR": "1",
        "LC_ALL": "C",
        "COLUMNS": "20",
        "HOME": "/nowhere",
        "TRIALOGUE_NICK": "eve",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "TERM": "dumb",
        "TZ": "Asia/Kolkata",
    }
    ignoring = (
        "import os, signal, sys\n"
        "for name in ('SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGCHLD'): signal.signal(getattr(signal, name), signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGUSR1))\n"
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
    )
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest", str(tmp_path / "test_seen.py")]
    done = subprocess.run(
        [sys.executable, "-c", ignoring, *words, "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")],
        cwd=ROOT,
        env={**os.environ, **odd},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


if sys.platform == "win32":
    pytestmark = [pytestmark, pytest.mark.skip(reason="there are no such signals, and no tmux")]
