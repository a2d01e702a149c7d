"""``trialogue-client`` and ``python -m trialogue_client``."""

import sys

from trialogue_client import garbage

_INTERRUPTED = 130


def main() -> int:
    """Run the client and return its exit code."""
    # Everything is loaded below, because a screen, a pipe and a question for help each need other things.
    garbage.begin()
    from trialogue_client.arguments import parse_arguments

    options = parse_arguments(sys.argv[1:], terminal=sys.stdin.isatty() and sys.stdout.isatty())
    if options.full_screen:
        from trialogue_client.ui.start import start

        return start(options)
    import trio

    from trialogue_client.app import run

    garbage.settle()
    code = _INTERRUPTED
    try:
        try:
            code = trio.run(run, options)
        except* KeyboardInterrupt:
            pass  # Alone, or as what a task among others ended with.
    except Exception as failure:
        from trialogue_client.crash import crashed

        return crashed(failure, options.config_dir)
    return code


if __name__ == "__main__":
    sys.exit(main())
