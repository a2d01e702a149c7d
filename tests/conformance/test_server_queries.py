"""LUSERS MOTD VERSION TIME INFO ADMIN LINKS HELP PING PONG."""

import pytest

from tests.support.irc import OPERATORS, Irc, commands, params

NOWHERE = "elsewhere.example"


def test_lusers() -> None:
    """ "Servers MUST reply with RPL_LUSERCLIENT and RPL_LUSERME, and SHOULD also include all those defined below."

    https://modern.ircdocs.horse/#lusers-message
    """
    irc = Irc(operators=OPERATORS)
    irc.oper("root").ask("MODE root +i", "JOIN #a,#b")
    irc.connect("gone").send("QUIT")
    irc.open().send("NICK half")
    alice = irc.connect("alice")
    assert [(message.command, *message.params[1:]) for message in alice.ask("LUSERS")] == [
        ("251", "There are 1 users and 1 invisible on 1 servers"),
        ("252", "1", "operator(s) online"),
        ("253", "1", "unknown connection(s)"),
        ("254", "2", "channels formed"),
        ("255", "I have 2 clients and 0 servers"),
        ("265", "2", "2", "Current local users 2, max 2"),
        ("266", "2", "2", "Current global users 2, max 2"),
    ]
    irc.connect("bob").send("QUIT")
    assert params(alice.ask("LUSERS"), "265") == [["alice", "2", "3", "Current local users 2, max 3"]]


def test_motd() -> None:
    """ "If the MOTD does not exist or could not be found, the ERR_NOMOTD numeric is returned."

    https://modern.ircdocs.horse/#motd-message
    """
    assert params(Irc().connect("alice").ask("MOTD"), "422") == [["alice", "There is no message of the day"]]
    alice = Irc(motd=("Be kind.",)).connect("alice")
    for line in ("MOTD", "MOTD trialogue.local", "MOTD alice"):
        assert commands(alice.ask(line)) == ["375", "372", "376"]


@pytest.mark.parametrize("command", ["MOTD", "VERSION", "TIME", "INFO", "ADMIN"])
def test_queries_to_servers(irc: Irc, command: str) -> None:
    """ "If <target> is given and a matching server cannot be found, the server will respond with the ERR_NOSUCHSERVER
    numeric and the command will fail." and "Wildcards are allowed in the <target> parameter."

    https://modern.ircdocs.horse/#version-message
    """
    alice = irc.connect("alice")
    assert params(alice.ask(f"{command} {NOWHERE}"), "402") == [["alice", "elsewhere.example", "No such server"]]
    for target in ("Trialogue.Local", "*", "tri*.local", "alice"):
        assert "402" not in commands(alice.ask(f"{command} {target}"))


def test_version(irc: Irc) -> None:
    """ "Upon receiving a VERSION command, the given server SHOULD respond with one RPL_VERSION reply and one or more
    RPL_ISUPPORT replies."

    https://modern.ircdocs.horse/#version-message
    """
    got = irc.connect("alice").ask("VERSION")
    assert params(got, "351") == [["alice", "Trialogue-test", "trialogue.local", "A Trialogue server"]]
    assert set(commands(got[1:])) == {"005"}


def test_time(irc: Irc) -> None:
    """ "<client> <server> [<timestamp> [<TS offset>]] :<human-readable time>" https://modern.ircdocs.horse/#rpltime-391"""
    shown = "Tuesday, 14 November 2023, 22:13:20 UTC"
    assert params(irc.connect("alice").ask("TIME"), "391") == [["alice", "trialogue.local", "1700000000", "0", shown]]


def test_info(irc: Irc) -> None:
    """ "the server will respond with zero or more RPL_INFO replies, followed by one RPL_ENDOFINFO numeric."

    https://modern.ircdocs.horse/#info-message
    """
    got = irc.connect("alice").ask("INFO")
    assert set(commands(got[:-1])) == {"371"}
    assert params(got, "374") == [["alice", "End of INFO list"]]
    assert all(len(message.params) == 2 for message in got)


def test_admin() -> None:
    """ "Upon receiving an ADMIN command, the given server SHOULD respond with the RPL_ADMINME, RPL_ADMINLOC1,
    RPL_ADMINLOC2, and RPL_ADMINEMAIL replies."

    https://modern.ircdocs.horse/#admin-message
    """
    alice = Irc(server={"admin": ["Front desk", "Alice", "alice@example.org"]}).connect("alice")
    assert [(message.command, *message.params[1:]) for message in alice.ask("ADMIN")] == [
        ("256", "trialogue.local", "Administrative info"),
        ("257", "Front desk"),
        ("258", "Alice"),
        ("259", "alice@example.org"),
    ]
    assert commands(Irc().connect("alice").ask("ADMIN")) == ["423"]


def test_links(irc: Irc) -> None:
    """ "a server MUST send replies back using zero or more RPL_LINKS messages and mark the end of the list using a
    RPL_ENDOFLINKS message." Nothing is linked to a single server.

    https://modern.ircdocs.horse/#links-message
    """
    alice = irc.connect("alice")
    assert [(message.command, *message.params[1:]) for message in alice.ask("LINKS")] == [
        ("365", "*", "End of LINKS list"),
    ]
    assert params(alice.ask("LINKS *.example"), "364", "365") == [["alice", "*.example", "End of LINKS list"]]


def test_stats(irc: Irc) -> None:
    """ "The STATS message is used to query statistics of a certain server. … RPL_STATSUPTIME (242)
    :Server Up %d days %d:%02d:%02d … RPL_ENDOFSTATS (219) <stats letter> :End of STATS report"

    https://modern.ircdocs.horse/#stats-message and https://www.rfc-editor.org/rfc/rfc2812#section-5.1
    """
    alice = irc.connect("alice")
    irc.wait(2 * 86400 + 3 * 3600 + 4 * 60 + 5)
    assert [(message.command, *message.params[1:]) for message in alice.ask("STATS u")] == [
        ("242", "Server Up 2 days 3:04:05"),
        ("219", "u", "End of STATS report"),
    ]
    assert params(alice.ask("STATS z"), "219") == [["alice", "z", "End of STATS report"]]
    assert params(alice.ask("STATS"), "461") == [["alice", "STATS", "Not enough parameters"]]
    assert params(alice.ask(f"STATS u {NOWHERE}"), "402") == [["alice", NOWHERE, "No such server"]]


def test_helpop_is_help(irc: Irc) -> None:
    """ "HELP and HELPOP"; both are known.  https://modern.ircdocs.horse/#help-message"""
    alice = irc.connect("alice")
    for line in ("", " join", " helpop"):
        assert alice.ask(f"HELPOP{line}") == alice.ask(f"HELP{line}") != []
    assert params(alice.ask("HELPOP nonsense"), "524") == [["alice", "nonsense", "No help available on this topic"]]


@pytest.mark.parametrize("subject", ["", " index", " join", " PRIVMSG", " Help"])
def test_help(irc: Irc, subject: str) -> None:
    """ "The RPL_HELPSTART message SHOULD be some sort of title and the first RPL_HELPTXT message SHOULD be empty." and
    "Note that the final line MUST be a RPL_ENDOFHELP numeric."

    https://modern.ircdocs.horse/#help-message
    """
    got = irc.connect("alice").ask(f"HELP{subject}")
    assert [got[0].command, got[-1].command] == ["704", "706"]
    assert set(commands(got[1:-1])) == {"705"}
    assert got[1].params[-1] == ""
    assert {tuple(message.params[:-1]) for message in got} == {("alice", subject.strip() or "index")}


@pytest.mark.parametrize(("subject", "shown"), [("THISISNOTACOMMAND", "THISISNOTACOMMAND"), ("no such thing", "*")])
def test_no_help(irc: Irc, subject: str, shown: str) -> None:
    """ "The <subject> MUST be the one requested by the client, but may be casefolded; unless it would be an invalid
    parameter, in which case it MUST be *."

    https://modern.ircdocs.horse/#errhelpnotfound-524
    """
    [answer] = irc.connect("alice").ask(f"HELP :{subject}")
    assert (answer.command, answer.params) == ("524", ["alice", shown, "No help available on this topic"])


def test_ping(irc: Irc) -> None:
    """ "When receiving a PING message, clients or servers must reply to it with a PONG message with the same <token>
    value." and "Servers MUST send a <server> parameter"

    https://modern.ircdocs.horse/#ping-message
    """
    alice = irc.connect("alice")
    for token in ("abcdef", ":a b", "::-)", "é"):
        assert params(alice.ask(f"PING {token}"), "PONG") == [["trialogue.local", token.removeprefix(":")]]
    assert alice.lines() == []
    assert commands(irc.open().ask("PING early")) == ["PONG"]


@pytest.mark.parametrize("line", ["PING", "PING :"])
def test_ping_without_a_token(irc: Irc, line: str) -> None:
    """ "The <token> may be any non-empty string."  https://modern.ircdocs.horse/#ping-message"""
    assert params(irc.connect("alice").ask(line), "461") == [["alice", "PING", "Not enough parameters"]]


def test_unknown_commands(irc: Irc) -> None:
    """ "If a command is not implemented, it MUST return the ERR_UNKNOWNCOMMAND numeric."

    https://modern.ircdocs.horse/#optional-messages
    """
    alice = irc.connect("alice")
    for command in ("FOO_BAR", "123", "É", "<HTML>", "X" * 64):
        assert params(alice.ask(f"{command} x :y"), "421") == [["alice", command, "Unknown command"]]
    assert params(irc.open().ask("SUMMON x"), "421") == [["*", "SUMMON", "Unknown command"]]


def test_empty_lines_are_ignored(irc: Irc) -> None:
    """ "If you encounter an empty message, silently ignore it."  https://modern.ircdocs.horse/#message-format"""
    alice = irc.connect("alice")
    assert alice.ask("", "   ", ":source", "@tag ", "@tag :source ") == []


def test_a_source_is_ignored(irc: Irc) -> None:
    """ "Clients MUST NOT include a source when sending a message."  https://modern.ircdocs.horse/#source"""
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.send(":carol!x@y PRIVMSG bob :hi")
    assert bob.lines() == [":alice!alice@127.0.0.1 PRIVMSG bob :hi"]
