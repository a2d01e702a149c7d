"""The command line."""

from pathlib import Path

import pytest

from trialogue_client.address import Endpoint
from trialogue_client.arguments import Options, parse_arguments
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.state import Identity


def options(*words: str, **environment: str) -> Options:
    return parse_arguments(words, environment)


def test_by_hand_host_and_port_are_the_whole_set_up() -> None:
    assert options("localhost").endpoint == Endpoint("localhost", 6667)
    assert options("localhost", "--tls").endpoint == Endpoint("localhost", 6697, tls=True)
    assert options("127.0.0.1", "12345", "5000").endpoint == Endpoint("127.0.0.1", 12345, 5000)
    assert options("localhost").rooms == ("#lobby",)
    assert options("localhost", "--room", "den", "--room", "#attic").rooms == ("#den", "#attic")


def test_the_environment_stands_in_for_what_is_left_out() -> None:
    given = options(TRIALOGUE_SERVER_HOST="server", TRIALOGUE_SERVER_PORT="7000", TRIALOGUE_NICK="bob")
    assert given.endpoint == Endpoint("server", 7000)
    assert given.nick == "bob"
    assert options("other", "1", TRIALOGUE_SERVER_HOST="server").endpoint == Endpoint("other", 1)
    assert options("h", TRIALOGUE_CONFIG_DIR="/x").config_dir == Path("/x")
    assert options("h", XDG_CONFIG_HOME="/y").config_dir == Path("/y/trialogue")


@pytest.mark.parametrize(
    "words",
    [
        ("--nick", "bob\r\nQUIT :x"),
        ("--nick", "bob smith"),
        ("--room", "#a\rQUIT"),
        ("--room", "#a b"),
        ("--room", "#a,#b"),
        ("--room", "#a\0"),
        ("--account", "bob\n"),
    ],
)
def test_a_name_is_one_word(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """ "CR, LF or NUL" would be another line, and a blank another parameter: https://modern.ircdocs.horse/#message-format"""
    with pytest.raises(SystemExit) as ended:
        options("h", *words)
    assert ended.value.code == 2
    assert "is one word" in capsys.readouterr().err
    if words[0] == "--nick":
        with pytest.raises(SystemExit):
            options("h", TRIALOGUE_NICK=words[1])


def test_a_password_is_one_line_wherever_it_comes_from() -> None:
    given = options("h", TRIALOGUE_PASSWORD="pass\n", TRIALOGUE_SERVER_PASSWORD="open\r\nQUIT")
    assert given.identity("bob") == Identity("bob", "open", credentials=Credentials("bob", "pass"))


def test_the_password_is_the_accounts_and_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\nand more\n")
    assert options("h", TRIALOGUE_PASSWORD="pass").identity("bob").credentials == Credentials("bob", "pass")
    given = options("h", "--password-file", str(tmp_path / "secret"), "--account", "robert", TRIALOGUE_PASSWORD="pass")
    assert given.identity("bob") == Identity("bob", credentials=Credentials("robert", "from the file"))
    assert "from the file" not in repr(given) + repr(given.identity("bob"))
    assert options("h").identity("bob") == Identity("bob")


def test_the_servers_own_password_is_another_one(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sesame\n")
    assert options("h", TRIALOGUE_SERVER_PASSWORD="pass").identity("bob") == Identity("bob", "pass")
    given = options("h", "--server-password-file", str(tmp_path / "secret"))
    assert given.identity("bob") == Identity("bob", "sesame")
    assert "sesame" not in repr(given)


def test_a_certificate_stands_for_a_password() -> None:
    given = options("h", "--tls", "--certificate", "bob.pem")
    assert given.endpoint == Endpoint("h", 6697, tls=True, certificate=Path("bob.pem"))
    assert given.identity("bob").credentials == Credentials("bob", certificate=True)


@pytest.mark.parametrize(
    ("words", "environment", "sentence"),
    [
        ([], {}, "say which server to connect to"),
        (["h", "0"], {}, "'0' is no port: it is a number from 1 to 65535"),
        (["h", "65536"], {}, "is no port"),
        (["h", "irc"], {}, "is no port"),
        (["h", "1", "²"], {}, "is no port"),
        (["h"], {"TRIALOGUE_SERVER_PORT": "x"}, "TRIALOGUE_SERVER_PORT: 'x' is no port"),
        (["h", "--as", "bob"], {}, "it needs --script FILE"),
        (["h", "1", "2", "--script", "f"], {}, "add --as NAME"),
        (["h", "--password-file", "/nonexistent"], {}, "/nonexistent is not there"),
        (["h", "--certificate", "bob.pem"], {}, "add --tls"),
        (["h", "--script", "f", "--account", "bob"], {}, "a scenario says itself who logs in"),
        (["h", "--frobnicate"], {}, "--frobnicate"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(
    words: list[str], environment: dict[str, str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse_arguments(words, environment)
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


def test_help_shows_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        options("--help")
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert "echo hi | trialogue-client localhost" in shown
    assert "exit code:" in shown


@pytest.mark.parametrize(
    ("words", "environment", "full"),
    [
        ([], {}, True),
        (["h"], {}, True),
        (["h", "--plain"], {}, False),
        (["h", "--lines"], {}, False),
        (["h", "--script", "f"], {}, False),
        (["h"], {"TERM": "dumb"}, False),
    ],
)
def test_a_terminal_is_used_in_full_unless_that_is_not_wanted(
    words: list[str], environment: dict[str, str], full: bool
) -> None:
    assert parse_arguments(words, environment, terminal=True).full_screen is full
    if "h" in words:
        assert not parse_arguments(words, environment).full_screen


def test_a_password_file_may_begin_with_the_mark_that_some_editors_write(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("swordfish\n", encoding="utf-8-sig")
    given = options("h", "--password-file", str(tmp_path / "secret"))
    assert given.identity("bob").credentials == Credentials("bob", "swordfish")
