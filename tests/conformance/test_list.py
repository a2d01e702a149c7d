"""LIST: which channels are listed, and to whom."""

import pytest

from tests.support.irc import Client, Irc, params


@pytest.fixture
def reader(irc: Irc) -> Client:
    """Somebody who sees #one (1 member), #two (2, topic 10 minutes old) and #three (3, topic 5 minutes old)."""
    alice, bob, carol = (irc.connect(nick) for nick in ("alice", "bob", "carol"))
    irc.enter("#one,#two,#three", alice)
    irc.enter("#two,#three", bob)
    irc.enter("#three", carol)
    alice.ask("TOPIC #two :About two")
    irc.wait(300)
    alice.ask("TOPIC #three :About three")
    irc.wait(300)
    return irc.connect("reader")


def names(client: Client, line: str) -> list[str]:
    """Return the channels that are listed."""
    return [answer[1] for answer in params(client.ask(line), "322")]


def test_list(reader: Client) -> None:
    """ "In response to a successful LIST command, the server MAY send one RPL_LISTSTART numeric, MUST send back zero or
    more RPL_LIST numerics, and MUST send back one RPL_LISTEND numeric."

    https://modern.ircdocs.horse/#list-message
    """
    assert [(message.command, *message.params[1:]) for message in reader.ask("LIST")] == [
        ("321", "Channel", "Users  Name"),
        ("322", "#one", "1", ""),
        ("322", "#two", "2", "About two"),
        ("322", "#three", "3", "About three"),
        ("323", "End of LIST"),
    ]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("#ONE,#three,#nowhere", ["#one", "#three"]),
        ("#nowhere", []),
        (">1", ["#two", "#three"]),
        ("<2", ["#one"]),
        (">1,<3", ["#two"]),
        (">0", ["#one", "#two", "#three"]),
        ("#t*", ["#two", "#three"]),
        ("*E", ["#one", "#three"]),
        ("!#t*", ["#one"]),
        ("#t*,<3", ["#two"]),
        ("T>9", ["#two"]),
        ("T<9", ["#three"]),
        ("C>9", ["#one", "#two", "#three"]),
        ("C<10", []),
        ("c<99,>2", ["#three"]),
        ("C>5,C<11,T<9", ["#three"]),
        (",", ["#one", "#two", "#three"]),
        (">x", []),
    ],
)
def test_conditions(reader: Client, condition: str, found: list[str]) -> None:
    """ "U: Searching based on user count within the channel, via the "<val" and ">val" modifiers to search for a
    channel that has less or more than val users, respectively." and M (mask), N (non-matching mask), T (topic time) and
    C: "a channel that was created either less than `val` minutes ago, or more than `val` minutes ago, respectively".

    https://modern.ircdocs.horse/#elist-parameter
    """
    assert names(reader, f"LIST {condition}") == found


def test_secret_channels(irc: Irc, reader: Client) -> None:
    """ "A channel that is set to secret will not show up in responses to the LIST or NAMES command unless the client
    sending the command is joined to the channel."

    https://modern.ircdocs.horse/#secret-channel-mode
    """
    owner = irc.connect("owner")
    irc.enter("#secret", owner)
    owner.ask("MODE #secret +s")
    assert "#secret" not in names(reader, "LIST")
    assert names(reader, "LIST #secret") == []
    assert names(owner, "LIST #secret") == ["#secret"]


def test_limit_of_answers() -> None:
    """ "the server ensures that a client may perform the LIST command without being disconnected due to the large
    volume of data the LIST command generates."

    https://modern.ircdocs.horse/#safelist-parameter
    """
    irc = Irc(limits={"list_replies": 2})
    alice = irc.connect("alice")
    irc.enter("#a,#b,#c", alice)
    assert names(alice, "LIST") == ["#a", "#b"]
