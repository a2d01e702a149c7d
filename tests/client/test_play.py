"""Scenarios played against a small server in memory."""

from pathlib import Path

import pytest
import trio

from tests.support.fake_server import FakeServer
from trialogue_client.address import Endpoint
from trialogue_client.core.connection import DialError
from trialogue_client.net import explain
from trialogue_client.script.actor import Dial
from trialogue_client.script.parser import parse
from trialogue_client.script.play import FAILED, PASSED, Performance, Stage

HERE = Endpoint("fake.test", 6667)
GREETING = """
actors alice, bob
within 5s
alice joins
bob waits for alice
bob joins
alice waits for bob
alice: hello bob
bob sees alice: hello bob
bob to alice: psst
alice sees bob to alice: psst
alice does not see bob: *
alice waits until bob is gone
"""


async def play(text: str, dial: Dial, actor: str = "") -> tuple[int, list[str]]:
    report: list[str] = []
    scenario = parse(text, Path("talk.scenario"))
    code = await Performance(scenario, Stage(HERE, dial, report.append)).run(actor)
    return code, report


async def outcome(text: str, *caps: str) -> tuple[int, list[str]]:
    async with trio.open_nursery() as nursery:
        result = await play(f"actors alice, bob, carol\nwithin 5s\n{text}", FakeServer(nursery, *caps).dial)
        nursery.cancel_scope.cancel()
    return result


@pytest.mark.parametrize("caps", [(), ("echo-message",), ("echo-message", "labeled-response", "batch")])
async def test_one_process_plays_everybody(autojump_clock: trio.testing.MockClock, caps: tuple[str, ...]) -> None:
    async with trio.open_nursery() as nursery:
        code, report = await play(GREETING, FakeServer(nursery, *caps).dial)
        nursery.cancel_scope.cancel()
    assert (code, report[-1][:26]) == (PASSED, "passed: 10 steps of alice,")


async def test_several_processes_play_one_actor_each(autojump_clock: trio.testing.MockClock) -> None:
    results: dict[str, int] = {}
    async with trio.open_nursery() as server:
        dial = FakeServer(server).dial

        async def part(name: str, *, late: float) -> None:
            await trio.sleep(late)
            results[name], _ = await play(GREETING, dial, name)

        async with trio.open_nursery() as actors:
            actors.start_soon(lambda: part("alice", late=2.0))
            actors.start_soon(lambda: part("bob", late=0.0))
        server.cancel_scope.cancel()
    assert results == {"alice": PASSED, "bob": PASSED}


PASSING = """
alice joins
alice pauses 3s
bob waits for alice
bob cannot /nick alice (433)

alice joins
bob waits for alice
bob quits
bob cannot connect as alice (433)
bob connects
alice pauses 3s

alice joins
alice drops
alice joins
alice: back

alice joins
alice quits
alice joins

alice joins
alice leaves: bye
alice cannot say (404): hello

alice cannot /part #den (442)

alice joins
bob waits for alice
bob joins
bob cannot /kick alice (482)
alice waits for bob
alice /kick bob spam
bob is kicked from #lobby by alice: spam
bob cannot say: hey

alice joins
alice /nick allie
alice sees alice become allie

alice raw: QUIT
alice is disconnected: *Clos*

for 2s alice does not see bob join

alice joins
bob waits for alice
bob joins
alice waits for bob
bob: two
bob: one
alice sees bob: one
for 1s alice does not see bob: three
bob pauses 3s
alice sees bob quit
"""


@pytest.mark.parametrize("text", PASSING.strip().split("\n\n"))
async def test_scenarios_that_pass(autojump_clock: trio.testing.MockClock, text: str) -> None:
    code, report = await outcome(text)
    assert code == PASSED, "\n".join(report)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("alice sees bob: hello", 3, "not within 5 s"),
        ("alice joins\nalice: hi\nalice sees alice: ho", 5, "not within 5 s"),
        ("alice joins\nalice cannot say: hi", 4, "did not refuse it"),
        ("alice cannot /part #den (403)", 3, "with 442 instead of 403"),
        ("alice: hi", 3, "the server refused it: 404"),
        ("alice /kick bob", 3, "the server refused it: 482"),
        ("alice /jump", 3, "There is no command /jump"),
        ("alice /quit", 3, "write “alice quits” instead"),
        ("alice raw: QUIT", 3, "closed the connection: Closing link"),
        ("alice raw: QUIT\nalice joins", 4, "closed the connection: Closing link"),
        ("alice raw: QUIT\nalice is disconnected: flood", 4, "for another reason: Closing link"),
        (
            "alice joins\nalice pauses 3s\nbob waits for alice\nbob joins\nbob does not see bob join",
            7,
            "seen",
        ),
        ("alice joins\nalice waits until alice is gone", 4, "not within 5 s"),
    ],
)
async def test_scenarios_that_fail(autojump_clock: trio.testing.MockClock, text: str, line: int, reason: str) -> None:
    code, report = await outcome(text)
    assert code == FAILED
    at = next(index for index, said in enumerate(report) if said.startswith("talk.scenario:"))
    assert report[at].startswith(f"talk.scenario:{line}: ")
    assert report[at + 1].strip().startswith("expected")
    assert reason in report[at + 2]


async def test_what_one_person_did_is_seen_in_order_and_once(autojump_clock: trio.testing.MockClock) -> None:
    meeting = "alice joins\nbob waits for alice\nbob joins\nalice waits for bob\nbob: one\nbob: two\nbob pauses 60s\n"
    assert (await outcome(f"{meeting}alice sees bob: one\nalice sees bob: two\nalice does not see bob: *"))[0] == PASSED
    assert (await outcome(f"{meeting}alice sees bob: two\nalice sees bob: one"))[0] == FAILED
    assert (await outcome(f"{meeting}alice sees bob: one\nalice sees bob: one"))[0] == FAILED


async def test_somebody_who_came_and_went_was_there(autojump_clock: trio.testing.MockClock) -> None:
    text = """
    alice joins
    bob waits for alice
    bob joins
    bob leaves
    bob joins
    bob leaves
    alice pauses 4s
    alice waits for bob
    alice waits until bob is gone
    alice waits for bob
    alice waits until bob is gone
    """
    code, report = await outcome(text)
    assert code == PASSED, report
    assert (await outcome(text + "alice waits for bob"))[0] == FAILED


async def test_a_failure_ends_the_others_and_shows_what_came(autojump_clock: trio.testing.MockClock) -> None:
    code, report = await outcome("alice joins\nalice sees bob: hello\nbob pauses 900s")
    assert code == FAILED
    assert trio.current_time() < 100
    assert any(line.strip().startswith(":alice!user@host JOIN") for line in report)
    assert not any("PONG" in line for line in report)


async def test_a_server_that_is_late_is_tried_again(autojump_clock: trio.testing.MockClock) -> None:
    async with trio.open_nursery() as nursery:
        server, attempts = FakeServer(nursery), iter([explain.timed_out(HERE)] * 3)

        async def dial() -> trio.abc.Stream:
            problem = next(attempts, None)
            if problem is not None:
                raise problem
            return await server.dial()

        code, _ = await play("actors alice\nalice joins", dial)
        nursery.cancel_scope.cancel()
    assert code == PASSED


async def test_a_server_that_never_comes_fails_the_step(autojump_clock: trio.testing.MockClock) -> None:
    async def dial() -> trio.abc.Stream:
        await trio.lowlevel.checkpoint()
        raise DialError("nobody there", passing=True)

    code, report = await play("actors alice\nwithin 2s\nalice joins", dial)
    assert code == FAILED
    assert "not within 2 s" in report[2]
    assert report[-1].strip() == "(nobody there)"
