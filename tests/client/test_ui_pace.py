"""A storm of lines is taken in by portions, between which keys are answered, and shown as one picture."""

from collections.abc import Callable

from trialogue_client.engine.pace import PORTION, Pace


class Timers:
    """What the screen is to the pace: it calls back later, here when it is told to."""

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], object]]] = []

    def set_timer(self, delay: float, callback: Callable[[], object]) -> object:
        self.timers.append((delay, callback))
        return None


class Storm:
    """So many lines, and what was done with them."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        self.done: list[str] = []
        self.pump = Timers()
        self.pace = Pace(self.pump, self._take, lambda: self.done.append("picture"))

    def _take(self) -> int:
        many = min(self.lines, PORTION)
        self.lines -= many
        self.done.append(f"{many}")
        return many

    def key(self) -> None:
        """Somebody types; then what was put off goes on."""
        self.done.append("key")
        self.pump.timers.pop()[1]()


def test_a_key_is_answered_between_portions_and_the_picture_comes_when_all_is_taken_in() -> None:
    storm = Storm(2 * PORTION + 7)
    storm.pace.arrived()
    storm.key()
    storm.key()
    assert storm.done == [f"{PORTION}", "key", f"{PORTION}", "key", "7", "picture"]


def test_what_comes_during_a_rest_is_shown_together_after_it() -> None:
    storm = Storm(1)
    storm.pace.arrived()
    storm.lines = 2
    storm.pace.arrived()
    storm.pace.arrived()
    assert storm.done == ["1", "picture"], "nothing during the rest"
    storm.pump.timers.pop()[1]()
    assert storm.done == ["1", "picture", "2", "picture"]
    storm.pump.timers.pop()[1]()
    assert not storm.pump.timers, "nothing has come, so nothing is done any more"


def test_a_storm_is_drawn_less_often_than_talk_and_than_what_only_comes_at_once() -> None:
    storm, rests = Storm(PORTION - 1), []
    storm.pace.arrived()
    for lines in (PORTION - 1, 1):
        storm.lines = lines
        storm.pace.arrived()
        rest, rested = storm.pump.timers.pop()
        rests.append(rest)
        rested()
    at_once, going_on, talk = *rests, storm.pump.timers.pop()[0]
    assert at_once == talk < going_on


def test_a_storm_without_end_is_seen_all_the_same() -> None:
    storm = Storm(10**9)
    storm.pace.arrived()
    while storm.done[-1] != "picture":
        storm.pump.timers.pop()[1]()
    storm.pump.timers.pop()[1]()
    assert storm.done[-1] == f"{PORTION}", "and it goes on after the rest, though nothing was told anew"
