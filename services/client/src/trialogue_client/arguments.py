"""Parses the command line and the environment."""

import argparse
import getpass
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from trialogue_client import __version__
from trialogue_client.address import PORT, TLS_PORT, Endpoint
from trialogue_client.core.chat import LOBBY
from trialogue_client.core.nicks import plain_nick
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.state import Identity
from trialogue_client.unreadable import reason

USAGE = 2

_EXAMPLES = """\
examples:
  trialogue-client                               choose a server: those nearby are listed
  trialogue-client chat.example.org --tls        talk on a server, encrypted
  trialogue-client 127.0.0.1 12345 --nick bob    a server on this machine
  trialogue-client localhost --room garden       another room than #lobby
  trialogue-client localhost --account bob       log in; asks for the password
  echo hi | trialogue-client localhost           say one line and go; prints only what goes wrong
  trialogue-client localhost --script first.chat play a scenario
  trialogue-client --discover                    list the servers on the local network

environment:
  TRIALOGUE_SERVER_HOST, TRIALOGUE_SERVER_PORT   for HOST and PORT when they are left out
  TRIALOGUE_NICK        for --nick               TRIALOGUE_PASSWORD    your account's password
  TRIALOGUE_SERVER_PASSWORD                      the password of the server itself, where it has one
  TRIALOGUE_CONFIG_DIR  where settings and known certificates are kept
  NO_COLOR              no colours

exit code:  0 all well   1 a line was not delivered, or the scenario failed
            2 wrong arguments or a faulty scenario file   3 no connection, or nobody found
"""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line."""

    endpoint: Endpoint
    """Without a host, it is to be asked for."""
    nick: str
    """"" when none was given."""
    login: str
    """A nick made of the login name."""
    rooms: tuple[str, ...]
    plain: bool
    full_screen: bool
    """Whether there is a terminal of which the whole may be used."""
    script: Path | None
    actor: str
    """Whose lines of the script to play; "" for everybody's."""
    config_dir: Path
    password: str = field(default="", repr=False)
    """The server's own (PASS)."""
    account: str = ""
    """The account to log in to; "" for that of the nick, if there is a password or a certificate."""
    account_password: str = field(default="", repr=False)
    discover: bool = False
    """Only list the servers on the local network."""
    rooms_chosen: bool = True
    """Whether they were named; if not, they are those for somebody who has said nothing of rooms."""
    plain_secrets: bool = False
    """Whether passwords may go over a connection that is not encrypted."""
    show: bool = False
    """Whether the conversation is printed even if nobody types."""

    def identity(self, nick: str, password: str = "", account: str = "") -> Identity:
        """Return who we are under this nick; `password` is the account's, if it was asked for."""
        secret = password or self.account_password
        certificate = self.endpoint.certificate is not None
        credentials = (
            Credentials(account or self.account or nick, secret, certificate) if secret or certificate else None
        )
        return Identity(nick, self.password, credentials=credentials)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\nType {self.prog} --help for how it is used.\n")


def parse_arguments(
    words: Sequence[str], environment: Mapping[str, str] = os.environ, *, terminal: bool = False
) -> Options:
    """Read the command line. Prints a sentence and exits with code 2 when something is wrong with it.

    With `terminal`, stdin and stdout are one, and somebody can be asked for what was left out.
    """
    parser = _parser()
    given = parser.parse_args(words)
    host = given.host or environment.get("TRIALOGUE_SERVER_HOST", "")
    simple = given.plain or given.lines or given.script or environment.get("TERM") == "dumb"
    full_screen = terminal and not simple and not given.discover
    may_choose = terminal and not given.script
    if not host and not may_choose and not given.discover:
        parser.error("say which server to connect to, as in: trialogue-client localhost (or set TRIALOGUE_SERVER_HOST)")
    if given.actor and not given.script:
        parser.error("--as says whose lines of a scenario to play: it needs --script FILE")
    if given.script and given.local_port and not given.actor:
        parser.error("LOCAL_PORT is for one connection, and a script has several: add --as NAME or leave it out")
    if given.script and (given.account or given.certificate):
        parser.error("a scenario says itself who logs in: leave out --account and --certificate")
    if given.certificate and not given.tls:
        parser.error("--certificate is shown when the connection is encrypted: add --tls")
    nick = given.nick or environment.get("TRIALOGUE_NICK", "")
    _must_be_words(parser, {"a nick": [nick], "an account": [given.account or ""], "a room": given.room or []})
    return Options(
        Endpoint(host, _port_to_use(parser, given, environment), given.local_port, given.tls, given.certificate),
        nick,
        plain_nick(_login()),
        tuple(room if room[:1] in "#&" else f"#{room}" for room in given.room or [LOBBY]),
        given.plain,
        full_screen,
        given.script,
        given.actor or "",
        _config_dir(environment),
        _password(parser, given.server_password_file, environment.get("TRIALOGUE_SERVER_PASSWORD", "")),
        given.account or "",
        _password(parser, given.password_file, environment.get("TRIALOGUE_PASSWORD", "")),
        given.discover,
        bool(given.room),
        given.plain_secrets or environment.get("TRIALOGUE_PLAIN_SECRETS", "") not in ("", "0"),
        given.show or given.lines or given.plain,
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="trialogue-client",
        description="Talk on a Trialogue or any other IRC server: in a terminal, from a pipe, or by a script.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("host", metavar="HOST", nargs="?", help="the server's name or address")
    add("port", metavar="PORT", nargs="?", type=_port, help=f"its port ({PORT}; with --tls, {TLS_PORT})")
    add("local_port", metavar="LOCAL_PORT", nargs="?", type=_port, help="the port of our own end (any)")
    add("--nick", metavar="N", help="your name in the chat (asked for if left out)")
    add("--room", metavar="R", action="append", help=f"a room to join; may be given again ({LOBBY})")
    add("--tls", action="store_true", help="encrypt; an unknown certificate is pinned the first time")
    add("--lines", action="store_true", help="one line after the other instead of the full screen")
    add("--plain", action="store_true", help="as --lines, without colours and redrawing: for screen readers")
    add("--show", action="store_true", help="print the conversation too, when the lines to say come from a pipe")
    add("--account", metavar="A", help="the account to log in to (your nick's, if there is a password)")
    add("--password-file", metavar="FILE", type=Path, help="your account's password, in a file of one line")
    add("--certificate", metavar="FILE", type=Path, help="log in by this certificate (PEM, with its key)")
    add("--server-password-file", metavar="FILE", type=Path, help="the password of the server itself, if it has one")
    add(
        "--plain-secrets", action="store_true", help="send passwords without TLS too, in clear, where you trust the net"
    )
    add("--discover", action="store_true", help="list the servers on the local network, a line each, and end")
    add("--script", metavar="FILE", type=Path, help="play a scenario (docs/scenarios.md)")
    add("--as", metavar="NAME", dest="actor", help="play only this actor's lines of the scenario")
    add("--version", action="version", version=f"trialogue-client {__version__}")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: it is a number from 1 to 65535")
    return int(text)


def _port_to_use(parser: argparse.ArgumentParser, given: argparse.Namespace, environment: Mapping[str, str]) -> int:
    if given.port:
        return int(given.port)
    text = environment.get("TRIALOGUE_SERVER_PORT", "")
    try:
        return _port(text) if text else TLS_PORT if given.tls else PORT
    except argparse.ArgumentTypeError as error:
        parser.error(f"TRIALOGUE_SERVER_PORT: {error}")


def _must_be_words(parser: argparse.ArgumentParser, names: Mapping[str, Sequence[str]]) -> None:
    """Refuse names that would be something else on the line that has them."""
    for what, words in names.items():
        if any(not word.isprintable() or " " in word or "," in word for word in words):
            parser.error(f"{what} is one word, without blanks and commas")


def _password(parser: argparse.ArgumentParser, path: Path | None, otherwise: str) -> str:
    if path is None:
        return next(iter(otherwise.splitlines()), "")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()  # Some editors write a mark in front.
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"the password file {path} {reason(error)}")
    if not lines or not lines[0]:
        parser.error(f"the password file {path} is empty: its first line is the password")
    return lines[0]


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # A container may run under a number that has no name.
        return ""


def _config_dir(environment: Mapping[str, str]) -> Path:
    chosen = environment.get("TRIALOGUE_CONFIG_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(environment.get("APPDATA") or Path.home()) / "trialogue"
    return Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "trialogue"
