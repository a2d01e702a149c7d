"""Phrases the state of the connection: connecting, our name, our account, what the server answers."""

from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import DialStarted, Lost
from trialogue_client.wording import about
from trialogue_client.wording.replies import duration, phrase
from trialogue_client.wording.rows import Row, RowKind, View


def registered(event: ev.Registered, view: View) -> list[Row]:
    view.lost_by = ""
    return [Row(RowKind.EVENT, f"Connected to {event.server} as {event.nick}.")]


def dialling(event: DialStarted, view: View) -> list[Row]:
    return [] if view.reconnected else [Row(RowKind.EVENT, f"Connecting to {event.endpoint} …")]


def lost(event: Lost, view: View) -> list[Row]:
    wait = duration(max(round(event.retry_in), 1))
    reason = event.reason.rstrip(".")
    if reason == view.lost_by:
        return [Row(RowKind.TROUBLE, f"Still not connected. Next attempt in {wait}.")]
    view.lost_by = reason
    return [Row(RowKind.TROUBLE, f"Not connected: {reason}. Next attempt in {wait}; what you type is kept.")]


def must_encrypt(event: ev.MustEncrypt, _: View) -> list[Row]:
    return [Row(RowKind.EVENT, f"This server is only reached by TLS, so we come again at its port {event.port}.")]


def taken(event: ev.NickTaken, view: View) -> list[Row]:
    return [Row(RowKind.TROUBLE, f"The name {event.nick} is taken; you are still {view.chat.nick}.")] * view.chat.online


def nick_refused(event: ev.NickRefused, view: View) -> list[Row]:
    return [Row(RowKind.TROUBLE, f"The server does not allow the name {event.nick}: {event.reason}")] * view.chat.online


def logged_in(event: ev.LoggedIn, _: View) -> list[Row]:
    return [Row(RowKind.EVENT, f"You are logged in as {event.account}.")]


def logged_out(event: ev.LoggedOut, _: View) -> list[Row]:
    return [Row(RowKind.EVENT, f"You are logged out{f' of {event.account}' if event.account else ''}.")]


def rights_ended(_: ev.RightsEnded, __: View) -> list[Row]:
    """Say how to have them again."""
    return [Row(RowKind.HINT, "You are not an operator of this server any more: say /raw OPER NAME PASSWORD again.")]


def status_ended(event: ev.StatusEnded, view: View) -> list[Row]:
    """Say what is different, and how to keep it."""
    what = "an operator" if set(event.symbols) - {"+"} else "heard as one with a voice"
    text = f"You were {what} in {event.room} before the connection was lost, and are not now"
    how = "" if view.chat.account else ": the server knows people again by their accounts (/register)"
    return [Row(RowKind.HINT, f"{text}{how}.")]


def login_failed(event: ev.LoginFailed, view: View) -> list[Row]:
    """Before we are online, the failure ends the connection, and is told there."""
    return [Row(RowKind.TROUBLE, f"{event.reason}.")] * view.chat.online


def account_made(event: ev.AccountMade, _: View) -> list[Row]:
    return [Row(RowKind.HINT, about.account_made(event))]


def reply(event: ev.ServerReply, _: View) -> list[Row]:
    text = phrase(event.code, event.params)
    return [Row(RowKind.EVENT, text)] if text else []


def refused(event: ev.Refused, _: View) -> list[Row]:
    return [] if event.message else [Row(RowKind.TROUBLE, ": ".join((*event.about, event.text)))]


def standard_reply(event: ev.StandardReply, _: View) -> list[Row]:
    mark = RowKind.TROUBLE if event.severity == "FAIL" else RowKind.EVENT
    return [Row(mark, event.text)]
