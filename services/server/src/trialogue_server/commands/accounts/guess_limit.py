"""A secret is asked for: how often may somebody guess it, and from where?

Guesses are counted for what is guessed and where they come from, so that a stranger keeps nobody out of their own
account; for all that comes from one address; and for an account as a whole, more slowly, which binds nobody who comes
from where its owner has logged in before.
"""

from collections.abc import Callable
from hashlib import sha256
from math import ceil

from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, Pause, VerifyPassword
from trialogue_server.session.registry import counted_as
from trialogue_server.world.accounts import Account

_TURN = 0.2
"""Seconds to wait while as many guesses are being checked as may be wrong."""

_TURNS = 150
"""How often one waits: as long as a connection has to register."""

_DEVICES = 16
"""Places from which an account was logged in to that are remembered."""

_DIGITS = 16

_NAME = 64
"""Characters of a name that count."""

Refusal = Callable[[int], Exception]
"""Returns what says that one must wait for so many seconds."""


def login_keys(ctx: Context, name: str) -> tuple[str, ...]:
    """Return the keys under which a guess at an account's secret is counted; the first is the account's and ours."""
    account, about = ctx.world.accounts.get(name), named(ctx, name)
    known = account is not None and not set(account.devices).isdisjoint(_devices(ctx, account))
    mine = f"login {about} {_from(ctx, account if known else None)}"
    return (mine,) if known else (mine, *address_keys(ctx, "login"), f"account login {about}")


def named(ctx: Context, name: str) -> str:
    """Return a name as it stands in a key: strangers may write longer ones than there are."""
    return ctx.world.fold(name)[:_NAME]


def address_keys(ctx: Context, what: str) -> tuple[str, ...]:
    """Return the key of all guesses of this kind from an address; of none from a network that stands for many."""
    return () if _is_exempt(ctx) else (f"{what}-from {counted_as(ctx.session.address)}",)


def shared_keys(ctx: Context, what: str) -> tuple[str, ...]:
    """Return the key of guesses at a secret that all share: a network that stands for many may make more of them."""
    kind = "crowd " if _is_exempt(ctx) else ""
    return (f"{kind}{what}-from {counted_as(ctx.session.address)}",)


def with_device(ctx: Context, account: Account) -> tuple[str, ...]:
    """Return the places from which an account is known to be logged in to, with this one; the latest last."""
    here = [device for device in _devices(ctx, account) if device not in account.devices[-_DEVICES // 2 :]]
    others = (device for device in account.devices if device not in here)
    return (*others, *here)[-_DEVICES:] if here else account.devices


def check(
    ctx: Context,
    asked: VerifyPassword,
    keys: tuple[str, ...],
    refusal: Refusal,
    *,
    again: Callable[[Context], Effect | None],
) -> Effect:
    """Have a secret checked once there is a place for one more guess. Raises what `refusal` returns if there is none.

    While others' outcome is open, one waits for one's turn; `again` asks anew.
    """
    guard = ctx.core.guard
    wait = guard.wait(keys, ctx.monotonic)
    if wait:
        raise refusal(ceil(wait))
    if guard.is_busy(keys, ctx.monotonic):
        return _later(ctx, keys, refusal, again, _TURNS)
    guess = guard.reserve(keys, ctx.monotonic)

    def checked(ctx: Context, right: bool) -> Effect | None:
        guard.settle(guess, right=right)
        return asked.then(ctx, right)

    return asked._replace(then=checked)


def _later(
    ctx: Context, keys: tuple[str, ...], refusal: Refusal, again: Callable[[Context], Effect | None], turns: int
) -> Pause:
    def go_on(ctx: Context, _: None) -> Effect | None:
        if not ctx.core.guard.is_busy(keys, ctx.monotonic) or ctx.core.guard.wait(keys, ctx.monotonic):
            return again(ctx)
        if not turns:
            raise refusal(1)
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
    """Return what a session is known by when it comes again: its address and its certificate, as the account has it."""
    return [_device(ctx, account, one) for one in (counted_as(ctx.session.address), ctx.session.fingerprint) if one]


def _device(ctx: Context, account: Account, place: str) -> str:
    """Return a keyed hash: a stolen database shall not tell where people live."""
    return sha256(f"{ctx.core.secret} device {account.name} {place}".encode()).hexdigest()[:_DIGITS]
