"""``trialogue-client`` and ``python -m trialogue_client``."""

import sys

import trio

from trialogue_client.app import run
from trialogue_client.arguments import parse_arguments

_INTERRUPTED = 130


def main() -> int:
    """Run the client and return its exit code."""
    options = parse_arguments(sys.argv[1:])
    try:
        return trio.run(run, options)
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
