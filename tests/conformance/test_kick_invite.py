"""KICK and INVITE, with invite-notify."""

import pytest

from tests.support.irc import Irc, commands, params


def test_kick_is_told_to_all(irc: Irc) -> None:
    """ "It causes the <user> to be removed from the <channel> by force."  https://modern.ircdocs.horse/#kick-message"""
    alice, bob, carol = irc.room("#test", "alice", "bob", "carol")
    alice.send("KICK #TEST BOB :bye now")
    line = ":alice!alice@127.0.0.1 KICK #test bob :bye now"
    assert alice.lines() == bob.lines() == carol.lines() == [line]
    assert params(bob.ask("PRIVMSG #test :hi"), "404")


def test_kick_without_a_comment(irc: Irc) -> None:
    """ "If no comment is given, the server SHOULD use a default message instead."

    https://modern.ircdocs.horse/#kick-message
    """
    alice, _ = irc.room("#test", "alice", "bob")
    assert params(alice.ask("KICK #test bob"), "KICK") == [["#test", "bob", "alice"]]


def test_kick_of_several(irc: Irc) -> None:
    """ "there MUST be either one channel parameter and multiple user parameter, or as many channel parameters as there
    are user parameters. The server MUST NOT send KICK messages with multiple channels or users to clients."

    https://modern.ircdocs.horse/#kick-message
    """
    alice, *_ = irc.room("#test", "alice", "bob", "carol", "dave")
    got = alice.ask("KICK #test bob,nobody,carol,bob :bye")
    assert params(got, "KICK") == [["#test", "bob", "bye"], ["#test", "carol", "bye"]]
    assert params(got, "401") == [["alice", "nobody", "No such nick or channel"]]
    assert params(got, "441") == [["alice", "bob", "#test", "They aren't on that channel"]]
    got = alice.ask("KICK #test,#nowhere dave,dave :bye")
    assert params(got, "KICK", "403") == [["#test", "dave", "bye"], ["alice", "#nowhere", "No such channel"]]
    assert params(alice.ask("KICK #test,#a,#b bob,carol"), "461") == [
        ["alice", "KICK", "Give one channel, or as many channels as nicks"]
    ]


@pytest.mark.parametrize("line", ["KICK", "KICK #test", "KICK #test ,", "KICK , bob"])
def test_kick_needs_two_parameters(irc: Irc, line: str) -> None:
    """ "Returned when a client command cannot be parsed because not enough parameters were supplied."

    https://modern.ircdocs.horse/#errneedmoreparams-461
    """
    alice, _ = irc.room("#test", "alice", "bob")
    assert params(alice.ask(line), "461") == [["alice", "KICK", "Not enough parameters"]]


def test_who_may_kick(irc: Irc) -> None:
    """ "The commands which may only be used by channel moderators include: KICK: Eject a client from the channel"

    https://modern.ircdocs.horse/#channel-operators
    """
    alice, bob = irc.room("#test", "alice", "bob")
    outsider = irc.connect("outsider")
    assert params(bob.ask("KICK #test alice"), "482") == [["bob", "#test", "You're not channel operator"]]
    assert params(outsider.ask("KICK #test bob"), "442") == [["outsider", "#test", "You're not on that channel"]]
    assert params(outsider.ask("KICK #nowhere bob"), "403") == [["outsider", "#nowhere", "No such channel"]]
    alice.ask("MODE #test +so bob")
    assert params(outsider.ask("KICK #test bob"), "403") == [["outsider", "#test", "No such channel"]], "it is secret"
    assert params(bob.ask("KICK #test alice"), "KICK") == [["#test", "alice", "bob"]], "operators may kick each other"


def test_kicking_oneself_ends_an_empty_channel(irc: Irc) -> None:
    """ "the channel ceases to exist when the last client leaves it."  https://modern.ircdocs.horse/#channels"""
    alice = irc.connect("alice")
    irc.enter("#test", alice)
    assert params(alice.ask("KICK #test,#test alice,alice :x"), "KICK", "403") == [
        ["#test", "alice", "x"],
        ["alice", "#test", "No such channel"],
    ]
    assert not irc.core.world.channels


def test_invite_is_told_to_the_invited_alone(irc: Irc) -> None:
    """ "When the invite is successful, the server MUST send a RPL_INVITING numeric to the command issuer, and an INVITE
    message, with the issuer as <source>, to the target user. Other channel members SHOULD NOT be notified."

    https://modern.ircdocs.horse/#invite-message
    """
    alice, carol = irc.room("#test", "alice", "carol")
    bob = irc.connect("bob")
    assert params(alice.ask("INVITE BOB #TEST"), "341") == [["alice", "bob", "#test"]]
    assert bob.lines() == [":alice!alice@127.0.0.1 INVITE bob #test"]
    assert carol.lines() == []


def test_inviting_somebody_who_is_away(irc: Irc) -> None:
    """ "Servers SHOULD notify clients when a user they're interacting with is away when relevant"

    https://modern.ircdocs.horse/#away-message
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#test", alice)
    bob.ask("AWAY :asleep")
    assert params(alice.ask("INVITE bob #test"), "341", "301") == [
        ["alice", "bob", "#test"],
        ["alice", "bob", "asleep"],
    ]


def test_who_may_invite(irc: Irc) -> None:
    """ "Only members of the channel are allowed to invite other users. Otherwise, the server MUST reject the command
    with the ERR_NOTONCHANNEL numeric. [...] In particular, they SHOULD reject it when the channel has invite-only mode
    set, and the user is not a channel operator."

    https://modern.ircdocs.horse/#invite-message
    """
    alice, member = irc.room("#test", "alice", "member")
    outsider, bob = irc.connect("outsider"), irc.connect("bob")
    assert params(member.ask("INVITE bob #test"), "341") == [["member", "bob", "#test"]]
    assert params(outsider.ask("INVITE bob #test"), "442") == [["outsider", "#test", "You're not on that channel"]]
    alice.ask("MODE #test +i")
    bob.read()
    member.read()
    assert params(member.ask("INVITE bob #test"), "482") == [["member", "#test", "You're not channel operator"]]
    assert bob.lines() == []


def test_whom_and_where_to(irc: Irc) -> None:
    """ "The target channel SHOULD exist (at least one user is on it). Otherwise, the server SHOULD reject the command
    with the ERR_NOSUCHCHANNEL numeric. [...] If the user is already on the target channel, the server MUST reject the
    command with the ERR_USERONCHANNEL numeric."

    https://modern.ircdocs.horse/#invite-message
    """
    alice, _ = irc.room("#test", "alice", "bob")
    assert params(alice.ask("INVITE nobody #test"), "401") == [["alice", "nobody", "No such nick or channel"]]
    assert params(alice.ask("INVITE bob #nowhere"), "403") == [["alice", "#nowhere", "No such channel"]]
    assert params(alice.ask("INVITE bob #test"), "443") == [["alice", "bob", "#test", "is already on channel"]]
    assert params(alice.ask("INVITE bob"), "461") == [["alice", "INVITE", "Not enough parameters"]]


def test_an_invitation_opens_once(irc: Irc) -> None:
    """ "If this mode is set on a channel, a user must have received an INVITE for this channel before being allowed to
    join it."

    https://modern.ircdocs.horse/#invite-only-channel-mode
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#test", alice)
    alice.ask("MODE #test +ilb 1 bob!*@*")
    assert params(bob.ask("JOIN #test"), "473") == [
        ["bob", "#test", "Cannot join channel (+i): it is by invitation only"]
    ]
    alice.ask("INVITE bob #test")
    assert params(bob.ask("JOIN #test"), "JOIN") == [["#test"]]
    alice.ask("KICK #test bob")
    assert commands(bob.ask("JOIN #test")) == ["473"]


def test_an_invitation_is_to_the_user_and_not_to_the_nick(irc: Irc) -> None:
    """ "a user must have received an INVITE for this channel"

    https://modern.ircdocs.horse/#invite-only-channel-mode
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#test", alice)
    alice.ask("MODE #test +i", "INVITE bob #test")
    bob.ask("NICK rob")
    other = irc.connect("bob")
    assert commands(other.ask("JOIN #test")) == ["473"]
    assert params(bob.ask("JOIN #test"), "JOIN")


def test_a_key_is_asked_for_all_the_same(irc: Irc) -> None:
    """ "If this mode is set on a channel, and a client sends a JOIN request for this channel, they must supply <key>"

    https://modern.ircdocs.horse/#key-channel-mode
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#test", alice)
    alice.ask("MODE #test +ik key", "INVITE bob #test")
    assert commands(bob.ask("JOIN #test")) == ["475"]
    assert params(bob.ask("JOIN #test key"), "JOIN")


def test_own_invitations(irc: Irc) -> None:
    """ "Sent to a client as a reply to the INVITE command when used with no parameter, to indicate a channel the client
    was invited to."

    https://modern.ircdocs.horse/#rplinvitelist-336
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    irc.enter("#b,#a", alice)
    alice.ask("INVITE bob #b", "INVITE bob #a")
    assert params(bob.ask("INVITE"), "336", "337") == [["bob", "#a"], ["bob", "#b"], ["bob", "End of invite list"]]
    alice.ask("PART #a")
    bob.ask("JOIN #b")
    assert params(bob.ask("INVITE"), "336", "337") == [["bob", "End of invite list"]]


def test_invite_notify(irc: Irc) -> None:
    """ "a server may choose to only send the message to clients having channel op, or only to clients that have the
    privilege to do an /INVITE on the channel themselves."

    https://ircv3.net/specs/extensions/invite-notify
    """
    caps = ("invite-notify",)
    alice, op, member = irc.connect("alice", *caps), irc.connect("op", *caps), irc.connect("member", *caps)
    bob = irc.connect("bob", *caps)
    irc.enter("#test", alice, op, member)
    alice.ask("MODE #test +io op")
    for one in (op, member):
        one.read()
    assert commands(alice.ask("INVITE bob #test")) == ["341"]
    line = ":alice!alice@127.0.0.1 INVITE bob #test"
    assert (op.lines(), member.lines(), bob.lines()) == ([line], [], [line])
