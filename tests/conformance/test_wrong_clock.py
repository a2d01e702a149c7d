"""A clock that was set wrong, and set right again: who said what when, and what is kept of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.irc import OPERATORS, Irc, params
from trialogue_server.commands import requests as do
from trialogue_server.control import retention
from trialogue_server.delivery.render import server_time
from trialogue_server.store.archive import export
from trialogue_server.store.audit import AuditQuery, read_audit
from trialogue_server.store.retention import Expiry

if TYPE_CHECKING:
    from pathlib import Path

    from trialogue_server.store.database import Database

CAPS = ("batch", "message-tags", "server-time", "echo-message", "draft/chathistory", "draft/read-marker")
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
JUMP = 400 * DAY


class Talk:
    """Alice talks to herself in #room; each message is remembered with the time at which it was really said."""

    def __init__(self, irc: Irc) -> None:
        self.irc = irc
        self.alice = irc.connect("alice", *CAPS)
        self.alice.ask("JOIN #room")
        self.real: dict[str, float] = {}
        self.ids: dict[str, str] = {}
        self.wrong = 0.0
        """Seconds by which the clock is ahead."""

    def set(self, wrong: float) -> None:
        """Set the clock so many seconds ahead of the real time."""
        self.irc.now += wrong - self.wrong
        self.wrong = wrong
        self.heed()

    def heed(self) -> None:
        self.irc.pass_time()
        self.irc.flush()

    def say(self, *texts: str) -> None:
        """Say it, a minute after what was said before."""
        for text in texts:
            self.irc.wait(MINUTE)
            (echo,) = self.alice.ask(f"PRIVMSG #room :{text}")
            self.real[text] = self.irc.now - self.wrong
            self.ids[text] = echo.tags["msgid"]

    def history(self, command: str) -> dict[str, str]:
        """Return texts and times of an answer."""
        messages = self.alice.ask(f"CHATHISTORY {command}")[1:-1]
        return {message.params[1]: message.tags["time"] for message in messages}

    def must_be_right(self) -> None:
        """By timestamp, everything is found where it was said, at the time at which it was said."""
        order = list(self.real)
        times = {text: server_time(at) for text, at in self.real.items()}
        assert self.history("LATEST #room * 50") == times
        assert list(self.history("LATEST #room * 50")) == order
        assert sorted(self.ids, key=self.ids.__getitem__) == order
        for place, text in enumerate(order):
            at = f"timestamp={times[text]}"
            assert list(self.history(f"BEFORE #room {at} 50")) == order[:place]
            assert list(self.history(f"AFTER #room {at} 50")) == order[place + 1 :]
            assert list(self.history(f"AFTER #room {at} 1")) == order[place + 1 : place + 2]
            assert list(self.history(f"LATEST #room {at} 50")) == order[place + 1 :]
            assert list(self.history(f"AROUND #room {at} 1")) == [text]
            between = f"timestamp={server_time(self.real[text] - 1)}"
            assert list(self.history(f"AFTER #room {between} 50")) == order[place:]
            assert list(self.history(f"BEFORE #room {between} 50")) == order[:place]
        until, last = f"timestamp={server_time(self.irc.now + 1)}", self.real[order[-1]]
        assert not self.targets(f"timestamp={server_time(last)} {until}"), "the last message is not later than itself"
        assert self.targets(f"timestamp={server_time(last - 1)} {until}") == [times[order[-1]]]

    def targets(self, points: str) -> list[str]:
        """Return the times of conversations."""
        return [target.params[-1] for target in self.alice.ask(f"CHATHISTORY TARGETS {points} 5")[1:-1]]


@pytest.fixture
def irc(database: Database) -> Irc:
    return Irc(database=database, operators=OPERATORS, history={"keep_days": 30}, log={"audit_days": 30})


@pytest.fixture
def talk(irc: Irc) -> Talk:
    made = Talk(irc)
    made.say("one", "two")
    return made


@pytest.mark.parametrize("jump", [2 * HOUR, DAY, JUMP, 300 * 365 * DAY, -300 * DAY, -2 * HOUR])
def test_a_wrong_jump_that_is_put_right_leaves_nothing_at_the_wrong_time(talk: Talk, jump: float) -> None:
    talk.set(jump)
    if jump > 0:
        talk.say("wrong", "wrong again")
    talk.set(0.0)
    talk.say("right", "right again")
    talk.must_be_right()


@pytest.mark.parametrize("back", [1.0, 30.0, HOUR / 2, HOUR - 1])
@pytest.mark.parametrize("restart", [False, True])
def test_times_do_not_go_back_where_the_clock_is_set_back_by_little(
    talk: Talk, database: Database, back: float, *, restart: bool
) -> None:
    """Clients that sort by the tag show what comes later below.  https://ircv3.net/specs/extensions/server-time"""
    talk.irc.now -= back
    if restart:
        talk.irc.flush()
        made = Talk(again(talk, database))
        made.real, made.ids = talk.real, talk.ids
        talk = made
    talk.say(*(f"after {number}" for number in range(5)))
    times = list(talk.history("LATEST #room * 50").values())
    assert times == sorted(times)
    assert len(set(times)) == len(times), "nor do they stand still"
    talk.irc.wait(2 * back)
    talk.say("there again")
    assert talk.history("LATEST #room * 1") == {"there again": server_time(talk.irc.now)}


def test_times_go_back_where_the_clock_was_wrong_by_more_and_history_keeps_its_order(talk: Talk) -> None:
    """ "Servers SHOULD provide clients with a consistent message order that is valid across the lifetime of a single
    connection, and which determinately orders any two messages": it is that in which things happened.

    https://ircv3.net/specs/extensions/chathistory
    """
    talk.irc.now -= 3 * HOUR
    talk.say("now")
    history = talk.history("LATEST #room * 50")
    assert list(history) == ["one", "two", "now"]
    assert history["now"] == server_time(talk.irc.now)


def test_nor_does_one_that_was_put_right_in_steps(talk: Talk) -> None:
    for wrong in (JUMP, 2 * JUMP, 10 * DAY):
        talk.set(wrong)
        talk.say(f"wrong by {wrong}")
    talk.set(0.5)
    talk.say("right")
    talk.irc.now -= 0.5
    talk.wrong = 0.0
    talk.real["right"] += 0.5  # as the clock was half a second off
    for wrong in (JUMP, 2 * JUMP, 10 * DAY):
        talk.real[f"wrong by {wrong}"] += 0.5
    talk.say("right again")
    talk.must_be_right()


def test_nor_does_one_that_was_put_right_while_the_server_was_stopped(talk: Talk, database: Database) -> None:
    talk.set(JUMP)
    talk.say("wrong")
    talk.irc.flush()
    later = Talk(again(talk, database))
    later.real, later.ids = talk.real, talk.ids
    later.irc.now -= JUMP
    later.heed()
    later.say("right")
    later.must_be_right()


def again(talk: Talk, database: Database) -> Irc:
    """Return the server after a restart that takes a minute."""
    irc = Irc(database=database, operators=OPERATORS)
    irc.now, irc.monotonic = talk.irc.now + MINUTE, 10.0
    return irc


def test_a_jump_that_is_confirmed_was_right(talk: Talk) -> None:
    talk.irc.now += JUMP
    talk.heed()
    talk.say("in doubt", "still")
    assert talk.irc.administer(do.ConfirmClock())[0].startswith("The clock is confirmed")
    talk.say("confirmed")
    talk.must_be_right()


def test_a_jump_that_is_confirmed_after_a_restart_was_right(talk: Talk, database: Database) -> None:
    talk.irc.now += JUMP
    talk.heed()
    talk.say("in doubt")
    later = Talk(again(talk, database))
    later.real, later.ids = talk.real, talk.ids
    assert later.irc.moment.doubt > JUMP - DAY
    later.irc.administer(do.ConfirmClock())
    later.say("confirmed")
    later.must_be_right()
    assert not again(later, database).moment.doubt


def test_while_it_is_in_doubt_history_goes_by_the_time_that_is_shown(talk: Talk) -> None:
    talk.irc.now += JUMP
    talk.say("in doubt", "still")
    talk.must_be_right()


def test_a_clock_that_was_wrong_from_the_first_day_on(talk: Talk) -> None:
    """Nobody can know that it was: what was said then bears times to come, and stands before what was said since."""
    talk.irc.now -= JUMP
    before = dict(talk.real)
    talk.real.clear()
    talk.say("right", "right again")
    order = list(talk.real)
    for place, text in enumerate(order):
        at = f"timestamp={server_time(talk.real[text])}"
        assert list(talk.history(f"AFTER #room {at} 50")) == order[place + 1 :]
        assert list(talk.history(f"BEFORE #room {at} 50")) == [*before, *order[:place]]
    lost_connection = f"timestamp={server_time(before['one'])}"
    assert list(talk.history(f"AFTER #room {lost_connection} 50")) == ["two", *order], "nobody misses anything"


def test_an_hour_back_and_on_again_hides_nothing_from_who_was_away(talk: Talk) -> None:
    talk.irc.now -= 2 * HOUR
    talk.say("while it was back")
    talk.irc.now += 2 * HOUR
    talk.say("right")
    assert not talk.irc.moment.doubt, "it is where it was before"
    at = f"timestamp={server_time(talk.real['two'])}"
    assert list(talk.history(f"AFTER #room {at} 50")) == ["while it was back", "right"]
    assert list(talk.history("LATEST #room * 50")) == list(talk.real)


def test_read_markers_move_on(talk: Talk) -> None:
    """ "If the timestamp is … newer … the server MUST update the stored timestamp."

    https://ircv3.net/specs/extensions/read-marker
    """
    talk.set(JUMP)
    talk.say("wrong")
    talk.alice.send(f"MARKREAD #room timestamp={server_time(talk.irc.now)}")
    talk.set(0.0)
    ((_, shown),) = params(talk.alice.ask("MARKREAD #room"), "MARKREAD")
    assert shown == f"timestamp={server_time(talk.real['wrong'])}"
    talk.say("right")
    now = f"timestamp={server_time(talk.irc.now)}"
    assert params(talk.alice.ask(f"MARKREAD #room {now}"), "MARKREAD") == [["#room", now]]


def test_a_marker_at_a_time_to_come_is_none(irc: Irc) -> None:
    talk = Talk(irc)
    talk.say("one")
    talk.alice.send(f"MARKREAD #room timestamp={server_time(irc.now)}")
    irc.now -= JUMP
    assert params(talk.alice.ask("MARKREAD #room"), "MARKREAD") == [["#room", "*"]]
    now = f"timestamp={server_time(irc.now)}"
    assert params(talk.alice.ask(f"MARKREAD #room {now}"), "MARKREAD") == [["#room", now]]


def test_searching_by_time_goes_by_the_right_one(talk: Talk) -> None:
    talk.set(JUMP)
    talk.say("tulips one")
    talk.set(0.0)
    talk.say("tulips two")
    between = server_time(talk.real["tulips two"] - 1)
    talk.alice.send("CAP REQ draft/search")
    for bound, text in (("after", "tulips two"), ("before", "tulips one")):
        found = talk.alice.ask(f"SEARCH text=tulips;in=#room;{bound}={between}")
        assert [said[1] for said in params(found, "PRIVMSG")] == [text]


def test_nothing_is_deleted_for_its_age(talk: Talk, database: Database) -> None:
    root = talk.irc.oper("root")
    root.send("WALLOPS :hello")
    talk.irc.flush()
    talk.set(JUMP)
    talk.say("wrong")
    expire(talk.irc, database)
    assert len(talk.history("LATEST #room * 50")) == 3
    assert deeds(database.path) == ["OPER", "WALLOPS"]
    talk.irc.administer(do.ConfirmClock())
    talk.irc.flush()
    expire(talk.irc, database)
    assert list(talk.history("LATEST #room * 50")) == ["wrong"]
    assert deeds(database.path) == ["CLOCK CONFIRM"]


def test_what_is_old_goes_in_its_time_after_a_wrong_jump(talk: Talk, database: Database) -> None:
    talk.set(JUMP)
    talk.say("wrong")
    talk.set(0.0)
    talk.irc.wait(29 * DAY)
    talk.say("later")
    expire(talk.irc, database)
    assert list(talk.history("LATEST #room * 50")) == list(talk.real)
    talk.irc.wait(2 * DAY)
    expire(talk.irc, database)
    assert list(talk.history("LATEST #room * 50")) == ["later"]


def expire(irc: Irc, database: Database) -> None:
    """Delete what is to be kept no longer."""
    irc.pass_time()
    keep = retention(irc.core)
    database.expire_audit(now=keep.now, days=keep.audit_days, entries=keep.audit_entries, times=keep.times)
    with closing(sqlite3.connect(database.path)) as connection:
        database.delete(Expiry(database.fold).read(connection, keep, 100))


def deeds(path: Path) -> list[str]:
    return [deed.action for deed in read_audit(path, AuditQuery())]


def test_the_audit_log_and_the_export_have_the_right_times(talk: Talk, database: Database) -> None:
    root = talk.irc.oper("root")
    talk.set(JUMP)
    talk.say("wrong")
    root.send("WALLOPS :hello")
    right = talk.irc.now - JUMP
    talk.set(0.0)
    talk.say("right")
    assert [deed.at for deed in read_audit(database.path, AuditQuery(since=right - 1))] == [right]
    assert read_audit(database.path, AuditQuery(since=right + 1)) == []
    (line,) = [line for line in export(database.path, room="#room") if "wrong" in line]
    assert f'"time":"{server_time(talk.real["wrong"])}"' in line


def test_a_server_that_starts_a_year_later_asks_whether_that_is_so(talk: Talk, database: Database) -> None:
    talk.irc.flush()
    irc = again(talk, database)
    irc.now += 29 * DAY
    assert not irc.moment.doubt, "it may have been stopped for a while"
    irc = again(talk, database)
    irc.now += JUMP
    later = Talk(irc)
    later.real, later.ids = talk.real, talk.ids
    assert "400 days ahead" in irc.pass_time()
    later.say("in doubt")
    later.must_be_right()
    later.set(-JUMP)
    later.real["in doubt"] -= JUMP
    later.irc.now += 0.0
    assert not irc.moment.doubt
    later.wrong = 0.0
    later.say("right")
    later.must_be_right()


def test_no_ban_ends(irc: Irc) -> None:
    irc.connect("bob", address="192.0.2.7")
    irc.administer(do.AddBan("address", "192.0.2.7", HOUR, "spam"))
    irc.now += JUMP
    irc.pass_time()
    assert is_banned(irc, "192.0.2.7")
    irc.administer(do.AddBan("address", "192.0.2.8", HOUR, "spam"))
    irc.now -= JUMP
    irc.pass_time()
    assert is_banned(irc, "192.0.2.8")
    irc.wait(HOUR + 1)
    irc.pass_time()
    assert not is_banned(irc, "192.0.2.7")
    assert not is_banned(irc, "192.0.2.8")


def is_banned(irc: Irc, address: str) -> bool:
    client = irc.open(address=address)
    client.send("NICK someone", "USER someone 0 * :Someone")
    banned = client.session.closing
    client.drop()
    return banned


def test_operators_and_the_administrator_are_told(irc: Irc) -> None:
    alice, root = irc.connect("alice"), irc.oper("root")
    irc.now += JUMP
    assert irc.pass_time()
    assert not irc.pass_time(), "once is enough"
    ((target, text),) = params(root.read(), "NOTICE")
    assert target == "root"
    assert text.startswith("The clock is 400 days ahead of where it should be: nothing is deleted for its age")
    assert not alice.read()
    guard = irc.connect("guard")
    ((_, text),) = params(guard.ask("OPER guard frenchfries"), "NOTICE")
    assert text.startswith("The clock is 400 days ahead")
    first, second = irc.administer(do.ShowClock())
    assert first == "The clock says 2024-12-18 22:13:20 UTC."
    assert second == text
    irc.administer(do.ConfirmClock())
    ((_, text),) = params(root.read(), "NOTICE")
    assert text == "The administrator has confirmed the clock: old messages are deleted again"
    assert not irc.pass_time()
    assert irc.administer(do.ShowClock())[1] == "It is not in doubt."
    assert irc.administer(do.ConfirmClock()) == ["The clock is not in doubt: there is nothing to confirm."]
    irc.now += JUMP
    irc.pass_time()
    root.read()
    irc.now -= JUMP
    assert irc.pass_time().startswith("The clock is right again")
    ((_, text),) = params(root.read(), "NOTICE")
    assert text.startswith("The clock is right again")


def test_an_account_that_waits_for_its_mail_is_not_given_away() -> None:
    irc = Irc(mail={"host": "mail.example.org", "sender": "chat@example.org"})
    alice, bob = irc.connect("alice"), irc.connect("bob")
    assert params(alice.ask("REGISTER * alice@example.org some-password"), "REGISTER")[0][0] == "VERIFICATION_REQUIRED"
    alice.drop()
    irc.now += JUMP
    bob.send("NICK alice")
    wish = "REGISTER alice bob@example.org some-password"
    assert params(bob.ask(wish), "FAIL")[0][1] == "ACCOUNT_EXISTS"
    irc.administer(do.ConfirmClock())
    assert params(bob.ask(wish), "REGISTER")[0][0] == "VERIFICATION_REQUIRED"
