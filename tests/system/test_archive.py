"""Backup, verify and export, as commands of their own, while people talk."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import trio

from tests.support.patience import PATIENCE
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
    with trio.fail_after(PATIENCE):
        async with started(data) as server:
            await server.come("resident", "#one")  # a room ends with its last member, and with it what one may read
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
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            await server.come("resident", "#one")
            code, output, errors = await talk(server, tmp_path, "export", "--room", "#ONE")
        history = await read(tmp_path)
    assert (code, errors) == (0, "")
    events = [json.loads(line) for line in output.splitlines()]
    assert {event["conversation"] for event in events} == {"#one"}
    assert [event["msgid"] for event in events] == sorted(event["msgid"] for event in events)
    said = [(event["msgid"], event["text"]) for event in events if event["event"] == "MessagePosted"]
    assert said
    assert said == history[: len(said)]


async def test_verify_reads_all_of_it_under_load(tmp_path: Path) -> None:
    """A file that is being written to is sound at each moment."""
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            for _ in range(3):
                code, output, errors = await talk(server, tmp_path, "verify")
                assert (code, errors) == (0, "")
                assert output.startswith(f"{tmp_path / 'trialogue.db'} is sound: ")


async def test_a_backup_from_under_load_is_restored_after_a_crash_under_load(tmp_path: Path) -> None:
    """While the server runs nothing can be put in its database's place, and nobody notices that somebody tried."""
    data, copy = tmp_path / "data", tmp_path / "copy.db"
    with trio.fail_after(PATIENCE):
        async with started(data) as server:
            await server.come("resident", "#one")
            assert (await talk(server, data, "backup", copy))[0] == 0
            code, _, errors = await talk(server, data, "restore", copy)
            assert (code, errors.count("\n")) == (1, 1)
            assert "Another server uses the data directory" in errors
        after = await read(data)
        code, output, errors = await command("restore", copy, "--data-dir", data)
        assert (code, errors) == (0, "")
        old = data / "trialogue-before-1.db"
        assert output.endswith(f"The data from before is kept in {old} now.\n")
        before = await read(data)
        assert before
        assert len(before) < len(after)
        assert before == after[: len(before)]
        assert (await command("verify", old))[0] == 0


async def test_an_export_from_under_load_is_imported_elsewhere(tmp_path: Path) -> None:
    """Into another server's directory, which is refused while that one is under load, and then again where it came
    from, where all of it is known.
    """
    data, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "export"
    with trio.fail_after(PATIENCE):
        async with started(data) as server:
            await server.come("resident", "#one")
            _, exported, _ = await talk(server, data, "export", "--room", "#one")
        file.write_text(exported)
        number = len(exported.splitlines())
        async with started(other) as server:
            code, _, errors = await talk(server, other, "import", file, "--room", "#one")
            assert (code, errors.count("\n")) == (1, 1)
            assert "Another server uses the data directory" in errors
        done = await command("import", file, "--room", "#one", "--data-dir", other)
        assert done == (0, f"{number:,} events are new; 0 were there already.\n", "")
        history = await read(data)
        taken = [message for message in await read(other) if message in set(history)]
        assert taken
        assert taken == history[: len(taken)]
        done = await command("import", file, "--data-dir", data)
        assert done == (0, f"0 events are new; {number:,} were there already.\n", "")


LOGS = {
    "weechat": ("room.log", "2026-01-31 12:00:00\talice\thello\n2026-01-31 12:00:01\tbob\tworld\n"),
    "irssi": ("room.log", "--- Log opened Sat Jan 31 11:59:00 2026\n12:00 < alice> hello\n12:00 < bob> world\n"),
    "znc": ("2026-01-31.log", "[12:00:00] <alice> hello\n[12:00:01] <bob> world\n"),
}


@pytest.mark.parametrize("kind", LOGS)
async def test_logs_of_other_programs_are_imported_after_a_crash_under_load(tmp_path: Path, kind: str) -> None:
    """They come before what was said here, of which nothing is lost."""
    data, (name, log) = tmp_path / "data", LOGS[kind]
    (tmp_path / name).write_text(log)
    words = ("import", tmp_path / name, "--format", kind, "--room", "#one")
    with trio.fail_after(PATIENCE):
        async with started(data) as server:
            await server.come("resident", "#one")
            assert (await talk(server, data, *words))[0] == 1
        before = await read(data)
        assert before
        done = await command(*words, "--data-dir", data)
        assert done == (0, "2 events are new; 0 were there already.\n", "")
        after = await read(data)
    assert [text for _, text in after[:2]] == ["hello", "world"]
    assert after[2:] == before


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
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            alice = await server.come("alice", "#room")
            await alice.say("PRIVMSG #room :hello", "PING done")
            await alice.hear("PONG")
        database = sqlite3.connect(tmp_path / "trialogue.db", isolation_level=None)
        assert (await command("verify", "--data-dir", tmp_path))[:2] == (
            0,
            f"{tmp_path / 'trialogue.db'} is sound: 1 messages, 1 other events, 1 records.\n",
        )
        database.execute(damage)
        database.close()
        code, _, errors = await command("verify", "--data-dir", tmp_path)
    assert code == 1
    assert problem in errors


async def test_verify_finds_a_broken_page_that_a_start_does_not(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
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


async def test_a_backup_is_restored_and_the_old_one_kept(tmp_path: Path) -> None:
    """What was said since the backup is in the database that is kept beside it; nothing of it can be found any more."""
    data, copy, old = tmp_path / "data", tmp_path / "copy.db", tmp_path / "data" / "trialogue-before-1.db"
    with trio.fail_after(PATIENCE):
        async with started(data) as server:
            alice = await server.come("alice", "#one")
            await alice.say("PRIVMSG #one :kept", "PING done")
            await alice.hear("PONG")
            assert (await command("backup", copy, "--data-dir", data))[0] == 0
            await alice.say("PRIVMSG #one :later", "PING done2")
            await alice.hear("PONG")
            code, _, errors = await command("restore", copy, "--data-dir", data)
            assert (code, errors.count("\n")) == (1, 1)
            assert "Another server uses the data directory" in errors
        code, output, errors = await command("restore", copy, "--data-dir", data)
        assert (code, errors) == (0, "")
        assert output.endswith(f"The data from before is kept in {old} now.\n")
        for path, count in ((data / "trialogue.db", 1), (old, 2)):
            (_, output, _) = await command("verify", path)
            assert f" {count} messages" in output
        assert not (data / "search.db").exists()
        (tmp_path / "nonsense").write_text("nonsense")
        assert (await command("restore", tmp_path / "nonsense", "--data-dir", data))[0] == 1
        assert (await command("verify", "--data-dir", data))[0] == 0, "what is no backup replaces nothing"


async def test_an_export_is_imported_elsewhere(tmp_path: Path) -> None:
    data, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "export"
    with trio.fail_after(PATIENCE):
        async with started(data) as server:
            alice = await server.come("alice", "#one")
            await alice.say("PRIVMSG #one :kept", "PING done")
            await alice.hear("PONG")
        _, exported, _ = await command("export", "--data-dir", data)
        file.write_text(exported)
        for expected in ("2 events are new; 0 were there already.\n", "0 events are new; 2 were there already.\n"):
            assert await command("import", file, "--data-dir", other) == (0, expected, "")
        assert (await command("export", "--data-dir", other))[1] == exported
        code, _, errors = await command("import", file, "--format", "irssi", "--data-dir", other)
        assert code == 1
        assert "--room" in errors
