"""A browser's end of a connection, or a program's: HTTP by hand, and WebSocket by another implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import trio
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

if TYPE_CHECKING:
    from tests.support.running import RunningServer

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
"""The example of RFC 6455, section 1.3."""


UPGRADE = (
    f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n"
).encode()
"""An opening handshake."""


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """Sends requests over one connection."""

    def __init__(self, stream: trio.abc.Stream, port: int) -> None:
        self.stream = stream
        self.host = f"127.0.0.1:{port}"
        self._rest = b""

    async def get(self, target: str = "/", *, method: str = "GET", **headers: str) -> Answer:
        """Send a request; ``if_none_match="x"`` is a header. A header that is "" is left out."""
        fields = {"Host": self.host} | {name.replace("_", "-").title(): value for name, value in headers.items()}
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items() if value)]
        await self.stream.send_all("".join(f"{line}\r\n" for line in [*lines, ""]).encode())
        return await self.answer(has_body=method != "HEAD")

    async def answer(self, *, has_body: bool = True) -> Answer:
        """Return the next response."""
        while b"\r\n\r\n" not in self._rest:
            await self._more()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        first, *fields = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        size = int(headers.get("content-length", 0)) if has_body else 0
        while len(self._rest) < size:
            await self._more()
        body, self._rest = self._rest[:size], self._rest[size:]
        return Answer(int(first.split(" ")[1]), headers, body)

    async def upgrade(self, protocol: str = "text.ircv3.net", **headers: str) -> WebSocketPerson:
        """Connect by WebSocket."""
        answer = await self.ask_to_upgrade(protocol, **headers)
        assert answer.status == 101, answer
        person = WebSocketPerson(self.stream, self._rest, binary=protocol == "binary.ircv3.net")
        person.protocol = answer.headers.get("sec-websocket-protocol", "")
        return person

    async def ask_to_upgrade(self, protocol: str = "text.ircv3.net", **headers: str) -> Answer:
        """Send the opening handshake and return what comes of it."""
        fields = {
            "upgrade": "websocket",
            "connection": "keep-alive, Upgrade",
            "sec_websocket_key": KEY,
            "sec_websocket_version": "13",
            "sec_websocket_protocol": protocol,
        }
        return await self.get(**(fields | headers))

    async def is_cut(self) -> bool:
        """Wait until the server has closed the connection; returns whether it has said nothing before."""
        said = b""
        try:
            while data := await self.stream.receive_some():
                said += data
        except trio.BrokenResourceError:
            pass
        return not said

    async def _more(self) -> None:
        data = await self.stream.receive_some()
        assert data, "the server has closed the connection"
        self._rest += data


class WebSocketPerson:
    """Somebody who has connected by WebSocket. Lines are read and written as by `running.Person`."""

    def __init__(self, stream: trio.abc.Stream, rest: bytes, *, binary: bool) -> None:
        self.stream = stream
        self.protocol = ""
        self.pongs: list[bytes] = []
        self.close_code: int | None = None
        self._is_binary = binary
        self._connection = Connection(ConnectionType.CLIENT, trailing_data=rest)
        self._events: list[Event] = list(self._connection.events())

    async def say(self, *lines: str) -> None:
        """Send a message for each line."""
        for line in lines:
            event: Event = BytesMessage(line.encode()) if self._is_binary else TextMessage(line)
            await self.stream.send_all(self._connection.send(event))

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        await self.stream.send_all(data)

    async def ping(self, payload: bytes) -> None:
        """Send a ping."""
        await self.stream.send_all(self._connection.send(Ping(payload)))

    async def close(self, code: int = 1000) -> None:
        """Begin the closing handshake."""
        await self.stream.send_all(self._connection.send(CloseConnection(code)))

    async def line(self) -> str:
        """Return the next message; "" at the end."""
        while self.close_code is None:
            while self._events:
                found = self._take(self._events.pop(0))
                if found:
                    return found
            try:
                data = await self.stream.receive_some()
            except trio.BrokenResourceError:
                data = b""
            if not data:
                break
            self._connection.receive_data(bytes(data))
            self._events += self._connection.events()
        return ""

    def _take(self, event: Event) -> str:
        match event:
            case TextMessage():
                assert not self._is_binary
                assert event.message_finished
                return str(event.data)
            case BytesMessage():
                assert self._is_binary
                return bytes(event.data).decode()
            case Pong():
                self.pongs.append(bytes(event.payload))
            case CloseConnection():
                self.close_code = event.code
        return ""

    async def hear(self, *words: str) -> str:
        """Return the next line in which one of these words stands; what comes before is passed over."""
        while line := await self.line():
            if any(word in line.split(" ") for word in words):
                return line
        raise AssertionError(f"the connection ended before {words}")

    async def end(self) -> int | None:
        """Read until the connection ends; returns the code of the close frame."""
        while await self.line():
            pass
        return self.close_code

    async def register(self, nick: str) -> None:
        """Become a user."""
        await self.say(f"NICK {nick}", f"USER {nick} 0 * :{nick}")
        await self.hear("422", "376")


async def browser(
    server: RunningServer, source: str | None = None, *, tls: bool = False, before: bytes = b""
) -> Browser:
    """Return a new connection; `before` is what goes in front of everything, also of TLS."""
    return Browser(await server.browse(source, tls=tls, before=before), server.web[1])


async def socket_person(server: RunningServer, nick: str, source: str | None = None) -> WebSocketPerson:
    """Return somebody who has registered over WebSocket."""
    person = await (await browser(server, source)).upgrade()
    await person.register(nick)
    return person
