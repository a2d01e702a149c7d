"""What goes wrong with a disk, done to a real server: nobody sees what is not stored, and everybody is told.

Full and read-only file systems are real ones, small and in a mount namespace of their own.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trio
import trio.testing

from tests.support.patience import PATIENCE
from tests.support.process import WITHOUT_LIMITS, Ended, refusal, started
from tests.support.running import Person

pytestmark = pytest.mark.system

CAPS = "draft/chathistory batch message-tags"
HELD = "store unavailable, tick held"
QUIET_SECONDS = 0.3
"""Long for a server on the same machine: what it has to say it has said by then."""


def on_small_disk(directory: Path, options: str) -> list[str]:
    """Return the command before a command that lets it find a small file system of its own there."""
    mount = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]
    script = f'mount -t tmpfs -o {options} tmpfs "{directory}" && exec "$@"'
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare(1) to make a file system with")
    if subprocess.run([*mount, script, "sh", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system, not even in a namespace")
    return [*mount, script, "sh"]


@contextmanager
def full(directory: Path) -> Iterator[None]:
    """Let there be no room left in a file system."""
    filler = directory / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink(missing_ok=True)


async def nothing(person: Person) -> None:
    """Assert that somebody hears nothing."""
    with trio.move_on_after(QUIET_SECONDS):
        raise AssertionError(await person.line())


async def history(person: Person, room: str = "#room") -> list[str]:
    """Ask for the history of a room and return the texts."""
    await person.say(f"CHATHISTORY LATEST {room} * 100")
    await person.hear("chathistory")
    texts = []
    while " BATCH " not in (line := await person.line()):
        texts.append(line.rpartition(" :")[2])
    return texts


async def test_a_full_disk_holds_the_tick_and_then_it_goes_on(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
        async with started(tmp_path, prefix=on_small_disk(tmp_path, "size=1m")) as server:
            alice, bob = await server.come("alice", "#room", caps=CAPS), await server.come("bob", "#room")
            await alice.say("PRIVMSG #room :before")
            assert (await bob.hear("PRIVMSG")).endswith(":before")
            await alice.hear("JOIN")
            with full(Path(f"/proc/{server.process.pid}/root{tmp_path}")):
                await alice.say("PRIVMSG #room :held")
                await server.says(HELD)
                await alice.say("PRIVMSG #room :after", "PING now")
                await nothing(bob)
                await nothing(alice)
            assert [(await bob.hear("PRIVMSG")).rpartition(":")[2] for _ in range(2)] == ["held", "after"]
            await alice.hear("PONG")
            await server.says("store available again")
            assert await history(alice) == ["before", "held", "after"]


async def test_a_disk_that_stays_full_ends_the_server_and_everybody_is_told(tmp_path: Path) -> None:
    environment = WITHOUT_LIMITS | {"TRIALOGUE_TIMEOUTS_STORE": "1"}
    prefix = on_small_disk(tmp_path, "size=1m")
    with trio.fail_after(PATIENCE):
        async with started(tmp_path, prefix=prefix, environment=environment) as server:
            alice, bob = await server.come("alice", "#room"), await server.come("bob", "#room")
            with full(Path(f"/proc/{server.process.pid}/root{tmp_path}")):
                await alice.say("PRIVMSG #room :held")
                for person in (alice, bob):
                    last = await person.line()
                    while "JOIN" in last:
                        last = await person.line()
                    assert last == "ERROR :Closing link (127.0.0.1): The server cannot store messages any more"
                assert await server.process.wait() == 1
            await server.says("the store is lost; nothing unstored was shown")


async def test_a_database_that_another_program_locks_holds_the_tick(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            alice, bob = await server.come("alice", "#room", caps=CAPS), await server.come("bob", "#room")
            other = sqlite3.connect(tmp_path / "trialogue.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            await alice.say("PRIVMSG #room :held")
            await server.says(HELD)
            await nothing(bob)
            other.execute("ROLLBACK")
            other.close()
            assert (await bob.hear("PRIVMSG")).endswith(":held")
            assert await history(alice) == ["held"]


async def test_a_store_that_breaks_in_the_middle_is_told_of_and_history_is_what_was_seen(tmp_path: Path) -> None:
    environment = WITHOUT_LIMITS | {"TRIALOGUE_TIMEOUTS_STORE": "0.5"}
    with trio.fail_after(PATIENCE):
        async with started(tmp_path, environment=environment) as server:
            alice, bob = await server.come("alice", "#room", caps=CAPS), await server.come("bob", "#room")
            await alice.say("PRIVMSG #room :seen")
            await bob.hear("PRIVMSG")
            other = sqlite3.connect(tmp_path / "trialogue.db", isolation_level=None)
            other.execute("ALTER TABLE events RENAME TO elsewhere")
            await alice.say("CHATHISTORY LATEST #room * 10")
            assert "CHATHISTORY MESSAGE_ERROR LATEST #room :" in await alice.hear("FAIL")
            await alice.say("PRIVMSG #room :unseen")
            assert "cannot store messages" in await bob.hear("PRIVMSG", "ERROR")
            assert await server.process.wait() == 1
        other.execute("ALTER TABLE elsewhere RENAME TO events")
        other.close()
        async with started(tmp_path) as server:
            assert await history(await server.come("alice", "#room", caps=CAPS)) == ["seen"]


async def test_what_was_taken_back_is_gone_although_the_server_was_killed_at_once(tmp_path: Path) -> None:
    """The search index is a file of its own and comes after: it must not be the one place that remembers."""
    caps = "batch message-tags echo-message draft/search draft/message-redaction"
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            alice, bob = await server.come("alice", "#room", caps=caps), await server.come("bob", "#room", caps=caps)
            await alice.say("PRIVMSG #room :the secret", "SEARCH text=secret")
            msgid = (await alice.hear("PRIVMSG")).partition("msgid=")[2].split(";")[0].split(" ")[0]
            assert (await alice.hear("PRIVMSG")).endswith(":the secret"), "it is found, so it is in the index"
            await alice.say(f"REDACT #room {msgid}")
            await bob.hear("REDACT")
            server.process.kill()
            await server.process.wait()
        async with started(tmp_path) as server:
            alice = await server.come("alice", "#room", caps=caps)
            await alice.say("SEARCH text=secret", "PING done")
            assert "PRIVMSG" not in await alice.hear("PRIVMSG", "PONG")
            index = sqlite3.connect(f"file:{tmp_path / 'search.db'}?mode=ro", uri=True)
            while index.execute("SELECT count(*) FROM messages").fetchone() != (0,):
                await trio.testing.wait_all_tasks_blocked(0.05)
            index.close()


async def test_two_servers_do_not_share_a_directory(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
        async with started(tmp_path):
            code, said = await refusal(tmp_path)
    assert code == 2
    assert said == (
        f"trialogue-server: Another server uses the data directory {tmp_path}: "
        "stop it, or give this one its own --data-dir.\n"
    )


async def test_a_read_only_directory_is_said_to_be_one(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
        code, said = await refusal(tmp_path, prefix=on_small_disk(tmp_path, "ro,size=1m"))
    assert code == 2
    assert said == (
        f"trialogue-server: {tmp_path / 'lock'} cannot be opened (Read-only file system): choose another --data-dir.\n"
    )


@pytest.mark.parametrize("damage", ["garbage", "cut", "schema"])
async def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, damage: str) -> None:
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            alice = await server.come("alice", "#room")
            await alice.say("PRIVMSG #room :hello", "QUIT")
            server.process.terminate()
            await server.process.wait()
        path = tmp_path / "trialogue.db"
        content = path.read_bytes()
        assert len(content) >= 8192
        match damage:
            case "garbage":
                path.write_bytes(b"what is this" * 1000)
            case "cut":
                path.write_bytes(content[:5000])
            case _:
                path.write_bytes(content[:100] + bytes(3996) + content[4096:])
        code, said = await refusal(tmp_path)
    assert code == 2
    assert said.startswith(f"trialogue-server: {path} is damaged (")
    assert said.endswith("): put a backup in its place, or move it away to start anew.\n")
    assert said.count("\n") == 1


async def test_a_server_that_ends_says_why_here_too(tmp_path: Path) -> None:
    """The harness itself."""
    (tmp_path / "lock").mkdir()
    with pytest.RaisesGroup(pytest.RaisesExc(Ended, match="cannot be opened"), allow_unwrapped=True):
        async with started(tmp_path):
            raise AssertionError("it runs")


if sys.platform != "linux":
    pytestmark = [pytestmark, pytest.mark.skip(reason="file systems in namespaces and /proc are Linux's")]


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be deleted there")
@pytest.mark.parametrize("name", ["trialogue.db", "trialogue.db-wal", "trialogue.db-shm"])
async def test_a_database_that_is_moved_away_holds_the_tick_until_it_is_back(tmp_path: Path, name: str) -> None:
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            alice, bob = await server.come("alice", "#room", caps=CAPS), await server.come("bob", "#room")
            await alice.say("PRIVMSG #room :before")
            assert (await bob.hear("PRIVMSG")).endswith(":before")
            (tmp_path / name).rename(tmp_path / "elsewhere")
            await alice.say("PRIVMSG #room :held")
            await server.says(HELD)
            await nothing(bob)
            (tmp_path / "elsewhere").rename(tmp_path / name)
            assert (await bob.hear("PRIVMSG")).endswith(":held")
            assert await history(alice) == ["before", "held"]


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be deleted there")
@pytest.mark.parametrize("is_replaced", [False, True])
async def test_a_database_that_is_deleted_or_replaced_is_noticed_while_nobody_speaks(
    tmp_path: Path, is_replaced: bool
) -> None:
    environment = WITHOUT_LIMITS | {"TRIALOGUE_TIMEOUTS_STORE": "0.5"}
    with trio.fail_after(PATIENCE):
        async with started(tmp_path, environment=environment) as server:
            alice = await server.come("alice", "#room")
            path = tmp_path / "trialogue.db"
            if is_replaced:
                shutil.copy(path, tmp_path / "copy")
                (tmp_path / "copy").replace(path)
            else:
                path.unlink()
            assert "cannot store messages" in await alice.hear("ERROR")
            assert await server.process.wait() == 1
            await server.says("the store is lost; nothing unstored was shown")
            (held,) = [line["reason"] for line in server.log if line["event"] == HELD]
            assert ("was replaced" if is_replaced else "was deleted") in held
