"""The commands about what the client remembers."""

from trialogue_client.core.commands.actions import Action, Autoconnect, Configure, Forget, Set, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn

_ON, _OFF = "on", "off"


def _set(_: TypedIn, name: str, value: str) -> list[Action]:
    return [Set(name.lower(), value.strip())] if name else [Configure()]


def _settings(_: TypedIn) -> list[Action]:
    return [Configure()]


def _autoconnect(_: TypedIn, value: str) -> list[Action]:
    if value.lower() not in ("", _ON, _OFF):
        raise UsageError("Type /autoconnect on or /autoconnect off.")
    return [Autoconnect(on=value.lower() != _OFF)]


def _forget(_: TypedIn) -> list[Action]:
    return [Forget()]


SET = Command(
    "set",
    "Show the settings, or change one",
    (Argument("setting", Takes.WORD, optional=True), Argument("value", Takes.TEXT, optional=True)),
    _set,
    "/set highlights tomatoes, tea",
)
SETTINGS = Command("settings", "Show all settings, to change them", (), _settings)
AUTOCONNECT = Command(
    "autoconnect",
    "Come to this server at every start, or with off no more",
    (Argument("on or off", Takes.WORD, optional=True),),
    _autoconnect,
    "/autoconnect on",
)
FORGET = Command(
    "forget", "Take your password for this server, and the keys of its rooms, out of the key ring", (), _forget
)
