"""The commands that say something."""

from trialogue_client.core.commands.actions import Action, Say, Stop, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn
from trialogue_client.core.events import Kind


def _msg(_: TypedIn, target: str, text: str) -> list[Action]:
    return [Say(target, text)]


def _me(place: TypedIn, text: str) -> list[Action]:
    if not place.target:
        raise UsageError("You are not in a room: come into one with /join #room.")
    return [Say(place.target, text, Kind.ACTION)]


def _notice(_: TypedIn, target: str, text: str) -> list[Action]:
    return [Say(target, text, Kind.NOTICE)]


def _stop(place: TypedIn) -> list[Action]:
    return [Stop(place.target)]


MSG = Command(
    "msg",
    "Tell something to one person, or to another room",
    (Argument("nick", Takes.NICK), Argument("text", Takes.TEXT)),
    _msg,
    "/msg carol are you there?",
)
ME = Command("me", "Say what you do", (Argument("text", Takes.TEXT),), _me, "/me waves")
NOTICE = Command(
    "notice",
    "As /msg, marked as needing no answer",
    (Argument("nick", Takes.NICK), Argument("text", Takes.TEXT)),
    _notice,
)
STOP = Command("stop", "Stop sending a long text, and have what is left of it to type on", (), _stop)
