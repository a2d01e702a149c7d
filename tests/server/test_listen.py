"""Listening: real sockets on loopback, and one sentence for whatever goes wrong."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.support.patience import PATIENCE
from trialogue_server.net.listen import ListenError, explain, open_listeners


@contextmanager
def listening(host: str, port: int = 0) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(sock) for sock in open_listeners(host, port, 16)]


def has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as sock:
        try:
            sock.bind(("::1", 0))
        except OSError:
            return False
    return True


def test_a_port_that_is_free_is_chosen_and_answers() -> None:
    with listening("127.0.0.1") as (sock,):
        assert not sock.getblocking()
        host, port = sock.getsockname()
        assert host == "127.0.0.1"
        with socket.create_connection((host, port), timeout=PATIENCE) as client:
            accepted, peer = sock.accept()
            accepted.close()
            assert peer == client.getsockname()


def test_a_name_is_every_address_that_it_has_here_on_one_port() -> None:
    with listening("localhost") as socks:
        hosts = {sock.getsockname()[0] for sock in socks}
        assert "127.0.0.1" in hosts
        assert hosts <= {"127.0.0.1", "::1"}
        assert len({sock.getsockname()[1] for sock in socks}) == 1


def test_everywhere_is_both_families_apart() -> None:
    expected = {"0.0.0.0", "::"} if has_ipv6() else {"0.0.0.0"}
    for host in ("*", ""):
        with listening(host) as socks:
            assert {sock.getsockname()[0] for sock in socks} == expected


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_leaves_ipv4_to_others() -> None:
    """To open the same port of both would show it too, but for other programs that may have that port."""
    with listening("[::]") as (six,):
        assert six.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


def test_a_port_in_use_is_told_with_how_to_see_by_whom() -> None:
    with listening("127.0.0.1") as (sock,):
        port = sock.getsockname()[1]
        with pytest.raises(ListenError) as caught:
            open_listeners("127.0.0.1", port, 16)
    assert f"Cannot listen on 127.0.0.1 port {port}, as another program does" in str(caught.value)
    assert "another port, such as" in str(caught.value)


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize(("taken_at", "free_at"), [("127.0.0.1", "::1"), ("::1", "127.0.0.1")])
def test_all_are_opened_or_none(taken_at: str, free_at: str) -> None:
    """One address is taken, so the other must be free again."""
    with listening(taken_at) as (taken,):
        port = taken.getsockname()[1]
        with pytest.raises(ListenError):
            open_listeners("*", port, 16)
        with listening(free_at, port):
            pass


def test_a_port_is_free_again_while_its_connections_wind_down() -> None:
    with listening("127.0.0.1") as (sock,):
        port = sock.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        accepted, _ = sock.accept()
        accepted.close()  # first, so that the server's end is the one in TIME_WAIT
        assert client.recv(1) == b""
        client.close()
    with listening("127.0.0.1", port):
        pass


@pytest.mark.parametrize(
    ("host", "port", "told"),
    [
        ("127.0.0.1", 65536, "There is no port 65536: choose one from 1024 to 65535"),
        ("127.0.0.1", -1, "There is no port -1"),
        ("192.0.2.1", 0, "192.0.2.1 is not an address of this machine"),
        ("127.0.0.1.", 0, "no address is known for this name"),
        ("a" * 64, 0, "no address is known for this name"),
        ("nul\0", 0, "no address is known for this name"),
    ],
)
def test_an_address_that_cannot_be_is_told(host: str, port: int, told: str) -> None:
    with pytest.raises(ListenError) as caught:
        open_listeners(host, port, 16)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "platform", "told"),
    [
        (errno.EACCES, "linux", "ports below 1024 are for the administrator: choose one from 1024 on, such as 6667"),
        (errno.EACCES, "win32", "another program does"),
        (errno.EADDRINUSE, "linux", "`ss -ltnp sport = :667`"),
        (errno.EADDRINUSE, "darwin", "`lsof -nP -iTCP:667 -sTCP:LISTEN`"),
        (errno.EADDRINUSE, "win32", "`netstat -ano`"),
        (errno.EMFILE, "linux", "`ulimit -n`"),
        (errno.ENOBUFS, "linux", "choose another address or port"),
    ],
)
def test_each_reason_has_its_remedy(code: int, platform: str, told: str) -> None:
    text = explain(OSError(code, os.strerror(code)), "127.0.0.1", 667, platform)
    assert text.startswith("Cannot listen on 127.0.0.1 port 667")
    assert told in text
