"""WebSocket frames, beside another implementation of them (wsproto).

Each sentence that is quoted is from RFC 6455, https://www.rfc-editor.org/rfc/rfc6455
"""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.frame_protocol import FrameProtocol
from wsproto.frame_protocol import Opcode as TheirOpcode

from ircwire.websocket import (
    CloseCode,
    FrameCache,
    Opcode,
    close_frame,
    frame,
    frame_lines,
    ping_frame,
    pong_frame,
)
from ircwire.websocket_reader import MAX_IDLE_FRAMES, FrameReader, ProtocolError

LIMIT = 70_000
MASK = b"\x11\x22\x33\x44"

messages = st.lists(st.one_of(st.text(min_size=1, max_size=300), st.binary(min_size=1, max_size=300)), max_size=6)
lines = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1, max_size=400)


def masked(opcode: int, payload: bytes, *, fin: bool = True, mask: bytes = MASK) -> bytes:
    """Return a client's frame, made here and by hand."""
    size = len(payload)
    if size < 126:
        head = bytes((fin << 7 | opcode, 0x80 | size))
    elif size < 65536:
        head = struct.pack("!BBH", fin << 7 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", fin << 7 | opcode, 0x80 | 127, size)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def read(data: bytes, limit: int = LIMIT) -> list[bytes]:
    reader = FrameReader(limit)
    reader.feed(data)
    return everything(reader)


def everything(reader: FrameReader) -> list[bytes]:
    found = []
    while (message := reader.next()) is not None:
        found.append(message)
    return found


def failure(data: bytes, limit: int = LIMIT) -> CloseCode:
    with pytest.raises(ProtocolError) as caught:
        read(data, limit)
    return caught.value.code


# Beside the other implementation.


@given(st.lists(lines, min_size=1, max_size=5), st.sampled_from([Opcode.TEXT, Opcode.BINARY]))
def test_another_client_reads_what_we_send(sent: list[str], opcode: Opcode) -> None:
    """ "each message MUST consist of a single IRC line, except that servers and clients MUST NOT include trailing
    `\\r` or `\\n` characters in the message."  https://ircv3.net/specs/extensions/websocket
    """
    other = Connection(ConnectionType.CLIENT)
    other.receive_data(frame_lines(opcode, "".join(f"{line}\r\n" for line in sent).encode()))
    found = list(other.events())
    kind = TextMessage if opcode is Opcode.TEXT else BytesMessage
    assert all(isinstance(event, kind) and event.message_finished for event in found)
    got = [event.data for event in found if isinstance(event, (TextMessage, BytesMessage))]
    assert got == (sent if opcode is Opcode.TEXT else [line.encode() for line in sent])


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_another_client_reads_frames_of_every_size(size: int) -> None:
    """ "If 126, the following 2 bytes interpreted as a 16-bit unsigned integer are the payload length. If 127, the
    following 8 bytes interpreted as a 64-bit unsigned integer [...] are the payload length."  (5.2)
    """
    other = Connection(ConnectionType.CLIENT)
    other.receive_data(frame(Opcode.BINARY, bytes(size)))
    assert b"".join(event.data for event in other.events() if isinstance(event, BytesMessage)) == bytes(size)
    assert read(masked(Opcode.BINARY, b"x" * size)) == [b"x" * size] * bool(size)


@given(messages, st.data())
def test_we_read_what_another_client_sends(sent: list[str | bytes], draw: st.DataObject) -> None:
    """Whatever the fragments are, and wherever the pieces end that the network makes of it.

    "the fragments of one message MUST NOT be interleaved between the fragments of another message" and "Control frames
    MAY be injected in the middle of a fragmented message."  (5.4)
    """
    other = Connection(ConnectionType.CLIENT)
    data = b""
    pings = 0
    for message in sent:
        cuts = sorted(draw.draw(st.lists(st.integers(0, len(message)), max_size=3)))
        for start, end in zip([0, *cuts], [*cuts, len(message)], strict=True):
            is_last = end == len(message) and start == (cuts[-1] if cuts else 0)
            part = message[start:end]
            if isinstance(part, str):
                data += other.send(TextMessage(part, message_finished=is_last))
            else:
                data += other.send(BytesMessage(part, message_finished=is_last))
            if draw.draw(st.booleans()):
                data += other.send(Ping(b"%d" % pings))
                pings += 1
            if is_last:
                break
    reader, found, place = FrameReader(LIMIT), [], 0
    while place < len(data):
        size = draw.draw(st.integers(1, 40))
        reader.feed(data[place : place + size])
        place += size
        found += everything(reader)
    assert found == [one.encode() if isinstance(one, str) else one for one in sent]
    assert reader.pong == (pong_frame(b"%d" % (pings - 1)) if pings else None)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    """Nothing but ProtocolError leaves the reader, and what it reads the other implementation reads as well."""
    other = FrameProtocol(client=False, extensions=[])
    other.receive_bytes(data)
    try:
        theirs = [one for one in other.received_frames() if one.opcode in (TheirOpcode.TEXT, TheirOpcode.BINARY)]
        refused = False
    except Exception:  # it has more than one kind
        theirs, refused = [], True
    try:
        ours = read(data)
    except ProtocolError:
        return
    assert not refused or not ours
    if not refused:
        assert len(ours) <= len(theirs)


@given(st.binary(max_size=125))
def test_control_frames_are_as_another_client_expects_them(payload: bytes) -> None:
    """ "A Pong frame sent in response to a Ping frame must have identical "Application data" as found in the message
    body of the Ping frame being replied to."  (5.5.3)
    """
    other = Connection(ConnectionType.CLIENT)
    other.receive_data(pong_frame(payload) + ping_frame() + close_frame(CloseCode.GOING_AWAY))
    pong, ping, close = other.events()
    assert isinstance(pong, Pong)
    assert bytes(pong.payload) == payload
    assert isinstance(ping, Ping)
    assert isinstance(close, CloseConnection)
    assert close.code == 1001


# What is refused, and with which code.


def test_a_frame_that_is_not_masked_fails_the_connection() -> None:
    """ "The server MUST close the connection upon receiving a frame that is not masked."  (5.1)"""
    assert failure(frame(Opcode.TEXT, b"NICK a")) is CloseCode.PROTOCOL_ERROR


def test_the_mask_is_taken_off() -> None:
    """ "Octet i of the transformed data ("transformed-octet-i") is the XOR of octet i of the original data
    ("original-octet-i") with octet at index i modulo 4 of the masking key."  (5.3)
    """
    assert read(masked(Opcode.TEXT, b"Hello", mask=b"\x37\xfa\x21\x3d")) == [b"Hello"]
    assert masked(Opcode.TEXT, b"Hello", mask=b"\x37\xfa\x21\x3d").hex() == "818537fa213d7f9f4d5158"  # 5.7


@pytest.mark.parametrize("bit", [0x40, 0x20, 0x10])
def test_reserved_bits_fail_the_connection(bit: int) -> None:
    """ "If a nonzero value is received and none of the negotiated extensions defines the meaning of such a nonzero
    value, the receiving endpoint MUST _Fail the WebSocket Connection_."  (5.2)
    """
    data = masked(Opcode.TEXT, b"x")
    assert failure(bytes((data[0] | bit,)) + data[1:]) is CloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_reserved_opcodes_fail_the_connection(opcode: int) -> None:
    """ "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."  (5.2)"""
    assert failure(masked(opcode, b"x")) is CloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize(
    "data", [masked(Opcode.PING, b"", fin=False), masked(Opcode.PING, bytes(126)), masked(Opcode.CLOSE, b"", fin=False)]
)
def test_control_frames_are_short_and_whole(data: bytes) -> None:
    """ "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."  (5.5)"""
    assert failure(data) is CloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize(
    "data",
    [
        masked(Opcode.CONTINUATION, b"x"),
        masked(Opcode.TEXT, b"a", fin=False) + masked(Opcode.TEXT, b"b"),
        masked(Opcode.TEXT, b"a", fin=False) + masked(Opcode.BINARY, b"b", fin=False),
    ],
)
def test_fragments_follow_each_other(data: bytes) -> None:
    """ "A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by
    zero or more frames with the FIN bit clear and the opcode set to 0, and terminated by a single frame with the FIN
    bit set and an opcode of 0."  (5.4)
    """
    assert failure(data) is CloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize(
    "head", [b"\x81\xfe\x00\x05", b"\x81\xff" + (300).to_bytes(8, "big"), b"\x81\xff\x80" + bytes(7)]
)
def test_lengths_are_written_in_the_shortest_way(head: bytes) -> None:
    """ "Note that in all cases, the minimal number of bytes MUST be used to encode the length", and "the most
    significant bit MUST be 0".  (5.2)
    """
    assert failure(head) is CloseCode.PROTOCOL_ERROR


def test_text_is_utf8_also_across_fragments() -> None:
    """ "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid
    UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_" (8.1), and "a particular text frame might
    include a partial UTF-8 sequence; however, the whole message MUST contain valid UTF-8." (5.6)
    """
    whole = "é".encode()
    halves = masked(Opcode.TEXT, whole[:1], fin=False) + masked(Opcode.CONTINUATION, whole[1:])
    assert read(halves) == [whole]
    assert failure(masked(Opcode.TEXT, whole[:1])) is CloseCode.INVALID_DATA
    assert failure(masked(Opcode.TEXT, b"\xed\xa0\x80")) is CloseCode.INVALID_DATA
    assert read(masked(Opcode.BINARY, b"\xff")) == [b"\xff"]


def test_a_message_has_a_greatest_size_and_is_not_waited_for() -> None:
    """ "1009 indicates that an endpoint is terminating the connection because it has received a message that is too big
    for it to process."  (7.4.1)
    """
    assert failure(masked(Opcode.TEXT, b"x" * 11)[:6], limit=10) is CloseCode.TOO_BIG
    assert failure(b"\x82\xff" + (1 << 62).to_bytes(8, "big")) is CloseCode.TOO_BIG
    assert read(masked(Opcode.TEXT, b"x" * 10), limit=10) == [b"x" * 10]
    parts = masked(Opcode.TEXT, b"x" * 6, fin=False) + masked(Opcode.CONTINUATION, b"x" * 5)
    assert failure(parts, limit=10) is CloseCode.TOO_BIG


@pytest.mark.parametrize(
    "data",
    [
        masked(Opcode.PING, b"") * (MAX_IDLE_FRAMES + 1),
        masked(Opcode.TEXT, b"") * (MAX_IDLE_FRAMES + 1),
        masked(Opcode.TEXT, b"", fin=False) + masked(Opcode.CONTINUATION, b"", fin=False) * MAX_IDLE_FRAMES,
    ],
)
def test_frames_that_bring_nothing_are_bounded(data: bytes) -> None:
    """ "1008 indicates that an endpoint is terminating the connection because it has received a message that violates
    its policy."  (7.4.1)
    """
    assert failure(data) is CloseCode.POLICY_VIOLATION


def test_frames_that_bring_nothing_are_forgotten_with_a_message_and_with_time() -> None:
    most = masked(Opcode.PING, b"") * MAX_IDLE_FRAMES
    assert read(most + masked(Opcode.TEXT, b"x") + most) == [b"x"]
    reader = FrameReader(LIMIT)
    for _ in range(3):
        reader.feed(most)
        assert everything(reader) == []
        reader.forgive()


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 3000, 4999])
def test_a_close_frame_ends_the_reading(code: int) -> None:
    """ "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte order)
    representing a status code".  (5.5.1)
    """
    reader = FrameReader(LIMIT)
    reader.feed(masked(Opcode.CLOSE, struct.pack("!H", code) + "tschüs".encode()) + masked(Opcode.TEXT, b"x"))
    assert everything(reader) == []
    assert reader.is_closed


@pytest.mark.parametrize(
    "payload", [b"\x03", *(struct.pack("!H", one) for one in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000))]
)
def test_close_codes_that_nobody_may_send_fail_the_connection(payload: bytes) -> None:
    """ "1005 is a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint."
    (7.4.1)
    """
    assert failure(masked(Opcode.CLOSE, payload)) is CloseCode.PROTOCOL_ERROR


def test_the_reason_of_a_close_frame_is_utf8() -> None:
    """ "Following the 2-byte integer, the body MAY contain UTF-8-encoded data with value /reason/".  (5.5.1)"""
    assert failure(masked(Opcode.CLOSE, struct.pack("!H", 1000) + b"\xff")) is CloseCode.INVALID_DATA
    assert read(masked(Opcode.CLOSE, b"")) == []


# What is framed once.


def test_the_same_bytes_are_framed_once() -> None:
    cache = FrameCache(Opcode.TEXT)
    run = b":a PRIVMSG #b :c\r\n:a PRIVMSG #b :d\r\n"
    assert cache(run) is cache(run)
    assert cache(run) == frame(Opcode.TEXT, run[:16]) + frame(Opcode.TEXT, run[18:34])
    for number in range(200):
        line = b"PING :%d\r\n" % number
        assert cache(line) == frame(Opcode.TEXT, line[:-2])


def test_what_is_kept_of_frames_is_bounded() -> None:
    cache = FrameCache(Opcode.BINARY)
    large = [bytes([65 + number]) * 500_000 + b"\r\n" for number in range(5)]
    first = cache(large[0])
    for one in large[1:]:
        cache(one)
    assert cache(large[0]) is not first
    assert cache(large[0]) == first
