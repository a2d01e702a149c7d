"""What is shown while one prompt ends and the next begins is not lost."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from prompt_toolkit.output import DummyOutput

from tests.support.patience import PATIENCE
from trialogue_client.lines.prompt_output import PromptOutput


class Written(DummyOutput):
    """Keeps what is written; or a terminal that is gone."""

    def __init__(self, *, gone: bool = False) -> None:
        self.text = ""
        self._gone = gone

    def write_raw(self, data: str) -> None:
        if self._gone:
            raise OSError("gone")
        self.text += data


@contextmanager
def running() -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop in a thread, as a prompt does."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


def test_it_is_written_in_the_loop_of_the_prompt_once_and_in_order() -> None:
    output = Written()
    with running() as loop:
        above = PromptOutput(output, lambda: loop)
        for number in range(5):
            above.write(f"{number}\n")
        above.close()
    assert output.text == "0\n1\n2\n3\n4\n"


def test_without_a_prompt_it_is_written_too() -> None:
    output = Written()
    above = PromptOutput(output, lambda: None)
    above.write("one\n")
    above.write("\a")
    above.close()
    assert output.text == "one\n\a"


def test_a_loop_that_is_closed_meanwhile_takes_nothing_with_it() -> None:
    """It was there when it was asked for."""
    output, loop = Written(), asyncio.new_event_loop()
    loop.close()
    above = PromptOutput(output, lambda: loop)
    above.write("one\n")
    above.close()
    assert output.text == "one\n"


def test_a_loop_that_ends_before_it_comes_to_it_takes_nothing_with_it() -> None:
    output, loop = Written(), _Busy()
    above = PromptOutput(output, lambda: loop)
    above.write("one\n")
    assert loop.was_given_something.wait(PATIENCE)
    loop.close()
    above.write("two\n")
    above.close()
    assert output.text == "one\ntwo\n"


class _Busy(asyncio.SelectorEventLoop):
    """A loop that never comes to what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.was_given_something = threading.Event()

    def call_soon_threadsafe(self, *arguments: Any, **more: Any) -> asyncio.Handle:  # type: ignore[override]
        handle = super().call_soon_threadsafe(*arguments, **more)
        self.was_given_something.set()
        return handle


@pytest.mark.parametrize("prompt", [True, False])
def test_a_terminal_that_is_gone_is_no_failure(prompt: bool) -> None:
    with running() as loop:
        above = PromptOutput(Written(gone=True), lambda: loop if prompt else None)
        above.write("one\n")
        above.write("two\n")
        above.close()
