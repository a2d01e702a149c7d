"""Everybody's lines, or one actor's, and the report."""

from collections.abc import Callable
from dataclasses import dataclass

import trio

from trialogue_client.address import Endpoint
from trialogue_client.core.state import Identity
from trialogue_client.core.visible import bounded
from trialogue_client.script.actor import Actor, Dial, FailureError
from trialogue_client.script.scenario import Scenario, Step
from trialogue_client.script.steps import carry_out

PASSED = 0
FAILED = 1
FAULTY = 2
INTERRUPTED = 130

_SHOWN = 8
_NOISE = (" PONG ", "PING ", " CAP ")


@dataclass(frozen=True, slots=True)
class Stage:
    """The server that a scenario is played on."""

    endpoint: Endpoint
    dial: Dial
    write: Callable[[str], None]
    """Takes a line of the report."""
    password: str = ""
    plain_secrets: bool = False
    """Whether passwords may go over a connection that is not encrypted."""


class Performance:
    """One run of one scenario."""

    def __init__(self, scenario: Scenario, stage: Stage) -> None:
        self._scenario = scenario
        self._stage = stage
        self._failed = False
        self._interrupted = False
        self._playing: list[trio.CancelScope] = []
        self._done = 0

    async def run(self, actor: str = "") -> int:
        """Play one actor's lines, or everybody's at the same time; return the exit code."""
        names = (actor,) if actor else self._scenario.actors
        began = trio.current_time()
        async with trio.open_nursery() as nursery:
            async with trio.open_nursery() as actors:
                for name in names:
                    actors.start_soon(self._act, name, nursery.cancel_scope)
            nursery.cancel_scope.cancel()
        if self._interrupted:
            return INTERRUPTED
        if self._failed:
            return FAILED
        took = trio.current_time() - began
        self._stage.write(f"passed: {self._done} steps of {', '.join(names)} in {took:.2f} s")
        return PASSED

    async def _act(self, name: str, everybody: trio.CancelScope) -> None:
        async with trio.open_nursery() as connections:
            identity = Identity(name, self._stage.password)
            actor = Actor(identity, self._stage.endpoint, self._stage.dial, connections)
            actor.chat.plain_secrets = self._stage.plain_secrets
            steps = [step for step in self._scenario.steps if step.actor == name]
            passed = True
            with trio.CancelScope() as playing:
                self._playing.append(playing)
                passed = await self._play(steps, actor)
            if passed:
                await actor.quit("")
            else:
                everybody.cancel()
            connections.cancel_scope.cancel()

    async def _play(self, steps: list[Step], actor: Actor) -> bool:
        for step in steps:
            try:
                await carry_out(step, actor)
                if step is steps[-1]:
                    actor.check()
            except FailureError as failure:
                self._report(step, actor, str(failure))
                return False
            self._done += 1
            self._stage.write(f"{step.line:>4}  {step.text}")
        return True

    def _report(self, step: Step, actor: Actor, reason: str) -> None:
        self._failed = True
        write = self._stage.write
        write(f"{self._scenario.path}:{step.line}: {step.actor} failed")
        write(f"  expected  {step.text}")
        write(f"  but       {_printable(reason)}")
        came = [line for line in actor.recent if not any(noise in line[:80] for noise in _NOISE)][-_SHOWN:]
        write(f"  the last lines that {step.actor} got:" if came else f"  {step.actor} got nothing at all")
        for line in came:
            write(f"    {_printable(line)}")

    def interrupt(self) -> bool:
        """Play no more, and have everybody say good-bye; False if that was done before."""
        before, self._interrupted = self._interrupted, True
        for playing in self._playing:
            playing.cancel()
        return not before


def _printable(line: str) -> str:
    """Show control characters instead of sending them to the terminal."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in bounded(line))
