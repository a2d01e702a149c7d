"""A block list of one's own: what those who are on it say to one alone does not arrive, and they are not told.

The commands are SILENCE (https://modern.ircdocs.horse/#silence-parameter) and NickServ's BLOCK, UNBLOCK and BLOCKED.
"""

import pytest

from ircwire import Message
from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, device, member, nickserv, notices
from trialogue_server.commands.server.isupport import isupport_tokens
from trialogue_server.store.database import Database

ALL = ("draft/chathistory", "batch", "server-time", "message-tags", "echo-message", "draft/message-redaction")
EVER = "timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z"


@pytest.fixture
def irc(database: Database) -> Irc:
    """A server whose history is kept."""
    return Irc(database=database, operators=OPERATORS)


@pytest.fixture
def both(irc: Irc) -> tuple[Client, Client]:
    """Alice, whom bob has blocked, and bob; both have accounts."""
    alice, bob = member(irc, "alice", *ALL), member(irc, "bob", *ALL)
    assert params(bob.ask("SILENCE +alice"), "SILENCE") == [["+~account:alice"]]
    return alice, bob


def history(client: Client, target: str) -> list[str]:
    return [one.params[-1] for one in client.ask(f"CHATHISTORY LATEST {target} * 50") if one.command == "PRIVMSG"]


def targets(client: Client) -> list[str]:
    return [one[1] for one in params(client.ask(f"CHATHISTORY TARGETS {EVER} 50"), "CHATHISTORY")]


def found(client: Client, text: str) -> list[str]:
    return [one.params[-1] for one in client.ask(f"SEARCH text={text}") if one.command == "PRIVMSG"]


def shape(messages: list[Message]) -> list[tuple[str, list[str], list[str]]]:
    """Return all that tells one answer from another, but for ids and times."""
    changing = ("msgid", "time", "batch")
    return [
        (
            one.command,
            one.params if one.command != "BATCH" else one.params[1:],
            sorted(f"{key}={'' if key in changing else value}" for key, value in one.tags.items()),
        )
        for one in messages
    ]


# What arrives


@pytest.mark.parametrize(
    "line",
    [
        "PRIVMSG bob :hello",
        "NOTICE bob :hello",
        "PRIVMSG bob :\x01ACTION waves\x01",
        "PRIVMSG bob :\x01VERSION\x01",
        "PRIVMSG bob :\x01DCC SEND a 1 1 1\x01",
        "@+typing=active TAGMSG bob",
        "@+draft/react=x;+reply=y TAGMSG bob",
        "@+draft/channel-context=#room PRIVMSG bob :in the room",
        "PRIVMSG bob,bob :hello",
    ],
)
def test_nothing_said_to_them_alone_arrives(both: tuple[Client, Client], line: str) -> None:
    alice, bob = both
    assert "401" not in commands(alice.ask(line))
    assert bob.read() == []
    assert (history(bob, "alice"), targets(bob), found(bob, "hello")) == ([], [], [])


def test_nor_a_message_of_several_lines(irc: Irc) -> None:
    alice, bob = member(irc, "alice", "draft/multiline", *ALL), member(irc, "bob", "draft/multiline", *ALL)
    bob.ask("SILENCE +alice")
    echo = alice.ask(
        "BATCH +1 draft/multiline bob", "@batch=1 PRIVMSG bob :one", "@batch=1 PRIVMSG bob :two", "BATCH -1"
    )
    assert params(echo, "PRIVMSG") == [["bob", "one"], ["bob", "two"]]
    assert bob.read() == []
    assert history(bob, "alice") == []
    assert history(alice, "bob") == ["one", "two"]


def test_what_they_say_in_rooms_is_heard(irc: Irc, both: tuple[Client, Client]) -> None:
    alice, bob = both
    irc.enter("#room", alice, bob)
    alice.send("PRIVMSG #room :hello, all", "PRIVMSG @#room :operators")
    assert params(bob.read(), "PRIVMSG") == [["#room", "hello, all"]]


def test_no_invitation_arrives_or_counts(irc: Irc, both: tuple[Client, Client]) -> None:
    """ "341 RPL_INVITING: Sent as a reply to the INVITE command to indicate that the attempt was successful"

    https://modern.ircdocs.horse/#rplinviting-341
    """
    alice, bob = both
    carol = irc.connect("carol", "invite-notify")
    irc.enter("#room", alice, carol)
    alice.send("MODE #room +io carol")
    carol.read()
    assert params(alice.ask("INVITE bob #room"), "341") == [["alice", "bob", "#room"]]
    assert bob.read() == []
    assert params(carol.read(), "INVITE") == [["bob", "#room"]], "others see what they would see otherwise"
    assert commands(bob.ask("JOIN #room")) == ["473"]
    assert commands(bob.ask("INVITE")) == ["337"]


def test_what_they_take_back_is_no_news(irc: Irc) -> None:
    alice, bob = member(irc, "alice", *ALL), member(irc, "bob", *ALL)
    before = alice.ask("PRIVMSG bob :before")[0].tags["msgid"]
    bob.ask("SILENCE +alice")
    after = alice.ask("PRIVMSG bob :after")[0].tags["msgid"]
    for one in (before, after):
        assert commands(alice.ask(f"REDACT bob {one}")) == ["REDACT"], "their own is theirs"
    assert bob.read() == []
    assert history(alice, "bob") == []


def test_the_sender_sees_no_difference(irc: Irc) -> None:
    """They are told nothing: no numeric, echo, label or history tells who has blocked whom."""
    bob, carol = member(irc, "bob"), member(irc, "carol")
    alice = member(irc, "alice", "labeled-response", "draft/event-playback", *ALL)
    irc.enter("#room", alice)
    bob.ask("SILENCE +alice")
    for client in (bob, carol):
        client.ask("AWAY :out")

    def asked(nick: str) -> list[tuple[str, list[str], list[str]]]:
        lines = [
            "@label=1 PRIVMSG bob :hello",
            "PRIVMSG bob :again",
            "@label=2 NOTICE bob :hello",
            "@label=3;+typing=active TAGMSG bob",
            "@label=4 INVITE bob #room",
            "WHOIS bob",
            "MONITOR S",
            "CHATHISTORY LATEST bob * 50",
            "CHATHISTORY BEFORE bob timestamp=2030-01-01T00:00:00.000Z 1",
            "CHATHISTORY AROUND bob timestamp=2020-01-01T00:00:00.000Z 2",
            "MARKREAD bob",
            "SEARCH text=hello;in=bob",
        ]
        answers = alice.ask(*(line.replace("bob", nick) for line in lines))
        return [(one[0], [word.replace(nick, "bob") for word in one[1]], one[2]) for one in shape(answers)]

    def plain(messages: list[tuple[str, list[str], list[str]]]) -> list[tuple[str, list[str], list[str]]]:
        return [one for one in messages if one[0] not in ("317",)]

    assert plain(asked("bob")) == plain(asked("carol"))
    assert sorted(targets(alice)) == ["bob", "carol"]
    assert sorted(found(alice, "again")) == ["again", "again"]


def test_nor_when_they_are_not_here(irc: Irc) -> None:
    alice, bob, carol = member(irc, "alice"), member(irc, "bob"), member(irc, "carol")
    bob.ask("SILENCE +alice")
    for client in (bob, carol):
        client.drop()
    to_bob, to_carol = ([one.params for one in alice.ask(f"PRIVMSG {nick} :x")] for nick in ("bob", "carol"))
    assert to_bob == [["alice", "bob", *to_carol[0][2:]]]
    back = device(irc, "bob", "server-time", nick="bobby")
    assert back.read() == []
    assert not irc.core.world.mails.of("bob")


def test_who_is_blocked_fills_no_mailbox(database: Database) -> None:
    """And is told so when they would be told otherwise."""
    irc = Irc(database=database, history={"waiting_messages": 4, "waiting_per_sender": 3})
    alice, bob, carol = member(irc, "alice"), member(irc, "bob"), member(irc, "carol")
    bob.ask("SILENCE +alice")
    bob.drop()
    assert [commands(alice.ask("PRIVMSG bob :x")) for _ in range(4)] == [["301"], ["301"], ["301"], ["531"]]
    assert [commands(carol.ask("PRIVMSG bob :x")) for _ in range(4)] == [["301"], ["301"], ["301"], ["531"]]


def test_a_flood_of_blocked_guests_is_not_kept(database: Database) -> None:
    irc = Irc(database=database, history={"waiting_messages": 4})
    bob = member(irc, "bob")
    bob.ask("SILENCE +*!*@*")
    bob.drop()
    for number in range(6):
        guest = irc.connect(f"guest{number}")
        assert commands(guest.ask("PRIVMSG bob :x")) == ["301"]
        guest.drop()
    assert irc.core.world.mails.hidden("bob").messages == 4


# History


def test_what_was_said_before_stays(irc: Irc) -> None:
    alice, bob = member(irc, "alice", *ALL), member(irc, "bob", *ALL)
    alice.ask("PRIVMSG bob :before")
    bob.ask("SILENCE +alice")
    alice.ask("PRIVMSG bob :meanwhile")
    assert history(bob, "alice") == ["before"], "their own history is theirs"
    assert targets(bob) == [], "but nothing calls for being read"
    bob.ask("SILENCE -alice")
    alice.ask("PRIVMSG bob :after")
    assert history(bob, "alice") == ["before", "after"]
    assert history(alice, "bob") == ["before", "meanwhile", "after"]
    assert targets(bob) == ["alice"]


def test_the_sender_s_history_is_in_pages_as_ever(both: tuple[Client, Client]) -> None:
    alice, bob = both
    ids = [alice.ask(f"PRIVMSG bob :{number}")[0].tags["msgid"] for number in range(3)]
    bob.ask("SILENCE -alice")
    ids += [alice.ask(f"PRIVMSG bob :{number}")[0].tags["msgid"] for number in range(3, 6)]

    def page(query: str) -> str:
        return "".join(one[1] for one in params(alice.ask(f"CHATHISTORY {query}"), "PRIVMSG"))

    assert page("LATEST bob * 4") == "2345"
    assert page(f"BEFORE bob msgid={ids[4]} 3") == "123"
    assert page(f"AFTER bob msgid={ids[1]} 2") == "23"
    assert page(f"AROUND bob msgid={ids[3]} 4") == "1234"
    assert page(f"BETWEEN bob msgid={ids[0]} msgid={ids[4]} 9") == "123"


def test_a_new_owner_of_the_name_has_nothing_of_it(both: tuple[Client, Client]) -> None:
    alice, bob = both
    alice.ask("PRIVMSG bob :hello")
    nickserv(bob, f"DROP {PASSWORD}")
    assert history(alice, "bob") == []


# The list


def test_the_list_is_shown_and_ends() -> None:
    irc = Irc()
    bob = irc.connect("bob")
    assert params(bob.ask("SILENCE +Spammer"), "SILENCE") == [["+Spammer!*@*"]]
    assert params(bob.ask("SILENCE +*!*@192.0.2.*,+~a:Carol"), "SILENCE") == [["+*!*@192.0.2.*"], ["+~a:Carol"]]
    answers = bob.ask("SILENCE")
    assert params(answers, "271") == [["bob", "bob", one] for one in ("Spammer!*@*", "*!*@192.0.2.*", "~a:Carol")]
    assert params(answers, "272") == [["bob", "End of silence list"]]
    assert params(bob.ask("SILENCE bob"), "271"), "one's own name is one's own list"
    assert params(bob.ask("SILENCE -spammer!*@*"), "SILENCE") == [["-Spammer!*@*"]]
    assert len(params(bob.ask("SILENCE"), "271")) == 2
    assert commands(irc.connect("eve").ask("SILENCE bob")) == ["272"], "nobody sees another's"


def test_the_server_tells_how_many_entries_there_may_be() -> None:
    """ "The SILENCE parameter indicates the maximum number of entries a client can have in their silence list."

    https://modern.ircdocs.horse/#silence-parameter
    """
    irc = Irc(limits={"block_entries": 2})
    assert isupport_tokens(irc.config)["SILENCE"] == "2"
    bob = irc.connect("bob")
    bob.ask("SILENCE +a,+b")
    assert params(bob.ask("SILENCE +c"), "511") == [["bob", "c", "Your silence list is full"]]
    assert params(bob.ask("SILENCE +A"), "SILENCE") == [["+a!*@*"]], "it is there already"
    assert nickserv(bob, "BLOCK c") == ["Your list is full: it has 2 entries"]


@pytest.mark.parametrize(
    "entry", ["+~m:alice", "+~x:alice", "+:x", "+", "+NickServ", "+chanserv!*@*", "+bob", "-alice"]
)
def test_what_cannot_be_on_it_is_refused_in_a_sentence(entry: str) -> None:
    (answer,) = Irc().connect("bob").ask(f"SILENCE {entry} x")
    assert answer.command in ("FAIL", "461")
    assert answer.params[-1]


def test_nickserv_does_the_same(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), member(irc, "bob")
    assert nickserv(bob, "BLOCK alice") == ["alice is blocked: nothing that they say to you alone reaches you"]
    assert nickserv(bob, "BLOCK *!*@192.0.2.1")[0].startswith("*!*@192.0.2.1 is blocked")
    assert nickserv(bob, "BLOCKED") == ["You have blocked: alice *!*@192.0.2.1"]
    assert nickserv(bob, "BLOCK LIST") == nickserv(bob, "BLOCKED")
    alice.ask("PRIVMSG bob :hello")
    assert bob.read() == []
    assert nickserv(bob, "UNBLOCK ALICE") == ["alice is not blocked any more"]
    assert nickserv(bob, "UNBLOCK alice") == ["alice is not on your list"]
    assert params(alice.ask("PRIVMSG bob :hello"), "401") == []
    assert params(bob.read(), "PRIVMSG") == [["bob", "hello"]]


def test_an_account_is_blocked_under_every_nick_and_its_name_is_not(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), member(irc, "bob")
    bob.ask("SILENCE +alice")
    alice.send("NICK angel", "PRIVMSG bob :still me")
    assert bob.read() == []
    nickserv(alice, "LOGOUT")
    alice.send("PRIVMSG bob :without the account")
    assert params(bob.read(), "PRIVMSG") == [["bob", "without the account"]]


def test_an_account_whose_owner_is_not_here_can_be_blocked(irc: Irc) -> None:
    member(irc, "alice").drop()
    bob = irc.connect("bob")
    assert params(bob.ask("SILENCE +alice"), "SILENCE") == [["+~account:alice"]]


@pytest.mark.parametrize(("mask", "heard"), [("*!*@127.0.0.1", True), ("*!alice@*", False), ("ali??!*@*", False)])
def test_a_mask_means_only_what_everybody_sees(mask: str, heard: bool) -> None:
    """Otherwise anybody could find out with it what a cloak hides."""
    irc = Irc(server={"cloak": True, "cloak_key": "secret"})
    alice, bob = irc.connect("alice"), irc.connect("bob")
    bob.ask(f"SILENCE +{mask}")
    alice.send("PRIVMSG bob :hello")
    assert bool(bob.read()) is heard


def test_the_list_outlasts_restarts_and_is_that_of_each_device(irc: Irc, database: Database) -> None:
    alice, bob = member(irc, "alice"), member(irc, "bob")
    laptop, work = device(irc, "bob"), device(irc, "bob", nick="work")
    for one in (laptop, work):
        one.read()
    bob.ask("SILENCE +alice")
    for one in (laptop, work):
        assert notices(one.read()) == ["alice is blocked now, on all of your devices"]
    alice.ask("PRIVMSG bob :hello", "PRIVMSG work :hello")
    assert bob.read() == laptop.read() == work.read() == []
    irc.flush()
    irc = Irc(database=database)
    back = device(irc, "bob")
    assert params(back.ask("SILENCE"), "271") == [["bob", "bob", "~account:alice"]]
    device(irc, "alice").ask("PRIVMSG bob :hello")
    assert back.read() == []


def test_a_guest_s_list_is_the_connection_s_and_goes_along_into_the_account(irc: Irc) -> None:
    bob = irc.connect("bob")
    bob.ask("SILENCE +eve")
    nickserv(bob, f"REGISTER {PASSWORD}")
    assert params(bob.ask("SILENCE"), "271") == [["bob", "bob", "eve!*@*"]]
    nickserv(bob, "LOGOUT")
    assert params(bob.ask("SILENCE"), "271") == [], "the list is the account's now"
    bob.drop()
    assert params(irc.connect("bobby").ask("SILENCE"), "271") == []


def test_whoever_takes_the_name_of_a_blocked_account_is_not_blocked(both: tuple[Client, Client], irc: Irc) -> None:
    alice, bob = both
    nickserv(alice, f"DROP {PASSWORD}")
    alice.drop()
    assert params(bob.ask("SILENCE"), "271") == []
    member(irc, "alice").send("PRIVMSG bob :I am new here")
    assert params(bob.read(), "PRIVMSG") == [["bob", "I am new here"]]


# Who cannot be blocked, and who blocks


def test_services_answer_whoever_is_blocked(irc: Irc) -> None:
    bob = irc.connect("bob")
    bob.ask("SILENCE +*!*@*")
    assert nickserv(bob, "HELP BLOCK")
    bob.send("PRIVMSG bob :a note to myself")
    assert params(bob.read(), "PRIVMSG") == [["bob", "a note to myself"]]


def test_operators_are_blocked_as_everybody_is_and_heard_by_all_in_wallops(irc: Irc) -> None:
    root, bob = irc.oper("root"), irc.connect("bob")
    bob.ask("MODE bob +w", "SILENCE +root")
    root.send("PRIVMSG bob :hello", "WALLOPS :the server goes down")
    assert commands(bob.read()) == ["WALLOPS"]


def test_whoever_writes_to_somebody_they_have_blocked_is_reminded(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), member(irc, "bob")
    bob.ask("SILENCE +alice")
    (reminder,) = bob.ask("PRIVMSG alice :hello")
    assert (
        reminder.params[-1] == "You have blocked alice, so no answer reaches you; /msg NickServ UNBLOCK alice ends that"
    )
    assert params(alice.read(), "PRIVMSG") == [["alice", "hello"]]
    alice.drop()
    assert commands(bob.ask("PRIVMSG alice :hello")) == ["301", "NOTICE"]
