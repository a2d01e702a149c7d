"""What was on its way when the connection broke is sent again, and said once: the client's core and the server's."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ircwire import Message, caps
from ircwire.casemap import ascii_fold
from tests.support.irc import Client, Irc
from tests.support.services import PASSWORD, member
from trialogue_client.address import Endpoint
from trialogue_client.core import events as ev
from trialogue_client.core.catchup import PAGE
from trialogue_client.core.chat import Chat
from trialogue_client.core.state import Identity
from trialogue_client.engine.model import Model
from trialogue_client.lines.network import LineNetwork
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_server.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

EVERYTHING = 10**9


class Line:
    """A connection between the two that may break after any byte, in both directions."""

    def __init__(self, database: Database, *, rooms: Iterable[str] = ("#lobby",)) -> None:
        self.database = database
        self.irc = Irc(database=database)
        numbers = itertools.count()
        self.chat = Chat(Identity("bob"), rooms, new_key=lambda: f"random-key-number-{next(numbers):06}")
        self.events: list[ev.Event] = []
        self._server: Client | None = None
        self.connect()

    def connect(self) -> None:
        """Connect, but let nothing pass yet."""
        self.irc.wait(10)
        self.chat.connected("a nonce", private=True)
        self._server = self.irc.open()

    def pass_bytes(self, up: int = EVERYTHING, down: int = EVERYTHING) -> None:
        """Let so many bytes pass from the client to the server and back, or as many as there are."""
        assert self._server is not None
        while (data := self.chat.data_to_send()[:up]) or self._server.sink.data:
            self._server.feed(data)
            up -= len(data)
            self.irc.flush()
            heard, self._server.sink.data = self._server.sink.data[:down], b""
            down -= len(heard)
            self.events += self.chat.receive(heard)

    def pass_lines(self, is_enough: Callable[[], bool]) -> None:
        """Let all pass, line by line, until it is enough."""
        assert self._server is not None
        while (data := self.chat.data_to_send()) or self._server.sink.data:
            self._server.feed(data)
            self.irc.flush()
            heard, _, self._server.sink.data = self._server.sink.data.partition(b"\n")
            self.events += self.chat.receive(heard + b"\n")
            if is_enough():
                return

    def cut(self) -> None:
        """Break the connection."""
        assert self._server is not None
        self.chat.data_to_send()
        self.events += self.chat.disconnected()
        if not self._server.session.closing:
            self._server.drop()

    def kill(self) -> None:
        """End the server without a word: what is not committed is gone. Start it again."""
        self.irc = Irc(database=self.database)
        self.irc.wait(1000)

    def say(self, *texts: str, target: str = "#lobby", kind: ev.Kind = ev.Kind.TALK) -> None:
        """Say texts."""
        for text in texts:
            self.events += self.chat.say(target, text, kind)

    @property
    def shown(self) -> list[str]:
        """Our own texts as they were shown."""
        return [event.text for event in self.events if isinstance(event, ev.Said | ev.Noticed) and event.me]

    @property
    def failures(self) -> list[ev.Event]:
        """What was said not to have been sent."""
        return [event for event in self.events if isinstance(event, ev.NotSent | ev.Undelivered)]

    def history(self, target: str = "#lobby") -> list[str]:
        """Return what is in history."""
        reader = self.irc.connect("reader", "batch", "message-tags", "draft/chathistory")
        reader.ask(f"JOIN {target}")
        found = reader.ask(f"CHATHISTORY LATEST {target} * 1000")
        reader.drop()
        return [message.params[-1] for message in found if message.command in ("PRIVMSG", "NOTICE")]


@pytest.fixture
def database(tmp_path: Path) -> Iterable[Database]:
    """A database in a directory of its own."""
    opened = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    yield opened
    opened.close()


@pytest.fixture
def line(database: Database) -> Line:
    """A connection, with us in #lobby."""
    made = Line(database)
    made.pass_bytes()
    return made


TEXTS = ["one", "two\nlines", "three", "a" * 600, "five"]
PLAIN = ["one", "three", "five"]


@pytest.mark.parametrize("up", [0, 1, 80, 200, EVERYTHING])
@pytest.mark.parametrize("down", [0, 1, 250, EVERYTHING])
@pytest.mark.parametrize("killed", [False, True])
def test_what_was_on_its_way_is_said_and_shown_once(line: Line, up: int, down: int, *, killed: bool) -> None:
    line.say(*TEXTS)
    line.pass_bytes(up, down)
    line.cut()
    if killed:
        line.kill()
    line.connect()
    line.pass_bytes()
    assert line.shown == TEXTS
    assert [text for text in line.history() if text in PLAIN] == PLAIN
    assert line.failures == []
    assert line.chat.lines == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 2500), st.booleans()), min_size=1, max_size=6))
def test_however_often_it_breaks(cuts: list[tuple[int, int, bool]], tmp_path_factory: pytest.TempPathFactory) -> None:
    database = Database(tmp_path_factory.mktemp("data") / "test.db", durability="process", fold=ascii_fold)
    try:
        line = Line(database)
        said = []
        for number, (up, down, killed) in enumerate(cuts):
            said += [f"{number} early", f"{number} late"]
            line.say(*said[-2:])
            line.pass_bytes(up, down)
            line.cut()
            if killed:
                line.kill()
            line.connect()
        line.pass_bytes()
        assert line.history() == said
        assert sorted(line.shown) == sorted(said)
        assert line.failures == []
        assert line.chat.lines == []
    finally:
        database.close()


@pytest.mark.parametrize("kind", [ev.Kind.ACTION, ev.Kind.NOTICE])
def test_other_ways_to_say_something(line: Line, kind: ev.Kind) -> None:
    line.say("hello", kind=kind)
    line.pass_bytes(down=0)
    line.cut()
    line.connect()
    line.pass_bytes()
    assert line.shown == ["hello"]
    assert len(line.history()) == 1


def test_direct_messages(line: Line) -> None:
    carol = line.irc.connect("carol")
    line.say("psst", target="carol")
    line.pass_bytes(down=0)
    assert len(carol.read()) == 1
    line.cut()
    line.connect()
    line.pass_bytes()
    assert line.shown == ["psst"]
    assert carol.read() == []


def test_it_is_shown_where_history_has_it(line: Line) -> None:
    other = line.irc.connect("alice")
    line.irc.enter("#lobby", other)
    other.send("PRIVMSG #lobby :before")
    line.pass_bytes()
    line.say("mine")
    line.pass_bytes(down=0)
    line.irc.wait(5)
    other.send("PRIVMSG #lobby :theirs")
    line.cut()
    line.connect()
    line.pass_bytes()
    assert [event.text for event in line.events if isinstance(event, ev.Said)] == ["before", "mine", "theirs"]


def test_it_is_shown_once_although_much_was_said_meanwhile(line: Line) -> None:
    """History shows it, the connection breaks before its echo, and then there is more than one page."""
    other = line.irc.connect("alice")
    line.irc.enter("#lobby", other)
    line.say("first")
    line.pass_bytes()
    line.say("mine")
    line.pass_bytes(down=0)
    line.cut()
    line.connect()
    line.pass_lines(lambda: "mine" in line.shown)
    assert line.chat.lines
    line.cut()
    for number in range(PAGE):
        other.send(f"PRIVMSG #lobby :{number}")
    line.connect()
    line.pass_bytes()
    assert line.shown == ["first", "mine"]
    assert line.chat.lines == []


def test_a_room_that_does_not_let_us_in_has_it_already(line: Line) -> None:
    op = line.irc.connect("op")
    line.irc.enter("#den", op)
    line.chat.join("#den")
    line.pass_bytes()
    line.say("arrived", target="#den")
    line.pass_bytes(down=0)
    line.say("not sent", target="#den")
    line.cut()
    op.send("MODE #den +i")
    line.connect()
    line.pass_bytes()
    assert line.shown == ["arrived"]
    assert [(one.text, one.sure) for one in line.failures if isinstance(one, ev.NotSent)] == [("not sent", True)]


def test_what_was_taken_back_meanwhile_is_not_sent_anew(line: Line) -> None:
    op = line.irc.connect("op", "message-tags", "draft/message-redaction")
    line.irc.enter("#lobby", op)
    line.chat.join("#lobby")
    op.read()
    line.say("oops")
    line.pass_bytes(down=0)
    (heard,) = [message for message in op.read() if message.command == "PRIVMSG"]
    (bob,) = [user for user in line.irc.core.world.users.values() if user.nick == "bob"]
    room = line.irc.core.world.channels["#lobby"]
    assert room.members[bob.uid].is_op
    line.cut()
    op.send("PART #lobby", "JOIN #lobby")
    op.read()
    op.ask(f"REDACT #lobby {heard.tags['msgid']}")
    line.connect()
    line.pass_bytes()
    assert line.chat.lines == []
    assert [one for one in line.failures if isinstance(one, ev.NotSent)] == []


def test_it_is_not_sent_as_somebody_else(line: Line) -> None:
    """ "Come back to the same account before you repeat anything"  docs/idempotency-keys.md"""
    member(line.irc, "carol").drop()
    line.chat.log_in("carol", PASSWORD)
    line.pass_bytes()
    assert line.chat.account == "carol"
    line.say("as carol")
    line.pass_bytes(down=0)
    line.cut()
    line.chat.log_out()
    line.connect()
    line.pass_bytes()
    assert line.failures == [ev.NotSent("#lobby", "as carol", "the connection was lost", sure=False)]
    assert line.chat.lines == []


def test_it_is_not_sent_after_a_day(line: Line) -> None:
    """ "What has waited for longer than `seconds` … may be said twice if it is sent again"  docs/idempotency-keys.md"""
    line.say("yesterday")
    line.pass_bytes(down=0)
    line.cut()
    line.irc.wait(24 * 3600)
    line.connect()
    line.pass_bytes()
    assert [type(one) for one in line.failures] == [ev.NotSent]
    assert line.history() == ["yesterday"]


def test_it_is_not_sent_to_a_server_that_forgets_keys(line: Line) -> None:
    """ "… or comes back to a server without the capability"  docs/idempotency-keys.md"""
    line.say("perhaps")
    line.pass_bytes(down=0)
    line.cut()
    line.chat.connected()
    events = line.chat.receive(b":s 001 bob :Welcome\r\n:bob!b@h JOIN #lobby\r\n")
    assert ev.NotSent("#lobby", "perhaps", "the connection was lost", sure=False) in events
    assert b"PRIVMSG" not in line.chat.data_to_send()


def test_without_keys_nothing_is_sent_again(line: Line) -> None:
    line.chat.session.state.negotiation.enabled.discard(caps.IDEMPOTENCY_KEY)  # type: ignore[union-attr]
    line.say("perhaps")
    line.pass_bytes(down=0)
    line.cut()
    assert line.failures == [ev.NotSent("#lobby", "perhaps", "the connection was lost", sure=False)]


def test_what_is_in_doubt_cannot_be_stopped(line: Line) -> None:
    line.say("perhaps")
    line.pass_bytes(down=0)
    line.cut()
    line.say("not yet")
    assert [one.text for one in line.chat.stop("#lobby")] == ["not yet"]
    assert [(one.text, one.waits, one.in_doubt) for one in line.chat.lines] == [("perhaps", False, True)]


def told(line: Line) -> ev.Said:
    """Return the last message that we were told."""
    return [event for event in line.events if isinstance(event, ev.Said)][-1]


@pytest.mark.parametrize("killed", [False, True])
def test_a_reaction_is_there_once(line: Line, *, killed: bool) -> None:
    line.say("cake?")
    line.pass_bytes()
    reaction = Message("TAGMSG", ["#lobby"], tags={"+draft/react": "x", "+draft/reply": told(line).msgid})
    for down in (0, EVERYTHING):
        line.chat.send_once(reaction)
        line.pass_bytes(down=down)
    line.cut()
    if killed:
        line.kill()
    line.connect()
    line.pass_bytes()
    assert len([event for event in line.events if isinstance(event, ev.Tagged)]) == 2
    reader = line.irc.connect("reader", "batch", "message-tags", "draft/chathistory", "draft/event-playback")
    reader.ask("JOIN #lobby")
    found = reader.ask("CHATHISTORY LATEST #lobby * 100")
    assert len([message for message in found if message.command == "TAGMSG"]) == 2


@pytest.mark.parametrize("up", [0, EVERYTHING])
def test_an_edit_comes_to_its_end(line: Line, up: int) -> None:
    member(line.irc, "carol").drop()  # what a guest has said is theirs on that connection only
    line.chat.log_in("carol", PASSWORD)
    line.pass_bytes()
    line.say("at eight")
    line.pass_bytes()
    line.chat.edit("#lobby", told(line).msgid, "at nine")
    line.pass_bytes(up=up, down=0)
    line.cut()
    line.connect()
    line.pass_bytes()
    assert line.history() == ["at nine"]
    assert line.failures == []
    assert told(line).text == "at nine"


def test_an_edit_that_cannot_be_sent_again_is_given_back(line: Line) -> None:
    line.say("at eight")
    line.pass_bytes()
    line.chat.edit("#lobby", told(line).msgid, "at nine")
    line.pass_bytes(down=0)
    line.cut()
    line.irc.wait(24 * 3600)
    line.connect()
    line.pass_bytes()
    assert [one.text for one in line.failures if isinstance(one, ev.NotSent)] == ["at nine"]


def test_it_stands_at_the_end_as_on_its_way_until_it_is_said(line: Line) -> None:
    """In the full screen, and not among what was not sent."""
    model = Model(line.chat)
    room, now = model.open("#lobby"), datetime.now(UTC)
    line.say("perhaps")
    line.pass_bytes(down=0)
    line.cut()
    line.say("not yet")
    assert [(one.body, one.state) for one in model.pending(room, now)] == [
        ("perhaps", "sending"),
        ("not yet", "unsent"),
    ]
    line.connect()
    line.pass_bytes()
    assert model.pending(room, now) == []


def test_what_is_in_doubt_at_the_end_is_told_as_that(line: Line) -> None:
    line.say("perhaps")
    line.pass_bytes(down=0)
    line.cut()
    line.say("not yet")
    network = LineNetwork(ConnectionProfile(Endpoint("localhost", 6667), "bob"), line.chat)
    assert network.unsent() == ["Perhaps not sent to #lobby: perhaps", "Not sent to #lobby: not yet"]


def test_what_others_said_behind_our_line_meanwhile_is_told(line: Line) -> None:
    """Also where our line is the first that is told of the room, since its echo never came."""
    line.say("one")
    line.pass_bytes(down=0)
    line.cut()
    carol = line.irc.connect("carol")
    carol.send("JOIN #lobby", "PRIVMSG #lobby :between")
    line.connect()
    line.pass_bytes()
    carol.send("PRIVMSG #lobby :now")
    line.irc.flush()
    line.pass_bytes()
    assert [event.text for event in line.events if isinstance(event, ev.Said)] == ["one", "between", "now"]
