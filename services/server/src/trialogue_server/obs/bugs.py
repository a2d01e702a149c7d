"""Reports errors that nobody expected, of which each ends one connection and nothing else."""

import traceback
from collections.abc import Callable, Iterator
from typing import Any


def report_bug(log: Callable[..., object], event: str, error: BaseException, **values: Any) -> None:
    """Log where an error happened, without values: an exception's text may quote what somebody said."""
    for bug in _leaves(error):
        where = "".join(traceback.format_tb(bug.__traceback__))
        log(event, **values, error=type(bug).__name__, exception=where)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _leaves(part)
    else:
        yield error
