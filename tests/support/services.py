"""Asking NickServ and ChanServ, and reading what they answer."""

from base64 import b64encode
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


def device(irc: Irc, account: str, *caps: str, nick: str = "") -> Client:
    """Return one more connection that logs in to an account: of the user of that nick, if there is one."""
    client = irc.open()
    password = b64encode(f"\0{account}\0{PASSWORD}".encode()).decode()
    client.send("CAP LS 302", f"CAP REQ :{' '.join(['sasl', *caps])}", "AUTHENTICATE PLAIN", f"AUTHENTICATE {password}")
    client.send(f"NICK {nick or account}", f"USER {account} 0 * :{account}", "CAP END")
    assert any(message.command == "001" for message in client.read()), f"{account} could not come back"
    return client
