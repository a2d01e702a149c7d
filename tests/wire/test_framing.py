"""Framing: where a line ends, and when it is too long."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire import LineFramer, TooLong

BYTES = st.lists(st.sampled_from([b"@", b" ", b"\r", b"\n", b"\r\n", b"a", b"bcd", b"\0", "é".encode()]), max_size=60)
streams = st.binary(max_size=80) | BYTES.map(b"".join)


def feed_in_pieces(framer: LineFramer, data: bytes, cuts: list[int]) -> list[bytes | TooLong]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    pieces = [data[start:end] for start, end in pairwise(edges)]
    return [line for piece in pieces for line in framer.feed(piece)]


@given(streams, st.lists(st.integers(0, 1000), max_size=20), st.integers(3, 12), st.integers(2, 12))
def test_how_the_stream_is_cut_does_not_change_the_lines(data: bytes, cuts: list[int], body: int, tags: int) -> None:
    whole = LineFramer(body=body, tags=tags).feed(data)
    assert feed_in_pieces(LineFramer(body=body, tags=tags), data, cuts) == whole
    assert feed_in_pieces(LineFramer(body=body, tags=tags), data, list(range(len(data)))) == whole


@given(streams, st.integers(3, 12), st.integers(2, 12))
def test_every_line_is_one_line_within_the_limits(data: bytes, body: int, tags: int) -> None:
    for line in LineFramer(body=body, tags=tags).feed(data + b"\n"):
        if isinstance(line, bytes):
            assert line
            assert not set(b"\r\n") & set(line)
            assert len(line) <= body - 2 + (tags if line.startswith(b"@") else 0)


@given(st.lists(st.binary(min_size=1, max_size=20).filter(lambda line: not set(b"\r\n") & set(line))))
def test_lines_come_out_as_they_went_in(lines: list[bytes]) -> None:
    assert LineFramer(body=100, tags=100).feed(b"".join(line + b"\r\n" for line in lines)) == lines


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=50))
def test_what_waits_for_its_end_is_bounded(chunks: list[bytes]) -> None:
    framer = LineFramer(body=10, tags=10)
    for chunk in chunks:
        framer.feed(chunk.replace(b"\n", b"x").replace(b"\r", b"x"))
    assert len(framer._rest) <= 20


def test_only_whole_lines_come_out() -> None:
    """When reading messages from a stream, read the incoming data into a buffer. Only parse and process a message once
    you encounter the `\\r\\n` at the end of it.

    https://modern.ircdocs.horse/#message-format
    """
    framer = LineFramer()
    assert framer.feed(b"NICK a\r\nUSE") == [b"NICK a"]
    assert framer.feed(b"R a 0 * :A\r") == [b"USER a 0 * :A"]
    assert framer.feed(b"\nPING 1\n") == [b"PING 1"]


def test_empty_lines_vanish() -> None:
    """If you encounter an empty message, silently ignore it.

    https://modern.ircdocs.horse/#message-format
    """
    assert LineFramer().feed(b"\r\n\r\n\n\r\rPING 1\r\n\r\n") == [b"PING 1"]


def test_a_lone_cr_ends_a_line() -> None:
    """<sequence of any characters except NUL, CR, LF, colon (`:`) and SPACE>: no part of a message may hold a CR, so a
    CR that is passed on could end the line early for another reader.

    https://modern.ircdocs.horse/#parameters
    """
    assert LineFramer().feed(b"PRIVMSG #a :x\rQUIT\r\n") == [b"PRIVMSG #a :x", b"QUIT"]


@pytest.mark.parametrize("head", [b"", b"@a=b ", b"@" + b"t" * 4094 + b" "])
def test_a_message_has_512_bytes_with_its_end(head: bytes) -> None:
    """Most IRC servers limit messages to 512 bytes in length, including the trailing `CR-LF` characters.

    https://modern.ircdocs.horse/#message-format
    """
    assert LineFramer().feed(head + b"x" * 510 + b"\r\n") == [head + b"x" * 510]
    assert LineFramer().feed(head + b"x" * 511 + b"\r\n") == [TooLong()]


def test_a_client_may_send_4094_bytes_of_tag_data() -> None:
    """Clients MUST NOT send messages with tag data exceeding 4094 bytes […] Servers MUST NOT truncate tags and MUST
    always reject lines that exceed this limit.

    https://ircv3.net/specs/extensions/message-tags#size-limit
    """
    most = b"@" + b"t" * 4094 + b" TAGMSG #a"
    assert LineFramer().feed(most + b"\r\n") == [most]
    assert LineFramer().feed(b"@t" + most[1:] + b"\r\n") == [TooLong()]


def test_a_server_may_send_8191_bytes_of_tags() -> None:
    """The size limit for message tags is 8191 bytes, including the leading '@' (0x40) and trailing space ' ' (0x20)
    characters.

    https://ircv3.net/specs/extensions/message-tags#size-limit
    """
    most = b"@" + b"t" * 8189 + b" TAGMSG #a"
    assert LineFramer(tags=8191).feed(most + b"\r\n") == [most]
    assert LineFramer(tags=8191).feed(b"@t" + most[1:] + b"\r\n") == [TooLong()]


def test_a_line_too_long_is_told_once_and_at_once_and_the_next_is_good() -> None:
    framer = LineFramer()
    assert framer.feed(b"PING 1\r\n" + b"x" * 600) == [b"PING 1", TooLong()]
    assert framer.feed(b"x" * 600) == []
    assert framer.feed(b"x\r\nPING 2\r\n") == [b"PING 2"]
    assert framer.feed(b"x" * 600 + b"\r\nPING 3\r\n") == [TooLong(), b"PING 3"]
