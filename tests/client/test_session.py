"""One connection's core: lines in, events and lines out."""

from datetime import UTC, datetime

import pytest

from ircwire import FormatError, Message
from ircwire.modes import ModeChange
from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.session import Session
from trialogue_client.core.state import Identity

ALICE = Source("alice", "a", "h")
ME = Source("bob", "b", "h")


def feed(session: Session, *lines: str) -> list[ev.Event]:
    return session.receive("".join(f"{line}\r\n" for line in lines).encode())


def sent(session: Session) -> list[str]:
    return session.data_to_send().decode().split("\r\n")[:-1]


def registered(*caps: str) -> Session:
    """Return a session of bob, who is in #room with alice, on a server with these capabilities."""
    session = Session(Identity("bob"))
    if caps:
        feed(session, f":s CAP * LS :{' '.join(caps)}", f":s CAP * ACK :{' '.join(caps)}")
    feed(session, ":s 001 bob :Welcome bob!b@h", ":s 005 bob CASEMAPPING=ascii PREFIX=(ov)@+ :are supported")
    feed(session, ":bob!b@h JOIN #room", ":s 353 bob = #room :@alice bob", ":s 366 bob #room :End")
    session.data_to_send()
    return session


def test_registration_without_capabilities() -> None:
    """ "Servers MUST … if the client sends CAP LS … not complete registration until CAP END"; one that knows no CAP
    answers 421 and goes on with NICK and USER.  https://modern.ircdocs.horse/#connection-registration
    """
    session = Session(Identity("bob", "secret"))
    assert sent(session) == [
        "CAP LS 302",
        "PASS secret",
        "NICK bob",
        "USER trialogue 0 * :Trialogue user",
    ]
    assert feed(session, ":s 421 bob CAP :Unknown command", ":s 451 * :You have not registered") == []
    assert feed(session, ":s 001 bob :Welcome bob!b@h") == [ev.Registered("bob", "s")]
    assert sent(session) == []
    assert session.state.mask == ME


def test_capabilities_are_asked_for_once_all_are_listed() -> None:
    """ "If the reply contains multiple lines … all but the last reply MUST have a parameter containing only an
    asterisk (*) preceding the capability list."

    https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list
    """
    session = Session(Identity("bob"))
    session.data_to_send()
    assert feed(session, ":s CAP * LS * :server-time sasl=PLAIN") == []
    assert sent(session) == []
    feed(session, ":s CAP * LS :echo-message draft/strange")
    assert sent(session) == ["CAP REQ :echo-message sasl server-time"]
    feed(session, ":s CAP * ACK :echo-message server-time")
    assert sent(session) == ["CAP END"]
    assert session.state.negotiation.enabled == {"echo-message", "server-time"}


def test_nothing_useful_offered_ends_the_negotiation() -> None:
    session = Session(Identity("bob"))
    session.data_to_send()
    feed(session, ":s CAP * LS :draft/strange")
    assert sent(session) == ["CAP END"]


def test_a_refused_request_is_repeated_one_by_one() -> None:
    """ "The server MUST NOT make any change to any capabilities if it replies with a NAK subcommand."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-nak-subcommand
    """
    session = Session(Identity("bob"))
    session.data_to_send()
    feed(session, ":s CAP * LS :batch setname", ":s CAP * NAK :batch setname")
    assert sent(session) == ["CAP REQ :batch setname", "CAP REQ batch", "CAP REQ setname"]
    feed(session, ":s CAP * ACK :batch", ":s CAP * NAK :setname")
    assert sent(session) == ["CAP END"]
    assert session.state.negotiation.enabled == {"batch"}


def test_capabilities_come_and_go_later() -> None:
    """https://ircv3.net/specs/extensions/capability-negotiation#cap-notify"""
    session = registered()
    feed(session, ":s CAP bob NEW :away-notify")
    assert sent(session) == ["CAP REQ away-notify"]
    assert feed(session, ":s CAP bob ACK :away-notify") == [ev.CapsChanged(("away-notify",), on=True)]
    assert feed(session, ":s CAP bob DEL :away-notify") == [ev.CapsChanged(("away-notify",), on=False)]
    assert sent(session) == []


@pytest.mark.parametrize("code", ["433", "436", "437"])
def test_a_taken_nick_can_be_replaced(code: str) -> None:
    session = Session(Identity("bob"))
    assert feed(session, f":s {code} * bob :Nickname is already in use") == [
        ev.NickTaken("bob", "Nickname is already in use")
    ]


def test_pings_are_answered() -> None:
    """ "The PONG … <token> MUST be the same as in the PING."  https://modern.ircdocs.horse/#ping-message"""
    session = registered()
    assert feed(session, "PING :a token") == []
    assert sent(session) == ["PONG :a token"]


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (":alice!a@h JOIN #room acc :Alice A", ev.Joined("#room", ALICE, me=False, account="acc", realname="Alice A")),
        (":alice!a@h JOIN #room * :Alice A", ev.Joined("#room", ALICE, me=False, account="", realname="Alice A")),
        (":alice!a@h PART #room :bye", ev.Parted("#room", ALICE, "bye", me=False)),
        (":bob!b@h PART #room", ev.Parted("#room", ME, "", me=True)),
        (":alice!a@h KICK #room bob :spam", ev.Kicked("#room", "bob", ALICE, "spam", me=True)),
        (":alice!a@h QUIT :gone", ev.Quit(ALICE, "gone", ("#room",), me=False)),
        (":alice!a@h NICK allie", ev.Renamed("alice", "allie", ("#room",), me=False)),
        (":bob!b@h NICK robert", ev.Renamed("bob", "robert", ("#room",), me=True)),
        (":alice!a@h PRIVMSG #room :hi", ev.Said("#room", ALICE, "hi", me=False, private=False)),
        (":alice!a@h PRIVMSG bob :hi", ev.Said("bob", ALICE, "hi", me=False, private=True)),
        (
            ":alice!a@h PRIVMSG #room :\x01ACTION waves\x01",
            ev.Said("#room", ALICE, "waves", me=False, private=False, kind=ev.Kind.ACTION),
        ),
        (":alice!a@h NOTICE bob :hi", ev.Noticed("bob", ALICE, "hi", me=False, private=True)),
        (":alice!a@h TOPIC #room :tea", ev.TopicChanged("#room", "tea", ALICE)),
        (":s 332 bob #room :tea", ev.TopicTold("#room", "tea")),
        (":s 331 bob #room :No topic is set", ev.TopicTold("#room", "")),
        (
            ":alice!a@h MODE #room +o bob",
            ev.ModeChanged("#room", ALICE, (ModeChange(add=True, mode="o", param="bob"),)),
        ),
        (":alice!a@h INVITE bob #den", ev.Invited("#den", "bob", ALICE, me=True)),
        (":alice!a@h AWAY :lunch", ev.AwayChanged("alice", "lunch", me=False)),
        (":alice!a@h AWAY", ev.AwayChanged("alice", None, me=False)),
        (":s 306 bob :You are away", ev.AwayChanged("bob", "", me=True)),
        (":bob!b@h AWAY :lunch", ev.AwayChanged("bob", "", me=True)),
        (":bob!b@h AWAY", ev.AwayChanged("bob", None, me=True)),
        (":alice!a@h CHGHOST x y", ev.DetailsChanged("alice", "host")),
        (":alice!a@h SETNAME :Al", ev.DetailsChanged("alice", "realname")),
        (":alice!a@h ACCOUNT acc", ev.DetailsChanged("alice", "account")),
        (":s 311 bob alice a h * :Al", ev.ServerReply("311", ("alice", "a", "h", "*", "Al"))),
        (":s 482 bob #room :No", ev.Refused("482", ("#room",), "No")),
        (":s FAIL JOIN BAD #x :No", ev.StandardReply("FAIL", "JOIN", "BAD", ("#x",), "No")),
        (":s FAIL * BAD :No", ev.StandardReply("FAIL", "*", "BAD", (), "No")),
        (":s 464 bob :Password incorrect", ev.Refused("464", (), "Password incorrect")),
        ("ERROR :Closing link", ev.Closed("Closing link")),
        ("@@@", ev.Malformed("a message must have a command")),
    ],
)
def test_each_message_is_one_event(line: str, event: ev.Event) -> None:
    assert feed(registered(), line) == [event]


@pytest.mark.parametrize(
    "line",
    [
        ":alice!a@h PRIVMSG bob :\x01VERSION\x01",
        ":alice!a@h NOTICE bob :\x01VERSION x\x01",
        "JOIN",
        "BATCH",
        "CAP",
        "PONG",
        "PRIVMSG",
        "MODE",
        "353 bob",
        "BATCH :",
        ":bob!b@h JOIN",
        ":bob!b@h JOIN :two words",
        ":bob!b@h NICK",
        ":bob!b@h NICK :two words",
        ":alice!a@h REDACT #room",
        ":alice!a@h PRIVMSG :#room and no text",
        f"@label=t{'9' * 5000} :s ACK",
        f":s PONG s trialogue-{'9' * 5000}",
        "NEWTHING a b",
    ],
)
def test_what_is_not_for_us_or_not_whole_does_no_harm(line: str) -> None:
    session = registered()
    feed(session, line)
    assert feed(session, ":alice!a@h PRIVMSG #room :hi")[-1] == ev.Said("#room", ALICE, "hi", me=False, private=False)
    assert sent(session) == []


def test_the_server_s_time_and_id_are_kept() -> None:
    """ "…the time … in the format YYYY-MM-DDThh:mm:ss.sssZ"  https://ircv3.net/specs/extensions/server-time"""
    [event] = feed(registered(), "@time=2026-01-02T03:04:05.678Z;msgid=x1 :alice!a@h PRIVMSG #room :hi")
    assert event.at == datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    assert event.msgid == "x1"
    [event] = feed(registered(), "@time=yesterday :alice!a@h PRIVMSG #room :hi")
    assert event.at is None


def test_bytes_that_are_no_utf8_are_read_as_latin1() -> None:
    [event] = registered().receive(b":alice!a@h PRIVMSG #room :caf\xe9\r\n")
    assert isinstance(event, ev.Said)
    assert event.text == "café"


def test_the_room_list_follows_what_happens() -> None:
    session = registered()
    feed(
        session,
        ":carol!c@h JOIN #room",
        ":alice!a@h MODE #room +v-o carol alice",
        ":carol!c@h NICK caz",
        ":dave!d@h JOIN #room",
        ":dave!d@h QUIT :x",
        ":erin!e@h JOIN #room",
        ":alice!a@h KICK #room erin",
    )
    room = session.state.rooms.get("#ROOM")
    assert room is not None
    assert {member.nick: member.symbols for member in room.members.values()} == {"alice": "", "bob": "", "caz": "+"}
    feed(session, ":bob!b@h PART #room")
    assert session.state.rooms.get("#room") is None


def test_names_with_many_prefixes_and_hosts() -> None:
    """ "… multiple prefixes … in order of rank, from highest to lowest"
    https://ircv3.net/specs/extensions/multi-prefix and https://ircv3.net/specs/extensions/userhost-in-names
    """
    session = registered()
    events = feed(session, ":s 353 bob = #room :@+alice!a@h bob!b@h", ":s 366 bob #room :End")
    assert events == [ev.NamesListed("#room", ("@+alice", "bob"), on_join=False)]
    alice = session.state.rooms.member("#room", "Alice")
    assert alice is not None
    assert (alice.symbols, alice.user, alice.host) == ("@+", "a", "h")


def test_without_echo_a_ping_confirms_what_was_said_before_it() -> None:
    session = registered()
    assert session.say("#room", "one") == [1]
    assert session.say("#room", "two") == [3]
    lines = sent(session)
    assert lines == ["PRIVMSG #room one", "PING trialogue-2", "PRIVMSG #room two"]
    assert feed(session, ":s PONG s :trialogue-2") == [ev.Delivered(1), ev.Ponged("trialogue-2")]
    assert sent(session) == ["PING trialogue-4"], "the second line needs a PING that was sent after it"
    assert feed(session, ":s PONG s :trialogue-4") == [ev.Delivered(3), ev.Ponged("trialogue-4")]
    assert sent(session) == []


def test_without_labels_an_echo_confirms() -> None:
    session = registered("echo-message")
    session.say("#room", "one")
    [said, delivered] = feed(session, ":bob!b@h PRIVMSG #Room :one")
    assert said == ev.Said("#Room", ME, "one", me=True, private=False)
    assert delivered == ev.Delivered(1)


def test_with_labels_the_label_confirms_and_no_ping_is_sent() -> None:
    """ "…the server MUST attach the tag … to any response"  https://ircv3.net/specs/extensions/labeled-response"""
    session = registered("echo-message", "labeled-response", "batch")
    session.say("#room", "one")
    session.say("#room", "two")
    assert sent(session) == ["@label=t1 PRIVMSG #room one", "@label=t2 PRIVMSG #room two"]
    assert feed(session, "@label=t2 :bob!b@h PRIVMSG #room :two")[1] == ev.Delivered(2)
    assert feed(session, "@label=t1 :s ACK") == [ev.Delivered(1)]
    assert feed(session, "@label=t1 :s ACK") == []


def test_a_label_on_a_batch_counts_for_what_is_in_it() -> None:
    """ "…all of the response … wrapped in a batch with the label tag"
    https://ircv3.net/specs/extensions/labeled-response
    """
    session = registered("echo-message", "labeled-response", "batch")
    session.say("alice", "hi")
    events = feed(
        session,
        "@label=t1 :s BATCH +7 labeled-response",
        "@batch=7 :bob!b@h PRIVMSG alice :hi",
        "@batch=7 :s 301 bob alice :lunch",
        ":s BATCH -7",
    )
    assert [type(event) for event in events] == [ev.Said, ev.Delivered, ev.ServerReply]


def test_history_is_told_apart_from_news_and_changes_nothing() -> None:
    """ "…the batch type … chathistory"; what is in it happened before.
    https://ircv3.net/specs/extensions/chathistory
    """
    session = registered("echo-message", "batch")
    session.say("#room", "hi")
    events = feed(
        session,
        ":s BATCH +1 chathistory #room",
        "@batch=1;time=2026-01-02T03:04:05.678Z :alice!a@h PRIVMSG #room :one",
        "@batch=1 :bob!b@h PRIVMSG #room :hi",
        "@batch=1 :alice!a@h PART #room",
        "@batch=1 :s BATCH +2 draft/multiline #room",
        "@batch=2 :alice!a@h PRIVMSG #room :two",
        "@batch=2 :alice!a@h PRIVMSG #room :three",
        ":s BATCH -2",
        ":s BATCH -1",
        ":alice!a@h PRIVMSG #room :four",
    )
    assert [(event.text, event.replayed) for event in events if isinstance(event, ev.Said)] == [
        ("one", True),
        ("hi", True),
        ("two\nthree", True),
        ("four", False),
    ]
    assert len(events) == 4, "our own line of the past confirms nothing"
    assert session.state.rooms.member("#room", "alice")


@pytest.mark.parametrize("caps", [(), ("echo-message",), ("echo-message", "labeled-response", "batch")])
def test_a_refused_message_is_undelivered(caps: tuple[str, ...]) -> None:
    session = registered(*caps)
    session.say("#den", "hi")
    tag = "@label=t1 " if len(caps) == 3 else ""
    events = feed(session, f"{tag}:s 404 bob #den :Cannot send")
    assert events == [ev.Refused("404", ("#den",), "Cannot send", message=True), ev.Undelivered(1, "Cannot send")]


def test_a_long_text_becomes_several_messages() -> None:
    session = registered()
    text = "wörter " * 200
    assert len(session.say("#room", text)) == 4
    for line in sent(session):
        assert len(f":bob!b@h {line}\r\n".encode()) <= 512


def test_a_name_with_a_space_is_a_mistake() -> None:
    session = registered()
    with pytest.raises(FormatError):
        session.say("a b", "hi")
    with pytest.raises(FormatError):
        session.send(Message("TOPIC", ["a b", "x"]))
    assert sent(session) == []


def test_a_tracing_session_shows_each_line_first() -> None:
    session = Session(Identity("bob"), trace=True)
    assert feed(session, ":s 001 bob :Hi") == [ev.Traced(":s 001 bob :Hi"), ev.Registered("bob", "s")]


def test_numbers_of_any_length_are_numbers() -> None:
    session = registered()
    feed(session, f":s 005 bob LINELEN={'9' * 5000} NICKLEN=0 :are supported")
    assert session.state.features.line_length > 512
    assert session.state.features.nick_length == 9


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"])
def test_a_time_that_not_every_system_can_show_is_none(time: str) -> None:
    [event] = feed(registered(), f"@time={time} :alice!a@h PRIVMSG #room :hi")
    assert event.at is None


def test_what_could_not_be_sent_back_is_no_id_and_no_name() -> None:
    [event] = feed(registered(), r"@msgid=a\sb ::alice!a@h PRIVMSG #room :hi")
    assert event == ev.Said("#room", Source(""), "hi", me=False, private=False)
