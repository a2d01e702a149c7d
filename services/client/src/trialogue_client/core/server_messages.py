"""Handles messages by which the server runs the connection."""

from collections.abc import Iterator

from ircwire import Message, caps
from trialogue_client.core import accounts
from trialogue_client.core import events as ev
from trialogue_client.core.state import Handler, State, param

_PORTS = 65_536
_DIGITS = 12


def _ping(state: State, message: Message) -> Iterator[ev.Event]:
    state.out.append(Message("PONG", message.params[-1:] or [""]))
    yield from ()


def _pong(state: State, message: Message) -> Iterator[ev.Event]:
    token = param(message, -1)
    state.barrier_pending = False
    for ticket in state.receipts.by_token(token):
        yield ev.Delivered(ticket)
    yield ev.Ponged(token)


def _cap(state: State, message: Message) -> Iterator[ev.Event]:
    before = set(state.negotiation.enabled)
    answer = state.negotiation.answer(message.params)
    if param(message, 1).upper() in ("LS", "NEW"):
        yield from _strict_transport(state, message)
    if state.sent_away:
        return
    state.out += answer
    yield from accounts.negotiated(state)
    if state.registered:
        after = state.negotiation.enabled
        if after - before:
            yield ev.CapsChanged(tuple(sorted(after - before)), on=True)
        if before - after:
            yield ev.CapsChanged(tuple(sorted(before - after)), on=False)


def _strict_transport(state: State, message: Message) -> Iterator[ev.Event]:
    """Obey a policy of strict transport security.

    "If the client is not already connected securely … it MUST close the insecure connection and reconnect securely on
    the stated port."  https://ircv3.net/specs/extensions/sts
    """
    value = caps.parse_caps(param(message, -1)).get(caps.STS)
    if value is None:
        return
    keys = dict(pair.partition("=")[::2] for pair in value.split(","))
    number = keys.get("duration" if state.encrypted else "port", "")
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        return
    if state.encrypted:
        yield ev.MayTrustTransport(int(number))
    elif 0 < int(number) < _PORTS and not state.registered:
        state.sent_away = True
        state.out.clear()
        yield ev.MustEncrypt(int(number))


def _batch(state: State, message: Message) -> Iterator[ev.Event]:
    state.batches.follow(message)
    yield from ()


def _error(_: State, message: Message) -> Iterator[ev.Event]:
    yield ev.Closed(param(message, 0))


def _standard_reply(_: State, message: Message) -> Iterator[ev.Event]:
    command, code, *context = [*message.params[:-1], "", ""][: max(len(message.params) - 1, 2)]
    yield ev.StandardReply(message.command, command, code, tuple(context), param(message, -1))


HANDLERS: dict[str, Handler] = {
    "PING": _ping,
    "PONG": _pong,
    "CAP": _cap,
    "BATCH": _batch,
    "ERROR": _error,
    "FAIL": _standard_reply,
    "WARN": _standard_reply,
    "NOTE": _standard_reply,
}
