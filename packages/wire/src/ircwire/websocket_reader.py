"""Reads the frames of a WebSocket client, without I/O.

https://www.rfc-editor.org/rfc/rfc6455#section-5
"""

from ircwire.websocket import SHORT, CloseCode, Opcode, pong_frame

MAX_IDLE_FRAMES = 64
"""Frames in a row that bring no message: control frames, empty messages and the fragments of one message. Each costs
work and none counts for flood control, so with more the connection is failed.
"""

_FIN, _MASKED, _RESERVED, _OPCODE, _LENGTH = 0x80, 0x80, 0x70, 0x0F, 0x7F
_MEDIUM = 126
_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = map(int, Opcode)
"""Plain numbers are compared in a fraction of the time."""

_LONGEST_CONTROL = 125


class ProtocolError(ValueError):
    """The peer's bytes are no WebSocket frames that we take: the connection is failed with `code`."""

    def __init__(self, code: CloseCode, text: str) -> None:
        super().__init__(text)
        self.code = code


class FrameReader:
    """Reads a client's frames. Data is fed in pieces of any size; `next` is called until it returns nothing.

    What it keeps is bounded by what was fed and the size of one message.
    """

    __slots__ = (
        "_buffer",
        "_fragments",
        "_idle",
        "_kind",
        "_limit",
        "_position",
        "_size",
        "frames",
        "is_closed",
        "pong",
        "was_heard",
    )

    def __init__(self, limit: int) -> None:
        """`limit` is the greatest size of a message, in bytes."""
        self._limit = limit
        self._buffer = bytearray()
        self._position = 0
        self._kind: int | None = None
        """The opcode of a message whose last fragment has not come yet."""
        self._fragments: list[bytes] = []
        self._size = 0
        self._idle = 0
        self.frames = 0
        """How many frames were read."""
        self.pong: bytes | None = None
        """The frame that answers the latest ping. Whoever sends it sets it to None."""
        self.was_heard = False
        """Whether a control frame has come. Whoever has seen that sets it to False."""
        self.is_closed = False
        """Whether the peer's close frame has come. What follows it is not read."""

    def feed(self, data: bytes) -> None:
        """Add bytes."""
        del self._buffer[: self._position]
        self._position = 0
        self._buffer += data

    def forgive(self) -> None:
        """Forget the frames that have brought no message. Called each half a minute or so."""
        self._idle = 0

    def next(self) -> bytes | None:
        """Return the next message that is not empty, or None if more bytes are needed, or the peer has closed.

        Control frames on the way are handled. Raises ProtocolError; nothing may be read after that.
        """
        while not self.is_closed and (found := self._next_frame()) is not None:
            is_last, opcode, payload = found
            self.frames += 1
            if opcode >= _CLOSE:
                self._control(opcode, payload)
                message = b""
            else:
                message = self._data(opcode, payload, is_last=is_last)
            if message:
                self._idle = 0
                return message
            self._idle += 1
            if self._idle > MAX_IDLE_FRAMES:
                raise ProtocolError(CloseCode.POLICY_VIOLATION, "too many frames without a message")
        return None

    def _next_frame(self) -> tuple[bool, int, bytes] | None:
        """Return whether the next frame is its message's last one, its opcode and its payload; None if it is not whole.

        The header is judged as soon as it is there, so that nothing is kept of a frame that is refused.
        """
        buffer, start = self._buffer, self._position
        if len(buffer) - start < 2:
            return None
        first, second = buffer[start], buffer[start + 1]
        self._check_header(first, second)
        size, start = second & _LENGTH, start + 2
        if size > SHORT:
            width = 2 if size == _MEDIUM else 8
            if len(buffer) - start < width:
                return None
            size = self._checked_size(int.from_bytes(buffer[start : start + width], "big"), width)
            start += width
        opcode = first & _OPCODE
        if opcode < _CLOSE and self._size + size > self._limit:
            raise ProtocolError(CloseCode.TOO_BIG, "a message is too long")
        end = start + 4 + size
        if len(buffer) < end:
            return None
        self._position = end
        mask, payload = bytes(buffer[start : start + 4]), bytes(buffer[start + 4 : end])
        return bool(first & _FIN), opcode, _unmasked(payload, mask)

    def _check_header(self, first: int, second: int) -> None:
        opcode = first & _OPCODE
        if first & _RESERVED:
            raise ProtocolError(CloseCode.PROTOCOL_ERROR, "a reserved bit is set, and no extension was agreed on")
        if not second & _MASKED:
            raise ProtocolError(CloseCode.PROTOCOL_ERROR, "a frame is not masked")
        if opcode >= _CLOSE:
            if opcode > _PONG:
                raise ProtocolError(CloseCode.PROTOCOL_ERROR, "an opcode is reserved")
            if not first & _FIN or second & _LENGTH > _LONGEST_CONTROL:
                raise ProtocolError(CloseCode.PROTOCOL_ERROR, "a control frame is fragmented or too long")
        elif opcode > _BINARY:
            raise ProtocolError(CloseCode.PROTOCOL_ERROR, "an opcode is reserved")
        elif (opcode == _CONTINUATION) != (self._kind is not None):
            raise ProtocolError(CloseCode.PROTOCOL_ERROR, "a fragment is not where one belongs")

    def _checked_size(self, size: int, width: int) -> int:
        if size <= SHORT or (width == 8 and size < 1 << 16) or size >> 63:
            raise ProtocolError(CloseCode.PROTOCOL_ERROR, "a length is not written in the shortest way")
        return size

    def _data(self, opcode: int, payload: bytes, *, is_last: bool) -> bytes:
        """Return the message that this frame completes, b"" if it completes none."""
        kind = opcode if self._kind is None else self._kind
        if is_last and self._kind is None:
            return _checked(kind, payload)
        self._kind = kind
        self._fragments.append(payload)
        self._size += len(payload)
        if not is_last:
            return b""
        message = b"".join(self._fragments)
        self._kind, self._size = None, 0
        self._fragments.clear()
        return _checked(kind, message)

    def _control(self, opcode: int, payload: bytes) -> None:
        self.was_heard = True
        if opcode == _PING:
            self.pong = pong_frame(payload)  # of several, the latest is enough
        elif opcode == _CLOSE:
            _check_close(payload)
            self.is_closed = True


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    """XOR the payload with the mask, again and again: as one large number, which is done in C."""
    size = len(payload)
    if not size:
        return payload
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(repeated, "little")).to_bytes(size, "little")


def _checked(kind: int, message: bytes) -> bytes:
    if kind == _TEXT:
        _check_text(message)
    return message


def _check_text(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise ProtocolError(CloseCode.INVALID_DATA, "a text is not UTF-8") from error


def _check_close(payload: bytes) -> None:
    """Check what a close frame says: nothing, or a code that may be sent, and a reason."""
    if not payload:
        return
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or not _is_sendable(code):
        raise ProtocolError(CloseCode.PROTOCOL_ERROR, "a close frame has no code that may be sent")
    _check_text(payload[2:])


def _is_sendable(code: int) -> bool:
    """Return whether an endpoint may send this code: those in between say why there was no close frame."""
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, 1005, 1006))
