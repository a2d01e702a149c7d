"""The interface of what keeps a chat connected."""

from typing import Protocol


class DialError(Exception):
    """There is no connection; the text is one sentence for the person. `passing` errors may go away by themselves."""

    def __init__(self, sentence: str, *, passing: bool = False) -> None:
        super().__init__(sentence)
        self.passing = passing


class Connection(Protocol):
    """Keeps one chat connected; it may have sockets."""

    async def run(self) -> None:
        """Stay connected until we leave. Raises DialError."""

    def flush(self) -> None:
        """Send what is queued, soon."""

    def leave(self, reason: str = "") -> None:
        """Say good-bye; `run` then returns within a few seconds."""

    def give_up(self, sentence: str) -> None:
        """End now: `run` raises DialError with this sentence."""
