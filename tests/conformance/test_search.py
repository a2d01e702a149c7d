"""SEARCH.  https://github.com/ircv3/ircv3-specifications/pull/496"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ircwire.casemap import ascii_fold
from tests.support.irc import Client, Irc, ListSink, params
from trialogue_server.store.database import Database

CAPS = ("batch", "message-tags", "server-time", "draft/search")


@pytest.fixture
def irc(tmp_path: Path) -> Iterator[Irc]:
    """A server whose history is kept, with some of it: three rooms, and two who whisper."""
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    irc = Irc(database=database)
    bob, carol = irc.connect("bob"), irc.connect("carol")
    bob.send("JOIN #garden,#kitchen,#cellar")
    carol.send("JOIN #garden")
    for client, line in [
        (bob, "PRIVMSG #garden :The tulips are out"),
        (carol, "PRIVMSG #garden :Which tulips? The red ones?"),
        (bob, "PRIVMSG #kitchen :Put the tulips into water"),
        (bob, "PRIVMSG #cellar :tulips keep well down here"),
        (bob, "NOTICE #garden :100% of 'them', \"really\""),
        (bob, "PRIVMSG #garden :東京の天気はいいです"),
        (bob, "PRIVMSG carol :between us: tulips"),
    ]:
        irc.wait(60)
        client.send(line)
    yield irc
    irc.close()
    database.close()


def found(client: Client, attributes: str) -> list[str]:
    """Search, check the batch around the answer, and return the texts."""
    opening, *messages, closing = client.ask(f"SEARCH {attributes}")
    assert (opening.command, opening.params[1]) == ("BATCH", "draft/search")
    assert closing.params == [opening.params[0].replace("+", "-")]
    assert all(message.tags["batch"] == opening.params[0][1:] for message in messages)
    return [message.params[-1] for message in messages]


@pytest.fixture
def alice(irc: Irc) -> Client:
    """Somebody in two of the rooms."""
    alice = irc.connect("alice", *CAPS)
    alice.send("JOIN #garden,#kitchen")
    return alice


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("text=tulips", ["The tulips are out", "Which tulips? The red ones?", "Put the tulips into water"]),
        ("text=TULIP;in=#garden", ["The tulips are out", "Which tulips? The red ones?"]),
        ("text=tulips;from=Carol", ["Which tulips? The red ones?"]),
        ("text=tulips;limit=1", ["Put the tulips into water"]),
        (r"text=red\stulips", ["Which tulips? The red ones?"]),
        ("text=天気", ["東京の天気はいいです"]),
        ("text=の天気", ["東京の天気はいいです"]),
        (r"text=100%", ["100% of 'them', \"really\""]),
        ('text="really"', ["100% of 'them', \"really\""]),
        ("text=nothing-like-it", []),
        ("from=carol;in=#garden", ["Which tulips? The red ones?"]),
        ("text=tulips;after=2023-11-14T22:15:00.000Z", ["Which tulips? The red ones?", "Put the tulips into water"]),
        ("text=tulips;before=2023-11-14T22:15:00.000Z", ["The tulips are out"]),
    ],
)
def test_what_fits_all_attributes_is_found(alice: Client, attributes: str, expected: list[str]) -> None:
    """ "The server then replies with a batch of batch type `search` containing messages matching all the specified
    attributes."

    https://github.com/ircv3/ircv3-specifications/pull/496
    """
    assert found(alice, attributes) == expected


def test_only_what_one_may_read_is_found(irc: Irc, alice: Client) -> None:
    """Not in the specification, and the first thing that anybody would ask: rooms one is not in, and whispers."""
    eve = irc.connect("eve", *CAPS)
    assert found(eve, "text=tulips") == []
    assert not any("cellar" in text or "between us" in text for text in found(alice, "text=tulips"))
    (failure,) = eve.ask("SEARCH text=tulips;in=#garden")
    assert failure.params[:3] == ["SEARCH", "INVALID_PARAMS", "#garden"]


def test_the_two_find_what_they_whispered(irc: Irc) -> None:
    """Direct messages belong to both sides."""
    bob = next(session for session in irc.core.registry.sessions.values() if session.nick == "bob")
    assert bob.user is not None
    dora = irc.connect("dora", *CAPS)
    erik = irc.connect("erik", *CAPS)
    dora.send("PRIVMSG erik :the password is tulips")
    assert found(erik, "text=tulips") == found(dora, "text=tulips;in=erik") == ["the password is tulips"]


def test_what_was_taken_back_is_found_no_more(irc: Irc) -> None:
    """ "After a message is redacted, `chathistory` responses SHOULD either: exclude it entirely […]"

    https://ircv3.net/specs/extensions/message-redaction#chat-history
    """
    alice = irc.connect("alice", *CAPS, "echo-message", "draft/message-redaction")
    alice.send("JOIN #garden")
    (echo,) = alice.ask("PRIVMSG #garden :tulips, said too soon")
    assert "tulips, said too soon" in found(alice, "text=tulips")
    alice.send(f"REDACT #garden {echo.tags['msgid']}")
    assert "tulips, said too soon" not in found(alice, "text=tulips")


@pytest.mark.parametrize("attributes", ["", "in=#garden", "text=", "tekst=a", "text=a;limit=no", "text=a;after=noon"])
def test_nonsense_is_refused(alice: Client, attributes: str) -> None:
    """ "If the selectors were invalid, the `INVALID_PARAMS` error code SHOULD be returned."

    https://github.com/ircv3/ircv3-specifications/pull/496
    """
    (failure,) = alice.ask(f"SEARCH {attributes}")
    assert failure.command == "FAIL"
    assert failure.params[:2] == ["SEARCH", "INVALID_PARAMS"]


def test_a_renamed_room_keeps_what_can_be_found(irc: Irc, alice: Client) -> None:
    """ "A channel rename preserves all channel state"; CHATHISTORY and SEARCH agree on what was said.

    https://ircv3.net/specs/extensions/channel-rename#messages
    """
    bob = next(session for session in irc.core.registry.sessions.values() if session.nick == "bob")
    before = found(alice, "text=tulips")
    assert len(before) == 3
    Client(irc, bob, ListSink()).send("RENAME #garden #meadow", "PRIVMSG #meadow :tulips, still")
    assert found(alice, "text=tulips") == [*before, "tulips, still"]
    assert len(found(alice, "text=tulips;in=#meadow")) == 3
    alice.send("CAP REQ draft/chathistory")
    page = alice.ask("CHATHISTORY LATEST #meadow * 50")
    assert [line[0] for line in params(page, "PRIVMSG")] == ["#meadow"] * 4
    alice.send("JOIN #garden")
    assert found(alice, "text=tulips;in=#garden") == []


READS = [
    ("\u0142\u0105ka", "\u0142a\u0328ka"),
    ("\u00c9t\u00e9", "e\u0301te\u0301"),
    ("МОСКВА", "москва"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("Stra\u00dfe", "STRASSE"),
    ("ﬁnden", "finden"),
    ("ＷＩＤＥ", "wide"),
    ("ｶﾞﾗｽ", "ガラス"),
    ("cafe", "café"),
    ("Łódź", "lodz"),
    ("wor\x02d\x0fy", "wordy"),
    ("\x0304crim\x03son", "crimson"),
    ("ab\u200bcd", "abcd"),
    ("\u00e9\u0323w\u00e9", "e\u0323\u0301we"),
    ("ŒUF", "œuf"),
    ("ΐ", "ι"),
    ("É!", "é!"),
]


@pytest.mark.parametrize(("said", "asked"), [*READS, *((two, one) for one, two in READS)])
def test_what_reads_the_same_is_found(irc: Irc, alice: Client, said: str, asked: str) -> None:
    """Case, how letters are composed, compatibility forms, formatting codes and accents: none of it makes two words.

    The draft leaves it to the server: "The server MAY … match case-insensitively".
    """
    alice.send(f"PRIVMSG #garden :before {said} after")
    irc.connect("dan").send("JOIN #garden", f"PRIVMSG #garden :{said}")
    alice.read()
    assert found(alice, f"text={asked}") == [f"before {said} after", said]
    assert found(alice, f"text={asked};from=dan") == [said]


def test_what_is_nothing_to_a_reader_finds_nothing(alice: Client) -> None:
    alice.send("PRIVMSG #garden :\x02\x02")
    assert found(alice, "text=\u200b\u0301") == []


def test_actions_are_found_by_what_they_say(alice: Client) -> None:
    alice.send("PRIVMSG #garden :\x01ACTION digs\x01")
    assert found(alice, "text=action") == []
    assert found(alice, "text=digs") == ["\x01ACTION digs\x01"]


def test_lines_of_a_message_are_searched_as_they_read(irc: Irc) -> None:
    bob = irc.connect("eve", *CAPS, "draft/multiline")
    bob.send("JOIN #garden", "BATCH +1 draft/multiline #garden", "@batch=1 PRIVMSG #garden :Gr\u00fc\u00dfe")
    bob.send("@batch=1 PRIVMSG #garden :aus K\u00d6LN", "BATCH -1")
    bob.read()
    assert len(params(bob.ask(r"SEARCH text=grusse\skoln"), "PRIVMSG")) == 2
