"""`trialogue-server status` as it is typed."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.system.conftest import Stage

pytestmark = pytest.mark.system


def status(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trialogue_server", "status", *words, "--data-dir", str(directory)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_the_status_of_a_server_that_runs(stage: Stage, tmp_path: Path) -> None:
    server = stage.serve()
    stage.connect(server.port).join("alice")
    done = status(tmp_path / "server1" / "data", "alice")
    assert (done.returncode, done.stderr) == (0, "")
    first, *rest = done.stdout.splitlines()
    assert first.startswith("trialogue.local: Trialogue-")
    assert first.endswith(", ready")
    assert "  sessions    1 (plain 1); in the handshake: 0" in rest
    assert rest[-1].startswith("  alice (plain, 127.0.0.1): nothing waits for it; not throttled; heard ")


def test_a_server_that_does_not_run(tmp_path: Path) -> None:
    done = status(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("trialogue-server: No server runs with the data directory ")


def test_a_port_that_is_taken_costs_the_page_and_not_the_chat(stage: Stage) -> None:
    """Two servers on one machine: both speak IRC, and the second says why it has no page."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = stage.serve(web_port=port, metrics_enabled="true", metrics_port=port)
        stage.connect(server.port).join("alice")
        assert server.wait_for("the page is not served")["port"] == port
        assert server.wait_for("metrics are not served")["port"] == port


def test_the_log_names_the_page(stage: Stage) -> None:
    server = stage.serve(metrics_enabled="true", metrics_port=0)
    assert server.wait_for("serving the page")["url"].startswith("http://127.0.0.1:")
    assert server.wait_for("serving metrics")["url"].endswith("/metrics")
