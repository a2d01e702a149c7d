"""Settings that are read again are in force at once, for those who are there too."""

import msgspec
import pytest

from tests.support.irc import Irc, commands, params
from trialogue_server.config import Config


def reload(irc: Irc, **settings: object) -> None:
    irc.change_settings(msgspec.convert(settings, Config))


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
    assert [alice.session.throttle.take(irc.monotonic) for _ in range(3)] == [0.0, 0.5, 1.0]


def test_what_the_server_was_made_with_stays_until_it_is_started_again(irc: Irc) -> None:
    """Names are compared as they were, and the store keeps what it kept: to offer something else would be a lie."""
    alice = irc.connect("alice", "cap-notify")
    reload(irc, server={"utf8_names": True, "network": "New"}, history={"enabled": False, "search": False, "page": 7})
    assert params(alice.ask("NICK \u00e4lice"), "432")
    assert params(alice.read(), "CAP") == []
    (history,) = [token for line in params(alice.ask("ISUPPORT"), "005") for token in line if "CHATHISTORY" in token]
    assert history == "CHATHISTORY=7"
    assert (irc.core.config.server.network, irc.core.config.history.enabled) == ("New", True)
    reload(irc, tls={"client_certificates": False, "certificate": "/new.pem", "sts_duration": 60})
    tls = irc.core.config.tls
    assert (tls.client_certificates, tls.certificate, tls.sts_duration) == (True, "", 60)


def test_what_needs_a_restart_is_named(irc: Irc) -> None:
    changed = {
        "listen": {"port": 7000},
        "tls": {"enabled": True, "sts_duration": 60},
        "server": {"network": "New", "cloak_key": "another"},
        "history": {"durability": "process", "page": 7},
        "log": {"level": "debug", "audit_days": 7},
        "data": {"directory": "/elsewhere"},
    }
    waiting = irc.change_settings(msgspec.convert(changed, Config))
    assert waiting == [
        "server.cloak_key",
        "listen.port",
        "tls.enabled",
        "data.directory",
        "history.durability",
        "log.level",
    ]
    assert irc.change_settings(Config()) == []
