"""The one door into the core: whatever happens enters as an input, and `apply` applies one at a time, in order.

    core.outlets[sid] = Outbox(sink, core.tick.dirty)  # for whoever is connected here
    apply(core, Opened(sid, "192.0.2.1", secure=False, nonce="random"), reading)
    pending = apply(core, Said(sid, b"OPER root secret"), reading)
    while pending is not None:  # the line waits for an effect
        value = perform(pending.effect)
        pending = apply(core, input_of(core, sid, pending.effect, value), reading)

What was decided is in `core.tick`: the journal for the store, and what is to be sent. Nothing is awaited, and nothing
else changes what the core knows, so the same inputs at the same readings of the clocks give the same events and bytes.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol, cast, overload

from trialogue_server.commands import inputs as i
from trialogue_server.commands import session_inputs
from trialogue_server.commands.channels.empty_channels import (
    empty_awaited_channels,
    forget_channels,
    open_permanent_channels,
)
from trialogue_server.commands.connection.departure import close
from trialogue_server.commands.core import Core
from trialogue_server.commands.effects import Effect, Local, Pending, ReadAside, ReadMail, StoreUnreadable
from trialogue_server.commands.operators.administration import perform
from trialogue_server.commands.operators.ban_enforcement import lift_expired
from trialogue_server.commands.requests import Answer
from trialogue_server.commands.server.clock_doubt import watch_clock
from trialogue_server.commands.server.settings import apply_settings
from trialogue_server.world.moment import Moment
from trialogue_server.world.refused import Failed


class Decide(Protocol):
    """Applies one input to the core of this server: `apply`, as those get it who put inputs."""

    @overload
    def __call__(self, entered: i.Unanswered | i.Read, reading: Moment, /) -> Pending | None: ...
    @overload
    def __call__(self, entered: i.Answered, reading: Moment, /) -> Answer: ...


class Door(NamedTuple):
    """What those need who put inputs."""

    core: Core
    """For reading only: what changes it goes through the door."""
    decide: Decide
    clock: Callable[[], Moment]
    """Reads the clocks."""


def open_door(core: Core, clock: Callable[[], Moment]) -> Door:
    """Return a door to a core that decides at once: a server by itself."""
    return Door(core, cast("Decide", partial(apply, core)), clock)


def input_of(core: Core, sid: int, effect: Effect, value: Any) -> i.Result | i.Read:
    """Return the input to put when an effect of a session of this node was performed and came to a value."""
    if isinstance(effect, ReadMail) and not isinstance(value, StoreUnreadable):
        core.aside[sid] = value
        value = ReadAside()
    return i.Read(sid, value) if isinstance(effect, Local) else i.Result(sid, value)


@overload
def apply(core: Core, entered: i.Unanswered | i.Read, reading: Moment) -> Pending | None: ...
@overload
def apply(core: Core, entered: i.Answered, reading: Moment) -> Answer: ...


def apply(core: Core, entered: Any, reading: Moment) -> Pending | Answer | None:
    """Apply one input, at what the clocks read then. Inputs that came together may share one reading.

    Returns what the session's own node has to do now: perform the effect of a `Pending`, and put its result as the next
    input of this session; or tell whoever asked. Other nodes ignore it. An input of a session that is not there any
    more, or of a node that is gone, changes nothing.
    """
    now = core.moment if reading is core.reading else core.at(reading)
    kind = type(entered)
    if kind in _OF_SERVER:
        return _OF_SERVER[kind](core, entered, now)
    session = core.registry.sessions.get(entered.sid)
    return _OF_SESSION[kind](core, session, entered, now) if session is not None else None


def _time_passed(core: Core, entered: i.TimePassed, now: Moment) -> Answer:
    lift_expired(core, now)
    open_permanent_channels(core, now.wall)  # the settings may have changed
    empty_awaited_channels(core, now.wall)
    said = watch_clock(core, now)
    return Answer((said,) if said else ())


def _channels_expired(core: Core, entered: i.ChannelsExpired, now: Moment) -> None:
    forget_channels(core, now.wall, entered.channels)


def _administered(core: Core, entered: i.Administered, now: Moment) -> Answer:
    try:
        return Answer(tuple(perform(core, entered.request, now)))
    except Failed as failed:
        return Answer(error=failed.text)


def _settings_changed(core: Core, entered: i.SettingsChanged, now: Moment) -> Answer:
    return Answer(tuple(apply_settings(core, entered.config, entered.motd)))


def _stopped(core: Core, entered: i.Stopped, now: Moment) -> None:
    core.stopping = True
    for session in list(core.registry.sessions.values()):
        close(session, entered.reason)


def _node_up(core: Core, entered: i.NodeUp, now: Moment) -> None:
    if core.nodes.get(entered.name, entered.life) != entered.life:
        _lose(core, core.nodes[entered.name], now)
    core.nodes[entered.name] = entered.life


def _node_gone(core: Core, entered: i.NodeGone, now: Moment) -> None:
    if core.nodes.get(entered.name) == entered.life:
        del core.nodes[entered.name]
        _lose(core, entered.life, now)


def _lose(core: Core, life: int, now: Moment) -> None:
    for session in [one for one in core.registry.sessions.values() if i.life_of(one.sid) == life]:
        session_inputs.forget(core, session, "Node lost", now)


_OF_SESSION: dict[type[i.AnyInput], Callable[..., Pending | None]] = {
    i.Certified: session_inputs.certified,
    i.Said: session_inputs.said,
    i.SaidTooMuch: session_inputs.said_too_much,
    i.Result: session_inputs.came_to,
    i.Read: session_inputs.came_to,
    i.BatchTimedOut: session_inputs.batch_timed_out,
    i.SpokeTls: session_inputs.spoke_tls,
    i.TimedOut: session_inputs.timed_out,
    i.Left: session_inputs.left,
    i.Closed: session_inputs.closed,
}
"""Called with the core, the session, the input and the time."""

_OF_SERVER: dict[type[i.AnyInput], Callable[..., Answer | None]] = {
    i.Opened: session_inputs.opened,
    i.TimePassed: _time_passed,
    i.ChannelsExpired: _channels_expired,
    i.Administered: _administered,
    i.SettingsChanged: _settings_changed,
    i.Stopped: _stopped,
    i.NodeUp: _node_up,
    i.NodeGone: _node_gone,
}
"""Called with the core, the input and the time."""
