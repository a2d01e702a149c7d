"""WebSocket frames as a server sends them; `websocket_reader` reads those of a client.

What a server sends is not masked, so the frames of a line are the same for everybody and are made once
(`FrameCache`). No extension is spoken: nothing is compressed.

https://www.rfc-editor.org/rfc/rfc6455#section-5
https://ircv3.net/specs/extensions/websocket
"""

import struct
from enum import IntEnum

_FIN = 0x80
SHORT, _MEDIUM, _LONG = 125, 126, 127
"""The greatest length that one byte holds, and what stands there when two or eight bytes follow."""

_KEPT_ENTRIES, _KEPT_BYTES = 64, 1_048_576


class Opcode(IntEnum):
    """What a frame is.  https://www.rfc-editor.org/rfc/rfc6455#section-5.2"""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


class CloseCode(IntEnum):
    """Why a connection is closed.  https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1"""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    TOO_BIG = 1009


_SHORT_HEADS = {
    opcode: [bytes((_FIN | opcode, size)) for size in range(SHORT + 1)] for opcode in (Opcode.TEXT, Opcode.BINARY)
}
"""What stands before a short message, by its size."""


def frame(opcode: Opcode, payload: bytes) -> bytes:
    """Return an unmasked frame that is a whole message, or a control frame."""
    size = len(payload)
    if size <= SHORT:
        return bytes((_FIN | opcode, size)) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", _FIN | opcode, _MEDIUM, size) + payload
    return struct.pack("!BBQ", _FIN | opcode, _LONG, size) + payload


def ping_frame() -> bytes:
    """Return a ping without data."""
    return frame(Opcode.PING, b"")


def pong_frame(payload: bytes) -> bytes:
    """Return the answer to a ping with this data."""
    return frame(Opcode.PONG, payload)


def close_frame(code: CloseCode) -> bytes:
    """Return a close frame."""
    return frame(Opcode.CLOSE, code.to_bytes(2, "big"))


def frame_lines(opcode: Opcode, lines: bytes) -> bytes:
    """Return a message for each of these lines, which all end with CR LF.

    "each message MUST consist of a single IRC line, except that servers and clients MUST NOT include trailing `\\r` or
    `\\n` characters in the message."
    """
    heads = _SHORT_HEADS[opcode]
    return b"".join(
        [
            heads[len(line)] + line if len(line) <= SHORT else frame(opcode, line)
            for line in lines.split(b"\r\n")
            if line
        ]
    )


class FrameCache:
    """The frames of lines that were framed lately: what a channel is sent is one bytes object for all its members.

    It is found by the hash that a bytes object remembers, so for all but the first no byte is looked at.
    """

    __slots__ = ("_kept", "_opcode", "_size")

    def __init__(self, opcode: Opcode) -> None:
        self._opcode = opcode
        self._kept: dict[bytes, bytes] = {}
        self._size = 0

    def __call__(self, lines: bytes) -> bytes:
        """Return `frame_lines` of these lines, the same object for the same object."""
        framed = self._kept.get(lines)
        if framed is None:
            framed = frame_lines(self._opcode, lines)
            self._size += len(framed)
            if self._size > _KEPT_BYTES or len(self._kept) >= _KEPT_ENTRIES:
                self._kept.clear()
                self._size = len(framed)
            self._kept[lines] = framed
        return framed
