"""The data directory, and the permissions of private files."""

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from trialogue_server.config.problem import ConfigError
from trialogue_server.config.schema import Config

_MODE = 0o700
"""Permissions of private directories: keys and conversations are nobody else's business."""

_OTHERS = 0o077


def data_directory(config: Config, environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return the data directory, which need not exist yet: `data.directory`, or the platform's default."""
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
    """Make the directory, private to its owner, unless it exists; return it. Raises ConfigError."""
    try:
        directory.mkdir(mode=_MODE, parents=True, exist_ok=True)
    except OSError as error:
        advice = "Name another one with --data-dir or data.directory, or make this one writable."
        raise ConfigError([f"{directory}: the data directory cannot be made: {error.strerror}. {advice}"]) from error
    return directory


def remarks_about(directory: Path, key: str = "") -> list[str]:
    """Return a sentence for the data directory, and for the private key's file, if others can read it."""
    found = []
    if (mode := _open_to_others(directory)) is not None:
        found.append(
            f"{directory}, the data directory, is open to other users of this machine (mode {mode:03o}): "
            f"what is in it is not, but close it with chmod 700 {directory}"
        )
    if key and (mode := _open_to_others(Path(key))) is not None:
        found.append(
            f"tls.key: {key} can be read by other users of this machine (mode {mode:03o}): "
            f"close it with chmod 600 {key}"
        )
    return found


def _open_to_others(path: Path) -> int | None:
    """Return the mode of a path that others have permissions for; None if they have none, or it does not exist."""
    if sys.platform == "win32":
        return None
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    return mode if mode & _OTHERS else None


def keep_private(*paths: Path) -> None:
    """Remove others' permissions from existing files. Files of other owners are left as they are."""
    for path in paths:
        if _open_to_others(path) is not None:
            with suppress(OSError):
                path.chmod(0o600)


def make_private(path: Path) -> None:
    """Make an empty private file, whatever the umask, or make an existing one private. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    keep_private(path)


def write_private(path: Path, content: bytes) -> None:
    """Write a private file that is complete or absent."""
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
