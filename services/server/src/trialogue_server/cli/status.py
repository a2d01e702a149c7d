"""`trialogue-server status [NICK]`: how the running server is, and who is slow and why."""

from collections.abc import Mapping, Sequence

from trialogue_server.cli import chores, command_line
from trialogue_server.cli.parser import Parser, which_server
from trialogue_server.commands.requests import ShowStatus
from trialogue_server.config import ConfigError
from trialogue_server.config.directory import data_directory
from trialogue_server.net.admin_socket import NotRunning, ask

_NOT_THERE = 1
_NOT_UNDERSTOOD = 2


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Print the status and return the exit code: 0 it runs, 1 it does not, 2 invalid."""
    parser = Parser(
        prog="trialogue-server status",
        description="Show how the running server is, and who is slow and why.",
        parents=[which_server()],
    )
    parser.add_argument("nick", nargs="?", default="", help="somebody to show in any case")
    options = parser.parse_args(argv[1:])
    try:
        config = command_line.resolve(command_line.Arguments(config=options.config, data_dir=options.data_dir), environ)
    except ConfigError as error:
        chores.complain(error)
        return _NOT_UNDERSTOOD
    directory = data_directory(config, environ)
    try:
        answer = ask(directory, ShowStatus(options.nick))
    except NotRunning:
        chores.complain(f"No server runs with the data directory {directory}: name another one with --data-dir.")
        return _NOT_THERE
    return chores.show(answer)
