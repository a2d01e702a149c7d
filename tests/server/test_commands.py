"""The table of commands: complete, documented, and no row that does harm when it is used wrongly."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.support.irc import OPERATORS, Irc, commands, params
from trialogue_server import commands as package
from trialogue_server.commands.command import Command, Phase
from trialogue_server.commands.table import COMMANDS
from trialogue_server.world.world import World

PROMISED = """
    PASS NICK USER CAP PING PONG QUIT ERROR JOIN PART NAMES LIST TOPIC KICK INVITE MODE PRIVMSG NOTICE TAGMSG AWAY
    WHO WHOIS WHOWAS USERHOST ISON LUSERS MOTD VERSION TIME INFO ADMIN LINKS HELP OPER KILL REHASH DIE WALLOPS SETNAME
"""

ROWS = sorted(COMMANDS.values(), key=lambda row: row.name)
UNSPECIFIED = {"HELP", "BAN", "KLINE", "UNKLINE", "DLINE", "UNDLINE", "CHANSERV", "CS", "NICKSERV", "NS"}
"""Commands that are the custom of servers and services, and HELP, whose module names its specification."""


def rows_in_modules() -> Iterator[Command]:
    """Return every row that stands in a module of the package."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Command):
                yield value


def test_no_row_is_missing_and_none_is_doubled() -> None:
    rows = {id(row): row for row in rows_in_modules()}
    missing = [row.name for row in rows.values() if COMMANDS.get(row.name) is not row]
    assert missing == []
    assert len({row.name for row in rows.values()}) == len(rows)


def test_every_promised_command_is_there() -> None:
    assert set(PROMISED.split()) <= set(COMMANDS)
    assert list(COMMANDS) == [row.name for row in COMMANDS.values()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_command_says_what_it_does_and_where_it_is_specified(row: Command) -> None:
    doc = row.handler.__doc__ or ""
    assert doc.strip()
    assert "https://" in doc or row.name in UNSPECIFIED
    assert row.usage.startswith(row.name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_help_knows_every_command(irc: Irc, row: Command) -> None:
    got = irc.open().ask(f"HELP {row.name}")
    assert [got[0].command, got[-1].command] == ["704", "706"]
    assert got[0].params[-1] == row.usage
    assert all(len(str(message)) <= 510 for message in got)


def picture(world: World) -> object:
    """Return all that a command can change."""
    return (
        [
            (one.mask, one.realname, one.away, one.modes, one.account, sorted(one.channels))
            for one in world.users.values()
        ],
        [(one.name, list(one.members), one.topic, one.mode_words(with_key=True)) for one in world.channels.values()],
        len(world.accounts),
        len(world.whowas.find("alice", since=0)),
    )


@pytest.mark.parametrize("row", [row for row in ROWS if row.phase is not Phase.ANY], ids=lambda row: row.name)
def test_in_the_wrong_phase(irc: Irc, row: Command) -> None:
    """ "Returned when a client command cannot be parsed as they are not yet registered." and "Returned when a client
    tries to change a detail that can only be set during registration"

    https://modern.ircdocs.horse/#errnotregistered-451 and https://modern.ircdocs.horse/#erralreadyregistered-462
    """
    early = row.phase is Phase.REGISTERED
    client = irc.open() if early else irc.connect("alice")
    before = picture(irc.core.world)
    for line in (row.name, f"{row.name} a b c d e", f"{row.name} #test,alice :x"):
        expected = ["451", "*", "You have not registered"] if early else ["462", "alice", "You may not reregister"]
        assert [[message.command, *message.params] for message in client.ask(line)] == [expected]
    assert picture(irc.core.world) == before
    assert not client.sink.finished


@pytest.mark.parametrize("row", [row for row in ROWS if row.privilege], ids=lambda row: row.name)
def test_without_the_privilege(row: Command) -> None:
    """ "Indicates that the command failed because the user is not an IRC operator."

    https://modern.ircdocs.horse/#errnoprivileges-481
    """
    irc = Irc(operators=OPERATORS)
    alice = irc.connect("alice")
    guard = irc.oper("guard", name="guard")
    before = picture(irc.core.world)
    for line in (row.name, f"{row.name} alice :x"):
        assert commands(alice.ask(line)) == ["481"]
        if row.privilege != "kill":
            assert params(guard.ask(line), "723")[0][:2] == ["guard", row.privilege]
    assert picture(irc.core.world) == before


@pytest.mark.parametrize("row", [row for row in ROWS if row.params], ids=lambda row: row.name)
def test_without_parameters(row: Command) -> None:
    """ "If a command is sent from a client to a server with less parameters than the command requires to be processed,
    the server will reply with an ERR_NEEDMOREPARAMS numeric and the command will fail."

    https://modern.ircdocs.horse/#client-messages
    """
    irc = Irc(operators=[{"name": "root", "password": "frenchfries"}])
    client = irc.open() if row.phase is Phase.UNREGISTERED else irc.oper("root", "message-tags")
    before = picture(irc.core.world)
    required = [param for param in row.params if not param.optional]
    given: list[str] = []
    for param in required:
        for line in (" ".join([row.name, *given]), " ".join([row.name, *given, ":"])):
            if line.endswith(":") and param.may_be_empty:
                continue
            [answer] = client.ask(line)
            assert answer.command in ("461", "411", "412", "431") or given, "an earlier parameter may be refused first"
            assert 2 <= len(answer.params) <= 4
        given.append("root")
    if not required:
        client.ask(row.name)
        assert client.sink.finished is (row.name == "QUIT")
    else:
        assert picture(irc.core.world) == before


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "rest", ["", ":", "x", "x y z", "#test", "#test x :y", "alice bob :x", ", , ,", "* * * *", "a " * 20]
)
def test_whatever_comes_the_server_stands(row: Command, rest: str) -> None:
    """Nothing that a stranger or an operator sends may end in an exception, or in a line that is none."""
    irc = Irc(operators=OPERATORS)
    alice, _ = irc.room("#test", "alice", "bob")
    stranger, root = irc.open(), irc.oper("root", "message-tags", "batch", "labeled-response")
    for client in (stranger, alice, root):
        client.read()
        client.feed(f"@+a=b;label=x {row.name} {rest}\r\n".encode())
        for line in client.lines():
            assert len(line.encode()) <= 510 + (200 if line.startswith("@") else 0)
            assert not line.endswith("\n")
            assert "  " not in line.partition(" :")[0], "no empty parameter in the middle"
