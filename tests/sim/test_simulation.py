"""The simulation itself: the same script is the same run, and what fails is made short."""

import os
import subprocess
import sys

import pytest

from tests.sim import vfs
from tests.sim.coverage import Coverage
from tests.sim.play import Failure, Script, play
from tests.sim.shrink import shrink
from tests.sim.story import made_up
from tests.sim.town import Step, Town

pytestmark = pytest.mark.skipif(bool(vfs.why_none()), reason=vfs.why_none())

_HEARD = "from tests.sim.test_simulation import heard; print(heard(5))"


def heard(seed: int) -> list[int]:
    """Return a checksum of all that each client heard by the end of each step."""
    sums: list[int] = []

    def watch(_: int, __: Step, town: Town) -> None:
        sums.append(sum(client.ear.checksum for client in town.clients))

    assert play(made_up(seed, 60), watch) is None
    return sums


def test_a_seed_is_the_same_run_each_time() -> None:
    """With power cuts, late results and all."""
    first = heard(5)
    assert len(set(first)) > 20
    assert heard(5) == first


@pytest.mark.system
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_seed_is_the_same_run_in_each_process(hash_seed: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    told = subprocess.run(
        [sys.executable, "-c", _HEARD], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert told.strip() == str(heard(5))


def test_no_promise_is_broken() -> None:
    """A few seeds; `make simulate` plays as many as one likes."""
    coverage = Coverage()
    assert [play(made_up(seed, 80), coverage.watch, coverage.ended) for seed in range(1, 5)] == [None] * 4
    assert coverage.messages > 20, "people do talk"
    assert coverage.sightings > 3 * coverage.messages


def test_a_script_that_fails_is_made_short() -> None:
    steps: list[Step] = [("wait", number) for number in range(30)]
    script = Script(1, {}, [], [*steps, ("say", 1, "#a"), *steps, ("kill", 0, False), *steps])

    def fails(script: Script) -> Failure | None:
        names = [step[0] for step in script.steps]
        found = "say" in names and "kill" in names[names.index("say") :]
        return Failure(len(names) - 1, f"w{len(names)}z was kept and is lost") if found else None

    failure = fails(script)
    assert failure is not None
    assert shrink(script, failure, fails).steps == [("say", 1, "#a"), ("kill", 0, False)]
