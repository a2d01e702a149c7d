"""Servers that are found: each on a machine of its own, which is a network namespace behind a switch."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import pytest
import trio

from tests.support.networks import network, why_none
from tests.support.patience import PATIENCE
from tests.support.process import WITHOUT_LIMITS, started
from tests.support.tmux import Terminals, needs_tmux

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import ExitStack
    from pathlib import Path

    from tests.support.networks import Machine
    from tests.support.patience import PATIENCE
from tests.support.process import ServerProcess

pytestmark = pytest.mark.system

ANNOUNCED = "announced on the local network"


@pytest.fixture(autouse=True)
def possible() -> None:
    """Such networks can be made here."""
    if reason := why_none():
        pytest.skip(reason)


@contextmanager
def lan(machines: int = 2, *, six_only: bool = False) -> Iterator[list[Machine]]:
    """Make a network for a test that ends in time."""
    with network(machines=machines, six_only=six_only) as made, trio.fail_after(PATIENCE):
        yield made


@asynccontextmanager
async def serving(machine: Machine, home: Path, *words: str, name: str = "Garden") -> AsyncIterator[ServerProcess]:
    """Run a server there for whoever can reach it, and wait until it is announced."""
    environment = {**WITHOUT_LIMITS, "TRIALOGUE_SERVER_NETWORK": name}
    directory = home / machine.name
    async with started(directory, *words, host="*", prefix=machine.command(), environment=environment) as server:
        await server.says(ANNOUNCED)
        yield server


class Listener:
    """What a program prints."""

    def __init__(self, stream: trio.abc.ReceiveStream) -> None:
        self._stream = stream
        self._printed = b""

    async def hears(self, line: str) -> None:
        """Wait until this line has come."""
        while f"{line}\n".encode() not in self._printed:
            data = await self._stream.receive_some()
            assert data, self._printed
            self._printed += data


@asynccontextmanager
async def answering(machine: Machine, kind: str) -> AsyncIterator[Listener]:
    """Run somebody there who answers in some way or other, or only listens."""
    program = machine.command(sys.executable, "-m", "tests.support.responder", kind, machine.address)
    process = await trio.lowlevel.open_process(program, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        listener = Listener(process.stdout)
        await listener.hears("listening")
        yield listener
    finally:
        process.kill()
        with trio.CancelScope(shield=True):
            await process.wait()


async def client(machine: Machine, home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run the client there until it ends."""
    program = machine.command(sys.executable, "-m", "trialogue_client", *words)
    environment = {"TRIALOGUE_CONFIG_DIR": str(home / "config"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return await trio.run_process(
        program, stdin=typed.encode(), capture_stdout=True, capture_stderr=True, check=False, env=environment
    )


async def found(machine: Machine, home: Path) -> list[list[str]]:
    """Return what the client finds from there: address, port, "tls" or "plain", name, fingerprint."""
    done = await client(machine, home, "--discover")
    assert not done.stderr, done.stderr
    return sorted(line.split("\t") for line in done.stdout.decode().splitlines())


async def test_a_server_is_found_from_another_machine_and_is_where_it_says(home: Path) -> None:
    with lan() as (here, there):
        async with serving(here, home, "--tls-port", "0") as server:
            secure = next(line for line in server.log if line["event"] == "listening with TLS")
            port = secure["at"].rpartition(":")[2]
            lines = await found(there, home)
            assert lines == sorted(
                [
                    [here.address, str(server.port), "plain", "Garden", "-"],
                    [here.address, port, "tls", "Garden", secure["sha256"]],
                ]
            )
            said = await client(there, home, here.address, port, "--tls", "--nick", "bob", typed="hello\n")
            assert said.returncode == 0, said.stderr
            assert secure["sha256"] in said.stdout.decode() + said.stderr.decode()


async def test_where_there_is_none_that_is_said(home: Path) -> None:
    with lan() as (here, there):
        off = {**WITHOUT_LIMITS, "TRIALOGUE_ANNOUNCE_ENABLED": "false"}
        async with started(home / "off", host="*", prefix=here.command(), environment=off):
            done = await client(there, home, "--discover")
    assert done.returncode == 3
    assert done.stdout == b""
    assert done.stderr.startswith(b"No server has answered on the local network")


async def test_a_server_that_has_gone_is_not_found_any_more(home: Path) -> None:
    with lan() as (here, there):
        async with serving(here, home) as server:
            assert await found(there, home)
            server.process.terminate()
            assert await server.process.wait() == 0
            assert (await client(there, home, "--discover")).returncode == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_is_stopped_while_it_is_still_announcing_says_goodbye(
    home: Path, number: signal.Signals
) -> None:
    """ "a host sends an unsolicited Multicast DNS response packet giving its own … records … with a TTL of zero."

    https://www.rfc-editor.org/rfc/rfc6762#section-10.1
    """
    with lan() as (here, there):
        async with answering(there, "ear") as ear:
            environment = {**WITHOUT_LIMITS, "TRIALOGUE_SERVER_NETWORK": "Garden"}
            prefix, words = here.command(), ("--tls-port", "0")
            async with started(home / "new", *words, host="*", prefix=prefix, environment=environment) as server:
                await ear.hears("Garden._ircs._tcp.local. 4500")
                server.process.send_signal(number)
                assert await server.process.wait() == 0
                await ear.hears("Garden._ircs._tcp.local. 0")


async def test_a_server_without_ipv4_is_found_and_can_be_talked_to(home: Path) -> None:
    with lan(six_only=True) as (here, there):
        async with serving(here, home, "--tls-port", "0") as server:
            lines = await found(there, home)
            where = f"{here.address}%lan"
            assert [where, str(server.port), "plain", "Garden", "-"] in lines
            assert len(lines) == 2
            for host, port, kind, _, _ in lines:
                options = ["--tls"] if kind == "tls" else []
                said = await client(there, home, host, port, *options, "--nick", "bob", typed="hello\n")
                assert said.returncode == 0, said.stderr


async def test_two_servers_of_the_same_name_are_told_apart(home: Path) -> None:
    with lan(3) as (one, two, there):
        async with serving(one, home) as first, serving(two, home) as second:
            names = [line["name"] for server in (first, second) for line in server.log if line["event"] == ANNOUNCED]
            lines = await found(there, home)
    assert names == ["Garden", "Garden-2"]
    assert [(line[0], line[3]) for line in lines] == [(one.address, "Garden"), (two.address, "Garden-2")]


async def test_a_slow_one_is_asked_again(home: Path) -> None:
    with lan() as (here, there):
        async with answering(here, "slow"):
            assert await found(there, home) == [[here.address, "6667", "plain", "the slow one", "-"]]


async def test_a_liar_is_in_nobodys_way(home: Path) -> None:
    with lan(3) as (liar, honest, there):
        async with answering(liar, "liar"), answering(honest, "honest"):
            lines = await found(there, home)
    assert [honest.address, "6667", "plain", "the honest one", "-"] in lines
    assert 1 < len(lines) <= 9
    assert all(cell.isprintable() for line in lines for cell in line)


@needs_tmux
async def test_on_the_first_screen_enter_goes_to_the_one_that_was_found(home: Path, closing: ExitStack) -> None:
    terminals = Terminals(home)
    closing.callback(terminals.close)
    with lan() as (here, there):
        async with serving(here, home, "--tls-port", "0") as server:
            await trio.to_thread.run_sync(_find_and_enter, terminals, there)
            pinned = (home / "bob" / "known_hosts").read_text()
            assert next(line["sha256"] for line in server.log if line["event"] == "listening with TLS") in pinned


def _find_and_enter(terminals: Terminals, machine: Machine) -> None:
    terminals.open("bob", machine=machine)
    terminals.until("bob", "On the local network: Enter goes there")
    terminals.until("bob", "Garden")
    terminals.press("bob", "Enter")
    terminals.until("bob", "[x] Encrypt")
    terminals.press("bob", "Enter")
    terminals.until("bob", "You are in #lobby")
    terminals.press("bob", "C-q")
    terminals.ended("bob", 0)
