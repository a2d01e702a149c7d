"""`trialogue-server backup|restore|verify|export|import|audit …`: what is kept, as files and as lines."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ircwire.casemap import Fold, ascii_fold, unicode_fold
from trialogue_server.cli import chores, command_line
from trialogue_server.cli.parser import Parser, which_server
from trialogue_server.config import Config, ConfigError
from trialogue_server.config.directory import data_directory, make_data_directory
from trialogue_server.config.unreadable import check, reason
from trialogue_server.store import archive, history_import
from trialogue_server.store.audit import AuditQuery, as_json, describe_deed, read_audit
from trialogue_server.store.base import StoreBroken, StoreUnavailable
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.foreign_logs import FORMATS
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.search_index import INDEX_NAME, remove_index
from trialogue_server.world.names import is_channel

_FAILED = 1
_NOT_UNDERSTOOD = 2
_SHOWN_AT_MOST, _LONGEST_SHOWN = 20, 100
"""Lines that are shown when they were left out, and characters of each."""


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Carry out the arguments and return the exit code: 0 done, 1 failed, 2 invalid."""
    options = _parser().parse_args(argv)
    try:
        config = command_line.resolve(command_line.Arguments(config=options.config, data_dir=options.data_dir), environ)
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
    fold = unicode_fold if config.server.utf8_names else ascii_fold
    match options.action:
        case "backup":
            _tell(options.file, archive.back_up(path, options.file))
        case "verify":
            path = options.file or path
            _tell(path, archive.verify(path))
        case "restore":
            with _alone(path):
                contents, old = archive.restore(path, options.file)
            _tell(path, contents)
            if old is not None:
                sys.stdout.write(f"The data from before is kept in {old} now.\n")
        case "import":
            with _alone(path):
                _import(options, config, path, fold)
        case "audit":
            _show_audit(options, path)
        case _:
            lines = archive.export(path, room=fold(options.room), account=options.account)
            sys.stdout.writelines(f"{line}\n" for line in lines)


def _show_audit(options: argparse.Namespace, path: Path) -> None:
    since = time.time() - options.since if options.since else 0.0
    deeds = read_audit(path, AuditQuery(since, options.operator, options.last))
    show = as_json if options.json else describe_deed
    sys.stdout.writelines(f"{show(deed)}\n" for deed in deeds)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Lock the data directory. Raises StoreBroken while a server runs on it."""
    lock = DirectoryLock(make_data_directory(path.parent))
    try:
        yield
    finally:
        lock.release()


def _import(options: argparse.Namespace, config: Config, path: Path, fold: Fold) -> None:
    room, unknown = fold(options.room), _Unknown()
    try:
        check(options.file)
    except OSError as error:
        raise StoreBroken(f"{options.file} {reason(error)}.") from error
    if options.format != "export" and not room.startswith("#"):
        raise StoreBroken("A log does not name its room: give it with --room '#room'.")
    if room and not is_channel(options.room, size=config.limits.channel_length, utf8=config.server.utf8_names):
        raise StoreBroken(f"{_printable(options.room)} cannot be a room's name on this server.")
    with closing(Database(path, durability="full", fold=fold)) as database:
        try:
            if options.format == "export":
                every = history_import.read_export(options.file, unknown.add)
                rows: Iterable[history_import.Row] = (row for row in every if room in ("", row[0]))
            else:
                rows = history_import.read_foreign(options.file, options.format, options.room, fold, unknown.add)
            done = history_import.import_events(database, rows)
            if room:
                history_import.open_history(database, room)
        except StoreBroken:
            unknown.show()
            raise
        except (StoreUnavailable, OSError) as error:
            raise StoreBroken(f"{options.file} was imported only in part ({error}): try again.") from error
        finally:
            remove_index(path.with_name(INDEX_NAME))  # it follows the history from its newest event on
    sys.stdout.write(f"{done.new:,} events are new; {done.known:,} were there already.\n")
    unknown.show()


class _Unknown:
    """Collects lines that are not understood, or are no history."""

    def __init__(self) -> None:
        self._count = 0
        self._first: list[str] = []

    def add(self, number: int, line: str) -> None:
        self._count += 1
        if len(self._first) < _SHOWN_AT_MOST:
            self._first.append(f"  line {number}: {_printable(line[:_LONGEST_SHOWN])}\n")

    def show(self) -> None:
        if not self._count:
            return
        sys.stderr.write(f"{self._count:,} {'line was' if self._count == 1 else 'lines were'} left out:\n")
        sys.stderr.writelines(self._first)
        if self._count > len(self._first):
            sys.stderr.write(f"  and {self._count - len(self._first):,} more\n")


def _printable(text: str) -> str:
    """Return others' text as it may be shown on a terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _tell(path: Path, contents: archive.Contents) -> None:
    sys.stdout.write(
        f"{path} is sound: {contents.messages:,} messages, {contents.others:,} other events, "
        f"{contents.records:,} records.\n"
    )


def _parser() -> argparse.ArgumentParser:
    common = which_server()
    parser = Parser(prog="trialogue-server", description="Back up, verify, export or import the data of a server.")
    actions: Any = parser.add_subparsers(dest="action", required=True, parser_class=Parser)

    def action(name: str, about: str) -> Any:
        return actions.add_parser(name, help=about, description=about, parents=[common])

    backup = action("backup", "Copy accounts, rooms and history, as they are at this moment, into a file.")
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = action("restore", "Replace the data of a server, which must be stopped, by a backup.")
    restore.add_argument("file", type=Path, metavar="FILE")
    verify = action("verify", "Verify all data of a server, or of a backup.")
    verify.add_argument("file", type=Path, metavar="FILE", nargs="?")
    export = action("export", "Write the history to standard output as JSON, one event on each line.")
    export.add_argument("--room", default="", help="only this room")
    export.add_argument("--account", default="", help="only the direct messages of this account")
    audit = action(
        "audit", "Show what operators and the administrator did, the latest last. The server may be running."
    )
    audit.add_argument("--since", type=chores.seconds, default=0.0, metavar="DURATION", help="90m, 12h, 7d or 1w ago")
    audit.add_argument("--operator", default="", metavar="NAME", help="only acts of this operator, or of this account")
    audit.add_argument("--last", type=int, default=0, metavar="NUMBER", help="only the latest so many")
    audit.add_argument("--json", action="store_true", help="as JSON, one object on each line")
    taking = (
        "Import an export or a log into the history of a server, which must be stopped. Doing it twice is harmless."
    )
    taken = action("import", taking)
    taken.add_argument("file", type=Path, metavar="FILE")
    formats = ("export", *FORMATS)
    taken.add_argument(
        "--format", choices=formats, default="export", help="the format of the file; default: our export"
    )
    taken.add_argument("--room", default="", help="the room, whose members may read all of it from then on")
    return parser
