"""PRIVMSG and NOTICE."""

import pytest

from tests.support.irc import Irc, commands, params


def test_a_message_to_a_channel_reaches_all_others(irc: Irc) -> None:
    """ "All clients in the channel will receive all messages addressed to that channel."

    https://modern.ircdocs.horse/#channels
    """
    alice, bob, carol = irc.room("#test", "alice", "bob", "carol")
    stranger = irc.connect("stranger")
    alice.send("PRIVMSG #TEST :hello there")
    line = ":alice!alice@127.0.0.1 PRIVMSG #test :hello there"
    assert [one.lines() for one in (alice, bob, carol, stranger)] == [[], [line], [line], []]


def test_a_message_to_a_user(irc: Irc) -> None:
    """ "The PRIVMSG message is sent from the server to client to deliver a message to that client. The <source> of the
    message represents the user or server that sent the message, and the <target> represents the target"

    https://modern.ircdocs.horse/#privmsg-message
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.send("PRIVMSG BOB :hey there!", "PRIVMSG bob ::-)", "PRIVMSG bob oneword")
    source = ":alice!alice@127.0.0.1 PRIVMSG bob"
    assert bob.lines() == [f"{source} :hey there!", f"{source} ::-)", f"{source} :oneword"]
    assert alice.lines() == []


def test_a_message_to_oneself(irc: Irc) -> None:
    """ "The PRIVMSG command is used to send private messages between users"

    https://modern.ircdocs.horse/#privmsg-message
    """
    alice = irc.connect("alice")
    assert params(alice.ask("PRIVMSG alice :note"), "PRIVMSG") == [["alice", "note"]]


def test_several_targets_get_a_copy_each(irc: Irc) -> None:
    """ "the client gives a list of destinations to which the message is to be delivered and the server breaks it up and
    dispatches a separate copy of the message to each given destination."

    https://modern.ircdocs.horse/#to-a-list
    """
    alice, bob = irc.room("#test", "alice", "bob")
    carol = irc.connect("carol")
    got = alice.ask("PRIVMSG #test,,carol,nobody,#test,carol :hi")
    assert params(got, "401") == [["alice", "nobody", "No such nick or channel"]]
    assert len(got) == 1
    assert params(bob.read(), "PRIVMSG") == [["#test", "hi"]]
    assert params(carol.read(), "PRIVMSG") == [["carol", "hi"]]


def test_more_targets_than_allowed() -> None:
    """ "The TARGMAX parameter defines the maximum number of targets allowed for commands which accept multiple
    targets."

    https://modern.ircdocs.horse/#targmax-parameter
    """
    irc = Irc(limits={"targets_per_command": 2})
    alice, bob = irc.connect("alice"), irc.connect("bob")
    assert params(alice.ask("PRIVMSG bob,alice,carol :hi"), "407") == [["alice", "PRIVMSG", "Too many targets"]]
    assert alice.ask("NOTICE bob,alice,carol :hi") == []
    assert bob.lines() == []


@pytest.mark.parametrize(
    ("line", "numeric"), [("PRIVMSG", "411"), ("PRIVMSG , :x", "411"), ("PRIVMSG bob", "412"), ("PRIVMSG bob :", "412")]
)
def test_nobody_or_nothing(irc: Irc, line: str, numeric: str) -> None:
    """ "Returned by the PRIVMSG command to indicate the message wasn't delivered because there was no recipient given."
    and "because there was no text to send."

    https://modern.ircdocs.horse/#errnorecipient-411 and https://modern.ircdocs.horse/#errnotexttosend-412
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    got = alice.ask(line)
    assert commands(got) == [numeric]
    assert len(got[0].params) == 2
    assert bob.lines() == []


@pytest.mark.parametrize(
    ("target", "numeric"),
    [("nobody", "401"), ("#nowhere", "403"), ("@#nowhere", "403"), ("@nobody", "401"), ("&x", "401"), ("$*", "401")],
)
def test_targets_that_are_not_there(irc: Irc, target: str, numeric: str) -> None:
    """ "Indicates that no client can be found for the supplied nickname."

    https://modern.ircdocs.horse/#errnosuchnick-401
    """
    [answer] = irc.connect("alice").ask(f"PRIVMSG {target} :hi")
    assert answer.command == numeric
    assert answer.params[:2] == ["alice", target.lstrip("@") if "#" in target else target]


@pytest.mark.parametrize("command", ["PRIVMSG", "TAGMSG"])
def test_banned_members_are_not_heard(irc: Irc, command: str) -> None:
    """ "If <target> is a channel name and the client is banned and not covered by a ban exemption, the message will not
    be delivered [...] If a message cannot be delivered to a channel, the server SHOULD respond with an
    ERR_CANNOTSENDTOCHAN numeric to let the user know that this message could not be delivered."

    https://modern.ircdocs.horse/#privmsg-message
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags")
    irc.enter("#test", alice, bob)
    line = f"@+x=y {command} #test :hi"
    alice.ask("MODE #test +b bob!*@*")
    assert params(bob.ask(line), "404") == [["bob", "#test", "Cannot send to channel"]]
    assert params(alice.read(), command) == []
    alice.ask("MODE #test +v bob")
    bob.send(line)
    alice.ask("MODE #test -v+e bob bob!*@*")
    bob.send(line)
    assert bob.read()[-1].command == "MODE"
    assert len(params(alice.read(), command)) == 1


def test_status_prefix_reaches_only_the_higher(irc: Irc) -> None:
    """ "If <target> is a channel name, it may be prefixed with one or more channel membership prefix character (@, +,
    etc) and the message will be delivered only to the members of that channel with the given or higher status in the
    channel."

    https://modern.ircdocs.horse/#privmsg-message
    """
    op, voice, plain, sender = irc.room("#test", "op", "voice", "plain", "sender")
    op.send("MODE #test +v voice")
    for one in (op, voice, plain, sender):
        one.read()
    sender.send("PRIVMSG @#test :ops", "NOTICE +#TEST :voices", "PRIVMSG @+#test :both")
    source = ":sender!sender@127.0.0.1"
    to_voices = [f"{source} NOTICE +#test :voices", f"{source} PRIVMSG +#test :both"]
    assert op.lines() == [f"{source} PRIVMSG @#test :ops", *to_voices]
    assert voice.lines() == to_voices
    assert plain.lines() == sender.lines() == []


def test_status_prefix_obeys_the_rules_of_the_channel(irc: Irc) -> None:
    """ "Users with this mode may send messages to a channel that is moderated."

    https://modern.ircdocs.horse/#voice-prefix
    """
    alice, bob = irc.room("#test", "alice", "bob")
    outsider = irc.connect("outsider")
    assert params(outsider.ask("PRIVMSG @#test :hi"), "404") == [["outsider", "#test", "Cannot send to channel"]]
    alice.ask("MODE #test +m")
    assert params(bob.ask("PRIVMSG @#test :hi"), "404") == [["bob", "#test", "Cannot send to channel"]]
    assert alice.lines() == []


def test_who_is_away_says_so_to_those_who_write(irc: Irc) -> None:
    """ "If <target> is a user and that user has been set as away, the server may reply with an RPL_AWAY numeric and the
    command will continue."

    https://modern.ircdocs.horse/#privmsg-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    bob.ask("AWAY :out to lunch")
    assert params(alice.ask("PRIVMSG bob :hi"), "301") == [["alice", "bob", "out to lunch"]]
    assert alice.ask("PRIVMSG #test :hi", "NOTICE bob :hi") == []
    assert len(bob.lines()) == 3
    bob.ask("AWAY")
    assert alice.ask("PRIVMSG bob :hi") == []


@pytest.mark.parametrize(
    "line",
    [
        "NOTICE",
        "NOTICE bob",
        "NOTICE bob :",
        "NOTICE , :hi",
        "NOTICE nobody :hi",
        "NOTICE #nowhere :hi",
        "NOTICE #closed :hi",
        "NOTICE @#closed,nobody,, :hi",
    ],
)
def test_a_notice_is_never_answered(irc: Irc, line: str) -> None:
    """ "The difference between NOTICE and PRIVMSG is that automatic replies must never be sent in response to a NOTICE
    message. This rule also applies to servers -- they must not send any error back to the client on receipt of a NOTICE
    command."

    https://modern.ircdocs.horse/#notice-message
    """
    owner, bob = irc.connect("owner"), irc.connect("bob")
    irc.enter("#closed", owner)
    owner.ask("MODE #closed +m")
    bob.ask("AWAY :gone")
    assert irc.connect("alice").ask(line) == []
    assert irc.open().ask(line) == [], "nor before registration"
    assert owner.lines() == bob.lines() == []


def test_a_notice_is_delivered_like_a_message(irc: Irc) -> None:
    """ "<target> is interpreted the same way as it is for the PRIVMSG command."

    https://modern.ircdocs.horse/#notice-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.send("NOTICE #test,bob :psst")
    assert params(bob.read(), "NOTICE") == [["#test", "psst"], ["bob", "psst"]]
