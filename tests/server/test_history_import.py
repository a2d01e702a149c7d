"""History that was kept elsewhere: our own export, and the log files of other programs."""

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ircwire import parse
from ircwire.casemap import ascii_fold
from tests.support.irc import Irc, params
from tests.support.services import chanserv, device, member
from trialogue_server.cli.archive import run
from trialogue_server.store import archive, history_import
from trialogue_server.store.base import StoreBroken
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.foreign_logs import read_log
from trialogue_server.store.queries import read_page
from trialogue_server.world import events as e
from trialogue_server.world.history import Page

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
    assert history_import.import_events(empty, history_import.read_export(file)) == (len(exported(database)), 0)
    assert exported(empty) == exported(database)
    for into in (empty, database):
        assert history_import.import_events(into, history_import.read_export(file)) == (0, len(exported(database)))
    page = partial(read_page, page=Page("#place", only_messages=False, limit=1000))
    for before, after in zip(database.readers.query(page), empty.readers.query(page), strict=True):
        assert int(before.at * 1000) == int(after.at * 1000), "it is shown with the same time"


def test_an_id_that_is_taken_gives_way(tmp_path: Path, empty: Database) -> None:
    """Another server gave the same id to something else: neither is lost, and it is still known the next time."""
    ours = e.MessagePosted(7 << 20, 0.007, 1, "a!b@c", "", "PRIVMSG", "#room", "#room", 0, "", "ours", "")
    empty.write([ours])
    file = tmp_path / "export"
    file.write_text(exported(empty)[0].replace("ours", "theirs"), encoding="utf-8")
    assert history_import.import_events(empty, history_import.read_export(file)) == (1, 0)
    assert history_import.import_events(empty, history_import.read_export(file)) == (0, 1)
    assert [event.id for event in empty.readers.query(partial(read_page, page=Page("#room")))] == [
        7 << 20,
        (7 << 20) + 1,
    ]


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
    known = history_import.import_events(empty, history_import.read_foreign(part, kind, "#Room", ascii_fold)).new
    assert 0 < known < len(texts)
    assert history_import.import_events(empty, history_import.read_foreign(file, kind, "#Room", ascii_fold)) == (
        len(texts) - known,
        known,
    )
    assert history_import.import_events(empty, history_import.read_foreign(file, kind, "#Room", ascii_fold)) == (
        0,
        len(texts),
    )
    events = empty.readers.query(partial(read_page, page=Page("#room")))
    assert [event.text for event in events if isinstance(event, e.MessagePosted)] == texts
    assert [event.source.partition("!")[0] for event in events][:4] == ["alice", "bob", "bob", "bob"]
    said = list(read_log(file, kind))
    assert said[0].at == pytest.approx(said[-1].at, abs=24 * 3600)


def test_a_log_of_which_no_day_can_be_told_is_refused(tmp_path: Path, empty: Database) -> None:
    file = tmp_path / "room.log"
    file.write_text(ZNC, encoding="utf-8")
    with pytest.raises(StoreBroken, match="not named after a day"):
        history_import.import_events(empty, history_import.read_foreign(file, "znc", "#room", ascii_fold))


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"msgid":"1","event":"MessagePosted","conversation":"#r"}'])
def test_what_is_no_export_is_refused(tmp_path: Path, empty: Database, line: str) -> None:
    file = tmp_path / "export"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(StoreBroken, match="line 1: this is no line of an export"):
        history_import.import_events(empty, history_import.read_export(file))


WEECHAT_TODAY = """\
2026-01-31T12:00:00.123456Z\talice\tin ISO 8601, with microseconds and a zone
2026-01-31 12:00:00.5+01:00\tbob\tan hour before that
2026-01-31 13:00:01,25 -0130\tcarol\twith other signs
2026-01-31 12:00:02\t--\tNotice(dan) -> #room: a notice
2026-01-31 12:00:03\t *\tdan waves
"""


def test_the_formats_of_today(tmp_path: Path) -> None:
    """WeeChat writes ``%@%F %T.%fZ`` by default since 4.4, and whatever else logger.file.time_format says."""
    file = tmp_path / "room.weechatlog"
    file.write_text(WEECHAT_TODAY, encoding="utf-8")
    unknown: list[tuple[int, str]] = []
    said = list(read_log(file, "weechat", lambda *line: unknown.append(line)))
    assert unknown == []
    assert [round(one.at, 3) for one in said[:3]] == [1769860800.123, 1769857200.5, 1769869801.25]
    assert [(one.nick, one.text, one.command) for one in said[3:]] == [
        ("dan", "a notice", "NOTICE"),
        ("dan", "\x01ACTION waves\x01", "PRIVMSG"),
    ]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("--- Log opened Sat Jan 31 12:00:00 2026", (1, 31)),
        ("--- Day changed Sun Feb 01 2026", (2, 1)),
        ("--- Log opened Mi Mär 04 12:00:00 2026", (3, 4)),
        ("--- Tag geändert Do Dez 31 2026", (12, 31)),
        ("--- Day changed mer. août 05 2026", (8, 5)),
        ("--- Journal ouvert dim. 01 févr. 08:00:00 2026", (2, 1)),
        ("--- Day changed nie lis 01 2026", (11, 1)),
        ("--- Day changed čet lis 01 2026", (10, 1)),
        ("--- Day changed Pá pro 11 2026", (12, 11)),
        ("--- Log opened Вс мая 03 09:00:00 2026", (5, 3)),
        ("--- Day changed нд лис 01 2026", (11, 1)),
        ("--- Day changed Κυρ Μαρ 01 2026", (3, 1)),
        ("--- Day changed 日 3月 01 2026", (3, 1)),
        ("--- Day changed 일  3월 01 2026", (3, 1)),
        ("--- Day changed ke touko 13 2026", (5, 13)),
        ("--- Day changed 2026-07-04", (7, 4)),
    ],
)
def test_days_in_any_language(tmp_path: Path, line: str, day: tuple[int, int]) -> None:
    """irssi writes log_open_string and log_day_changed, which are settings, with ``%a %b %d %Y`` of the locale."""
    file = tmp_path / "room.log"
    file.write_text(f"{line}\n12:00 <alice> hi\n", encoding="utf-8")
    (said,) = read_log(file, "irssi")
    assert time.localtime(said.at)[:5] == (2026, *day, 12, 0)


@pytest.mark.parametrize(
    "line", ["--- Day changed Sun Foo 01 2026", "--- Day changed Xyz lis 01 2026", "--- 2026", "---  "]
)
def test_a_day_that_is_not_understood_is_not_taken_for_the_one_before(tmp_path: Path, line: str) -> None:
    file = tmp_path / "room.log"
    file.write_text(
        f"--- Log opened Sat Jan 31 12:00:00 2026\n12:00 <a> hi\n{line}\n12:01 <a> when?\n", encoding="utf-8"
    )
    unknown: list[tuple[int, str]] = []
    assert [one.text for one in read_log(file, "irssi", lambda *line: unknown.append(line))] == ["hi"]
    assert [number for number, _ in unknown] == [3, 4]


@pytest.mark.parametrize(
    ("line", "nick", "text", "command"),
    [
        ("12:00<@alice> no blank", "alice", "no blank", "PRIVMSG"),
        ("12:00:07< alice> no blank", "alice", "no blank", "PRIVMSG"),
        ("[12:00] <alice> in brackets", "alice", "in brackets", "PRIVMSG"),
        ("12:00 * alice waves", "alice", "\x01ACTION waves\x01", "PRIVMSG"),
        ("12:00  * alice waves", "alice", "\x01ACTION waves\x01", "PRIVMSG"),
        ("12:00* alice waves", "alice", "\x01ACTION waves\x01", "PRIVMSG"),
        ("12:00 -alice:#room- hear hear", "alice", "hear hear", "NOTICE"),
        ("12:00 <alice>", "alice", "", "PRIVMSG"),
        ("12:00 <alice> <bob> said that", "alice", "<bob> said that", "PRIVMSG"),
    ],
)
def test_the_clocks_of_irssi(tmp_path: Path, line: str, nick: str, text: str, command: str) -> None:
    """``timestamp_format`` and ``log_timestamp`` are settings, and need not end with a blank."""
    file = tmp_path / "room.log"
    file.write_text(f"--- Log opened Sat Jan 31 12:00:00 2026\n{line}\n12:01 -!- bob [b@c] has joined #room\n")
    unknown: list[tuple[int, str]] = []
    (said,) = read_log(file, "irssi", lambda *line: unknown.append(line))
    assert (said.nick, said.text, said.command, unknown) == (nick, text, command, [])


@pytest.mark.parametrize(
    ("kind", "log"),
    [
        ("weechat", "2026-01-31 12:00:01\t@alice\thello\nsome other line\n2026-13-41 12:00:01\tbob\tnever\n"),
        (
            "irssi",
            "--- Log opened Sat Jan 31 12:00:00 2026\n12:00 <@alice> hello\nsome other line\n12:99 <bob> never\n",
        ),
        ("znc", "[12:00:01] <alice> hello\nsome other line\n[12:00:99] <bob> never\n"),
    ],
)
def test_what_is_not_understood_is_told_with_its_number(tmp_path: Path, kind: str, log: str) -> None:
    file = tmp_path / "2026-01-31.log"
    file.write_text(log)
    unknown: list[tuple[int, str]] = []
    rows = list(history_import.read_foreign(file, kind, "#room", ascii_fold, lambda *line: unknown.append(line)))
    assert len(rows) == 1
    first = log.splitlines().index("some other line") + 1
    assert unknown == [(first, "some other line"), (first + 1, log.splitlines()[first])]


@pytest.mark.parametrize("kind", ["weechat", "irssi", "znc"])
@pytest.mark.parametrize("text", ["", "nothing\nof this\n", "\0\r\n"])
def test_a_file_of_which_nothing_is_understood_is_an_error(
    tmp_path: Path, empty: Database, kind: str, text: str
) -> None:
    file = tmp_path / "2026-01-31.log"
    file.write_text(text)
    with pytest.raises(StoreBroken, match="nothing in it is understood"):
        history_import.import_events(empty, history_import.read_foreign(file, kind, "#room", ascii_fold))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "UTC"])
def test_the_order_of_the_file_wins(tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the hour that comes twice too, and where the clock was put back; later days are as they are."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        day = "2026-11-01" if zone.startswith("America") else "2026-10-25"
        hour = 1 if zone.startswith("America") else 2
        clocks = [
            f"{hour:02}:10",
            f"{hour:02}:50",
            f"{hour:02}:05",
            f"{hour:02}:40",
            f"{hour + 1:02}:00",
            "12:00",
            "11:58",
        ]
        lines = [f"{day} {clock}:00\talice\t{number}" for number, clock in enumerate(clocks)]
        file = tmp_path / "room.weechatlog"
        file.write_text("\n".join([*lines, "2026-10-01 12:00:00\talice\tanother file"]))
        said = list(read_log(file, "weechat"))
    finally:
        monkeypatch.undo()
        time.tzset()
    times = [one.at for one in said[:-1]]
    assert times == sorted(times)
    if zone != "UTC":
        assert [later - times[0] for later in times[1:5]] == [40 * 60, 55 * 60, 90 * 60, 110 * 60]
    assert said[-1].at < times[0], "a day or more is no clock that was put back"


HOSTILE = [
    ("2026-01-31 12:00:01\tbob\thello\rQUIT :injected\n", "hello QUIT :injected"),
    ("2026-01-31 12:00:01\tbob\tnul\0 there\n", "nul  there"),
    ("2026-01-31 12:00:01\tbob smith\thello\n", None),
    ("2026-01-31 12:00:01\tbob\rQUIT\thello\n", None),
    ("2026-01-31 12:00:01\t:bob\thello\n", None),
    ("2026-01-31 12:00:01\tbob!x@y\thello\n", None),
    ("2026-01-31 12:00:01\tbo\u2028b\thello\n", None),
    ("2026-01-31 12:00:01\tbob\t\x01VERSION\x01\n", None),
    ("2026-01-31 12:00:01\tbob\t\x01DCC SEND a 1 2 3\x01\n", None),
]


@pytest.mark.parametrize(("line", "text"), HOSTILE)
def test_a_log_brings_nothing_that_the_wire_does_not_allow(
    tmp_path: Path, empty: Database, line: str, text: str | None
) -> None:
    """ "NUL, CR and LF are not allowed within messages", nor blanks within nicks.

    https://modern.ircdocs.horse/#message-format
    """
    file = tmp_path / "room.weechatlog"
    file.write_text(line + "2026-01-31 12:00:02\talice\tgood\n", encoding="utf-8", newline="")
    unknown: list[tuple[int, str]] = []
    tell = partial(lambda number, line: unknown.append((number, line)))
    history_import.import_events(empty, history_import.read_foreign(file, "weechat", "#room", ascii_fold, tell))
    history_import.open_history(empty, "#room")
    alice = Irc(database=empty).connect("alice", "batch", "draft/chathistory")
    alice.ask("JOIN #room")
    said = params(alice.ask("CHATHISTORY LATEST #room * 10"), "PRIVMSG")
    assert said == [["#room", said_text] for said_text in (text, "good") if said_text]
    assert len(unknown) == (text is None)


def test_whatever_is_stored_a_line_is_a_line(empty: Database) -> None:
    """ "NUL, CR and LF are not allowed within messages": earlier versions took them out of logs.

    https://modern.ircdocs.horse/#message-format
    """
    for number, (source, text, tags) in enumerate(
        [
            ("bob\rQUIT :injected!imported@imported", "hello", ""),
            ("bob smith!imported@imported", "hello\r\nQUIT :injected\0", ""),
            (":bob!imported@imported", "hello", "+a=b\nQUIT"),
        ],
        start=1,
    ):
        empty.write([e.MessagePosted(number << 20, 1.0, 0, source, "", "PRIVMSG", "#room", "#room", 0, "", text, tags)])
    history_import.open_history(empty, "#room")
    alice = Irc(database=empty).connect("alice", *CAPS)
    alice.ask("JOIN #room")
    alice.send("CHATHISTORY LATEST #room * 10")
    lines = alice.lines()
    assert len(lines) == 6
    assert not any("\r" in line or "\n" in line or "\0" in line for line in lines)
    assert {parse(line).command for line in lines} == {"BATCH", "PRIVMSG", "JOIN"}


def test_a_line_that_fits_no_message_is_kept_whole(tmp_path: Path, empty: Database) -> None:
    text = " ".join(f"wörd{number}" for number in range(300))
    file = tmp_path / "room.weechatlog"
    file.write_text(f"2026-01-31 12:00:02\talice\t{text}\n", encoding="utf-8")
    history_import.import_events(empty, history_import.read_foreign(file, "weechat", "#room", ascii_fold))
    history_import.open_history(empty, "#room")
    alice = Irc(database=empty).connect("alice", "batch", "draft/chathistory")
    alice.ask("JOIN #room")
    said = params(alice.ask("CHATHISTORY LATEST #room * 10"), "PRIVMSG")
    assert len(said) > 1
    assert "".join(one[1] for one in said) == text


def test_an_old_log_that_is_no_utf8_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "room.log"
    file.write_bytes(b"\xef\xbb\xbf2026-01-31 12:00:02\talice\tcaf\xe9\n2026-01-31 12:00:02\talice\tcaf\xc3\xa9\n")
    assert [one.text for one in read_log(file, "weechat")] == ["café", "café"]


@pytest.mark.parametrize(
    "change",
    [
        {"source": "a!b@c\r\nQUIT"},
        {"source": "a b!c@d"},
        {"source": ":a"},
        {"source": ""},
        {"text": "hello\r\nQUIT :x"},
        {"text": "hello\0"},
        {"target": "#room :x"},
        {"channel": "#room\n"},
        {"command": "QUIT"},
        {"command": "PRIVMSG x"},
        {"tags": "+a=b c"},
        {"tags": "+a=b\r\nQUIT"},
        {"account": "a b"},
        {"target": ""},
        {"target": "x" * 400},
        {"source": "x" * 400},
        {"tags": "time=2011-10-19T16:40:51.620Z"},
        {"tags": "msgid=0000000000700000;+a=1"},
        {"tags": "+a=" + "x" * 4094},
        {"conversation": "#room\rQUIT"},
        {"conversation": "#room x"},
        {"conversation": "room"},
        {"conversation": "a b c"},
        {"conversation": "\n\n"},
        {"conversation": ""},
    ],
)
def test_json_brings_nothing_that_the_wire_does_not_allow(
    tmp_path: Path, empty: Database, change: dict[str, str]
) -> None:
    """ "NUL, CR and LF are not allowed within messages".  https://modern.ircdocs.horse/#message-format"""
    line = {
        "msgid": "0000000000700000", "conversation": "#room", "event": "MessagePosted", "source": "a!b@c",
        "account": "", "command": "PRIVMSG", "target": "#room", "channel": "#room", "to": 0, "text": "hi",
    }  # fmt: skip
    file = tmp_path / "export"
    file.write_text(json.dumps(line) + "\n\n")
    assert history_import.import_events(empty, history_import.read_export(file)) == (1, 0)
    file.write_text(json.dumps(line | change))
    with pytest.raises(StoreBroken, match="line 1: this is no line of an export"):
        history_import.import_events(empty, history_import.read_export(file))


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({"text": "\x01VERSION\x01"}, 0),
        ({"command": "NOTICE", "text": "\x01PING 1\x01"}, 0),
        ({"text": "\x01ACTION waves\x01"}, 1),
        ({"command": "TAGMSG", "text": "", "tags": "+typing=active"}, 0),
        ({"conversation": "alice bob", "channel": "", "target": "bob", "between": "alice bob"}, 1),
        ({"conversation": "\nalice bob", "channel": "", "target": "bob", "between": "\nalice bob"}, 1),
    ],
)
def test_json_brings_no_queries_to_programs(
    tmp_path: Path, empty: Database, change: dict[str, str], taken: int
) -> None:
    """An export of an earlier version may have them: they are told of, and the rest is taken in."""
    line = {
        "msgid": "0000000000700000", "conversation": "#room", "event": "MessagePosted", "source": "a!b@c",
        "account": "", "command": "PRIVMSG", "target": "#room", "channel": "#room", "to": 0, "text": "hi",
    }  # fmt: skip
    file, told = tmp_path / "export", list[int]()
    file.write_text(json.dumps(line | change))
    rows = history_import.read_export(file, lambda number, line: told.append(number))
    assert history_import.import_events(empty, rows) == (taken, 0)
    assert told == [1] * (1 - taken)


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
    history_import.import_events(database, history_import.read_foreign(file, "znc", "#room", ascii_fold))
    history_import.open_history(database, "#room")
    irc = Irc(database=database)
    bob = device(irc, "alice", *CAPS) if is_registered else irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    assert len(params(bob.ask("CHATHISTORY LATEST #room * 50"), "PRIVMSG")) == 4


@pytest.mark.parametrize(
    ("log", "code", "out", "err"),
    [
        (
            WEECHAT + "\x1b[31mred\n" + "what\n" * 30,
            0,
            "4 events are new; 0 were there already.\n",
            ["31 lines were left out:", "  line 7: \\x1b[31mred", "  line 8: what", "  and 11 more"],
        ),
        (
            WEECHAT + "what\n",
            0,
            "4 events are new; 0 were there already.\n",
            ["1 line was left out:", "  line 7: what"],
        ),
        (WEECHAT, 0, "4 events are new; 0 were there already.\n", []),
        (
            "what\nis this\n",
            1,
            "",
            ["2 lines were left out:", "  line 1: what", "  line 2: is this", "nothing in it"],
        ),
    ],
)
def test_the_command_says_what_it_did_not_understand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], log: str, code: int, out: str, err: list[str]
) -> None:
    file = tmp_path / "room.weechatlog"
    file.write_text(log, encoding="utf-8")
    words = ["import", str(file), "--format", "weechat", "--room", "#room", "--data-dir", str(tmp_path / "data")]
    assert run(words, {}) == code
    told = capsys.readouterr()
    assert told.out == out
    assert all(any(line in got for got in told.err.splitlines()) for line in err)
    assert bool(told.err) is bool(err)


@pytest.mark.parametrize("room", ["#a b", "#a\rQUIT", "#", f"#{'x' * 70}", "#caf\xe9"])
def test_a_room_that_there_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str], room: str) -> None:
    file = tmp_path / "room.weechatlog"
    file.write_text(WEECHAT, encoding="utf-8")
    words = ["import", str(file), "--format", "weechat", "--room", room, "--data-dir", str(tmp_path / "data")]
    assert run(words, {}) == 1
    assert "cannot be a room's name" in capsys.readouterr().err
