"""A server's life as a process: it starts, people talk, it reads its settings again, and it goes down."""

import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server
from tests.system.conftest import Stage

pytestmark = pytest.mark.system

OPERATOR = """
[server]
motd = "{motd}"

[[operators]]
name = "root"
password = "the-password"
privileges = ["rehash", "die"]
"""


def talk(one: Client, other: Client, channel: str) -> None:
    """Say something in a channel that both are in, both ways."""
    for speaker, listener in ((one, other), (other, one)):
        speaker.say(f"PRIVMSG {channel} :do you hear me")
        listener.until(f" PRIVMSG {channel} :do you hear me")


FOR_EVER = 5 * PATIENCE
"""Seconds: who waits for that long is not waited for."""

STUCK: dict[str, Any] = {
    "server_motd": "\n".join(["A line of sixty-four characters, so that many of them fill a page."] * 100),
    "limits_send_queue": 0,
    "flood_rate": 0,
}
"""Settings with which somebody may ask for far more than the kernel keeps, and read none of it."""


def get_stuck(client: Client) -> None:
    """Ask for far more than is read, so that the answers wait in the server."""
    client.say(*["MOTD"] * 300)


def test_people_talk(stage: Stage) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    bob = stage.connect(server.port).join("bob", "#lobby")
    talk(alice, bob, "#lobby")
    alice.say("QUIT")
    assert alice.rest()[-1].startswith("ERROR ")
    bob.until(":alice!alice@127.0.0.1 QUIT")


def test_it_says_how_to_connect(stage: Stage) -> None:
    server = stage.serve()
    said = server.wait_for("listening")
    assert said["at"] == f"127.0.0.1:{server.port}"
    assert said["connect"] == f"trialogue-client 127.0.0.1 {server.port}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_and_everybody_hears_error(number: signal.Signals, stage: Stage) -> None:
    """ "ERROR … sent by a server … before closing the connection"

    https://modern.ircdocs.horse/#error-message
    """
    server = stage.serve("--tls-port", "0", timeouts_flush=FOR_EVER, timeouts_grace=FOR_EVER)
    clients = [stage.connect(server.port).join(f"user{number}", "#lobby") for number in range(5)]
    clients.append(stage.connect(server.tls_port, tls=True).join("secure", "#lobby"))
    clients.append(stage.connect(server.port))
    server.signal(number)
    for client in clients:
        heard = client.rest()
        assert "Server shutting down" in heard[-1]
        assert heard[-1].startswith("ERROR ")
        assert not [line for line in heard if " QUIT " in line], "departures are not announced to the departing"
    assert server.wait() == 0
    assert server.logged("stopped")
    assert server.words == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_heard_in_the_background_and_under_nohup(number: signal.Signals, stage: Stage) -> None:
    """ "If job control is disabled when the shell executes an asynchronous list, the commands in the list shall inherit
    from the shell a signal action of ignored (SIG_IGN) for the SIGINT and SIGQUIT signals."

    https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_11
    """
    server = stage.serve(prefix=("sh", "-c", "trap '' INT QUIT HUP TERM; exec \"$@\"", "sh"))
    alice = stage.connect(server.port).join("alice")
    server.signal(signal.SIGHUP)
    server.wait_for("settings reloaded")
    assert alice.is_answered()
    server.signal(number)
    assert alice.rest()[-1].startswith("ERROR ")
    assert server.wait() == 0


def test_a_signal_may_come_as_soon_as_it_listens(stage: Stage) -> None:
    server = stage.serve()
    server.wait_for("listening")
    server.signal(signal.SIGTERM)
    assert server.wait() == 0


def test_somebody_who_does_not_read_delays_the_end_no_longer_than_the_grace_time(stage: Stage) -> None:
    server = stage.serve(**STUCK, timeouts_flush=FOR_EVER, timeouts_grace=1)
    stuck = stage.connect(server.port, window=4096).join("stuck")
    alice = stage.connect(server.port).join("alice")
    get_stuck(stuck)
    assert alice.is_answered()
    server.signal(signal.SIGTERM)
    assert alice.rest()[-1].startswith("ERROR ")
    assert server.wait() == 0


def test_a_second_signal_ends_it_at_once(stage: Stage) -> None:
    server = stage.serve(**STUCK, timeouts_flush=FOR_EVER, timeouts_grace=FOR_EVER)
    stuck = stage.connect(server.port, window=4096).join("stuck")
    alice = stage.connect(server.port).join("alice")
    get_stuck(stuck)
    assert alice.is_answered()
    server.signal(signal.SIGTERM)
    assert alice.rest()[-1].startswith("ERROR ")
    assert server.is_running, "it waits for the one who does not read"
    server.signal(signal.SIGTERM)
    assert server.wait() == 0


def test_sighup_reads_the_settings_again_and_drops_nobody(stage: Stage, tmp_path: Path) -> None:
    settings = tmp_path / "chat.toml"
    settings.write_text(OPERATOR.format(motd="the old one"))
    server = stage.serve("--config", str(settings))
    alice = stage.connect(server.port).join("alice", "#lobby")
    bob = stage.connect(server.port).join("bob", "#lobby")
    settings.write_text(OPERATOR.format(motd="the new one"))
    server.signal(signal.SIGHUP)
    server.wait_for("settings reloaded")
    alice.say("MOTD")
    assert "the new one" in alice.until(" 372 alice ")[-1]
    talk(alice, bob, "#lobby")


def become_operator(client: Client) -> Client:
    client.say("OPER root the-password")
    client.until(" 381 ")
    return client


def test_rehash_with_bad_settings_keeps_the_old_ones(stage: Stage, tmp_path: Path) -> None:
    """https://modern.ircdocs.horse/#rehash-message"""
    settings = tmp_path / "chat.toml"
    settings.write_text(OPERATOR.format(motd="the old one"))
    server = stage.serve("--config", str(settings))
    alice = become_operator(stage.connect(server.port).join("alice"))
    settings.write_text("[server]\nmotto = 1\n")
    alice.say("REHASH")
    answer = alice.until("FAIL REHASH ")[-1]
    assert "motto is not a setting" in answer
    alice.say("MOTD")
    assert "the old one" in alice.until(" 372 alice ")[-1]
    settings.write_text(OPERATOR.format(motd="the new one"))
    alice.say("REHASH")
    alice.until(" 382 alice ")
    alice.until("NOTE REHASH ")
    alice.say("MOTD")
    assert "the new one" in alice.until(" 372 alice ")[-1]


def test_die_stops_it(stage: Stage, tmp_path: Path) -> None:
    """https://www.rfc-editor.org/rfc/rfc2812#section-4.3"""
    settings = tmp_path / "chat.toml"
    settings.write_text(OPERATOR.format(motd="hello"))
    server = stage.serve("--config", str(settings))
    alice = become_operator(stage.connect(server.port).join("alice"))
    bob = stage.connect(server.port).join("bob")
    bob.say("DIE")
    bob.until(" 481 bob ")
    alice.say("DIE")
    assert alice.rest()[-1].startswith("ERROR ")
    assert bob.rest()[-1].startswith("ERROR ")
    assert server.wait() == 0


def refused(server: Server) -> str:
    """Return the one sentence with which it did not start."""
    assert server.wait() == 2
    assert server.events == []
    [sentence] = server.words
    assert sentence.startswith("trialogue-server: ")
    assert "Traceback" not in sentence
    return sentence


def test_a_port_that_is_taken(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert "another program does" in refused(stage.start("127.0.0.1", str(port)))


def may_listen_below_1024() -> bool:
    """Root may, and everybody where the system says so, as in containers."""
    first = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    return os.geteuid() == 0 or (first.exists() and int(first.read_text()) <= 1)


@pytest.mark.skipif(may_listen_below_1024(), reason="we may listen on every port")
def test_a_port_for_the_administrator(stage: Stage) -> None:
    assert "choose one from 1024 on" in refused(stage.start("127.0.0.1", "1"))


def test_an_address_of_another_machine(stage: Stage) -> None:
    """https://www.rfc-editor.org/rfc/rfc5737: an address for documentation, that no machine has."""
    assert "not an address of this machine" in refused(stage.start("192.0.2.1", "0"))


def test_a_host_that_is_no_name(stage: Stage) -> None:
    assert "no address is known for this name" in refused(stage.start("no such host", "0"))


def test_a_key_that_is_not_there(stage: Stage, tmp_path: Path) -> None:
    server = stage.serve("--tls-port", "0", tls_certificate=tmp_path / "absent.pem", tls_key=tmp_path / "absent.pem")
    assert "absent.pem" in refused(server)


def test_a_key_that_is_no_file(stage: Stage, tmp_path: Path) -> None:
    from trialogue_server.net.self_signed import FILE, own_tls

    own_tls(tmp_path, "irc.example.org")
    directory = tmp_path / "key"
    directory.mkdir()
    server = stage.serve("--tls-port", "0", tls_certificate=tmp_path / FILE, tls_key=directory)
    assert "is a directory, and not a file" in refused(server)


def test_a_setting_that_is_none(stage: Stage, tmp_path: Path) -> None:
    settings = tmp_path / "chat.toml"
    settings.write_text("[server]\nmotto = 1\n")
    assert "motto is not a setting" in refused(stage.serve("--config", str(settings)))
