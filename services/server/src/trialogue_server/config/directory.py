"""Where is kept what must survive a restart?"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from trialogue_server.config.problem import ConfigError
from trialogue_server.config.schema import Config

_MODE = 0o700
"""Keys and conversations: nobody else's business."""


def data_directory(config: Config, environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return the data directory, which need not exist yet: `data.directory`, or the platform's place for such."""
    if config.data.directory:
        return Path(config.data.directory).expanduser()
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Trialogue"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "Trialogue"
    # The specification has relative paths ignored: https://specifications.freedesktop.org/basedir-spec/latest/
    named = Path(environ.get("XDG_DATA_HOME", ""))
    return (named if named.is_absolute() else home / ".local" / "share") / "trialogue"


def make_data_directory(directory: Path) -> Path:
    """Make the directory, for its owner's eyes only, unless it is there; return it. Raises ConfigError."""
    try:
        directory.mkdir(mode=_MODE, parents=True, exist_ok=True)
    except OSError as error:
        advice = "Name another one with --data-dir or data.directory, or make this one writable."
        raise ConfigError([f"{directory}: the data directory cannot be made: {error.strerror}. {advice}"]) from error
    return directory


def write_private(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there, for its owner's eyes only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
