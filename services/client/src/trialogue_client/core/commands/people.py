"""The commands about people, ourselves included."""

from ircwire import Message
from trialogue_client.core.commands.actions import Action, AwayAll, Block, Blocked, Mute, Rename, Send, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn


def _nick(_: TypedIn, nick: str) -> list[Action]:
    return [Rename(nick)]


def _who(place: TypedIn, mask: str) -> list[Action]:
    if not mask and not place.target:
        raise UsageError("You are not in a room: say of whom, as in /who bob.")
    return [Send(Message("WHO", [mask or place.target]))]


def _whois(_: TypedIn, nick: str) -> list[Action]:
    return [Send(Message("WHOIS", [nick]))]


def _away(_: TypedIn, message: str) -> list[Action]:
    return [Send(Message("AWAY", [message] if message else []))]


def _away_all(_: TypedIn, message: str) -> list[Action]:
    return [AwayAll(message)]


def _mute(place: TypedIn, name: str) -> list[Action]:
    return [Mute(_named(place, name), on=True)]


def _unmute(place: TypedIn, name: str) -> list[Action]:
    return [Mute(_named(place, name), on=False)]


def _block(place: TypedIn, name: str) -> list[Action]:
    return [Block(_person(place, name, "/block bob"), on=True)]


def _unblock(place: TypedIn, name: str) -> list[Action]:
    return [Block(_person(place, name, "/unblock bob"), on=False)]


def _blocked(_: TypedIn) -> list[Action]:
    return [Blocked()]


def _person(place: TypedIn, name: str, example: str) -> str:
    name = name or ("" if place.is_room(place.target) else place.target)
    if not name or place.is_room(name):
        raise UsageError(f"Say whom, as in {example}; a room is quiet with /mute, and left with /part.")
    return name


def _named(place: TypedIn, name: str) -> str:
    if not name and not place.target:
        raise UsageError("You are not in a room: say whom, as in /mute bob or /mute #garden.")
    return name or place.target


NICK = Command("nick", "Take another name", (Argument("name", Takes.WORD),), _nick, "/nick robert")
WHO = Command("who", "Show people in a room or by a mask", (Argument("mask", Takes.WORD, optional=True),), _who)
WHOIS = Command("whois", "Show what is known about somebody", (Argument("nick", Takes.NICK),), _whois, "/whois carol")
AWAY = Command(
    "away",
    "Say that you are away; without a text, that you are back",
    (Argument("text", Takes.TEXT, optional=True),),
    _away,
    "/away lunch",
)
AWAYALL = Command(
    "awayall",
    "As /away, on all of your devices",
    (Argument("text", Takes.TEXT, optional=True),),
    _away_all,
    "/awayall on holiday",
)
MUTE = Command(
    "mute",
    "Be told of nothing new from a room or a person",
    (Argument("room or nick", Takes.WORD, optional=True),),
    _mute,
    "/mute #garden",
)
UNMUTE = Command("unmute", "Undo /mute", (Argument("room or nick", Takes.WORD, optional=True),), _unmute, "/unmute bob")
BLOCK = Command(
    "block",
    "Keep from you what somebody says to you alone, on all of your devices",
    (Argument("nick or mask", Takes.NICK, optional=True),),
    _block,
    "/block bob",
)
UNBLOCK = Command(
    "unblock",
    "Undo /block",
    (Argument("nick or mask", Takes.NICK, optional=True),),
    _unblock,
    "/unblock bob",
)
BLOCKED = Command("blocked", "Show whom you have blocked", (), _blocked)
