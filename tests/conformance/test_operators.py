"""OPER KILL WALLOPS REHASH DIE."""

import msgspec
import pytest

from tests.support.irc import OPERATORS, Irc, commands, params
from trialogue_server.commands.effects import Reloaded, StopServer
from trialogue_server.store import passwords


@pytest.fixture
def irc() -> Irc:
    """A server with operators."""
    return Irc(operators=OPERATORS)


def test_oper(irc: Irc) -> None:
    """ "If the supplied name and password are both correct, and the user is connecting from a valid host, the
    RPL_YOUREOPER message is sent to the user. The user will also receive a MODE message indicating their new user
    modes"

    https://modern.ircdocs.horse/#oper-message
    """
    alice = irc.connect("alice")
    alice.send("OPER root frenchfries")
    assert alice.lines() == [
        ":trialogue.local 381 alice :You are now an IRC operator",
        ":alice!alice@127.0.0.1 MODE alice +o",
    ]
    assert params(alice.ask("MODE alice"), "221") == [["alice", "+o"]]


@pytest.mark.parametrize("line", ["OPER root wrong", "OPER nobody frenchfries", "OPER ROOT frenchfries", "OPER root :"])
def test_oper_refused(irc: Irc, line: str) -> None:
    """ "If the client does not send the correct password for the given name, the server replies with an
    ERR_PASSWDMISMATCH message and the request is not successful."

    https://modern.ircdocs.horse/#oper-message
    """
    alice = irc.connect("alice")
    [answer] = alice.ask(line)
    assert (answer.command, answer.params[0]) == (("464" if not line.endswith(":") else "461"), "alice")
    assert params(alice.ask("MODE alice"), "221") == [["alice", "+"]]


@pytest.mark.parametrize("line", ["OPER", "OPER root"])
def test_oper_needs_both_parameters(irc: Irc, line: str) -> None:
    """ "Both parameters are required for the command to be successful."  https://modern.ircdocs.horse/#oper-message"""
    assert params(irc.connect("alice").ask(line), "461") == [["alice", "OPER", "Not enough parameters"]]


def test_oper_from_a_valid_host_alone() -> None:
    """ "If the client is not connecting from a valid host for the given name, the server replies with an
    ERR_NOOPERHOST message and the request is not successful."

    https://modern.ircdocs.horse/#oper-message
    """
    entry = {"name": "root", "password": passwords.hash_password("frenchfries"), "masks": ["*@192.0.2.*", "al?ce@*"]}
    irc = Irc(operators=[entry])
    text = "No operator entry for your name and host"
    assert params(irc.connect("bob").ask("OPER root frenchfries"), "491") == [["bob", text]]
    assert not irc.performed, "no password is looked at"
    assert commands(irc.connect("carol", address="192.0.2.7").ask("OPER root frenchfries")) == ["381", "MODE"]
    assert commands(irc.connect("alice").ask("OPER root frenchfries")) == ["381", "MODE"]


def test_stepping_down(irc: Irc) -> None:
    """ "User mode letters are always Type D modes."  https://modern.ircdocs.horse/#mode-message"""
    root, _ = irc.oper("root"), irc.connect("bob")
    assert params(root.ask("MODE root -o"), "MODE") == [["root", "-o"]]
    assert commands(root.ask("KILL bob :x")) == ["481"]
    assert params(root.ask("LUSERS"), "252") == [["root", "0", "operator(s) online"]]


@pytest.mark.parametrize("line", ["KILL bob :x", "KILL", "KILL alice", "WALLOPS :x", "WALLOPS", "REHASH", "DIE"])
def test_commands_for_operators(irc: Irc, line: str) -> None:
    """ "Indicates that the command failed because the user is not an IRC operator."

    https://modern.ircdocs.horse/#errnoprivileges-481
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    assert params(alice.ask(line), "481") == [["alice", "Permission denied: you are no operator"]]
    assert not bob.sink.finished
    assert not any(isinstance(effect, StopServer) for effect in irc.performed)


def test_privileges_are_given_one_by_one(irc: Irc) -> None:
    """ "Sent by a server to alert an IRC operator that they they do not have the specific operator privilege required
    by this server/network to perform the command or action they requested."

    https://modern.ircdocs.horse/#errnoprivs-723
    """
    guard = irc.oper("guard", name="guard")
    text = "Permission denied: your operator entry does not give you this privilege"
    for command in ("DIE", "REHASH", "WALLOPS"):
        assert params(guard.ask(f"{command} x"), "723") == [["guard", command.lower(), text]]


def test_kill(irc: Irc) -> None:
    """ "When a KILL command is used, the client being killed receives the KILL message, and the <source> of the message
    SHOULD be the operator who performed the command. The user being killed and every user sharing a channel with them
    receives a QUIT message [...] The <reason> on this QUIT message typically has the form: "Killed (<killer>
    (<reason>))" [...] The user being killed then receives the ERROR message"

    https://modern.ircdocs.horse/#kill-message
    """
    root, (bob, carol) = irc.oper("root"), irc.room("#test", "bob", "carol")
    root.send("KILL BOB :too loud")
    assert bob.lines() == [
        ":root!root@127.0.0.1 KILL bob :too loud",
        ":bob!bob@127.0.0.1 QUIT :Killed (root (too loud))",
        "ERROR :Closing link (127.0.0.1): Killed (root (too loud))",
    ]
    assert bob.sink.finished
    assert bob.session.cause == "Killed", "the log gets no user's words"
    assert carol.lines() == [":bob!bob@127.0.0.1 QUIT :Killed (root (too loud))"]
    assert "QUIT" not in commands(root.read()), "they share no channel"
    irc.connect("bob")


def test_kill_of_nobody_or_for_no_reason(irc: Irc) -> None:
    """ "<comment> SHOULD reflect why the KILL was performed."  https://modern.ircdocs.horse/#kill-message"""
    root, bob = irc.oper("root"), irc.connect("bob")
    assert params(root.ask("KILL nobody :x"), "401") == [["root", "nobody", "No such nick or channel"]]
    assert params(root.ask("KILL"), "461") == [["root", "KILL", "Not enough parameters"]]
    root.send("KILL bob")
    assert params(bob.read(), "QUIT") == [["Killed (root (No reason given))"]]


def test_wallops_go_to_those_who_want_them(irc: Irc) -> None:
    """ "The WALLOPS command is used to send a message to all currently connected users who have set the 'w' user mode
    for themselves."

    https://modern.ircdocs.horse/#wallops-message
    """
    root, bob, carol = irc.oper("root"), irc.connect("bob"), irc.connect("carol")
    bob.ask("MODE bob +w")
    root.send("MODE root +w", "WALLOPS :hi everyone", "MODE root -w", "WALLOPS :again")
    line = ":root!root@127.0.0.1 WALLOPS :hi everyone"
    assert [text for text in root.lines() if " WALLOPS " in text] == [line]
    assert bob.lines() == [line, ":root!root@127.0.0.1 WALLOPS :again"]
    assert carol.lines() == []


def test_rehash(irc: Irc) -> None:
    """ "The REHASH command is an administrative command which can be used by an operator to force the local server to
    re-read and process its configuration file."

    https://modern.ircdocs.horse/#rehash-message
    """
    root = irc.oper("root")
    got = root.ask("REHASH")
    assert params(got, "382") == [["root", "config", "Rehashing"]]
    assert params(got, "NOTE") == [["REHASH", "RELOADED", "The new settings are in force"]]
    irc.reloaded = Reloaded(waiting=("listen.port", "tls.key"))
    ((_, _, text),) = params(root.ask("REHASH"), "NOTE")
    assert text == "The new settings are in force, but listen.port, tls.key, which need a restart"
    irc.reloaded = Reloaded("limits.nick_length must be at least 9")
    assert params(root.ask("REHASH"), "FAIL") == [["REHASH", "INVALID_CONFIG", "limits.nick_length must be at least 9"]]


def test_die(irc: Irc) -> None:
    """ "An operator can use the DIE command to shutdown the server." https://www.rfc-editor.org/rfc/rfc2812#section-4.3"""
    root = irc.oper("root")
    root.ask("DIE")
    assert irc.performed[-1] == StopServer("Shut down by root")


def test_operators_who_may_look_into_every_channel(irc: Irc) -> None:
    """ "To allow a reasonable amount of order to be kept within the IRC network, a special class of clients (operators)
    are allowed to perform general maintenance functions on the network."

    https://modern.ircdocs.horse/#operators
    """
    root, guard = irc.oper("root"), irc.oper("guard", name="guard")
    owner, member = irc.room("#test", "owner", "member")
    owner.ask("MODE #test +sk key")
    member.ask("MODE member +i")
    owner.read()
    assert commands(guard.ask("MODE #test", "TOPIC #test", "KICK #test member")) == ["403", "403", "403"]
    assert params(root.ask("MODE #test"), "324") == [["root", "#test", "+nstk", "key"]]
    assert params(root.ask("NAMES #test"), "353") == [["root", "@", "#test", "@owner member"]]
    assert params(root.ask("WHOIS member"), "319") == [["root", "member", "#test"]]
    root.send("MODE #test +o member", "KICK #test owner :enough")
    assert params(member.read(), "MODE", "KICK") == [["#test", "+o", "member"], ["#test", "owner", "enough"]]


def test_the_settings_name_all_privileges(irc: Irc) -> None:
    """ "the specific privileges granted to each operator"  https://modern.ircdocs.horse/#operators"""
    assert {"kill", "rehash", "die", "wallops", "channels"} <= set(irc.config.operators[0].privileges)
    assert msgspec.structs.asdict(irc.config.operators[1])["privileges"] == ("kill",)
