"""The arguments of the command line. `trialogue-server --help` is the reference."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct

from trialogue_server import __version__
from trialogue_server.cli.parser import Parser
from trialogue_server.config.environ import FILE_VARIABLE
from trialogue_server.config.load import load
from trialogue_server.config.schema import Config, LogSection
from trialogue_server.config.suggest import nearest

Action = Literal["serve", "check-config", "example-config", "hash-password", "version"]
FAMILIES = ("account", "operator", "ban", "clock")
"""Subcommands of `administration`, which reads what follows."""

STATUS = "status"

ARCHIVE = ("backup", "restore", "verify", "export", "import", "audit")
"""Subcommands of `archive`, which reads what follows."""

_HIGHEST_PORT = 65535
_LIKELY, _POSSIBLE = 0.75, 0.6
"""How much a word is like a command that is meant, if it stands alone as a host would, or not."""

_HELP = """\
usage: trialogue-server [HOST] [PORT] [options]

Serve a chat on this machine: rooms and direct messages, for any IRC client.
Without arguments it listens on this machine only: 127.0.0.1, port 6667.

where to listen
  HOST                 an address or name of this machine; 0.0.0.0 or "*" lets others in
  PORT                 1024 to 65535, or 0 for one that is free; a lone number is a PORT
  --tls                serve TLS too, with a self-signed certificate unless one is set
  --tls-port PORT      the port for TLS (default 6697); implies --tls
  --web-port PORT      the port for browsers (default 8067): on this machine only, or with TLS
  --no-web             serve no browsers

settings
  --config FILE        read settings from this TOML file (or from the one that $TRIALOGUE_CONFIG names)
  --data-dir DIR       the directory for everything that survives a restart
  --check-config       check the settings, and stop
  --example-config     print a settings file with every setting, its default and its reason, and stop
  --hash-password      ask for a password and print what to write into the settings for it, and stop

logs
  --log-format FORMAT  console (for people), json (for programs); default: by where they go
  --log-level LEVEL    debug, info, warning or error; default: info

administration, whether the server runs or not (each with --help)
  account              add, password, list, drop: people's accounts
  operator             grant, revoke, list: operator rights by account
  ban                  list, add, lift: the bans of the server
  clock                show, confirm: a clock that was set ahead
  audit                show what operators and the administrator did
  status [NICK]        show how the running server is, and who is slow and why
  backup FILE          copy accounts, rooms and history into one file, consistently
  restore FILE         replace the data by a backup; the old data stays beside it
  verify [FILE]        verify the data, or a backup
  export               write the history to standard output as JSON, a line for each event
  import FILE          import an export, or a log of WeeChat, irssi or ZNC

  --help, --version    print this, or the version, and stop

The command line overrides the environment (TRIALOGUE_LISTEN_PORT=6668), which overrides the file.

examples
  trialogue-server                                  a chat on this machine
  trialogue-server 12345                            the same on another port
  trialogue-server 0.0.0.0 6667 --tls               for the whole network, with TLS on port 6697
  trialogue-server --example-config > chat.toml     settings to start from
  trialogue-server --config chat.toml --check-config
"""


class Arguments(Struct, frozen=True):
    """The arguments; None where one is not given."""

    action: Action = "serve"
    host: str | None = None
    port: int | None = None
    config: Path | None = None
    data_dir: Path | None = None
    tls: bool = False
    tls_port: int | None = None
    web_port: int | None = None
    no_web: bool = False
    log_format: str | None = None
    log_level: str | None = None


class _Parser(Parser):
    def format_help(self) -> str:
        return _HELP


def parse(argv: Sequence[str]) -> Arguments:
    """Parse the arguments (without the program's name). Exits with 2 and one sentence if they are invalid."""
    parser = _parser()
    options = vars(parser.parse_intermixed_args(argv))  # HOST --tls PORT
    places: list[str] = options.pop("places")
    try:
        host, port = _place(places)
        tls_port = _port(options.pop("tls_port"), "--tls-port")
        web_port = _port(options.pop("web_port"), "--web-port")
    except ValueError as error:
        parser.error(str(error))
    options["tls"] = options["tls"] or tls_port is not None
    options["action"] = options["action"] or "serve"
    return Arguments(host=host, port=port, tls_port=tls_port, web_port=web_port, **options)


def resolve(arguments: Arguments, environ: Mapping[str, str]) -> Config:
    """Return the settings: command line over environment over file over defaults. Raises ConfigError."""
    said = {
        ("listen", "host"): arguments.host,
        ("listen", "port"): arguments.port,
        ("tls", "enabled"): True if arguments.tls else None,
        ("tls", "port"): arguments.tls_port,
        ("web", "enabled"): False if arguments.no_web else None,
        ("web", "port"): arguments.web_port,
        ("data", "directory"): None if arguments.data_dir is None else str(arguments.data_dir),
        ("log", "format"): arguments.log_format,
        ("log", "level"): arguments.log_level,
    }
    return load(settings_file(arguments, environ), environ, {k: v for k, v in said.items() if v is not None})


def settings_file(arguments: Arguments, environ: Mapping[str, str]) -> Path | None:
    """Return the settings file that was named, if any; none is searched for."""
    named = environ.get(FILE_VARIABLE)
    return arguments.config or (Path(named) if named else None)


def run_without_server(arguments: Arguments, environ: Mapping[str, str]) -> int | None:
    """Do what needs no server and return the exit code; None if a server is wanted."""
    if arguments.action == "serve":
        return None
    if arguments.action == "version":
        sys.stdout.write(f"trialogue-server {__version__}\n")
        return 0
    from trialogue_server.cli import chores

    if arguments.action == "example-config":
        return chores.example_config()
    if arguments.action == "hash-password":
        return chores.hash_password()
    return chores.check_config(lambda: resolve(arguments, environ), settings_file(arguments, environ), environ)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="trialogue-server", allow_abbrev=False)
    option: Any = parser.add_argument
    option("places", nargs="*")
    option("--config", type=Path)
    option("--data-dir", type=Path)
    option("--tls", action="store_true")
    option("--tls-port")
    option("--web-port")
    option("--no-web", action="store_true")
    option("--log-format", choices=("console", "json"))
    option("--log-level", choices=get_args(LogSection.__annotations__["level"]))
    for action in get_args(Action)[1:]:
        option(f"--{action}", dest="action", action="store_const", const=action)
    return parser


def _place(places: list[str]) -> tuple[str | None, int | None]:
    _refuse_command(places)
    if len(places) > 2:
        raise ValueError(f"HOST and PORT are all that can be given without an option, so what is {places[2]!r}?")
    if len(places) == 1 and places[0].lstrip("+-").isdecimal():
        return None, _port(places[0], "PORT")
    if len(places) == 1:
        return _host(places[0]), None
    if not places:
        return None, None
    host, port = places
    if _is_number(host) and not _is_number(port):
        raise ValueError(f"HOST comes before PORT: write trialogue-server {port} {host}")
    return _host(host), _port(port, "PORT")


def _refuse_command(places: list[str]) -> None:
    """Refuse a command that is spelled wrong: else it would be taken for a HOST."""
    word = places[0] if places else ""
    if not word.isalpha() or word.lower() == "localhost":
        return
    meant = nearest(word.lower(), (*FAMILIES, *ARCHIVE, STATUS), alike=_LIKELY if len(places) == 1 else _POSSIBLE)
    if meant is not None and not (len(places) == 2 and _is_number(places[1])):
        raise ValueError(f"There is no command {word}. Did you mean {meant}?")


def _host(text: str) -> str:
    """Refuse ``host:port``, which other programs take; an IPv6 address has more than one colon."""
    host, colon, port = text.rpartition(":")
    if colon and _is_number(port) and (":" not in host or host.endswith("]")):
        raise ValueError(f"HOST and PORT stand apart: write trialogue-server {host.strip('[]')} {port}")
    if not text.strip():
        raise ValueError('HOST is empty: write an address such as 127.0.0.1, or "*" for every address of this machine')
    return text


def _port(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    if not _is_number(text):
        raise ValueError(f"{name} is a number from 1 to {_HIGHEST_PORT}, or 0 for one that is free, and not {text!r}")
    if int(text) > _HIGHEST_PORT:
        raise ValueError(f"{name} is at most {_HIGHEST_PORT}, and {text} is more")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
