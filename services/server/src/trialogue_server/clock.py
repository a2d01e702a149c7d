"""The only place that reads the system's clocks for the core."""

import sys
import time

from trialogue_server.world.moment import Moment

if sys.platform == "linux":

    def monotonic() -> float:
        """Return seconds since the machine started, including those in which it was suspended."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:
    monotonic = time.monotonic


def read_clocks() -> Moment:
    """Return a reading of both clocks."""
    return Moment(time.time(), monotonic())
