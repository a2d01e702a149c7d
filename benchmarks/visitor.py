"""Somebody who talks with a server line by line, from one of this machine's many addresses."""

from __future__ import annotations

from base64 import b64encode
from itertools import count
from typing import TYPE_CHECKING

from benchmarks.attackers import open_from
from benchmarks.failure import BenchmarkError

if TYPE_CHECKING:
    import trio

_NUMBERS = count()


class Visitor:
    """One connection to a server."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._rest = b""
        self._lines: list[str] = []
        self.has_ended = False

    @classmethod
    async def open(cls, port: int, source: str) -> Visitor:
        """Connect, and say nothing yet."""
        return cls(await open_from(source, port))

    @classmethod
    async def come(cls, port: int, source: str, nick: str = "", *, user: str = "x", caps: str = "") -> Visitor:
        """Connect and register."""
        visitor = await cls.open(port, source)
        nick = nick or f"visitor{next(_NUMBERS)}"
        await visitor.say(*([f"CAP REQ :{caps}"] if caps else []), f"NICK {nick}", f"USER {user} 0 * :x", "CAP END")
        await visitor.hear(" 422 ", " 376 ")
        return visitor

    async def say(self, *lines: str) -> None:
        """Send lines, each with its end."""
        await self._stream.send_all("".join(f"{line}\r\n" for line in lines).encode())

    async def hear(self, *words: str) -> str:
        """Return the next line with one of these words in it; "" if the server has closed the connection."""
        while True:
            while self._lines:
                line = self._lines.pop(0)
                if any(word in line for word in words):
                    return line
            if not await self._read():
                return ""

    async def ask(self, *lines: str) -> list[str]:
        """Send lines, and return all that is heard until they have been answered."""
        token = f"token{next(_NUMBERS)}"
        await self.say(*lines, f"PING {token}")
        heard: list[str] = []
        while not (heard and heard[-1].endswith(token)):
            if not self._lines and not await self._read():
                return heard
            heard.append(self._lines.pop(0))
        return heard[:-1]

    async def log_in(self, account: str, password: str) -> str:
        """Log in by PLAIN before registration; returns the line with the outcome."""
        await self.say("CAP REQ sasl", "AUTHENTICATE PLAIN")
        response = b64encode(f"\0{account}\0{password}".encode()).decode()
        await self.say(f"AUTHENTICATE {response}")
        return await self.hear(" 903 ", " 904 ")

    async def close(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def _read(self) -> bool:
        try:
            data = await self._stream.receive_some(65536)
        except OSError as error:
            raise BenchmarkError(f"The connection broke: {error}") from error
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        self._lines += [line.decode(errors="replace") for line in lines]
        self.has_ended = not data
        return bool(data)
