"""Trio as the guest of the event loop that Textual runs: the one place in the client that knows asyncio.

Both run in the same thread and never at the same time, so the interface and the connection may use each other's
plain functions.  https://trio.readthedocs.io/en/stable/reference-lowlevel.html#using-guest-mode
"""

import asyncio
from collections.abc import Awaitable, Callable

import trio
from outcome import Error, Outcome

from trialogue_client.ending import EndSignals


class Guest:
    """One Trio run. What is started in it ends with `stop`; if anything in it fails, `crashed` is told."""

    def __init__(
        self, crashed: Callable[[Exception], None], ending: EndSignals | None, signalled: Callable[[], None]
    ) -> None:
        """`signalled` is called when a signal has come that ends the client."""
        self._crashed = crashed
        self._ending = ending
        self._signalled = signalled
        self._nursery: trio.Nursery | None = None
        self._ready = asyncio.Event()
        self._ended = asyncio.Event()

    async def start(self) -> None:
        """Begin, and return when tasks can be started."""
        loop = asyncio.get_running_loop()
        trio.lowlevel.start_guest_run(
            self._main,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            run_sync_soon_not_threadsafe=loop.call_soon,
            done_callback=self._done,
            host_uses_signal_set_wakeup_fd=True,
        )
        await self._ready.wait()

    def spawn(self, task: Callable[[], Awaitable[None]]) -> None:
        """Start a task."""
        assert self._nursery is not None, "start it first"
        self._nursery.start_soon(task)

    async def stop(self) -> None:
        """Cancel every task and return when all are gone."""
        if self._nursery is None:
            return
        if not self._ended.is_set():
            self._nursery.cancel_scope.cancel()
        await self._ended.wait()

    async def _main(self) -> None:
        async with trio.open_nursery() as self._nursery:
            self._nursery.start_soon(self._watch_signals)
            self._ready.set()
            await trio.sleep_forever()

    async def _watch_signals(self) -> None:
        if self._ending is not None:
            async for _ in self._ending.signals():
                self._signalled()

    def _done(self, outcome: Outcome[None]) -> None:
        self._ready.set()
        self._ended.set()
        if isinstance(outcome, Error):
            error = outcome.error
            self._crashed(error if isinstance(error, Exception) else RuntimeError(repr(error)))
