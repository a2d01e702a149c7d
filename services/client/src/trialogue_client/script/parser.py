"""A file → a scenario, or what is wrong with it."""

import re
from difflib import get_close_matches
from pathlib import Path

from trialogue_client.core.chat import LOBBY
from trialogue_client.core.nicks import plain_nick
from trialogue_client.script.grammar import VERBS, action
from trialogue_client.script.scenario import Action, NotSees, Pause, Scenario, ScenarioError, Step
from trialogue_client.unreadable import reason

_WITHIN_SECONDS = 10.0
_TIMED = re.compile(r"(?P<how>within|for) (?P<seconds>\d+(?:\.\d+)?) ?s(?: (?P<rest>.+))?")


def read(path: Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(path, 0, "this is no text: save it as UTF-8.") from error
    except OSError as error:
        raise ScenarioError(path, 0, f"{reason(error)}.") from error
    return parse(text, path)


def parse(text: str, path: Path) -> Scenario:
    """Read a scenario's text; `path` is only for messages. Raises ScenarioError."""
    return _Parser(path).parse(text)


class _Parser:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = 0
        self._actors: tuple[str, ...] = ()
        self._room = LOBBY
        self._within = _WITHIN_SECONDS
        self._steps: list[Step] = []

    def parse(self, text: str) -> Scenario:
        for self._number, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if line and not line.startswith("#") and not self._setting(line):
                self._steps.append(self._step(line))
        if not self._steps:
            raise self._fault("there is no step in this file: add some, such as “alice joins”.")
        return Scenario(self._path, self._actors, tuple(self._steps))

    def _fault(self, problem: str) -> ScenarioError:
        return ScenarioError(self._path, self._number, problem)

    def _setting(self, line: str) -> bool:
        """Take in a setting; they end where the steps begin."""
        word, _, rest = line.partition(" ")
        timed = _TIMED.fullmatch(line)
        if word == "actors":
            self._set_actors(re.split(r"[,\s]+", rest.strip()))
        elif word == "room" and re.fullmatch(r"[#&]\S+", rest):
            self._room = rest
        elif timed and timed["how"] == "within" and not timed["rest"]:
            self._within = float(timed["seconds"])
        else:
            return False
        if self._steps:
            raise self._fault(f"“{word}” must stand before the first step: move it up.")
        return True

    def _set_actors(self, names: list[str]) -> None:
        for name in names:
            if not name or plain_nick(name) != name:
                raise self._fault(f"“{name}” cannot be a nick, so no actor can be called so: use letters and digits.")
        if len({name.lower() for name in names}) < len(names):
            raise self._fault("an actor is named twice: give each its own name.")
        self._actors = tuple(names)

    def _step(self, line: str) -> Step:
        timed = _TIMED.fullmatch(line)
        text = timed["rest"] if timed and timed["rest"] else line
        seconds = float(timed["seconds"]) if timed else 0.0
        actor, rest = self._split_actor(text)
        found = action(rest, actor, self._room, seconds)
        if found is None:
            raise self._fault(_advice(actor, rest))
        within = seconds if timed and timed["how"] == "within" else self._within + _takes(found)
        return Step(self._number, actor, line, within, found)

    def _split_actor(self, text: str) -> tuple[str, str]:
        found = re.match(r"[^\s:]+", text)
        name = found[0] if found else text
        if not self._actors:
            raise self._fault("say first who takes part, as in: actors alice, bob")
        if name not in self._actors:
            near = get_close_matches(name, self._actors, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the actors are {', '.join(self._actors)}."
            raise self._fault(f"“{name}” is no actor of this scenario: {hint}")
        return name, text[len(name) :].strip()


def _takes(found: Action) -> float:
    """Return the seconds that a step takes by itself."""
    return found.seconds if isinstance(found, Pause | NotSees) else 0.0


def _advice(actor: str, rest: str) -> str:
    if rest.startswith(("sees ", "does not see ")):
        return f"“{rest}” is nothing that can be seen; write it as it is done, as in “{actor} sees bob: hello”."
    near = get_close_matches(rest, VERBS, n=1, cutoff=0.5) or get_close_matches(rest.split(" ")[0], VERBS, n=1)
    hint = f"did you mean “{actor} {near[0]} …”?" if near else f"to say something, write “{actor}: text”."
    return f"“{actor} {rest}” is no step: {hint} (docs/scenarios.md has them all)"
