"""Asking NickServ and ChanServ, and reading what they answer."""

from collections.abc import Iterable

from ircwire import Message
from tests.support.irc import Client, Irc

PASSWORD = "correct-horse"


def notices(messages: Iterable[Message]) -> list[str]:
    """Return what the services say in these messages."""
    return [message.params[-1] for message in messages if message.command == "NOTICE"]


def nickserv(client: Client, text: str) -> list[str]:
    """Ask NickServ; returns its answers."""
    return notices(client.ask(f"PRIVMSG NickServ :{text}"))


def chanserv(client: Client, text: str) -> list[str]:
    """Ask ChanServ; returns its answers."""
    return notices(client.ask(f"PRIVMSG ChanServ :{text}"))


def member(irc: Irc, nick: str, *caps: str) -> Client:
    """Return a user who has just made an account."""
    client = irc.connect(nick, *caps)
    assert nickserv(client, f"REGISTER {PASSWORD}") == [f"Your account {nick} is ready"]
    return client
