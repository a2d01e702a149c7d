"""Compiles the C programs of the benchmarks when their source is newer than what is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.failure import BenchmarkError

_HERE = Path(__file__).parent


def compiled(name: str) -> Path:
    """Return the path of the program made from ``load/NAME.c``, compiling it first if need be."""
    source, program = _HERE / "load" / f"{name}.c", _HERE / "build" / name
    if program.exists() and program.stat().st_mtime >= source.stat().st_mtime:
        return program
    compiler = shutil.which("cc")
    if compiler is None:
        raise BenchmarkError(
            "The load generator is a C program and there is no C compiler `cc` here: "
            "install one (Debian: apt-get install gcc libc6-dev) and run this again."
        )
    program.parent.mkdir(exist_ok=True)
    unfinished = program.with_suffix(".new")
    done = subprocess.run(
        [compiler, "-O2", "-Wall", "-Wextra", "-o", unfinished, source], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchmarkError(f"`cc` could not compile {source.name}; its message: {done.stderr.strip()}")
    unfinished.replace(program)
    return program
