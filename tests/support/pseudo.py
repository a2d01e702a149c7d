"""A pseudo-terminal without an emulator behind it: the client runs in it, and a test holds its other end."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import threading
import time
from typing import TYPE_CHECKING, Self

from tests.support.nearby import ask_nobody_nearby
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CHUNK = 65_536
_LOOK_SECONDS = 0.05


class Pseudo:
    """The client in a terminal that is not its controlling one: no signal tells it when that goes."""

    def __init__(
        self,
        directory: Path,
        *words: str,
        before: str = "",
        environment: Mapping[str, str] | None = None,
        controlling: bool = False,
    ) -> None:
        """`before` is Python code that runs before the client: it breaks something.

        With `controlling`, the terminal is the one that the client belongs to: SIGHUP tells it when that goes.
        """
        self._end, inner = pty.openpty()
        self.shown = b""
        self._vanishing = threading.Event()
        self._reads = threading.Event()
        self._reads.set()
        if controlling:
            before = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n{before}"
        code = f"import sys\n{before}\nfrom trialogue_client.__main__ import main\nsys.exit(main())"
        ask_nobody_nearby(directory)
        own = {"TRIALOGUE_CONFIG_DIR": str(directory), "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**os.environ, **own, **(environment or {})},
            start_new_session=True,
        )
        os.close(inner)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._vanishing.is_set():
            self._reads.wait()
            if select.select([self._end], [], [], _LOOK_SECONDS)[0]:
                try:
                    self.shown += os.read(self._end, _CHUNK)
                except OSError:
                    return

    def until(self, wanted: bytes) -> None:
        """Wait until it has written this."""
        end = time.monotonic() + PATIENCE
        while wanted not in self.shown:
            assert time.monotonic() < end, f"never came: {wanted!r}\n{self.shown!r}"
            assert self.process.poll() is None or wanted in self.shown, f"ended: {self.shown!r}"
            time.sleep(_LOOK_SECONDS)

    def ended(self) -> int:
        """Wait until it has ended and all is read that it wrote; return its exit code."""
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    @property
    def echoes(self) -> bool:
        """Whether the terminal echoes what is typed."""
        return bool(termios.tcgetattr(self._end)[3] & termios.ECHO)

    def type(self, text: str) -> None:
        """Write keys to the terminal."""
        os.write(self._end, text.encode())

    def stall(self) -> None:
        """Read nothing any more, as a terminal whose connection hangs."""
        self._reads.clear()

    def vanish(self) -> None:
        """Close the terminal, as one whose window or whose connection is gone."""
        self._vanishing.set()
        self._reads.set()
        self._reader.join()  # Whoever reads from it keeps it open.
        os.close(self._end)
        self._end = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        self._reads.set()
        if self._end >= 0:
            self.vanish()
