"""Several devices of one person: sessions that are logged in to one account, and go by one nick, are one user.

No specification tells of this; what each session hears is what the specifications promise to a client.
"""

import pytest

from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, device, member, notices

WATCHING = ("account-notify", "away-notify", "chghost", "setname", "message-tags", "extended-join")


@pytest.fixture
def irc() -> Irc:
    """A server that has operators."""
    return Irc(operators=OPERATORS)


@pytest.fixture
def home(irc: Irc) -> tuple[Client, Client, Client]:
    """A phone and a laptop of alice's in #room, and bob, who is its operator."""
    bob, phone = irc.connect("bob", "away-notify", "setname", "account-notify"), member(irc, "alice", *WATCHING)
    irc.enter("#room", bob, phone)
    laptop = device(irc, "alice", *WATCHING)
    bob.read()
    phone.read()
    return phone, laptop, bob


# Coming


def test_one_more_device_is_no_news(home: tuple[Client, Client, Client], irc: Irc) -> None:
    phone, laptop, bob = home
    assert laptop.session.user is phone.session.user
    device(irc, "alice")
    assert bob.read() == phone.read() == laptop.read() == []
    assert params(bob.ask("LUSERS"), "251")[0][-1] == "There are 2 users and 0 invisible on 1 servers"


def test_a_device_is_shown_the_rooms_and_what_its_user_is(irc: Irc) -> None:
    alice = member(irc, "alice")
    irc.enter("#one", alice)
    alice.send("TOPIC #one :first", "MODE alice +i", "AWAY :out")
    client = irc.open()
    client.send(
        "CAP LS 302",
        "CAP REQ :sasl draft/pre-away",
        "AWAY *",
        "AUTHENTICATE PLAIN",
        "AUTHENTICATE AGFsaWNlAGNvcnJlY3QtaG9yc2U=",
    )
    client.send("NICK alice", "USER other 0 * :Other")
    client.read()
    shown = client.ask("CAP END")
    assert commands(shown)[0] == "001"
    assert params(shown, "JOIN") == [["#one"]]
    assert str(next(one.source for one in shown if one.command == "JOIN")) == "alice!alice@127.0.0.1"
    assert params(shown, "332") == [["alice", "#one", "first"]]
    assert params(shown, "353")[0][-1] == "@alice"
    assert params(shown, "221") == [["alice", "+i"]]
    assert len(params(shown, "306")) == 1


def test_without_the_account_the_nick_is_somebody_else_s(irc: Irc) -> None:
    member(irc, "alice")
    client = irc.open()
    assert client.ask("NICK alice") == [], "who logs in may have it, and that may be still to come"
    assert commands(client.ask("USER alice 0 * :x")) == ["433"]
    assert client.ask("NICK guest")[0].command == "001"


def test_with_another_account_too(irc: Irc) -> None:
    member(irc, "alice")
    member(irc, "bob").send("QUIT")
    client = irc.open()
    client.send("CAP REQ sasl", "AUTHENTICATE PLAIN", "AUTHENTICATE AGJvYgBjb3JyZWN0LWhvcnNl", "NICK alice")
    client.send("USER bob 0 * :x")
    assert commands(client.ask("CAP END")) == ["433"]


def test_a_device_may_go_by_another_nick(irc: Irc) -> None:
    """Then it is another user of the same account."""
    alice = member(irc, "alice")
    other = device(irc, "alice", nick="work")
    assert other.session.user is not alice.session.user
    assert params(alice.ask("WHOIS work"), "330")[0][2] == "alice"


# What they hear


def test_messages_go_to_each(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, bob = home
    bob.send("PRIVMSG #room :all", "PRIVMSG alice :you", "NOTICE alice :note", "TOPIC #room :news", "MODE #room +m")
    heard = laptop.read()
    assert commands(heard) == ["PRIVMSG", "PRIVMSG", "NOTICE", "TOPIC", "MODE"]
    assert phone.read() == heard


def test_what_one_says_in_a_room_the_other_hears(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, bob = home
    phone.send("PRIVMSG #room :hello")
    assert phone.read() == [], "without echo-message not oneself"
    (copy,), (heard,) = laptop.read(), bob.read()
    assert (copy.command, copy.params, str(copy.source)) == ("PRIVMSG", ["#room", "hello"], "alice!alice@127.0.0.1")
    assert heard.params == copy.params


def test_direct_messages_of_one_s_own(irc: Irc) -> None:
    """ "servers MUST send PRIVMSG and NOTICE messages back to the client that sent them": the other devices get the
    same line, with the same id; those that know nothing of echoes too, or half of a conversation would be missing.

    https://ircv3.net/specs/extensions/echo-message
    """
    phone = member(irc, "alice", "echo-message", "message-tags")
    laptop, old = device(irc, "alice", "echo-message", "message-tags"), device(irc, "alice")
    bob = irc.connect("bob", "message-tags")
    for one in (phone, laptop, old):
        one.read()
    phone.send("PRIVMSG bob :hello")
    (echo,), (copy,), (heard,) = phone.read(), laptop.read(), bob.read()
    assert echo == copy == heard
    (old_copy,) = old.read()
    assert (old_copy.command, old_copy.params) == ("PRIVMSG", ["bob", "hello"])
    old.send("NOTICE bob :from the old one")
    assert old.read() == [], "not to the one that said it"
    assert [params(one.read(), "NOTICE") for one in (phone, laptop)] == 2 * [[["bob", "from the old one"]]]
    phone.send("@+typing=active TAGMSG bob")
    assert (len(laptop.read()), old.read()) == (1, [])


def test_messages_to_oneself(irc: Irc) -> None:
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    phone.read()
    phone.send("PRIVMSG alice :remember the milk")
    for one in (phone, laptop):
        assert params(one.read(), "PRIVMSG") == [["alice", "remember the milk"]]


def test_messages_to_oneself_with_echoes(irc: Irc) -> None:
    phone, laptop = member(irc, "alice", "echo-message"), device(irc, "alice", "echo-message")
    phone.read()
    phone.send("PRIVMSG alice :remember the milk")
    assert len(params(phone.read(), "PRIVMSG")) == 2, "the echo, and the message"
    assert len(params(laptop.read(), "PRIVMSG")) == 1


def test_labels_are_for_who_asked(irc: Irc) -> None:
    """ "the server MUST include the same tag and value in any response produced from this message": and in no other.

    https://ircv3.net/specs/extensions/labeled-response
    """
    caps = ("echo-message", "labeled-response", "batch", "message-tags")
    phone = member(irc, "alice", *caps)
    laptop = device(irc, "alice", *caps)
    irc.enter("#room", phone)
    laptop.read()
    (echo,) = phone.ask("@label=x PRIVMSG #room :hello")
    (copy,) = laptop.read()
    assert echo.tags.pop("label") == "x"
    assert copy == echo
    (ack,) = laptop.ask("@label=y TAGMSG #nowhere", "@label=z PING x")[1:]
    assert ack.tags["label"] == "z"
    assert phone.read() == []


def test_answers_are_for_who_asked(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, _ = home
    assert phone.ask("WHOIS bob", "NAMES #room", "PING x")
    assert laptop.read() == []


def test_multiline_messages_reach_each_in_its_own_way(irc: Irc) -> None:
    """https://ircv3.net/specs/extensions/multiline"""
    phone, laptop = member(irc, "alice", "draft/multiline", "batch"), device(irc, "alice")
    irc.enter("#room", phone)
    laptop.read()
    lines = [f"@batch=1 PRIVMSG #room :{text}" for text in ("one", "two")]
    phone.send("BATCH +1 draft/multiline #room", *lines, "BATCH -1")
    assert params(laptop.read(), "PRIVMSG") == [["#room", "one"], ["#room", "two"]]


# What one does, both do


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("JOIN #other", "JOIN"),
        ("PART #room :bye", "PART"),
        ("TOPIC #room :news", "TOPIC"),
        ("NICK work", "NICK"),
        ("SETNAME :Alice B", "SETNAME"),
        ("MODE alice +i", "MODE"),
        ("NS LOGOUT", "ACCOUNT"),
    ],
)
def test_changes_are_told_to_each(home: tuple[Client, Client, Client], line: str, command: str) -> None:
    phone, laptop, bob = home
    bob.send("MODE #room -t")
    laptop.read()
    own = [one for one in phone.ask(line) if one.command == command]
    heard = [one for one in laptop.read() if one.command == command]
    assert heard == own
    assert len(heard) == 1


def test_a_room_that_one_joins_is_shown_to_each(home: tuple[Client, Client, Client]) -> None:
    """The other device hears of the JOIN; it may ask for topic and names."""
    phone, laptop, _ = home
    phone.send("JOIN #other")
    assert params(laptop.read(), "JOIN") == [["#other", "alice", "Real alice"]]
    assert params(laptop.ask("NAMES #other"), "353")[0][-1] == "@alice"


def test_being_kicked_and_invited(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, bob = home
    bob.send("KICK #room alice :out", "INVITE alice #room")
    for one in (phone, laptop):
        assert commands(one.read()) == ["KICK", "INVITE"]
    laptop.send("JOIN #room")
    assert commands(phone.read()) == ["JOIN", "353", "366"]


@pytest.mark.parametrize("caps", [(), ("draft/read-marker", "multi-prefix"), ("no-implicit-names",)])
def test_each_device_is_shown_the_room_that_another_joins(irc: Irc, caps: tuple[str, ...]) -> None:
    """ "If a JOIN is successful, the user receives a JOIN message as confirmation and is then sent the channel's topic
    and the list of users who are on the channel": their other devices have a window for it, too.

    https://modern.ircdocs.horse/#join-message
    """
    bob, phone = irc.connect("bob"), member(irc, "alice")
    irc.enter("#room", bob)
    bob.send("TOPIC #room :tulips")
    other = device(irc, "alice", *caps)
    asked = phone.ask("JOIN #room")
    told = other.read()
    assert params(asked, "332") == params(told, "332") == [["alice", "#room", "tulips"]]
    assert params(asked, "353") == [["alice", "=", "#room", "@bob alice"]]
    assert params(told, "353") == ([] if "no-implicit-names" in caps else params(asked, "353"))
    assert params(told, "MARKREAD") == ([["#room", "*"]] if "draft/read-marker" in caps else [])
    assert commands(told)[0] == "JOIN"


def test_logging_in_to_another_account(home: tuple[Client, Client, Client], irc: Irc) -> None:
    """ "900 aka RPL_LOGGEDIN is sent when the user's account name is set (whether by SASL or otherwise)."

    https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension
    """
    phone, laptop, _ = home
    member(irc, "carol").send("QUIT")
    phone.send("NS LOGOUT", f"NS IDENTIFY carol {PASSWORD}")
    heard = laptop.read()
    assert params(heard, "ACCOUNT") == [["*"], ["carol"]]
    assert [one[2] for one in params(heard, "900")] == ["carol"]


# Leaving


@pytest.mark.parametrize("by_quit", [True, False])
def test_who_leaves_with_one_device_stays_with_the_other(home: tuple[Client, Client, Client], by_quit: bool) -> None:
    phone, laptop, bob = home
    if by_quit:
        assert commands(phone.ask("QUIT :bye")) == ["ERROR"]
    phone.drop()
    assert bob.read() == laptop.read() == []
    bob.send("PRIVMSG alice :still there?")
    assert params(laptop.read(), "PRIVMSG") == [["alice", "still there?"]]
    laptop.send("QUIT :bye")
    assert params(bob.read(), "QUIT") == [["Quit: bye"]]


def test_being_killed_ends_all(irc: Irc) -> None:
    """KILL is about a user, so about all of their connections.  https://modern.ircdocs.horse/#kill-message"""
    root, bob = irc.oper("root"), irc.connect("bob")
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    irc.enter("#room", bob, phone)
    laptop.read()
    root.send("KILL alice :spam")
    for one in (phone, laptop):
        assert commands(one.read()) == ["KILL", "QUIT", "ERROR"]
        assert one.session.closing
    assert params(bob.read(), "QUIT") == [["Killed (root (spam))"]]
    phone.drop()
    laptop.drop()
    assert params(bob.ask("ISON alice"), "303") == [["bob", ""]]


def test_killing_oneself(irc: Irc) -> None:
    root = member(irc, "root", "labeled-response", "batch")
    root.send("OPER root frenchfries")
    other = device(irc, "root")
    answers = root.ask("@label=x KILL root :enough")
    assert commands(answers)[-1] == "ERROR"
    assert [one.tags.get("label") for one in answers if "label" in one.tags] == ["x"]
    assert commands(other.read())[-1] == "ERROR"


@pytest.mark.parametrize("is_there", [True, False])
def test_being_killed_ends_who_is_always_on(irc: Irc, is_there: bool) -> None:
    """An operator can have somebody off the network who has no connection, too."""
    root, alice = irc.oper("root"), member(irc, "alice")
    alice.send("NS SET ALWAYS-ON on")
    if not is_there:
        alice.drop()
    root.send("KILL alice :spam")
    assert params(root.ask("ISON alice"), "303") == [["root", ""]]


# Always on


def test_who_is_always_on_is_found_as_they_were(home: tuple[Client, Client, Client], irc: Irc) -> None:
    phone, laptop, bob = home
    phone.send("NS SET ALWAYS-ON on")
    phone.drop()
    laptop.send("QUIT")
    laptop.drop()
    assert bob.read() == []
    assert "alice" in params(bob.ask("NAMES #room"), "353")[0][-1].split()
    bob.send("PRIVMSG #room :nobody hears it now")
    back = irc.open()
    back.send("CAP REQ sasl", "AUTHENTICATE PLAIN", "AUTHENTICATE AGFsaWNlAGNvcnJlY3QtaG9yc2U=")
    back.send("NICK alice", "USER alice 0 * :x", "CAP END")
    assert params(back.read(), "JOIN") == [["#room"]]
    assert bob.read() == []
    bob.send("PRIVMSG alice :welcome back")
    assert params(back.read(), "PRIVMSG") == [["alice", "welcome back"]]


def test_always_on_ends_when_it_is_turned_off(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, bob = home
    phone.send("NS SET ALWAYS-ON on", "NS SET ALWAYS-ON off")
    phone.drop()
    laptop.drop()
    assert params(bob.read(), "QUIT") == [["Connection lost"]]


def test_who_was_left_behind_always_on_leaves_when_it_is_turned_off(
    home: tuple[Client, Client, Client], irc: Irc
) -> None:
    """Nobody else would ever take them off the network."""
    phone, laptop, bob = home
    phone.send("NS SET ALWAYS-ON on")
    phone.drop()
    laptop.drop()
    elsewhere = device(irc, "alice", nick="elsewhere")
    assert bob.read() == []
    elsewhere.send("NS SET ALWAYS-ON on")
    assert bob.read() == []
    elsewhere.send("NS SET ALWAYS-ON off")
    assert params(bob.read(), "QUIT") == [["No longer always on"]]
    assert not elsewhere.session.closing


def test_capabilities_are_each_session_s_own(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, bob = home
    laptop.send("CAP REQ :-away-notify -setname server-time")
    laptop.read()
    bob.send("SETNAME :Bob B", "AWAY :out", "PRIVMSG #room :hello")
    assert commands(phone.read()) == ["SETNAME", "AWAY", "PRIVMSG"]
    (heard,) = laptop.read()
    assert heard.command == "PRIVMSG"
    assert "time" in heard.tags


def test_monitored_nicks_are_each_session_s_own(home: tuple[Client, Client, Client], irc: Irc) -> None:
    """https://ircv3.net/specs/extensions/monitor"""
    phone, laptop, _ = home
    laptop.ask("MONITOR + carol")
    irc.connect("carol")
    assert commands(laptop.read()) == ["730"]
    assert phone.read() == []
    laptop.drop()
    assert not irc.core.registry.monitors.of("carol")


# Away


def is_away(irc: Irc, nick: str = "alice") -> str:
    """Return what somebody who writes to alice is told."""
    return next((one[2] for one in params(irc.connect("asker").ask(f"PRIVMSG {nick} :x", "QUIT"), "301")), "")


def test_a_user_is_away_when_all_their_devices_are(home: tuple[Client, Client, Client]) -> None:
    """ "The server acknowledges the change in away status by returning the RPL_NOWAWAY and RPL_UNAWAY numerics."

    https://modern.ircdocs.horse/#away-message
    """
    phone, laptop, bob = home
    (answer,) = phone.ask("AWAY :on the train")
    assert answer.command == "306"
    assert answer.params[-1].startswith("This device is away, but others of yours are not")
    assert laptop.read() == bob.read() == []
    assert commands(bob.ask("PRIVMSG alice :hi")) == []
    phone.read()
    assert params(laptop.ask("AWAY :asleep"), "306") == [["alice", "You have been marked as being away"]]
    assert params(phone.read(), "306") == [["alice", "You have been marked as being away"]]
    assert params(bob.read(), "AWAY") == [["asleep"]]
    assert params(bob.ask("PRIVMSG alice :hi"), "301") == [["bob", "alice", "asleep"]]
    phone.read()
    assert commands(phone.ask("AWAY")) == ["305"]
    assert commands(laptop.read()) == ["PRIVMSG", "305"]
    assert params(bob.read(), "AWAY") == [[]]
    assert commands(phone.ask("AWAY")) == ["305"], "whoever asks is answered"
    assert laptop.read() == bob.read() == []


@pytest.mark.parametrize("by_quit", [True, False])
def test_a_device_s_away_ends_with_it(home: tuple[Client, Client, Client], irc: Irc, by_quit: bool) -> None:
    phone, laptop, bob = home
    phone.send("AWAY :on the train")
    laptop.send("AWAY :asleep")
    bob.read()
    if by_quit:
        laptop.send("QUIT")
    laptop.drop()
    assert params(bob.read(), "AWAY") == [["on the train"]]
    third = device(irc, "alice", *WATCHING)
    assert params(bob.read(), "AWAY") == [[]], "somebody has come to another one"
    assert commands(phone.read())[-1] == "305"
    third.drop()
    assert params(bob.read(), "AWAY") == [["on the train"]]
    assert commands(phone.read()) == ["306"]
    phone.send("AWAY")
    assert params(bob.read(), "AWAY") == [[]]


def test_the_device_that_was_here_goes_and_the_user_is_away(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, bob = home
    phone.ask("AWAY :on the train")
    laptop.drop()
    assert params(bob.read(), "AWAY") == [["on the train"]]
    assert commands(phone.read()) == ["306"]


def test_the_last_word_counts(home: tuple[Client, Client, Client]) -> None:
    phone, laptop, bob = home
    phone.send("AWAY :one")
    laptop.send("AWAY :two")
    phone.send("AWAY :three")
    assert params(bob.read(), "AWAY") == [["two"], ["three"]]


def test_away_on_all_devices_in_one_go(home: tuple[Client, Client, Client], irc: Irc) -> None:
    phone, laptop, bob = home
    work = device(irc, "alice", nick="work")
    assert notices(phone.ask("NS AWAY gone fishing")) == ["You are away on all of your devices"]
    assert commands(laptop.read()) == commands(work.read()) == ["306"]
    assert params(bob.read(), "AWAY") == [["gone fishing"]]
    assert (is_away(irc), is_away(irc, "work")) == ("gone fishing", "gone fishing")
    assert notices(laptop.ask("PRIVMSG NickServ :AWAY")) == ["You are back on all of your devices"]
    assert params(bob.read(), "AWAY") == [[]]
    assert is_away(irc) == ""


def test_whoever_is_always_on_stays_as_the_last_device_was(home: tuple[Client, Client, Client], irc: Irc) -> None:
    phone, laptop, bob = home
    phone.send("NS SET ALWAYS-ON on", "AWAY :until Monday")
    laptop.drop()
    phone.drop()
    assert params(bob.read(), "AWAY") == [["until Monday"]]
    assert is_away(irc) == "until Monday"
    device(irc, "alice")
    assert params(bob.read(), "AWAY") == [[]]
    assert is_away(irc) == ""
