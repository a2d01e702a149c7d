"""Scripts that once broke a promise, made short. They must never do so again."""

from typing import Any

import pytest

from tests.sim import vfs
from tests.sim.play import Script, play
from tests.sim.town import Step

pytestmark = pytest.mark.skipif(bool(vfs.why_none()), reason=vfs.why_none())

_HOME: list[Step] = [("device", "alice", "alice"), ("device", "alice", "alice"), ("device", "carol", "")]
_AT_HOME: list[Step] = [
    *[("come", 0), ("wait", 2.0), ("register", 0), ("wait", 2.0), ("come", 1), ("come", 2), ("wait", 2.0)],
    *[("join", 2, "#a"), ("wait", 2.0)],
]

FOUND: dict[str, list[Step]] = {
    "a room that one enters on one device is shown whole on the other": [
        *[("join", 1, "#a"), ("wait", 2.0), ("say", 2, "#a"), ("settle",)],
    ],
    "what is held back is told once when the connection breaks": [
        *[("join", 0, "#a"), ("wait", 2.0), ("say", 2, "#a"), ("wait", 2.0), ("cut", 0, None, None), ("say", 2, "#a")],
        *[("threads", 5.0), ("wait", 3.0), ("say", 2, "#a"), ("wait", 1.0), ("cut", 0, None, None), ("settle",)],
        *[("say", 2, "#a"), ("settle",)],
    ],
    "what is missing when a room is left meanwhile is asked for when one is back": [
        *[("join", 0, "#a"), ("wait", 2.0), ("say", 2, "#a"), ("wait", 2.0), ("cut", 0, None, None), ("say", 2, "#a")],
        *[("threads", 5.0), ("wait", 3.0), ("say", 2, "#a"), ("wait", 1.0), ("part", 0, "#a"), ("settle",)],
        *[("join", 0, "#a"), ("settle",), ("say", 2, "#a"), ("settle",)],
    ],
    "what lies between our own line, sent again, and the page of what was missed is found backwards": [
        *[("join", 0, "#a"), ("wait", 2.0), ("say", 2, "#a"), ("settle",), ("cut", 0, None, 1), ("say", 0, "#a")],
        *[("leave", 0), ("wait", 6.0), *[("say", 2, "#a")] * 8, ("wait", 2.0), ("come", 0), ("settle",)],
        *[("earlier", 0, "#a", 5), ("wait", 2.0), ("earlier", 0, "#a", 5), ("settle",), ("say", 2, "#a"), ("settle",)],
    ],
    "our own line, sent again, is one of before also when the clock was set back meanwhile": [
        *[("join", 0, "#a"), ("wait", 2.0), ("cut", 0, None, 1), ("say", 0, "#a"), ("leave", 0), ("wait", 6.0)],
        *[("say", 2, "#a"), ("say", 2, "#a"), ("wait", 2.0), ("clock", -4000.0), ("come", 0), ("settle",)],
        *[("say", 2, "#a"), ("settle",)],
    ],
}
SETTINGS: dict[str, dict[str, Any]] = {
    "what lies between our own line, sent again, and the page of what was missed is found backwards": {
        "history": {"page": 5}
    }
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_mended(name: str) -> None:
    for seed in range(1, 4):
        assert play(Script(seed, SETTINGS.get(name, {}), _HOME, [*_AT_HOME, *FOUND[name]])) is None
