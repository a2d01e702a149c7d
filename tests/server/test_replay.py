"""What happens is a function of the log: whoever decides the same inputs comes to the same events, bytes and state.

The log is recorded from people who use every command, some of them operators, while the administrator, the settings and
the clock do their part.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from tests.server.test_society import SETTINGS, Society
from tests.support.irc import Client, Entry, Irc
from tests.support.live import Live
from tests.support.replay import Decided, Replica, encoded, read_log, write_log
from tests.support.state import state_of
from tests.support.store import ManualStore
from trialogue_server.commands import inputs as i
from trialogue_server.commands import requests as do
from trialogue_server.commands.effects import YieldTurn
from trialogue_server.commands.table import COMMANDS
from trialogue_server.world.accounts import Credentials

TOP = Path(__file__).parents[2]
LINES = 500
SECRET = Credentials("$argon2id$one")
SAID_BY_FEW = (
    *("USER again 0 * :again", "PASS late", "PONG x", "SILENCE +troll!*@*", "SILENCE", "AUTHENTICATE *", "HELP"),
    *("MOTD", "TIME", "INFO", "ADMIN", "LINKS", "STATS u", "HELPOP", "NICKSERV INFO", "CHANSERV HELP", "ISUPPORT"),
    *("KLINE x!*@* :x", "DLINE 60 203.0.113.77 :x", "UNDLINE 203.0.113.77", "UNKLINE x!*@*", "REHASH"),
    *("JOIN #a,#b,#c,#d", "PART #c,#d"),
)
LAST_WORDS = ("ERROR", "QUIT")
ASKED = (
    *(do.AddAccount("dora", "", SECRET), do.SetPassword("dora", SECRET), do.ListAccounts(), do.DropAccount("dora")),
    *(do.GrantOperator("alice", ("kill",)), do.ListOperators(), do.RevokeOperator("alice"), do.DropAccount("nobody")),
    *(do.AddBan("account", "carol", 60, "x"), do.ListBans(), do.LiftBan("account", "carol")),
    *(do.ShowClock(), do.ConfirmClock()),
)


def live(society: Society) -> None:
    """Let people talk, while time passes."""
    irc, chance = society.irc, Random(16)
    for number in range(LINES):
        while len(society.clients) < 5:
            society.come(chance)
        society.say(chance.choice(society.clients), society.line_of(chance))
        if number % 10 == 0:
            irc.wait(chance.choice([0.2, 3.0, 400.0]))
            irc.now += chance.choice([0.0, 0.0, -5.0, 7200.0])  # somebody sets the clock
            irc.put(i.TimePassed())


def use_every_command(irc: Irc) -> None:
    """Say what people in general seldom say, as somebody, as an operator, and before that."""
    for nick in ("zoe", "root"):
        client = irc.connect(nick, "batch", "labeled-response", "message-tags", "server-time")
        client.send(f"OPER {nick} frenchfries", *SAID_BY_FEW)
        for command in sorted(COMMANDS, key=lambda name: (name in LAST_WORDS, name)):
            client.send(command, f"{command} #a x")
    stranger = irc.open(address="198.51.100.9")
    stranger.send("PASS x", "CAP LS 302", "USER s 0 * :s", "NICK stranger", "CAP END", "DIE", "OPER root frenchfries")
    stranger.send("DIE")
    rooms = f"JOIN {','.join(f'#{number}' for number in range(30))}"
    for number in range(30):
        irc.connect(f"one-of-the-crowd-{number}").send(rooms)
    irc.connect("newcomer", "userhost-in-names").send(rooms)
    assert any(isinstance(effect, YieldTurn) for effect in irc.performed), "a line that takes several turns"


def end(irc: Irc) -> None:
    """Have all happen that is no line."""
    for request in ASKED:
        irc.put(i.Administered(request))
    for permanent in (tuple(f"#hall{number}" for number in range(9)), ()):
        irc.change_settings(replace(irc.core.config, rooms=replace(irc.core.config.rooms, permanent=permanent)))
        irc.pass_time(1.0)
    irc.put(i.ChannelsExpired(tuple((one.name, one.since) for one in irc.core.world.emptied.values())))
    irc.put(i.NodeUp("here", 0))
    irc.put(i.NodeUp("there", 1))
    irc.put(i.Opened(i.first_sid(1) + 1, "192.0.2.200", secure=True, nonce="x"))
    for line in (b"NICK faraway", b"USER faraway 0 * :x", b"JOIN #a", b"PRIVMSG #a :hello"):
        irc.put(i.Said(i.first_sid(1) + 1, line))
    irc.put(i.NodeGone("there", 1))
    clients: list[Client] = [irc.connect(f"guest-{number}", "batch", "draft/multiline") for number in range(4)]
    sids = [client.session.sid for client in clients]
    irc.put(i.Certified(sids[0], "ab" * 32))
    clients[0].send("BATCH +1 draft/multiline #a")
    irc.put(i.SaidTooMuch(sids[1]))
    irc.wait(60)
    for entered in (
        *(i.BatchTimedOut(sids[0]), i.TimedOut(sids[1], "Ping timeout"), i.SpokeTls(irc.open().session.sid)),
        *(i.Left(sids[2], "Connection closed"), i.Closed(sids[2], "Connection closed"), i.TimePassed()),
        *(i.Stopped("Server shutting down"), i.Closed(sids[3], "Server shutting down")),
    ):
        irc.put(entered)


def record() -> tuple[list[Entry], Decided]:
    """Return a log, and what came of it when it was made, but for the bytes."""
    society = Society()
    try:
        live(society)
        use_every_command(society.irc)
        end(society.irc)
        society.irc.flush()
        return society.irc.log, Decided(encoded(society.irc.decided), {}, state_of(society.irc.core))
    finally:
        society.teardown()


@pytest.fixture(scope="module")
def recorded() -> tuple[list[Entry], Decided]:
    return record()


@pytest.fixture(scope="module")
def log(recorded: tuple[list[Entry], Decided]) -> list[Entry]:
    return recorded[0]


@pytest.fixture(scope="module")
def decided(log: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> Decided:
    """What a core by itself decides."""
    return Replica(tmp_path_factory.mktemp("one"), SETTINGS).decide(log)


def test_everything_that_can_happen_happens_in_the_log(log: list[Entry]) -> None:
    assert {type(entry.entered) for entry in log} == set(i.Input.__subclasses__()) - {i.Read}
    lines = [entry.entered.line.decode() for entry in log if isinstance(entry.entered, i.Said)]
    said = {(line.partition(" ")[2] if line.startswith("@") else line).split(" ")[0].upper() for line in lines}
    assert said >= set(COMMANDS)


def test_a_core_that_has_only_the_log_decides_what_was_decided(
    recorded: tuple[list[Entry], Decided], decided: Decided
) -> None:
    assert decided.journal == recorded[1].journal
    assert decided.state == recorded[1].state


def test_what_was_written_and_read_is_decided_alike(log: list[Entry], decided: Decided, tmp_path: Path) -> None:
    again = read_log(write_log(log))
    assert again == log
    assert Replica(tmp_path, SETTINGS).decide(again) == decided


def test_nothing_depends_on_the_order_of_hashes(log: list[Entry], decided: Decided, tmp_path: Path) -> None:
    """Sets of texts have another order in each process, unless a seed is given."""
    path = tmp_path / "log"
    path.write_bytes(write_log(log))
    path.with_suffix(".json").write_text(json.dumps(SETTINGS))
    children = []
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        command = [sys.executable, "-m", "tests.support.replay", str(path), str(tmp_path / seed)]
        seeded = {**os.environ, "PYTHONHASHSEED": seed}
        children.append(subprocess.Popen(command, env=seeded, cwd=TOP, stdout=subprocess.PIPE))
    said = [json.loads(child.communicate()[0]) for child in children]
    assert said == [decided.digest()] * 2


def test_a_node_on_which_nobody_is_decides_the_same(log: list[Entry], decided: Decided, tmp_path: Path) -> None:
    """It reads no history for those who are elsewhere, and sends them nothing."""
    elsewhere = Replica(tmp_path, SETTINGS, here=lambda sid: False).decide(log)
    assert elsewhere.journal == decided.journal
    assert elsewhere.state == decided.state


@pytest.mark.parametrize("node", [0, 1])
def test_of_two_nodes_each_sends_its_own_what_one_would(
    log: list[Entry], decided: Decided, tmp_path: Path, node: int
) -> None:
    """Every other connection is on this node. Whoever is on it cannot see that there is another one."""
    half = Replica(tmp_path, SETTINGS, here=lambda sid: sid % 2 == node).decide(log)
    assert half.sent == {sid: data for sid, data in decided.sent.items() if sid % 2 == node}
    assert half.journal == decided.journal
    assert half.state == decided.state


def test_other_nodes_need_no_lines_that_only_read(log: list[Entry], tmp_path: Path) -> None:
    for name in ("home", "elsewhere"):
        (tmp_path / name).mkdir()
    home = Replica(tmp_path / "home", SETTINGS, shares_reads=False).decide(log)
    replica = Replica(tmp_path / "elsewhere", SETTINGS, here=lambda sid: False, shares_reads=False)
    elsewhere = replica.decide(log)
    assert replica.left_out > 50
    assert elsewhere.journal == home.journal
    assert elsewhere.state == home.state


async def test_connections_and_the_reaper_do_nothing_but_put_inputs(
    nursery: trio.Nursery, mock_clock: MockClock, tmp_path: Path
) -> None:
    """What there was of a running server is in its log."""
    store = ManualStore()
    live = Live(nursery, store, flood={"rate": 0})
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    alice.say("PRIVMSG #room :hello", "PRIVMSG #room :" + "x" * 600, "PING x", "WHOIS bob")
    bob.transport.feed(b"PRIVMSG #room :\xff\r\nBATCH +1 draft/multiline #room\r\nPRIVMSG #room :cut o")
    await alice.hear()
    for bytes_of_others in (b"\x16\x03\x01", b"GET / HTTP/1.1\r\n"):
        live.connect().transport.feed(bytes_of_others)
    live.connect(handshake=False)
    cut = await live.join("carol", "#room")
    cut.transport.fail(ConnectionResetError())
    (await live.join("dave", "#room")).say("QUIT :bye")
    live.wrong = 7200.0  # somebody sets the clock
    for _ in range(200):
        mock_clock.jump(1.0)
        await alice.hear()
    live.wrong = 0.0
    await (await live.join("late", "#room")).hear()
    replica = Replica(tmp_path, {"flood": {"rate": 0}}).decide(live.log)
    assert replica.journal == encoded(store.committed)
    assert replica.state == state_of(live.core)
    assert {type(entry.entered) for entry in live.log} >= {i.SaidTooMuch, i.SpokeTls, i.TimedOut, i.Left, i.Closed}


def test_another_log_is_decided_otherwise(log: list[Entry], decided: Decided, tmp_path: Path) -> None:
    """So the comparison sees something."""
    changed = [entry for entry in log if entry.entered != i.Administered(do.DropAccount("dora"))]
    assert len(changed) == len(log) - 1
    other = Replica(tmp_path, SETTINGS).decide(changed)
    assert other.journal != decided.journal
    assert other.state != decided.state
