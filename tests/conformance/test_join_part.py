"""JOIN and PART."""

import pytest

from tests.support.irc import Irc, commands, params


def test_a_new_channel_makes_its_creator_operator(irc: Irc) -> None:
    """ "If the channel doesn't exist prior to joining, the channel is created and the creating user becomes a channel
    operator."

    https://modern.ircdocs.horse/#channels
    """
    alice = irc.connect("alice")
    alice.send("JOIN #test")
    assert alice.lines() == [
        ":alice!alice@127.0.0.1 JOIN #test",
        ":trialogue.local 353 alice = #test :@alice",
        ":trialogue.local 366 alice #test :End of NAMES list",
    ]


def test_what_a_joiner_is_shown(irc: Irc) -> None:
    """ "they receive a JOIN message from the server with their client as the message <source> and the channel they have
    joined as the first parameter of the message. After this, they are sent the channel's topic (with RPL_TOPIC), and no
    message if the channel does not have a topic. They are also sent a list of users currently joined to the channel
    [...] MUST include the requesting client"

    https://modern.ircdocs.horse/#join-message
    """
    alice, bob = irc.room("#test", "alice"), irc.connect("bob")
    alice[0].ask("TOPIC #test :About tests")
    got = bob.ask("JOIN #TEST")
    assert commands(got) == ["JOIN", "332", "333", "353", "366"]
    assert params(got, "JOIN") == [["#test"]]
    assert params(got, "332", "333") == [
        ["bob", "#test", "About tests"],
        ["bob", "#test", "alice!alice@127.0.0.1", "1700000000"],
    ]
    assert params(got, "353") == [["bob", "=", "#test", "@alice bob"]]
    assert alice[0].lines() == [":bob!bob@127.0.0.1 JOIN #test"]


def test_lists_of_channels_and_keys(irc: Irc) -> None:
    """ "Servers MUST process the parameters of this command as lists on incoming commands from clients, with the first
    <key> being used for the first <channel>, the second <key> being used for the second <channel>, etc."

    https://modern.ircdocs.horse/#join-message
    """
    owner, bob = irc.connect("owner"), irc.connect("bob")
    irc.enter("#a,#b,#c", owner)
    owner.ask("MODE #a +k ka", "MODE #c +k kc")
    assert params(bob.ask("JOIN #a,#b,#c ka,,kc"), "JOIN") == [["#a"], ["#b"], ["#c"]]
    bob.ask("JOIN 0")
    assert params(bob.ask("JOIN #a,,#c ka,x,kc"), "JOIN") == [["#a"], ["#c"]], "an empty element keeps its place"
    bob.ask("JOIN 0")
    got = bob.ask("JOIN #a,#b,#c ka")
    assert params(got, "JOIN") == [["#a"], ["#b"]]
    assert params(got, "475") == [["bob", "#c", "Cannot join channel (+k): wrong or missing key"]]


@pytest.mark.parametrize("line", ["JOIN", "JOIN :", "JOIN ,", "PART", "PART ,"])
def test_no_channel_at_all(irc: Irc, line: str) -> None:
    """ "If a command is sent from a client to a server with less parameters than the command requires to be processed,
    the server will reply with an ERR_NEEDMOREPARAMS numeric and the command will fail."

    https://modern.ircdocs.horse/#client-messages
    """
    assert params(irc.connect("alice").ask(line), "461") == [["alice", line.split()[0], "Not enough parameters"]]


@pytest.mark.parametrize(
    "name", ["test", "#", "&local", "inv@lid", "#with\x07bell", "#" + "x" * 64, "#ä", "0,#", "a" * 400]
)
def test_names_that_are_no_channels(irc: Irc, name: str) -> None:
    """ "Indicates that no channel can be found for the supplied channel name."

    https://modern.ircdocs.horse/#errnosuchchannel-403
    """
    alice = irc.connect("alice")
    got = alice.ask(f"JOIN {name}")
    assert set(commands(got)) == {"403"}
    assert [len(message.params) for message in got] == [3] * len(got)
    assert not irc.core.world.channels


@pytest.mark.parametrize("name", ["#x", "##", "#a:b.example", "#a!b@c*?", "#" + "x" * 63, "#[]{}|\\~^"])
def test_names_that_are_channels(irc: Irc, name: str) -> None:
    """ "the only restriction on a channel name is that it may not contain any spaces (' ', 0x20), a control G / BELL
    ('^G', 0x07), or a comma (',', 0x2C) (which is used as a list item separator by the protocol)."

    https://modern.ircdocs.horse/#channels
    """
    alice, bob = irc.room(name, "alice", "bob")
    alice.send(f"PRIVMSG {name} :hi")
    assert params(bob.read(), "PRIVMSG") == [[name, "hi"]]


def test_utf8_names_by_a_setting() -> None:
    """ "Software SHOULD use the UTF-8 character encoding to encode and decode messages"

    https://modern.ircdocs.horse/#client-to-server-protocol-structure
    """
    irc = Irc(server={"utf8_names": True})
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.ask("JOIN #Büro")
    assert params(bob.ask("JOIN #BÜRO"), "JOIN") == [["#Büro"]]
    assert params(bob.ask("JOIN #a\u200bb"), "403"), "no invisible characters"


def test_joining_twice_is_silent(irc: Irc) -> None:
    """ "The JOIN command indicates that the client wants to join the given channel(s)"

    https://modern.ircdocs.horse/#join-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    assert alice.ask("JOIN #test,#TEST") == []
    assert bob.lines() == []


def test_limit_of_channels() -> None:
    """ "If the client cannot join this channel because they would be over their limit, they will receive an
    ERR_TOOMANYCHANNELS reply and the command will fail."

    https://modern.ircdocs.horse/#join-message
    """
    alice = Irc(limits={"channels_per_user": 2}).connect("alice")
    got = alice.ask("JOIN #a,#b,#c")
    assert params(got, "JOIN") == [["#a"], ["#b"]]
    assert params(got, "405") == [["alice", "#c", "You have joined too many channels"]]


def test_join_0_parts_from_all(irc: Irc) -> None:
    """ "this command also accepts the special argument of ("0", 0x30) instead of any of the usual parameters, which
    requests that the sending client leave all channels they are currently connected to. The server will process this
    command as though the client had sent a PART command for each channel they are a member of."

    https://modern.ircdocs.horse/#join-message
    """
    alice, bob = irc.room("#a", "alice", "bob")
    irc.enter("#b", alice)
    assert params(alice.ask("JOIN 0"), "PART") == [["#a"], ["#b"]]
    assert bob.lines() == [":alice!alice@127.0.0.1 PART #a"]
    assert alice.ask("JOIN 0") == []
    assert list(irc.core.world.channels) == ["#a"]


def test_part_with_a_reason(irc: Irc) -> None:
    """ "On sending a successful PART command, the user will receive a PART message from the server for each channel
    they have been removed from. [...] If a PART message is distributed in this way, <reason> (if it exists) should be
    on each of these messages."

    https://modern.ircdocs.horse/#part-message
    """
    alice, bob = irc.room("#a", "alice", "bob")
    irc.enter("#b", alice, bob)
    alice.send("PART #A,#b :bye everyone")
    lines = [f":alice!alice@127.0.0.1 PART #{name} :bye everyone" for name in "ab"]
    assert alice.lines() == bob.lines() == lines


def test_part_from_where_one_is_not(irc: Irc) -> None:
    """ "if the channel exists and the client is not joined to it, they will receive an ERR_NOTONCHANNEL reply and that
    channel will be ignored. If the channel does not exist, the client will receive an ERR_NOSUCHCHANNEL reply and that
    channel will be ignored."

    https://modern.ircdocs.horse/#part-message
    """
    irc.room("#a", "bob")
    alice = irc.connect("alice")
    irc.enter("#b", alice)
    got = alice.ask("PART #a,#nowhere,#b")
    assert params(got, "442") == [["alice", "#a", "You're not on that channel"]]
    assert params(got, "403") == [["alice", "#nowhere", "No such channel"]]
    assert params(got, "PART") == [["#b"]]


def test_an_empty_channel_is_gone_with_its_settings(irc: Irc) -> None:
    """ "the channel ceases to exist when the last client leaves it."  https://modern.ircdocs.horse/#channels"""
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#test", alice)
    alice.ask("MODE #test +ik key", "TOPIC #test :old", "PART #test")
    got = bob.ask("JOIN #Test")
    assert commands(got) == ["JOIN", "353", "366"]
    assert params(got, "353") == [["bob", "=", "#Test", "@bob"]]


def test_quit_is_told_once_to_each_who_shares_a_channel(irc: Irc) -> None:
    """ "This message may also be sent from the server to a client to show that a client has exited from the network.
    This is typically only dispatched to clients that share a channel with the exiting user."

    https://modern.ircdocs.horse/#quit-message
    """
    alice, bob = irc.room("#a", "alice", "bob")
    irc.enter("#b", alice, bob)
    carol = irc.connect("carol")
    alice.send("QUIT :gone to lunch")
    assert bob.lines() == [":alice!alice@127.0.0.1 QUIT :Quit: gone to lunch"]
    assert carol.lines() == []
    assert alice.lines() == ["ERROR :Closing link (127.0.0.1): Quit: gone to lunch"]


def test_quit_without_a_reason(irc: Irc) -> None:
    """ "This applies even if <reason> is empty, in which case the reason sent to other clients SHOULD be just this
    "Quit: " string."

    https://modern.ircdocs.horse/#quit-message
    """
    alice, bob = irc.room("#a", "alice", "bob")
    alice.send("QUIT")
    assert bob.lines() == [":alice!alice@127.0.0.1 QUIT :Quit: "]


def test_a_lost_connection_is_a_quit(irc: Irc) -> None:
    """ "If a client connection is closed without the client issuing a QUIT command to the server, the server MUST
    distribute a QUIT message to other clients informing them of this [...] Servers MUST fill <reason> with a message
    reflecting the nature of the event which caused it to happen."

    https://modern.ircdocs.horse/#quit-message
    """
    alice, bob = irc.room("#a", "alice", "bob")
    alice.drop("Connection lost")
    assert bob.lines() == [":alice!alice@127.0.0.1 QUIT :Connection lost"]


def test_extended_join(irc: Irc) -> None:
    """ "This message represents that the user has not logged in to an account prior to channel ingress. As the
    penultimate parameter is an asterisk, this means that an asterisk is not a valid account name"

    https://ircv3.net/specs/extensions/extended-join
    """
    alice, bob = irc.connect("alice", "extended-join"), irc.connect("bob")
    irc.enter("#test", alice, bob)
    irc.connect("carol").send("JOIN #test")
    assert alice.lines() == [":carol!carol@127.0.0.1 JOIN #test * :Real carol"]
    assert bob.lines() == [":carol!carol@127.0.0.1 JOIN #test"]


def test_away_is_told_when_somebody_joins(irc: Irc) -> None:
    """ "clients will be sent an AWAY message when a user sharing a channel with them sets, changes or removes their
    away state, as well as when a user joins and has an away message set. (Note that AWAY will not be sent for joining
    users with no away message set.)"

    https://ircv3.net/specs/extensions/away-notify
    """
    alice, bob = irc.connect("alice", "away-notify", "extended-join"), irc.connect("bob")
    irc.enter("#test", alice, bob)
    carol = irc.connect("carol")
    carol.ask("AWAY :asleep")
    carol.send("JOIN #test")
    source = ":carol!carol@127.0.0.1"
    assert alice.lines() == [f"{source} JOIN #test * :Real carol", f"{source} AWAY :asleep"]
    assert bob.lines() == [f"{source} JOIN #test"]


def test_no_implicit_names(irc: Irc) -> None:
    """ "When negotiated, servers MUST NOT send an implicit NAMES reply after sending a JOIN message. Servers MUST reply
    to explicit NAMES commands sent by the client as usual."

    https://ircv3.net/specs/extensions/no-implicit-names
    """
    alice = irc.connect("alice", "no-implicit-names")
    assert commands(alice.ask("JOIN #test")) == ["JOIN"]
    assert commands(alice.ask("NAMES #test")) == ["353", "366"]
    alice.ask("CAP REQ :-no-implicit-names")
    assert commands(alice.ask("JOIN #other")) == ["JOIN", "353", "366"]


@pytest.mark.parametrize(("said", "typed"), [("kl\u00e9", "kle\u0301"), ("kle\u0301", "kl\u00e9"), ("kl\u00e9", "kle")])
def test_a_key_is_the_same_however_a_keyboard_composes_it(irc: Irc, said: str, typed: str) -> None:
    """As passwords are: "Normalization Form C (NFC) MUST be applied to all strings."

    https://www.rfc-editor.org/rfc/rfc8265#section-4.2
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#room", alice)
    alice.send(f"MODE #room +k {said}")
    assert commands(bob.ask(f"JOIN #room {typed}"))[0] == ("475" if typed == "kle" else "JOIN")
