"""The command line: what is asked for, what is told, and what needs no server."""

import io
from pathlib import Path

import pytest

from trialogue_server import __version__
from trialogue_server.cli import command_line as cli
from trialogue_server.config import Config, ConfigError
from trialogue_server.config.example import example_config
from trialogue_server.store import passwords


def test_nothing_asks_for_the_defaults() -> None:
    assert cli.parse([]) == cli.Arguments()
    assert cli.resolve(cli.parse([]), {}) == Config()


@pytest.mark.parametrize(
    ("argv", "host", "port"),
    [
        (["127.0.0.1", "12345"], "127.0.0.1", 12345),
        (["12345"], "127.0.0.1", 12345),
        (["0.0.0.0"], "0.0.0.0", 6667),
        (["::1", "0"], "::1", 0),
        (["*", "6668"], "*", 6668),
        (["--tls", "::1", "--log-level", "info", "7000"], "::1", 7000),
        (["irc.example.org"], "irc.example.org", 6667),
    ],
)
def test_host_and_port_are_the_whole_set_up(argv: list[str], host: str, port: int) -> None:
    listen = cli.resolve(cli.parse(argv), {}).listen
    assert (listen.host, listen.port) == (host, port)


def test_every_option_reaches_its_setting(tmp_path: Path) -> None:
    path = tmp_path / "chat.toml"
    path.write_text("[server]\nnetwork = 'N'\n[log]\nlevel = 'error'\n[tls]\nport = 1\n")
    argv = ["--config", str(path), "--data-dir", "/d", "--tls-port", "7000", "--log-format", "json"]
    config = cli.resolve(cli.parse([*argv, "--log-level", "debug", "::", "7001"]), {"TRIALOGUE_LOG_LEVEL": "info"})
    assert config.server.network == "N"
    assert config.data.directory == "/d"
    assert (config.tls.enabled, config.tls.port) == (True, 7000)
    assert (config.log.format, config.log.level) == ("json", "debug")
    assert (config.listen.host, config.listen.port) == ("::", 7001)


def test_tls_alone_keeps_the_port_that_is_set() -> None:
    tls = cli.resolve(cli.parse(["--tls"]), {"TRIALOGUE_TLS_PORT": "7000"}).tls
    assert (tls.enabled, tls.port) == (True, 7000)


def test_the_file_is_named_by_option_or_variable_and_never_searched_for(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[server]\nnetwork = 'A'")
    (tmp_path / "b.toml").write_text("[server]\nnetwork = 'B'")
    environ = {"TRIALOGUE_CONFIG": str(tmp_path / "b.toml")}
    assert cli.resolve(cli.parse([]), environ).server.network == "B"
    assert cli.resolve(cli.parse(["--config", str(tmp_path / "a.toml")]), environ).server.network == "A"
    with pytest.raises(ConfigError, match=r"c\.toml: the settings file is not there\."):
        cli.resolve(cli.parse(["--config", str(tmp_path / "c.toml")]), {})


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["127.0.0.1", "irc"], "PORT is a number from 1 to 65535, or 0 for one that is free, and not 'irc'"),
        (["127.0.0.1", "65536"], "PORT is at most 65535, and 65536 is more"),
        (["99999"], "PORT is at most 65535"),
        (["-5"], "PORT is a number from 1 to 65535"),
        (["127.0.0.1", "-5"], "PORT is a number from 1 to 65535"),
        (["127.0.0.1", "6667 "], "PORT is a number from 1 to 65535"),
        (["6667", "127.0.0.1"], "HOST comes before PORT: write trialogue-server 127.0.0.1 6667"),
        (["acount"], "There is no command acount. Did you mean account?"),
        (["acount", "list"], "There is no command acount. Did you mean account?"),
        (["Backp", "file"], "There is no command Backp. Did you mean backup?"),
        (["restor", "file", "--data-dir", "x"], "There is no command restor. Did you mean restore?"),
        (["exprt"], "There is no command exprt. Did you mean export?"),
        (["--tsl"], "Unrecognized arguments: --tsl. Did you mean --tls?"),
        (["--log-format", "jsn"], "--log-format takes no “jsn”. Did you mean json?"),
        (["127.0.0.1:6667"], "HOST and PORT stand apart: write trialogue-server 127.0.0.1 6667"),
        (["[::1]:6667"], "HOST and PORT stand apart: write trialogue-server ::1 6667"),
        ([""], "HOST is empty"),
        (["127.0.0.1", "6667", "x"], "so what is 'x'?"),
        (["--tls-port", "x"], "--tls-port is a number"),
        (["--log-level", "loud"], "--log-level takes no “loud”. There are debug, info, warning, error."),
        (["--colour"], "Unrecognized arguments: --colour"),
        (["--config"], "expected one argument"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(
    argv: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.parse(argv)
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.startswith("trialogue-server: ")
    assert error.count("\n") == 1
    assert "?." not in error


def test_help_tells_every_option_and_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.parse(["--help"])
    assert not caught.value.code
    told = capsys.readouterr().out
    options = "config data-dir tls tls-port log-format log-level check-config example-config hash-password version"
    assert [option for option in options.split() if f"--{option}" not in told] == []
    assert "trialogue-server 12345" in told
    assert max(map(len, told.splitlines())) <= 110


def test_serving_is_not_done_here() -> None:
    assert cli.run_without_server(cli.parse(["6667"]), {}) is None


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run_without_server(cli.parse(["--version"]), {}) == 0
    assert capsys.readouterr().out == f"trialogue-server {__version__}\n"


def test_the_example_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run_without_server(cli.parse(["--example-config"]), {}) == 0
    assert capsys.readouterr().out == example_config()


def test_fine_settings_are_told_with_what_they_come_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "chat.toml"
    path.write_text("[server]\npassword = 'hunter2'\n[[operators]]\nname = 'alice'\npassword = 'hunter3'\n")
    argv = ["--check-config", "--config", str(path), "--tls", "0.0.0.0", "7000"]
    assert cli.run_without_server(cli.parse(argv), {"HOME": "/home/a"}) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{path} is fine.\n")
    assert "plain text   0.0.0.0 port 7000\n" in told
    assert "TLS          0.0.0.0 port 6697\n" in told
    assert "operators    alice\n" in told
    assert "hunter" not in told


def test_a_mask_that_anybody_can_meet_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "chat.toml"
    masks = "masks = ['boss@*', '*@192.0.2.*', 'b?ss@192.0.2.1']"
    path.write_text(f"[[operators]]\nname = 'alice'\npassword = 'hunter3'\n{masks}\n")
    assert cli.run_without_server(cli.parse(["--check-config", "--config", str(path)]), {"HOME": "/home/a"}) == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Note: ")]
    assert [line.split()[6] for line in notes] == ["boss@*", "b?ss@192.0.2.1"]
    assert all("whatever somebody says with USER" in line for line in notes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[limits]\nnick_lenght = 3\nnick_length = 3", "Did you mean limits.nick_length?"),
        ("[server]\nmotd_file = 'none'", "message of the day is not there"),
        ("[tls]\nenabled = true\ncertificate = 'none.pem'\nkey = 'none.pem'", "none.pem"),
    ],
)
def test_settings_that_are_not_fine_are_told_with_exit_code_2(
    tmp_path: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "chat.toml"
    path.write_text(text)
    assert cli.run_without_server(cli.parse(["--check-config", "--config", str(path)]), {}) == 2
    error = capsys.readouterr().err
    assert told in error
    assert all(line.startswith("trialogue-server: ") for line in error.splitlines())


def test_a_password_from_a_pipe_is_hashed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert cli.run_without_server(cli.parse(["--hash-password"]), {}) == 0
    printed = capsys.readouterr().out.rstrip("\n")
    assert passwords.verify(printed, "correct horse")


def test_an_empty_password_is_not_hashed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert cli.run_without_server(cli.parse(["--hash-password"]), {}) == 2
    assert "empty" in capsys.readouterr().err
