"""What is said to an account while nobody is logged in to it: it waits, and is told when they come.

https://modern.ircdocs.horse/#rplaway-301: "the `AWAY` message of the user" is what whoever writes to them is told.
"""

from base64 import b64encode

import pytest

from ircwire import Message
from tests.support.irc import Client, Irc, commands, params
from tests.support.services import PASSWORD, device, member, nickserv
from trialogue_server.store.database import Database

ASKING = ("draft/chathistory", "batch", "server-time", "message-tags")
ABSENT = "not here; they will read it when they come back"
PLAIN = b64encode(f"\0bob\0{PASSWORD}".encode()).decode()


@pytest.fixture
def irc(database: Database) -> Irc:
    """A server whose history is kept."""
    return Irc(database=database)


def away(irc: Irc, nick: str = "bob") -> None:
    """Have an account made whose owner goes at once."""
    owner = member(irc, nick)
    owner.send("QUIT")
    owner.drop()


def coming(irc: Irc, *caps: str, nick: str = "bob") -> list[Message]:
    """Log in as bob and return all that is shown, but for what everybody is shown."""
    return _said(_login(irc, nick, *caps).read())


def _login(irc: Irc, nick: str, *caps: str) -> Client:
    client = irc.open()
    client.send("CAP LS 302", f"CAP REQ :{' '.join(['sasl', *caps])}", "AUTHENTICATE PLAIN", f"AUTHENTICATE {PLAIN}")
    client.send(f"NICK {nick}", "USER bob 0 * :bob", "CAP END")
    return client


def _said(messages: list[Message]) -> list[Message]:
    return [one for one in messages if one.command in ("PRIVMSG", "NOTICE", "TAGMSG")]


def texts(messages: list[Message]) -> list[str]:
    return [one.params[-1] for one in messages]


def history(client: Client, target: str) -> list[str]:
    return texts(_said(client.ask(f"CHATHISTORY LATEST {target} * 50")))


# What the sender is told


def test_the_sender_is_told_that_they_are_not_here(irc: Irc) -> None:
    """ "Indicates that the user with the given nick is currently away and sends the away message that they set."

    https://modern.ircdocs.horse/#rplaway-301
    """
    away(irc)
    alice = irc.connect("alice")
    assert params(alice.ask("PRIVMSG bob :hello"), "301", "401") == [["alice", "bob", ABSENT]]
    assert params(alice.ask("PRIVMSG BOB :hello again"), "301") == [["alice", "bob", ABSENT]], "each time, as AWAY"


def test_echo_and_label_are_as_ever(irc: Irc) -> None:
    """ "servers MUST send PRIVMSG and NOTICE messages back to the client that sent them"

    https://ircv3.net/specs/extensions/echo-message
    """
    away(irc)
    alice = irc.connect("alice", "echo-message", "labeled-response", "batch", "message-tags", "server-time")
    opening, echo, numeric, closing = alice.ask("@label=x PRIVMSG bob :hello")
    assert (opening.command, opening.tags["label"], closing.command) == ("BATCH", "x", "BATCH")
    assert (echo.command, echo.params, numeric.command) == ("PRIVMSG", ["bob", "hello"], "301")
    assert echo.tags["msgid"]
    assert commands(alice.ask("NOTICE bob :psst")) == ["NOTICE"]
    assert commands(alice.ask("@label=y TAGMSG bob")) == ["ACK"]


def test_an_account_that_there_is_not_is_refused(irc: Irc) -> None:
    alice = irc.connect("alice", "message-tags")
    assert params(alice.ask("PRIVMSG nobody :hello"), "401")[0][:2] == ["alice", "nobody"]
    assert commands(alice.ask("@+typing=active TAGMSG nobody")) == ["401"]


def test_an_account_that_nobody_has_verified_gets_nothing(irc: Irc, database: Database) -> None:
    irc = Irc(database=database, mail={"host": "mail.example.org", "sender": "a@example.org"})
    bob = irc.connect("bob")
    nickserv(bob, f"REGISTER {PASSWORD} bob@example.org")
    bob.drop()
    assert commands(irc.connect("alice").ask("PRIVMSG bob :hello")) == ["401"]


def test_typing_says_nothing(irc: Irc) -> None:
    """https://ircv3.net/specs/client-tags/typing"""
    away(irc)
    alice = irc.connect("alice", "message-tags", "labeled-response", "batch", *ASKING)
    assert alice.ask("@+typing=active TAGMSG bob") == []
    assert commands(alice.ask("@label=x;+typing=done TAGMSG bob")) == ["ACK"]
    assert not irc.core.world.mails.of("bob")
    assert history(alice, "bob") == []


@pytest.mark.parametrize("text", ["\x01VERSION\x01", "\x01DCC SEND a 1 1 1\x01"])
def test_no_program_answers_for_them(irc: Irc, text: str) -> None:
    away(irc)
    alice = irc.connect("alice")
    assert commands(alice.ask(f"PRIVMSG bob :{text}")) == ["401"]
    assert coming(irc) == []


def test_without_history_the_sender_is_told_that_nobody_will_read_it() -> None:
    irc = Irc(history={"enabled": False})
    away(irc)
    (refused,) = irc.connect("alice").ask("PRIVMSG bob :hello")
    assert (refused.command, refused.params[1]) == ("401", "bob")
    assert "keeps no messages" in refused.params[-1]


# How it is told


def test_whoever_can_ask_finds_it(irc: Irc) -> None:
    """ "TARGETS ... lists channels the user has visible history in, as well as users with whom the user has
    exchanged direct messages"  https://ircv3.net/specs/extensions/chathistory
    """
    away(irc)
    alice = member(irc, "alice")
    alice.ask("PRIVMSG bob :hello", "NOTICE bob :psst", "PRIVMSG bob :\x01ACTION waves\x01")
    bob = _login(irc, "bob", *ASKING)
    assert _said(bob.read()) == [], "it asks by itself"
    (target,) = params(
        bob.ask("CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 9"),
        "CHATHISTORY",
    )
    assert target[:2] == ["TARGETS", "alice"]
    assert history(bob, "alice") == ["hello", "psst", "\x01ACTION waves\x01"]


def test_a_message_of_several_lines_and_a_reaction_wait_too(irc: Irc) -> None:
    """https://ircv3.net/specs/extensions/multiline and https://ircv3.net/specs/client-tags/react"""
    away(irc)
    alice = irc.connect("alice", "draft/multiline", "echo-message", *ASKING)
    alice.ask("BATCH +1 draft/multiline bob", "@batch=1 PRIVMSG bob :one", "@batch=1 PRIVMSG bob :two", "BATCH -1")
    (echo, *_) = alice.ask("@+reply=x PRIVMSG bob :an answer")
    alice.ask(f"@+draft/react=👍;+reply={echo.tags['msgid']} TAGMSG bob")
    shown = coming(irc, "server-time", "message-tags")
    assert [(one.command, one.params[-1]) for one in shown] == [
        ("PRIVMSG", "one"),
        ("PRIVMSG", "two"),
        ("PRIVMSG", "an answer"),
    ]
    assert shown[-1].tags["+reply"] == "x"
    bob = device(irc, "bob", "draft/event-playback", *ASKING)
    (reaction,) = params(bob.ask("CHATHISTORY LATEST alice * 50"), "TAGMSG")
    assert reaction == ["bob"]


def test_whoever_cannot_ask_is_told_with_the_time(irc: Irc) -> None:
    """ "This tag indicates the time at which the message was sent"  https://ircv3.net/specs/extensions/server-time"""
    away(irc)
    alice = irc.connect("alice")
    alice.ask("PRIVMSG bob :hello")
    irc.wait(3600)
    (message,) = coming(irc, "server-time", "batch", "message-tags")
    assert (message.command, message.params) == ("PRIVMSG", ["bob", "hello"])
    assert str(message.source) == "alice!alice@127.0.0.1"
    assert message.tags["time"] == "2023-11-14T22:13:20.000Z"
    assert message.tags["batch"]


@pytest.mark.parametrize(
    ("later", "clock"),
    [
        (60, "[22:13 UTC]"),
        (24 * 3600, "[14 Nov 22:13 UTC]"),
        (60 * 24 * 3600, "[14 Nov 2023 22:13 UTC]"),
    ],
)
def test_whoever_knows_no_times_reads_it_in_the_text(irc: Irc, later: int, clock: str) -> None:
    """ "The NOTICE message is used similarly to PRIVMSG. The difference ... is that automatic replies must never be
    sent in response to a NOTICE"  https://modern.ircdocs.horse/#notice-message
    """
    away(irc)
    alice = irc.connect("alice")
    alice.ask("PRIVMSG bob :hello", "PRIVMSG bob :\x01ACTION waves\x01")
    irc.wait(later)
    one, other, end = coming(irc)
    assert (one.command, one.params, str(one.source)) == ("NOTICE", ["bob", f"{clock} hello"], "alice!alice@127.0.0.1")
    assert other.params == ["bob", f"{clock} * alice waves"]
    assert end.params[-1] == "2 messages were said to you while you were not here; that is all"


def test_nothing_of_a_long_line_is_lost(irc: Irc) -> None:
    away(irc)
    text = "x" * 400 + " the end" + "y" * 50
    irc.connect("alice").ask(f"PRIVMSG bob :{text}")
    *parts, _ = coming(irc)
    assert "".join(texts(parts)) == f"[22:13 UTC] {text}"


@pytest.mark.parametrize("first", [(), ASKING])
def test_once_and_never_twice(irc: Irc, first: tuple[str, ...]) -> None:
    away(irc)
    irc.connect("alice").ask("PRIVMSG bob :hello")
    one = _login(irc, "bob", *first)
    one.read()
    assert coming(irc) == []
    one.send("QUIT")
    one.drop()
    assert coming(irc, nick="bob2") == []


def test_after_a_login_to_nickserv_too(irc: Irc) -> None:
    away(irc)
    irc.connect("alice").ask("PRIVMSG bob :hello")
    guest = irc.connect("guest", "server-time")
    shown = guest.ask(f"PRIVMSG NickServ :IDENTIFY bob {PASSWORD}")
    assert params(shown, "PRIVMSG") == [["guest", "hello"]]


def test_and_where_the_login_is_one_line_of_several(irc: Irc) -> None:
    away(irc)
    irc.connect("alice").ask("PRIVMSG bob :hello")
    guest = irc.connect("guest", "server-time", "batch", "draft/multiline")
    lines = [f"@batch=1 PRIVMSG NickServ :{text}" for text in (f"IDENTIFY bob {PASSWORD}", "INFO")]
    shown = guest.ask("BATCH +1 draft/multiline NickServ", *lines, "BATCH -1")
    assert params(shown, "PRIVMSG") == [["guest", "hello"]]


def test_bots_are_told_nothing_and_it_goes_on_waiting(irc: Irc) -> None:
    """They would answer."""
    away(irc)
    irc.connect("alice").ask("PRIVMSG bob :!weather")
    bot = irc.connect("guest", "server-time")
    bot.send("MODE guest +B")
    assert params(bot.ask(f"NS IDENTIFY bob {PASSWORD}"), "PRIVMSG") == []
    irc.connect("carol").ask("PRIVMSG guest :only the bot hears it")
    irc.connect("eve").ask("PRIVMSG guest :!news")
    bot.drop()
    assert texts(coming(irc, "server-time")) == ["!weather"]


def test_a_restart_loses_and_repeats_nothing(irc: Irc, database: Database) -> None:
    away(irc)
    irc.connect("alice").ask("PRIVMSG bob :hello")
    irc.flush()
    irc = Irc(database=database)
    assert texts(coming(irc, "server-time")) == ["hello"]
    irc.flush()
    irc = Irc(database=database)
    assert coming(irc, "server-time") == []


def test_what_a_guest_said_who_has_gone_is_told_to_everybody(irc: Irc) -> None:
    """Nobody can ask for it: there is no name to ask by."""
    away(irc)
    guest = irc.connect("passerby")
    guest.ask("PRIVMSG bob :I was here")
    guest.drop()
    assert texts(coming(irc, *ASKING)) == ["I was here"]
    assert coming(irc, *ASKING) == []


def test_what_was_taken_back_is_not_told(irc: Irc) -> None:
    """https://ircv3.net/specs/extensions/message-redaction"""
    away(irc)
    alice = irc.connect("alice", "draft/message-redaction", "echo-message", *ASKING)
    (echo, _) = alice.ask("PRIVMSG bob :oops")
    assert commands(alice.ask(f"REDACT bob {echo.tags['msgid']}")) == ["REDACT"]
    assert coming(irc, "server-time") == []


# Who it reaches


def test_whoever_goes_by_another_nick_hears_it(irc: Irc) -> None:
    away(irc)
    bob = device(irc, "bob", nick="bobby")
    alice = irc.connect("alice", "echo-message")
    (echo,) = alice.ask("PRIVMSG bob :hello")
    assert echo.params == ["bobby", "hello"], "as whom they hear it, and answer"
    assert params(bob.read(), "PRIVMSG") == [["bobby", "hello"]]


def test_of_two_nicks_the_one_that_spoke_last(irc: Irc) -> None:
    away(irc)
    one, other = device(irc, "bob", nick="one"), device(irc, "bob", nick="other")
    irc.wait(1)
    one.ask("PRIVMSG other :I am here")
    other.read()
    irc.connect("alice").ask("PRIVMSG bob :hello")
    assert params(one.read(), "PRIVMSG") == [["one", "hello"]]
    assert other.read() == []


def test_a_guest_who_may_use_the_nick_is_who_is_meant(irc: Irc) -> None:
    owner = member(irc, "bob")
    nickserv(owner, "SET ENFORCE off")
    owner.drop()
    guest = irc.connect("bob")
    assert commands(irc.connect("alice").ask("PRIVMSG bob :hello")) == []
    assert params(guest.read(), "PRIVMSG") == [["bob", "hello"]]


def test_whoever_is_always_on_and_has_no_connection_is_not_here(irc: Irc) -> None:
    bob = member(irc, "bob")
    nickserv(bob, "SET ALWAYS-ON on")
    bob.drop()
    alice = irc.connect("alice")
    assert params(alice.ask("PRIVMSG bob :hello"), "301") == [["alice", "bob", ABSENT]]
    assert texts(coming(irc, "server-time")) == ["hello"]
    assert coming(irc, "server-time") == [], "of a second device the first one is the witness"
    assert params(alice.ask("PRIVMSG bob :and now"), "301") == []


def test_an_account_that_is_deleted_takes_its_mail_along(irc: Irc, database: Database) -> None:
    away(irc)
    alice = member(irc, "alice")
    alice.ask("PRIVMSG bob :for the old bob")
    bob = irc.connect("guest", *ASKING)
    bob.send("MODE guest +B", f"NS IDENTIFY bob {PASSWORD}")
    nickserv(bob, f"DROP {PASSWORD}")
    assert not irc.core.world.mails.of("bob")
    irc.flush()
    irc = Irc(database=database)
    member(irc, "bob").drop()
    assert coming(irc, "server-time") == []


def test_a_sender_who_is_deleted_leaves_nothing_waiting(irc: Irc) -> None:
    away(irc)
    alice = member(irc, "alice")
    alice.ask("PRIVMSG bob :hello")
    nickserv(alice, f"DROP {PASSWORD}")
    assert not irc.core.world.mails.of("bob")
    assert coming(irc, "server-time") == []


# Bounds


def test_no_more_than_so_many_messages_wait(database: Database) -> None:
    irc = Irc(database=database, history={"waiting_messages": 3, "waiting_per_sender": 2})
    away(irc)
    alice, carol = member(irc, "alice"), member(irc, "carol")
    assert [commands(alice.ask(f"PRIVMSG bob :{number}")) for number in range(3)] == [["301"], ["301"], ["531"]]
    assert "2 messages from you wait for bob" in params(alice.ask("PRIVMSG bob :x"), "531")[0][-1]
    assert [commands(carol.ask(f"PRIVMSG bob :{number}")) for number in range(2)] == [["301"], ["531"]]
    assert "too much waits for bob" in params(carol.ask("PRIVMSG bob :x"), "531")[0][-1]
    assert carol.ask("NOTICE bob :x") == [], "a NOTICE is answered by nothing"
    assert len(coming(irc, "server-time")) == 3


def test_guests_count_as_one(database: Database) -> None:
    """Otherwise whoever comes again and again fills the disk."""
    irc = Irc(database=database, history={"waiting_per_sender": 2})
    away(irc)
    for number in range(2):
        guest = irc.connect(f"guest{number}")
        assert commands(guest.ask("PRIVMSG bob :x")) == ["301"]
        guest.drop()
    guest = irc.connect("guest3")
    assert "2 messages from people without an account wait" in params(guest.ask("PRIVMSG bob :x"), "531")[0][-1]
    assert commands(member(irc, "alice").ask("PRIVMSG bob :x")) == ["301"]


def test_no_more_than_so_many_bytes_wait(database: Database) -> None:
    irc = Irc(database=database, history={"waiting_bytes": 100})
    away(irc)
    alice = member(irc, "alice")
    assert [commands(alice.ask(f"PRIVMSG bob :{'x' * 45}")) for _ in range(3)] == [["301"], ["301"], ["531"]]
    irc.flush()
    irc = Irc(database=database, history={"waiting_bytes": 100})
    alice = device(irc, "alice")
    assert commands(alice.ask(f"PRIVMSG bob :{'x' * 45}")) == ["531"], "a restart empties no mailbox"
    assert len(coming(irc, "server-time")) == 2
