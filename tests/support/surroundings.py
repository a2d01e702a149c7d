"""The same surroundings for the tests on every machine: environment, locale, time zone, home directory and signals.

What whoever runs them has set for other programs shall not decide what a test sees, and no test shall read or change
what is theirs. A program that a test starts inherits all of this.
"""

from __future__ import annotations

import locale
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KEPT = {
    *("PATH", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "CI", "VIRTUAL_ENV"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERNAME", "NUMBER_OF_PROCESSORS"),
}
_KEPT_PREFIXES = (
    *("PYTEST_", "PYTHON", "COV_", "COVERAGE_", "HYPOTHESIS_"),
    *("DOCKER_", "COMPOSE_", "LD_", "DYLD_", "NIX_"),
)
"""What finds programs and libraries, and what is meant for the tests themselves."""
_NOT_KEPT = {"PYTHONIOENCODING", "PYTHONUTF8", "PYTHONUNBUFFERED", "PYTHONINSPECT", "PYTHON_COLORS"} | {
    "PYTHONDONTWRITEBYTECODE",  # every program that is started, and every worker, would compile all of it again
}

_LOCALE = "C.UTF-8"


def make_alike(home: Path) -> None:
    """Change this process's surroundings. `home` is an empty directory that stands in for the user's own."""
    environment = _environment(os.environ, home)
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = False
    _take_locale()
    if sys.platform != "win32":
        time.tzset()
        _take_signals()


def _environment(found: Mapping[str, str], home: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in found.items()
        if (name in _KEPT or name.startswith(_KEPT_PREFIXES)) and name not in _NOT_KEPT
    }
    kept.setdefault("PATH", os.defpath)
    if "HOME" in found:
        kept.setdefault("DOCKER_CONFIG", os.path.join(found["HOME"], ".docker"))  # noqa: PTH118 - compose may be there
    own = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home),
        "LOCALAPPDATA": str(home),
        "TRIALOGUE_CONFIG_DIR": str(home / "trialogue"),
        "LANG": _LOCALE,
        "TERM": "xterm-256color",
        "TZ": "UTC",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",  # those that need a key ring bring their own
    }
    return {**kept, **own}


def _take_locale() -> None:
    """Files and pipes of this process are UTF-8 too, whatever it was started with."""
    try:
        locale.setlocale(locale.LC_ALL, _LOCALE)
    except locale.Error:  # an old or small system
        locale.setlocale(locale.LC_ALL, "C")


if sys.platform != "win32":
    _PYTHONS_OWN = {signal.SIGPIPE, getattr(signal, "SIGXFSZ", signal.SIGPIPE)}
    """Python ignores these itself, and resets them in the programs that it starts."""

    def _take_signals() -> None:
        """Let programs start with no signal ignored or blocked, though we are in the background or under nohup(1).

        A handler is ours alone: what we start begins with what is usual, while we go on ignoring it ourselves.
        """
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for number in signal.valid_signals() - _PYTHONS_OWN:
            if signal.getsignal(number) is signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else _ignore)

    def _ignore(*_: object) -> None:
        pass
