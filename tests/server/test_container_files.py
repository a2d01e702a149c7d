"""The files that containers are made from, as far as they can be looked at without an engine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(
    not (ROOT / "Dockerfile").exists(), reason="only what the tests need is in this image: neither Dockerfile nor .ci"
)


def test_the_base_image_is_named_by_tag_and_digest() -> None:
    (base,) = re.findall(r"^ARG BASE=(.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert re.fullmatch(r"python:3\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base)
    stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert set(stages) <= {"${BASE}", "build", "runtime"}, "and another one can be asked for"


@pytest.mark.skipif(sys.platform == "win32", reason="scripts for bash")
@pytest.mark.parametrize("script", ["build", "docker-engine"])
def test_where_there_is_no_registry_the_tag_is_enough(script: str) -> None:
    """What is made in its place has another digest."""
    (command,) = re.findall(r"\$\((sed -n 's/\^ARG BASE=.*?) \S*Dockerfile\"?\)", (ROOT / ".ci" / script).read_text())
    done = subprocess.run(["sh", "-c", f"{command} Dockerfile"], cwd=ROOT, capture_output=True, check=True, text=True)
    assert re.fullmatch(r"python:3\.\d+-slim-\w+\n", done.stdout)


def test_scenarios_play_on_a_server_of_their_own_that_keeps_nothing() -> None:
    """What `docker compose run --rm scenarios` says is in nobody's room; `make containers` looks at the volume too."""
    text = (ROOT / "docker-compose.yml").read_text()
    blocks = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", text.partition("\nservices:\n")[2], re.MULTILINE))
    assert re.search(r'tmpfs: \["/data:', blocks["stage"])
    assert "volumes" not in blocks["stage"]
    assert all('command: ["${STAGE:-stage}",' in blocks[actor] for actor in ("alice", "bob", "carol", "dave"))
    assert "server" not in re.sub(r"target: server", "", blocks["scenarios"])
