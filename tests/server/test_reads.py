"""Commands that only read: nobody but who asks needs to know of them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.server.test_society import CHANNELS, NICKS, Society
from tests.support.irc import OPERATORS, Irc, params
from tests.support.state import state_of
from trialogue_server.commands.deciding import apply
from trialogue_server.commands.inputs import Said
from trialogue_server.commands.questions import only_reads
from trialogue_server.commands.table import COMMANDS
from trialogue_server.world.events import OperatorActed

if TYPE_CHECKING:
    from collections.abc import Iterator

READS = sorted(name for name, row in COMMANDS.items() if row.reads)
WHEN = ("timestamp=2020-01-01T00:00:00.000Z", "timestamp=2030-01-01T00:00:00.000Z")
LINES = {
    "CHATHISTORY": [
        *("LATEST #a * 50", "LATEST bob * 50", f"BETWEEN #a {' '.join(WHEN)} 9", f"TARGETS {' '.join(WHEN)} 50"),
        *("AROUND #a msgid=0000000000000001 5", "LATEST #nowhere * 5", "LATEST #a"),
    ],
    "SEARCH": ["text=hi", "text=hi;in=#a", "from=alice;text=words;limit=3", ""],
    "WHO": ["#a %tcuihsnfdlaor,1", "*", "0 o", "alice"],
    "WHOIS": ["alice", "alice,bob", "trialogue.local bob", "nobody"],
    "LIST": ["", ">1,<100", "*a*", "T:>0"],
    "STATS": ["u", "o", "x"],
    "HELP": ["JOIN", "nonsense"],
}
WORDS = [*NICKS, *CHANNELS, "*", "", "0", ":two words", "1", "trialogue.local", "%n"]


@pytest.fixture(scope="module")
def society() -> Iterator[Society]:
    """People who have talked for a while."""
    society, chance = Society(), Random(4)
    for _ in range(150):
        while len(society.clients) < 5:
            society.come(chance)
        society.say(chance.choice(society.clients), society.line_of(chance))
    yield society
    society.teardown()


@pytest.mark.parametrize("command", READS)
def test_a_command_that_reads_changes_nothing(society: Society, command: str) -> None:
    irc, chance = society.irc, Random(command)
    asker = irc.connect(f"asker-{command}", "batch", "labeled-response", "message-tags", "draft/chathistory")
    asker.send("JOIN #a")
    irc.flush()
    for client in (asker, *society.clients):
        client.read()
    decided = len(irc.decided)
    before, said = state_of(irc.core), [" ".join(chance.choices(WORDS, k=chance.randrange(4))) for _ in range(20)]
    for words in ["", *LINES.get(command, []), *said]:
        line = f"@label=1 {command} {words}".encode()
        assert only_reads(asker.session, line)
        pending = apply(irc.core, Said(asker.session.sid, line), irc.core.reading)
        while pending is not None:
            pending = asker.go_on(pending, irc.perform(pending.effect))
        assert asker.read()[0].tags["label"] == "1", "it is answered"
        assert len(irc.decided) == decided, line
        assert state_of(irc.core) == before, line
    for client in society.clients:
        assert not client.lines()


def test_what_is_said_of_most_commands_concerns_others() -> None:
    irc = Irc()
    alice = irc.connect("alice")
    others = [f"{name} x" for name in COMMANDS if name not in READS]
    for line in (*others, "NOTACOMMAND", ":", "", "@batch=1 WHO #a"):
        assert not only_reads(alice.session, line.encode())
    assert not only_reads(alice.session, b"WHO \xff")
    assert not only_reads(irc.open().session, b"PING x"), "who is not there yet"


def test_what_an_operator_reads_may_be_on_record() -> None:
    irc = Irc(operators=OPERATORS)
    alice = irc.connect("alice")
    irc.enter("#room", alice)
    root = irc.oper("root", "batch", "draft/chathistory")
    assert not only_reads(root.session, b"CHATHISTORY LATEST #room * 5")
    root.read()
    root.ask("CHATHISTORY LATEST #room * 5")
    assert isinstance(irc.decided[-1], OperatorActed)
    assert irc.decided[-1].action == "CHATHISTORY"


def test_a_line_between_those_of_a_batch_ends_it() -> None:
    irc = Irc()
    alice = irc.connect("alice", "batch", "draft/multiline", "message-tags")
    alice.send("BATCH +1 draft/multiline #room")
    assert not only_reads(alice.session, b"WHO #room")
    assert params(alice.ask("WHO #room"), "FAIL")
