"""Carries out each kind of step.

Everything that an actor does ends with a barrier: the server has handled it, and all that it had to say about it has
come. So a step is done or refused for certain, without a time-out deciding.
"""

from collections.abc import Callable
from functools import partial

import trio

from ircwire import FormatError, Message, ParseError, parse
from trialogue_client.core.commands.actions import Leave, Register, Show, UsageError
from trialogue_client.core.commands.arguments import TypedIn
from trialogue_client.core.commands.interpret import interpret, perform
from trialogue_client.core.sasl import Credentials
from trialogue_client.script.actor import Actor, FailureError
from trialogue_client.script.patterns import match_text
from trialogue_client.script.scenario import (
    Action,
    Cannot,
    ConnectStep,
    Disconnected,
    Doing,
    Drop,
    JoinStep,
    LeaveRoom,
    LogInStep,
    MakeAccount,
    NotSees,
    Pause,
    QuitServer,
    SayStep,
    Sees,
    SendLine,
    Step,
    Type,
    WaitFor,
)

_ASK_AGAIN_SECONDS = 0.1


async def carry_out(step: Step, actor: Actor) -> None:
    """Carry out one step. Raises FailureError."""
    actor.refusals.clear()
    with trio.move_on_after(step.within) as scope:
        await _carry_out(step.action, actor)
    if scope.cancelled_caught:
        raise FailureError(f"not within {step.within:g} s")


async def _carry_out(action: Action, actor: Actor) -> None:
    match action:
        case Pause():
            await trio.sleep(action.seconds)
        case QuitServer():
            await actor.quit(action.reason)
        case Drop():
            actor.dropped = actor.chat.nick
            actor.drop()
        case Disconnected():
            await _disconnected(action, actor)
        case ConnectStep():
            await _connect(action, actor)
            _must_not_be_refused(actor)
        case Cannot():
            await _refused(action, actor)
        case WaitFor() | Sees() | NotSees():
            await _connected(actor)
            await _watch(action, actor)
        case _:
            await _do(action, actor)
            _must_not_be_refused(actor)


async def _disconnected(action: Disconnected, actor: Actor) -> None:
    await actor.until(lambda: actor.ended is not None)
    ended = actor.ended or ""
    if not match_text(action.reason, ended):
        raise FailureError(f"the connection was closed for another reason: {ended}")
    actor.drop()


async def _connected(actor: Actor) -> None:
    """Connect if nobody has yet; a connection that the server closed is not to be replaced in silence."""
    actor.check()
    if not actor.chat.online:
        await _connect(ConnectStep(), actor)
        _must_not_be_refused(actor)


async def _connect(action: ConnectStep, actor: Actor) -> None:
    nick = action.nick or actor.name
    if action.password:
        actor.use(Credentials(nick, action.password))
        actor.drop()  # A connection on which nobody logged in may still wait for another nick.
    actor.chat.rename(nick)
    if actor.connected:
        actor.flush()  # The nick before was refused, and the server still waits for another.
    else:
        await actor.connect()
    await actor.until(lambda: actor.chat.online or bool(actor.refusals))
    while not actor.chat.online and nick == actor.dropped:
        await _claim_again(nick, actor)
    if actor.chat.online:
        await actor.settle()


async def _claim_again(nick: str, actor: Actor) -> None:
    """The server may not have noticed yet that our own connection before is cut, and keeps the nick for that."""
    await trio.sleep(_ASK_AGAIN_SECONDS)
    actor.refusals.clear()
    actor.chat.rename(nick)
    actor.flush()
    await actor.until(lambda: actor.chat.online or bool(actor.refusals))


async def _watch(action: WaitFor | Sees | NotSees, actor: Actor) -> None:
    match action:
        case WaitFor():
            for nick in action.nicks:
                await _wait(partial(actor.present, nick, action.room, present=action.present), action.room, actor)
        case Sees():
            await actor.until(lambda: actor.find(action.pattern))
        case NotSees():
            await actor.settle()
            with trio.move_on_after(action.seconds):
                await actor.until(lambda: actor.has(action.pattern))
            if actor.has(action.pattern):
                raise FailureError("it was seen")


async def _wait(is_true: Callable[[], bool], room: str, actor: Actor) -> None:
    """From inside a room we are told who comes and goes; from outside we have to ask."""
    while actor.session.state.rooms.get(room) is None and not is_true():
        actor.session.send(Message("NAMES", [room]))
        await actor.settle()
        actor.check()
        await trio.sleep(_ASK_AGAIN_SECONDS)
    await actor.until(is_true)


async def _refused(action: Cannot, actor: Actor) -> None:
    if isinstance(action.doing, ConnectStep):
        await _connect(action.doing, actor)
        if action.doing.password and actor.refusals:
            actor.drop()  # Whoever cannot log in does not come in, and the connection ends.
            actor.use(None)
    else:
        await _do(action.doing, actor)
    if not actor.refusals:
        raise FailureError("the server did not refuse it")
    codes = [code for code, _ in actor.refusals]
    if action.code and action.code not in codes:
        raise FailureError(f"the server refused it with {', '.join(codes)} instead of {action.code}")


def _must_not_be_refused(actor: Actor) -> None:
    if actor.refusals:
        code, text = actor.refusals[0]
        raise FailureError(f"the server refused it: {code} {text}")


async def _do(action: Doing, actor: Actor) -> None:
    await _connected(actor)
    try:
        _send(action, actor)
    except (UsageError, FormatError, ParseError) as error:
        raise FailureError(str(error)) from error
    await actor.settle()
    if isinstance(action, MakeAccount | LogInStep):
        await actor.until(lambda: actor.chat.account != "" or bool(actor.refusals))
    if isinstance(action, JoinStep) and not actor.refusals and actor.session.state.rooms.get(action.room) is None:
        raise FailureError(f"the server has not let {actor.name} into {action.room}, nor said why")


def _send(action: Doing, actor: Actor) -> None:
    match action:
        case MakeAccount():
            perform(Register("", action.password), actor.chat)
        case LogInStep():
            for event in actor.chat.log_in(actor.chat.nick, action.password):
                actor.note(event)
        case JoinStep():
            actor.chat.join(action.room, action.key)
        case LeaveRoom():
            actor.chat.part(action.room, action.reason)
        case SayStep():
            actor.chat.say(action.target, action.text)
        case Type():
            _type(action, actor)
        case SendLine():
            actor.session.send(parse(action.line))


def _type(action: Type, actor: Actor) -> None:
    place = TypedIn(action.room, actor.chat.nick, actor.chat.is_room)
    for wish in interpret(action.line, place):
        if isinstance(wish, Leave):
            raise UsageError(f"write “{actor.name} quits” instead")
        if not isinstance(wish, Show):
            perform(wish, actor.chat)
