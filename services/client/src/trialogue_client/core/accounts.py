"""Handles messages about accounts.

https://ircv3.net/specs/extensions/sasl-3.1
https://ircv3.net/specs/extensions/account-registration
"""

from collections.abc import Iterator

from ircwire import Message, caps
from ircwire import numerics as num
from trialogue_client.core import events as ev
from trialogue_client.core import login
from trialogue_client.core.sasl import Credentials, SaslError
from trialogue_client.core.state import Handler, State, param

NO_ACCOUNTS = "This server has no accounts to log in to: leave out --account and the password"


def log_in(state: State, credentials: Credentials) -> Iterator[ev.Event]:
    """Begin to log in."""
    if not state.has(caps.SASL):
        yield from _failed(state, NO_ACCOUNTS)
        return
    try:
        state.out += state.login.begin(credentials, state.negotiation.offered.get(caps.SASL, ""))
    except SaslError as error:
        yield from _failed(state, str(error))


def negotiated(state: State) -> Iterator[ev.Event]:
    """Log in as soon as it is clear which capabilities we have, and before the server takes us in."""
    if state.negotiation.finished and state.login.wanted and not state.login.trying and not state.registered:
        yield from log_in(state, state.login.wanted)


def unasked(state: State) -> Iterator[ev.Event]:
    """The server has taken us in, and nobody has asked who we are: it knows no capabilities."""
    if state.login.wanted is not None:
        yield from _failed(state, NO_ACCOUNTS)


def _failed(state: State, reason: str) -> Iterator[ev.Event]:
    """To come in as somebody else than was asked for, without a word, would be worse than not to come in."""
    fatal = state.login.wanted is not None
    state.login.over()
    if fatal:
        state.out.append(Message("QUIT"))
    yield ev.LoginFailed(reason)


def _authenticate(state: State, message: Message) -> Iterator[ev.Event]:
    if not state.login.trying:
        return
    try:
        state.out += state.login.challenged(param(message, 0))
    except SaslError as error:
        state.out += login.abort()
        yield from _failed(state, str(error))


def _logged_in(state: State, message: Message) -> Iterator[ev.Event]:
    state.login.account = param(message, 2)
    yield ev.LoggedIn(param(message, 2))


def _logged_out(state: State, _: Message) -> Iterator[ev.Event]:
    account, state.login.account = state.login.account, ""
    yield ev.LoggedOut(account)


def _success(state: State, _: Message) -> Iterator[ev.Event]:
    if not state.login.trying:
        return
    try:
        state.login.must_be_proved()
    except SaslError as error:
        yield from _failed(state, str(error))
        return
    state.login.over()
    state.out += state.negotiation.end()


def _mechanisms(state: State, message: Message) -> Iterator[ev.Event]:
    state.login.narrow(param(message, 1))
    yield from ()


def _refused(state: State, message: Message) -> Iterator[ev.Event]:
    if not state.login.trying:
        if message.command != num.ERR_SASLABORTED:  # There we gave up ourselves, and said why.
            yield ev.Refused(message.command, tuple(message.params[1:-1]), param(message, -1))
        return
    if message.command == num.ERR_SASLALREADY and state.login.account:
        state.login.over()  # Whoever has just had the account made is logged in to it on some servers.
        state.out += state.negotiation.end()
        return
    again = state.login.refused()
    state.out += again
    if not again:
        yield from _failed(state, _reason(message))


def _reason(message: Message) -> str:
    text = param(message, -1).removeprefix("SASL authentication failed").lstrip(": ")
    return f"The login failed: {text}" if text else "The login failed: wrong account name or password"


def _registered(state: State, message: Message) -> Iterator[ev.Event]:
    """REGISTER or VERIFY: SUCCESS, or a code is on its way."""
    verdict, account, text = param(message, 0), param(message, 1), param(message, -1)
    yield ev.AccountMade(account, verdict == "SUCCESS", text)


HANDLERS: dict[str, Handler] = {
    "AUTHENTICATE": _authenticate,
    "REGISTER": _registered,
    "VERIFY": _registered,
}
NUMERICS: dict[str, Handler] = {
    num.RPL_LOGGEDIN: _logged_in,
    num.RPL_LOGGEDOUT: _logged_out,
    num.RPL_SASLSUCCESS: _success,
    num.RPL_SASLMECHS: _mechanisms,
    num.ERR_NICKLOCKED: _refused,
    num.ERR_SASLFAIL: _refused,
    num.ERR_SASLTOOLONG: _refused,
    num.ERR_SASLABORTED: _refused,
    num.ERR_SASLALREADY: _refused,
}
