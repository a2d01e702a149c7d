"""pre-away: being away before one is there.  https://ircv3.net/specs/extensions/pre-away (work in progress)"""

import pytest

from tests.support.irc import Client, Irc, commands


def arrive(irc: Irc, nick: str, *lines: str) -> Client:
    """Connect, saying these lines between negotiation and registration."""
    client = irc.open()
    client.send("CAP LS 302", "CAP REQ draft/pre-away", *lines, f"NICK {nick}", f"USER {nick} 0 * :Real", "CAP END")
    return client


def test_away_is_accepted_before_registration(irc: Irc) -> None:
    """ "If the capability has been negotiated, servers MUST accept the AWAY command before connection registration has
    completed." "…the AWAY command MAY be used pre-registration to set a human-readable away message associated with the
    connection as usual."

    https://ircv3.net/specs/extensions/pre-away#implementation
    """
    bob = irc.connect("bob")
    alice = arrive(irc, "alice", "AWAY :Gone to lunch")
    answers = alice.read()
    assert commands(answers).index("306") < commands(answers).index("001")
    assert [message.params for message in bob.ask("PRIVMSG alice :hi")] == [["bob", "alice", "Gone to lunch"]]


def test_coming_back_before_registration(irc: Irc) -> None:
    """ "Similarly, AWAY with no parameters indicates that the user is present."

    https://ircv3.net/specs/extensions/pre-away#implementation
    """
    bob = irc.connect("bob")
    alice = arrive(irc, "alice", "AWAY :Gone to lunch", "AWAY")
    assert "305" in commands(alice.read())
    assert bob.ask("PRIVMSG alice :hi") == []


def test_without_the_capability_it_is_refused(irc: Irc) -> None:
    """ "Clients wishing to make use of this specification MUST negotiate the capability"

    https://ircv3.net/specs/extensions/pre-away#implementation
    """
    client = irc.open()
    assert commands(client.ask("AWAY :Gone to lunch")) == ["451"]


def test_nobody_there_is_away(irc: Irc) -> None:
    """ "…servers SHOULD treat the form AWAY * … as indicating that the user is not present for an unspecified reason."

    https://ircv3.net/specs/extensions/pre-away#implementation
    """
    bob = irc.connect("bob", "away-notify")
    bob.send("JOIN #room")
    alice = arrive(irc, "alice", "AWAY *")
    bob.read()
    alice.send("JOIN #room")
    assert [(message.command, message.params[-1]) for message in bob.read()] == [("JOIN", "#room"), ("AWAY", "*")]
    assert "G" in bob.ask("WHO alice")[0].params[6]
    alice.send("AWAY")
    assert bob.read()[-1].params == []


def test_it_does_not_keep_the_nick_from_being_reported(irc: Irc) -> None:
    """ "…AWAY pre-registration sets the away message but does not inhibit reporting of the change in nickname status,
    e.g. via monitor."

    https://ircv3.net/specs/extensions/pre-away#implementation
    """
    bob = irc.connect("bob")
    bob.ask("MONITOR + alice")
    arrive(irc, "alice", "AWAY *")
    assert commands(bob.read()) == ["730"]


@pytest.fixture
def at_desk(irc: Irc) -> Client:
    """A logged-in client, whose account other devices may join."""
    return logged_in(irc, "alice", register=True)


def logged_in(irc: Irc, nick: str, *lines: str, register: bool = False) -> Client:
    client = irc.open()
    client.send("CAP LS 302", "CAP REQ :sasl draft/pre-away draft/account-registration", f"NICK {nick}")
    if register:
        client.send(f"REGISTER {nick} * correct-horse")
    else:
        client.send("AUTHENTICATE PLAIN", "AUTHENTICATE AGFsaWNlAGNvcnJlY3QtaG9yc2U=")
    client.send(*lines, f"USER {nick} 0 * :Real", "CAP END")
    assert "001" in commands(client.read())
    return client


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_absent_device_does_not_take_its_user_away(irc: Irc, at_desk: Client, when: str) -> None:
    """ "…in most cases, an away message of * should be treated as though the connection did not exist at all"

    https://ircv3.net/specs/extensions/pre-away#implementation-considerations
    """
    bob = irc.connect("bob")
    phone = logged_in(irc, "alice", *(["AWAY *"] if when == "before" else []))
    if when == "after":
        assert commands(phone.ask("AWAY *")) == ["306"]
    assert phone.session.user is at_desk.session.user
    assert bob.ask("PRIVMSG alice :hi") == []


def test_devices_that_are_away_take_their_user_away(irc: Irc, at_desk: Client) -> None:
    """ "The AWAY command has its normal semantics": of each connection, and of the user when all are away. One
    with "*" is not there.

    https://ircv3.net/specs/extensions/pre-away#implementation
    """
    bob = irc.connect("bob")
    logged_in(irc, "alice", "AWAY :travelling")
    logged_in(irc, "alice", "AWAY *")
    assert bob.ask("PRIVMSG alice :hi") == [], "somebody is at the desk"
    at_desk.send("AWAY *")
    assert bob.ask("PRIVMSG alice :hi")[0].params[-1] == "travelling"
