"""Logging in by AUTHENTICATE, step by step, so that something can happen between two steps."""

from base64 import b64decode, b64encode

from scramp import ScramClient

from tests.support.irc import Client, Irc, commands
from tests.support.services import PASSWORD
from trialogue_server.commands.effects import Pending

MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512")


def comer(irc: Irc, nick: str = "comer", *, address: str = "192.0.2.1", fingerprint: str = "") -> Client:
    """Return a connection that is about to log in."""
    client = irc.open(address=address, secure=bool(fingerprint))
    client.session.fingerprint = fingerprint
    client.send("CAP LS 302", "CAP REQ sasl", f"NICK {nick}", f"USER {nick} 0 * :x")
    client.read()
    return client


def encoded(text: str, *, back: bool = False) -> str:
    """Return a text as AUTHENTICATE has it, or the text that it was."""
    return b64decode(text).decode() if back else b64encode(text.encode()).decode()


def plain(account: str, password: str = PASSWORD) -> str:
    """Return the response of PLAIN."""
    return b64encode(f"\0{account}\0{password}".encode()).decode()


def log_in(client: Client, account: str, password: str = PASSWORD) -> list[str]:
    """Log in by PLAIN; returns the numerics of the outcome."""
    return commands(client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain(account, password)}")[1:])


def said(client: Client, text: str) -> str:
    """Take a step of SCRAM; returns the server's word, or the numeric with which it ended."""
    encoded = b64encode(text.encode()).decode()
    answers = client.ask(*(f"AUTHENTICATE {encoded[at : at + 400]}" for at in range(0, len(encoded), 400)))
    word = "".join(message.params[0] for message in answers if message.command == "AUTHENTICATE")
    return b64decode(word).decode() if word else commands(answers)[-1]


def begin_scram(client: Client, account: str, password: str, mechanism: str) -> str:
    """Go as far as the proof; returns it, not yet said, or the numeric with which the server ended it."""
    peer = ScramClient([mechanism], account, password)
    client.send(f"AUTHENTICATE {mechanism}")
    first = said(client, peer.get_client_first())
    if first.isdigit():
        return first
    peer.set_server_first(first)
    final: str = peer.get_client_final()
    return final


def prove(client: Client, account: str, password: str = PASSWORD, mechanism: str = "SCRAM-SHA-256") -> None:
    """Do all of SCRAM but for the last, empty word."""
    answer = said(client, begin_scram(client, account, password, mechanism))
    assert not answer.isdigit(), answer


class Slow:
    """A client whose effects are carried out one by one, when a test says so."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.pending: Pending | None = None

    def say(self, line: str) -> "Slow":
        """Say a line as far as it goes without waiting."""
        assert self.pending is None
        self.pending = self.client.begin(line)
        return self

    def step(self) -> None:
        """Carry out one effect."""
        assert self.pending is not None
        self.pending = self.client.go_on(self.pending, self.client.irc.perform(self.pending.effect))

    def finish(self) -> None:
        """Carry out all that is left."""
        while self.pending is not None:
            self.step()
