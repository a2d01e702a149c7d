"""``trialogue-client`` and ``python -m trialogue_client``."""

import sys

import trio

from trialogue_client.app import run
from trialogue_client.arguments import parse_arguments

_INTERRUPTED = 130


def main() -> int:
    """Run the client and return its exit code."""
    options = parse_arguments(sys.argv[1:], terminal=sys.stdin.isatty() and sys.stdout.isatty())
    if options.full_screen:
        # Loaded here, because pipes and scripts need not wait for what only a screen needs.
        from trialogue_client.ui import garbage

        garbage.begin()
        from trialogue_client.ui.start import start

        return start(options)
    try:
        return trio.run(run, options)
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
