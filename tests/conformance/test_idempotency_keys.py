"""Idempotency keys: a message that is sent again is said once. The quotations are from docs/idempotency-keys.md."""

from collections.abc import Callable

import pytest

from ircwire import Message
from tests.support.irc import OPERATORS, Irc, commands, params
from tests.support.services import device, member
from trialogue_server.store.database import Database

TAG = "trialogue.chat/idempotency-key"
CAPS = ("message-tags", "echo-message", "server-time", TAG)
LABELS = ("batch", "labeled-response")
LINES = (*CAPS, *LABELS, "draft/multiline")
READING = ("batch", "message-tags", "draft/chathistory", "draft/event-playback")
KEY, OTHER = "q83vEjRWeJCrze8SNFZ4kA", "another-key-0123456789"


@pytest.fixture
def irc(database: Database) -> Irc:
    """A server whose history is kept."""
    return Irc(database=database, operators=OPERATORS)


def keyed(line: str, key: str = KEY, **tags: str) -> str:
    """Return a line with a key, and with other tags."""
    more = "".join(f"{name}={value};" for name, value in tags.items())
    return f"@{more}{TAG}={key} {line}"


def history(irc: Irc, target: str = "#room") -> list[Message]:
    """Return what somebody new finds in a room."""
    reader = irc.connect("reader", *READING)
    reader.ask(f"JOIN {target}")
    found = reader.ask(f"CHATHISTORY LATEST {target} * 100")
    reader.drop()
    return [message for message in found if message.command in ("PRIVMSG", "NOTICE", "TAGMSG")]


def fails(messages: list[Message]) -> list[list[str]]:
    """Return the parameters of each FAIL but its text."""
    return [each[:-1] for each in params(messages, "FAIL")]


@pytest.mark.parametrize("command", ["PRIVMSG", "NOTICE"])
@pytest.mark.parametrize("target", ["#room", "bob", "@#room"])
def test_what_is_sent_again_is_said_once(irc: Irc, command: str, target: str) -> None:
    """ "nobody is told anything, and the sender gets the same echo, with the `msgid` and the `time` of the first" """
    bob, alice = irc.connect("bob", "message-tags"), irc.connect("alice", *CAPS)
    irc.enter("#room", bob, alice)
    (first,) = alice.ask(keyed(f"{command} {target} :The tulips are out"))
    assert first.tags[TAG] == KEY
    (heard,) = bob.read()
    assert (heard.tags, heard.params) == ({"msgid": first.tags["msgid"]}, [target, "The tulips are out"])
    irc.wait(10)
    (again,) = alice.ask(keyed(f"{command} {target} :The tulips are out"))
    assert again == first
    assert bob.read() == []


def test_it_is_in_history_once(irc: Irc) -> None:
    """ "the message is said, exactly once, under that `msgid`" """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    (first,) = alice.ask(keyed("PRIVMSG #room :The tulips are out"))
    alice.ask(keyed("PRIVMSG #ROOM :The tulips are out"))
    (kept,) = history(irc)
    assert kept.tags["msgid"] == first.tags["msgid"]
    assert TAG not in kept.tags


def test_a_label_is_answered_both_times(irc: Irc) -> None:
    """ "labels work as ever" """
    alice = irc.connect("alice", *CAPS, *LABELS)
    irc.enter("#room", alice)
    (first,) = alice.ask(keyed("PRIVMSG #room :hi", label="1"))
    (again,) = alice.ask(keyed("PRIVMSG #room :hi", label="2"))
    assert (first.tags.pop("label"), again.tags.pop("label")) == ("1", "2")
    assert first == again
    assert first.tags[TAG] == KEY


def test_without_echoes_a_repetition_is_answered_by_nothing(irc: Irc) -> None:
    """ "Without `echo-message` a repetition is answered by nothing (with a label, by ACK)" """
    bob, alice = irc.connect("bob"), irc.connect("alice", TAG, "message-tags", *LABELS)
    irc.enter("#room", bob, alice)
    assert alice.ask(keyed("PRIVMSG #room :hi")) == []
    assert commands(bob.read()) == ["PRIVMSG"]
    assert alice.ask(keyed("PRIVMSG #room :hi")) == []
    assert commands(alice.ask(keyed("PRIVMSG #room :hi", label="1"))) == ["ACK"]
    assert bob.read() == []


def test_who_has_not_asked_for_keys_has_none(irc: Irc) -> None:
    """The tag of a capability that is off means nothing, and is passed on to nobody."""
    bob, alice = irc.connect("bob", "message-tags"), irc.connect("alice", "message-tags", "echo-message")
    irc.enter("#room", bob, alice)
    for _ in range(2):
        (echo,) = alice.ask(keyed("PRIVMSG #room :hi"))
        (heard,) = bob.read()
        assert echo.tags.keys() == heard.tags.keys() == {"msgid"}


def test_nobody_else_sees_a_key(irc: Irc) -> None:
    """ "nobody else sees a key, nor do other devices of the sender, and it is in no history" """
    alice, bob = member(irc, "alice", *CAPS), irc.connect("bob", *CAPS)
    phone = device(irc, "alice", *CAPS)
    irc.enter("#room", bob, alice)
    phone.read()
    for line in ("PRIVMSG #room :hi", "PRIVMSG bob :hi"):
        (echo,) = alice.ask(keyed(line, KEY if "#" in line else OTHER))
        assert TAG in echo.tags
        for other in (bob, phone):
            (heard,) = other.read()
            assert TAG not in heard.tags


def test_another_text_under_the_same_key_is_refused(irc: Irc) -> None:
    """ "something else was said under this key, as MSGID; this was not said" """
    bob, alice = irc.connect("bob"), irc.connect("alice", *CAPS, *LABELS)
    irc.enter("#room", bob, alice)
    (first,) = alice.ask(keyed("PRIVMSG #room :hi"))
    bob.read()
    msgid = first.tags["msgid"]
    for line in ("PRIVMSG #room :ho", "NOTICE #room :hi", "PRIVMSG bob :hi"):
        answer = alice.ask(keyed(line, label="1"))
        assert fails(answer) == [[line.split()[0], "IDEMPOTENCY_KEY_REUSED", KEY, msgid]]
        assert answer[0].tags["label"] == "1"
    assert fails(alice.ask(f"@+draft/reply=x;{TAG}={KEY} PRIVMSG #room :hi")) != []
    assert bob.read() == []


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with;no-letters-of-base64+/", "ä" * 22])
@pytest.mark.parametrize("line", ["PRIVMSG #room :hi", "NOTICE #room :hi", "@ TAGMSG #room", "REDACT #room x"])
def test_a_key_has_a_form(irc: Irc, key: str, line: str) -> None:
    """ "the key has another form, or there are several targets; nothing was said" """
    bob, alice = irc.connect("bob", "message-tags"), irc.connect("alice", *CAPS, "draft/message-redaction")
    irc.enter("#room", bob, alice)
    command = line.removeprefix("@ ")
    value = key.replace(";", "\\:")
    (answer,) = alice.ask(f"@+draft/react=x;{TAG}={value} {command}")
    assert answer.params[:2] == [command.split()[0], "INVALID_IDEMPOTENCY_KEY"]
    assert bob.read() == []


@pytest.mark.parametrize("command", ["PRIVMSG", "NOTICE"])
def test_a_key_is_for_one_target(irc: Irc, command: str) -> None:
    """ "A key is for one message and one target" """
    bob, alice = irc.connect("bob"), irc.connect("alice", *CAPS)
    irc.enter("#room", bob, alice)
    assert fails(alice.ask(keyed(f"{command} #room,bob :hi"))) == [[command, "INVALID_IDEMPOTENCY_KEY", KEY]]
    assert bob.read() == []


def test_what_was_refused_is_looked_at_anew(irc: Irc) -> None:
    """ "What was refused … was not said and is not remembered: sent again, it is looked at anew." """
    bob, alice = irc.connect("bob"), irc.connect("alice", *CAPS)
    irc.enter("#room", bob)
    assert commands(alice.ask(keyed("PRIVMSG #room :hi"))) == ["404"]
    irc.enter("#room", alice)
    bob.read()
    assert commands(alice.ask(keyed("PRIVMSG #room :hi"))) == ["PRIVMSG"]
    assert commands(bob.read()) == ["PRIVMSG"]


def test_whether_one_may_speak_is_not_asked_again(irc: Irc) -> None:
    """ "what was said is said, though they have been put out since" """
    bob, alice = irc.connect("bob"), irc.connect("alice", *CAPS)
    irc.enter("#room", bob, alice)
    (first,) = alice.ask(keyed("PRIVMSG #room :hi"))
    bob.send("KICK #room alice")
    alice.read()
    assert alice.ask(keyed("PRIVMSG #room :hi")) == [first]


def test_reactions_have_keys_and_typing_has_none(irc: Irc) -> None:
    """ "on TAGMSG that is kept (reactions; not typing)" """
    bob, alice = irc.connect("bob", "message-tags"), irc.connect("alice", *CAPS)
    irc.enter("#room", bob, alice)
    reaction = f"@+draft/react=x;+draft/reply=y;{TAG}={KEY} TAGMSG #room"
    (first,) = alice.ask(reaction)
    assert alice.ask(reaction) == [first]
    assert first.tags[TAG] == KEY
    assert len(bob.read()) == 1
    for _ in range(2):
        (echo,) = alice.ask(f"@+typing=active;{TAG}={OTHER} TAGMSG #room")
        assert TAG not in echo.tags
    assert len(bob.read()) == 2
    assert len(history(irc)) <= 1


def batch(text: str, key: str = KEY, *, reference: str = "1", label: str = "") -> list[str]:
    """Return the lines of a multiline message."""
    opening = f"BATCH +{reference} draft/multiline #room"
    return [
        keyed(opening, key, **({"label": label} if label else {})),
        *(f"@batch={reference} PRIVMSG #room :{line}" for line in text.split("\n")),
        f"BATCH -{reference}",
    ]


@pytest.mark.parametrize("label", ["", "one"])
def test_a_message_of_several_lines_has_its_key_where_it_opens(irc: Irc, label: str) -> None:
    """ "Of a batch, the line that opens the echo has the key." """
    bob, alice = irc.connect("bob", "batch", "draft/multiline", "message-tags"), irc.connect("alice", *LINES)
    irc.enter("#room", bob, alice)
    first = alice.ask(*batch("one\ntwo", label=label))
    heard = bob.read()
    assert first[0].tags.get("label", "") == label
    assert first[0].tags[TAG] == KEY
    assert all(TAG not in message.tags for message in [*first[1:], *heard])
    again = alice.ask(*batch("one\ntwo", reference="other", label=label))
    assert again == first
    assert bob.read() == []


def test_how_a_batch_is_cut_does_not_count(irc: Irc) -> None:
    """ "How lines of a batch are cut does not count, nor what the batch is called." """
    alice = irc.connect("alice", *LINES)
    irc.enter("#room", alice)
    first = alice.ask(*batch("one two\nthree"))
    cut = [
        keyed("BATCH +x draft/multiline #room"),
        "@batch=x PRIVMSG #room :one ",
        "@batch=x;draft/multiline-concat PRIVMSG #room :two",
        "@batch=x PRIVMSG #room :three",
        "BATCH -x",
    ]
    assert alice.ask(*cut)[0] == first[0]
    assert fails(alice.ask(*batch("one two\nfour")))[0][1] == "IDEMPOTENCY_KEY_REUSED"


def test_a_key_that_cannot_be_used_refuses_the_batch(irc: Irc) -> None:
    """ "`BATCH` for a key that cannot be used on one" """
    bob, alice = irc.connect("bob"), irc.connect("alice", *LINES)
    irc.enter("#room", bob, alice)
    assert fails(alice.ask(*batch("one\ntwo", "short"))) == [["BATCH", "INVALID_IDEMPOTENCY_KEY", "short"]]
    assert bob.read() == []


def test_taking_back_has_a_key_too(irc: Irc) -> None:
    """ "A REDACT that is repeated is answered by the REDACT that told of it." """
    caps = (*CAPS, "draft/message-redaction")
    bob, alice = irc.connect("bob", *caps), irc.connect("alice", *caps)
    irc.enter("#room", bob, alice)
    (said,) = alice.ask("PRIVMSG #room :oops")
    redact = keyed(f"REDACT #room {said.tags['msgid']} :wrong room")
    (first,) = alice.ask(redact)
    assert first.tags[TAG] == KEY
    bob.read()
    assert alice.ask(redact) == [first]
    assert bob.read() == []
    (other,) = alice.ask("PRIVMSG #room :oops")
    assert fails(alice.ask(keyed(f"REDACT #room {other.tags['msgid']}")))[0][1] == "IDEMPOTENCY_KEY_REUSED"
    assert len(history(irc)) == 1


def test_what_was_taken_back_since_is_not_shown_again(start: Callable[..., Irc]) -> None:
    """ "it was said as MSGID, and has been taken back since" """
    caps = (*CAPS, "draft/message-redaction")
    irc = start()
    alice = member(irc, "alice", *caps)
    irc.enter("#room", alice)
    (said,) = alice.ask(keyed("PRIVMSG #room :oops"))
    alice.ask(f"REDACT #room {said.tags['msgid']}")
    expected = [["PRIVMSG", "MESSAGE_REDACTED", KEY, said.tags["msgid"]]]
    assert fails(alice.ask(keyed("PRIVMSG #room :oops"))) == expected
    assert fails(device(start(), "alice", *caps).ask(keyed("PRIVMSG #room :oops"))) == expected


def test_it_holds_on_another_device_and_after_a_restart(start: Callable[..., Irc]) -> None:
    """ "a key belongs to the account, on whichever device"; "A day, and across `kill -9` …" """
    irc = start()
    alice, bob = member(irc, "alice", *CAPS), irc.connect("bob")
    irc.enter("#room", alice, bob)
    (first,) = alice.ask(keyed("PRIVMSG #room :hi"))
    assert device(irc, "alice", *CAPS).ask(keyed("PRIVMSG #room :hi")) == [first]
    later = start()
    (again,) = device(later, "alice", *CAPS).ask(keyed("PRIVMSG #room :hi"))
    assert (again.tags, again.params) == (first.tags, first.params)
    assert len(history(later)) == 1


def test_a_guest_is_known_by_the_key(start: Callable[..., Irc]) -> None:
    """ "it holds across a reconnection, another address, another nick, and a crash of the server" """
    irc = start()
    op, alice = irc.connect("op"), irc.connect("alice", *CAPS, address="198.51.100.1")
    irc.enter("#room", op, alice)
    (first,) = alice.ask(keyed("PRIVMSG #room :hi"))
    alice.drop()
    for server in (irc, start()):
        other = server.connect("alice2", *CAPS, address="198.51.100.2")
        (again,) = other.ask(keyed("PRIVMSG #room :hi"))
        assert again.source is not None
        assert again.source.startswith("alice2!")
        assert again.tags == first.tags


def test_a_guest_who_logs_in_is_known_and_an_account_is_not_a_guest(irc: Irc) -> None:
    """ "What a guest said, who has logged in since, is found too."; "a guest does not find an account's keys" """
    alice, bob = irc.connect("alice", *CAPS), irc.connect("bob")
    irc.enter("#room", bob, alice)
    alice.ask(keyed("PRIVMSG #room :hi"))
    bob.read()
    alice.send("NICKSERV REGISTER frenchfries")
    alice.ask(keyed("PRIVMSG #room :hi"))
    assert bob.read() == []
    alice.ask(keyed("PRIVMSG #room :hi", OTHER))
    assert commands(bob.read()) == ["PRIVMSG"]
    guest = irc.connect("guest", *CAPS)
    irc.enter("#room", guest)
    bob.read()
    guest.ask(keyed("PRIVMSG #room :hi", OTHER))
    assert commands(bob.read()) == ["PRIVMSG"]


def test_accounts_do_not_share_keys(irc: Irc) -> None:
    """ "a key belongs to the account" """
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice, bob)
    (first,) = alice.ask(keyed("PRIVMSG #room :hi"))
    (second,) = bob.ask(keyed("PRIVMSG #room :hi"))
    assert first.tags["msgid"] != second.tags["msgid"]


def test_what_waits_for_somebody_waits_once(irc: Irc) -> None:
    """Direct messages to an account that is not here are said once too."""
    member(irc, "bob").drop()
    alice = irc.connect("alice", *CAPS)
    assert commands(alice.ask(keyed("PRIVMSG bob :hi"))) == ["PRIVMSG", "301"]
    assert commands(alice.ask(keyed("PRIVMSG bob :hi"))) == ["PRIVMSG"]
    assert [mail.messages for mail in irc.core.world.mails.of("bob")] == [1]


def test_a_service_does_it_each_time(irc: Irc) -> None:
    """ "What is said to a service … is a command and not a message: it is done each time." """
    alice = irc.connect("alice", *CAPS)
    for _ in range(2):
        assert "NOTICE" in commands(alice.ask(keyed("PRIVMSG NickServ :HELP")))


def test_a_key_is_remembered_for_a_day(irc: Irc) -> None:
    """ "how many seconds it is remembered" """
    alice = irc.connect("alice", *CAPS)
    irc.enter("#room", alice)
    (first,) = alice.ask(keyed("PRIVMSG #room :hi"))
    irc.wait(24 * 3600)
    alice.ask(keyed("PRIVMSG #room :another", OTHER))
    assert alice.ask(keyed("PRIVMSG #room :hi")) == [first]
    irc.wait(1)
    alice.ask(keyed("PRIVMSG #room :more", "yet-another-key-0123456"))
    assert len(irc.core.world.idempotency) == 2
    (again,) = alice.ask(keyed("PRIVMSG #room :hi"))
    assert again.tags["msgid"] != first.tags["msgid"]


def records(database: Database) -> int:
    """Return how many keys the database has."""
    query = "SELECT count(*) FROM records WHERE kind = 'idempotency key'"
    return database.readers.query(lambda connection: int(connection.execute(query).fetchone()[0]))


def test_so_many_keys_are_remembered_of_one(database: Database) -> None:
    """ "At most 5,000 keys of one account … beyond that the oldest go" """
    irc = Irc(database=database, limits={"idempotency_keys_per_user": 3})
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice, bob)
    (his,) = bob.ask(keyed("PRIVMSG #room :mine"))
    first = [alice.ask(keyed(f"PRIVMSG #room :{n}", f"key-of-alice-number-{n:03}"))[0] for n in range(5)]
    assert len(irc.core.world.idempotency) == records(database) == 4
    assert alice.ask(keyed("PRIVMSG #room :4", "key-of-alice-number-004")) == [first[4]]
    (again,) = alice.ask(keyed("PRIVMSG #room :1", "key-of-alice-number-001"))
    assert again.tags["msgid"] != first[1].tags["msgid"]
    bob.read()
    assert bob.ask(keyed("PRIVMSG #room :mine")) == [his]


def test_so_many_keys_are_remembered_in_all(database: Database) -> None:
    """ "of whoever has more than an equal share first" """
    irc = Irc(database=database, limits={"idempotency_keys": 4})
    alice, bob = member(irc, "alice", *CAPS), member(irc, "bob", *CAPS)
    irc.enter("#room", alice, bob)
    (his,) = bob.ask(keyed("PRIVMSG #room :mine"))
    for n in range(9):
        alice.ask(keyed(f"PRIVMSG #room :{n}", f"key-of-alice-number-{n:03}"))
    assert len(irc.core.world.idempotency) == records(database) == 4
    bob.read()
    assert bob.ask(keyed("PRIVMSG #room :mine")) == [his]


def test_bounds_hold_after_a_restart_with_smaller_ones(start: Callable[..., Irc]) -> None:
    """ "beyond that the oldest go" """
    irc = start()
    alice = member(irc, "alice", *CAPS)
    irc.enter("#room", alice)
    for n in range(9):
        alice.ask(keyed(f"PRIVMSG #room :{n}", f"key-of-alice-number-{n:03}"))
    later = start(limits={"idempotency_keys_per_user": 5})
    alice = device(later, "alice", *CAPS)
    later.enter("#room", alice)
    for n in range(9, 13):
        alice.ask(keyed(f"PRIVMSG #room :{n}", f"key-of-alice-number-{n:03}"))
    assert len(later.core.world.idempotency) == 9
    assert later.database is not None
    assert records(later.database) == 9


def test_nothing_can_be_read_out_of_what_is_kept(irc: Irc, database: Database) -> None:
    """ "hashes … which nobody can read anything out of" """
    alice = member(irc, "alice", *CAPS)
    irc.enter("#room", alice)
    alice.ask(keyed("PRIVMSG #room :the secret"))
    query = "SELECT data FROM records WHERE kind = 'idempotency key'"
    ((data,),) = database.readers.query(lambda connection: connection.execute(query).fetchall())
    assert not any(word in data for word in (b"alice", b"secret", b"room", KEY.encode()))
