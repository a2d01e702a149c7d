"""MODE of channels and users."""

import pytest

from tests.support.irc import Client, Irc, commands, params


@pytest.fixture
def alice(irc: Irc) -> Client:
    """The operator of #test, where bob is a member."""
    return irc.room("#test", "alice", "bob")[0]


@pytest.mark.parametrize("caps", [(), ("standard-replies",)])
def test_changes_over_the_limit_are_told_of(caps: tuple[str, ...]) -> None:
    """ "MODES … Indicates the maximum number of modes with parameters … that can be set using a single MODE command":
    what a client says beyond it is not left out silently.

    https://modern.ircdocs.horse/#modes-parameter
    """
    irc = Irc(limits={"modes_per_command": 3})
    alice = irc.connect("alice", *caps)
    irc.enter("#test", alice)
    *_, change, told = alice.ask("MODE #test +bbbb a!*@* b!*@* c!*@* d!*@*")
    assert change.params == ["#test", "+bbb", "a!*@*", "b!*@*", "c!*@*"]
    text = "Only the first 3 changes were looked at: say the others in another MODE"
    expected = ["MODE", "TOO_MANY_CHANGES", "#test"] if caps else ["alice"]
    assert (told.command, told.params) == ("WARN" if caps else "NOTICE", [*expected, text])
    assert commands(alice.ask("MODE #test +bbb e!*@* f!*@* g!*@*")) == ["MODE"]


def modes(client: Client) -> list[str]:
    """Return what RPL_CHANNELMODEIS says of #test."""
    return params(client.ask("MODE #test"), "324")[0][2:]


def test_a_change_is_told_to_all_members(irc: Irc) -> None:
    """ "When the server is done processing the modes, a MODE command is sent to all members of the channel containing
    the mode changes."

    https://modern.ircdocs.horse/#mode-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.send("MODE #TEST +o-t+lv bob 5 BOB")
    line = ":alice!alice@127.0.0.1 MODE #test +o-t+lv bob 5 bob"
    assert alice.lines() == bob.lines() == [line]


def test_asking_for_the_modes(irc: Irc, alice: Client) -> None:
    """ "If <modestring> is not given, the RPL_CHANNELMODEIS numeric is returned. Servers MAY choose to hide sensitive
    information such as channel keys when sending the current modes. Servers MAY also return the RPL_CREATIONTIME
    numeric following RPL_CHANNELMODEIS."

    https://modern.ircdocs.horse/#mode-message
    """
    irc.wait(50)
    alice.ask("MODE #test +kl-t secret 7")
    got = alice.ask("MODE #test")
    assert params(got, "324") == [["alice", "#test", "+nkl", "secret", "7"]]
    assert params(got, "329") == [["alice", "#test", "1700000000"]]
    assert modes(irc.connect("outsider")) == ["+nkl", "*", "7"]


def test_all_modes_can_be_taken_off_at_once(alice: Client) -> None:
    """ "Type D: Modes that change a setting on a channel. These modes MUST NOT have a parameter."

    https://modern.ircdocs.horse/#mode-message
    """
    assert params(alice.ask("MODE #test +ims"), "MODE") == [["#test", "+ims"]]
    assert modes(alice) == ["+imnst"]
    assert params(alice.ask("MODE #test -imnst"), "MODE") == [["#test", "-imnst"]]
    assert modes(alice) == ["+"]


def test_what_changes_nothing_is_not_told(alice: Client) -> None:
    """ "a MODE command is sent to all members of the channel containing the mode changes"

    https://modern.ircdocs.horse/#mode-message
    """
    assert alice.ask("MODE #test +nt-ikl+o-v x alice bob", "MODE #test -b nobody!*@*") == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("+o-o bob bob", []),
        ("+v-v+v bob bob bob", ["+v", "bob"]),
        ("+i-i", []),
        ("+l-l+l 3 4", ["+l", "4"]),
        ("+b-b x X!*@*", []),
        ("-k+k old new", ["+k", "new"]),
    ],
)
def test_of_changes_of_one_thing_the_last_counts(alice: Client, line: str, shown: list[str]) -> None:
    """ "For type A, B, and C modes, arguments will be sequentially obtained from <mode arguments>."

    https://modern.ircdocs.horse/#mode-message
    """
    got = [answer[1:] for answer in params(alice.ask(f"MODE #test {line}"), "MODE")]
    assert got == ([shown] if shown else [])


def test_unknown_modes_do_not_stop_the_others(alice: Client) -> None:
    """ "Indicates that a mode character used by a client is not recognized by the server."

    https://modern.ircdocs.horse/#errunknownmode-472
    """
    got = alice.ask("MODE #test +p-y+i")
    assert params(got, "472") == [[*("alice", letter), "is unknown mode char to me"] for letter in "py"]
    assert params(got, "MODE") == [["#test", "+i"]]
    for odd in (":", " ", "é"):
        [answer] = alice.ask(f"MODE #test :+{odd}")
        assert (answer.command, len(answer.params)) == ("472", 3)


def test_who_may_change_modes(irc: Irc, alice: Client) -> None:
    """ "If a user does not have appropriate privileges to change modes on the target channel, the server MUST not
    process the message, and ERR_CHANOPRIVSNEEDED numeric is returned."

    https://modern.ircdocs.horse/#mode-message
    """
    outsider, member = irc.connect("outsider"), irc.connect("member")
    irc.enter("#test", member)
    alice.ask("MODE #test +v member")
    member.read()
    for line in ("+i", "-t", "+t", "+o member", "-v member", "+b x", "+p"):
        assert commands(member.ask(f"MODE #test {line}")) == ["482"]
        assert params(outsider.ask(f"MODE #test {line}"), "442") == [
            ["outsider", "#test", "You're not on that channel"]
        ]
    assert modes(alice) == ["+nt"]


def test_channels_that_are_not_there(irc: Irc, alice: Client) -> None:
    """ "If <target> is a channel that does not exist on the network, the ERR_NOSUCHCHANNEL numeric is returned."

    https://modern.ircdocs.horse/#mode-message
    """
    alice.ask("MODE #test +s")
    outsider = irc.connect("outsider")
    for line in ("MODE #nowhere", "MODE #nowhere +o outsider", "MODE #test", "MODE #test +b"):
        assert commands(outsider.ask(line)) == ["403"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("+o nobody", ["401", "nobody"]),
        ("+v outsider", ["441", "outsider", "#test"]),
        ("+o", ["696", "#test", "o", "*"]),
        ("-v", ["696", "#test", "v", "*"]),
        ("+k", ["696", "#test", "k", "*"]),
        ("+l", ["696", "#test", "l", "*"]),
        ("+l 0", ["696", "#test", "l", "0"]),
        ("+l -1", ["696", "#test", "l", "-1"]),
        ("+l ٣", ["696", "#test", "l", "٣"]),
        ("+l abc", ["696", "#test", "l", "abc"]),
        ("+l 99999999999", ["696", "#test", "l", "99999999999"]),
        ("+l :a b", ["696", "#test", "l", "a"]),
        ("+l :", ["696", "#test", "l", "*"]),
        ("+k :pass phrase", ["525", "#test"]),
        ("+k a,b", ["525", "#test"]),
        ("+k ::x", ["525", "#test"]),
        ("+k " + "x" * 33, ["525", "#test"]),
        ("+b ::x", ["696", "#test", "b", "*"]),
        ("+b :a b", ["696", "#test", "b", "*"]),
    ],
)
def test_parameters_that_will_not_do(irc: Irc, alice: Client, line: str, answer: list[str]) -> None:
    """ "Indicates that there was a problem with a mode parameter. Replaces various implementation-specific
    mode-specific numerics."

    https://modern.ircdocs.horse/#errinvalidmodeparam-696
    """
    irc.connect("outsider")
    [got] = alice.ask(f"MODE #test {line}")
    assert [got.command, *got.params[1:-1]] == answer
    assert modes(alice) == ["+nt"]


def test_key(irc: Irc, alice: Client) -> None:
    """ "If they do not supply a <key>, or the key they supply does not match the value of this mode, they will receive
    an ERR_BADCHANNELKEY reply and the command will fail."

    https://modern.ircdocs.horse/#key-channel-mode
    """
    carol = irc.connect("carol")
    assert params(alice.ask("MODE #test +k Key1"), "MODE") == [["#test", "+k", "Key1"]]
    for line in ("JOIN #test", "JOIN #test key1", "JOIN #test ,Key1"):
        assert params(carol.ask(line), "475") == [["carol", "#test", "Cannot join channel (+k): wrong or missing key"]]
    assert params(carol.ask("JOIN #test Key1"), "JOIN") == [["#test"]]
    carol.ask("PART #test")
    assert params(alice.ask("MODE #test -k anything"), "MODE") == [["#test", "-k", "Key1"]]
    assert params(carol.ask("JOIN #test"), "JOIN") == [["#test"]]


def test_limit(irc: Irc, alice: Client) -> None:
    """ "If this mode is set on a channel, and the number of users joined to that channel matches or exceeds the value
    of this mode, new users cannot join that channel."

    https://modern.ircdocs.horse/#client-limit-channel-mode
    """
    carol = irc.connect("carol")
    assert params(alice.ask("MODE #test +l 1"), "MODE") == [["#test", "+l", "1"]]
    assert params(carol.ask("JOIN #test"), "471") == [["carol", "#test", "Cannot join channel (+l): it is full"]]
    assert len(irc.core.world.channels["#test"].members) == 2, "nobody is put out"
    assert params(alice.ask("MODE #test +l 003"), "MODE") == [["#test", "+l", "3"]]
    assert params(carol.ask("JOIN #test"), "JOIN")
    assert params(alice.ask("MODE #test -l"), "MODE") == [["#test", "-l"]]


def test_moderated(irc: Irc, alice: Client) -> None:
    """ "If this mode is set on a channel, only users who have channel privileges may send messages to that channel."

    https://modern.ircdocs.horse/#moderated-channel-mode
    """
    carol = irc.connect("carol")
    irc.enter("#test", carol)
    alice.ask("MODE #test +m")
    carol.read()
    assert params(carol.ask("PRIVMSG #test :hi"), "404") == [["carol", "#test", "Cannot send to channel"]]
    alice.ask("MODE #test +v carol")
    carol.read()
    assert carol.ask("PRIVMSG #test :hi") == []
    assert params(alice.read(), "PRIVMSG") == [["#test", "hi"]]


def test_no_external_messages(irc: Irc, alice: Client) -> None:
    """ "If this mode is enabled, users MUST be joined to the channel in order to send private messages and notices to
    the channel. If this mode is enabled and they try to send one of these to a channel they are not joined to, they
    will receive an ERR_CANNOTSENDTOCHAN numeric"

    https://modern.ircdocs.horse/#no-external-messages-mode
    """
    outsider = irc.connect("outsider")
    assert params(outsider.ask("PRIVMSG #test :hi"), "404") == [["outsider", "#test", "Cannot send to channel"]]
    alice.ask("MODE #test -n")
    assert outsider.ask("PRIVMSG #test :hi") == []
    assert params(alice.read(), "PRIVMSG") == [["#test", "hi"]]
    alice.ask("MODE #test +b outsider!*@*")
    assert commands(outsider.ask("PRIVMSG #test :hi")) == ["404"]


def test_prefix_modes(irc: Irc, alice: Client) -> None:
    """ "Users with this mode may perform channel moderation tasks such as kicking users, applying channel modes, and
    set other users to operator (or lower) status."

    https://modern.ircdocs.horse/#operator-prefix
    """
    carol = irc.connect("carol")
    irc.enter("#test", carol)
    assert params(alice.ask("MODE #test +o carol"), "MODE") == [["#test", "+o", "carol"]]
    carol.read()
    assert params(carol.ask("MODE #test -o alice"), "MODE") == [["#test", "-o", "alice"]]
    assert params(carol.ask("MODE #test -o carol"), "MODE") == [["#test", "-o", "carol"]]
    assert commands(carol.ask("MODE #test +o carol")) == ["482"]


@pytest.mark.parametrize(
    ("line", "joined"),
    [
        ("+b carol!*@*", False),
        ("+b *!*@127.*", False),
        ("+b CAR?L", False),
        ("+b *!c*@*", False),
        ("+b dave", True),
        ("+be carol carol", True),
        ("+be *!*@* *arol!*@*", True),
    ],
)
def test_bans(irc: Irc, alice: Client, line: str, joined: bool) -> None:
    """ "their nickmask (the combination of nick!user@host) is compared with each banned client mask set with this mode.
    If they match one of these banned masks, they will receive an ERR_BANNEDFROMCHAN reply and the JOIN command will
    fail."

    https://modern.ircdocs.horse/#ban-channel-mode
    """
    carol = irc.connect("carol")
    alice.ask(f"MODE #test {line}")
    got = carol.ask("JOIN #test")
    assert bool(params(got, "JOIN")) is joined
    text = "Cannot join channel (+b): you are banned"
    assert params(got, "474") == ([] if joined else [["carol", "#test", text]])


def test_bans_of_real_addresses(irc: Irc, alice: Client) -> None:
    """ "This channel mode controls a list of client masks that are 'banned' from joining or speaking in the channel."

    https://modern.ircdocs.horse/#ban-channel-mode
    """
    alice.ask("MODE #test +b *!*@::1")
    assert commands(irc.connect("carol", address="::1").ask("JOIN #test")) == ["474"]


def test_a_ban_can_be_taken_back_in_other_letters(irc: Irc, alice: Client) -> None:
    """ "These modes MUST always have a parameter when sent from the server to a client."

    https://modern.ircdocs.horse/#mode-message
    """
    assert params(alice.ask("MODE #test +b Carol"), "MODE") == [["#test", "+b", "Carol!*@*"]]
    assert alice.ask("MODE #test +b cAROL!*@*") == []
    assert params(alice.ask("MODE #test -b carol"), "MODE") == [["#test", "-b", "Carol!*@*"]]


@pytest.mark.parametrize(
    ("letter", "entry", "end", "text"),
    [
        ("b", "367", "368", "End of channel ban list"),
        ("e", "348", "349", "End of channel exception list"),
        ("I", "346", "347", "End of channel invite exception list"),
    ],
)
def test_lists(irc: Irc, alice: Client, letter: str, entry: str, end: str, text: str) -> None:
    """ "A client MAY issue this type of mode without an argument to obtain the current contents of the list."

    https://modern.ircdocs.horse/#mode-message
    """
    assert params(alice.ask(f"MODE #test {letter}"), end) == [["alice", "#test", text]]
    alice.ask(f"MODE #test +{letter}{letter} one!*@* two!*@*")
    expected = [["alice", "#test", f"{nick}!*@*", "alice!alice@127.0.0.1", "1700000000"] for nick in ("one", "two")]
    got = alice.ask(f"MODE #test +{letter}")
    assert params(got, entry, end) == [*expected, ["alice", "#test", text]]
    outsider = irc.connect("outsider")
    assert len(params(outsider.ask(f"MODE #test {letter}"), entry)) == (2 if letter == "b" else 0)
    assert len(params(outsider.ask(f"MODE #test -{letter}"), end)) == 1


def test_members_that_are_no_operators_may_read_lists(irc: Irc, alice: Client) -> None:
    """ "the contents of the list MUST be sent to the user, unless it contains sensitive information the user is not
    allowed to access."

    https://modern.ircdocs.horse/#mode-message
    """
    alice.ask("MODE #test +beI a b c")
    member = irc.connect("member")
    irc.enter("#test", member)
    assert commands(member.ask("MODE #test beI")) == ["367", "368", "348", "349", "346", "347"]


def test_invite_exceptions(irc: Irc, alice: Client) -> None:
    """ "If their nickmask matches any one of the masks set by this mode, and the channel is in invite-only mode, they
    do not need to require an INVITE in order to join the channel."

    https://modern.ircdocs.horse/#invite-exception-channel-mode
    """
    carol = irc.connect("carol")
    alice.ask("MODE #test +iI CAROL!*@*")
    assert params(carol.ask("JOIN #test"), "JOIN")
    carol.ask("PART #test")
    alice.ask("MODE #test -I carol")
    assert commands(carol.ask("JOIN #test")) == ["473"]


def test_lists_have_an_end() -> None:
    """ "<limit> is a positive integer specifying the maximum number of entries that all of the modes in <modes>,
    combined, may set on a channel."

    https://modern.ircdocs.horse/#maxlist-parameter
    """
    alice = Irc(limits={"list_entries": 3}).connect("alice")
    alice.ask("JOIN #test")
    got = alice.ask("MODE #test +bbeb a b c d")
    assert params(got, "MODE") == [["#test", "+bbe", "a!*@*", "b!*@*", "c!*@*"]]
    assert params(got, "478") == [["alice", "#test", "d!*@*", "Channel list is full"]]
    assert params(alice.ask("MODE #test -b+b a d"), "478"), "what goes makes room for the next command"


def test_more_modes_than_a_command_may_have() -> None:
    """ "The MODES parameter specifies how many 'variable' modes may be set on a channel by a single MODE command from a
    client."

    https://modern.ircdocs.horse/#modes-parameter
    """
    alice = Irc(limits={"modes_per_command": 3}).connect("alice")
    alice.ask("JOIN #test")
    assert params(alice.ask("MODE #test +bbbb a b c d"), "MODE") == [["#test", "+bbb", "a!*@*", "b!*@*", "c!*@*"]]


def test_changes_that_do_not_fit_on_a_line(irc: Irc) -> None:
    """ "Most IRC servers limit messages to 512 bytes in length, including the trailing CR-LF characters."

    https://modern.ircdocs.horse/#message-format
    """
    alice, bob = irc.room("#" + "c" * 60, "alice", "bob")
    masks = [f"{letter * 30}!*@*" for letter in "abcdefghijkl"]
    alice.send(f"MODE #{'c' * 60} +{'b' * len(masks)} {' '.join(mask.partition('!')[0] for mask in masks)}")
    lines = bob.lines()
    assert len(lines) > 1
    assert all(len(line) <= 510 for line in lines)
    shown = [line.split(" ")[3:] for line in lines]
    assert [len(words[0]) - 1 for words in shown] == [len(words) - 1 for words in shown]
    assert [mask for words in shown for mask in words[1:]] == masks


def test_a_new_channel_has_the_modes_of_the_settings() -> None:
    """ "On most servers, newly-created channels have then protected topic "+t" and no external messages "+n" modes
    enabled, but exactly what modes new channels are given is up to the server."

    https://modern.ircdocs.horse/#regular-channels-
    """
    alice = Irc(channels={"default_modes": "ins"}).connect("alice")
    alice.ask("JOIN #test")
    assert modes(alice) == ["+ins"]


def test_own_modes(irc: Irc) -> None:
    """ "If <modestring> is given, the supplied modes will be applied, and a MODE message will be sent to the user
    containing the changed modes. If one or more modes sent are not implemented on the server, the server MUST apply the
    modes that are implemented, and then send the ERR_UMODEUNKNOWNFLAG in reply along with the MODE message."

    https://modern.ircdocs.horse/#user-mode
    """
    alice = irc.connect("alice")
    assert params(alice.ask("MODE ALICE"), "221") == [["alice", "+"]]
    alice.send("MODE alice +wiZ")
    assert alice.lines() == [
        ":alice!alice@127.0.0.1 MODE alice +iw",
        ":trialogue.local 501 alice :Unknown MODE flag",
    ]
    assert params(alice.ask("MODE alice"), "221") == [["alice", "+iw"]]
    assert params(alice.ask("MODE alice -i"), "MODE") == [["alice", "-i"]]
    assert alice.ask("MODE alice -i+w") == []


def test_nobody_makes_themselves_operator(irc: Irc) -> None:
    """ "If a user has this mode, this indicates that they are a network operator."

    https://modern.ircdocs.horse/#oper-user-mode
    """
    alice = irc.connect("alice")
    assert alice.ask("MODE alice +o") == []
    assert params(alice.ask("MODE alice"), "221") == [["alice", "+"]]


def test_modes_of_others(irc: Irc) -> None:
    """ "If <target> is a nickname that does not exist on the network, the ERR_NOSUCHNICK numeric is returned. If
    <target> is a different nick than the user who sent the command, the ERR_USERSDONTMATCH numeric is returned."

    https://modern.ircdocs.horse/#user-mode
    """
    alice, _ = irc.connect("alice"), irc.connect("bob")
    assert params(alice.ask("MODE nobody"), "401") == [["alice", "nobody", "No such nick or channel"]]
    for line in ("MODE bob", "MODE bob +i"):
        assert params(alice.ask(line), "502") == [["alice", "Can't change or view the modes of other users"]]


def test_mode_without_a_target(irc: Irc) -> None:
    """ "Not enough parameters"  https://modern.ircdocs.horse/#errneedmoreparams-461"""
    assert params(irc.connect("alice").ask("MODE"), "461") == [["alice", "MODE", "Not enough parameters"]]
