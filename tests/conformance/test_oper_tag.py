"""oper-tag: lines of operators are marked.  https://ircv3.net/specs/extensions/oper-tag (work in progress)"""

import pytest

from tests.support.irc import Client, Irc
from trialogue_server.store import passwords

OPERATORS = [{"name": "root", "password": passwords.hash_password("secret")}]


@pytest.fixture
def irc() -> Irc:
    return Irc(operators=OPERATORS)


def operator(irc: Irc, nick: str) -> Client:
    client = irc.connect(nick)
    assert any(message.command == "381" for message in client.ask("OPER root secret"))
    return client


@pytest.mark.parametrize("line", ["PRIVMSG #room :hello", "NOTICE #room :hello", "MODE #room +m", "PART #room", "QUIT"])
def test_what_operators_do_is_tagged(irc: Irc, line: str) -> None:
    """ "The draft/oper-tag capability causes the server to add a message tag to messages sent by a user who is
    currently an IRC operator." "The tag MUST be named draft/oper." "The tag MUST be added by the ircd to all commands
    sent by a user (e.g. PRIVMSG, MODE, NOTICE, and all others)"

    https://ircv3.net/specs/extensions/oper-tag#description
    """
    olga, alice = operator(irc, "olga"), irc.connect("alice", "draft/oper-tag")
    without = irc.connect("carol", "message-tags")
    for client in (olga, alice, without):
        client.send("JOIN #room")
    for client in (olga, alice, without):
        client.read()
    olga.send(line)
    (seen,) = alice.lines()
    assert seen.startswith("@draft/oper :olga!")
    assert "draft/oper" not in "".join(without.lines())


def test_numerics_to_operators_are_tagged(irc: Irc) -> None:
    """ "The tag MUST be added by the ircd to all commands sent by a user … and numeric replies sent on behalf of the
    user."

    https://ircv3.net/specs/extensions/oper-tag#description
    """
    olga, plain = operator(irc, "olga"), irc.connect("alice", "draft/oper-tag")
    assert plain.ask("WHOIS olga")[0].tags == {}
    assert olga.ask("WHOIS olga")[0].tags == {}, "without the capability"
    olga.send("CAP REQ draft/oper-tag")
    assert {tuple(message.tags) for message in olga.ask("WHOIS alice", "NAMES #room")} == {("draft/oper",)}


def test_who_is_no_operator_any_more_is_not_tagged(irc: Irc) -> None:
    """ "…a user who is currently an IRC operator."

    https://ircv3.net/specs/extensions/oper-tag#description
    """
    olga, alice = operator(irc, "olga"), irc.connect("alice", "draft/oper-tag")
    olga.send("PRIVMSG alice :one", "MODE olga -o", "PRIVMSG alice :two")
    assert [message.tags for message in alice.read()] == [{"draft/oper": ""}, {}]


def test_operators_can_be_bots(irc: Irc) -> None:
    """ "The tag MUST be added by the ircd to all commands sent by a user"

    https://ircv3.net/specs/extensions/oper-tag#description
    """
    olga, alice = operator(irc, "olga"), irc.connect("alice", "draft/oper-tag", "message-tags")
    olga.ask("MODE olga +B")
    olga.send("PRIVMSG alice :one")
    assert {"bot", "draft/oper"} < set(alice.read()[0].tags)
