"""Settings: where they come from, which are refused, and what people are told."""

import inspect
import os
import re
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from trialogue_client import arguments
from trialogue_server.config import Config, ConfigError
from trialogue_server.config.directory import data_directory, make_data_directory, remarks_about
from trialogue_server.config.environ import CLIENTS, variable
from trialogue_server.config.example import example_config
from trialogue_server.config.load import KINDS, load
from trialogue_server.config.motd import load_motd
from trialogue_server.config.schema import UNBOUNDED, OperatorClassSection, OperatorSection

ROOT = Path(__file__).parents[2]


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "chat.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path | None = None, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return caught.value.problems


def test_nothing_said_gives_the_defaults() -> None:
    assert load(None, {}) == Config()


def test_the_command_line_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    path = file(tmp_path, "[listen]\nhost='::'\nport=1\nbacklog=1\n")
    environ = {"TRIALOGUE_LISTEN_PORT": "2", "TRIALOGUE_LISTEN_BACKLOG": "2"}
    listen = load(path, environ, {("listen", "backlog"): 3}).listen
    assert (listen.host, listen.port, listen.backlog) == ("::", 2, 3)
    assert load(path, environ).tls == Config().tls


# The example is the reference.


def test_the_example_has_exactly_the_defaults(tmp_path: Path) -> None:
    path = file(tmp_path, example_config())
    assert load(path, {}) == Config()


def test_the_example_mentions_every_setting_with_its_variable() -> None:
    given = tomllib.loads(example_config())
    assert {(section, key) for section, table in given.items() for key in table} == set(KINDS)
    for name in KINDS:
        assert re.search(rf"^{name[1]} = .*# {variable(*name)}$", example_config(), re.MULTILINE), name


def test_the_example_shows_an_operator_that_loads(tmp_path: Path) -> None:
    classes, operators = example_config().split("# [[operator_classes]]")[1].split("# [[operators]]")
    settings = [line for line in operators.splitlines() if re.match("# [a-z]+ = ", line)]
    uncommented = "\n".join(["[[operators]]", *(line.removeprefix("# ") for line in settings)])
    (alice,) = load(file(tmp_path, uncommented), {}).operators
    assert alice == OperatorSection(name="alice", password="$argon2id$…")
    assert set(tomllib.loads(uncommented)["operators"][0]) == set(OperatorSection.__struct_encode_fields__)
    settings = [line for line in classes.splitlines() if re.match("# [a-z]+ = ", line)]
    uncommented = "\n".join(["[[operator_classes]]", *(line.removeprefix("# ") for line in settings)])
    assert load(file(tmp_path, uncommented), {}).operator_classes == (OperatorClassSection(name="moderators"),)


def test_an_operator_may_what_their_class_may(tmp_path: Path) -> None:
    text = "[[operator_classes]]\nname='m'\nprivileges=['kill']\n[[operators]]\nname='a'\naccount='a'\nclass='m'\n"
    config = load(file(tmp_path, text + "[[operators]]\nname='b'\npassword='x'\nprivileges=['die']"), {})
    assert [config.privileges_of(operator) for operator in config.operators] == [("kill",), ("die",)]


def test_the_comparison_has_every_limit_lifted() -> None:
    config = load(ROOT / "benchmarks" / "unlimited.toml", {})
    bounds = msgspec.structs.asdict(config.limits) | msgspec.structs.asdict(config.connections)
    bounds |= msgspec.structs.asdict(config.timeouts) | {"rate": config.flood.rate or config.flood.metadata_rate}
    kept = {key for key, value in bounds.items() if value not in (0, UNBOUNDED)}
    the_protocols_own = {"line_length", "tags_length", "multiline_bytes", "multiline_lines"}
    assert kept - the_protocols_own - {"whowas_entries", "exempt", "flush", "grace", "store"} == set()


def test_a_size_of_none_is_one_that_nothing_reaches() -> None:
    environ = {"TRIALOGUE_LIMITS_LINE_LENGTH": "0", "TRIALOGUE_LIMITS_CHANNELS_PER_USER": "0"}
    limits = load(None, environ).limits
    assert (limits.line_length, limits.channels_per_user) == (UNBOUNDED, 0)


def test_every_limit_is_explained() -> None:
    explained = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    bounds = [name for name in KINDS if name[0] in {"limits", "connections", "timeouts", "flood"}]
    assert [".".join(name) for name in bounds if f"`{'.'.join(name)}`" not in explained] == []


# The file.


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[limits]\nnick_lenght = 3", "limits.nick_lenght is not a setting. Did you mean limits.nick_length?"),
        ("[limits]\nper_address = 3", "limits.per_address is not a setting. Did you mean connections.per_address?"),
        ("[limit]\nnick_length = 3", "[limit] is not a section. Did you mean limits?"),
        ("[operator]\nname = 'a'", "[operator] is not a section. Did you mean operators?"),
        ("[zzz]", "[zzz] is not a section. There are server, listen, tls, web, metrics, data, limits,"),
        ("motd = 'hi'", "motd is not a setting, as each one stands in a section. Did you mean server.motd?"),
        ("limits = 3", "limits is a section. Write it as [limits], with its settings below it."),
        ("operators = 3", "operators is a list of sections. Begin each one with [[operators]]."),
        ("[[operators]]\npassword = 'a'", "operators (entry 1): name is missing."),
        ("operator_classes = 3", "operator_classes is a list of sections. Begin each one with [[operator_classes]]."),
        ("[[operators]]\nname='a'\npassword='b'\nmask=['*@*']", "operators (entry 1): mask is not a setting."),
        (
            "[limits]\nnick_length = 'ten'",
            'limits.nick_length is "ten", but must be a whole number of bytes below 2 GiB, or 0',
        ),
        ("[limits]\nnick_length = 'ten'", "Write for example: nick_length = 32"),
        ("[limits]\nnick_length = true", "limits.nick_length is true, but must be a whole number"),
        ("[limits]\nnick_length = -1", "limits.nick_length is -1, but must be a whole number"),
        ("[listen]\nport = 65536", "listen.port is 65536, but must be a port number from 1 to 65535"),
        ("[log]\nlevel = 'loud'", 'log.level is "loud", but must be one of "debug", "info", "warning", "error"'),
        ("[connections]\nexempt = 'x'", 'connections.exempt is "x", but must be a list of texts'),
        ("[timeouts]\nflush = 2020-01-01", "timeouts.flush is a date, but must be a number of seconds"),
        ("[server\nname = 3", "this is not TOML: "),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place_and_its_remedy(tmp_path: Path, text: str, told: str) -> None:
    path = file(tmp_path, text)
    (problem,) = refused(path)
    assert problem.startswith(f"{path}: ")
    assert told in problem


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = file(tmp_path, "[limits]\na = 1\nnick_length = 'x'\n[server]\nname = 3\n")
    assert len(refused(path, {"TRIALOGUE_LISTEN_PORT": "many"})) == 4


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    assert "the settings file is not there." in refused(tmp_path / "none.toml")[0]
    (tmp_path / "latin.toml").write_bytes(b"[server]\nmotd = '\xe9'")
    assert "not UTF-8" in refused(tmp_path / "latin.toml")[0]


def test_a_byte_order_mark_is_forgiven(tmp_path: Path) -> None:
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf[server]\nnetwork = 'N'")
    assert load(tmp_path / "bom.toml", {}).server.network == "N"


def test_a_path_in_a_file_starts_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "motd.txt").write_text("Hello\n\n\tthere\x00\n\n")
    config = load(file(tmp_path, "[server]\nmotd_file = 'motd.txt'\n[data]\ndirectory = '/var/chat'"), {})
    assert load_motd(config) == ("Hello", "", "    there")
    assert config.data.directory == "/var/chat"


# The environment.


def test_variables_are_read_as_their_settings_are() -> None:
    config = load(
        None,
        {
            "TRIALOGUE_SERVER_NAME": "irc.example.org",
            "TRIALOGUE_LISTEN_PORT": "7000",
            "TRIALOGUE_TLS_ENABLED": "Yes",
            "TRIALOGUE_FLOOD_RATE": "2.5",
            "TRIALOGUE_LOG_LEVEL": "debug",
            "TRIALOGUE_CHANNELS_AUTOJOIN": "#a, #b",
            "TRIALOGUE_SERVER_ADMIN": '["Alice, at the door", "Bob"]',
            "TRIALOGUE_CONNECTIONS_EXEMPT": "",
        },
    )
    assert config.server.name == "irc.example.org"
    assert config.listen.port == 7000
    assert config.tls.enabled
    assert config.flood.rate == 2.5
    assert config.log.level == "debug"
    assert config.channels.autojoin == ("#a", "#b")
    assert config.server.admin == ("Alice, at the door", "Bob")
    assert config.connections.exempt == ()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("TRIALOGUE_HISTORY_KEPT_TAGS", "draft/react,typing", "typing"),
        ("TRIALOGUE_HISTORY_KEPT_TAGS", "+draft/react", "without their +"),
        ("TRIALOGUE_SERVER_MOTD", "caf\udce9", "is not UTF-8 text"),
        ("TRIALOGUE_CHANNELS_AUTOJOIN", "#caf\udce9", "is not UTF-8 text"),
        ("TRIALOGUE_CHANNELS_AUTOJOIN", "#caf\xe9", "list of channel names"),
        ("TRIALOGUE_CHANNELS_AUTOJOIN", "#a\x1bb", "list of channel names"),
        ("TRIALOGUE_SERVER_NETWORK", "a\r\nb", "on one line"),
        ("TRIALOGUE_LISTEN_PROT", "1", "is not a setting. Did you mean TRIALOGUE_LISTEN_PORT?"),
        ("TRIALOGUE_OPERATORS", "alice", "is not a setting."),
        ("TRIALOGUE_LISTEN_PORT", "irc", 'is "irc", but must be a port number from 1 to 65535'),
        ("TRIALOGUE_LISTEN_PORT", "irc", "Write for example: TRIALOGUE_LISTEN_PORT=6667"),
        ("TRIALOGUE_LISTEN_PORT", "", 'is "", but must be a port number'),
        ("TRIALOGUE_TLS_ENABLED", "maybe", 'is "maybe", but must be true or false'),
        ("TRIALOGUE_FLOOD_RATE", "nan", "is nan, but must be a number of lines per second"),
        ("TRIALOGUE_FLOOD_RATE", "inf", "is inf, but must be a finite number"),
        ("TRIALOGUE_CHANNELS_AUTOJOIN", "[", 'is "[", but must be a list of texts'),
        ("TRIALOGUE_CHANNELS_AUTOJOIN", "lobby", 'is ["lobby"], but must be a list of channel names'),
    ],
)
def test_what_is_wrong_in_the_environment_is_told(name: str, text: str, told: str) -> None:
    (problem,) = refused(environ={name: text})
    assert problem.startswith(name)
    assert told in problem


def test_variables_that_are_not_the_servers_settings_are_left_alone() -> None:
    environ = {
        "TRIALOGUE_CONFIG": "/somewhere",
        "TRIALOGUE_NICK": "alice",
        "TRIALOGUE_CONFIG_DIR": "/somewhere/else",
        "TRIALOGUE_SERVICE_HOST": "10.0.0.1",
        "TRIALOGUE_SERVER_SERVICE_PORT_IRC": "6667",
        "TRIALOGUE_PORT_6667_TCP_ADDR": "10.0.0.1",
        "TRIALOGUE_LISTEN_PORT": "tcp://10.0.0.1:6667",
        "PATH": "/bin",
    }
    assert load(None, environ) == Config()


def test_the_clients_variables_are_those_that_it_reads() -> None:
    assert set(re.findall(r"TRIALOGUE_[A-Z_]+", inspect.getsource(arguments))) == CLIENTS


# Sense.


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[server]\nname = 'localhost'", 'server.name is "localhost", but must be a host name'),
        ("[server]\nname = 'my chat.org'", "at least one dot"),
        ("[server]\nnetwork = ''", "server.network is"),
        ('[server]\ndescription = "a\\nb"', "one line"),
        ('[server]\nadmin = ["a\\nb"]', "server.admin"),
        ('[mail]\nsender = "a@example.org\\r\\nBcc: b@example.org"', "mail.sender"),
        ('[mail]\nhost = "mail\\n"', "mail.host"),
        ('[mail]\nuser = "a\\tb"', "mail.user"),
        ('[[operator_classes]]\nname = "a\\nb"\nprivileges = ["kill"]', "one line"),
        ("[server]\nmotd = 'a'\nmotd_file = 'b'", "only one of the two"),
        ("[tls]\nkey = 'k.pem'", "tls.certificate is"),
        ("[tls]\ncertificate = 'c.pem'", "tls.key is"),
        ("[tls]\nenabled = true\nport = 6667", "another port than listen.port"),
        ("[limits]\nnick_length = 3", "limits.nick_length is 3, but must be at least 9, or 0 for no limit"),
        ("[limits]\nline_length = 100", "at least 512"),
        ("[limits]\nsend_queue = 1", "at least 16384"),
        ("[channels]\ndefault_modes = 'ntk'", "some of the letters CMRimnst"),
        ("[channels]\ndefault_modes = 'nn'", "each at most once"),
        (f"[server]\nnetwork = '{'a' * 300}'", "at most 300 bytes"),
        (f"[text]\ndenied_tags = ['{'a' * 200}', '{'b' * 200}']", "at most 300 bytes in all"),
        ("[channels]\nautojoin = ['#a b']", "list of channel names"),
        (f"[channels]\nautojoin = ['#{'a' * 64}']", "none over the limit"),
        ("[connections]\nexempt = ['10.0.0.0/99']", "addresses or networks"),
        ("[flood]\nburst = 0", "from 1 on"),
        ("[[operators]]\nname = 'a b'\npassword = 'x'", "one word"),
        ("[[operators]]\nname = 'a'\npassword = ''", "name a password, a fingerprint or an account"),
        ("[[operators]]\nname = 'a'\nfingerprint = 'x'", "SHA-256 of a client certificate"),
        ("[[operators]]\nname='a'\naccount='a'\nclass='x'", "class must be the name of an [[operator_classes]] entry"),
        ("[[operator_classes]]\nname='x'\n[[operator_classes]]\nname='x'", "Give each class a name of its own"),
        (
            "[[operator_classes]]\nname='x'\n[[operators]]\nname='a'\naccount='a'\nclass='x'\nprivileges=['die']",
            "privileges must be left out where a class is named",
        ),
        ("[[operators]]\nname = 'a'\npassword = '$2b$12$abc'", "--hash-password"),
        ("[[operators]]\nname = 'a'\npassword = 'x'\nmasks = ['*']", "user@host"),
        ("[[operators]]\nname = 'a'\npassword = 'x'\nprivileges = ['all']", 'a list of any of "kill"'),
        ("[[operators]]\nname='a'\npassword='x'\n[[operators]]\nname='a'\npassword='x'", "(entry 2): name is used"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, text: str, told: str) -> None:
    (problem,) = refused(file(tmp_path, text))
    assert told in problem


def test_the_same_port_will_do_on_another_address() -> None:
    environ = {"TRIALOGUE_TLS_ENABLED": "1", "TRIALOGUE_TLS_PORT": "6667", "TRIALOGUE_TLS_HOST": "10.0.0.1"}
    assert load(None, environ).tls.port == 6667


@pytest.mark.parametrize("secret", ["hunter2\\nline", "$2b$12$hunter2"])
def test_a_password_is_never_told(tmp_path: Path, secret: str) -> None:
    operator = f'[[operators]]\nname = "a"\npassword = ["{secret}"]'
    for text in (f'[server]\npassword = "{secret}"', f'[server]\npassword = ["{secret}"]', operator):
        problems = refused(file(tmp_path, text))
        assert "password" in problems[0]
        assert "hunter2" not in "".join(problems)


# Around the settings.


def test_a_message_of_the_day_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    config = load(None, {"TRIALOGUE_SERVER_MOTD_FILE": str(tmp_path / "none")})
    with pytest.raises(ConfigError, match=r"none: the message of the day is not there"):
        load_motd(config)


def test_a_message_of_the_day_may_stand_in_the_settings() -> None:
    assert load_motd(load(None, {"TRIALOGUE_SERVER_MOTD": "One\r\nTwo\n"})) == ("One", "Two")
    assert load_motd(Config()) == ()


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, "/data/trialogue"),
        ("linux", {"HOME": "/home/a", "XDG_DATA_HOME": "data"}, "/home/a/.local/share/trialogue"),
        ("linux", {"HOME": "/home/a"}, "/home/a/.local/share/trialogue"),
        ("darwin", {"HOME": "/Users/a"}, "/Users/a/Library/Application Support/Trialogue"),
        ("win32", {"LOCALAPPDATA": "/C/Local"}, "/C/Local/Trialogue"),
    ],
)
def test_data_has_its_place_on_each_platform(platform: str, environ: dict[str, str], expected: str) -> None:
    assert data_directory(Config(), environ, platform) == Path(expected)


def test_a_named_data_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    config = load(None, {"TRIALOGUE_DATA_DIRECTORY": str(tmp_path / "a" / "b")})
    directory = make_data_directory(data_directory(config, {}))
    assert make_data_directory(directory) == tmp_path / "a" / "b"
    if os.name == "posix":
        assert directory.stat().st_mode & 0o777 == 0o700


def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="the data directory cannot be made"):
        make_data_directory(tmp_path / "file" / "data")


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_key_that_others_can_read_is_said(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("secret")
    key.chmod(0o640)
    tmp_path.chmod(0o700)
    (said,) = remarks_about(tmp_path, str(key))
    assert said.startswith(f"tls.key: {key} can be read by other users of this machine (mode 640)")
    key.chmod(0o600)
    assert remarks_about(tmp_path, str(key)) == []
    assert remarks_about(tmp_path / "none", str(tmp_path / "none.pem")) == []
