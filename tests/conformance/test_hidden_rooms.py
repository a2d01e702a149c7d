"""A room with mode s is, for who is not in it, answered for exactly as one that does not exist.

https://modern.ircdocs.horse/#secret-channel-mode
"""

import re

import pytest

from tests.support.irc import Client, Irc
from tests.support.services import member
from trialogue_server.commands.services.table import CHANNEL_SERVICE, NICK_SERVICE
from trialogue_server.commands.table import COMMANDS
from trialogue_server.store.database import Database

LONG_AGO, IN_FUTURE = "timestamp=2020-01-01T00:00:00.000Z", "timestamp=2030-01-01T00:00:00.000Z"

LINES = {
    "PRIVMSG": ["PRIVMSG {c} :hi", "PRIVMSG @{c} :hi", "PRIVMSG {c},{c} :hi"],
    "NOTICE": ["NOTICE {c} :hi"],
    "TAGMSG": ["@+a=b TAGMSG {c}"],
    "BATCH": ["BATCH +1 draft/multiline {c}\n@batch=1 PRIVMSG {c} :one\n@batch=1 PRIVMSG {c} :two\nBATCH -1"],
    "PART": ["PART {c}", "PART {c} :bye"],
    "NAMES": ["NAMES {c}", "NAMES {c},{c}"],
    "LIST": ["LIST", "LIST {c}", "LIST #s*", "LIST >0", "LIST T>0"],
    "TOPIC": ["TOPIC {c}", "TOPIC {c} :new"],
    "RENAME": ["RENAME {c} #other", "RENAME {c} {c}x"],
    "KICK": ["KICK {c} owner", "KICK {c} nobody", "KICK {c} asker", "KICK {c},{c} owner,owner"],
    "INVITE": ["INVITE owner {c}", "INVITE asker {c}", "INVITE nobody {c}", "INVITE"],
    "MODE": ["MODE {c}", "MODE {c} b", "MODE {c} e", "MODE {c} +b x", "MODE {c} +o asker", "MODE {c} +k x",
             "MODE {c} +z"],
    "CHATHISTORY": ["CHATHISTORY LATEST {c} * 10", f"CHATHISTORY TARGETS {LONG_AGO} {IN_FUTURE} 50"],
    "SEARCH": ["SEARCH in={c};text=hi", "SEARCH text=hi"],
    "MARKREAD": ["MARKREAD {c}", "MARKREAD {c} timestamp=2023-11-14T22:13:20.000Z"],
    "REDACT": ["REDACT {c} {m}", "REDACT {c} 0123456789abcdef"],
    "METADATA": ["METADATA {c} LIST", "METADATA {c} GET key", "METADATA {c} SET key value", "METADATA {c} SYNC",
                 "METADATA {c} CLEAR"],
    "WHO": ["WHO {c}", "WHO {c} %cn", "WHO owner %c", "WHO * %cn"],
    "WHOIS": ["WHOIS owner", "WHOIS {c}"],
    "WHOWAS": ["WHOWAS {c}"],
    "MONITOR": ["MONITOR + {c}", "MONITOR S"],
    "JOIN": ["JOIN #{long}"],
}  # fmt: skip
"""What somebody may ask about a channel, by command."""

SERVICES = [
    "INFO {c}", "REGISTER {c}", "DROP {c}", "TRANSFER {c} asker", "OP {c}", "OP {c} owner", "DEOP {c}", "VOICE {c}",
    "DEVOICE {c}", "INVITE {c}", "UNBAN {c}", "ACCESS {c} LIST", "ACCESS {c} ADD asker", "ACCESS {c} DEL asker",
    "AKICK {c} LIST", "AKICK {c} ADD asker", "AKICK {c} DEL asker", "SET {c} KEEPTOPIC on", "SET HISTORY {c} all",
    "SET KEEP {c} 3", "SET KEEPTOPIC {c} off",
]  # fmt: skip

NAMELESS = {
    "CAP", "PASS", "NICK", "USER", "AUTHENTICATE", "REGISTER", "VERIFY", "PING", "PONG", "QUIT", "ERROR", "AWAY",
    "SETNAME", "USERHOST", "ISON", "LUSERS", "MOTD", "VERSION", "ISUPPORT", "TIME", "INFO", "ADMIN", "LINKS", "OPER",
    "KILL", "WALLOPS", "REHASH", "DIE", "BAN", "KLINE", "UNKLINE", "DLINE", "UNDLINE", "HELP", "HELPOP", "STATS",
    "NICKSERV", "NS", "CHANSERV", "CS", "SILENCE",
}  # fmt: skip
"""Commands that are about no channel, those to services, and those of operators, who see every room."""

CAPS = ("batch", "message-tags", "draft/multiline", "draft/chathistory", "draft/message-redaction", "draft/read-marker",
        "draft/metadata-2", "standard-replies", "draft/search")  # fmt: skip


def test_every_command_is_here_or_about_no_channel() -> None:
    assert set(COMMANDS) == set(LINES) | NAMELESS
    assert {row.partition(" ")[0] for row in CHANNEL_SERVICE.rows} <= {line.partition(" ")[0] for line in SERVICES}
    assert not any("<channel>" in row.usage for row in NICK_SERVICE.rows.values())


def asker(irc: Irc) -> Client:
    wanted = [cap for cap in CAPS if cap in irc.open().ask("CAP LS 302")[0].params[-1]]
    client = member(irc, "asker", *wanted)
    client.send("JOIN #own")
    client.read()
    return client


def server(*, exists: bool, modes: str, is_registered: bool) -> tuple[Irc, str]:
    """Return a server on which #secret is, or is not; and the id of what was said there."""
    irc = Irc()
    owner = member(irc, "owner", "message-tags", "echo-message")
    msgid = "00000000000fffff"
    if exists:
        owner.send("JOIN #secret", "TOPIC #secret :hush", f"MODE #secret {modes}", "METADATA #secret SET key value")
        if is_registered:
            owner.send("CS REGISTER #secret")
        (echo,) = owner.ask("PRIVMSG #secret :hi")
        msgid = str(echo.tags["msgid"])
    return irc, msgid


EVERY = [line for lines in LINES.values() for line in lines] + [f"PRIVMSG ChanServ :{line}" for line in SERVICES]


@pytest.mark.parametrize("is_registered", [True, False])
@pytest.mark.parametrize("modes", ["+s", "+s-n", "+si", "+sk key", "+sm", "+sb *!*@*"])
def test_it_answers_as_if_it_did_not_exist(modes: str, *, is_registered: bool) -> None:
    there, msgid = server(exists=True, modes=modes, is_registered=is_registered)
    not_there, _ = server(exists=False, modes=modes, is_registered=is_registered)
    clients = asker(there), asker(not_there)
    for line in EVERY:
        heard = []
        for client in clients:
            text = line.format(c="#secret", m=msgid, long="x" * 100)
            client.read()
            client.send(*text.split("\n"))
            lines = client.lines()
            heard.append([re.sub(r"(msgid|time)=[^ ;]*|\b\d{10}\b", "", one) for one in lines])
        assert heard[0] == heard[1], line


def test_what_an_outsider_says_does_not_reach_it() -> None:
    irc, _ = server(exists=True, modes="+s-n", is_registered=False)
    outsider = irc.connect("outsider")
    assert [message.command for message in outsider.ask("PRIVMSG #secret :hi")] == ["403"]


def test_its_name_cannot_be_taken_and_that_tells_no_more_than_that_it_cannot() -> None:
    """ "CANNOT_RENAME" is what any name gets that a channel cannot have.

    https://ircv3.net/specs/extensions/channel-rename#errors
    """
    irc, _ = server(exists=True, modes="+s", is_registered=False)
    client = asker(irc)
    answers = [client.ask(f"RENAME #own {name}")[0].params for name in ("#secret", "#own", "secret")]
    assert [params[:2] for params in answers] == [["RENAME", "CANNOT_RENAME"]] * 3
    assert len({params[-1] for params in answers}) == 1
    irc.connect("other").send("JOIN #open")
    assert client.ask("RENAME #own #open")[0].params[1] == "CHANNEL_NAME_IN_USE"


def test_members_and_operators_see_it() -> None:
    irc, _ = server(exists=True, modes="+s", is_registered=False)
    guest = irc.connect("guest")
    guest.send("JOIN #secret")
    guest.read()
    assert guest.ask("PRIVMSG #secret :hi") == []
    assert guest.ask("TOPIC #secret")[0].command == "332"


def counted(client: Client) -> str:
    (line,) = [message for message in client.ask("LUSERS") if message.command == "254"]
    return line.params[1]


def test_it_is_not_counted(database: Database) -> None:
    """ "254 RPL_LUSERCHANNELS" is "the number of channels that currently exist on the server".

    For who cannot see them they do not exist.  https://modern.ircdocs.horse/#rplluserchannels-254
    """
    irc = Irc(database=database)
    owner, asker = member(irc, "owner"), irc.connect("asker")
    asker.send("JOIN #open")
    assert counted(asker) == "1"
    owner.send("JOIN #secret", "PRIVMSG #secret :hi")
    assert counted(asker) == "2"
    owner.send("MODE #secret +s", "RENAME #secret #other")
    assert counted(asker) == counted(owner) == "1"
    owner.send("MODE #other -s")
    assert counted(asker) == "2"
    owner.send("MODE #other +s", "PART #other")
    assert counted(asker) == "1"
    owner.send("JOIN #other")
    assert counted(asker) == "1"
    owner.send("CS REGISTER #other", "PART #other")
    assert counted(asker) == "1"
    irc.flush()
    again = Irc(database=database)
    newcomer = again.connect("newcomer")
    assert counted(newcomer) == str(len(again.core.world.channels) - len(again.core.world.emptied) - 1)
