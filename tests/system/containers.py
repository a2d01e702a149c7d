"""The images and docker-compose.yml on a real engine.  `make containers` builds the images and runs this.

The file's name keeps it out of the ordinary test run: it needs an engine and images that are up to date.
"""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "tests" / "scenarios"
CLIENT = str(Path(sys.executable).with_name("trialogue-client"))
ACTORS = ("alice", "bob", "carol", "dave")

DEAF = """
services:
  stage:
    entrypoint: [python, /deaf_server.py]
    command: []
    volumes: ["./tests/system/deaf_server.py:/deaf_server.py:ro"]
    stop_grace_period: 0s
"""


class Compose:
    """docker-compose.yml as a project of its own, on ports that are free."""

    def __init__(self, project: str, *overrides: Path) -> None:
        self.files = [ROOT / "docker-compose.yml", *overrides]
        self.environment = os.environ | {
            "COMPOSE_PROJECT_NAME": project,
            "COMPOSE_PROFILES": "test",
            "CHAT_PORT": "0",
            "PAGE_PORT": "0",
        }

    def command(self, *arguments: str) -> list[str]:
        files = [part for file in self.files for part in ("--file", str(file))]
        return ["docker", "compose", "--project-directory", str(ROOT), *files, *arguments]

    def run(self, *arguments: str, wanted: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        """Raises with all that was printed when the exit code is not the wanted one."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=3 * PATIENCE,
        )
        if wanted is not None and done.returncode != wanted:
            raise AssertionError(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}")
        return done

    def container(self, service: str) -> str:
        return self.run("ps", "--all", "--quiet", service).stdout.strip()

    def port(self, inside: int = 6667) -> str:
        """Where this machine reaches the server."""
        return self.run("port", "server", str(inside)).stdout.strip().rpartition(":")[2]

    def close(self) -> None:
        self.run("down", "--volumes", "--remove-orphans", "--timeout", "5")


class Terminal:
    """A program on a terminal of its own: what somebody types and sees."""

    def __init__(self, *command: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))  # lines and columns
        self._process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self._seen = ""

    def type(self, line: str) -> None:
        os.write(self._ours, line.encode() + b"\r")

    def expect(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until the text is on the screen, after what was expected before."""
        deadline = time.monotonic() + seconds
        while text not in self._seen:
            ready, _, _ = select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{text!r} did not appear within {seconds:g} s; on the screen: {self._seen!r}"
            self._seen += os.read(self._ours, 4096).decode("utf-8", "replace")
        self._seen = self._seen.partition(text)[2]

    def close(self) -> int:
        """The exit code, once the program has ended. What it still writes is read: a full terminal would hold it up."""
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            ready, _, _ = select.select([self._ours], [], [], 0.1)
            if ready:
                with suppress(OSError):  # its end of the terminal is closed already
                    os.read(self._ours, 65536)
        code = self._process.wait(1)
        os.close(self._ours)
        return code


@pytest.fixture(scope="module")
def compose() -> Iterator[Compose]:
    project = Compose(f"trialogue-test-{os.getpid()}")
    yield project
    project.close()


@pytest.fixture(scope="module")
def server(compose: Compose) -> Compose:
    compose.run("up", "--detach", "--wait", "server")
    return compose


def inspect(container: str) -> dict[str, object]:
    printed = subprocess.run(["docker", "inspect", container], check=True, capture_output=True).stdout
    (facts,) = json.loads(printed)
    return dict(facts)


def test_every_actor_reaches_the_end_of_the_scenario(compose: Compose) -> None:
    played = compose.run("run", "--rm", "scenarios", wanted=None)
    assert played.returncode == 0, played.stdout + compose.run("logs", *ACTORS).stdout


def data(server: Compose) -> dict[str, str]:
    """What the server of the people keeps: all of its history, and each of its files."""
    kept = server.run("exec", "-T", "server", "trialogue-server", "export").stdout
    accounts = server.run("exec", "-T", "server", "trialogue-server", "account", "list").stdout
    return {"history": kept, "accounts": accounts}


def test_a_scenario_leaves_nothing_behind(server: Compose) -> None:
    before = data(server)
    server.run("run", "--rm", "scenarios")
    assert data(server) == before
    stage = inspect(server.container("stage"))
    assert stage["Mounts"] == [], "nor a volume of its own"


def test_a_server_that_loses_messages_fails_the_run(tmp_path: Path) -> None:
    override = tmp_path / "deaf.yml"
    override.write_text(DEAF)
    deaf = Compose(f"trialogue-deaf-{os.getpid()}", override)
    try:
        played = deaf.run("run", "--rm", "scenarios", wanted=None)
        said = deaf.run("logs", *ACTORS).stdout
        health = inspect(deaf.container("stage"))["State"]
    finally:
        deaf.close()
    assert played.returncode != 0
    assert "expected" in said, said  # for the scenario's own reason, and not because nothing worked at all
    assert isinstance(health, dict)
    assert health["Health"]["Status"] == "healthy"


LOOK_AROUND = """
import errno, importlib.util, json, pathlib, re, shutil
def write(path):
    try:
        pathlib.Path(path).write_text("")
    except OSError as error:
        return errno.errorcode[error.errno]
    return "written"
status = pathlib.Path("/proc/1/status").read_text()
print(json.dumps({
    "status": dict(re.findall(r"^(Uid|CapEff|NoNewPrivs):\\t(\\w+)", status, re.M)),
    "writes": {path: write(path) for path in ("/tmp/x", "/opt/trialogue/x", "/data/x")},
    "tools": [name for name in ("pip", "pip3", "gcc", "cc", "make") if shutil.which(name)],
    "modules": [name for name in ("pip", "ensurepip", "setuptools", "hatchling") if importlib.util.find_spec(name)],
}))
"""


def test_the_server_can_do_nothing_but_its_work(server: Compose) -> None:
    found = json.loads(server.run("exec", "-T", "server", "python", "-c", LOOK_AROUND).stdout)
    assert found == {
        "status": {"Uid": "10001", "CapEff": "0000000000000000", "NoNewPrivs": "1"},
        "writes": {"/tmp/x": "EROFS", "/opt/trialogue/x": "EROFS", "/data/x": "written"},
        "tools": [],
        "modules": [],
    }


def test_the_server_cannot_take_all_of_the_machine(server: Compose) -> None:
    host = inspect(server.container("server"))["HostConfig"]
    assert isinstance(host, dict)
    assert (host["Memory"], host["PidsLimit"]) == (1024**3, 256)
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "5"}}


@pytest.mark.parametrize("image", ["trialogue-server", "trialogue-client"])
def test_an_image_is_labelled_with_what_is_in_it(image: str) -> None:
    said = subprocess.run(["docker", "run", "--rm", image, "--version"], check=True, capture_output=True, text=True)
    config = inspect(image)["Config"]
    assert isinstance(config, dict)
    labels = config["Labels"]
    title, version = labels["org.opencontainers.image.title"], labels["org.opencontainers.image.version"]
    assert said.stdout.split() == [title, version]


@pytest.mark.parametrize("port", ["6667", "8067"])
def test_only_this_machine_reaches_the_published_ports(server: Compose, port: str) -> None:
    assert server.run("port", "server", port).stdout.startswith("127.0.0.1:")


def test_a_browser_on_this_machine_gets_the_page(server: Compose) -> None:
    with urlopen(f"http://127.0.0.1:{server.port(8067)}/", timeout=PATIENCE) as page:
        assert b"<title>" in page.read()


def test_native_and_container_clients_play_the_same_scenario(server: Compose) -> None:
    *inside, outside = ACTORS
    server.run("up", "--detach", "--force-recreate", "--no-deps", *inside, STAGE="server")
    scenario = str(SCENARIOS / "garden.scenario")
    native = subprocess.run(
        [CLIENT, "127.0.0.1", server.port(), "--script", scenario, "--as", outside],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert native.returncode == 0, native.stdout + native.stderr + server.run("logs", *inside).stdout
    containers = [server.container(actor) for actor in inside]
    codes = subprocess.run(
        ["docker", "wait", *containers], check=True, capture_output=True, text=True, timeout=PATIENCE
    )
    assert codes.stdout.split() == ["0"] * len(inside), server.run("logs", *inside).stdout


def test_somebody_attached_talks_to_the_native_client(server: Compose) -> None:
    """`docker compose up` and `docker attach` in one window, the client of this machine in another."""
    server.run("up", "--detach", "client")
    inside = Terminal("docker", "attach", server.container("client"))
    outside = Terminal(CLIENT, "127.0.0.1", server.port(), "--nick", "outside")
    try:
        outside.expect("#lobby")
        inside.expect("\x1b[?1049h")  # the screen is given back at the end, and the mouse is heard
        inside.expect("\x1b[?1000h")
        inside.type("inside")
        outside.expect("inside")
        outside.type("hello in there")
        inside.expect("hello in there")
        inside.type("hello out there")
        outside.expect("hello out there")
        inside.type("/quit")
        outside.type("/quit")
    finally:
        codes = (inside.close(), outside.close())
    assert codes == (0, 0)


def test_one_more_person_has_a_name_and_settings_of_their_own(server: Compose) -> None:
    """`docker compose run --rm client`, after the attached client has been used: it knows nothing of that one."""
    found = server.run("run", "--rm", "--no-deps", "--entrypoint", "find", "client", "/data", "-type", "f")
    assert "/data" not in found.stdout


def test_a_server_that_no_longer_reads_is_unhealthy(server: Compose) -> None:
    check = ("exec", "-T", "server", "python", "-m", "trialogue_server.cli.healthcheck", "127.0.0.1", "6667")
    server.run(*check)
    subprocess.run(["docker", "kill", "--signal", "STOP", server.container("server")], check=True)
    assert "does not answer within" in server.run(*check, wanted=1).stdout
    subprocess.run(["docker", "kill", "--signal", "CONT", server.container("server")], check=True)
    server.run(*check)


def test_the_server_stops_at_once_and_cleanly(server: Compose) -> None:
    """Docker kills what has not stopped after ten seconds, which is the exit code 137."""
    container = server.container("server")
    subprocess.run(["docker", "stop", container], check=True, capture_output=True)
    state = inspect(container)["State"]
    assert isinstance(state, dict)
    assert (state["ExitCode"], state["OOMKilled"]) == (0, False)
