"""Inputs: what changes the world enters as one of these values, and `deciding.apply` applies it.

Their order is what happens: the same inputs at the same times give the same events, ids and bytes, on any machine. So
they hold what a handler cannot know or make by itself, such as random values; the time comes beside them.

What one version has written, later ones read: fields are added at the end, with a default, and no input is renamed.
"""

from typing import Any

import msgspec
from msgspec import Struct

from trialogue_server.commands.effects import Value
from trialogue_server.commands.requests import AnyRequest
from trialogue_server.config import Config

_NODE_BITS = 32


class Input(Struct, frozen=True, tag=True, array_like=True, gc=False):
    """What enters the core. `sid` is the number of a session; none is ever used again."""


class Opened(Input, frozen=True):
    """Somebody connected."""

    sid: int
    address: str
    """The IP address."""
    secure: bool
    """Whether it is a connection with TLS."""
    nonce: str
    """A random value that nobody else knows, for the server's part of SCRAM."""


class Certified(Input, frozen=True):
    """The peer has shown a client certificate in its TLS handshake."""

    sid: int
    fingerprint: str
    """Its SHA-256 fingerprint in hexadecimal."""


class Said(Input, frozen=True):
    """A line came, without its end. It need not be UTF-8."""

    sid: int
    line: bytes


class SaidTooMuch(Input, frozen=True):
    """A line came that is longer than the limit, so nothing of it was kept."""

    sid: int


class Result(Input, frozen=True):
    """An effect of the session's last line was performed, and this came of it; see `effects`."""

    sid: int
    value: Value


class Read(Input, frozen=True):
    """The store was read for the session's last line. Only the session's own node needs it, as it changes nothing: it
    goes into replies. Each node reads its own store, so this stands in no log.
    """

    sid: int
    value: Any


class BatchTimedOut(Input, frozen=True):
    """The session has left a batch open for too long."""

    sid: int


class SpokeTls(Input, frozen=True):
    """The first bytes of a connection without TLS begin TLS."""

    sid: int


class TimedOut(Input, frozen=True):
    """The session was silent for too long. Nothing that it says counts any more; it leaves when it is sent away."""

    sid: int
    reason: str
    """What the peer is told, and everybody with it."""


class Left(Input, frozen=True):
    """The session ends: its user leaves the network, unless another session stays, and the peer is told."""

    sid: int
    reason: str


class Closed(Input, frozen=True):
    """The connection is gone, in whatever way. The session leaves, if it has not left, and is forgotten."""

    sid: int
    reason: str


class TimePassed(Input, frozen=True):
    """Nothing but time has passed, about a second: what is due by now happens."""


class ChannelsExpired(Input, frozen=True):
    """There is no room for these empty channels any more, or nothing is kept of them."""

    channels: tuple[tuple[str, int], ...]
    """The name of each, and its `Channel.since`: it may be another channel by now."""


class Administered(Input, frozen=True):
    """The administrator at the machine asks for something."""

    request: AnyRequest


class SettingsChanged(Input, frozen=True):
    """The settings were read again."""

    config: Config
    motd: tuple[str, ...]


class Stopped(Input, frozen=True):
    """The server stops. Everybody is sent away, and no departure is told."""

    reason: str


class NodeUp(Input, frozen=True):
    """A node takes part from now on. What an earlier life of the same node left behind is gone."""

    name: str
    life: int
    """The number of this life of the node, from 1: no other life of any node has it. 0 is a server by itself."""


class NodeGone(Input, frozen=True):
    """A node is gone, and all its sessions with it."""

    name: str
    life: int


Answered = TimePassed | Administered | SettingsChanged
"""What is answered: to the administrator, or for the log of the server."""

Unanswered = (
    Opened
    | Certified
    | Said
    | SaidTooMuch
    | Result
    | BatchTimedOut
    | SpokeTls
    | TimedOut
    | Left
    | Closed
    | ChannelsExpired
    | Stopped
    | NodeUp
    | NodeGone
)
"""The others, but for `Read`."""

Replicated = Unanswered | Answered
"""What stands in a log."""

AnyInput = Replicated | Read

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Replicated] = msgspec.msgpack.Decoder(Replicated)


def first_sid(life: int) -> int:
    """Return the number before that of a node's first session: the numbers of no two nodes meet."""
    return life << _NODE_BITS


def life_of(sid: int) -> int:
    """Return the life of the node that a session is on."""
    return sid >> _NODE_BITS


def to_bytes(entered: Replicated) -> bytes:
    """Return an input as it stands in a log: MessagePack."""
    return _encode(entered)


def from_bytes(data: bytes) -> Replicated:
    """Return the input that was written. Raises msgspec.DecodeError."""
    return _decoder.decode(data)
