"""Who answers questions by multicast DNS, and how: honestly, late, or with lies; and who only listens.

As a program: ``python -m tests.support.responder KIND ADDRESS`` answers on the interface of that address until it is
ended; it prints a line when it listens. The kind "ear" prints what others announce: ``NAME TTL``, a line each.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING

from zeroconf import DNSAddress, DNSIncoming, DNSOutgoing, DNSPointer, DNSService, DNSText

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAIN_TYPE, SECURE_TYPE = "_irc._tcp.local.", "_ircs._tcp.local."
_A, _PTR, _TXT, _AAAA, _SRV = 1, 12, 16, 28, 33
_IN, _RESPONSE = 1, 0x8400

EVIL_NAME = "\x1b]0;owned\x07\x1b[2Jevil\u202egnp"


def response(id_: int, *records: DNSPointer | DNSService | DNSText | DNSAddress) -> bytes:
    """Return a datagram with these answers."""
    out = DNSOutgoing(_RESPONSE, multicast=False, id_=id_)
    for record in records:
        out.add_answer_at_time(record, 0)
    return out.packets()[0]


def pointer(name: str, kind: str = PLAIN_TYPE) -> DNSPointer:
    """Return what says that there is a server of this name."""
    return DNSPointer(kind, _PTR, _IN, 120, f"{name}.{kind}")


def place(name: str, port: int, machine: str = "box.local.", kind: str = PLAIN_TYPE) -> DNSService:
    """Return where it is."""
    return DNSService(f"{name}.{kind}", _SRV, _IN, 120, 0, 0, port, machine)


def text(name: str, *pairs: bytes, kind: str = PLAIN_TYPE) -> DNSText:
    """Return its TXT record."""
    return DNSText(f"{name}.{kind}", _TXT, _IN, 120, b"".join(bytes([len(pair)]) + pair for pair in pairs))


def address(packed: str, machine: str = "box.local.") -> DNSAddress:
    """Return an address of the machine."""
    family = socket.AF_INET6 if ":" in packed else socket.AF_INET
    return DNSAddress(machine, _AAAA if ":" in packed else _A, _IN, 120, socket.inet_pton(family, packed))


def server(id_: int, name: str, at: str, port: int = 6667, *, kind: str = PLAIN_TYPE) -> bytes:
    """Return all that an honest server says in one datagram."""
    return response(
        id_, pointer(name, kind), place(name, port, kind=kind), text(name, b"tls=0", kind=kind), address(at)
    )


def lies(id_: int, at: str) -> Iterable[bytes]:
    """Return what ought to do nobody any harm."""
    honest = server(id_, "cut", at)
    yield b""
    yield server(id_, EVIL_NAME, at)
    yield b"\xff" * 9000
    yield honest[:40]
    yield honest[:12] + b"\xc0\x0c" * 40  # names that point to themselves
    yield honest.replace(b"\x03cut", b"\x03\xff\xff\xff")
    yield response(id_, pointer("Dots..within"), pointer("é" * 31))
    yield response(id_, *(pointer(f"flood {number}") for number in range(200)))
    yield from (server(id_, f"crowd {number}", at, 1000 + number) for number in range(60))
    yield response(id_, pointer("printer", "_ipp._tcp.local."), place("printer", 631, kind="_ipp._tcp.local."))
    yield response(id_, pointer("long"), place("long", 6667), text("long", *[b"x" * 255] * 30), address(at))
    yield server(id_ ^ 1, "not asked for", at)


def serve(kind: str, at: str) -> None:
    """Answer what is asked: "honest", "slow" (from the second question on), or "liar"; or print what is announced."""
    sock = _listen(at)
    _print("listening")
    if kind == "ear":
        _print_pointers(sock)
    asked = 0
    while True:
        data, source = sock.recvfrom(9000)
        query = DNSIncoming(data)
        if not query.is_query() or not query.questions:
            continue
        asked += 1
        if kind == "liar":
            for lie in lies(query.id, at):
                sock.sendto(lie, source)
        elif kind == "honest" or asked >= 2:
            sock.sendto(server(query.id, f"the {kind} one", at), source)


def _print_pointers(sock: socket.socket) -> None:
    """Print who is said to be there, and for how many seconds: none means goodbye."""
    while True:
        packet = DNSIncoming(sock.recv(9000))
        for record in packet.answers():
            if packet.is_response() and isinstance(record, DNSPointer):  # a question has the asker's own with it
                _print(f"{record.alias} {record.ttl}")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _listen(at: str) -> socket.socket:
    """Return a socket for what is sent to the group on the interface of this address."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("", 5353))
    sock.setsockopt(
        socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4s", *map(socket.inet_aton, ("224.0.0.251", at)))
    )
    return sock


if __name__ == "__main__":
    serve(*sys.argv[1:])
