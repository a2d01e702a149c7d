"""Small tasks of the command line: checking the settings, printing their example, hashing a password."""

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trialogue_server.commands.duration import read_duration
from trialogue_server.config import Config, ConfigError
from trialogue_server.config.directory import data_directory, remarks_about
from trialogue_server.config.example import example_config as read_example
from trialogue_server.config.motd import load_motd
from trialogue_server.config.remarks import remarks

if TYPE_CHECKING:
    from trialogue_server.commands.requests import Answer


def example_config() -> int:
    """Print the example."""
    sys.stdout.write(read_example())
    return 0


def check_config(resolve: Callable[[], Config], path: Path | None, environ: Mapping[str, str]) -> int:
    """Print whether the settings are valid, and what they result in."""
    from trialogue_server.cli import preflight
    from trialogue_server.net.listen import ListenError
    from trialogue_server.net.web.place import remark as web_remark

    try:
        config = resolve()
        load_motd(config)
        problems = preflight.problems(config, environ, datetime.now(UTC))
    except (ConfigError, ListenError) as error:
        complain(error)
        return 2
    if problems:
        complain("\n".join(problems))
        return 2
    sys.stdout.write(f"{path} is fine.\n" if path else "The settings are fine.\n")
    for label, value in _summary(config, environ).items():
        sys.stdout.write(f"  {label:<12} {value}\n")
    about_files = remarks_about(data_directory(config, environ), config.tls.key)
    for remark in (*remarks(config), *about_files, *filter(None, [web_remark(config)])):
        sys.stdout.write(f"Note: {remark}\n")
    return 0


def hash_password() -> int:
    """Ask for a password, twice on a terminal, and print its hash for the settings."""
    from trialogue_server.store import passwords

    password = ask_password()
    if password is None:
        return 2
    sys.stdout.write(f"{passwords.hash_password(password)}\n")
    return 0


def ask_password() -> str | None:
    """Ask for a password, twice on a terminal; return None after an explanation if none can be had."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Once more: "):
            complain("The two passwords differ; nothing was done.")
            return None
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        complain("The password is empty; nothing was done.")
        return None
    return password


def seconds(text: str) -> float:
    """Read a duration as an argument. Raises argparse.ArgumentTypeError."""
    found = read_duration(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration: write 90m, 12h, 7d or 1w")
    return found


def complain(error: object) -> None:
    """Print problems on standard error, one line each."""
    for line in str(error).splitlines():
        sys.stderr.write(f"trialogue-server: {line}\n")


def show(answer: "Answer") -> int:
    """Print what the server has answered, and return the exit code: 0 done, 1 refused."""
    if answer.error:
        complain(answer.error)
        return 1
    sys.stdout.writelines(f"{line}\n" for line in answer.lines)
    return 0


def _web(config: Config) -> str:
    from trialogue_server.net.web.place import web_place

    place = web_place(config)
    if place is None:
        return "off"
    return f"{place.host} port {place.port}, {'with' if place.secure else 'without'} TLS"


def _summary(config: Config, environ: Mapping[str, str]) -> dict[str, object]:
    tls = f"{config.tls.host or config.listen.host} port {config.tls.port}" if config.tls.enabled else "off"
    return {
        "server": f"{config.server.name} of the network {config.server.network}",
        "plain text": f"{config.listen.host} port {config.listen.port}",
        "TLS": tls,
        "page": _web(config),
        "password": "asked for" if config.server.password else "none",
        "operators": ", ".join(operator.name for operator in config.operators) or "none",
        "rooms": ", ".join(config.channels.autojoin) or "joined by choice",
        "data": data_directory(config, environ),
    }
