"""The one error that a person running the benchmarks is shown."""

from __future__ import annotations


class BenchmarkError(Exception):
    """A benchmark cannot be run or its outcome is not valid; the text is one sentence that says what to do."""
