"""TOPIC: who may set the topic, and who is told of it."""

from tests.support.irc import Irc, commands, params


def test_a_topic_is_told_to_all_members(irc: Irc) -> None:
    """ "every client in that channel (including the author of the topic change) will receive a TOPIC command with the
    new topic as argument (or an empty argument if the topic was cleared)"

    https://modern.ircdocs.horse/#topic-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.send("TOPIC #TEST :Hello there", "TOPIC #test :")
    lines = [":alice!alice@127.0.0.1 TOPIC #test :Hello there", ":alice!alice@127.0.0.1 TOPIC #test :"]
    assert alice.lines() == bob.lines() == lines
    assert commands(bob.ask("TOPIC #test")) == ["331"]
    assert commands(irc.connect("carol").ask("JOIN #test")) == ["JOIN", "353", "366"]


def test_asking_for_a_topic(irc: Irc) -> None:
    """ "If <topic> is not given, either RPL_TOPIC or RPL_NOTOPIC is returned specifying the current channel topic or
    lack of one. [...] If RPL_TOPIC is returned to the client sending this command, RPL_TOPICWHOTIME SHOULD also be sent
    to that client."

    https://modern.ircdocs.horse/#topic-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    assert params(bob.ask("TOPIC #test"), "331") == [["bob", "#test", "No topic is set"]]
    irc.wait(100)
    alice.ask("TOPIC #test :T0P1C", "NICK alicia")
    irc.wait(100)
    got = bob.ask("TOPIC #test")
    assert params(got, "332") == [["bob", "#test", "T0P1C"]]
    assert params(got, "333") == [["bob", "#test", "alice!alice@127.0.0.1", "1700000100"]]


def test_protected_topic(irc: Irc) -> None:
    """ "If the protected topic mode is set on a channel, then clients MUST have appropriate channel permissions to
    modify the topic of that channel."

    https://modern.ircdocs.horse/#topic-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.ask("MODE #test +v bob")
    bob.read()
    assert params(bob.ask("TOPIC #test :mine"), "482") == [["bob", "#test", "You're not channel operator"]]
    assert alice.lines() == []
    alice.ask("MODE #test -t")
    assert params(bob.ask("TOPIC #test :mine"), "TOPIC") == [["#test", "mine"]]


def test_topics_and_outsiders(irc: Irc) -> None:
    """ "If the client sending this command is not joined to the given channel, and tries to view its' topic, the server
    MAY return the ERR_NOTONCHANNEL numeric and have the command fail."

    https://modern.ircdocs.horse/#topic-message
    """
    alice, outsider = irc.connect("alice"), irc.connect("outsider")
    irc.enter("#test", alice)
    alice.ask("TOPIC #test :public", "MODE #test -t")
    assert params(outsider.ask("TOPIC #test"), "332") == [["outsider", "#test", "public"]]
    assert params(outsider.ask("TOPIC #test :mine"), "442") == [["outsider", "#test", "You're not on that channel"]]
    alice.ask("MODE #test +s")
    for line in ("TOPIC #test", "TOPIC #test :mine"):
        assert params(outsider.ask(line), "403") == [["outsider", "#test", "No such channel"]], "it is secret"
    assert params(outsider.ask("TOPIC #nowhere"), "403") == [["outsider", "#nowhere", "No such channel"]]


def test_topics_are_cut_between_characters() -> None:
    """ "The TOPICLEN parameter indicates the maximum length of a topic that a client may set on a channel."

    https://modern.ircdocs.horse/#topiclen-parameter
    """
    alice = Irc(limits={"topic_length": 17}).connect("alice")
    alice.ask("JOIN #test")
    assert params(alice.ask("TOPIC #test :" + "é" * 20), "TOPIC") == [["#test", "é" * 8]]
