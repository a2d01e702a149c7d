"""Carrying out what was typed."""

from datetime import datetime

from ircwire import FormatError
from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import (
    Action,
    AskConsent,
    AskSecret,
    Autoconnect,
    Configure,
    Connect,
    Disconnect,
    Forget,
    Join,
    Leave,
    Mute,
    Part,
    Say,
    Set,
    Show,
    UsageError,
)
from trialogue_client.core.commands.arguments import Place
from trialogue_client.core.commands.interpret import check, interpret, keep_secret, perform
from trialogue_client.core.commands.shortcodes import with_emoji
from trialogue_client.core.secrecy import ExposedError
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.buffers import Sort
from trialogue_client.engine.entries import Look
from trialogue_client.engine.model import Model

Remembering = Set | Configure | Autoconnect | Forget | Mute
Rest = AskConsent | AskSecret | Connect | Disconnect | Leave | Remembering
"""What is more than one server's affair, or has to be asked for: the screen does it."""


def carry_out(text: str, network: BufferedNetwork, now: datetime) -> list[Rest]:
    """Do what was typed; what cannot be done is said in the conversation that is looked at.

    Returns what is the screen's to do.
    """
    lines = text.split("\n")
    commands = all(line.startswith("/") for line in lines)
    return [action for line in (lines if commands else [text]) for action in _line(line, network, now)]


def carry_out_all(actions: list[Action], network: BufferedNetwork, now: datetime) -> list[Rest]:
    """Do these, one after the other; what cannot be done is said. Returns what is the screen's to do."""
    rest: list[Rest] = []
    try:
        for action in actions:
            try:
                rest += _do(action, network.model, now)
            except ExposedError:
                rest.append(AskConsent(action))
    except (UsageError, FormatError) as error:
        network.model.show(Look.TROUBLE, [str(error)], now)
    network.flush()
    return rest


def _do(action: Action, model: Model, now: datetime) -> list[Rest]:
    keep_secret(action, model.chat)
    if isinstance(action, AskSecret) and action.first is not None:
        check(action.first, model.chat)
    if isinstance(action, Rest):
        return [action]
    for event in _act(with_emoji(action) if model.emoji else action, model, now):
        model.handle(event, now)
    return []


def _line(line: str, network: BufferedNetwork, now: datetime) -> list[Rest]:
    chat, model = network.chat, network.model
    try:
        actions = interpret(line, Place(network.target, chat.nick, chat.is_room))
    except (UsageError, FormatError) as error:
        model.show(Look.TROUBLE, [str(error)], now)
        return []
    return carry_out_all(actions, network, now)


def _act(action: Action, model: Model, now: datetime) -> list[ev.Event]:
    match action:
        case Show():
            model.show(Look.HINT, action.lines, now)
        case Join():
            model.wish(action.room)
            return perform(action, model.chat)
        case Part() if (buffer := model.find(action.room)) is not None and not buffer.here:
            model.close(buffer)
        case Say():
            return _say(action, model)
        case _:
            return perform(action, model.chat)
    return []


def _say(action: Say, model: Model) -> list[ev.Event]:
    """Say it, and look at the conversation with the one person who hears it."""
    if not model.chat.is_room(action.target):
        buffer = model.open(action.target)
        if buffer.sort is Sort.PERSON:
            model.switch(buffer)
    return perform(action, model.chat)
