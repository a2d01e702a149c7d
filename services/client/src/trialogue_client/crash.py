"""Reports a crash: by one sentence on the terminal, and details in a file."""

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

CRASHED = 70
"""The exit code for a mistake of ours (EX_SOFTWARE)."""
_LOG = "crash.log"


def crashed(failure: Exception, directory: Path) -> int:
    """Write down where it happened, without the variables: they hold what people wrote. Return the exit code."""
    text, log = "".join(traceback.format_exception(failure)), directory / _LOG
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        where = f"The details are in {log}"
    except OSError:
        where = f"The details cannot be written to {log}, so here they are:\n{text}"
    complain(f"The client has failed and had to end; {where}")
    return CRASHED


def complain(text: str) -> None:
    """Write to stderr, if that is still there."""
    with suppress(OSError):  # The terminal may be gone.
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
