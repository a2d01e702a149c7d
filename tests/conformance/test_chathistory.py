"""CHATHISTORY.  https://ircv3.net/specs/extensions/chathistory"""

import pytest

from tests.support.irc import Client, Irc, params
from tests.support.services import PASSWORD, member, nickserv
from trialogue_server.delivery.render import server_time
from trialogue_server.store.database import Database

CAPS = ("batch", "message-tags", "server-time", "draft/chathistory")


@pytest.fixture
def irc(database: Database) -> Irc:
    """A server whose history is kept."""
    return Irc(database=database)


def talk(irc: Irc, count: int) -> tuple[Client, list[str]]:
    """Have somebody say m0, m1 … in #room, a second apart; return them and the message ids."""
    bob = irc.connect("bob", "message-tags", "echo-message")
    bob.ask("JOIN #room")
    ids = []
    for number in range(count):
        irc.wait(1)
        (echo,) = bob.ask(f"PRIVMSG #room :m{number}")
        ids.append(echo.tags["msgid"])
    return bob, ids


def texts(client: Client, command: str) -> list[str]:
    """Ask, check the batch around the answer, and return the texts of the messages in it."""
    opening, *messages, closing = client.ask(command)
    assert opening.command == closing.command == "BATCH"
    assert opening.params[1] == "chathistory"
    assert all(message.tags["batch"] == opening.params[0][1:] for message in messages)
    return [message.params[-1] for message in messages]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("LATEST #room * 3", ["m7", "m8", "m9"]),
        ("LATEST #room msgid={7} 50", ["m8", "m9"]),
        ("BEFORE #room msgid={3} 2", ["m1", "m2"]),
        ("AFTER #room msgid={3} 2", ["m4", "m5"]),
        ("AROUND #room msgid={5} 3", ["m4", "m5", "m6"]),
        ("AROUND #room msgid={5} 1", ["m5"]),
        ("BETWEEN #room msgid={2} msgid={6} 2", ["m3", "m4"]),
        ("BETWEEN #room msgid={6} msgid={2} 2", ["m4", "m5"]),
        ("BETWEEN #room timestamp=2023-11-14T22:13:24.000Z timestamp=2023-11-14T22:13:28.000Z 2", ["m4", "m5"]),
        ("BETWEEN #room timestamp=2023-11-14T22:13:28.000Z timestamp=2023-11-14T22:13:24.000Z 2", ["m5", "m6"]),
        ("BETWEEN #room msgid={4} msgid={4} 9", []),
        ("BEFORE #room timestamp=2023-11-14T22:13:24.000Z 2", ["m1", "m2"]),
        ("AFTER #room timestamp=2023-11-14T22:13:24.000Z 2", ["m4", "m5"]),
        ("LATEST #room timestamp=2023-11-14T22:13:24.000Z 2", ["m8", "m9"]),
        ("AROUND #room timestamp=2023-11-14T22:13:24.000Z 2", ["m2", "m3"]),
        ("LATEST #ROOM * 1", ["m9"]),
        ("BEFORE #room timestamp=2000-01-01T00:00:00.000Z 5", []),
        ("AFTER #room timestamp=2000-01-01T00:00:00.000Z 1", ["m0"]),
    ],
)
def test_each_subcommand_gives_its_part(irc: Irc, command: str, expected: list[str]) -> None:
    """ "Request up to `limit` number of messages before and excluding the given `timestamp` or `msgid`."

    https://ircv3.net/specs/extensions/chathistory#before
    """
    _, ids = talk(irc, 10)
    alice = irc.connect("alice", *CAPS)
    alice.send("JOIN #room")
    assert texts(alice, "CHATHISTORY " + command.format(*ids)) == expected


def test_a_message_comes_back_as_it_was(irc: Irc) -> None:
    """ "The `msgid` tag that identifies each individual message in a response MUST be the `msgid` tag as originally
    sent by the IRC server."

    https://ircv3.net/specs/extensions/chathistory#returned-message-notes
    """
    bob = irc.connect("bob")
    alice = irc.connect("alice", *CAPS)
    bob.send("JOIN #room")
    alice.send("JOIN #room")
    alice.read()
    bob.send("PRIVMSG #room :hello")
    (live,) = alice.read()
    irc.wait(3600)
    _, replayed, _ = alice.ask("CHATHISTORY LATEST #room * 10")
    del replayed.tags["batch"]
    assert replayed == live


def test_history_outlives_the_server(database: Database) -> None:
    """Not in the specification, but why history is kept at all."""
    talk(Irc(database=database), 3)
    alice = Irc(database=database).connect("alice", *CAPS)
    alice.send("JOIN #room")
    assert texts(alice, "CHATHISTORY LATEST #room * 10") == ["m0", "m1", "m2"]


def test_outsiders_get_nothing(irc: Irc) -> None:
    """ "If the target does not exist or the client does not have permissions to query it, the INVALID_TARGET error code
    SHOULD be returned."

    https://ircv3.net/specs/extensions/chathistory#errors-and-warnings
    """
    talk(irc, 1)
    eve = irc.connect("eve", *CAPS)
    for target in ("#room", "#nowhere", "nobody"):
        (failure,) = eve.ask(f"CHATHISTORY LATEST {target} * 10")
        assert failure.params[:4] == ["CHATHISTORY", "INVALID_TARGET", "LATEST", target]


def test_direct_messages_are_for_the_two(irc: Irc) -> None:
    """ "If a nickname is given as the `target` then the server SHOULD include history sent between the current user and
    the target nickname, including outgoing messages"

    https://ircv3.net/specs/extensions/chathistory#chathistory-command
    """
    alice, bob, eve = (irc.connect(nick, *CAPS) for nick in ("alice", "bob", "eve"))
    alice.send("PRIVMSG bob :hi")
    bob.send("PRIVMSG alice :hi yourself")
    assert texts(alice, "CHATHISTORY LATEST bob * 10") == ["hi", "hi yourself"]
    assert texts(bob, "CHATHISTORY LATEST alice * 10") == ["hi", "hi yourself"]
    assert texts(eve, "CHATHISTORY LATEST alice * 10") == []


@pytest.mark.parametrize(
    ("first", "second", "limit", "expected"),
    [
        (0, 99, 2, ["ann", "ben"]),
        (99, 0, 2, ["cid", "dee"]),
        (99, 0, 9, ["ann", "ben", "cid", "dee"]),
        (1, 4, 9, ["ben", "cid"]),
        (4, 1, 1, ["cid"]),
        (1, 4, 1, ["ben"]),
    ],
)
def test_targets_are_counted_from_the_first_point(
    irc: Irc, first: int, second: int, limit: int, expected: list[str]
) -> None:
    """ "The parameters have the same semantics as `BETWEEN`": "the returned messages MUST be counted starting from and
    excluding the first message selector, while finishing on and excluding the second. This may be forwards or backwards
    in time." Whoever has gone for good is not counted.

    https://ircv3.net/specs/extensions/chathistory#targets
    """
    alice = member(irc, "alice", *CAPS)
    for nick in ("ann", "ben", "cid", "dee"):
        irc.wait(1)
        irc.connect(nick).send("PRIVMSG alice :hi")
        gone = irc.connect("gone")
        gone.send("PRIVMSG alice :hi", "QUIT")
    start = irc.now - 4
    points = [f"timestamp={server_time(start + seconds)}" for seconds in (first, second)]
    answer = alice.ask(f"CHATHISTORY TARGETS {' '.join(points)} {limit}")
    assert [params[1] for params in params(answer, "CHATHISTORY")] == expected


@pytest.mark.parametrize(
    ("arguments", "context"),
    [
        ("LATEST #room * 5 6", ["INVALID_PARAMS", "LATEST"]),
        ("LATEST #room *", ["INVALID_PARAMS", "LATEST"]),
        ("BETWEEN #room * * 5", ["INVALID_PARAMS", "BETWEEN", "*"]),
        ("BEFORE #room id=7 5", ["INVALID_MSGREFTYPE", "BEFORE", "#room", "id"]),
        ("BEFORE #room msgid=x 5", ["INVALID_PARAMS", "BEFORE", "msgid=x"]),
        ("TARGETS msgid=0000000000700000 timestamp=2000-01-01T00:00:00.000Z 5", ["INVALID_PARAMS", "TARGETS"]),
        ("TARGETS timestamp=2000-01-01T00:00:00.000Z * 5", ["INVALID_PARAMS", "TARGETS", "*"]),
        ("TARGETS timestamp=2000-01-01T00:00:00.000Z 5", ["INVALID_PARAMS", "TARGETS"]),
    ],
)
def test_parameters_that_cannot_be_read(irc: Irc, arguments: str, context: list[str]) -> None:
    """ "If the server receives a syntactically invalid `CHATHISTORY` command, e.g., an unknown subcommand, missing
    parameters, excess parameters, or parameters that cannot be parsed, the `INVALID_PARAMS` error code SHOULD be
    returned", and "If a client used a reference type […] the server does not support, the `INVALID_MSGREFTYPE`".

    https://ircv3.net/specs/extensions/chathistory#errors-and-warnings
    """
    talk(irc, 1)
    alice = irc.connect("alice", *CAPS)
    alice.ask("JOIN #room")
    (failure,) = alice.ask(f"CHATHISTORY {arguments}")
    assert failure.params[: len(context) + 1] == ["CHATHISTORY", *context]


def test_targets_are_the_conversations_with_something_new(irc: Irc) -> None:
    """ "This command is used to request the list of targets with history between two timestamps"

    https://ircv3.net/specs/extensions/chathistory#targets
    """
    bob, _ = talk(irc, 1)
    alice = irc.connect("alice", *CAPS)
    alice.send("JOIN #room")
    irc.wait(10)
    bob.send("PRIVMSG alice :psst")
    span = "timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z"
    opening, *targets, _ = alice.ask(f"CHATHISTORY TARGETS {span} 10")
    assert opening.params[1] == "draft/chathistory-targets"
    assert [target.params[1] for target in targets] == ["#room", "bob"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("", "INVALID_PARAMS"),
        ("NONSENSE #room * 5", "INVALID_PARAMS"),
        ("LATEST #room *", "INVALID_PARAMS"),
        ("BEFORE #room * 5", "INVALID_PARAMS"),
        ("BEFORE #room msgid=zz 5", "INVALID_PARAMS"),
        ("LATEST #room * many", "INVALID_PARAMS"),
        ("TARGETS * 5", "INVALID_PARAMS"),
    ],
)
def test_nonsense_is_refused(irc: Irc, command: str, code: str) -> None:
    """ "If the server receives a syntactically invalid `CHATHISTORY` command […] the `INVALID_PARAMS` error code SHOULD
    be returned"

    https://ircv3.net/specs/extensions/chathistory#errors-and-warnings
    """
    talk(irc, 1)
    alice = irc.connect("alice", *CAPS)
    alice.send("JOIN #room")
    (failure,) = alice.ask(f"CHATHISTORY {command}")
    assert failure.command == "FAIL"
    assert failure.params[:2] == ["CHATHISTORY", code]


def test_events_are_for_those_who_asked_for_them(irc: Irc) -> None:
    """ "If the client has not negotiated the `event-playback` capability, the server MUST NOT send any lines other than
    `PRIVMSG` and `NOTICE` in the reply batch."

    https://ircv3.net/specs/extensions/chathistory#returned-message-notes
    """
    bob, _ = talk(irc, 1)
    bob.send("TOPIC #room :news")
    alice, carol = irc.connect("alice", *CAPS), irc.connect("carol", *CAPS, "draft/event-playback")
    alice.send("JOIN #room")
    carol.send("JOIN #room")
    assert {message.command for message in alice.ask("CHATHISTORY LATEST #room * 50")} == {"BATCH", "PRIVMSG"}
    told = {message.command for message in carol.ask("CHATHISTORY LATEST #room * 50")}
    assert {"JOIN", "TOPIC", "PRIVMSG"} <= told


def test_reactions_are_events_and_typing_is_none(irc: Irc) -> None:
    """What somebody thought of a message belongs to it; that somebody was typing belongs to its moment.

    https://ircv3.net/specs/client-tags/react (work in progress)
    """
    bob, (msgid,) = talk(irc, 1)
    bob.send("@+typing=active TAGMSG #room", f"@+draft/reply={msgid};+draft/react=lol TAGMSG #room")
    alice, carol = irc.connect("alice", *CAPS), irc.connect("carol", *CAPS, "draft/event-playback")
    irc.enter("#room", alice, carol)
    assert "TAGMSG" not in {message.command for message in alice.ask("CHATHISTORY LATEST #room * 50")}
    told = [message for message in carol.ask("CHATHISTORY LATEST #room * 50") if message.command == "TAGMSG"]
    assert [(each.params, each.tags["+draft/react"], each.tags["+draft/reply"]) for each in told] == [
        (["#room"], "lol", msgid)
    ]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_moments_that_no_message_can_have_are_moments_all_the_same(irc: Irc, moment: str) -> None:
    """ "Request up to `limit` number of messages before and excluding the given `timestamp` or `msgid`."

    https://ircv3.net/specs/extensions/chathistory#before
    """
    talk(irc, 1)
    alice = irc.connect("alice", *CAPS)
    alice.send("JOIN #room")
    both = texts(alice, f"CHATHISTORY BEFORE #room timestamp={moment} 5")
    both += texts(alice, f"CHATHISTORY AFTER #room timestamp={moment} 5")
    assert both == ["m0"]


def test_a_moment_is_that_of_the_message_that_was_shown_with_it(irc: Irc) -> None:
    """ "Request up to `limit` number of messages after and excluding the given `timestamp` or `msgid`."

    https://ircv3.net/specs/extensions/chathistory#after
    """
    alice = irc.connect("alice", *CAPS, "echo-message")
    alice.ask("JOIN #room")
    for number in range(20):
        irc.wait(0.0011 + number * 0.0000007)
        (echo,) = alice.ask(f"PRIVMSG #room :m{number}")
        assert texts(alice, f"CHATHISTORY AFTER #room timestamp={echo.tags['time']} 5") == []
        assert f"m{number}" not in texts(alice, f"CHATHISTORY BEFORE #room timestamp={echo.tags['time']} 5")
        assert texts(alice, f"CHATHISTORY AROUND #room timestamp={echo.tags['time']} 1") == [f"m{number}"]


def test_a_store_that_cannot_be_read_says_so(irc: Irc, database: Database) -> None:
    """ "If the server has an error retrieving the messages, the `MESSAGE_ERROR` error code SHOULD be returned."

    https://ircv3.net/specs/extensions/chathistory#errors-and-warnings
    """
    talk(irc, 1)
    alice = irc.connect("alice", *CAPS, "draft/message-redaction", "labeled-response")
    alice.send("JOIN #room")
    alice.read()
    database.readers.close()
    database.readers._address = "file:/nowhere?mode=ro"
    (failure,) = alice.ask("@label=x CHATHISTORY LATEST #room * 10")
    assert failure.tags["label"] == "x"
    assert failure.command == "FAIL"
    assert failure.params[:4] == ["CHATHISTORY", "MESSAGE_ERROR", "LATEST", "#room"]
    (failure,) = alice.ask(
        "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 10"
    )
    assert failure.params[:3] == ["CHATHISTORY", "MESSAGE_ERROR", "TARGETS"]
    (failure,) = alice.ask("REDACT #room 0000000000000001")
    assert failure.params[:3] == ["REDACT", "INTERNAL_ERROR", "#room"]
    carol = irc.connect("carol")
    assert "FAIL" not in {message.command for message in carol.ask("JOIN #room")}, "nobody asked for a playback"


def test_strangers_who_have_gone_are_no_targets(irc: Irc) -> None:
    """ "the server MUST only include targets that the user can query"; without a name there is nothing to ask for.

    https://ircv3.net/specs/extensions/chathistory#targets
    """
    alice, bob = irc.connect("alice", *CAPS), irc.connect("bob")
    bob.send("PRIVMSG alice :psst")
    span = "timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z"
    assert len(alice.ask(f"CHATHISTORY TARGETS {span} 10")) == 3
    bob.send("QUIT")
    assert len(alice.ask(f"CHATHISTORY TARGETS {span} 10")) == 2


def test_whoever_takes_a_name_over_has_none_of_its_direct_messages(irc: Irc) -> None:
    """Not in the specification: an account is deleted, and somebody else registers its name."""
    alice, bob = member(irc, "alice"), member(irc, "bob", *CAPS)
    alice.send("PRIVMSG bob :secret")
    (word,) = [words[-1] for words in [nickserv(alice, f"DROP {PASSWORD}")[0].split()]]
    nickserv(alice, f"DROP {PASSWORD} {word}")
    alice.send("QUIT")
    mallory = member(irc, "alice", *CAPS)
    assert texts(mallory, "CHATHISTORY LATEST bob * 10") == []
    assert texts(bob, "CHATHISTORY LATEST alice * 10") == []


@pytest.mark.parametrize(
    ("kept", "tags", "is_kept"),
    [
        (None, "+draft/react=x;+draft/reply=y", True),
        (None, "+draft/unreact=x;+draft/reply=y", True),
        (None, "+draft/reply=y", True),
        (None, "+draft/persist;+other=1", True),
        (None, "+other=1", False),
        (None, "+typing=active", False),
        (None, "+typing=active;+draft/reply=y", False),
        (("other",), "+other=1", True),
        (("other",), "+draft/react=x", False),
        ((), "+draft/react=x", False),
    ],
)
def test_which_tagmsg_is_history_is_a_setting(
    database: Database, kept: tuple[str, ...] | None, tags: str, is_kept: bool
) -> None:
    """ "If the client has negotiated `draft/event-playback`, the server SHOULD send additional lines relevant to the
    chat history, including but not limited to `TAGMSG`"

    https://ircv3.net/specs/extensions/chathistory#chathistory-command
    """
    irc = Irc(database=database, history={} if kept is None else {"kept_tags": kept})
    alice, bob = irc.connect("alice", *CAPS, "draft/event-playback"), irc.connect("bob", *CAPS)
    irc.enter("#room", alice, bob)
    alice.send(f"@{tags} TAGMSG #room")
    (live,) = bob.read()
    assert live.command == "TAGMSG", "it is told in any case"
    told = [message for message in alice.ask("CHATHISTORY LATEST #room * 9") if message.command == "TAGMSG"]
    assert [{**message.tags, "batch": ""} for message in told] == [{**live.tags, "batch": ""}] * is_kept
    assert params(bob.ask("CHATHISTORY LATEST #room * 9"), "TAGMSG") == [], "for those who can show it alone"


@pytest.mark.parametrize(("asked", "named"), [("BOB", "bob"), ("#ROOM", "#room"), ("CAROL", "carol")])
def test_a_batch_names_the_target_as_it_is_written_here(irc: Irc, asked: str, named: str) -> None:
    """ "the batch MUST have type chathistory and take a single additional parameter, the canonical name of the target
    being queried"  https://ircv3.net/specs/extensions/chathistory
    """
    alice, bob, carol = irc.connect("alice", *CAPS), irc.connect("bob", *CAPS), member(irc, "carol", *CAPS)
    irc.enter("#room", alice, bob)
    for target in ("bob", "carol", "#room"):
        alice.send(f"PRIVMSG {target} :hello")
    carol.drop()
    alice.read()
    opening = alice.ask(f"CHATHISTORY LATEST {asked} * 5")[0]
    assert opening.params[1:] == ["chathistory", named]
