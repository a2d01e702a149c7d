"""The audit log: what operators did is logged, and kept, once it is committed, and not before."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from ircwire.casemap import ascii_fold
from tests.support.irc import OPERATORS, Irc, params
from tests.support.services import member
from trialogue_server.obs.logs import configure
from trialogue_server.store.archive import verify
from trialogue_server.store.audit import AuditQuery, as_json, describe_deed, read_audit
from trialogue_server.store.audit_journal import AuditedJournal
from trialogue_server.store.base import StoreBroken, StoreUnavailable
from trialogue_server.store.database import Database
from trialogue_server.store.memory import MemoryStore
from trialogue_server.world.events import Event, OperatorActed, WallopsSent

STAMP = (1, 1.0, 7, "alice!alice@192.0.2.1", "alice")
DEED = OperatorActed(*STAMP, "root", "KILL", "bob!bob@192.0.2.2", "spam")


class Full:
    """A disk without room."""

    async def commit(self, batch: Sequence[Event]) -> None:
        """Refuse every batch."""
        raise StoreUnavailable("full")


async def test_what_an_operator_did_is_logged_with_who_what_whom_and_why() -> None:
    stream = io.StringIO()
    with configure("info", "json", stream):
        await AuditedJournal(MemoryStore()).commit([WallopsSent(*STAMP, "secret words"), DEED])
    (line,) = stream.getvalue().splitlines()
    logged = json.loads(line)
    assert logged.pop("timestamp")
    assert logged == {
        "level": "info",
        "event": "operator",
        "operator": "root",
        "source": "alice!alice@192.0.2.1",
        "account": "alice",
        "action": "KILL",
        "target": "bob!bob@192.0.2.2",
        "reason": "spam",
    }


async def test_what_could_not_be_committed_is_not_logged() -> None:
    stream = io.StringIO()
    with configure("info", "json", stream), pytest.raises(StoreUnavailable):
        await AuditedJournal(Full()).commit([DEED])
    assert stream.getvalue() == ""


# In the database.

DAY = 24 * 3600


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    yield made
    made.close()


def deed(at: float, operator: str = "root", account: str = "alice") -> OperatorActed:
    return replace(DEED, id=int(at * 1000) << 20, at=at, operator=operator, account=account)


def test_deeds_are_kept_in_order_and_can_be_chosen(database: Database) -> None:
    deeds = [deed(10), deed(20, "guard"), deed(30, "guard", "root"), deed(40)]
    database.write(deeds)
    database.write(deeds[1:2])  # twice does no harm
    for wanted, left in (
        (AuditQuery(), [10, 20, 30, 40]),
        (AuditQuery(since=20), [20, 30, 40]),
        (AuditQuery(operator="guard"), [20, 30]),
        (AuditQuery(operator="root"), [10, 30, 40]),
        (AuditQuery(operator="alice"), [10, 20, 40]),
        (AuditQuery(most=2), [30, 40]),
        (AuditQuery(operator="guard", most=1), [30]),
        (AuditQuery(since=41), []),
    ):
        assert [one.at for one in read_audit(database.path, wanted)] == left


@pytest.mark.parametrize(
    ("days", "entries", "left"),
    [(0, 0, [0, 1, 2, 3]), (2, 0, [2, 3]), (0, 3, [1, 2, 3]), (2, 1, [3]), (9, 9, [0, 1, 2, 3])],
)
def test_no_more_is_kept_than_the_settings_say(database: Database, days: int, entries: int, left: list[int]) -> None:
    database.write([deed(number * DAY + 10) for number in range(4)])
    database.expire_audit(now=4 * DAY, days=days, entries=entries)
    assert [int(one.at // DAY) for one in read_audit(database.path, AuditQuery())] == left


def test_a_deed_is_kept_with_what_it_changed_or_not_at_all(database: Database) -> None:
    irc = Irc(database=database, operators=OPERATORS)
    root = irc.oper("root")
    root.ask("BAN ADD account mallory 1h :spam", "JOIN #room", "PRIVMSG #room :private words", "PART #room")
    irc.room("#room", "alice")
    root.ask("MODE #room +k hush", "TOPIC #room :a private matter", "MODE #room -k", "RENAME #room #hall")
    deeds = read_audit(database.path, AuditQuery())
    assert [(one.action, one.target) for one in deeds] == [
        ("OPER", ""),
        ("BAN ADD", "account mallory"),
        ("MODE", "#room +k *"),
        ("TOPIC", "#room"),
        ("MODE", "#room -k *"),
        ("RENAME", "#room #hall"),
    ]
    assert not any(word in repr(deeds) for word in ("hush", "private"))
    verify(database.path)


def test_whoever_reads_what_only_the_privilege_opens_does_so_on_record(database: Database) -> None:
    irc = Irc(database=database, operators=OPERATORS)
    root = irc.oper("root", "batch", "draft/chathistory")
    irc.room("#room", "alice")
    root.ask("CHATHISTORY LATEST #room * 10", "JOIN #room", "CHATHISTORY LATEST #room * 10")
    assert [(one.action, one.target) for one in read_audit(database.path, AuditQuery())][1:] == [
        ("CHATHISTORY", "#room")
    ]


def test_a_deed_is_shown_as_a_line_and_as_json() -> None:
    strange = replace(DEED, reason="spam\x1b[31m\nand more")
    assert describe_deed(strange) == (
        "1970-01-01 00:00:01Z  root (alice)  alice!alice@192.0.2.1  KILL bob!bob@192.0.2.2: spam\\x1b[31m\\nand more"
    )
    assert json.loads(as_json(DEED)) == {
        "time": "1970-01-01T00:00:01.000Z",
        "operator": "root",
        "account": "alice",
        "source": "alice!alice@192.0.2.1",
        "action": "KILL",
        "target": "bob!bob@192.0.2.2",
        "reason": "spam",
    }


def test_what_cannot_be_read_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreBroken, match="is not there"):
        read_audit(tmp_path / "none.db", AuditQuery())
    database.write([DEED])
    database._connection.execute("UPDATE audit SET data = x'00'")
    with pytest.raises(StoreBroken, match="cannot be read"):
        read_audit(database.path, AuditQuery())
    with pytest.raises(StoreBroken, match="of the audit log cannot be read"):
        verify(database.path)


def test_whoever_reads_more_than_any_member_may_does_so_on_record(database: Database) -> None:
    """Being in the room is not enough where its founder shows what was said since one joined."""
    irc = Irc(database=database, operators=OPERATORS)
    caps = ("batch", "draft/chathistory", "message-tags", "draft/read-marker")
    owner = member(irc, "owner")
    owner.send("JOIN #room", "CS REGISTER #room", "CS SET HISTORY #room joined", "PRIVMSG #room :before")
    root = irc.oper("root", *caps)
    root.ask("JOIN #room")
    assert params(root.ask("SEARCH text=before"), "PRIVMSG") == [], "what is not asked for by name is not opened"
    root.ask("CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 10")
    assert [one.action for one in read_audit(database.path, AuditQuery())] == ["OPER"]
    assert params(root.ask("CHATHISTORY LATEST #room * 10"), "PRIVMSG") == [["#room", "before"]]
    assert params(root.ask("SEARCH text=before;in=#room"), "PRIVMSG") == [["#room", "before"]]
    deeds = [(one.action, one.target) for one in read_audit(database.path, AuditQuery())]
    assert deeds[1:] == [("CHATHISTORY", "#room"), ("SEARCH", "#room")]


def test_nobody_is_played_back_what_only_a_privilege_opens(database: Database) -> None:
    irc = Irc(database=database, operators=OPERATORS)
    owner = member(irc, "owner")
    owner.send("JOIN #room", "CS REGISTER #room", "CS SET HISTORY #room joined", "PRIVMSG #room :before")
    root = irc.oper("root")
    assert params(root.ask("JOIN #room"), "PRIVMSG") == []
    assert [one.action for one in read_audit(database.path, AuditQuery())] == ["OPER"]


def test_whoever_may_read_it_as_a_member_is_not_on_record(database: Database) -> None:
    irc = Irc(database=database, operators=OPERATORS)
    owner = member(irc, "owner")
    owner.send("JOIN #room", "CS REGISTER #room", "PRIVMSG #room :before")
    root = irc.oper("root", "batch", "draft/chathistory")
    root.ask("JOIN #room")
    assert params(root.ask("CHATHISTORY LATEST #room * 10"), "PRIVMSG") == [["#room", "before"]]
    owner.send("CS SET HISTORY #room joined")
    irc.wait(1)
    root.ask("PART #room", "JOIN #room", "CHATHISTORY LATEST #room * 10")
    assert [one.action for one in read_audit(database.path, AuditQuery())][1:] == ["CHATHISTORY"]
