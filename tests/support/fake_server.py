"""A small IRC server over streams in memory: what a client needs to see, and knobs for what may go wrong."""

import contextlib
import math
from collections.abc import Callable

import trio
from trio.testing import memory_stream_pair

from ircwire import LineFramer, Message, TooLong, caps, parse

NAME = "fake.test"


class Peer:
    """One connection's server side."""

    def __init__(self, server: "FakeServer", stream: trio.abc.Stream) -> None:
        self.server = server
        self.stream = stream
        self.nick = ""
        self.caps: set[str] = set()
        self.known = False
        self.registered = False
        self.negotiating = False
        self.outbox, self._lines = trio.open_memory_channel[str](math.inf)

    @property
    def mask(self) -> str:
        return f"{self.nick}!user@host"

    def send(self, line: str) -> None:
        """Queue a line."""
        self.outbox.send_nowait(line)

    async def write(self) -> None:
        """Send what is queued until the outbox is closed, then close the connection."""
        with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            async for line in self._lines:
                await self.stream.send_all(f"{line}\r\n".encode())
        await self.stream.aclose()

    def reply(self, code: str, *params: str) -> None:
        self.send(str(Message(code, [self.nick or "*", *params], NAME)))


class FakeServer:
    """Rooms and people, a dozen commands. `caps` are offered; without any, CAP is unknown."""

    def __init__(self, nursery: trio.Nursery, *caps: str) -> None:
        self.caps = caps
        self.peers: list[Peer] = []
        self.rooms: dict[str, list[Peer]] = {}
        self.received: list[str] = []
        self.deaf = False
        """Take everything and answer nothing."""
        self.locked: set[str] = set()
        """Rooms that let nobody in."""
        self.keys: dict[str, str] = {}
        """Rooms that let in whoever says this."""
        self.idempotency_keys: set[str] = set()
        """Keys of what was said. Whoever asks for keys is told the time in the welcome."""
        self._shut = False
        self._nursery = nursery
        self._commands: dict[str, Callable[[Peer, Message], None]] = {
            "CAP": self._cap,
            "NICK": self._nick,
            "USER": self._user,
            "PING": lambda peer, message: peer.send(f":{NAME} PONG {NAME} :{message.params[0]}"),
            "JOIN": self._join,
            "PART": self._part,
            "NAMES": lambda peer, message: self._names(peer, message.params[0]),
            "KICK": self._kick,
            "PRIVMSG": self._privmsg,
            "NOTICE": self._privmsg,
            "QUIT": self._quit,
            "AUTHENTICATE": self._authenticate,
        }

    async def dial(self) -> trio.abc.Stream:
        """Return the client's end of a new connection."""
        await trio.lowlevel.checkpoint()
        ours, theirs = memory_stream_pair()
        self._nursery.start_soon(self.serve, ours)
        return theirs

    async def serve(self, stream: trio.abc.Stream) -> None:
        """Serve one connection until it is gone."""
        peer = Peer(self, stream)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(peer.write)
            await self._serve(peer)

    def cut(self, nick: str, *, shut: bool = False) -> None:
        """Break somebody's connection; with `shut`, nobody is welcomed before `reopen`."""
        self._shut = shut
        for peer in [peer for peer in self.peers if peer.nick == nick]:
            self._gone(peer, "Connection lost")

    def reopen(self) -> None:
        """Welcome people again, and those who wait."""
        self._shut = False
        for peer in self.peers:
            self._welcome(peer)

    def said(self, command: str) -> list[str]:
        """Return the lines received with this command, tags taken off."""
        bare = (line.split(" ", 1)[1] if line.startswith("@") else line for line in self.received)
        return [line for line in bare if line.split(" ")[0] == command]

    async def _serve(self, peer: Peer) -> None:
        framer = LineFramer()
        self.peers.append(peer)
        try:
            while peer in self.peers and (data := await peer.stream.receive_some()):
                for line in framer.feed(bytes(data)):
                    assert not isinstance(line, TooLong)
                    self.received.append(line.decode())
                    if not self.deaf:
                        self._handle(peer, parse(line.decode()))
        except trio.ClosedResourceError:
            pass
        self._gone(peer, "Connection lost")

    def _handle(self, peer: Peer, message: Message) -> None:
        command = self._commands.get(message.command)
        if command is None:
            peer.reply("421", message.command, "Unknown command")
        else:
            command(peer, message)

    def _cap(self, peer: Peer, message: Message) -> None:
        verb = message.params[0]
        if not self.caps:
            peer.reply("421", "CAP", "Unknown command")
        elif verb == "LS":
            peer.negotiating = True
            peer.send(f":{NAME} CAP * LS :{' '.join(self.caps)}")
        elif verb == "REQ":
            peer.caps |= set(message.params[1].split())
            peer.send(f":{NAME} CAP * ACK :{message.params[1]}")
        elif verb == "END":
            peer.negotiating = False
            self._welcome(peer)

    def _authenticate(self, peer: Peer, message: Message) -> None:
        """Take any password (PLAIN)."""
        if message.params[0] == "PLAIN":
            peer.send("AUTHENTICATE +")
            return
        peer.reply("900", "x!y@z", peer.nick or "bob", "You are now logged in")
        peer.reply("903", "SASL authentication successful")

    def _nick(self, peer: Peer, message: Message) -> None:
        nick = message.params[0]
        if any(other.nick.lower() == nick.lower() and other is not peer for other in self.peers):
            peer.reply("433", nick, "Nickname is already in use")
            return
        if peer.registered:
            self._tell(self._neighbours(peer) | {peer}, f":{peer.mask} NICK {nick}")
        peer.nick = nick
        self._welcome(peer)

    def _user(self, peer: Peer, _: Message) -> None:
        peer.known = True
        self._welcome(peer)

    def _welcome(self, peer: Peer) -> None:
        if peer.nick and peer.known and not (peer.negotiating or peer.registered or self._shut):
            peer.registered = True
            time = "@time=2023-11-14T22:13:20.000Z " if caps.IDEMPOTENCY_KEY in peer.caps else ""
            peer.send(f"{time}:{NAME} 001 {peer.nick} :Welcome {peer.mask}")
            peer.reply("005", "CASEMAPPING=ascii", "NICKLEN=16", "are supported")

    def _join(self, peer: Peer, message: Message) -> None:
        room = message.params[0]
        members = self.rooms.setdefault(room, [])
        if room in self.locked:
            peer.reply("473", room, "Cannot join channel (+i)")
        elif self.keys.get(room) not in (None, *message.params[1:]):
            peer.reply("475", room, "Cannot join channel (+k)")
        elif peer not in members:
            members.append(peer)
            self._tell(members, f":{peer.mask} JOIN {room}")
            self._names(peer, room)

    def _part(self, peer: Peer, message: Message) -> None:
        members = self.rooms.get(message.params[0], [])
        if peer not in members:
            peer.reply("442", message.params[0], "You're not on that channel")
            return
        self._tell(members, f":{peer.mask} PART {' :'.join(message.params)}")
        members.remove(peer)

    def _names(self, peer: Peer, room: str) -> None:
        peer.reply("353", "=", room, " ".join(member.nick for member in self.rooms.get(room, [])))
        peer.reply("366", room, "End of /NAMES list.")

    def _kick(self, peer: Peer, message: Message) -> None:
        room, nick, *reason = message.params
        members = self.rooms.get(room, [])
        if not members or members[0] is not peer:
            peer.reply("482", room, "You're not channel operator")
            return
        self._tell(members, str(Message("KICK", [room, nick, *reason], peer.mask)))
        self.rooms[room] = [member for member in members if member.nick != nick]

    def _privmsg(self, peer: Peer, message: Message) -> None:
        target, text = message.params
        room = self.rooms.get(target)
        hearers = room if room is not None else [other for other in self.peers if other.nick == target]
        if (room is not None and peer not in room) or not hearers:
            peer.send(self._labelled(peer, message) + f":{NAME} 404 {peer.nick} {target} :Cannot send")
            return
        line = str(Message(message.command, [target, text], peer.mask))
        key = message.tags.get(caps.IDEMPOTENCY_KEY, "")
        if not key or key not in self.idempotency_keys:
            self._tell([hearer for hearer in hearers if hearer is not peer], line)
        self.idempotency_keys.add(key)
        if "echo-message" in peer.caps:
            peer.send(self._labelled(peer, message) + line)

    def _labelled(self, peer: Peer, message: Message) -> str:
        label = message.tags.get("label", "")
        return f"@label={label} " if label and "labeled-response" in peer.caps else ""

    def _quit(self, peer: Peer, message: Message) -> None:
        peer.send("ERROR :Closing link")
        self._gone(peer, "Quit: " + "".join(message.params))

    def _gone(self, peer: Peer, reason: str) -> None:
        if peer not in self.peers:
            return
        self.peers.remove(peer)
        neighbours = self._neighbours(peer)
        for members in self.rooms.values():
            if peer in members:
                members.remove(peer)
        self._tell(neighbours, f":{peer.mask} QUIT :{reason}")
        peer.outbox.close()

    def _neighbours(self, peer: Peer) -> set[Peer]:
        return {member for members in self.rooms.values() if peer in members for member in members} - {peer}

    def _tell(self, hearers: "set[Peer] | list[Peer]", line: str) -> None:
        for hearer in hearers:
            hearer.send(line)
