"""The system's clocks: the only place that reads them for what the core decides."""

import sys
import time

from trialogue_server.world.moment import Moment

if sys.platform == "linux":

    def monotonic() -> float:
        """Return seconds since the machine started, those included in which it was suspended."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:
    monotonic = time.monotonic


def read_clocks() -> Moment:
    """Return what both clocks say."""
    return Moment(time.time(), monotonic())
