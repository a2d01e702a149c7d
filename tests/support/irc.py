"""The whole server but its sockets and its clock: lines in, lines out.

`Irc` is a core with the true session, dispatch and delivery; only the sink, where bytes would go to a socket, is a
list. Time stands still until a test moves it.
"""

from __future__ import annotations

import itertools
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import msgspec

from ircwire import LineFramer, Message, TooLong, parse
from ircwire.casemap import ascii_fold, unicode_fold
from tests.support.store import KeptStore, at_once
from trialogue_server.commands.core import Core, Instance
from trialogue_server.commands.deciding import Door, apply, input_of
from trialogue_server.commands.effects import (
    Effect,
    MadeCredentials,
    MakeCredentials,
    Pause,
    Pending,
    ReloadConfig,
    Reloaded,
    SendMail,
    StopServer,
    VerifyPassword,
    YieldTurn,
)
from trialogue_server.commands.inputs import (
    Administered,
    Answered,
    Closed,
    Opened,
    Read,
    Replicated,
    Said,
    SaidTooMuch,
    SettingsChanged,
    TimePassed,
    Unanswered,
)
from trialogue_server.commands.requests import Answer, AnyRequest
from trialogue_server.config import Config
from trialogue_server.control import read_history
from trialogue_server.session.outbox import Outbox
from trialogue_server.session.session import Session
from trialogue_server.store import passwords
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.database import Database
from trialogue_server.store.memory import MemoryStore
from trialogue_server.store.retention import Expiry, Retention
from trialogue_server.store.rows import RECORDS
from trialogue_server.world.accounts import Credentials
from trialogue_server.world.history import HISTORY
from trialogue_server.world.moment import Moment
from trialogue_server.world.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trialogue_server.world.events import Event


START = 1_700_000_000.0
"""2023-11-14T22:13:20Z."""

START_MONOTONIC = 5_000.0


CHEAP_HASHES = {"hash_memory": 1, "hash_passes": 1}
"""A real one takes tens of milliseconds on purpose, and here thousands are made and compared."""

OPERATORS = [
    {"name": "root", "password": "frenchfries"},
    {"name": "guard", "password": "frenchfries", "privileges": ["kill"]},
]
"""For the settings of servers that need operators."""


@lru_cache(maxsize=100)
def _made(password: str, cost: passwords.HashCost) -> Credentials:
    """Return the same each time: the keys of SCRAM take 20 ms, and there is no setting for that."""
    return make_credentials(password, cost)


def params(messages: Iterable[Message], *commands: str) -> list[list[str]]:
    """Return the parameters of those messages that have one of these commands."""
    return [message.params for message in messages if message.command in commands]


def commands(messages: Iterable[Message]) -> list[str]:
    """Return the commands of messages."""
    return [message.command for message in messages]


class Denied(Exception):  # noqa: N818 - what the administrator is told
    """Nothing was done for the administrator, for this reason."""


class ListSink:
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.data = b""
        self.finished = False
        self.killed_by = ""

    def send(self, data: bytes) -> None:
        """Keep the bytes."""
        self.data += data

    def finish(self) -> None:
        """Remember that the connection is to be closed once everything was sent."""
        self.finished = True

    def kill(self, reason: str) -> None:
        """Remember that the connection was ended at once."""
        self.killed_by = reason


class Entry(NamedTuple):
    """An input, and when it was put."""

    reading: Moment
    entered: Replicated


class Client:
    """One connection's other end."""

    def __init__(self, irc: Irc, session: Session, sink: ListSink) -> None:
        self.irc = irc
        self.session = session
        self.sink = sink
        self.pending: Pending | None = None

    def send(self, *lines: str) -> None:
        """Say lines, and have the server carry out what they ask for, to the end."""
        for line in lines:
            if self.session.closing:
                return
            self._say(line.encode())

    def _say(self, line: bytes) -> None:
        pending = self.begin(line)
        while pending is not None:
            pending = self.go_on(pending, self.irc.perform(pending.effect))

    def begin(self, line: str | bytes) -> Pending | None:
        """Say a line, and return what it waits for."""
        return self.irc.put(Said(self.session.sid, line.encode() if isinstance(line, str) else line))

    def go_on(self, pending: Pending, value: Any) -> Pending | None:
        """Say what came of an effect, and return what is waited for next."""
        return self.irc.put(input_of(self.irc.core, self.session.sid, pending.effect, value))

    def feed(self, data: bytes) -> None:
        """Send bytes as they come from a socket: lines may be too long or no UTF-8."""
        limits = self.irc.config.limits
        for line in LineFramer(body=limits.line_length, tags=limits.tags_length).feed(data):
            if isinstance(line, TooLong):
                self.irc.put(SaidTooMuch(self.session.sid))
            else:
                self._say(line)

    def lines(self) -> list[str]:
        """Return the lines that came since the last reading, as text without their ends."""
        self.irc.flush()
        return self.lines_now()

    def lines_now(self) -> list[str]:
        """The same, of what was flushed already."""
        data, self.sink.data = self.sink.data, b""
        assert not data or data.endswith(b"\r\n"), "the server sends whole lines"
        return data.decode().split("\r\n")[:-1]

    def read(self) -> list[Message]:
        """Return the messages that came since the last reading."""
        return [parse(line) for line in self.lines()]

    def read_now(self) -> list[Message]:
        """Return the messages that came since the last reading, of what was flushed already."""
        return [parse(line) for line in self.lines_now()]

    def ask(self, *lines: str) -> list[Message]:
        """Forget what came before, say lines, and return the answers."""
        self.read()
        self.send(*lines)
        return self.read()

    def drop(self, reason: str = "Connection lost") -> None:
        """Have the connection break."""
        self.irc.put(Closed(self.session.sid, reason))


class Irc:
    """A server to feed lines to. `settings` overrides the defaults: ``Irc(limits={"nick_length": 9})``."""

    def __init__(
        self, *, motd: tuple[str, ...] = (), database: Database | None = None, **settings: Mapping[str, Any] | list[Any]
    ) -> None:
        self.now = START
        """The wall clock: a test may set it."""
        self.monotonic = START_MONOTONIC
        self.database = database
        self._store = MemoryStore() if database is None else KeptStore(database)
        accounts = {**CHEAP_HASHES, **dict(settings.get("accounts", {}))}
        self.config = msgspec.convert({**settings, "accounts": accounts}, Config)
        fold = unicode_fold if self.config.server.utf8_names else ascii_fold
        world = World(fold, whowas_entries=self.config.limits.whowas_entries)
        for event in database.restore() if database is not None else ():
            world.apply(event)
        last_id = database.last_id if database is not None else 0
        self.core = Core(self.config, world, Instance("Trialogue-test", START, "secret"), motd=motd, last_id=last_id)
        self.performed: list[Effect] = []
        self.reloaded = Reloaded()
        """What the next REHASH comes to."""
        self.log: list[Entry] = []
        """What was put."""
        self.decided: list[Event] = []
        """The events of all ticks so far."""
        self._sids = itertools.count(1)

    def open(self, *, address: str = "127.0.0.1", secure: bool = False) -> Client:
        """Return a new connection that has said nothing yet."""
        sid, sink = next(self._sids), ListSink()
        self.core.outlets[sid] = Outbox(sink, self.core.tick.dirty, self.core.registry.hold(address))
        self.put(Opened(sid, address, secure, f"nonce{sid}"))
        return Client(self, self.core.registry.sessions[sid], sink)

    @overload
    def put(self, entered: Unanswered | Read) -> Pending | None: ...
    @overload
    def put(self, entered: Answered) -> Answer: ...
    def put(self, entered: Any) -> Any:
        """Have something happen now."""
        return self.decide(entered, self.reading)

    def decide(self, entered: Any, reading: Moment) -> Any:
        """Have something happen at a reading of the clocks, and keep it in the log."""
        if not isinstance(entered, Read):
            self.log.append(Entry(reading, entered))
        return apply(self.core, entered, reading)

    def administer(self, request: AnyRequest) -> list[str]:
        """Return the lines of an answer to the administrator. Raises Denied."""
        answer = self.put(Administered(request))
        if answer.error:
            raise Denied(answer.error)
        return list(answer.lines)

    def change_settings(self, config: Config, motd: tuple[str, ...] = ()) -> list[str]:
        """Put settings in force, and return those that need a restart."""
        return list(self.put(SettingsChanged(config, motd)).lines)

    def pass_time(self, seconds: float = 0.0) -> str:
        """Let time go by, and have done what is due then. Returns what is told of the clock."""
        self.wait(seconds)
        return "".join(self.put(TimePassed()).lines)

    def connect(self, nick: str, *caps: str, address: str = "127.0.0.1", secure: bool = False) -> Client:
        """Return a registered user with these capabilities, who has read the welcome."""
        client = self.open(address=address, secure=secure)
        if caps:
            client.send("CAP LS 302", f"CAP REQ :{' '.join(caps)}")
        client.send(f"NICK {nick}", f"USER {nick} 0 * :Real {nick}", "CAP END")
        assert any(message.command == "001" for message in client.read()), f"{nick} could not register"
        return client

    def oper(self, nick: str, *caps: str, name: str = "root") -> Client:
        """Return an operator; the server must have been made with `operators=OPERATORS`."""
        client = self.connect(nick, *caps)
        assert params(client.ask(f"OPER {name} frenchfries"), "381"), f"{nick} is no operator"
        return client

    def enter(self, channel: str, *clients: Client) -> None:
        """Have clients join, the first as operator if the channel is new, and read what they are shown."""
        for client in clients:
            client.send(f"JOIN {channel}")
        for client in clients:
            client.read()

    def room(self, channel: str, *nicks: str) -> list[Client]:
        """Return users who are in a channel, its operator first."""
        clients = [self.connect(nick) for nick in nicks]
        self.enter(channel, *clients)
        return clients

    def perform(self, effect: Effect) -> Any:
        """Carry out an effect as the server's connection would."""
        self.performed.append(effect)
        match effect:
            case VerifyPassword():
                return passwords.verify(effect.stored, effect.password)
            case MakeCredentials():
                accounts = self.config.accounts
                cost = passwords.HashCost(accounts.hash_memory, accounts.hash_passes)
                return MadeCredentials(_made(effect.password, cost), "123456")
            case SendMail():
                return ""
            case Pause():
                self.wait(effect.seconds)
                return None
            case StopServer() | YieldTurn():
                return None
            case ReloadConfig():
                return self.reloaded
            case _:
                self.flush()  # what was just said is in the store before history is asked for
                return at_once(read_history(self._store, effect))

    def close(self) -> None:
        """Let go of what searching needed."""
        if isinstance(self._store, KeptStore):
            self._store.close()

    def flush(self) -> None:
        """Commit and deliver what was decided."""
        while self.core.tick:
            journal, sends, _ = self.core.tick.make_ready()
            self.decided += journal
            lasting = [event for event in journal if type(event) in RECORDS or type(event) in HISTORY]
            if self.database is not None and lasting:
                self.database.write(lasting)
            for sink, data in sends:
                sink.send(data)

    def sizes(self, conversations: Sequence[str]) -> dict[str, int]:
        """Return what conversations take in the store."""
        return at_once(self._store.sizes(conversations))

    def expire(self) -> None:
        """Delete what is to be kept no longer, as is done within minutes."""
        assert self.database is not None
        expiry = Expiry(ascii_fold)
        while ids := self.database.readers.query(partial(expiry.read, retention=Retention(self.now), limit=1000)):
            self.database.delete(ids)
        self.database.tidy()

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds
        self.monotonic += seconds

    @property
    def door(self) -> Door:
        """For those who put inputs by themselves."""
        return Door(self.core, self.decide, lambda: self.reading)

    @property
    def moment(self) -> Moment:
        """What of the clocks is believed now."""
        return self.core.at(self.reading)

    @property
    def reading(self) -> Moment:
        """What both clocks say."""
        return Moment(self.now, self.monotonic)
