"""Carrying out what was typed."""

from datetime import datetime

from ircwire import FormatError
from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import Action, Join, Leave, Part, Say, Show, UsageError
from trialogue_client.core.commands.arguments import Place
from trialogue_client.core.commands.interpret import interpret, perform
from trialogue_client.ui.buffers import Sort
from trialogue_client.ui.entries import Look
from trialogue_client.ui.model import Model
from trialogue_client.ui.network import Network


def carry_out(text: str, model: Model, network: Network, now: datetime) -> None:
    """Do what was typed; what cannot be done is said in the conversation that is looked at."""
    lines = text.split("\n")
    commands = all(line.startswith("/") for line in lines)
    for line in lines if commands else [text]:
        _line(line, model, network, now)
    network.flush()


def _line(line: str, model: Model, network: Network, now: datetime) -> None:
    chat, buffer = model.chat, model.active
    try:
        for action in interpret(line, Place(buffer.name, chat.nick, chat.is_room)):
            for event in _act(action, model, network, now):
                model.handle(event, now)
    except (UsageError, FormatError) as error:
        model.show(Look.TROUBLE, [str(error)], now)


def _act(action: Action, model: Model, network: Network, now: datetime) -> list[ev.Event]:
    match action:
        case Show():
            model.show(Look.HINT, action.lines, now)
        case Leave():
            network.leave(action.reason)
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
