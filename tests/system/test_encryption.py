"""TLS between processes: certificates that are made, kept and renewed, and those who get the protocol wrong."""

import datetime as dt
import re
import signal
import socket
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.server import Server
from tests.system.conftest import Stage
from trialogue_server.net.self_signed import FILE, make_certificate

pytestmark = pytest.mark.system

CLIENT_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(1, 191)) + b"\r\n\r\n"
"""How a connection with TLS begins (with rubbish in it): bytes that are no lines."""


def test_its_own_certificate_is_kept_and_its_fingerprint_shown(stage: Stage, tmp_path: Path) -> None:
    shown = []
    for _ in range(2):
        server = Server(tmp_path, "127.0.0.1", "0", "--tls-port", "0")
        with server, Client(server.tls_port, tls=True) as client:
            client.join("alice")
            fingerprint = server.wait_for("listening with TLS")["sha256"]
            assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", fingerprint)
            assert client.fingerprint == fingerprint
            shown.append(fingerprint)
    assert shown[0] == shown[1]
    assert (tmp_path / "data" / FILE).stat().st_mode & 0o777 == 0o600


def test_sighup_changes_the_certificate_for_those_who_come(stage: Stage, tmp_path: Path) -> None:
    pem = tmp_path / "chat.pem"
    now = dt.datetime.now(dt.UTC)
    pem.write_bytes(make_certificate("irc.example.org", now))
    server = stage.serve("--tls-port", "0", tls_certificate=pem, tls_key=pem)
    alice = stage.connect(server.tls_port, tls=True).join("alice", "#lobby")
    pem.write_bytes(make_certificate("irc.example.org", now))
    server.signal(signal.SIGHUP)
    renewed = server.wait_for("certificate reloaded")["sha256"]
    bob = stage.connect(server.tls_port, tls=True).join("bob", "#lobby")
    assert bob.fingerprint == renewed
    assert alice.fingerprint != renewed
    for speaker, listener in ((alice, bob), (bob, alice)):
        speaker.say("PRIVMSG #lobby :still here")
        listener.until(" PRIVMSG #lobby :still here")

    pem.write_bytes(b"")
    server.signal(signal.SIGHUP)
    server.wait_for("certificate not reloaded")
    assert stage.connect(server.tls_port, tls=True).join("carol").fingerprint == renewed


@pytest.mark.parametrize(
    "said",
    [b"NICK alice\r\nUSER alice 0 * :Alice\r\n", b"\x16\x03\x01\x00\x05hello", b"\x00" * 70_000],
    ids=["plain text", "no handshake", "zeros"],
)
def test_who_does_not_speak_tls_on_its_port(said: bytes, stage: Stage) -> None:
    server = stage.serve("--tls-port", "0")
    alice = stage.connect(server.tls_port, tls=True).join("alice")
    wrong = stage.connect(server.tls_port)
    try:
        wrong.sock.sendall(said)
        while wrong.sock.recv(65536):
            pass
    except ConnectionError:
        pass
    server.wait_for("disconnected", reason="TLS handshake failed")
    assert alice.is_answered()
    assert not [event for event in server.events if event["level"] != "info"]


def test_who_speaks_tls_on_the_plain_port(stage: Stage) -> None:
    server = stage.serve(timeouts_registration=1)
    alice = stage.connect(server.port).join("alice")
    wrong = stage.connect(server.port)
    wrong.sock.sendall(CLIENT_HELLO)
    server.wait_for("disconnected")
    assert alice.is_answered()
    assert not [event for event in server.events if event["level"] != "info"]


def test_who_has_gone_before_being_accepted(stage: Stage) -> None:
    """The handshake cannot even begin on such a connection."""
    server = stage.serve("--tls-port", "0")
    alice = stage.connect(server.port).join("alice")
    ports = (server.port, server.tls_port)
    server.signal(signal.SIGSTOP)
    for port in ports:
        for said in (b"", b"hello"):
            with Client(port) as hasty:
                hasty.sock.sendall(said)
                hasty.reset()
    server.signal(signal.SIGCONT)
    assert alice.is_answered()
    assert stage.connect(server.tls_port, tls=True).join("bob").is_answered()


def test_who_never_ends_the_handshake(stage: Stage) -> None:
    server = stage.serve("--tls-port", "0", timeouts_registration=1, timeouts_flush=1)
    half = stage.connect(server.tls_port)
    half.sock.sendall(CLIENT_HELLO[:20])
    assert stage.connect(server.tls_port, tls=True).join("alice").is_answered()
    server.wait_for("disconnected", reason="Registration timed out")


def test_who_closes_in_the_middle_of_tls(stage: Stage) -> None:
    server = stage.serve("--tls-port", "0")
    alice = stage.connect(server.tls_port, tls=True).join("alice", "#lobby")
    for leave in (Client.reset, Client.close, lambda client: client.sock.shutdown(socket.SHUT_RDWR)):
        bob = Client(server.tls_port, tls=True).join("bob", "#lobby")
        leave(bob)
        alice.until(":bob!bob@127.0.0.1 QUIT")
        bob.close()
    assert alice.is_answered()
