"""`trialogue-server account|operator|ban|clock …`: administration at the machine, server running or not."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trialogue_server.cli import chores, command_line
from trialogue_server.cli.parser import Parser, which_server
from trialogue_server.commands import requests as do
from trialogue_server.config import Config, ConfigError
from trialogue_server.config.directory import data_directory
from trialogue_server.config.schema import ALL_PRIVILEGES, Privilege
from trialogue_server.net.admin_socket import NotRunning, ask
from trialogue_server.session.saslprep import is_usable_password
from trialogue_server.store.base import StoreBroken
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.passwords import HashCost
from trialogue_server.world.server_bans import KINDS

_NOT_UNDERSTOOD = 2

WithoutServer = Callable[[Config, do.AnyRequest], do.Answer]
"""Carries out a request on the store. Raises StoreBroken."""


def run(argv: Sequence[str], environ: Mapping[str, str], without_server: WithoutServer) -> int:
    """Carry out the arguments and return the exit code: 0 done, 1 refused, 2 invalid."""
    options = _parser().parse_args(argv)
    try:
        config = command_line.resolve(command_line.Arguments(config=options.config, data_dir=options.data_dir), environ)
        request = _request(options, config)
        if request is None:
            return _NOT_UNDERSTOOD
        try:
            answer = ask(data_directory(config, environ), request)
        except NotRunning:
            answer = without_server(config, request)
    except (ConfigError, StoreBroken) as error:
        chores.complain(error)
        return _NOT_UNDERSTOOD
    return chores.show(answer)


def _request(options: argparse.Namespace, config: Config) -> do.AnyRequest | None:
    match options.family, options.action:
        case ("account", "add" | "password"):
            return _with_password(options, config)
        case ("account", "list"):
            return do.ListAccounts()
        case ("account", "drop"):
            return do.DropAccount(options.name) if options.yes or _is_sure(options.name) else None
        case ("operator", "grant"):
            return _grant(options, config)
        case ("operator", "revoke"):
            return do.RevokeOperator(options.account)
        case ("operator", "list"):
            return do.ListOperators()
        case ("ban", "add"):
            return do.AddBan(options.kind or "", options.target, options.seconds, " ".join(options.reason))
        case ("clock", _):
            return do.ConfirmClock() if options.action == "confirm" else do.ShowClock()
        case ("ban", "lift"):
            return do.LiftBan(options.kind or "", options.target)
        case _:
            return do.ListBans()


def _is_sure(account: str) -> bool:
    """Ask for confirmation on a terminal before an account is removed; a script has to say that it means it."""
    if not sys.stdin.isatty():
        chores.complain("Deleting an account is for good, and nobody can be asked here: say --yes to mean it.")
        return False
    try:
        said = input(f"Delete the account {account}, what it owns and its direct messages, for good? Type its name: ")
    except EOFError:
        said = ""
    if said.strip() == account:
        return True
    chores.complain("That is another name; nothing was done.")
    return False


def _grant(options: argparse.Namespace, config: Config) -> do.AnyRequest | None:
    """Return the privileges to grant, or those of a class as they are now."""
    if not options.operator_class:
        return do.GrantOperator(options.account, tuple(options.privileges or ALL_PRIVILEGES))
    found = next((one for one in config.operator_classes if one.name == options.operator_class), None)
    if found is None:
        named = ", ".join(one.name for one in config.operator_classes) or "none"
        chores.complain(f"The settings have no class {options.operator_class} of operators; they have: {named}.")
        return None
    return do.GrantOperator(options.account, (*found.privileges, *options.privileges))


def _with_password(options: argparse.Namespace, config: Config) -> do.AnyRequest | None:
    """Ask for the password and hash it here: it goes nowhere else."""
    password = chores.ask_password()
    least = config.accounts.password_length
    if password is None:
        return None
    if len(password) < least:
        chores.complain(f"The password must have at least {least} characters.")
        return None
    if not is_usable_password(password):
        chores.complain("The password has a character that is not allowed, such as a control character.")
        return None
    credentials = make_credentials(password, HashCost(config.accounts.hash_memory, config.accounts.hash_passes))
    if options.action == "add":
        return do.AddAccount(options.name, options.email, credentials)
    return do.SetPassword(options.name, credentials)


def _parser() -> argparse.ArgumentParser:
    common = which_server()
    parser = Parser(prog="trialogue-server", description="Administer a server, whether it runs or not.")
    families: Any = parser.add_subparsers(dest="family", required=True, parser_class=Parser)

    def family(name: str, about: str) -> Callable[[str, str], Any]:
        made = families.add_parser(name, help=about, description=about)
        actions = made.add_subparsers(dest="action", required=True, parser_class=Parser)
        return lambda action, text: actions.add_parser(action, help=text, description=text, parents=[common])

    _accounts(family("account", "Make, list and end people's accounts."))
    _operators(family("operator", "Grant and revoke operator rights by account, besides those in the settings."))
    _bans(family("ban", "List, add and lift the bans of the server."))
    _clock(family("clock", "Show or confirm the clock of this machine."))
    return parser


def _clock(action: Callable[[str, str], Any]) -> None:
    action("show", "Show the clock, and whether it is in doubt.")
    action("confirm", "Confirm a clock that was set ahead: old messages are deleted again.")


def _accounts(action: Callable[[str, str], Any]) -> None:
    asked = "The password is asked for, or read from standard input."
    add = action("add", f"Make an account. {asked}")
    add.add_argument("name")
    add.add_argument("--email", default="", help="the owner's e-mail address")
    action("password", f"Give an account another password. {asked}").add_argument("name")
    action("list", "Show all accounts.")
    drop = action(
        "drop",
        "Delete an account, and the registered channels that it owns. It asks first; scripts need --yes.",
    )
    drop.add_argument("name")
    drop.add_argument("--yes", action="store_true", help="do not ask")


def _operators(action: Callable[[str, str], Any]) -> None:
    grant = action("grant", "Make everybody who logs in to an account an operator, at once and in future.")
    grant.add_argument("account")
    grant.add_argument(
        "privileges", nargs="*", metavar="privilege", type=_privilege, help="default: all, unless a class is named"
    )
    grant.add_argument(
        "--class", dest="operator_class", default="", metavar="NAME", help="those of a class in the settings"
    )
    action("revoke", "Revoke such a grant.").add_argument("account")
    action("list", "List the accounts with a grant.")


def _privilege(text: str) -> Privilege:
    for privilege in ALL_PRIVILEGES:
        if text == privilege:
            return privilege
    raise argparse.ArgumentTypeError(f"there is no privilege {text!r}, but {', '.join(ALL_PRIVILEGES)}")


def _bans(action: Callable[[str, str], Any]) -> None:
    action("list", "Show the bans in force.")
    add = action("add", "Ban somebody, and end their connections.")
    _whom(add, "an account, an address, a network (192.0.2.0/24) or a mask (*!*@example.org)")
    add.add_argument(
        "--for",
        dest="seconds",
        type=chores.seconds,
        default=0.0,
        metavar="DURATION",
        help="90m, 12h, 7d, 1w; else for ever",
    )
    add.add_argument("--reason", nargs="+", default=[], metavar="WORD", help="the reason that banned users are shown")
    _whom(action("lift", "Lift a ban."), "as the list shows it")


def _whom(parser: Any, about: str) -> None:
    parser.add_argument("kind", nargs="?", choices=KINDS, help="inferred from the target if left out")
    parser.add_argument("target", help=about)
