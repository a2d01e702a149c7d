"""Liveness: when a session is pinged, and when it has been silent for too long."""

import pytest

from tests.support.irc import Client, Irc
from trialogue_server.config.schema import TimeoutsSection
from trialogue_server.reaper import reap
from trialogue_server.session.liveness import Verdict, judge

LIMITS = TimeoutsSection(registration=30, ping_interval=90, ping_timeout=60)


@pytest.fixture
def client(irc: Irc) -> Client:
    return irc.connect("alice")


@pytest.mark.parametrize(("after", "verdict"), [(29, Verdict.FINE), (30, Verdict.REGISTRATION_TIMEOUT)])
def test_registration(irc: Irc, after: float, verdict: Verdict) -> None:
    assert judge(irc.open().session, LIMITS, irc.monotonic + after) is verdict


@pytest.mark.parametrize(("after", "verdict"), [(89, Verdict.FINE), (90, Verdict.PING), (1000, Verdict.PING)])
def test_silence(client: Client, after: float, verdict: Verdict) -> None:
    assert judge(client.session, LIMITS, client.irc.monotonic + after) is verdict


@pytest.mark.parametrize(("after", "verdict"), [(59, Verdict.FINE), (60, Verdict.PING_TIMEOUT)])
def test_no_answer(client: Client, after: float, verdict: Verdict) -> None:
    client.session.pinged_at = client.irc.monotonic + 90
    assert judge(client.session, LIMITS, client.irc.monotonic + 90 + after) is verdict


def test_never(irc: Irc, client: Client) -> None:
    never = TimeoutsSection(registration=0, ping_interval=0, ping_timeout=0)
    stranger, pinged = irc.open(), client.session
    assert judge(pinged, never, irc.monotonic + 1e9) is Verdict.FINE
    pinged.pinged_at = irc.monotonic
    assert judge(pinged, never, irc.monotonic + 1e9) is Verdict.FINE
    assert judge(stranger.session, never, irc.monotonic + 1e9) is Verdict.FINE


def test_who_is_leaving_is_left_alone(client: Client) -> None:
    client.ask("QUIT")
    assert judge(client.session, LIMITS, client.irc.monotonic + 1e9) is Verdict.FINE


def test_the_reaper_pings_and_ends(irc: Irc) -> None:
    alice, bob = irc.room("#test", "alice", "bob")
    irc.wait(90)
    bob.session.heard_at = irc.monotonic
    reap(irc.door)
    assert alice.lines() == ["PING :trialogue.local"]
    assert bob.lines() == []
    irc.wait(59)
    reap(irc.door)
    assert alice.lines() == []
    irc.wait(1)
    reap(irc.door)
    assert alice.lines() == ["ERROR :Closing link (127.0.0.1): Ping timeout: 150 seconds"]
    assert alice.sink.finished
    assert alice.session.cause == "Ping timeout: 150 seconds", "what others are told once the connection has ended"


def test_the_reaper_ends_those_who_do_not_register(irc: Irc) -> None:
    stranger = irc.open()
    irc.wait(30)
    reap(irc.door)
    assert stranger.lines() == ["ERROR :Closing link (127.0.0.1): Registration timed out"]
    assert stranger.sink.finished
