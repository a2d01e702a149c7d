"""Backup, verify and export, as commands of their own, while people talk."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import trio

from tests.support.process import ServerProcess, started
from tests.system.torture import ENVIRONMENT, Reader, Talker

pytestmark = pytest.mark.system


async def command(*words: str | Path) -> tuple[int, str, str]:
    """Run `trialogue-server` with these arguments; returns exit code, output and errors."""
    done = await trio.run_process(
        [sys.executable, "-m", "trialogue_server", *map(str, words)],
        check=False,
        capture_stdout=True,
        capture_stderr=True,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


async def talk(server: ServerProcess, directory: Path, *words: str | Path) -> tuple[int, str, str]:
    """Run a command while three people talk as fast as they can, and let them go on a little."""
    talkers = [Talker(f"talker{number}") for number in range(3)]
    async with trio.open_nursery() as nursery:
        for talker in talkers:
            nursery.start_soon(talker.live, server.port)
        for talker in talkers:
            await talker.sees_more()
        result = await command(*words, "--data-dir", directory)
        await talkers[0].sees_more()
        nursery.cancel_scope.cancel()
    return result


async def read(directory: Path) -> list[tuple[str, str]]:
    """Return what a server on this directory has as the history of #one."""
    reader = Reader("reader")
    async with started(directory, environment=ENVIRONMENT) as server:
        await reader.live(server.port)
    return reader.views["#one"].seen[1:]


async def test_a_backup_under_load_is_history_up_to_a_moment(tmp_path: Path) -> None:
    data, copy, restored = tmp_path / "data", tmp_path / "copy.db", tmp_path / "restored"
    with trio.fail_after(60):
        async with started(data) as server:
            code, output, errors = await talk(server, data, "backup", copy)
        assert (code, errors) == (0, "")
        assert output.startswith(f"{copy} is sound: ")
        assert copy.stat().st_mode & 0o777 == 0o600
        assert (await command("verify", copy))[:2] == (0, output)
        restored.mkdir()
        (restored / "trialogue.db").write_bytes(copy.read_bytes())
        before, after = await read(restored), await read(data)
    assert before
    assert len(before) < len(after)
    assert before == after[: len(before)], "the first messages, with none left out"


async def test_a_backup_overwrites_nothing_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    code, _, errors = await command("backup", tmp_path / "copy.db", "--data-dir", tmp_path / "nothing")
    assert code == 1
    assert errors.startswith(f"trialogue-server: {tmp_path / 'nothing' / 'trialogue.db'} is not there")
    assert not (tmp_path / "copy.db").exists()
    (tmp_path / "copy.db").write_text("precious")
    code, _, errors = await command("backup", tmp_path / "copy.db", "--data-dir", tmp_path)
    assert (code, errors.count("\n")) == (1, 1)
    assert (tmp_path / "copy.db").read_text() == "precious"


async def test_export_writes_what_was_said_under_load(tmp_path: Path) -> None:
    with trio.fail_after(60):
        async with started(tmp_path) as server:
            code, output, errors = await talk(server, tmp_path, "export", "--room", "#ONE")
        history = await read(tmp_path)
    assert (code, errors) == (0, "")
    events = [json.loads(line) for line in output.splitlines()]
    assert {event["conversation"] for event in events} == {"#one"}
    assert [event["msgid"] for event in events] == sorted(event["msgid"] for event in events)
    said = [(event["msgid"], event["text"]) for event in events if event["event"] == "MessagePosted"]
    assert said
    assert said == history[: len(said)]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE events SET data = x'00'", "the event 1"),
        ("UPDATE events SET id = id + 1 WHERE is_message", "the event 1"),
        ("INSERT INTO records VALUES ('account', 'ann', x'00')", "the record account ann cannot be read"),
        ("UPDATE events SET conversation = 77", "of events belongs to nothing"),
        ("PRAGMA user_version = 99", "it has the schema 99"),
    ],
)
async def test_verify_finds_what_is_damaged(tmp_path: Path, damage: str, problem: str) -> None:
    with trio.fail_after(20):
        async with started(tmp_path) as server:
            alice = await server.come("alice", "#room")
            await alice.say("PRIVMSG #room :hello", "PING done")
            await alice.hear("PONG")
        database = sqlite3.connect(tmp_path / "trialogue.db", isolation_level=None)
        assert (await command("verify", "--data-dir", tmp_path))[:2] == (
            0,
            f"{tmp_path / 'trialogue.db'} is sound: 1 messages, 1 other events, 0 records.\n",
        )
        database.execute(damage)
        database.close()
        code, _, errors = await command("verify", "--data-dir", tmp_path)
    assert code == 1
    assert problem in errors


async def test_verify_finds_a_broken_page_that_a_start_does_not(tmp_path: Path) -> None:
    with trio.fail_after(20):
        async with started(tmp_path) as server:
            alice = await server.come("alice", "#room")
            await alice.say(*(f"PRIVMSG #room :{number} {'x' * 400}" for number in range(100)), "PING done")
            await alice.hear("PONG")
            server.process.terminate()
            await server.process.wait()
        path = tmp_path / "trialogue.db"
        content = bytearray(path.read_bytes())
        content[-4096:] = bytes(4096)
        path.write_bytes(content)
        code, _, errors = await command("verify", "--data-dir", tmp_path)
    assert code == 1
    assert str(path) in errors


async def test_arguments_that_make_no_sense_are_refused() -> None:
    code, _, errors = await command("backup")
    assert code == 2
    assert "Try --help" in errors
