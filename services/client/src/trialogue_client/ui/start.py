"""From the command line to an exit code; and what is left on the terminal after a crash."""

import sys
import traceback
from contextlib import suppress
from pathlib import Path

from trialogue_client import garbage
from trialogue_client.arguments import Options
from trialogue_client.ui.app import Trialogue

CRASHED = 70
"""The exit code for a mistake of ours (EX_SOFTWARE)."""
_LOG = "crash.log"


def start(options: Options) -> int:
    """Run the full-screen client."""
    app = Trialogue(options, painted=garbage.settle)
    code = app.run()
    for sentence in app.unsent:
        _complain(sentence)
    if app.failure is not None:
        return _crashed(app.failure, options.config_dir / _LOG)
    return code or 0


def _crashed(failure: Exception, log: Path) -> int:
    """Write down where it happened, without the variables: they hold what people wrote."""
    text = "".join(traceback.format_exception(failure))
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        log.write_text(text, encoding="utf-8")
        where = f"The details are in {log}"
    except OSError:
        where = f"The details cannot be written to {log}, so here they are:\n{text}"
    _complain(f"The client has failed and had to end; {where}")
    return CRASHED


def _complain(text: str) -> None:
    with suppress(OSError):  # The terminal may be gone.
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
