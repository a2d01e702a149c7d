"""Counts what was simulated: steps, faults, and which fault struck near which command."""

from __future__ import annotations

from collections import Counter, deque

from tests.sim.town import Step, Town

_NEAR = 5
"""Steps before and after a fault that count as near."""


class Coverage:
    """Of all runs of one call."""

    def __init__(self) -> None:
        self.seeds = self.steps = self.messages = self.sightings = 0
        self.seconds = 0.0
        """Of virtual time."""
        self.faults: Counter[str] = Counter()
        self.commands: Counter[str] = Counter()
        self.pairs: set[tuple[str, str]] = set()
        self._steps: deque[str] = deque(maxlen=_NEAR)
        self._struck: deque[list[str]] = deque(maxlen=_NEAR)

    def watch(self, _: int, step: Step, town: Town) -> None:
        """Count a step that was taken."""
        self.steps += 1
        command = _command(step)
        struck, town.struck = town.struck, []
        self.faults.update(struck)
        if command:
            self.commands[command] += 1
            self._steps.append(command)
        self._struck.append(struck)
        self.pairs.update((one, fault) for one in self._steps for fault in struck)
        if command:
            self.pairs.update((command, fault) for some in self._struck for fault in some)

    def ended(self, town: Town, seconds: float) -> None:
        """Count a run that has ended."""
        self.seeds += 1
        self.seconds += seconds
        self.messages += len(town.model.by_id)
        self.sightings += town.model.sightings
        self._steps.clear()
        self._struck.clear()

    def __str__(self) -> str:
        possible = len(self.commands) * len(self.faults)
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.faults.items()))
        return (
            f"{self.seeds:,} seeds, {self.steps:,} steps, {self.seconds / 3600:,.0f} hours of virtual time,"
            f" {self.messages:,} messages, {self.sightings:,} sightings\n"
            f"{sum(self.faults.values()):,} faults: {faults or 'none'}\n"
            f"{len(self.pairs):,} of {possible:,} pairs of {len(self.commands)} commands and {len(self.faults)} faults"
        )


def _command(step: Step) -> str:
    """Return the command that a step sends, "" for a fault or a pause."""
    name, *values = step
    if name == "line":
        words = str(values[1]).split()
        return " ".join(words[:2]) if words[0] in ("NS", "CS", "CHATHISTORY") else words[0]
    known = {"say": "PRIVMSG", "lines": "BATCH", "join": "JOIN", "part": "PART", "register": "REGISTER",
             "login": "AUTHENTICATE", "earlier": "CHATHISTORY", "search": "SEARCH", "react": "TAGMSG",
             "redact": "REDACT", "edit": "edit", "come": "connect"}  # fmt: skip
    return known.get(name, "")
