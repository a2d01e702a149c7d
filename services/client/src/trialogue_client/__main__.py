"""``trialogue-client`` and ``python -m trialogue_client``."""

import os
import sys
from typing import TYPE_CHECKING

from trialogue_client import garbage
from trialogue_client.ending import EndSignals

if TYPE_CHECKING:
    from trialogue_client.arguments import Options


def main() -> int:
    """Run the client and return its exit code."""
    # Everything is loaded below, because a screen, a pipe and a question for help each need other things.
    garbage.begin()
    from trialogue_client.arguments import parse_arguments

    options = parse_arguments(sys.argv[1:], terminal=sys.stdin.isatty() and sys.stdout.isatty())
    ending = EndSignals()
    ending.install()
    code = _full_screen(options, ending) if options.full_screen else _simple(options, ending)
    if ending.signal is not None or ending.held_up:
        ending.finish(code)
    _let_go()
    return code


def _full_screen(options: "Options", ending: EndSignals) -> int:
    from trialogue_client.tui.start import start

    return start(options, ending)


def _simple(options: "Options", ending: EndSignals) -> int:
    import trio

    from trialogue_client.app import run

    garbage.settle()
    try:
        return trio.run(run, options, ending)
    except Exception as failure:
        from trialogue_client.crash import crashed

        return crashed(failure, options.config_dir)


def _let_go() -> None:
    """Let Python fail at nothing when it writes what is left: a terminal that is gone is no failure of ours."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
