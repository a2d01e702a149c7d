"""PASS NICK USER: from a connection to a user."""

import pytest

from tests.support.irc import Irc, commands, params


def test_welcome_comes_in_the_order_of_the_specification(irc: Irc) -> None:
    """ "Upon successful completion of the registration process, the server MUST send, in this order, the RPL_WELCOME,
    RPL_YOURHOST, RPL_CREATED, RPL_MYINFO, and at least one RPL_ISUPPORT numeric to the client. The server SHOULD then
    respond as though the client sent the LUSERS command and return the appropriate numerics. [...] The server MUST then
    respond as though the client sent it the MOTD command"

    https://modern.ircdocs.horse/#connection-registration
    """
    alice = irc.open()
    alice.send("NICK alice", "USER alice 0 * :Alice")
    got = commands(alice.read())
    assert got[:4] == ["001", "002", "003", "004"]
    assert list(dict.fromkeys(got[4:])) == ["005", "251", "252", "253", "254", "255", "265", "266", "422"]


def test_long_lines_of_the_message_of_the_day_are_not_cut() -> None:
    """ "messages … MUST NOT exceed 512 bytes": what is longer takes several.

    https://modern.ircdocs.horse/#message-format
    """
    text = " ".join(f"word{number}" for number in range(200))
    alice = Irc(motd=(text, "", "end")).connect("alice")
    alice.send("MOTD")
    lines = [line.split(" 372 alice :- ")[1] for line in alice.lines() if " 372 " in line]
    assert len(lines) > 4
    assert " ".join(lines) == f"{text}  end"


def test_no_token_is_cut_however_long_names_are() -> None:
    """ "tokens … :are supported by this server" are whole on each line.

    https://modern.ircdocs.horse/#rplisupport-005
    """
    nick = "n" * 80
    settings = {"name": f"{'s' * 59}.org", "network": "N" * 280, "icon": f"https://{'i' * 280}"}
    irc = Irc(limits={"nick_length": 130}, server=settings)
    client = irc.open()
    client.send(f"NICK {nick}", "USER a 0 * :a")
    lines = [line for line in client.lines() if " 005 " in line]
    assert all(line.endswith(" :are supported by this server") for line in lines)
    assert any(f"NETWORK={'N' * 280} " in line for line in lines)


def test_shape_of_the_welcome(irc: Irc) -> None:
    """ "<client> <servername> <version> <available user modes> <available channel modes> [<channel modes with a
    parameter>]"

    https://modern.ircdocs.horse/#rplmyinfo-004
    """
    alice = irc.open()
    alice.send("NICK alice", "USER alice 0 * :Alice")
    got = alice.read()
    assert params(got, "001") == [["alice", "Welcome to the Trialogue network, alice!alice@127.0.0.1"]]
    assert params(got, "004") == [["alice", "trialogue.local", "Trialogue-test", "BRiow", "CIMRbeiklmnostv", "Ibeklov"]]


def test_message_of_the_day_is_part_of_the_welcome() -> None:
    """ "If the MOTD can be found, one RPL_MOTDSTART numeric is returned, followed by one or more RPL_MOTD numeric,
    then one RPL_ENDOFMOTD numeric."

    https://modern.ircdocs.horse/#motd-message
    """
    alice = Irc(motd=("Be kind.", "")).open()
    alice.send("NICK alice", "USER alice 0 * :Alice")
    got = alice.read()
    assert commands(got)[-4:] == ["375", "372", "372", "376"]
    assert params(got, "372") == [["alice", "- Be kind."], ["alice", "- "]]


def test_isupport_has_13_tokens_to_a_line_and_no_twins(irc: Irc) -> None:
    """ "As the maximum number of message parameters to any reply is 15, the maximum number of RPL_ISUPPORT tokens that
    can be advertised is 13."

    https://modern.ircdocs.horse/#rplisupport-005
    """
    alice = irc.open()
    alice.send("NICK alice", "USER alice 0 * :Alice")
    lines = params(alice.read(), "005")
    tokens = [token for line in lines for token in line[1:-1]]
    assert all(len(line) <= 15 and line[0] == "alice" for line in lines)
    assert {line[-1] for line in lines} == {"are supported by this server"}
    names = [token.partition("=")[0] for token in tokens]
    assert len(set(names)) == len(names)
    assert names == [name.upper() for name in names]
    assert {"CASEMAPPING=ascii", "PREFIX=(ov)@+", "CHANMODES=Ibe,k,l,CMRimnst", "STATUSMSG=@+", "WHOX"} <= set(tokens)


def test_commands_before_registration_are_refused(irc: Irc) -> None:
    """ "Until registration is complete, only a limited subset of commands SHOULD be accepted by the server."

    https://modern.ircdocs.horse/#connection-registration
    """
    alice = irc.open()
    assert params(alice.ask("JOIN #test"), "451") == [["*", "You have not registered"]]
    assert not irc.core.world.channels


def test_user_and_pass_after_registration_are_refused(irc: Irc) -> None:
    """ "If a client tries to send the USER command after they have already completed registration with the server, the
    ERR_ALREADYREGISTERED reply should be sent and the attempt should fail."

    https://modern.ircdocs.horse/#user-message
    """
    alice = irc.connect("alice")
    assert params(alice.ask("USER other 0 * :Other"), "462") == [["alice", "You may not reregister"]]
    assert params(alice.ask("PASS secret"), "462") == [["alice", "You may not reregister"]]


@pytest.mark.parametrize("line", ["USER", "USER alice", "USER alice 0 *", "USER alice 0 * :", "USER  :"])
def test_user_needs_four_parameters_that_are_not_empty(irc: Irc, line: str) -> None:
    """ "The minimum length of <username> is 1, ie. it MUST NOT be empty. If it is empty, the server SHOULD reject the
    command with ERR_NEEDMOREPARAMS (even if an empty parameter is provided)"

    https://modern.ircdocs.horse/#user-message
    """
    alice = irc.open()
    assert params(alice.ask("NICK alice", line), "461") == [["alice", "USER", "Not enough parameters"]]


def test_username_is_cut_silently() -> None:
    """ "The maximum length of <username> may be specified by the USERLEN RPL_ISUPPORT parameter. If this length is
    advertised, the username MUST be silently truncated to the given length before being used."

    https://modern.ircdocs.horse/#user-message
    """
    alice = Irc(limits={"user_length": 4}).open()
    got = alice.ask("NICK alice", "USER alexander 0 * :Alice")
    assert any("USERLEN=4" in line for line in params(got, "005"))
    assert params(alice.ask("USERHOST alice"), "302") == [["alice", "alice=+alex@127.0.0.1"]]


def test_username_of_nothing_usable_gets_a_default(irc: Irc) -> None:
    """ "otherwise it MUST use a default value instead."  https://modern.ircdocs.horse/#user-message"""
    alice = irc.open()
    alice.send("NICK alice", "USER 🎈🎈 0 * :Alice")
    assert params(alice.ask("USERHOST alice"), "302") == [["alice", "alice=+user@127.0.0.1"]]


def test_second_and_third_parameter_of_user_mean_nothing(irc: Irc) -> None:
    """ "the meaning of these two parameters varies between different versions of the IRC protocol."

    https://modern.ircdocs.horse/#user-message
    """
    alice = irc.open()
    assert params(alice.ask("NICK alice", "USER u s e r"), "001")


@pytest.mark.parametrize("nick", ["alice", "Z", "[]{}\\|`_^", "a-1", "a" * 32])
def test_nicks_that_must_be_allowed(irc: Irc, nick: str) -> None:
    r""" "Servers MUST allow at least all alphanumerical characters, square and curly brackets ([]{}), backslashes (\),
    and pipe (|) characters in nicknames, and MAY disallow digits as the first character."

    https://modern.ircdocs.horse/#nick-message
    """
    irc.connect(nick)


@pytest.mark.parametrize("nick", ["*", "#a", "@a", "+a", "1a", "-a", "a b", "a!b", "a@b", "a,b", "ä", "a" * 33, ":a"])
def test_nicks_that_must_not_be(irc: Irc, nick: str) -> None:
    """ "If the server does not accept the new nickname supplied by the client as valid (for instance, due to
    containing invalid characters), it should issue an ERR_ERRONEUSNICKNAME numeric and ignore the NICK command."

    https://modern.ircdocs.horse/#nick-message
    """
    alice = irc.connect("alice")
    shown = nick.partition(" ")[0].lstrip(":")
    assert params(alice.ask(f"NICK :{nick}"), "432") == [["alice", shown, "Erroneous nickname"]]
    assert irc.core.world.user("alice") is not None


def test_nick_of_other_scripts_by_a_setting() -> None:
    """ "Servers MAY allow extra characters, as long as they do not introduce ambiguity in other commands"

    https://modern.ircdocs.horse/#nick-message
    """
    irc = Irc(server={"utf8_names": True})
    alice = irc.connect("Ångström")
    bob = irc.connect("bob")
    assert params(bob.ask("NICK ångström"), "433") == [["bob", "ångström", "Nickname is already in use"]]
    assert params(bob.ask("NICK a\u202eb"), "432"), "no invisible characters"
    assert params(bob.ask("PRIVMSG ÅNGSTRÖM :hej"), "401") == []
    assert params(alice.read(), "PRIVMSG") == [["Ångström", "hej"]]


@pytest.mark.parametrize("line", ["NICK", "NICK :"])
def test_nick_without_a_nick(irc: Irc, line: str) -> None:
    """ "If the server does not receive the <nickname> parameter with the NICK command, it should issue an
    ERR_NONICKNAMEGIVEN numeric and ignore the NICK command."

    https://modern.ircdocs.horse/#nick-message
    """
    assert params(irc.open().ask(line), "431") == [["*", "No nickname given"]]


def test_nick_that_is_in_use(irc: Irc) -> None:
    """ "If the server receives a NICK command from a client where the desired nickname is already in use on the
    network, it should issue an ERR_NICKNAMEINUSE numeric and ignore the NICK command."

    https://modern.ircdocs.horse/#nick-message
    """
    irc.connect("alice")
    bob = irc.connect("bob")
    assert params(bob.ask("NICK ALICE"), "433") == [["bob", "ALICE", "Nickname is already in use"]]
    late = irc.open()
    assert params(late.ask("NICK Alice"), "433") == [["*", "Alice", "Nickname is already in use"]]
    assert params(late.ask("USER late 0 * :Late", "NICK late"), "001")


def test_two_who_want_one_nick_before_either_has_it(irc: Irc) -> None:
    """ "As nicknames across an IRC network MUST be unique"  https://modern.ircdocs.horse/#kill-message"""
    one, other = irc.open(), irc.open()
    one.send("NICK foo")
    other.send("NICK foo")
    assert params(one.ask("USER one 0 * :One"), "001")
    assert params(other.ask("USER other 0 * :Other"), "433") == [["*", "foo", "Nickname is already in use"]]
    assert params(other.ask("NICK bar"), "001")


def test_change_of_nick_is_told_to_those_who_share_a_channel(irc: Irc) -> None:
    """ "The NICK message may be sent from the server to clients to acknowledge their NICK command was successful, and
    to inform other clients about the change of nickname. In these cases, the <source> of the message will be the old
    nickname [ [ "!" user ] "@" host ] of the user who is changing their nickname."

    https://modern.ircdocs.horse/#nick-message
    """
    alice, bob = irc.room("#test", "alice", "bob")
    irc.enter("#second", alice, bob)
    carol = irc.connect("carol")
    alice.send("NICK alicia")
    line = ":alice!alice@127.0.0.1 NICK alicia"
    assert (alice.lines(), bob.lines(), carol.lines()) == ([line], [line], [])


def test_change_of_case_only(irc: Irc) -> None:
    """ "Names of IRC entities (clients, servers, channels) are casemapped."

    https://modern.ircdocs.horse/#client-to-server-protocol-structure
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.send("NICK Alice")
    assert alice.lines() == bob.lines() == [":alice!alice@127.0.0.1 NICK Alice"]
    alice.send("NICK Alice")
    assert alice.lines() == bob.lines() == []
    assert params(bob.ask("WHOWAS alice"), "406"), "nobody has left that nick"


def test_a_nick_is_free_as_soon_as_it_is_left(irc: Irc) -> None:
    """ "The NICK command is used to give the client a nickname or change the previous one."

    https://modern.ircdocs.horse/#nick-message
    """
    alice = irc.connect("alice")
    alice.send("NICK alicia")
    irc.connect("ALICE").send("QUIT")
    irc.connect("alice")


def test_a_banned_member_keeps_their_nick(irc: Irc) -> None:
    """ "This channel mode controls a list of client masks that are 'banned' from joining or speaking in the channel."

    A change of nick would evade the ban.  https://modern.ircdocs.horse/#ban-channel-mode
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.send("MODE #test +b bob!*@*")
    text = "Cannot change nickname while banned on channel: leave it first"
    assert params(bob.ask("NICK rob"), "435") == [["bob", "rob", "#test", text]]
    assert params(bob.ask("NICK Bob"), "NICK") == [["Bob"]], "the same nick in other letters is still banned"
    alice.send("MODE #test +v bob")
    assert params(bob.ask("NICK rob"), "NICK") == [["rob"]]


PASSWORD = {"password": "sesame"}


def test_the_right_password() -> None:
    """ "The password supplied must match the one defined in the server configuration. It is possible to send multiple
    PASS commands before registering but only the last one sent is used for verification"

    https://modern.ircdocs.horse/#pass-message
    """
    alice = Irc(server=PASSWORD).open()
    assert params(alice.ask("PASS wrong", "PASS sesame", "NICK alice", "USER a 0 * :A"), "001")


@pytest.mark.parametrize("line", ["PASS wrong", "PASS :", "PASS", "PING x"])
def test_a_wrong_password_or_none(line: str) -> None:
    """ "If the password supplied does not match the password expected by the server, then the server SHOULD send
    ERR_PASSWDMISMATCH and MAY then close the connection with ERROR."

    https://modern.ircdocs.horse/#pass-message
    """
    irc = Irc(server=PASSWORD)
    alice = irc.open()
    got = alice.ask(line, "NICK alice", "USER a 0 * :A")
    assert commands(got)[-2:] == ["464", "ERROR"]
    assert params(got, "464") == [["alice", "Password incorrect"]]
    assert alice.sink.finished
    assert irc.core.world.user("alice") is None


def test_autojoin_rooms_come_after_the_welcome() -> None:
    """ "The server MAY send other numerics and messages."  https://modern.ircdocs.horse/#connection-registration"""
    irc = Irc(channels={"autojoin": ["#lobby"]})
    irc.connect("alice")
    bob = irc.open()
    bob.send("NICK bob", "USER bob 0 * :Bob")
    got = commands(bob.read())
    assert got[got.index("422") + 1 :] == ["JOIN", "353", "366"]


def test_quit_before_registration_is_answered_and_frees_everything(irc: Irc) -> None:
    """ "The QUIT command is used to terminate a client's connection to the server. The server acknowledges this by
    replying with an ERROR message and closing the connection to the client."

    https://modern.ircdocs.horse/#quit-message
    """
    probe = irc.open()
    assert params(probe.ask("NICK alice", "QUIT :chkport"), "ERROR") == [["Closing link (127.0.0.1): Quit: chkport"]]
    assert probe.sink.finished
    alice = irc.connect("alice")
    assert params(alice.ask("LUSERS"), "253") == [["alice", "0", "unknown connection(s)"]]
    assert probe.ask("NICK alicia") == [], "nothing that it sends counts any more"
