"""Installs Trialogue from the unpacked archive beside this file, without asking any package registry.

    python3 install.py                  into your own user's directories
    sudo python3 install.py /opt/trialogue

The programs are in bin (on Windows in Scripts) of that directory. Running it again with a newer archive upgrades.
"""

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

_OLDEST = (3, 11)
_PROGRAMS = ("trialogue-server", "trialogue-client")
_DISTRIBUTIONS = (*_PROGRAMS, "trialogue-web")


def main() -> int:
    """Install into the named directory and return the exit code."""
    parser = argparse.ArgumentParser(description="Install Trialogue's server and client; no network is needed.")
    parser.add_argument("directory", nargs="?", type=Path, default=default_directory(), help="default: %(default)s")
    directory = parser.parse_args().directory.absolute()
    if sys.version_info < _OLDEST:
        return complain("Trialogue needs Python 3.11 or newer: run this file with that one.")
    wheels = Path(__file__).resolve().parent / "wheels"
    if not wheels.is_dir():
        return complain(f"{wheels} is not there: run this file where the archive was unpacked.")
    try:
        venv.create(directory, with_pip=True, clear=False)
    except (OSError, subprocess.CalledProcessError) as error:
        hint = "on Debian and Ubuntu: apt install python3-venv; for a directory of the system's, use sudo"
        return complain(f"{directory} cannot be made a virtual environment ({error}): {hint}.")
    if not install(directory, wheels):
        return complain(
            f"These packages do not fit this machine and Python {sys.version_info.major}.{sys.version_info.minor}: "
            "the archive's name says for which they were made."
        )
    for program in _PROGRAMS:
        sys.stdout.write(f"{scripts(directory) / program}\n")
    return 0


def default_directory() -> Path:
    """Return where programs of this user's own belong."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "Programs" / "Trialogue"
    return Path.home() / ".local" / "lib" / "trialogue"


def scripts(directory: Path) -> Path:
    """Return where a virtual environment has its programs."""
    return directory / ("Scripts" if sys.platform == "win32" else "bin")


def install(directory: Path, wheels: Path) -> bool:
    """Put the wheels into the virtual environment; False if they do not fit."""
    pip = [str(scripts(directory) / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    found = ["--no-index", "--find-links", str(wheels), "--upgrade"]
    return subprocess.run([*pip, *found, *_DISTRIBUTIONS], check=False).returncode == 0


def complain(sentence: str) -> int:
    """Say what is wrong and return the exit code for it."""
    sys.stderr.write(f"install.py: {sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
