"""Compiles the C programs of the benchmarks when any of their sources is newer than what is there."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from benchmarks.failure import BenchmarkError

_HERE = Path(__file__).parent
_SOURCES = {
    "ircload": ("ircload.c", "base.c", "latency.c", "link.c", "loop.c", "talk.c", "web.c"),
    "floor": ("floor.c",),
}
_FLAGS = ("-O2", "-flto", "-Wall", "-Wextra")


def compiled(name: str) -> Path:
    """Return the path of the program called *name* (ircload or floor), compiling it first if need be."""
    with_tls = name == "ircload" and has_openssl()
    program = _HERE / "build" / (f"{name}-tls" if with_tls else name)
    sources = [_HERE / "load" / each for each in _SOURCES[name]]
    if name == "ircload":
        sources.append(_HERE / "load" / ("tls.c" if with_tls else "no_tls.c"))
    newest = max(path.stat().st_mtime for path in (*sources, _HERE / "load" / "load.h"))
    if not program.exists() or program.stat().st_mtime < newest:
        _compile(sources, program, ["-lssl", "-lcrypto"] if with_tls else [])
    return program


@cache
def has_openssl() -> bool:
    """Return whether a program that uses OpenSSL can be compiled here."""
    return _succeeds([_compiler(), "-E", "-include", "openssl/ssl.h", "-x", "c", "/dev/null"])


def _compile(sources: list[Path], program: Path, libraries: list[str]) -> None:
    program.parent.mkdir(exist_ok=True)
    unfinished = program.with_suffix(".new")
    command = [_compiler(), *_FLAGS, "-o", str(unfinished), *map(str, sources), *libraries]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"`cc` could not compile {program.name}; its message: {done.stderr.strip()}")
    unfinished.replace(program)


def _succeeds(command: list[str]) -> bool:
    return not subprocess.run(command, capture_output=True, check=False).returncode


def _compiler() -> str:
    found = shutil.which("cc")
    if found is None:
        raise BenchmarkError(
            "The load generator is a C program and there is no C compiler `cc` here: "
            "install one (Debian: apt-get install gcc libc6-dev libssl-dev) and run this again."
        )
    return found
