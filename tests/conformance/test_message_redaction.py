"""Taking back what was said.  https://ircv3.net/specs/extensions/message-redaction"""

import pytest

from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import device, member
from trialogue_server.store.database import Database

CAPS = ("message-tags", "echo-message", "draft/message-redaction")
READING = ("batch", "message-tags", "draft/chathistory", "draft/event-playback")


@pytest.fixture
def irc(database: Database) -> Irc:
    """A server whose history is kept."""
    return Irc(database=database, operators=OPERATORS)


def say(client: Client, target: str, text: str = "oops") -> str:
    """Say something and return its id."""
    (echo,) = client.ask(f"PRIVMSG {target} :{text}")
    return echo.tags["msgid"]


def history(irc: Irc, target: str = "#room") -> list[str]:
    """Return the texts that somebody new finds in a room."""
    reader = irc.connect("reader", *READING)
    reader.ask(f"JOIN {target}")
    found = reader.ask(f"CHATHISTORY LATEST {target} * 100")
    reader.drop()
    return [message.params[-1] for message in found if message.command == "PRIVMSG"]


def test_ones_own_message_is_taken_back(irc: Irc) -> None:
    """ "SHOULD forward this `REDACT`, with an appropriate prefix, to the target recipients that have negotiated the
    `draft/message-redaction` capability"; "MUST not forward this `REDACT` to target recipients that have not"

    https://ircv3.net/specs/extensions/message-redaction#command
    """
    op, alice, bob, old = (
        irc.connect(nick, *caps) for nick, caps in (("op", ()), ("alice", CAPS), ("bob", CAPS), ("old", ()))
    )
    irc.enter("#room", op, alice, bob, old)
    msgid = say(alice, "#room")
    say(alice, "#room", "still there")
    bob.read()
    old.read()
    (seen,) = alice.ask(f"REDACT #ROOM {msgid} :bad example")
    assert seen.source == "alice!alice@127.0.0.1"
    assert seen.params == ["#room", msgid, "bad example"]
    (told,) = bob.read()
    assert (told.source, told.params) == (seen.source, seen.params)
    assert told.tags["msgid"] != msgid
    assert old.read() == []
    assert history(irc) == ["still there"]


def test_a_reason_need_not_be_given(irc: Irc) -> None:
    """ "REDACT <target> <msgid> [:reason]"

    https://ircv3.net/specs/extensions/message-redaction#command
    """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    msgid = say(alice, "#room")
    assert params(alice.ask(f"REDACT #room {msgid}"), "REDACT") == [["#room", msgid]]


def test_chathistory_excludes_it_entirely_after_a_restart_too(irc: Irc, database: Database) -> None:
    """ "After a message is redacted, `chathistory` responses SHOULD either: exclude it entirely […]"

    https://ircv3.net/specs/extensions/message-redaction#chat-history
    """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    msgid = say(alice, "#room")
    say(alice, "#room", "still there")
    alice.ask(f"REDACT #room {msgid}")
    assert history(irc) == ["still there"]
    assert history(Irc(database=database)) == ["still there"]
    (failure,) = alice.ask(f"REDACT #room {msgid}")
    assert failure.params[:4] == ["REDACT", "UNKNOWN_MSGID", "#room", msgid]


def test_channel_operators_take_back_anybodys(irc: Irc) -> None:
    """ "Allowing channel moderators or server admins to delete unwelcome messages from others"

    https://ircv3.net/specs/extensions/message-redaction#server-implementation-considerations
    """
    op, bob = irc.connect("op", *CAPS), irc.connect("bob", *CAPS)
    irc.enter("#room", op, bob)
    (mine, his) = say(op, "#room"), say(bob, "#room")
    (failure,) = params(bob.ask(f"REDACT #room {mine}"), "FAIL")
    assert failure[:4] == ["REDACT", "REDACT_FORBIDDEN", "#room", mine]
    assert commands(op.ask(f"REDACT #room {his} :spam")) == ["REDACT"]
    assert history(irc) == ["oops"]


def test_server_operators_take_back_anybodys(irc: Irc) -> None:
    """ "Allowing channel moderators or server admins to delete unwelcome messages from others"

    https://ircv3.net/specs/extensions/message-redaction#server-implementation-considerations
    """
    bob = irc.connect("bob", *CAPS)
    irc.enter("#room", bob)
    msgid = say(bob, "#room")
    root = irc.oper("root", *CAPS)
    root.ask(f"REDACT #room {msgid}")
    assert params(bob.read(), "REDACT") == [["#room", msgid]]


def test_direct_messages_are_their_senders_to_take_back(irc: Irc) -> None:
    """ "a client MUST negotiate the `draft/message-redaction` capability and send a `REDACT` command to a target
    nickname or channel"

    https://ircv3.net/specs/extensions/message-redaction#command
    """
    alice, bob, eve = (irc.connect(nick, *CAPS) for nick in ("alice", "bob", "eve"))
    msgid = say(alice, "bob")
    bob.read()
    for other, target, code in ((bob, "alice", "REDACT_FORBIDDEN"), (eve, "bob", "UNKNOWN_MSGID")):
        (failure,) = params(other.ask(f"REDACT {target} {msgid}"), "FAIL")
        assert failure[:4] == ["REDACT", code, target, msgid]
    assert params(alice.ask(f"REDACT bob {msgid} :typo"), "REDACT") == [["bob", msgid, "typo"]]
    assert params(bob.read(), "REDACT") == [["bob", msgid, "typo"]]
    assert eve.read() == []


def test_another_device_of_the_account_may_and_another_stranger_may_not(irc: Irc) -> None:
    """ "If the client is authorised to delete the message"

    https://ircv3.net/specs/extensions/message-redaction#command
    """
    op, alice, bob = irc.connect("op"), member(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    irc.enter("#room", op, alice, bob)
    alices, bobs = say(alice, "#room"), say(bob, "#room")
    bob.send("QUIT")
    bob.drop()
    irc.wait(5)
    phone, impostor = device(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    irc.enter("#room", impostor)
    assert params(impostor.ask(f"REDACT #room {bobs}"), "FAIL")[0][1] == "REDACT_FORBIDDEN"
    assert params(phone.ask(f"REDACT #room {alices}"), "REDACT") == [["#room", alices]]


def test_only_messages_are_taken_back(irc: Irc) -> None:
    """ "`<msgid>` is the id of the message to be redacted, which MUST be a `PRIVMSG`, `NOTICE`, or `TAGMSG`": what was
    done to a room stays on its record, even for those who did it.

    https://ircv3.net/specs/extensions/message-redaction#command
    """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    (change,) = alice.ask("TOPIC #room :shameful")
    (failure,) = alice.ask(f"REDACT #room {change.tags['msgid']}")
    assert failure.params[:4] == ["REDACT", "UNKNOWN_MSGID", "#room", change.tags["msgid"]]


@pytest.mark.parametrize("target", ["#nowhere", "#secret", "#open", "nobody", "*"])
def test_where_nothing_can_be_taken_back(irc: Irc, target: str) -> None:
    """ "FAIL REDACT INVALID_TARGET <target> :You cannot delete messages from <target>", whether it is unknown or
    not theirs: a room that is hidden stays so.

    https://ircv3.net/specs/extensions/message-redaction#errors
    """
    op, eve = irc.connect("op", *CAPS), irc.connect("eve", *CAPS)
    irc.enter("#open", op)
    irc.enter("#secret", op)
    op.send("MODE #secret +s")
    msgid = say(op, "#secret")
    (failure,) = eve.ask(f"REDACT {target} {msgid}")
    assert failure.params[:-1] == ["REDACT", "INVALID_TARGET", target]


@pytest.mark.parametrize("line", ["REDACT #other {}", "REDACT #room 00000000000000ff", "REDACT #room nonsense"])
def test_what_is_not_there_cannot_be_taken_back(irc: Irc, line: str) -> None:
    """ "FAIL REDACT UNKNOWN_MSGID <target> <target-msgid> :This message does not exist or is too old"

    https://ircv3.net/specs/extensions/message-redaction#errors
    """
    alice, bob = irc.connect("alice", *CAPS), irc.connect("bob", *CAPS)
    irc.enter("#room", alice, bob)
    irc.enter("#other", alice)
    line = line.format(say(bob, "#room"))
    (failure,) = alice.ask(line)
    assert failure.params[:4] == ["REDACT", "UNKNOWN_MSGID", *line.split()[1:]]


def test_without_the_capability_nothing_is_taken_back(irc: Irc) -> None:
    """ "To redact a message, a client MUST negotiate the `draft/message-redaction` capability"

    https://ircv3.net/specs/extensions/message-redaction#command
    """
    alice = irc.connect("alice", "message-tags", "echo-message")
    irc.enter("#room", alice)
    msgid = say(alice, "#room")
    assert commands(alice.ask(f"REDACT #room {msgid}")) == ["FAIL"]
    assert history(irc) == ["oops"]


@pytest.mark.parametrize("by", ["alice", "op"])
def test_what_was_said_before_a_room_was_renamed_is_taken_back_under_its_new_name(irc: Irc, by: str) -> None:
    """ "SHOULD forward this `REDACT`, with an appropriate prefix, to the target recipients", who are in the room still,
    whatever it was called when something was said in it.

    https://ircv3.net/specs/extensions/message-redaction#command
    """
    people = {nick: irc.connect(nick, *CAPS) for nick in ("op", "alice", "bob")}
    irc.enter("#room", *people.values())
    msgid = say(people["alice"], "#room")
    people["op"].send("RENAME #room #place")
    people["bob"].read()
    people[by].ask(f"REDACT #place {msgid}")
    assert params(people["bob"].read(), "REDACT") == [["#place", msgid]]
    assert history(irc, "#place") == []


def test_who_makes_a_room_of_the_old_name_takes_back_nothing(irc: Irc) -> None:
    """ "FAIL REDACT UNKNOWN_MSGID <target> <target-msgid> :This message does not exist or is too old"

    https://ircv3.net/specs/extensions/message-redaction#errors
    """
    op, alice = irc.connect("op", *CAPS), irc.connect("alice", *CAPS)
    irc.enter("#room", op, alice)
    msgid = say(alice, "#room")
    op.send("RENAME #room #place")
    irc.enter("#room", alice)
    (refused,) = alice.ask(f"REDACT #room {msgid}")
    assert refused.params[:2] == ["REDACT", "UNKNOWN_MSGID"], "not there, although it is hers"
    assert history(irc, "#place") == ["oops"]
