"""Bad input, for every command in the table: what is missing, unknown, too long or no text is told in the standard way.

Each row says what the specification has for it; a command that is added must be given its row. Missing parameters, the
wrong phase and missing privileges are in `test_commands`, as they follow from the table itself.
"""

from typing import NamedTuple

import pytest

from tests.server.test_commands import picture
from tests.support.irc import OPERATORS, Client, Irc
from trialogue_server.commands.command import Phase
from trialogue_server.commands.table import COMMANDS

CAPS = (
    "message-tags", "batch", "setname", "draft/multiline", "draft/chathistory", "draft/metadata-3", "draft/search",
    "draft/message-redaction", "draft/read-marker", "draft/channel-rename", "draft/account-registration", "sasl",
)  # fmt: skip
LONG = "x" * 400
FINE = ""
"""There is nothing that could be wrong: what is too long is cut, as the specification allows, or anything is right."""


class Bad(NamedTuple):
    """What is sent after the command's name, and how the answer begins; "" where there is no such mistake."""

    unknown: tuple[str, str] = ("", FINE)
    """A target that is not there."""
    long: tuple[str, str] = ("", FINE)
    """A word that is longer than anything can be."""
    sub: tuple[str, str] = ("", FINE)
    """A sub-command, mode or action that there is not."""


NO_SUCH_SERVER = Bad(("nowhere", "402 root nowhere"), (LONG, "402 root x"))
EMPTY_LIST = ("#none", "366 root #none")
BAD = {
    "ADMIN": NO_SUCH_SERVER,
    "AUTHENTICATE": Bad(long=(LONG, "904 root"), sub=("DH-AES", "904 root")),
    "AWAY": Bad(),
    "BAN": Bad(
        ("DEL account nobody", "FAIL BAN NO_SUCH_BAN account nobody"),
        (f"ADD mask {LONG}", "FAIL BAN INVALID_TARGET x"),
        ("FLY account x", "FAIL BAN INVALID_ACTION FLY"),
    ),
    "BATCH": Bad(
        ("-nothing", "FAIL BATCH MULTILINE_INVALID"), sub=("+1 netsplit x", "FAIL BATCH UNKNOWN_TYPE 1 netsplit")
    ),
    "CAP": Bad(("REQ :flying", "CAP root NAK flying"), (f"REQ {LONG}", "CAP root NAK x"), ("FLY", "410 root FLY")),
    "CHANSERV": Bad(
        ("INFO #none", "NOTICE root There is no such channel"),
        (f"INFO #{LONG}", "NOTICE root There is no such channel"),
        ("FLY", "NOTICE root ChanServ knows no such command"),
    ),
    "CHATHISTORY": Bad(
        ("LATEST #none * 10", "FAIL CHATHISTORY INVALID_TARGET LATEST #none"),
        (f"LATEST {LONG} * 10", "FAIL CHATHISTORY INVALID_TARGET LATEST x"),
        ("FLY #test * 10", "FAIL CHATHISTORY INVALID_PARAMS FLY"),
    ),
    "DIE": Bad(),
    "DLINE": Bad(("nowhere", "FAIL DLINE INVALID_TARGET nowhere"), (LONG, "FAIL DLINE INVALID_TARGET x")),
    "ERROR": Bad(),
    "HELP": Bad(("FLY", "524 root FLY"), (LONG, "524 root x")),
    "INFO": NO_SUCH_SERVER,
    "INVITE": Bad(("nobody #test", "401 root nobody"), (f"{LONG} #test", "401 root x")),
    "ISON": Bad(("nobody", "303 root "), (LONG, "303 root ")),
    "ISUPPORT": Bad(),
    "JOIN": Bad(("nowhere", "403 root nowhere"), (f"#{LONG}", "403 root #x")),
    "KICK": Bad(("#test nobody", "401 root nobody"), (f"#{LONG} bob", "403 root #x")),
    "KILL": Bad(("nobody", "401 root nobody"), (LONG, "401 root x")),
    "KLINE": Bad(long=(f"{LONG}@*", "FAIL KLINE INVALID_TARGET x")),
    "LINKS": Bad(("nowhere", "365 root nowhere"), (LONG, "365 root x")),
    "LIST": Bad(("#none", "321 root"), (f"#{LONG}", "321 root")),
    "LUSERS": Bad(),
    "MARKREAD": Bad(
        ("#none", "MARKREAD #none *"),
        (f"#{LONG}", "FAIL MARKREAD INVALID_PARAMS #x"),
        ("#test yesterday", "FAIL MARKREAD INVALID_PARAMS"),
    ),
    "METADATA": Bad(
        ("nobody LIST", "FAIL METADATA INVALID_TARGET nobody"),
        (f"* SET {LONG} x", "FAIL METADATA INVALID_KEY x"),
        ("* FLY", "FAIL METADATA INVALID_PARAMS FLY"),
    ),
    "MODE": Bad(("#none +m", "403 root #none"), (f"#test +k {LONG}", "525 root #test"), ("#test +y", "472 root y")),
    "MONITOR": Bad(("L", "733 root"), (f"+ {LONG}", "432 root x"), ("FLY x", "FAIL MONITOR UNKNOWN_COMMAND FLY")),
    "MOTD": NO_SUCH_SERVER,
    "NAMES": Bad(EMPTY_LIST, (f"#{LONG}", "366 root #x")),
    "NICK": Bad(long=(LONG, "432 root x"), sub=("#no", "432 root #no")),
    "NICKSERV": Bad(
        ("INFO nobody", "NOTICE root There is no account of that name"),
        (f"IDENTIFY nobody {LONG}", "NOTICE root That is not the account's password"),
        ("FLY", "NOTICE root NickServ knows no such command"),
    ),
    "NOTICE": Bad(),
    "OPER": Bad(("nobody guess", "464 root"), (f"root {LONG}", "464 root")),
    "PART": Bad(("#none", "403 root #none"), (f"#{LONG}", "403 root #x")),
    "PASS": Bad(),
    "PING": Bad(),
    "PONG": Bad(),
    "PRIVMSG": Bad(("nobody :x", "401 root nobody"), (f"#{LONG} :x", "403 root #x")),
    "QUIT": Bad(),
    "SILENCE": Bad(
        ("+:x", "FAIL SILENCE INVALID_MASK x"), (f"-{LONG}", "FAIL SILENCE NOT_LISTED x"), ("root", "272 root")
    ),
    "REDACT": Bad(
        ("#none 1", "FAIL REDACT INVALID_TARGET #none"), (f"#test {LONG}", "FAIL REDACT UNKNOWN_MSGID #test x")
    ),
    "REGISTER": Bad(
        ("other * correct-horse", "FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK other"),
        (f"* * {LONG}", "FAIL REGISTER UNACCEPTABLE_PASSWORD root"),
        ("* nonsense correct-horse", "FAIL REGISTER INVALID_EMAIL root"),
    ),
    "REHASH": Bad(),
    "RENAME": Bad(("#none #other", "403 root #none"), (f"#test #{LONG}", "FAIL RENAME CANNOT_RENAME #test #x")),
    "SEARCH": Bad(("in=#none;text=x", "FAIL SEARCH INVALID_PARAMS"), sub=("fly=1", "FAIL SEARCH INVALID_PARAMS fly")),
    "STATS": Bad(("u nowhere", "402 root nowhere"), (f"u {LONG}", "402 root x"), ("z", "219 root z")),
    "SETNAME": Bad(long=(f":{LONG}", "FAIL SETNAME INVALID_REALNAME")),
    "TAGMSG": Bad(),
    "TIME": NO_SUCH_SERVER,
    "TOPIC": Bad(("#none :x", "403 root #none"), (f"#{LONG}", "403 root #x")),
    "UNDLINE": Bad(
        ("192.0.2.1", "FAIL UNDLINE NO_SUCH_BAN address 192.0.2.1"), (LONG, "FAIL UNDLINE INVALID_TARGET x")
    ),
    "UNKLINE": Bad(("nobody@*", "FAIL UNKLINE NO_SUCH_BAN mask *!nobody@*"), (LONG, "FAIL UNKLINE INVALID_TARGET x")),
    "USER": Bad(),
    "USERHOST": Bad(("nobody", "302 root "), (LONG, "302 root ")),
    "VERIFY": Bad(
        ("nobody 123456", "FAIL VERIFY INVALID_CODE nobody"), (f"nobody {LONG}", "FAIL VERIFY INVALID_CODE nobody")
    ),
    "VERSION": NO_SUCH_SERVER,
    "WALLOPS": Bad(),
    "WHO": Bad(("nobody", "315 root nobody"), (LONG, "315 root x")),
    "WHOIS": Bad(("nobody", "401 root nobody"), (LONG, "401 root x")),
    "WHOWAS": Bad(("nobody", "406 root nobody"), (LONG, "406 root x")),
}
BAD |= {"HELPOP": BAD["HELP"], "CS": BAD["CHANSERV"], "NS": BAD["NICKSERV"]}
CASES = [
    pytest.param(f"{name} {words}", begins, id=f"{name}-{kind}")
    for name, bad in BAD.items()
    for kind, (words, begins) in zip(Bad._fields, bad, strict=True)
    if words
]
ANY_PHASE = [name for name, row in COMMANDS.items() if row.phase is not Phase.UNREGISTERED]


def somebody() -> tuple[Irc, Client, Client]:
    """Return a server, an operator who is in a room of hers and knows every extension, and who else is there."""
    irc = Irc(operators=OPERATORS)
    root, bob = irc.connect("root", *CAPS), irc.connect("bob")
    root.ask("OPER root frenchfries")
    irc.enter("#test", root, bob)
    return irc, root, bob


def test_every_command_has_its_row() -> None:
    assert BAD.keys() == COMMANDS.keys()


@pytest.mark.parametrize(("line", "begins"), CASES)
def test_it_is_told_and_changes_nothing(line: str, begins: str) -> None:
    """The numeric or standard reply, to the asker alone, and nothing else happens.

    https://modern.ircdocs.horse/#numerics and https://ircv3.net/specs/extensions/standard-replies
    """
    irc, root, bob = somebody()
    before = picture(irc.core.world), len(list(irc.core.world.server_bans))
    answers = [" ".join([message.command, *message.params]) for message in root.ask(line)]
    assert any(answer.startswith(begins) for answer in answers), answers
    assert (picture(irc.core.world), len(list(irc.core.world.server_bans))) == before
    assert not root.sink.finished
    assert bob.lines() == []


@pytest.mark.parametrize("name", ANY_PHASE)
def test_a_line_that_is_too_long_is_told_and_not_carried_out(name: str) -> None:
    """ "ERR_INPUTTOOLONG: Indicates a given line does not follow the specified size limits"

    https://modern.ircdocs.horse/#errinputtoolong-417
    """
    irc, root, _ = somebody()
    before = picture(irc.core.world)
    root.feed(f"{name} {'x' * 600}\r\n".encode())
    answer, notice = root.read()
    assert (answer.command, answer.params[0], notice.command) == ("417", "root", "NOTICE")
    assert picture(irc.core.world) == before
    assert not root.sink.finished


@pytest.mark.parametrize("name", ANY_PHASE)
@pytest.mark.parametrize("rest", [b"\xff", b"#test :caf\xe9", b"bob \xc3"])
def test_a_line_that_is_no_text_is_told_and_not_carried_out(name: str, rest: bytes) -> None:
    """ "Servers MUST NOT relay content containing non-UTF-8 data to clients … servers SHOULD use FAIL or WARN with the
    INVALID_UTF8 code"

    https://ircv3.net/specs/extensions/utf8-only
    """
    irc, root, _ = somebody()
    before = picture(irc.core.world)
    root.feed(name.encode() + b" " + rest + b"\r\n")
    (answer,) = root.read()
    assert [answer.command, *answer.params[:2]] == ["FAIL", name, "INVALID_UTF8"]
    assert picture(irc.core.world) == before
    assert not root.sink.finished
