"""A server and the people who use it, in virtual time: takes one step after the other, and checks what must be true."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import trio

from tests.sim.disk import Disk, Disks
from tests.sim.model import TOKEN, Broken, Model
from tests.sim.people import PASSWORD, Client, Device, Old
from tests.sim.server import Clock, Server, Threads, settings
from trialogue_client.core.search import SearchQuery
from trialogue_server.store.base import StoreBroken, StoreUnavailable

Step = tuple[Any, ...]

_STEPS = (0.0, 0.01, 0.05, 0.2, 0.6, 1.0)
"""Seconds between two steps."""

_BY_ITSELF = ("CHATHISTORY", "JOIN")
"""What the product's client says by itself."""

_LAST = "SELECT max(id) FROM (SELECT id FROM events UNION SELECT value FROM facts WHERE name = 'last_id')"

_MOMENT, _MOMENTS = 0.1, 50
"""Seconds to wait for what is under way, and how often at most."""
_LONG = 15.0
"""Seconds of quiet after which everything has come to its end."""


class Town:
    """One simulated world."""

    def __init__(self, root: Path, seed: int, values: dict[str, Any], people: Sequence[Step]) -> None:
        self.chance = Random(f"{seed} town")
        self.threads = Threads(Random(f"{seed} threads"))
        self.disks = Disks()
        self.model = Model()
        self.clock = Clock()
        self.config = settings(values)
        self.failures: list[Broken] = []
        self.struck: list[str] = []
        """Faults since they were last asked for."""
        self._root = root
        self._starts = self._words = 0
        self._again = 0
        """In how many calls of its store the next server dies."""
        self._pending: Sequence[Any] = ()
        self.clients = [self._client(number, *person) for number, person in enumerate(people)]

    def _client(self, number: int, kind: str, nick: str, more: str) -> Client:
        if kind == "device":
            return Device(number, nick, self.model, more)
        return Old(number, nick, self.model, more)

    # The server.

    async def start(self, nursery: trio.Nursery, files: dict[str, bytes] | None = None) -> None:
        """Start a server on what the last one has left."""
        self._nursery = nursery
        while (server := self._start_on(files or {})) is None:
            files = self.disk.image
            self.struck.append("killed again")
        self.server = server
        self.server.store.offered, self.server.store.kept = self._offered, self._kept
        self.is_stored(self._root / str(self._starts))
        self.model.restarted()
        for user in server.core.world.users.values():
            self._stays(user)
        nursery.start_soon(self._keep_alive, self.server)
        await self.server.is_up.wait()

    def _stays(self, user: Any) -> None:
        try:
            self.model.stays(user.uid, user.nick, user.account, [room.name for room in user.channels.values()])
        except Broken as broken:
            self.failures.append(broken)

    def _start_on(self, files: dict[str, bytes]) -> Server | None:
        """Return a server on these files; None if it dies before it has started."""
        self._starts += 1
        directory = self._root / str(self._starts)
        directory.mkdir()
        for name, content in files.items():
            (directory / name).write_bytes(content)
        disk = self.disk = Disk(directory, Random(self.chance.random()), trio.current_time)
        self.disks.all.append(disk)
        disk.dies_in, self._again = self._again, 0
        try:
            return Server(directory, disk, self.clock, self.config)
        except (StoreBroken, StoreUnavailable, sqlite3.Error):
            if disk.image is None:
                raise
            return None

    async def _keep_alive(self, server: Server) -> None:
        try:
            await server.live()
        except Exception as error:
            if self.server is server and server.disk.image is None:
                self.fail(f"the server ended: {error!r}")

    def _offered(self, batch: Sequence[Any]) -> None:
        self._pending = batch

    def _kept(self, batch: Sequence[Any]) -> None:
        self._pending = ()
        for event in batch:
            try:
                self.model.apply(event)
            except (Broken, KeyError) as broken:
                self.fail(str(broken) if isinstance(broken, Broken) else f"{event} is of somebody who is not there")
                return

    def is_stored(self, directory: Path) -> None:
        """Compare what the database has with what was kept: every message once, and of the last tick all or none."""
        path = directory / "trialogue.db"
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT id, data FROM events WHERE is_message ORDER BY id").fetchall()
            (last,) = connection.execute(_LAST).fetchone()
        stored = {number: _text(msgspec.msgpack.decode(data)) for number, data in rows}
        pending, self._pending = self._pending, ()
        # The server died before it could say so. What is not stored may have had greater ids before the last restart.
        if last is not None and (last > self.model.last_event or last in {event.id for event in pending}):
            self._kept(pending)
        for message in self.model.by_id.values():
            if message.id not in stored and not message.is_gone and not _is_passing(message):
                self.fail(f"{message.word} was kept and is lost")
        for number, text in stored.items():
            known = self.model.by_id.get(number)
            if TOKEN.search(text) and (known is None or known.text != text):
                self.fail(f"{text!r} is kept, and nobody has said it")

    async def crash(self) -> None:
        """End the server where it stands, and start the next one on what it has left."""
        server, disk = self.server, self.disk
        disk.die()
        files = dict(disk.image or {})
        self.struck.append("power cut" if disk.by_power else "kill -9")
        for client in self.clients:
            if client.wire is not None:
                client.wire.is_closed = True
                client.wire.change()
        server.store.is_dead = True
        server.life.cancel()
        await self.start(self._nursery, files)

    # Steps.

    async def take(self, step: Step) -> None:
        """Take one step, and a moment for what comes of it. Raises Broken."""
        name, *values = step
        act = getattr(self, f"do_{name}")
        result = act(*values)
        if result is not None:
            await result
        await trio.sleep(self.chance.choice(_STEPS))
        if self.disk.image is not None:
            await self.crash()
        self.struck += self.disk.struck
        self.disk.struck.clear()
        self.check()

    def fail(self, text: str) -> None:
        """Note that a promise was broken."""
        self.failures.append(Broken(text))

    def do_come(self, number: int) -> None:
        client = self.clients[number]
        client.stays = True
        if not client.is_alive:
            self._nursery.start_soon(
                client.live, lambda: self.server, Random(self.chance.random()), self.failures.append
            )

    def do_leave(self, number: int) -> None:
        self.clients[number].stays = False
        self.clients[number].line("QUIT :enough")

    def do_say(self, number: int, target: str) -> None:
        self._words += 1
        word = f"w{self._words}z"
        client = self.clients[number]
        if isinstance(client, Device):
            client.say(target, f"{word} it is")
        else:
            client.line(f"PRIVMSG {target} :{word} it is")

    def do_lines(self, number: int, target: str, count: int) -> None:
        self._words += 1
        client = self.clients[number]
        if isinstance(client, Device):
            client.say(target, "\n".join([f"w{self._words}z", *("more" for _ in range(count))]))

    def do_line(self, number: int, text: str) -> None:
        client = self.clients[number]
        if not (isinstance(client, Device) and text.startswith(_BY_ITSELF)):
            client.line(text)

    def do_join(self, number: int, room: str) -> None:
        client = self.clients[number]
        if isinstance(client, Device):
            client.chat.join(room)
            client.flush()
        else:
            client.line(f"JOIN {room}")

    def do_part(self, number: int, room: str) -> None:
        client = self.clients[number]
        if isinstance(client, Device):
            client.chat.part(room)
            client.flush()
        else:
            client.line(f"PART {room}")

    def do_register(self, number: int) -> None:
        client = self.clients[number]
        if isinstance(client, Device) and client.chat.online:
            client.chat.register("", PASSWORD)
            client.flush()
        else:
            client.line(f"REGISTER * * :{PASSWORD}")

    def do_login(self, number: int, account: str) -> None:
        client = self.clients[number]
        if isinstance(client, Device) and client.chat.online:
            for event in client.chat.log_in(account, PASSWORD):
                client.happened(event)
            client.flush()

    def do_earlier(self, number: int, room: str, count: int) -> None:
        client = self.clients[number]
        if isinstance(client, Device):
            client.chat.history(room, count)
            client.flush()
        else:
            client.line(f"CHATHISTORY LATEST {room} * {count}")

    def do_search(self, number: int, words: str) -> None:
        client = self.clients[number]
        if isinstance(client, Device):
            client.chat.search(SearchQuery(words))
            client.flush()
        else:
            client.line(f"SEARCH text={words}")

    def do_react(self, number: int, room: str, which: int, emoji: str) -> None:
        known = self._message(room, which)
        if known is not None:
            self.clients[number].line(f"@+draft/react={emoji};+draft/reply={known:016x} TAGMSG {room}")

    def do_redact(self, number: int, room: str, which: int) -> None:
        known = self._message(room, which)
        if known is not None:
            self.clients[number].line(f"REDACT {room} {known:016x}")

    def do_edit(self, number: int, room: str, which: int) -> None:
        client, known = self.clients[number], self._message(room, which)
        if isinstance(client, Device) and client.chat.online and known is not None:
            self._words += 1
            client.chat.edit(room, f"{known:016x}", f"w{self._words}z anew")
            client.flush()

    def _message(self, room: str, which: int) -> int | None:
        known = self.model.rooms.get(room.lower())
        return known.messages[-1 - which % len(known.messages)].id if known and known.messages else None

    # Faults.

    def do_cut(self, number: int, up: int | None, down: int | None) -> None:
        wire = self.clients[number].wire
        if wire is not None:
            self.struck.append("cut")
            wire.cut_up, wire.cut_down = up, down
            if up is None and down is None:
                wire.break_off()

    def do_slow(self, number: int, *, is_slow: bool = True) -> None:
        wire = self.clients[number].wire
        if wire is not None:
            if is_slow:
                self.struck.append("slow reader")
            wire.is_read = not is_slow
            wire.change()

    def do_kill(self, calls: int, by_power: bool, again: int = 0) -> None:
        """Let the server die in so many calls of its store, and the next one `again` calls after it has begun."""
        self._again = again
        self.disk.by_power = by_power and self.config.history.durability == "full"
        self.disk.dies_in = calls
        if not calls:
            self.disk.die()

    def do_disk(self, full: float, writes: int, syncs: int, forgets: bool) -> None:
        """Let the disk be full for so many seconds, and so many writes and syncs fail."""
        disk = self.disk
        disk.full_until = trio.current_time() + full
        disk.failing_writes, disk.failing_syncs, disk.forgets = writes, syncs, forgets

    def do_clock(self, seconds: float) -> None:
        self.struck.append("clock back" if seconds < 0 else "clock ahead")
        self.clock.ahead += seconds

    def do_threads(self, seconds: float) -> None:
        if seconds:
            self.struck.append("late results")
        self.threads.slowest = seconds

    async def do_wait(self, seconds: float) -> None:
        await trio.sleep(seconds)

    async def do_settle(self) -> None:
        """Let all faults end and everything come to its end, and compare both sides."""
        self.do_disk(0.0, 0, 0, False)
        self.disk.dies_in = self._again = 0
        self.threads.slowest = 0.0
        for client in self.clients:
            self.do_slow(client.number, is_slow=False)
            if client.wire is not None:
                client.wire.cut_up = client.wire.cut_down = None
        await trio.sleep(_LONG)
        await self._be_still()
        if self.disk.image is None:
            self._compare()

    async def _be_still(self) -> None:
        """Wait for what has just happened by itself, such as a user who timed out, to be heard by all."""
        for _ in range(_MOMENTS):
            is_told = not self.server.core.registry.queues.size and not self.server.core.tick.journal
            if is_told and all(client.wire is None or client.wire.is_still for client in self.clients):
                return
            await trio.sleep(_MOMENT)

    async def close(self) -> None:
        """Let everybody leave, and see that nothing is left of them."""
        await self.do_settle()
        for client in self.clients:
            client.stays = False
            if client.wire is not None:
                client.wire.break_off()
        await trio.sleep(_LONG)
        core = self.server.core
        registry, world = core.registry, core.world
        left = {
            "sessions": len(registry.sessions),
            "bytes that wait": registry.queues.size,
            "hashes that wait": len(registry.hashes),
            "outboxes": len(core.tick.dirty) + len(core.tick.dirty.streaming),
            "users": sum(user.attached for user in world.users.values()),
            "members": sum(one.user.attached for room in world.channels.values() for one in room.members.values()),
        }
        if any(left.values()):
            self.fail(f"of those who have left there is something left: {left}")
        self.check()

    # What must be true.

    def check(self) -> None:
        """Raise Broken if a promise is broken."""
        if self.failures:
            raise self.failures[0]
        core = self.server.core
        waiting = core.registry.queues.size
        if waiting > core.config.limits.total_send_queue:
            raise Broken(f"{waiting} bytes wait to be sent")
        if core.tick.journal or self._pending or self.server._pulse.is_held:
            return
        world, model = core.world, self.model
        nicks = {model.key(uid): user.nick for uid, user in world.users.items()}
        if nicks != {uid: person.nick for uid, person in model.people.items()}:
            raise Broken(f"the server's users are {nicks}, and should be {model.people}")
        for folded, channel in world.channels.items():
            if set(map(model.key, channel.members)) != model.room(channel.name).members:
                raise Broken(f"in {folded} are {list(channel.members)}, and should be {model.room(channel.name)}")

    def _compare(self) -> None:
        for client in self.clients:
            if not client.is_in:
                continue
            ear = client.ear
            if ear.labels:
                self.fail(f"{ear.nick} has no answer to {list(ear.labels.values())}")
            uid = ear.uid
            person = self.model.people.get(uid or 0)
            if person is None or person.nick != ear.nick:
                self.fail(f"{ear.nick} is {person} for the server")
                continue
            rooms = {name for name, room in self.model.rooms.items() if uid in room.members}
            if rooms != ear.rooms:
                self.fail(f"{ear.nick} is in {sorted(rooms)} and believes {sorted(ear.rooms)}")
            ear.has_heard_all()
            if isinstance(client, Device):
                client.is_up_to_date()
                self._sees_who_is_there(client)

    def _sees_who_is_there(self, device: Device) -> None:
        session = device.chat.session
        assert session is not None
        if device.chat.nick != device.ear.nick:
            self.fail(f"{device.ear.nick} believes to be {device.chat.nick}")
        for room in session.state.rooms:
            seen = {member.nick for member in room.members.values()}
            there = {self.model.people[uid].nick for uid in self.model.room(room.name).members}
            if seen != there:
                self.fail(f"{device.nick} sees {sorted(seen)} in {room.name}, where {sorted(there)} are")


def _is_passing(message: Any) -> bool:
    return not message.place and any(name.startswith("~") for name in message.readers or ())


def _text(row: list[Any]) -> str:
    text = row[11]
    return text if isinstance(text, str) else "\n".join("".join(line) for line in text)
