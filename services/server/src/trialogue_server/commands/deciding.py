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

from trialogue_server.commands.channels.empty_channels import (
    empty_awaited_channels,
    forget_channels,
    open_permanent_channels,
)
from trialogue_server.commands.connection.departure import close, leave
from trialogue_server.commands.connection.other_protocols import refuse_tls
from trialogue_server.commands.core import Core
from trialogue_server.commands.dispatch import dispatch, handle_undecodable, refuse_too_long, resume
from trialogue_server.commands.effects import (
    Effect,
    Local,
    Pending,
    ReadAside,
    ReadMail,
    StoreUnreadable,
    nothing_read,
)
from trialogue_server.commands.inputs import (
    Administered,
    AnyInput,
    Asking,
    BatchTimedOut,
    Certified,
    ChannelsExpired,
    Closed,
    Left,
    NodeGone,
    NodeUp,
    Opened,
    Read,
    Result,
    Said,
    SaidTooMuch,
    SettingsChanged,
    SpokeTls,
    Stopping,
    Telling,
    TimedOut,
    TimePassed,
    life_of,
)
from trialogue_server.commands.messages.batch import time_out
from trialogue_server.commands.operators.administration import perform
from trialogue_server.commands.operators.ban_enforcement import lift_expired
from trialogue_server.commands.requests import Answer
from trialogue_server.commands.server.clock_doubt import watch_clock
from trialogue_server.commands.server.settings import apply_settings
from trialogue_server.session.outbox import nowhere
from trialogue_server.session.session import Session
from trialogue_server.session.throttle import Throttle
from trialogue_server.world.moment import Moment
from trialogue_server.world.refused import Failed


class Decide(Protocol):
    """Applies one input to the core of this server: `apply`, as those get it who put inputs."""

    @overload
    def __call__(self, entered: Telling | Read, reading: Moment, /) -> Pending | None: ...
    @overload
    def __call__(self, entered: Asking, reading: Moment, /) -> Answer: ...


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


def input_of(core: Core, sid: int, effect: Effect, value: Any) -> Result | Read:
    """Return the input to put when an effect of a session of this node was performed and came to a value."""
    if isinstance(effect, ReadMail) and not isinstance(value, StoreUnreadable):
        core.aside[sid] = value
        value = ReadAside()
    return Read(sid, value) if isinstance(effect, Local) else Result(sid, value)


@overload
def apply(core: Core, entered: Telling | Read, reading: Moment) -> Pending | None: ...
@overload
def apply(core: Core, entered: Asking, reading: Moment) -> Answer: ...


def apply(core: Core, entered: AnyInput, reading: Moment) -> Pending | Answer | None:
    """Apply one input, at what the clocks read then. Inputs that came together may share one reading.

    Returns what the session's own node has to do now: perform the effect of a `Pending`, and put its result as the next
    input of this session; or tell whoever asked. Other nodes ignore it. An input of a session that is not there any
    more, or of a node that is gone, changes nothing.
    """
    now = core.moment if reading is core.reading else core.at(reading)
    return _APPLY[type(entered)](core, entered, now)


def _opened(core: Core, entered: Opened, now: Moment) -> None:
    outbox = core.outlets.pop(entered.sid, None)
    throttle = Throttle(core.config.flood.rate, core.config.flood.burst, now.monotonic)
    session = Session(
        entered.sid, outbox or nowhere(), throttle, address=entered.address, secure=entered.secure, now=now.monotonic
    )
    session.nonce, session.is_here = entered.nonce, outbox is not None
    core.registry.open(session)


def _certified(core: Core, entered: Certified, now: Moment) -> None:
    session = core.registry.sessions.get(entered.sid)
    if session is not None:
        session.fingerprint = entered.fingerprint


def _said(core: Core, entered: Said, now: Moment) -> Pending | None:
    session = core.registry.sessions.get(entered.sid)
    if session is None or session.closing:
        return None
    try:
        line = entered.line.decode()
    except UnicodeDecodeError:
        pending = handle_undecodable(core, session, entered.line, now)
    else:
        pending = dispatch(core, session, line, now)
    return pending and _wait(core, session, pending, now)


def _said_too_much(core: Core, entered: SaidTooMuch, now: Moment) -> None:
    session = core.registry.sessions.get(entered.sid)
    if session is not None and not session.closing:
        refuse_too_long(core, session, now)


def _result(core: Core, entered: Result | Read, now: Moment) -> Pending | None:
    pending = core.pending.pop(entered.sid, None)
    if pending is None:
        return None
    value = core.aside.pop(entered.sid, ()) if isinstance(entered.value, ReadAside) else entered.value
    following = resume(pending, value, now)
    return following and _wait(core, pending.ctx.session, following, now)


def _wait(core: Core, session: Session, pending: Pending, now: Moment) -> Pending | None:
    """Note what a session waits for. Of another node's, readings are passed over: they only go into replies."""
    waits: Pending | None = pending
    while waits is not None and not session.is_here and isinstance(waits.effect, Local):
        waits = resume(waits, nothing_read(waits.effect), now)
    if waits is not None:
        core.pending[session.sid] = waits
    return waits


def _batch_timed_out(core: Core, entered: BatchTimedOut, now: Moment) -> None:
    session = core.registry.sessions.get(entered.sid)
    if session is not None:
        time_out(core, session, now.wall)


def _spoke_tls(core: Core, entered: SpokeTls, now: Moment) -> None:
    session = core.registry.sessions.get(entered.sid)
    if session is not None:
        refuse_tls(core, session)


def _timed_out(core: Core, entered: TimedOut, now: Moment) -> None:
    session = core.registry.sessions.get(entered.sid)
    if session is not None:
        close(session, entered.reason)


def _left(core: Core, entered: Left, now: Moment) -> None:
    session = core.registry.sessions.get(entered.sid)
    if session is not None:
        leave(core, session, entered.reason, now.wall)
        close(session, entered.reason)


def _closed(core: Core, entered: Closed, now: Moment) -> None:
    session = core.registry.sessions.get(entered.sid)
    if session is not None:
        _forget(core, session, entered.reason, now)


def _forget(core: Core, session: Session, reason: str, now: Moment) -> None:
    try:
        leave(core, session, reason, now.wall)
    finally:  # whatever bug there is
        session.closing = True
        core.pending.pop(session.sid, None)
        core.aside.pop(session.sid, None)
        core.registry.close(session)


def _time_passed(core: Core, entered: TimePassed, now: Moment) -> Answer:
    lift_expired(core, now)
    open_permanent_channels(core, now.wall)  # the settings may have changed
    empty_awaited_channels(core, now.wall)
    said = watch_clock(core, now)
    return Answer((said,) if said else ())


def _channels_expired(core: Core, entered: ChannelsExpired, now: Moment) -> None:
    forget_channels(core, now.wall, entered.channels)


def _administered(core: Core, entered: Administered, now: Moment) -> Answer:
    try:
        return Answer(tuple(perform(core, entered.request, now)))
    except Failed as failed:
        return Answer(error=failed.text)


def _settings_changed(core: Core, entered: SettingsChanged, now: Moment) -> Answer:
    return Answer(tuple(apply_settings(core, entered.config, entered.motd)))


def _stopping(core: Core, entered: Stopping, now: Moment) -> None:
    core.stopping = True
    for session in list(core.registry.sessions.values()):
        close(session, entered.reason)


def _node_up(core: Core, entered: NodeUp, now: Moment) -> None:
    if core.nodes.get(entered.name, entered.life) != entered.life:
        _lose(core, core.nodes[entered.name], now)
    core.nodes[entered.name] = entered.life


def _node_gone(core: Core, entered: NodeGone, now: Moment) -> None:
    if core.nodes.get(entered.name) == entered.life:
        del core.nodes[entered.name]
        _lose(core, entered.life, now)


def _lose(core: Core, life: int, now: Moment) -> None:
    for session in [one for one in core.registry.sessions.values() if life_of(one.sid) == life]:
        _forget(core, session, "Node lost", now)


_APPLY: dict[type[AnyInput], Callable[[Core, Any, Moment], Pending | Answer | None]] = {
    Opened: _opened,
    Certified: _certified,
    Said: _said,
    SaidTooMuch: _said_too_much,
    Result: _result,
    Read: _result,
    BatchTimedOut: _batch_timed_out,
    SpokeTls: _spoke_tls,
    TimedOut: _timed_out,
    Left: _left,
    Closed: _closed,
    TimePassed: _time_passed,
    ChannelsExpired: _channels_expired,
    Administered: _administered,
    SettingsChanged: _settings_changed,
    Stopping: _stopping,
    NodeUp: _node_up,
    NodeGone: _node_gone,
}
