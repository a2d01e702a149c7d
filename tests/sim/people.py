"""Who uses the server: people with the product's client, and old clients that speak in lines of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import trio

from ircwire import parse
from tests.sim.ear import Ear
from tests.sim.model import Broken, Model
from tests.sim.wire import Wire
from trialogue_client.address import Endpoint
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.connection import DialError
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.state import Identity
from trialogue_client.engine.fallback_nick import FallbackNick
from trialogue_client.net.link import Link, Peer

if TYPE_CHECKING:
    from tests.sim.server import Server

PASSWORD = "correct horse"
_BUFFER = 8192
_PAUSES = (0.3, 1.0, 1.0, 5.0)
"""Seconds until a client comes back."""


class Chain:
    """What was told of one conversation: a piece of its history without a gap."""

    def __init__(self, *, is_after_gap: bool = False) -> None:
        self.is_after_gap = is_after_gap
        """Whether the client has told that something is missing before it."""
        self.before: set[int] = set()
        """What was told while the device was logged in to another account."""
        self.told: list[int] = []
        self.page: list[int] = []
        self.ahead: set[int] = set()
        """What was told when the connection broke, before what is missing in front of it; and our lines in a gap."""


class Client:
    """One device: one connection at a time."""

    def __init__(self, number: int, nick: str, model: Model) -> None:
        self.number = number
        self.nick = nick
        self.model = model
        self.ear = Ear(model, nick)
        self.wire: Wire | None = None
        self.link: Link | None = None
        self.stays = self.is_alive = False
        """Whether it comes back when its connection is gone."""

    async def live(self, server: Callable[[], Server], chance: Random, failed: Callable[[Broken], None]) -> None:
        """Connect, and come back whenever the connection is gone, until somebody says that this is enough."""
        self.stays = self.is_alive = True
        while self.stays:
            await self._connect(server(), chance, failed)
            await trio.sleep(chance.choice(_PAUSES))
        self.is_alive = False

    async def _connect(self, server: Server, chance: Random, failed: Callable[[Broken], None]) -> None:
        await server.is_up.wait()
        if server.life.cancel_called:
            return
        self.ear = Ear(self.model, self.nick)
        self.wire = self.ear.wire = wire = Wire(chance, self.ear, buffer=_BUFFER)
        server.welcome(wire, f"192.0.2.{self.number + 1}")
        peer = self.begin()
        self.link = Link(wire, peer, Endpoint("simulated", 6667))
        try:
            await self.link.run(self.happened)
        except* DialError:
            pass
        except* Broken as broken:
            failed(_first(broken))
        finally:
            self.link = self.wire = None
            self.end()

    @property
    def is_here(self) -> bool:
        """Whether it has a connection that is not broken."""
        return self.wire is not None and self.wire.is_open

    @property
    def is_in(self) -> bool:
        """Whether the server has taken it in."""
        return self.is_here and self.ear.is_registered

    def flush(self) -> None:
        if self.link is not None:
            self.link.flush()

    def begin(self) -> Peer:
        raise NotImplementedError

    def end(self) -> None:
        """The connection is gone."""

    def happened(self, event: Any) -> None:
        """Take in an event."""

    def line(self, text: str) -> None:
        """Say a line as it stands."""
        raise NotImplementedError


def _first(group: BaseExceptionGroup[Broken]) -> Broken:
    [first, *_] = group.exceptions
    return first if isinstance(first, Broken) else _first(first)


class Old(Client):
    """A client of lines, with some of the capabilities."""

    def __init__(self, number: int, nick: str, model: Model, caps: str) -> None:
        super().__init__(number, nick, model)
        self._caps = caps
        self._out: list[str] = []

    def begin(self) -> Peer:
        caps = ["CAP LS 302", f"CAP REQ :{self._caps}"] if self._caps else []
        self._out = [*caps, f"NICK {self.nick}", f"USER {self.nick} 0 * :old", "CAP END"]
        return self

    def receive(self, data: bytes) -> list[Any]:
        for raw in data.split(b"\n"):  # a PING in two pieces is answered by nobody, and then it times out
            if raw.startswith(b"PING "):
                self._out.append(f"PONG {raw[5:].decode().strip()}")
            elif b" 433 " in raw[:60]:
                self._out.append(f"NICK {self.nick}{self.number}")
            elif b" 001 " in raw[:60]:
                self._out.append("JOIN #a")
        return []

    def data_to_send(self) -> bytes:
        lines, self._out = self._out, []
        return "".join(f"{line}\r\n" for line in lines).encode()

    def heartbeat(self) -> None:
        self._out.append("PING :there")

    def line(self, text: str) -> None:
        if self.is_in:
            self._out.append(text)
            self.flush()


class Device(Client):
    """The product's client: `Chat` on a `Link`."""

    def __init__(self, number: int, nick: str, model: Model, account: str) -> None:
        super().__init__(number, nick, model)
        self._account = account
        keys = count(1)
        self.chat = Chat(Identity(nick), rooms=(), new_key=lambda: f"{number}-{next(keys):030}")
        self.chains: dict[str, Chain] = {}
        self._ever: set[int] = set()
        """All messages that were told."""
        self._outs: set[str] = set()
        """The rooms that this device has left by what it is just being told."""
        self._was = ""
        """The account that it was logged in to last: whoever is somebody else may read something else."""
        self._fallback = FallbackNick(self.chat, always=True)

    def receive(self, data: bytes) -> list[Any]:
        """Implements `Link`'s `Peer`: whoever is out of a room is told what was held back, with a gap before it."""
        events = self.chat.receive(data)
        self._outs = {self.chat.fold(one.room) for one in events if isinstance(one, ev.Parted | ev.Kicked) and one.me}
        return events

    def data_to_send(self) -> bytes:
        return self.chat.data_to_send()

    def heartbeat(self) -> None:
        self.chat.heartbeat()

    def begin(self) -> Peer:
        if self._account in self.model.accounts and self.chat.identity.credentials is None:
            credentials = Credentials(self._account, PASSWORD)
            self.chat.identity = replace(self.chat.identity, credentials=credentials)
        self.chat.connected(private=True)
        return self

    def end(self) -> None:
        for event in self.chat.disconnected():
            if isinstance(event, ev.Said | ev.Noticed) and event.msgid and event.target.startswith("#"):
                self._told_ahead(self.chat.fold(event.target), int(event.msgid, 16))

    def line(self, text: str) -> None:
        self.chat.send(parse(text))
        self.flush()

    def say(self, target: str, text: str, kind: ev.Kind = ev.Kind.TALK) -> None:
        for event in self.chat.say(target, text, kind):
            self.happened(event)
        self.flush()

    def happened(self, event: Any) -> None:
        """Take in an event of the core, as a face would. Raises Broken."""
        match event:
            case ev.NickTaken():
                self._fallback.apply(meanwhile=False)
            case ev.Registered():
                self._fallback.succeeded()
                self._is(self.chat.account)
            case ev.LoggedIn():
                self._is(event.account)
            case ev.Missed(more=True):
                self.chains[self.chat.fold(event.target)] = Chain(is_after_gap=True)
            case ev.RoomRenamed():
                chain = self.chains.pop(self.chat.fold(event.old), None)
                if chain is not None:
                    self.chains[self.chat.fold(event.new)] = chain
            case ev.Said() | ev.Noticed() if event.msgid and event.target.startswith("#"):
                room, number = self.chat.fold(event.target), int(event.msgid, 16)
                if event.me and not event.replayed and self._is_in_gap(room, number):
                    self._told_ahead(room, number)
                else:
                    self._told(room, number)

    def _is_in_gap(self, room: str, number: int) -> bool:
        """Return whether what we said on an earlier connection, and sent again, belongs before all that was told."""
        chain = self.chains.get(room)
        if chain is None or number > self.ear.began:
            return False
        if room not in self.ear.rooms and chain.told:
            return self._lacks(room, [chain.told[-1], number]) != ""
        return number < chain.told[0] if chain.told else chain.is_after_gap

    def _is(self, account: str) -> None:
        if account != self._was:
            for room, was in self.chains.items():
                self.chains[room] = Chain()
                self.chains[room].before = {*was.before, *was.told, *was.page, *was.ahead}
        self._was = account

    def _told_ahead(self, room: str, number: int) -> None:
        chain = self.chains.setdefault(room, Chain())
        if number in chain.ahead or number in chain.told:
            raise Broken(f"{self.nick} is told {number:016x} of {room} twice")
        chain.ahead.add(number)
        self._ever.add(number)

    def _told(self, room: str, number: int) -> None:
        if number not in self.model.by_id:
            return
        chain = self.chains.setdefault(room, Chain())
        self._ever.add(number)
        if number in chain.ahead:
            raise Broken(f"{self.nick} is told {number:016x} of {room} twice")
        if chain.page and not chain.page[-1] < number < chain.told[0]:
            self._put_before(room, chain)
        if chain.told and number < chain.told[0]:
            chain.page.append(number)
        elif chain.told and number <= chain.told[-1]:
            raise Broken(f"{self.nick} is told {self.model.by_id[number].word} of {room} twice, or late")
        elif room in self._outs and self._lacks(room, [*chain.told[-1:], number]):
            chain.ahead.add(number)
        else:
            self._complete(room, [*chain.told[-1:], number])
            chain.told.append(number)

    def _put_before(self, room: str, chain: Chain) -> None:
        """A page that was read backwards is whole: it ends where begins what was told before."""
        self._complete(room, [*chain.page, chain.told[0]])
        chain.told, chain.page = chain.page + chain.told, []

    def is_up_to_date(self) -> None:
        """Raise Broken if something was said in one of our rooms that was not told."""
        for room, chain in self.chains.items():
            if room in self.ear.rooms and chain.told:
                self._complete(room, [chain.told[-1], self.model.last_id + 1])
        for room, since in self.ear.since.items():
            self.chains.setdefault(room, Chain())
            if word := self._lacks(room, [since, *sorted(self._ever), self.model.last_id + 1]):
                raise Broken(f"{self.nick} was there and was not told {word} of {room}")

    def _complete(self, room: str, told: list[int]) -> None:
        """Raise Broken if there is something between these messages that this client must have told."""
        if word := self._lacks(room, told):
            raise Broken(f"{self.nick} was not told {word} of {room}")

    def _lacks(self, room: str, told: list[int]) -> str:
        """Return something between these messages that this client must have told, "" if there is nothing."""
        uid = self.ear.uid
        if uid is None or room not in self.model.rooms:
            return ""
        known = {*told, *self.chains[room].ahead, *self.chains[room].before}
        for message in self.model.rooms[room].messages:
            is_between = told[0] < message.id < told[-1] and message.id not in known
            if is_between and self.model.must_read(uid, message):
                return message.word
        return ""
