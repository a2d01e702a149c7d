"""History that was kept elsewhere: our own export, and the log files of other programs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ircwire.casemap import ascii_fold
from tests.support.irc import Irc, params
from tests.support.services import chanserv, device, member
from trialogue_server.store import archive, importing
from trialogue_server.store.base import StoreBroken
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.foreign import read_log
from trialogue_server.store.history import Page
from trialogue_server.store.reading import read_page
from trialogue_server.world import events as e

CAPS = ("batch", "message-tags", "server-time", "draft/chathistory", "draft/event-playback", "echo-message")
WEECHAT = """\
2026-01-31 12:00:00\t-->\talice (a@b) has joined #room
2026-01-31 12:00:01\t@alice\thello\tthere
2026-01-31 12:00:01\tbob\tlol
2026-01-31 12:00:01\tbob\tlol
2026-01-31 12:00:02\t *\tbob waves at 東京
2026-01-31 12:00:03\t--\tMode #room [+n] by alice
"""
IRSSI = """\
--- Log opened Sat Jan 31 12:00:00 2026
12:00 -!- alice [a@b] has joined #room
12:00 <@alice> hello there
12:00 < bob> lol
12:00 < bob> lol
12:01  * bob waves at 東京
--- Day changed Sun Feb 01 2026
00:01 <bob> late
"""
ZNC = """\
[12:00:00] *** Joins: alice (a@b)
[12:00:01] <alice> hello there
[12:00:01] <bob> lol
[12:00:01] <bob> lol
[12:00:02] * bob waves at 東京
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / FILE_NAME, durability="process", fold=ascii_fold)
    yield opened
    opened.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "empty").mkdir()
    opened = Database(tmp_path / "empty" / FILE_NAME, durability="process", fold=ascii_fold)
    yield opened
    opened.close()


def exported(database: Database) -> list[str]:
    return list(archive.export(database.path))


def test_an_export_becomes_the_same_history(tmp_path: Path, database: Database, empty: Database) -> None:
    """All of it, also what was said in a room that has another name now; and twice is once."""
    irc = Irc(database=database)
    alice, bob = irc.connect("alice", *CAPS, "draft/multiline"), irc.connect("bob", *CAPS)
    irc.enter("#room", alice, bob)
    alice.send("PRIVMSG #room :one", "TOPIC #room :news", "MODE #room +v bob", "PRIVMSG bob :psst", "KICK #room bob")
    alice.send("@+draft/reply=x NOTICE #room :two", "RENAME #room #place", "PRIVMSG #place :three")
    alice.send(
        "BATCH +1 draft/multiline #place", "@batch=1 PRIVMSG #place :a", "@batch=1 PRIVMSG #place :b", "BATCH -1"
    )
    for _ in range(300):
        irc.wait(0.001)
        alice.send("PRIVMSG #place :more")
    irc.flush()
    file = tmp_path / "export"
    file.write_text("\n".join(exported(database)), encoding="utf-8")
    assert len(exported(database)) > 305
    assert importing.take_in(empty, importing.read_export(file)) == (len(exported(database)), 0)
    assert exported(empty) == exported(database)
    for into in (empty, database):
        assert importing.take_in(into, importing.read_export(file)) == (0, len(exported(database)))
    page = partial(read_page, page=Page("#place", only_messages=False, limit=1000))
    for before, after in zip(database.read(page), empty.read(page), strict=True):
        assert int(before.at * 1000) == int(after.at * 1000), "it is shown with the same time"


def test_an_id_that_is_taken_gives_way(tmp_path: Path, empty: Database) -> None:
    """Another server gave the same id to something else: neither is lost, and it is still known the next time."""
    ours = e.MessagePosted(7 << 20, 0.007, 1, "a!b@c", "", "PRIVMSG", "#room", "#room", 0, "", "ours", "")
    empty.write([ours])
    file = tmp_path / "export"
    file.write_text(exported(empty)[0].replace("ours", "theirs"), encoding="utf-8")
    assert importing.take_in(empty, importing.read_export(file)) == (1, 0)
    assert importing.take_in(empty, importing.read_export(file)) == (0, 1)
    assert [event.id for event in empty.read(partial(read_page, page=Page("#room")))] == [7 << 20, (7 << 20) + 1]


@pytest.mark.parametrize(
    ("kind", "log", "texts"),
    [
        ("weechat", WEECHAT, ["hello\tthere", "lol", "lol", "\x01ACTION waves at 東京\x01"]),
        ("irssi", IRSSI, ["hello there", "lol", "lol", "\x01ACTION waves at 東京\x01", "late"]),
        ("znc", ZNC, ["hello there", "lol", "lol", "\x01ACTION waves at 東京\x01"]),
    ],
)
def test_a_log_becomes_history_once(tmp_path: Path, empty: Database, kind: str, log: str, texts: list[str]) -> None:
    """Also where somebody said the same twice in one second; a part of it that is taken in before is known then."""
    file, part = tmp_path / "2026-01-31.log", tmp_path / "2026-01-31-part.log"
    file.write_text(log, encoding="utf-8")
    part.write_text("\n".join(log.splitlines()[:3]), encoding="utf-8")
    known = importing.take_in(empty, importing.read_foreign(part, kind, "#Room", ascii_fold)).new
    assert 0 < known < len(texts)
    assert importing.take_in(empty, importing.read_foreign(file, kind, "#Room", ascii_fold)) == (
        len(texts) - known,
        known,
    )
    assert importing.take_in(empty, importing.read_foreign(file, kind, "#Room", ascii_fold)) == (0, len(texts))
    events = empty.read(partial(read_page, page=Page("#room")))
    assert [event.text for event in events if isinstance(event, e.MessagePosted)] == texts
    assert [event.source.partition("!")[0] for event in events][:4] == ["alice", "bob", "bob", "bob"]
    said = list(read_log(file, kind))
    assert said[0].at == pytest.approx(said[-1].at, abs=24 * 3600)


def test_a_log_of_which_no_day_can_be_told_is_refused(tmp_path: Path, empty: Database) -> None:
    file = tmp_path / "room.log"
    file.write_text(ZNC, encoding="utf-8")
    with pytest.raises(StoreBroken, match="not named after a day"):
        importing.take_in(empty, importing.read_foreign(file, "znc", "#room", ascii_fold))


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"msgid":"1","event":"MessagePosted","conversation":"#r"}'])
def test_what_is_no_export_is_refused(tmp_path: Path, empty: Database, line: str) -> None:
    file = tmp_path / "export"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(StoreBroken, match="line 1: this is no line of an export"):
        importing.take_in(empty, importing.read_export(file))


@pytest.mark.parametrize("is_registered", [True, False])
def test_members_read_what_was_taken_in_for_their_room(tmp_path: Path, database: Database, is_registered: bool) -> None:
    """Else nobody could: it is older than the room. The administrator decides it, by naming the room."""
    irc = Irc(database=database)
    if is_registered:
        alice = member(irc, "alice")
        irc.enter("#Room", alice)
        chanserv(alice, "REGISTER #room")
    irc.flush()
    file = tmp_path / "2020-01-31.log"
    file.write_text(ZNC, encoding="utf-8")
    importing.take_in(database, importing.read_foreign(file, "znc", "#room", ascii_fold))
    importing.open_room(database, "#room")
    irc = Irc(database=database)
    bob = device(irc, "alice", *CAPS) if is_registered else irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    assert len(params(bob.ask("CHATHISTORY LATEST #room * 50"), "PRIVMSG")) == 4
