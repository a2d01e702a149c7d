"""Read markers.  https://ircv3.net/specs/extensions/read-marker"""

import pytest

from tests.support.irc import Client, Irc, params
from tests.support.services import device, member
from trialogue_server.store.database import Database
from trialogue_server.world.events import MarkerMoved

CAPS = ("draft/read-marker", "message-tags", "server-time")
EARLY, LATE = "timestamp=2023-11-14T22:00:00.000Z", "timestamp=2023-11-14T22:10:00.123Z"


def marks(client: Client, *lines: str) -> list[list[str]]:
    """Return the parameters of the MARKREADs that come in answer to these lines."""
    return params(client.ask(*lines), "MARKREAD")


def test_a_mark_is_set_and_told(irc: Irc) -> None:
    """ "The server MUST reply to a successful `MARKREAD` client set command using a `MARKREAD` server command"

    https://ircv3.net/specs/extensions/read-marker#markread-client-set-command
    """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    (answer,) = alice.ask(f"MARKREAD #room {EARLY}")
    assert answer.source == "trialogue.local"
    assert answer.params == ["#room", EARLY]
    assert marks(alice, "MARKREAD #room") == [["#room", EARLY]]


def test_the_earliest_time_that_there_is_is_a_time_too(irc: Irc) -> None:
    """ "`timestamp=YYYY-MM-DDThh:mm:ss.sssZ`"  https://ircv3.net/specs/extensions/read-marker"""
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    earliest = "timestamp=0001-01-01T00:00:00.000Z"
    assert marks(alice, f"MARKREAD #room {earliest}") == [["#room", earliest]]


def test_without_a_mark_there_is_a_star(irc: Irc) -> None:
    """ "If there is no known last message read timestamp, the `timestamp` parameter is a literal `*`."

    https://ircv3.net/specs/extensions/read-marker#markread-server-command
    """
    alice = irc.connect("alice", *CAPS)
    irc.connect("bob")
    irc.enter("#room", alice)
    assert marks(alice, "MARKREAD #room", "MARKREAD bob") == [["#room", "*"], ["bob", "*"]]


def test_an_older_time_is_answered_with_what_is_known(irc: Irc) -> None:
    """ "If the provided timestamp is older than the server's stored value, the server MUST reply to the client with a
    `MARKREAD` command carrying the server's stored value."

    https://ircv3.net/specs/extensions/read-marker#markread-client-set-command
    """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    assert (
        marks(alice, f"MARKREAD #room {LATE}", f"MARKREAD #room {EARLY}", f"MARKREAD #room {LATE}")
        == [["#room", LATE]] * 3
    )


def test_nobody_has_read_what_is_yet_to_come(irc: Irc) -> None:
    """ "it can clamp it between the last read timestamp and the current time"

    https://ircv3.net/specs/extensions/read-marker#implementation-considerations
    """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    assert marks(alice, "MARKREAD #room timestamp=2099-01-01T00:00:00.000Z") == [
        ["#room", "timestamp=2023-11-14T22:13:20.000Z"]
    ]


@pytest.mark.parametrize("caps", [CAPS, (*CAPS, "no-implicit-names"), (*CAPS, "draft/no-implicit-names")])
def test_the_mark_comes_with_the_join(irc: Irc, caps: tuple[str, ...]) -> None:
    """ "after the server sends a server `JOIN` command to the client for a corresponding channel, the server MUST send
    a `MARKREAD` command for that channel. The command MUST be sent before the `RPL_ENDOFNAMES` reply"

    https://ircv3.net/specs/extensions/read-marker#command-flows
    """
    alice = irc.open()
    alice.send("CAP LS 302", *(f"CAP REQ {cap}" for cap in caps), "NICK alice", "USER a 0 * :a", "CAP END")
    commands = [message.command for message in alice.ask("JOIN #room")]
    assert "MARKREAD" in commands
    assert commands.index("JOIN") < commands.index("MARKREAD")
    assert "366" not in commands or commands.index("MARKREAD") < commands.index("366")
    assert "MARKREAD" not in [message.command for message in irc.connect("bob").ask("JOIN #room")]


def test_all_devices_of_the_user_are_told_and_nobody_else(irc: Irc) -> None:
    """ "the server SHOULD send a `MARKREAD` command for that target to all the clients of the user"; "The read markers
    sent by a user MUST NOT be disclosed to other users by the server"

    https://ircv3.net/specs/extensions/read-marker#command-flows
    """
    alice, bob = member(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    irc.enter("#room", alice, bob)
    phone, old = device(irc, "alice", *CAPS), device(irc, "alice")
    assert marks(alice, f"MARKREAD #room {EARLY}") == [["#room", EARLY]]
    assert params(phone.read(), "MARKREAD") == [["#room", EARLY]]
    assert [client.lines() for client in (old, bob)] == [[], []]
    assert marks(bob, "MARKREAD #room") == [["#room", "*"]]
    third = device(irc, "alice", *CAPS)
    assert marks(third, "MARKREAD #room") == [["#room", EARLY]]


def test_a_device_that_comes_later_is_shown_the_mark_with_the_room(irc: Irc) -> None:
    """ "Clients never have to actively get the read timestamp because it is provided to them on join"

    https://ircv3.net/specs/extensions/read-marker#implementation
    """
    alice = member(irc, "alice", *CAPS)
    irc.enter("#room", alice)
    alice.send("PRIVMSG #room :hello", f"MARKREAD #room {EARLY}")
    alice.drop()
    alice = device(irc, "alice", *CAPS)
    assert marks(alice, "JOIN #room") == [["#room", EARLY]]


def test_marks_outlive_the_server(database: Database) -> None:
    """Not in the specification, which says what is stored, and not for how long."""
    alice = member(Irc(database=database), "alice", *CAPS)
    alice.send("JOIN #room", f"MARKREAD #room {EARLY}")
    alice.read()
    alice = device(Irc(database=database), "alice", *CAPS)
    assert marks(alice, "JOIN #room") == [["#room", EARLY]]


def test_marks_of_strangers_go_with_them(database: Database) -> None:
    """Whoever has no account never comes back: the next one of that nick is somebody else."""
    irc = Irc(database=database)
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    alice.send(f"MARKREAD #room {EARLY}", "QUIT")
    alice.drop()
    alice = irc.connect("alice", *CAPS)
    assert marks(alice, "JOIN #room") == [["#room", "*"]]
    irc.flush()
    assert not [event for event in database.restore() if isinstance(event, MarkerMoved)]


def test_a_stranger_has_a_mark_as_long_as_the_connection(irc: Irc) -> None:
    """ "When a client joins a channel, the server MUST send a `MARKREAD` message … reflecting the stored timestamp":
    also of a room that ended meanwhile, as nothing was said there.

    https://ircv3.net/specs/extensions/read-marker
    """
    alice = irc.connect("alice", *CAPS)
    alice.send("JOIN #room", f"MARKREAD #room {EARLY}", "PART #room")
    assert marks(alice, "JOIN #room") == [["#room", EARLY]]


@pytest.mark.parametrize("target", ["#room", "#elsewhere", "#nowhere", "bob", "nobody"])
def test_where_nothing_is_known_to_have_been_read(irc: Irc, target: str) -> None:
    """ "If there is no known last message read timestamp, the `timestamp` parameter is a literal `*`": so it is of
    every target, whether it is there, is hidden, or is nowhere.

    https://ircv3.net/specs/extensions/read-marker#markread-server-command
    """
    irc.room("#elsewhere", "bob")
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    assert params(alice.ask(f"MARKREAD {target}"), "MARKREAD", "FAIL") == [[target, "*"]]


@pytest.mark.parametrize(
    ("line", "context"),
    [
        ("MARKREAD", ["NEED_MORE_PARAMS"]),
        ("MARKREAD #room *", ["INVALID_PARAMS", "*"]),
        ("MARKREAD #room 2023-11-14T22:00:00.000Z", ["INVALID_PARAMS", "2023-11-14T22:00:00.000Z"]),
        ("MARKREAD #room timestamp=yesterday", ["INVALID_PARAMS", "timestamp=yesterday"]),
        (f"MARKREAD #elsewhere {EARLY}", ["INVALID_PARAMS", "#elsewhere"]),
        (f"MARKREAD nobody {EARLY}", ["INVALID_PARAMS", "nobody"]),
    ],
)
def test_nonsense_is_refused(irc: Irc, line: str, context: list[str]) -> None:
    """ "If the server receives a `MARKREAD` command with missing parameters, the `NEED_MORE_PARAMS` error code MUST be
    returned. […] If the selectors were invalid, the `INVALID_PARAMS` error code SHOULD be returned."

    https://ircv3.net/specs/extensions/read-marker#errors-and-warnings
    """
    irc.room("#elsewhere", "bob")
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    (failure,) = alice.ask(line)
    assert failure.command == "FAIL"
    assert failure.params[:-1] == ["MARKREAD", *context]
