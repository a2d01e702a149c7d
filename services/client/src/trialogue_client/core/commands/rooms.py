"""The commands about rooms."""

from itertools import chain, repeat

from ircwire import Message
from trialogue_client.core.commands.actions import Action, Join, Part, Send, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn

_ROOM = Argument("#room", Takes.ROOM, optional=True)
_NO_ROOM = "You are not in a room: name one, or come into one with /join #room."


def _in(room: str) -> str:
    if not room:
        raise UsageError(_NO_ROOM)
    return room


def _join(place: TypedIn, rooms: str, keys: str) -> list[Action]:
    """As everywhere on IRC, several may be named with commas between, and their keys likewise."""
    names = [name if place.is_room(name) else f"#{name}" for name in rooms.split(",") if name]
    return [Join(name, key) for name, key in zip(names, chain(keys.split(","), repeat("")), strict=False)]


def _part(_: TypedIn, room: str, reason: str) -> list[Action]:
    return [Part(_in(room), reason)]


def _topic(_: TypedIn, room: str, text: str) -> list[Action]:
    return [Send(Message("TOPIC", [_in(room), text] if text else [_in(room)]))]


def _names(_: TypedIn, room: str) -> list[Action]:
    return [Send(Message("NAMES", [_in(room)]))]


def _invite(_: TypedIn, nick: str, room: str) -> list[Action]:
    return [Send(Message("INVITE", [nick, _in(room)]))]


def _kick(_: TypedIn, room: str, nick: str, reason: str) -> list[Action]:
    return [Send(Message("KICK", [_in(room), nick, reason] if reason else [_in(room), nick]))]


def _mode(_: TypedIn, target: str, modes: str) -> list[Action]:
    return [Send(Message("MODE", [_in(target), *modes.split()]))]


def _list(_: TypedIn, mask: str) -> list[Action]:
    return [Send(Message("LIST", [mask] if mask else []))]


JOIN = Command(
    "join",
    "Come into a room, or go back to one",
    (Argument("#room", Takes.WORD), Argument("key", Takes.WORD, optional=True)),
    _join,
    "/join #garden",
)
PART = Command("part", "Leave a room", (_ROOM, Argument("reason", Takes.TEXT, optional=True)), _part, "/part")
TOPIC = Command(
    "topic",
    "Show or change what a room is about",
    (_ROOM, Argument("text", Takes.TEXT, optional=True)),
    _topic,
    "/topic Tomatoes and roses",
)
NAMES = Command("names", "Show who is in a room", (_ROOM,), _names)
INVITE = Command("invite", "Ask somebody into a room", (Argument("nick", Takes.NICK), _ROOM), _invite, "/invite carol")
KICK = Command(
    "kick",
    "Put somebody out of a room",
    (_ROOM, Argument("nick", Takes.NICK), Argument("reason", Takes.TEXT, optional=True)),
    _kick,
    "/kick bob too loud",
)
MODE = Command(
    "mode",
    "Show or change how a room (or your own nick) is set",
    (Argument("#room or nick", Takes.MODE_TARGET, optional=True), Argument("modes", Takes.TEXT, optional=True)),
    _mode,
    "/mode +o carol",
)
LIST = Command("list", "Show the rooms of this server", (Argument("mask", Takes.WORD, optional=True),), _list)
