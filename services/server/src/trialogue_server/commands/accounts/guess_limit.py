"""Limits how often a secret may be guessed, and from where.

Guesses are counted by what is guessed and where they come from, so that a stranger cannot lock an owner out; for each
address; and, more slowly, for each account as a whole, which does not bind devices that the owner has logged in from
before.
"""

from collections.abc import Callable
from hashlib import sha256
from math import ceil

from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, Pause, VerifyPassword
from trialogue_server.session.registry import counted_as
from trialogue_server.world.accounts import Account

_TURN = 0.2
"""Seconds between attempts while as many guesses are being checked as may be wrong."""

_TURNS = 150
"""Attempts before giving up: as long as a connection has to register."""

_DEVICES = 16
"""Devices remembered for each account."""

_DIGITS = 16

_NAME = 64
"""Characters of a name that count."""

BUSY = "Too many passwords are being checked just now; try again in a few seconds"

Refusal = Callable[[str], Exception]
"""Returns the refusal with this text, which asks the client to wait."""


def login_keys(ctx: Context, name: str) -> tuple[str, ...]:
    """Return the keys that count a guess at an account's secret. The first one is the account's own device's."""
    account, about = ctx.world.accounts.get(name), key_name(ctx, name)
    known = account is not None and not set(account.devices).isdisjoint(_devices(ctx, account))
    mine = f"login {about} {_from(ctx, account if known else None)}"
    return (mine,) if known else (mine, *address_keys(ctx, "login"), f"account login {about}")


def key_name(ctx: Context, name: str) -> str:
    """Return a name as it stands in a key: clients may send longer names than there are."""
    return ctx.world.fold(name)[:_NAME]


def address_keys(ctx: Context, what: str) -> tuple[str, ...]:
    """Return the key for all guesses of this kind from an address; none for an exempt network that stands for many
    people.
    """
    return () if _is_exempt(ctx) else (f"{what}-from {counted_as(ctx.session.address)}",)


def shared_keys(ctx: Context, what: str) -> tuple[str, ...]:
    """Return the key for guesses at a shared secret. An exempt network that stands for many people may make more of
    them.
    """
    kind = "crowd " if _is_exempt(ctx) else ""
    return (f"{kind}{what}-from {counted_as(ctx.session.address)}",)


def with_device(ctx: Context, account: Account) -> tuple[str, ...]:
    """Return the devices from which an account has logged in, with this one last."""
    here = [device for device in _devices(ctx, account) if device not in account.devices[-_DEVICES // 2 :]]
    others = (device for device in account.devices if device not in here)
    return (*others, *here)[-_DEVICES:] if here else account.devices


def check_secret(
    ctx: Context,
    asked: VerifyPassword,
    keys: tuple[str, ...],
    refusal: Refusal,
    *,
    again: Callable[[Context], Effect | None],
    what: str = "wrong passwords",
) -> Effect:
    """Have a secret checked once one more guess is allowed. Raises what `refusal` returns if it is not.

    `what` says what there were too many of. While the outcome of other guesses is open the session waits for its turn;
    `again` asks anew.
    """
    guard = ctx.core.guard
    wait = guard.wait(keys, ctx.monotonic)
    if wait:
        raise refusal(f"Too many {what}; try again in {ceil(wait)} seconds")
    if is_busy(ctx):
        raise refusal(BUSY)
    if guard.is_busy(keys, ctx.monotonic):
        return _later(ctx, keys, refusal, again, _TURNS)
    guess = guard.reserve(keys, ctx.monotonic)

    def checked(ctx: Context, right: bool) -> Effect | None:
        guard.settle(guess, right=right)
        return asked.then(ctx, right)

    return asked._replace(then=checked)


def is_busy(ctx: Context) -> bool:
    """Return whether so many passwords wait to be hashed that this session's would be too many."""
    registry = ctx.core.registry
    return registry.hashes.is_full_for(registry.address_group(ctx.session.address))


def _later(
    ctx: Context, keys: tuple[str, ...], refusal: Refusal, again: Callable[[Context], Effect | None], turns: int
) -> Pause:
    def go_on(ctx: Context, _: None) -> Effect | None:
        if not ctx.core.guard.is_busy(keys, ctx.monotonic) or ctx.core.guard.wait(keys, ctx.monotonic):
            return again(ctx)
        if not turns:
            raise refusal(BUSY)
        return _later(ctx, keys, refusal, again, turns - 1)

    return Pause(_TURN, go_on)


def _is_exempt(ctx: Context) -> bool:
    return ctx.core.registry.is_exempt(ctx.session.address)


def _from(ctx: Context, known: Account | None) -> str:
    """Return where a guess comes from: a certificate that the account knows, or the address."""
    fingerprint = ctx.session.fingerprint
    if known is not None and fingerprint and _device(ctx, known, fingerprint) in known.devices:
        return fingerprint
    return counted_as(ctx.session.address)


def _devices(ctx: Context, account: Account) -> list[str]:
    """Return the ways to recognise a session when it comes back: its address and its certificate, as the account keeps
    them.
    """
    return [_device(ctx, account, one) for one in (counted_as(ctx.session.address), ctx.session.fingerprint) if one]


def _device(ctx: Context, account: Account, place: str) -> str:
    """Return a keyed hash, so that a stolen database does not tell where people live."""
    return sha256(f"{ctx.core.instance.secret} device {account.name} {place}".encode()).hexdigest()[:_DIGITS]
