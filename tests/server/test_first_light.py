"""The shortest conversation: two people, one room."""

from tests.support.irc import Irc


def test_two_people_talk_in_a_room(irc: Irc) -> None:
    """ "The PRIVMSG command is used to send private messages between users, as well as to send messages to channels."

    https://modern.ircdocs.horse/#privmsg-message
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.send("JOIN #lobby")
    bob.send("JOIN #lobby")
    alice.read()
    bob.read()
    alice.send("PRIVMSG #lobby :hello")
    assert bob.lines() == [":alice!alice@127.0.0.1 PRIVMSG #lobby :hello"]
    assert alice.lines() == []
