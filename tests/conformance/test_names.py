"""NAMES, with multi-prefix and userhost-in-names."""

import pytest

from tests.support.irc import Irc, commands, params


def test_who_is_in_a_channel(irc: Irc) -> None:
    """ "this numeric lists the clients that are joined to <channel> and their status in that channel."

    https://modern.ircdocs.horse/#rplnamreply-353
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.ask("MODE #test +v bob")
    irc.connect("carol").send("JOIN #test")
    stranger = irc.connect("stranger")
    assert params(stranger.ask("NAMES #TEST"), "353", "366") == [
        ["stranger", "=", "#test", "@alice +bob carol"],
        ["stranger", "#test", "End of NAMES list"],
    ]
    assert params(bob.ask("NAMES #test,#nowhere"), "366") == [
        ["bob", "#test", "End of NAMES list"],
        ["bob", "#nowhere", "End of NAMES list"],
    ]


@pytest.mark.parametrize(
    ("line", "shown"), [("NAMES #nowhere", "#nowhere"), ("NAMES invalid", "invalid"), ("NAMES ,", "*")]
)
def test_nothing_to_show(irc: Irc, line: str, shown: str) -> None:
    """ "If the channel name is invalid or the channel does not exist, one RPL_ENDOFNAMES numeric containing the given
    channel name should be returned. [...] If no parameter is given for this command, servers SHOULD return one
    RPL_ENDOFNAMES numeric with the <channel> parameter set to an asterisk character"

    https://modern.ircdocs.horse/#names-message
    """
    [answer] = irc.connect("alice").ask(line)
    assert (answer.command, answer.params) == ("366", ["alice", shown, "End of NAMES list"])


def test_without_a_channel_all_are_shown_that_may_be(irc: Irc) -> None:
    """ "If no <channel> parameter is given, a list of all channels and their occupants is returned."

    https://www.rfc-editor.org/rfc/rfc2812#section-3.2.5
    """
    alice, bob = irc.room("#one", "alice", "bob")
    irc.enter("#two", bob)
    irc.enter("#secret", alice)
    alice.ask("MODE #secret +s")
    one, two, end = ["=", "#one", "@alice bob"], ["=", "#two", "@bob"], ["*", "End of NAMES list"]
    assert [line[1:] for line in params(bob.ask("NAMES"), "353", "366")] == [one, two, end]
    assert [line[1:] for line in params(alice.ask("NAMES"), "353", "366")] == [
        one,
        two,
        ["@", "#secret", "@alice"],
        end,
    ]
    few = Irc(limits={"list_replies": 1})
    few.enter("#one,#two", few.connect("alice"))
    assert len(params(few.connect("bob").ask("NAMES"), "353")) == 1, "as few as LIST shows"


def test_secret_channels_are_shown_to_members_alone(irc: Irc) -> None:
    """ "If the given channel has the secret channel mode set and the user is not joined to that channel, one
    RPL_ENDOFNAMES numeric is returned."

    https://modern.ircdocs.horse/#names-message
    """
    alice, _ = irc.room("#test", "alice", "bob")
    alice.ask("MODE #test +s")
    stranger = irc.connect("stranger")
    assert commands(stranger.ask("NAMES #test")) == ["366"]
    assert params(alice.ask("NAMES #test"), "353") == [["alice", "@", "#test", "@alice bob"]]


def test_invisible_users_are_shown_to_members_alone(irc: Irc) -> None:
    """ "Users with the invisible user mode set are not shown in channel responses unless the requesting client is also
    joined to that channel."

    https://modern.ircdocs.horse/#names-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    bob.ask("MODE bob +i")
    stranger = irc.connect("stranger")
    assert params(stranger.ask("NAMES #test"), "353") == [["stranger", "=", "#test", "@alice"]]
    assert params(alice.ask("NAMES #test"), "353") == [["alice", "=", "#test", "@alice bob"]]


def test_multi_prefix(irc: Irc) -> None:
    """ "When requested, the multi-prefix client capability will cause the IRC server to send all possible prefixes
    which apply to a user in NAMES and WHO output. These prefixes MUST be in order of 'rank', from highest to lowest."

    https://ircv3.net/specs/extensions/multi-prefix
    """
    alice, bob = irc.connect("alice"), irc.connect("bob", "multi-prefix")
    irc.enter("#test", alice, bob)
    alice.ask("MODE #test +vv alice bob")
    assert params(bob.ask("NAMES #test"), "353") == [["bob", "=", "#test", "@+alice +bob"]]
    assert params(bob.ask("WHO #test"), "352")[0][6] == "H@+"
    assert params(bob.ask("WHOIS alice"), "319") == [["bob", "alice", "@+#test"]]
    assert params(alice.ask("NAMES #test"), "353") == [["alice", "=", "#test", "@alice +bob"]]
    assert params(alice.ask("WHO #test"), "352")[0][6] == "H@"


def test_userhost_in_names(irc: Irc) -> None:
    """ "extends the NAMES reply messages (RPL_NAMREPLY) to contain the full hostmask (nick!user@host) of every user
    listed."

    https://ircv3.net/specs/extensions/userhost-in-names
    """
    alice, bob = irc.connect("alice"), irc.connect("bob", "userhost-in-names", "multi-prefix", address="2001:db8::7")
    irc.enter("#test", alice, bob)
    shown = "@alice!alice@127.0.0.1 bob!bob@2001:db8::7"
    assert params(bob.ask("NAMES #test"), "353") == [["bob", "=", "#test", shown]]


@pytest.mark.parametrize("caps", [(), ("userhost-in-names", "multi-prefix")])
def test_many_names_take_several_lines(irc: Irc, caps: tuple[str, ...]) -> None:
    """ "the server returns one of more RPL_NAMREPLY numerics containing the users joined to the channel and a single
    RPL_ENDOFNAMES numeric."

    https://modern.ircdocs.horse/#names-message
    """
    nicks = [f"somebody{number:02}" for number in range(60)]
    irc.room("#test", *nicks)
    reader = irc.connect("reader", *caps)
    reader.send("NAMES #test")
    lines = reader.lines()
    assert all(len(line.encode()) <= 510 for line in lines)
    names = [word for line in lines[:-1] for word in line.split(" :", 1)[1].split(" ")]
    assert [name.lstrip("@").partition("!")[0] for name in names] == nicks
    assert [line.split()[1] for line in lines] == ["353"] * (len(lines) - 1) + ["366"]
