"""The waits between attempts to connect."""

from collections.abc import Iterator
from random import Random

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0


def delays(random: Random) -> Iterator[float]:
    """Yield delays in seconds, for ever: about doubling up to a minute.

    The jitter keeps a room of clients from coming back to a restarted server all at the same instant.
    """
    delay = FIRST_SECONDS
    while True:
        yield delay * random.uniform(0.5, 1.0)
        delay = min(delay * 2, LONGEST_SECONDS)
