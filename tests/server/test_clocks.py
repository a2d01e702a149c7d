"""The wall clock may be set at any moment, by hours or by years: what lasts a while goes by the monotonic clock."""

import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.support.irc import OPERATORS, Irc, commands, params
from tests.support.live import Live
from trialogue_server.delivery.render import server_time
from trialogue_server.reaper import reap

HOUR, YEAR = 3600.0, 365 * 86400.0
JUMPS = [-2 * HOUR, HOUR, -YEAR, YEAR]


@pytest.mark.parametrize("jump", JUMPS)
def test_the_silent_are_asked_and_closed_in_their_time(jump: float) -> None:
    irc = Irc()
    alice, stranger = irc.connect("alice"), irc.open()
    irc.now += jump
    reap(irc.door)
    assert not alice.lines()
    assert not stranger.session.closing
    irc.wait(90)
    reap(irc.door)
    assert commands(alice.read()) == ["PING"]
    assert stranger.session.closing
    irc.now -= jump
    reap(irc.door)
    assert not alice.session.closing
    irc.wait(60)
    reap(irc.door)
    assert alice.session.cause == "Ping timeout: 150 seconds"


@pytest.mark.parametrize("jump", JUMPS)
def test_a_batch_that_is_left_open_ends_in_its_time(jump: float) -> None:
    irc = Irc()
    alice = irc.connect("alice", "batch", "draft/multiline", "message-tags")
    alice.send("BATCH +b draft/multiline #room")
    irc.now += jump
    reap(irc.door)
    assert alice.session.multiline is not None
    irc.wait(30)
    reap(irc.door)
    assert alice.session.multiline is None


@pytest.mark.parametrize("jump", JUMPS)
def test_a_wait_after_wrong_passwords_is_as_long_as_it_is(jump: float) -> None:
    irc = Irc(operators=OPERATORS, accounts={"login_attempts": 1, "login_window": 60})
    alice = irc.connect("alice")
    alice.ask("OPER root wrong")
    irc.now += jump
    assert not params(alice.ask("OPER root frenchfries"), "381")
    irc.wait(61)
    assert params(alice.ask("OPER root frenchfries"), "381")


@pytest.mark.parametrize("jump", JUMPS)
def test_changes_of_metadata_come_back_at_their_rate(jump: float) -> None:
    irc = Irc(flood={"metadata_rate": 1, "metadata_burst": 1})
    alice = irc.connect("alice", "draft/metadata-2", "batch")
    alice.ask("METADATA * SET url :one")
    irc.now += jump
    assert commands(alice.ask("METADATA * SET url :two")) == ["FAIL"]
    irc.wait(1)
    assert commands(alice.ask("METADATA * SET url :three")) == ["761"]


@pytest.mark.parametrize("jump", JUMPS)
def test_idle_time_is_the_time_of_silence(jump: float) -> None:
    irc = Irc()
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.wait(100)
    bob.send("PRIVMSG alice :hello")
    irc.now += jump
    irc.wait(7)
    (shown,) = params(alice.ask("WHOIS bob bob"), "317")
    assert shown[2] == "7"
    assert params(alice.ask("WHO bob %l"), "354") == [["alice", "7"]]


@pytest.mark.parametrize("jump", JUMPS)
def test_who_was_here_is_known_for_as_long(jump: float) -> None:
    irc = Irc(limits={"whowas_age": 100})
    alice, bob = irc.connect("alice"), irc.connect("bob")
    bob.drop()
    irc.now += jump
    assert params(alice.ask("WHOWAS bob"), "314")
    irc.wait(101)
    assert not params(alice.ask("WHOWAS bob"), "314")


@pytest.mark.parametrize("jump", JUMPS)
def test_a_session_began_when_the_clock_of_now_says_that_it_did(jump: float) -> None:
    irc = Irc()
    alice = irc.connect("alice", "sasl")
    alice.send("REGISTER * * some-password")
    irc.now += jump
    irc.wait(60)
    (line, _) = params(alice.ask("NICKSERV SESSIONS"), "NOTICE")
    assert f"since {server_time(irc.now - 60)} (this one)" in line[1]


async def test_the_running_server_notices_that_the_clock_was_set(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, operators=OPERATORS)
    root = await live.join("root")
    await root.ask("OPER root frenchfries")
    for wrong, words in ((YEAR, "The clock is 365 days ahead"), (0.0, "The clock is right again")):
        live.wrong = wrong
        with capture_logs() as logs:
            await wait_all_tasks_blocked()
            mock_clock.jump(1)
            (line,) = await root.hear()
        assert words in line
        assert [entry["said"].startswith(words) for entry in logs if entry["event"] == "clock"] == [True]
