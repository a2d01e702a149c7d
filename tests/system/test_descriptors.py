"""At the limit of open files: those who are in go on, others are told, and the administrator is answered."""

import subprocess
import sys
from pathlib import Path

import pytest
import trio

from tests.support.patience import PATIENCE
from tests.support.process import WITHOUT_LIMITS, started
from tests.support.running import Person

pytestmark = [pytest.mark.system, pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")]

FEW_FILES = ["sh", "-c", 'ulimit -n 80 && exec "$@"', "sh"]


async def test_a_reserve_is_kept(tmp_path: Path) -> None:
    environment = WITHOUT_LIMITS | {"TRIALOGUE_CONNECTIONS_PER_ADDRESS": "0"}
    with trio.fail_after(PATIENCE):
        async with started(tmp_path, prefix=FEW_FILES, environment=environment) as server:
            alice = await server.come("alice", "#room", caps="draft/chathistory batch message-tags echo-message")
            streams = [await trio.open_tcp_stream("127.0.0.1", server.port) for _ in range(100)]
            last = await Person(streams[-1]).line()
            assert last == "ERROR :The server is full; please try again later"
            await server.says("no more connections are let in: raise the limit of open files (`ulimit -n`)")
            await alice.say("REGISTER * * some-password")
            assert "SUCCESS alice" in await alice.hear("REGISTER")
            await alice.say("PRIVMSG #room :hello", "CHATHISTORY LATEST #room * 5")
            assert (await alice.hear("PRIVMSG")).endswith(":hello")
            await alice.hear("chathistory")
            assert (await alice.hear("PRIVMSG")).endswith(":hello")
            words = [sys.executable, "-m", "trialogue_server", "account", "list", "--data-dir", str(tmp_path)]
            listed = await trio.run_process(words, capture_stdout=True, stderr=subprocess.STDOUT)
            assert b"alice" in listed.stdout
            await close(streams)
            streams = []
            carol = await come_again(server.port, streams)
            await carol.say("PRIVMSG alice :there is room again")
            await alice.hear("again")
            await close(streams)


async def close(streams: list[trio.SocketStream]) -> None:
    for stream in streams:
        await stream.aclose()


async def come_again(port: int, streams: list[trio.SocketStream]) -> Person:
    """Return somebody who has come in, once the server has noticed that others have gone."""
    while True:
        streams.append(await trio.open_tcp_stream("127.0.0.1", port))
        person = Person(streams[-1])
        await person.say("NICK carol", "USER carol 0 * :carol")
        if " 001 " in await person.hear("001", "ERROR"):
            return person
