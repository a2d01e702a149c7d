"""Writes above the input line, whatever the input line is doing.

Each prompt has an asyncio loop of its own, which ends with it. Something may be shown just then: it is handed to a loop
that never comes to it, or to one that is closed. It is written all the same, once and in its order.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.output import Output

_GATHER_SECONDS = 0.02
"""For so long the lines that come are gathered, so that the input line is redrawn once for all of them."""
_LOOK_SECONDS = 0.05


class PromptOutput:
    """A thread that writes: in the loop of the prompt while there is one, so that the input line makes room."""

    def __init__(self, output: Output, loop: Callable[[], asyncio.AbstractEventLoop | None]) -> None:
        """`loop` returns that of the prompt that runs, if one does."""
        self._output = output
        self._loop = loop
        self._texts: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="above the input line", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Have it written soon."""
        self._texts.put(text)

    def close(self) -> None:
        """Wait until everything is written, and write no more."""
        self._texts.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (text := self._texts.get()) is not None:
            texts = [text]
            with suppress(queue.Empty):
                while (text := self._texts.get_nowait()) is not None:
                    texts.append(text)
            _Piece(self._output, "".join(texts)).show(self._loop())
            if text is None:
                return
            time.sleep(_GATHER_SECONDS)


class _Piece:
    """Text that is written once, by whoever comes to it first."""

    def __init__(self, output: Output, text: str) -> None:
        self._output = output
        self._text = text
        self._lock = threading.Lock()
        self._done = threading.Event()

    def show(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Write it, in this loop unless that ends before; return when it is written."""
        if loop is not None:
            with suppress(RuntimeError):  # The loop is closed.
                loop.call_soon_threadsafe(self._begin)
                while not self._done.wait(_LOOK_SECONDS) and not loop.is_closed():
                    pass
        self._write()

    def _begin(self) -> None:
        asyncio.ensure_future(run_in_terminal(self._write)).add_done_callback(self._end)

    def _end(self, written: "asyncio.Future[None]") -> None:
        if not written.cancelled():
            written.exception()  # Whatever it is: it is written without the prompt then.
        self._done.set()

    def _write(self) -> None:
        with self._lock, suppress(OSError):  # The terminal may be gone.
            text, self._text = self._text, ""
            if text:
                self._output.enable_autowrap()
                self._output.write_raw(text)
                self._output.flush()
