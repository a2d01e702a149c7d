"""Settings that are read again are in force at once, for those who are there too."""

import msgspec
import pytest

from tests.support.irc import Irc, commands
from trialogue_server.commands.settings import take_settings
from trialogue_server.config import Config


def reload(irc: Irc, **settings: object) -> None:
    take_settings(irc.core, msgspec.convert(settings, Config), ())


def test_guessing_is_bounded_anew(irc: Irc) -> None:
    alice = irc.connect("alice", "sasl")
    for _ in range(3):
        alice.ask("PRIVMSG NickServ :IDENTIFY bob wrong")
    reload(irc, accounts={"login_attempts": 3})
    assert "Too many failed logins" in alice.ask("PRIVMSG NickServ :IDENTIFY bob wrong")[0].params[-1]


@pytest.mark.parametrize(("entries", "found"), [(0, ["406"]), (1, ["406"]), (2, ["314", "312"])])
def test_the_memory_of_those_who_left_is_bounded_anew(irc: Irc, entries: int, found: list[str]) -> None:
    for nick in ("alice", "bob"):
        irc.connect(nick).send("QUIT")
    reload(irc, limits={"whowas_entries": entries})
    answers = commands(irc.connect("carol").ask("WHOWAS alice"))
    assert answers == [*found, "369"]


def test_how_fast_one_may_talk_is_bounded_anew(irc: Irc) -> None:
    alice = irc.connect("alice")
    reload(irc, flood={"rate": 2.0, "burst": 1})
    assert [alice.session.throttle.take(irc.now) for _ in range(3)] == [0.0, 0.5, 1.0]
