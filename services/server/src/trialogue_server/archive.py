"""`trialogue-server backup|verify|export …`: what is kept, as files; the server may run meanwhile."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ircwire.casemap import ascii_fold, unicode_fold
from trialogue_server import chores, cli
from trialogue_server.config import Config, ConfigError
from trialogue_server.config.directory import data_directory
from trialogue_server.store import archive
from trialogue_server.store.base import StoreBroken
from trialogue_server.store.database import FILE_NAME

_FAILED = 1
_NOT_UNDERSTOOD = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_NOT_UNDERSTOOD, f"{self.prog}: {message[:1].upper()}{message[1:].rstrip('.')}. Try --help.\n")


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do what the arguments ask for and return the exit code: 0 done, 1 it could not be done, 2 not understood."""
    options = _parser().parse_args(argv)
    try:
        config = cli.resolve(cli.Arguments(config=options.config, data_dir=options.data_dir), environ)
    except ConfigError as error:
        chores.complain(error)
        return _NOT_UNDERSTOOD
    try:
        _do(options, config, data_directory(config, environ) / FILE_NAME)
    except StoreBroken as error:
        chores.complain(error)
        return _FAILED
    return 0


def _do(options: argparse.Namespace, config: Config, path: Path) -> None:
    match options.action:
        case "backup":
            _tell(options.file, archive.back_up(path, options.file))
        case "verify":
            path = options.file or path
            _tell(path, archive.verify(path))
        case _:
            fold = unicode_fold if config.server.utf8_names else ascii_fold
            lines = archive.export(path, room=fold(options.room), account=options.account)
            sys.stdout.writelines(f"{line}\n" for line in lines)


def _tell(path: Path, contents: archive.Contents) -> None:
    sys.stdout.write(
        f"{path} is sound: {contents.messages:,} messages, {contents.others:,} other events, "
        f"{contents.records:,} records.\n"
    )


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="the settings file of the server")
    common.add_argument("--data-dir", type=Path, metavar="DIR", help="the data directory of the server")
    parser = _Parser(prog="trialogue-server", description="Copy, check or write out what a server keeps.")
    actions: Any = parser.add_subparsers(dest="action", required=True, parser_class=_Parser)

    def action(name: str, about: str) -> Any:
        return actions.add_parser(name, help=about, description=about, parents=[common])

    restoring = f"To restore it, stop the server and put it in the place of {FILE_NAME} in the data directory."
    backup = action("backup", f"Copy accounts, rooms and history, as they are at this moment, into a file. {restoring}")
    backup.add_argument("file", type=Path, metavar="FILE")
    verify = action("verify", "Read all that is kept, or all of a backup, and say whether it is sound.")
    verify.add_argument("file", type=Path, metavar="FILE", nargs="?")
    export = action("export", "Write the history to standard output, an event a line, as JSON.")
    export.add_argument("--room", default="", help="only this room's")
    export.add_argument("--account", default="", help="only the direct messages of this account")
    return parser
