"""AUTHENTICATE: SASL authentication.

https://ircv3.net/specs/extensions/sasl-3.1 and https://ircv3.net/specs/extensions/sasl-3.2
"""

from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256

from ircwire import numerics as n
from trialogue_server.commands import params as p
from trialogue_server.commands.accounts.guess_limit import login_keys
from trialogue_server.commands.accounts.login import check_password, log_in, refuse_guessing
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Continuation, Effect, intercept
from trialogue_server.commands.operators.ban_enforcement import find_ban
from trialogue_server.session.sasl import CHUNK, Exchange, SaslError, TooLongError, chunks, read_plain
from trialogue_server.session.scram import Keys, ScramError, ScramServer
from trialogue_server.world.accounts import SCRAM_ITERATIONS, Account
from trialogue_server.world.refused import Failed

_FAILED = "SASL authentication failed: wrong account name or password"


@command("AUTHENTICATE", p.word("text"), phase=Phase.ANY)
def authenticate(ctx: Context, text: str) -> Effect | None:
    """Log in: first the name of a mechanism, then what it asks for; "*" gives up.

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    exchange = ctx.session.sasl
    if text == "*":
        ctx.session.sasl = None
        ctx.reply.numeric(n.ERR_SASLABORTED)
        return None
    try:
        if exchange is None:
            _begin(ctx, text)
            return None
        response = exchange.feed(text)
        return None if response is None else _STEPS[exchange.mechanism](ctx, exchange, response)
    except TooLongError:
        ctx.session.sasl = None
        ctx.reply.numeric(n.ERR_SASLTOOLONG)
    except SaslError:
        _fail(ctx)
    except Failed as failed:
        _fail(ctx, failed.text)
    return None


def abandon(ctx: Context) -> None:
    """Abort an exchange that the client did not finish."""
    if ctx.session.sasl is not None:
        ctx.session.sasl = None
        ctx.reply.numeric(n.ERR_SASLABORTED)


def mechanisms(ctx: Context) -> list[str]:
    """Return the mechanisms that this session can use."""
    return [name for name in _STEPS if name != "EXTERNAL" or ctx.session.fingerprint]


def _begin(ctx: Context, text: str) -> None:
    if len(text) > CHUNK:
        raise TooLongError
    mechanism = text.upper()
    if mechanism not in mechanisms(ctx):
        ctx.reply.numeric(n.RPL_SASLMECHS, ",".join(mechanisms(ctx)))
        ctx.reply.numeric(n.ERR_SASLFAIL, "SASL authentication failed: no such mechanism")
        return
    ctx.session.sasl = Exchange(mechanism)
    ctx.reply.raw_unsourced("AUTHENTICATE +")


def _fail(ctx: Context, text: str = _FAILED) -> None:
    ctx.session.sasl = None
    ctx.reply.numeric(n.ERR_SASLFAIL, text)


def _conclude(ctx: Context, account: Account | None) -> None:
    """Reply with the outcome and end the exchange."""
    ctx.session.sasl = None
    if account is None:
        _fail(ctx)
    elif not account.is_verified:
        _fail(ctx, "SASL authentication failed: verify your e-mail address first, with VERIFY and the code sent to it")
    elif (ban := find_ban(ctx, account=account.name)) is not None:
        ctx.reply.numeric(n.ERR_NICKLOCKED, f"You are banned from this server: {ban.reason}")
    else:
        log_in(ctx, account)
        ctx.reply.numeric(n.RPL_SASLSUCCESS)


def _plain(ctx: Context, exchange: Exchange, response: bytes) -> Effect:
    account, password = read_plain(response)
    return _failing(check_password(ctx, account, password, _conclude))


def _failing(effect: Effect) -> Effect:
    """Return the effect with a later refusal answered as a failed exchange."""

    def go_on(ctx: Context, rest: Continuation) -> Effect | None:
        try:
            following = rest(ctx)
        except Failed as failed:
            _fail(ctx, failed.text)
            return None
        return None if following is None else _failing(following)

    return intercept(effect, go_on)


def _external(ctx: Context, exchange: Exchange, response: bytes) -> None:
    account = ctx.world.accounts.by_fingerprint(ctx.session.fingerprint)
    if (
        account is not None
        and response
        and ctx.world.fold(response.decode(errors="replace")) != ctx.world.fold(account.name)
    ):
        account = None
    _conclude(ctx, account)


def _scram(ctx: Context, exchange: Exchange, response: bytes) -> None:
    """Handle one of three steps: the client's first message, its proof, and its acknowledgement of ours."""
    if exchange.is_proved:
        account = ctx.world.accounts.get(exchange.account)
        _conclude(ctx, account if account is not None and account.is_proved_by(exchange.about) else None)
        return
    try:
        if exchange.scram is None:
            answer = _scram_first(ctx, exchange, response.decode())
        else:
            answer = _scram_final(ctx, exchange, exchange.scram, response.decode())
    except (ScramError, UnicodeDecodeError):
        _fail(ctx)
        return
    for chunk in chunks(answer.encode()):
        ctx.reply.raw_unsourced(f"AUTHENTICATE {chunk}")


def _scram_first(ctx: Context, exchange: Exchange, response: str) -> str:
    def find(name: str) -> Keys:
        exchange.account = name
        exchange.about = account = ctx.world.accounts.get(name)
        for keys in account.credentials.scram if account else ():
            if keys.mechanism == exchange.mechanism:
                salt, stored, server = map(b64decode, (keys.salt, keys.stored_key, keys.server_key))
                return Keys(salt, stored, server, keys.iterations)
        return _nobodys_keys(ctx, exchange.mechanism, name)

    nonce = sha256(f"{ctx.session.nonce} {ctx.now} {ctx.core.ids.next(ctx.now)}".encode()).hexdigest()
    exchange.scram = ScramServer(exchange.mechanism, nonce)
    first = exchange.scram.first(response, find)
    refuse_guessing(ctx, login_keys(ctx, exchange.account))
    return first


def _scram_final(ctx: Context, exchange: Exchange, scram: ScramServer, response: str) -> str:
    """Check the proof. That takes no time, so the guess is counted before anybody else's."""
    guard, keys = ctx.core.guard, login_keys(ctx, exchange.account)
    refuse_guessing(ctx, keys)
    guess = guard.reserve(keys, ctx.monotonic)
    try:
        final = scram.final(response)
        exchange.is_proved = True
    finally:
        guard.settle(guess, right=exchange.is_proved)
    guard.succeeded(keys[0])
    return final


def _nobodys_keys(ctx: Context, mechanism: str, name: str) -> Keys:
    """Return keys that match no password, the same for a name each time, so that nobody learns which accounts exist.

    The salt and the iteration count are shown, so they look like those of accounts.
    """
    about = f"{ctx.core.instance.secret} {mechanism} {ctx.world.fold(name)}"
    salt, key = (sha256(f"{about} {what}".encode()).digest() for what in ("salt", "key"))
    return Keys(salt, key, key, SCRAM_ITERATIONS)


_STEPS: dict[str, Callable[[Context, Exchange, bytes], Effect | None]] = {
    "PLAIN": _plain,
    "SCRAM-SHA-256": _scram,
    "SCRAM-SHA-512": _scram,
    "EXTERNAL": _external,
}
"""The steps, by mechanism."""
