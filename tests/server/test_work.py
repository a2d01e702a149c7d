"""Flood control by work: what a line makes the server do is counted, and paid for."""

from dataclasses import dataclass

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.support.irc import Client, Irc, params
from tests.support.live import Live, Peer
from trialogue_server.session.meter import Meter
from trialogue_server.session.throttle import Throttle

BURST = 1000
PER_TOKEN = 2500
"""The default of flood.work."""


@dataclass
class Metered:
    """A client whose lines are paid for as in the running server; the bucket is large, so that it never waits."""

    client: Client

    def __post_init__(self) -> None:
        session = self.client.session
        session.throttle = Throttle(rate=1, burst=BURST, now=0.0)
        self.meter = Meter(session, self.client.irc.core.work)

    def cost(self, *lines: str) -> float:
        """Return how many tokens lines take."""
        throttle = self.client.session.throttle = Throttle(rate=1, burst=BURST, now=0.0)
        for line in lines:
            throttle.take(0.0)
            self.meter.begin()
            self.client.send(line)
            self.meter.settle(len(line), PER_TOKEN)
        return BURST - throttle.tokens


def crowd(irc: Irc, room: str, size: int) -> list[Client]:
    """Return so many users who are in a room."""
    return irc.room(room, *[f"user{number}" for number in range(size)])


def test_what_others_are_told_is_a_whole_line(irc: Irc) -> None:
    alice, _ = irc.room("#room", "alice", "bob")
    metered = Metered(alice)
    assert metered.cost("PRIVMSG #room :hello") == 1
    assert metered.cost("PRIVMSG bob :hello") == 1
    assert metered.cost("TOPIC #room :hello") == 1


def test_what_only_asks_is_less(irc: Irc) -> None:
    """A client that comes back into fifty rooms asks about each of them, and types nothing."""
    alice, _ = irc.room("#room", "alice", "bob")
    for line in (
        "WHO #room",
        "NAMES #room",
        "MODE #room",
        "MODE #room b",
        "TOPIC #room",
        "CHATHISTORY LATEST #room * 50",
    ):
        assert Metered(alice).cost(line) == pytest.approx(0.2), line


def test_what_may_be_a_guess_is_a_whole_line(irc: Irc) -> None:
    assert Metered(irc.open()).cost("NICK alice", "AUTHENTICATE PLAIN", "PASS secret") == 3
    assert Metered(irc.connect("alice")).cost("OPER root guess", "NS IDENTIFY guess", "JOIN #nowhere,") == 3


def test_telling_thousands_is_more_than_a_line(irc: Irc) -> None:
    alice, *_ = crowd(irc, "#room", 300)
    metered = Metered(alice)
    assert metered.cost("PRIVMSG #room :hello") == 1
    metered.client.irc.core.work.deliveries = 0
    alice.send("PRIVMSG #room :hello")
    assert irc.core.work.deliveries == 300


def test_masks_that_match_nothing_are_paid_for(irc: Irc) -> None:
    """`LIST !x,!x,…` took 320 ms of a core where there are 3,000 rooms, and counted as a line."""
    alice = irc.connect("alice")
    for number in range(90):
        alice.send(f"JOIN #room{number}")
    masks = ",".join(f"x{number}" for number in range(20))
    one, many = Metered(alice).cost("LIST x"), Metered(alice).cost(f"LIST {masks}")
    assert one == 1
    before = irc.core.work.units
    alice.send(f"LIST {masks}")
    assert irc.core.work.units - before >= 90 * 20
    assert many >= one


def test_a_long_answer_is_paid_for_by_its_bytes(irc: Irc) -> None:
    _, *people = crowd(irc, "#room", 120)
    outside = irc.connect("outside")
    cost = Metered(outside).cost("WHO #room")
    size = sum(len(line) + 2 for line in outside.lines())
    assert cost > size / 20 / PER_TOKEN > 0.1
    assert people


def test_a_labelled_answer_costs_the_same(irc: Irc) -> None:
    crowd(irc, "#room", 300)
    plain = irc.connect("plain", "batch", "labeled-response")
    bare, labelled = Metered(plain).cost("WHO #room"), Metered(plain).cost("@label=x WHO #room")
    assert bare == pytest.approx(labelled, rel=0.5)


async def test_who_makes_much_work_waits_for_it(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, flood={"rate": 1, "burst": 40, "work": 3}, timeouts={"ping_interval": 0, "registration": 0})
    alice = live.connect()
    alice.say("NICK alice", "USER alice 0 * :alice", "JOIN #room")
    for _ in range(3):
        await alice.hear()
        mock_clock.jump(1000)
    alice.say("WHO", "WHO", "WHO", "PING 1")
    assert not [line for line in await alice.hear() if "PONG" in line]
    mock_clock.jump(1000)
    assert [line for line in await alice.hear() if "PONG" in line]


async def test_work_is_no_matter_where_only_lines_count(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, flood={"rate": 1, "burst": 6, "work": 0})
    alice = await live.join("alice", "#room")
    mock_clock.jump(1000)
    heard = await alice.ask("WHO #room", "LIST", "PING 1")
    assert [line for line in heard if "PONG" in line]


# Normal people.


async def start(live: Live, rooms: list[str]) -> Peer:
    """Return a client that does what WeeChat and The Lounge do when they come back into their rooms."""
    peer = await live.join("weechat")
    await peer.hear()
    peer.say(f"JOIN {','.join(rooms)}")
    for room in rooms:
        peer.say(f"MODE {room}", f"NAMES {room}", f"WHO {room} %cuhsnfdar", f"CHATHISTORY LATEST {room} * 50")
    return peer


async def test_who_comes_back_into_fifty_rooms_is_served_within_seconds(
    nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    live = Live(nursery, limits={"channels_per_user": 0})
    rooms = [f"#{number}" for number in range(50)]
    for number in range(60):
        live.connect().say(f"NICK person{number}", f"USER x 0 * :person{number}", f"JOIN {','.join(rooms)}")
    await wait_all_tasks_blocked()
    mock_clock.jump(100)
    peer = await start(live, rooms)
    peer.say("PING last")
    heard: list[str] = []
    for _ in range(5):
        heard += await peer.hear()
        mock_clock.jump(1)
    await wait_all_tasks_blocked()
    heard += await peer.hear()
    assert [line for line in heard if line.endswith("last")]


async def test_forty_lines_can_be_pasted_at_once(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery)
    alice = await live.join("alice", "#room")
    others = [live.connect() for _ in range(300)]
    for number, other in enumerate(others):
        other.say(f"NICK person{number}", f"USER x 0 * :person{number}", "JOIN #room")
    await wait_all_tasks_blocked()
    mock_clock.jump(100)
    await others[0].hear()
    alice.say(*[f"PRIVMSG #room :line {number}" for number in range(40)])
    assert len([line for line in await others[0].hear() if " PRIVMSG " in line]) == 40


# Lists of targets and masks.


def targmax(client: Client) -> dict[str, str]:
    """Return the numbers that the server announces."""
    tokens = [token for line in params(client.ask("ISUPPORT"), "005") for token in line]
    value = next(token.removeprefix("TARGMAX=") for token in tokens if token.startswith("TARGMAX="))
    return {command: number for command, _, number in (item.partition(":") for item in value.split(","))}


@pytest.mark.parametrize("name", ["LIST", "NAMES", "PRIVMSG", "TAGMSG", "PART", "KICK"])
def test_no_list_is_longer_than_is_announced(name: str) -> None:
    """ "The TARGMAX parameter defines the maximum number of targets allowed for commands which accept multiple
    targets."

    https://modern.ircdocs.horse/#targmax-parameter
    """
    irc = Irc(limits={"channels_per_user": 5, "targets_per_command": 3})
    alice = irc.connect("alice", "message-tags")
    most = int(targmax(alice)[name])
    irc.enter("#a", alice)
    head, tail = ("@+typing=active ", "") if name == "TAGMSG" else ("", " :text")
    before = "#a " if name == "KICK" else ""
    for count in (most, most + 1):
        targets = ",".join(f"x{number}" for number in range(count))
        got = alice.ask(f"{head}{name} {before}{targets}{tail}")
        assert params(got, "407") == ([["alice", name, "Too many targets"]] if count > most else [])


def test_a_notice_to_too_many_is_not_answered(irc: Irc) -> None:
    """ "automatic replies must never be sent in response to a NOTICE message"

    https://modern.ircdocs.horse/#notice-message
    """
    alice, bob = irc.room("#room", "alice", "bob")
    names = ",".join(["bob", *[f"x{number}" for number in range(20)]])
    assert alice.ask(f"NOTICE {names} :hello") == []
    assert bob.lines() == []


@pytest.mark.parametrize(
    ("line", "numeric", "count"),
    [
        ("NAMES #room,#ROOM,#room", "366", 1),
        ("LIST #room,#ROOM,#room", "322", 1),
        ("WHO #room", "315", 1),
        ("PART #room,#ROOM", "403", 0),
        ("JOIN #new,#NEW,#new", "366", 1),
        ("ISON bob BOB bob", "303", 1),
        ("MODE #room bbb", "368", 1),
        ("MONITOR + eve,EVE,eve", "731", 1),
        ("METADATA * SUB url url url", "770", 1),
        ("METADATA * GET url url url", "766", 1),
    ],
)
def test_nothing_counts_twice(irc: Irc, line: str, numeric: str, count: int) -> None:
    alice, _ = irc.room("#room", "alice", "bob")
    got = params(alice.ask(line), numeric)
    assert len(got) == count
    assert all(one[-1].lower().count("bob") <= 1 and one[-1].lower().count("eve") <= 1 for one in got)


def test_what_is_said_to_one_under_two_spellings_arrives_once(irc: Irc) -> None:
    alice, bob = irc.room("#room", "alice", "bob")
    alice.send("PRIVMSG bob,BOB,#room,#ROOM :hello", "NOTICE bob,BOB :hello")
    assert len(bob.read()) == 3


def test_keys_stand_where_their_channels_do_though_one_is_named_twice(irc: Irc) -> None:
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.send("JOIN #a,#b", "MODE #a +k one", "MODE #b +k two")
    assert params(bob.ask("JOIN #a,#a,#b one,wrong,two"), "JOIN") == [["#a"], ["#b"]]


def test_a_long_list_is_gone_on_with_after_others_had_a_turn() -> None:
    """What is refused for one channel does not stop the others, wherever a turn ends."""
    irc = Irc(limits={"channels_per_user": 0})
    names = [f"#{number}" for number in range(90)]
    for person in crowd(irc, "#0", 60):
        person.send(f"JOIN {','.join(names)}")
    alice = irc.connect("alice")
    got = alice.ask(f"JOIN {','.join([*names[:50], 'wrong', *names[50:]])}")
    assert params(got, "JOIN") == [[name] for name in names]
    assert params(got, "403") == [["alice", "wrong", "No such channel"]]
    assert [effect for effect in irc.performed if type(effect).__name__ == "YieldTurn"]


def test_a_labelled_list_is_one_answer_whatever_comes_between() -> None:
    irc = Irc(limits={"channels_per_user": 0})
    names = [f"#{number}" for number in range(80)]
    for person in crowd(irc, "#0", 60):
        person.send(f"JOIN {','.join(names)}")
    alice = irc.connect("alice", "batch", "labeled-response")
    got = alice.ask(f"@label=x JOIN {','.join(names)}")
    assert got[0].command == "BATCH"
    assert got[0].tags["label"] == "x"
    assert got[-1].command == "BATCH"
    assert {message.tags.get("batch") for message in got[1:-1]} == {got[0].params[0][1:]}


def test_userhost_names_nobody_twice(irc: Irc) -> None:
    alice, _ = irc.room("#room", "alice", "bob")
    assert params(alice.ask("USERHOST bob BOB alice"), "302") == [
        ["alice", "bob=+bob@127.0.0.1 alice=+alice@127.0.0.1"]
    ]


def test_a_block_list_is_paid_for_by_whoever_writes_and_says_nothing(irc: Irc) -> None:
    """Those who are blocked and those who are not pay the same."""
    alice, bob, carol = (irc.connect(nick) for nick in ("alice", "bob", "carol"))
    for number in range(50):
        bob.send(f"SILENCE +mask{number}!*@*")
    bob.send("SILENCE +alice")
    costs = []
    for client in (alice, carol):
        before = irc.core.work.units
        client.send("PRIVMSG bob :hello")
        costs.append(irc.core.work.units - before)
    assert costs[0] == costs[1] >= 100


TALK = b"PRIVMSG #room :hello"


def test_who_talks_is_light_and_who_made_much_work_is_not_for_a_while() -> None:
    """Whoever is light waits for nobody's turns, so no cheap line in between makes one so."""
    irc = Irc()
    crowd(irc, "#room", 300)
    talker, asker = Metered(irc.connect("talker")), Metered(irc.connect("asker"))
    talker.cost("JOIN #room", *["PRIVMSG #room :hello"] * 10)
    assert talker.meter.is_light(TALK)
    asker.cost("WHO")
    assert not asker.meter.is_light(TALK)
    asker.cost(*["PING 1"] * 10)
    assert not asker.meter.is_light(TALK)
    asker.cost(*["PING 1"] * 60)
    assert asker.meter.is_light(TALK)


def test_who_has_few_tokens_left_is_not_light(irc: Irc) -> None:
    talker = Metered(irc.connect("talker"))
    talker.cost(*["PING 1"] * (BURST // 2 - 1))
    assert talker.meter.is_light(TALK)
    talker.client.session.throttle.owe(2)
    assert not talker.meter.is_light(TALK)


@pytest.mark.parametrize(
    ("line", "is_light"),
    [
        (b"PRIVMSG #room :hello, all of you, in #here,#there", True),
        (b"privmsg bob hello", True),
        (b"@+typing=active;label=1,2 TAGMSG #room", True),
        (b"@label=1  NOTICE #room :hello", True),
        (b"PING 1", True),
        (b"PRIVMSG", True),
        (b"", False),
        (b"PRIVMSG #a,#b,#c :hello", False),
        (b"@label=1 PRIVMSG #a,#b :hello", False),
        (b"WHO *", False),
        (b"LIST", False),
        (b"JOIN #room", False),
        (b"@label=1", False),
        (b":mallory PRIVMSG #room :hello", False),
    ],
)
def test_a_first_line_that_may_be_expensive_is_not_light(irc: Irc, line: bytes, is_light: bool) -> None:
    """A hundred who have just come have all their tokens, and may have waited for each other."""
    assert Metered(irc.connect("talker")).meter.is_light(line) is is_light
