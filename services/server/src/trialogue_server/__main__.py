"""`trialogue-server` and `python -m trialogue_server`. Signals are handled before anything slow is loaded."""

import sys

from trialogue_server.early_signals import EarlySignals


def main() -> None:
    """Run `trialogue-server`."""
    signals = EarlySignals()
    signals.heed()
    try:
        from trialogue_server.serving import run  # takes some tenths of a second

        sys.exit(run(sys.argv[1:], signals))
    except SystemExit:
        if signals.stopped_early:
            sys.stderr.write("trialogue-server: Stopped.\n")
        raise


if __name__ == "__main__":
    main()
