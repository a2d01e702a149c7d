"""The load generator checks what it measures: every message to every member, once and in order."""

from __future__ import annotations

import shutil
import socketserver
import threading
from typing import ClassVar

import pytest

from benchmarks.build import has_openssl
from benchmarks.failure import BenchmarkError
from benchmarks.generator import Generator, Load
from benchmarks.process import family
from benchmarks.running import running
from benchmarks.servers import Options, known

pytestmark = [pytest.mark.system, pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")]


class _DoublingServer(socketserver.StreamRequestHandler):
    """A chat server for one room that delivers each message twice."""

    joined: ClassVar[list[_DoublingServer]] = []
    lock: ClassVar[threading.Lock] = threading.Lock()

    def handle(self) -> None:
        nick = b"?"
        for line in self.rfile:
            word, _, rest = line.strip().partition(b" ")
            with self.lock:
                if word == b"CAP":
                    self.wfile.write(b":s CAP * LS :\r\n")
                elif word == b"NICK":
                    nick = rest
                elif word == b"USER":
                    self.wfile.write(b":s 001 %s :Welcome\r\n:s 422 %s :No MOTD\r\n" % (nick, nick))
                elif word == b"JOIN":
                    self.joined.append(self)
                    self._tell(self.joined, b":%s!u@h JOIN %s\r\n" % (nick, rest))
                elif word == b"PRIVMSG":
                    others = [member for member in self.joined if member is not self]
                    self._tell(others, b":%s!u@h PRIVMSG %s\r\n" % (nick, rest) * 2)

    @staticmethod
    def _tell(members: list[_DoublingServer], line: bytes) -> None:
        for member in members:
            member.wfile.write(line)


def test_a_server_that_delivers_all_is_measured() -> None:
    with running(known("floor"), Options()) as floor, Generator(floor.port, family(floor.pid), Load(2)) as generator:
        generator.connect(8)
        generator.join()
        talk = generator.flat_out(window=4, warm_up=0.0, seconds=0.1)
        paced = generator.paced(rate=100.0, seconds=0.1)
    assert talk.span.server_cpu > 0
    assert 0 < talk.p50 <= talk.p99 <= talk.max < 1
    assert (paced.messages, paced.deliveries) == (10, 70)


def test_a_server_is_measured_by_websocket() -> None:
    with running(known("ours"), Options(web=True)) as ours, Generator(ours.port, [], Load(2, web=True)) as generator:
        generator.connect(4)
        generator.join()
        talk = generator.flat_out(window=4, warm_up=0.0, seconds=0.1)
        assert generator.paced(rate=100.0, seconds=0.1).deliveries == 30
    assert talk.deliveries


@pytest.mark.skipif(shutil.which("cc") is None or not has_openssl(), reason="there is no OpenSSL to compile with")
def test_a_server_is_measured_over_tls() -> None:
    with running(known("ours"), Options(tls=True)) as ours, Generator(ours.port, [], Load(2, tls=True)) as generator:
        generator.connect(8)
        generator.join()
        paced = generator.paced(rate=100.0, seconds=0.1)
    assert (paced.messages, paced.deliveries) == (10, 70)


def test_a_member_that_never_reads_is_none_of_those_who_are_counted() -> None:
    with running(known("floor"), Options()) as floor, Generator(floor.port, family(floor.pid), Load(2)) as generator:
        generator.connect(8)
        generator.join()
        generator.add_slow(0)
        paced = generator.paced(rate=100.0, seconds=0.1)
        slowness = generator.remove_slow()
    assert (paced.messages, paced.deliveries) == (10, 70)
    assert (slowness.closed, slowness.read_bytes, slowness.quit_line) == (False, 0, "")


def test_many_rooms_keep_to_themselves() -> None:
    load = Load(talkers=2, rooms=4)
    with running(known("floor"), Options()) as floor, Generator(floor.port, family(floor.pid), load) as generator:
        generator.connect(12)
        generator.join()
        paced = generator.paced(rate=100.0, seconds=0.1)
    assert (paced.messages, paced.deliveries) == (10, 20)


def test_a_server_that_delivers_twice_is_found_out() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _DoublingServer) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            with Generator(server.server_address[1], [], Load(1)) as generator:
                generator.connect(3)
                generator.join()
                with pytest.raises(BenchmarkError, match="once and in order"):
                    generator.paced(rate=100.0, seconds=0.05)
        finally:
            server.shutdown()
            serving.join()
