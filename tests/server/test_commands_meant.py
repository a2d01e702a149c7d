"""What an administrator typed wrong: each sentence says what was meant, or what is wrong with the file."""

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from trialogue_server.cli import administration, archive
from trialogue_server.commands.requests import Answer
from trialogue_server.config.unreadable import reason

Said = pytest.CaptureFixture[str]


def administer(*words: str, directory: Path) -> int:
    return administration.run([*words, "--data-dir", str(directory)], {}, lambda *_: Answer(("done",)))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["account", "lst"], "account takes no “lst”. Did you mean list?"),
        (["account", "dorp", "bob"], "account takes no “dorp”. Did you mean drop?"),
        (["operator", "grnat", "bob"], "operator takes no “grnat”. Did you mean grant?"),
        (["ban", "ad", "mask", "x"], "ban takes no “ad”. Did you mean add?"),
        (["ban", "xyz"], "ban takes no “xyz”. There are list, add, lift."),
        (["clock", "confrim"], "clock takes no “confrim”. Did you mean confirm?"),
        (["account", "drop", "bob", "--yse"], "Did you mean --yes?"),
        (["ban", "add", "x", "--four", "1h"], "Did you mean --for?"),
        (["ban", "add", "msk", "x"], "add takes no “msk”. Did you mean mask?"),
    ],
)
def test_a_subcommand_that_is_spelled_wrong_says_what_was_meant(words: list[str], meant: str, capsys: Said) -> None:
    with pytest.raises(SystemExit) as ended:
        administration.run(words, {}, lambda *_: Answer())
    assert ended.value.code == 2
    assert meant in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["import", "file", "--format", "wechat"], "--format takes no “wechat”. Did you mean weechat?"),
        (["export", "--rom", "#a"], "Did you mean --room?"),
        (["audit", "--jsno"], "Did you mean --json?"),
    ],
)
def test_so_do_the_commands_about_what_is_kept(words: list[str], meant: str, capsys: Said) -> None:
    with pytest.raises(SystemExit):
        archive.run(words, {})
    assert meant in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["restore"], ["verify"], ["import", "--room", "#a", "--format", "weechat"], ["import"]]
)
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "is not there."),
        (lambda path: path.mkdir(), "is a directory, and not a file."),
    ],
)
def test_a_file_that_is_named_has_its_own_sentence_for_each_reason(
    command: list[str], make: Callable[[Path], object], sentence: str, tmp_path: Path, capsys: Said
) -> None:
    path = tmp_path / "nofile"
    make(path)
    assert archive.run([*command, str(path), "--data-dir", str(tmp_path / "data")], {}) == 1
    assert f"{path} {sentence}" in capsys.readouterr().err


def test_a_file_of_another_kind_is_no_backup(tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("dear reader, " * 1000)
    assert archive.run(["restore", str(path), "--data-dir", str(tmp_path)], {}) == 1
    assert f"{path}: this is no database of Trialogue" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOENT, "is not there"),
        (errno.EACCES, "may not be read by the user who runs this"),
        (errno.EISDIR, "is a directory"),
        (errno.ENOTDIR, "a part of its path is a file"),
        (errno.EIO, "cannot be read (Input/output error)"),
    ],
)
def test_each_reason_has_its_sentence(number: int, sentence: str) -> None:
    assert sentence in reason(OSError(number, os.strerror(number)))


@pytest.mark.parametrize("words", [["--yes"], []])
def test_dropping_an_account_without_a_terminal_has_to_be_meant(
    words: list[str], tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("bob\n"))
    code = administer("account", "drop", "bob", *words, directory=tmp_path)
    said = capsys.readouterr()
    assert (code, said.out) == ((0, "done\n") if words else (2, ""))
    assert ("say --yes to mean it" in said.err) is not bool(words)


@pytest.mark.parametrize(("typed", "code"), [("bob\n", 0), ("yes\n", 2), ("\n", 2), ("", 2)])
def test_on_a_terminal_it_asks_for_the_name(
    typed: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert administer("account", "drop", "bob", directory=tmp_path) == code
