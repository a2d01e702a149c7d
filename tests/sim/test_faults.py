"""The simulation finds what it is for: mistakes that are put back by hand are found, and without them nothing is."""

import time

import pytest

from tests.sim import vfs
from tests.sim.faults import FAULTS, put_back
from tests.sim.play import Script, play
from tests.sim.story import made_up
from tests.sim.town import Step

pytestmark = pytest.mark.skipif(bool(vfs.why_none()), reason=vfs.why_none())

_READER = "batch draft/chathistory message-tags server-time"
_PEOPLE: list[Step] = [("device", "alice", "alice"), ("device", "carol", ""), ("old", "dave", _READER)]
_ALL_IN: list[Step] = [
    *[("come", 0), ("wait", 1.0), ("join", 0, "#a"), ("come", 1), ("wait", 1.0), ("join", 1, "#a")],
    *[("come", 2), ("wait", 2.0)],
]

SHORTEST: dict[str, list[Step]] = {
    "delivered before it is stored": [("disk", 0.0, 1, 0, False), ("say", 0, "#a"), ("settle",)],
    "history follows a clock that is set back": [
        *[("say", 0, "#a"), ("wait", 2.0), ("clock", -4000.0), ("say", 1, "#a"), ("wait", 2.0)],
    ],
    "an echo that is said twice": [("say", 0, "#a"), ("wait", 2.0)],
    "a closed room is read by whoever comes in": [
        *[("line", 2, "PART #a"), ("line", 0, "MODE #a +s"), ("wait", 2.0), ("say", 0, "#a"), ("wait", 2.0)],
        *[("join", 2, "#a"), ("wait", 2.0), ("line", 2, "CHATHISTORY LATEST #a * 5"), ("wait", 2.0)],
    ],
    "a log that is believed after a sync has failed": [
        *[("disk", 0.0, 0, 1, True), ("say", 0, "#a"), ("wait", 2.0), ("say", 0, "#a"), ("wait", 2.0)],
        *[("kill", 0, True), ("settle",)],
    ],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_is_found_by_a_short_script(fault: str) -> None:
    script = Script(1, {"flood": {"rate": 0}}, _PEOPLE, [*_ALL_IN, *SHORTEST[fault]])
    with put_back(fault):
        assert play(script) is not None
    assert play(script) is None


@pytest.mark.system
@pytest.mark.parametrize("fault", FAULTS)
def test_each_is_found_within_a_minute_of_made_up_scripts(fault: str) -> None:
    """By a processor of today, and by whatever scripts are made up; so many seeds take it a minute."""
    began = time.process_time()
    with put_back(fault):
        found = next((seed for seed in range(1, 300) if play(made_up(seed)) is not None), None)
    assert found is not None, f"not in {time.process_time() - began:.0f} s"
