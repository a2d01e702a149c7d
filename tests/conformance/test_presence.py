"""AWAY and SETNAME, with away-notify and setname."""

import pytest

from tests.support.irc import Irc, commands, params


def test_going_away_and_coming_back(irc: Irc) -> None:
    """ "If this command is sent with a parameter (the 'away message') then the user is set to be away. If this command
    is sent with no parameters, the user is no longer away. The server acknowledges the change in away status by
    returning the RPL_NOWAWAY and RPL_UNAWAY numerics."

    https://modern.ircdocs.horse/#away-message
    """
    alice = irc.connect("alice")
    assert params(alice.ask("AWAY :gone"), "306") == [["alice", "You have been marked as being away"]]
    for line in ("AWAY", "AWAY :"):
        alice.ask("AWAY :gone")
        assert params(alice.ask(line), "305") == [["alice", "You are no longer marked as being away"]]
        assert commands(alice.ask(line)) == ["305"]


def test_away_notify(irc: Irc) -> None:
    """ "clients will be sent an AWAY message when a user sharing a channel with them sets, changes or removes their
    away state" and "If the message is not present, the user is removing their away message/state."

    https://ircv3.net/specs/extensions/away-notify
    """
    alice, bob, carol = irc.connect("alice", "away-notify"), irc.connect("bob"), irc.connect("carol", "away-notify")
    irc.enter("#a,#b", alice, bob)
    bob.send("AWAY :one", "AWAY :one", "AWAY :two", "AWAY", "AWAY")
    source = ":bob!bob@127.0.0.1 AWAY"
    assert alice.lines() == [f"{source} :one", f"{source} :two", source]
    assert carol.lines() == [], "no channel in common"
    alice.send("AWAY :me too")
    assert commands(alice.read()) == ["306"]
    assert "AWAY" not in commands(bob.read())


def test_long_away_messages_are_cut() -> None:
    """ "If an AWAY <reason> has more characters than this parameter, it may be silently truncated by the server before
    being passed on to other clients."

    https://modern.ircdocs.horse/#awaylen-parameter
    """
    irc = Irc(limits={"away_length": 17})
    alice = irc.connect("alice")
    alice.ask("AWAY :" + "é" * 20)
    assert params(alice.ask("WHOIS alice"), "301") == [["alice", "alice", "é" * 8]]


def test_setname_is_told_to_those_who_asked_for_it(irc: Irc) -> None:
    """ "If they accept the realname change, they MUST send the server-to-client version of the SETNAME message to all
    clients in common channels, as well as to the client from which it originated, to confirm the change has occurred.
    The SETNAME message MUST NOT be sent to clients which do not have the setname capability negotiated."

    https://ircv3.net/specs/extensions/setname
    """
    alice, bob, carol = irc.connect("alice", "setname"), irc.connect("bob", "setname"), irc.connect("carol")
    irc.enter("#test", alice, bob, carol)
    alice.send("SETNAME :Bruce Wayne <bruce@wayne.enterprises>")
    line = ":alice!alice@127.0.0.1 SETNAME :Bruce Wayne <bruce@wayne.enterprises>"
    assert (alice.lines(), bob.lines(), carol.lines()) == ([line], [line], [])
    assert params(bob.ask("WHOIS alice"), "311")[0][-1] == "Bruce Wayne <bruce@wayne.enterprises>"


@pytest.mark.parametrize("name", ["", "   ", "x" * 151, "é" * 76])
def test_names_that_will_not_do(irc: Irc, name: str) -> None:
    """ "If the server rejects the realname as a result of a validation failure, it MUST send a FAIL message with the
    INVALID_REALNAME code."

    https://ircv3.net/specs/extensions/setname#errors
    """
    alice = irc.connect("alice", "setname")
    [answer] = alice.ask(f"SETNAME :{name}")
    assert (answer.command, answer.params[:-1]) == ("FAIL", ["SETNAME", "INVALID_REALNAME"])
    assert irc.core.world.users[1].realname == "Real alice"


def test_setname_without_the_capability_is_silent(irc: Irc) -> None:
    """ "Servers advertising the setname capability MUST support usage of the command even while the capability is not
    negotiated." and "the server SHOULD handle it silently (with no response), as historic implementations did."

    https://ircv3.net/specs/extensions/setname
    """
    alice = irc.connect("alice")
    assert alice.ask("SETNAME :", "SETNAME :" + "x" * 151) == []
    assert irc.core.world.users[1].realname == "x" * 150


def test_the_length_of_names_is_told() -> None:
    """ "servers MUST provide a NAMELEN token in RPL_ISUPPORT with the maximum allowed length for realnames."

    https://ircv3.net/specs/extensions/setname
    """
    alice = Irc(limits={"realname_length": 77}).connect("alice")
    assert any("NAMELEN=77" in answer for answer in params(alice.ask("VERSION"), "005"))
