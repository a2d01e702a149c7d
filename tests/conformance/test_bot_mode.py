"""bot-mode: clients mark themselves as bots.  https://ircv3.net/specs/extensions/bot-mode (ratified)"""

from collections.abc import Callable
from pathlib import Path

import pytest

from ircwire.casemap import ascii_fold
from tests.support.irc import Client, Irc
from trialogue_server.store.database import Database

OWN = "127.0.0.1"


def bot(irc: Irc, nick: str = "robo") -> Client:
    client = irc.connect(nick)
    client.ask(f"MODE {nick} +B")
    return client


def test_the_mode_is_announced(irc: Irc) -> None:
    """ "The value of the BOT token is the mode character which is used to enable bot mode"

    https://ircv3.net/specs/extensions/bot-mode#the-bot-isupport-token
    """
    welcome = [param for message in irc.connect("alice").ask("VERSION") for param in message.params]
    assert "BOT=B" in welcome


def test_a_client_marks_itself_and_unmarks_itself(irc: Irc) -> None:
    """ "Servers publishing the BOT ISUPPORT token let clients mark themselves as bots by setting a user mode."

    https://ircv3.net/specs/extensions/bot-mode#the-bot-isupport-token
    """
    robo = irc.connect("robo")
    robo.send("MODE robo +B")
    assert robo.lines() == [f":robo!robo@{OWN} MODE robo +B"]
    assert robo.ask("MODE robo")[0].params == ["robo", "+B"]
    robo.ask("MODE robo -B")
    assert robo.ask("MODE robo")[0].params == ["robo", "+"]


def test_whois_tells(irc: Irc) -> None:
    """ "This numeric is returned as part of a bot's WHOIS reply."

    https://ircv3.net/specs/extensions/bot-mode#the-rpl_whoisbot-335-numeric
    """
    bot(irc)
    alice = irc.connect("alice")
    answers = {message.command: message.params for message in alice.ask("WHOIS robo")}
    assert answers["335"] == ["alice", "robo", "is a bot on Trialogue"]
    assert "335" not in {message.command for message in alice.ask("WHOIS alice")}


@pytest.mark.parametrize(("asked", "place"), [("WHO #room", 6), ("WHO #room %f", 1)])
def test_who_tells(irc: Irc, asked: str, place: int) -> None:
    """ "When a RPL_WHOREPLY (352) numeric is returned for a bot, the character used as the value of the ISUPPORT BOT
    token is returned in the flags (alongside H|G)."

    https://ircv3.net/specs/extensions/bot-mode#the-who-bot-flag
    """
    alice, robo = irc.connect("alice"), bot(irc)
    alice.send("JOIN #room")
    robo.send("JOIN #room", "AWAY :charging")
    flags = [message.params[place] for message in alice.ask(asked) if message.command in ("352", "354")]
    assert flags == ["H@", "GB"]


ACTS: list[Callable[[Client], None]] = [
    lambda robo: robo.send("PRIVMSG #room :beep"),
    lambda robo: robo.send("NOTICE #room :beep"),
    lambda robo: robo.send("PRIVMSG alice :beep"),
    lambda robo: robo.send("MODE #room +m"),
    lambda robo: robo.send("TOPIC #room :robots"),
    lambda robo: robo.send("NICK robo2"),
    lambda robo: robo.send("PART #room"),
    lambda robo: robo.send("PART #room", "JOIN #room"),
    lambda robo: robo.send("QUIT :bye"),
    lambda robo: robo.drop(),
]


@pytest.mark.parametrize("act", ACTS)
def test_what_a_bot_does_is_tagged(irc: Irc, act: Callable[[Client], None]) -> None:
    """ "This tag SHOULD be added by the server to all commands sent by a bot (e.g. PRIVMSG, JOIN, MODE, NOTICE, and all
    others)." "This tag MUST only be sent to users who have requested the message-tags capability."
    "Servers MUST NOT send this tag with a value"

    https://ircv3.net/specs/extensions/bot-mode#the-bot-tag
    """
    robo, alice, plain = bot(irc), irc.connect("alice", "message-tags"), irc.connect("carol", "server-time")
    for client in (robo, alice, plain):
        client.send("JOIN #room")
    for client in (robo, alice, plain):
        client.read()
    act(robo)
    heard = alice.lines()
    assert heard
    assert all("bot" in line.split(" ")[0][1:].split(";") for line in heard)
    assert not any("bot;" in line or ";bot" in line for line in plain.lines())


def test_numerics_that_a_bot_causes_are_tagged(irc: Irc) -> None:
    """ "The tag SHOULD also be added by the ircd to all numerics directly caused by the bot."

    https://ircv3.net/specs/extensions/bot-mode#the-bot-tag
    """
    robo, plain = irc.connect("robo", "message-tags", "server-time"), bot(irc, "plain")
    asked = ("WHOIS robo", "PRIVMSG nobody :x", "NAMES #room", "MODE #none")
    assert not any("bot" in message.tags for message in robo.ask(*asked))
    robo.ask("MODE robo +B")
    answers = robo.ask(*asked)
    assert {"311", "335", "401", "366", "403"} <= {message.command for message in answers}
    assert all({"bot", "time"} == set(message.tags) for message in answers)
    assert "bot" not in robo.ask("PING x")[0].tags, "no numeric"
    assert not any(message.tags for message in plain.ask(*asked))


def test_numerics_that_tell_others_of_its_coming_and_going_are_tagged(irc: Irc) -> None:
    """ "The tag SHOULD also be added by the ircd to all numerics directly caused by the bot."

    https://ircv3.net/specs/extensions/bot-mode#the-bot-tag
    """
    alice, plain, robo = irc.connect("alice", "message-tags", "server-time"), irc.connect("plain"), bot(irc)
    for watcher in (alice, plain):
        watcher.ask("MONITOR + robo,bobo,carol")
    robo.send("NICK bobo", "QUIT")
    told = alice.read()
    assert [(message.command, *message.tags) for message in told] == [(n, "time", "bot") for n in ("731", "730", "731")]
    assert not any(message.tags for message in plain.read())
    irc.connect("carol").send("QUIT")
    assert not any("bot" in message.tags for message in alice.read())


def test_the_tag_goes_with_the_mode(irc: Irc) -> None:
    """ "The bot tag indicates that the given user is a bot."

    https://ircv3.net/specs/extensions/bot-mode#the-bot-tag
    """
    robo, alice = bot(irc), irc.connect("alice", "message-tags")
    robo.send("MODE robo -B", "PRIVMSG alice :I am human")
    (message,) = alice.read()
    assert "bot" not in message.tags


def test_what_others_do_to_a_bot_is_not_its_doing(irc: Irc) -> None:
    """ "This tag SHOULD be added by the server to all commands sent by a bot"

    https://ircv3.net/specs/extensions/bot-mode#the-bot-tag
    """
    alice, robo = irc.connect("alice", "message-tags"), bot(irc)
    alice.send("JOIN #room")
    robo.send("JOIN #room")
    alice.read()
    alice.send("KICK #room robo :enough")
    (kick,) = alice.read()
    assert (kick.command, "bot" in kick.tags) == ("KICK", False)


def test_history_knows_it_was_a_bot(tmp_path: Path) -> None:
    """ "This tag SHOULD be added by the server to all commands sent by a bot", and it was one when it said so.

    https://ircv3.net/specs/extensions/bot-mode#the-bot-tag
    """
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    irc = Irc(database=database)
    robo, alice = bot(irc), irc.connect("alice", "message-tags", "batch", "draft/chathistory")
    irc.enter("#room", robo, alice)
    robo.send("PRIVMSG #room :beep", "MODE robo -B", "PRIVMSG #room :I am human")
    said = [message for message in alice.ask("CHATHISTORY LATEST #room * 9") if message.command == "PRIVMSG"]
    assert ["bot" in message.tags for message in said] == [True, False]
    database.close()
