"""The code of an earlier commit, to be measured beside this checkout's."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError

if TYPE_CHECKING:
    from pathlib import Path

_MEASURED = ("services/server/src", "packages/wire/src")
_UNPACKED = (*_MEASURED, "benchmarks/unlimited.toml")


class NoPastError(BenchmarkError):
    """There is no earlier commit to compare with; the text says why and what would help."""


def earlier_commit(root: Path, wanted: str | None = None) -> str:
    """Return the hash of the commit to compare the checkout *root* with. NoPastError if there is none.

    Without *wanted*: HEAD if the server has changes that are not committed; or where this branch left origin/main; or
    what was before the last commit that changed the server.
    """
    if wanted is not None:
        return _found(root, wanted, f"There is no commit {wanted} here: fetch it, or name another one.")
    if _git(root, "status", "--porcelain", "--untracked-files=no", "--", *_MEASURED):
        return _found(root, "HEAD", "There is no commit here yet.")
    base, head = _git(root, "merge-base", "HEAD", "origin/main"), _git(root, "rev-parse", "HEAD")
    if base and base != head and _git(root, "diff", "--name-only", base, head, "--", *_MEASURED):
        return base
    last = _git(root, "log", "-1", "--format=%H", "--", *_MEASURED)
    if not last:
        raise NoPastError("Git knows no history of the server here, so there is nothing to compare with.")
    return _found(root, f"{last}~", "The history here begins with this version of the server: git fetch --unshallow.")


def unpack(root: Path, commit: str, directory: Path) -> None:
    """Put what is measured of *commit* into *directory*, without touching the checkout."""
    packed = subprocess.run(
        ["git", "-C", str(root), "archive", "--format=tar", commit, "--", *_UNPACKED], capture_output=True, check=False
    )
    if packed.returncode:
        raise NoPastError(f"{commit[:10]} has no server that can be measured: name a later commit.")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(directory, filter="data")


def subject(root: Path, commit: str) -> str:
    """Return the first line of the commit's message, after its short hash."""
    return _git(root, "log", "-1", "--format=%h %s", commit)


def _found(root: Path, name: str, otherwise: str) -> str:
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not commit:
        raise NoPastError(otherwise)
    return commit


def _git(root: Path, *arguments: str) -> str:
    """Return what git says; "" where it fails or is not installed."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
