"""Which sessions there are, and how many may come from where."""

import pytest

from tests.support.irc import ListSink
from trialogue_server.config.schema import ConnectionsSection
from trialogue_server.session.outbox import Outbox
from trialogue_server.session.registry import Registry, counted_as
from trialogue_server.session.session import Session
from trialogue_server.session.throttle import Throttle
from trialogue_server.world.events import UserRegistered
from trialogue_server.world.user import User


def session(sid: int, address: str = "192.0.2.1") -> Session:
    """Return a session that has said nothing yet."""
    return Session(sid, Outbox(ListSink(), set()), Throttle(0, 1, 0.0), address=address, secure=False, now=0.0)


def user(uid: int) -> User:
    return User(UserRegistered(1, 0.0, uid, "", "", "nick", "user", "host", "Real", address="192.0.2.1", secure=False))


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert counted_as(address) == counted


def test_connections_for_each_address() -> None:
    registry = Registry(ConnectionsSection(per_address=2, exempt=("198.51.100.0/24",)))
    for sid in range(2):
        registry.open(session(sid, f"2001:db8::{sid}"))
    assert registry.refusal("2001:db8::99") == "Too many connections from your address"
    assert registry.refusal("2001:db8:0:1::") is None
    assert registry.refusal("192.0.2.1") is None


def test_exempt_networks() -> None:
    registry = Registry(ConnectionsSection(per_address=1, exempt=("198.51.100.0/24", "2001:db8::/32")))
    for sid, address in enumerate(("198.51.100.7", "2001:db8::1", "203.0.113.1")):
        registry.open(session(sid, address))
    assert registry.refusal("198.51.100.7") is None
    assert registry.refusal("::ffff:198.51.100.7") is None
    assert registry.refusal("2001:db8::2") is None
    assert registry.refusal("203.0.113.1") is not None


def test_connections_in_all() -> None:
    registry = Registry(ConnectionsSection(total=1, per_address=0))
    assert registry.refusal("127.0.0.1") is None
    one = session(1)
    registry.open(one)
    assert registry.refusal("127.0.0.1") == "The server is full; please try again later"
    registry.close(one)
    assert registry.refusal("127.0.0.1") is None
    assert registry.most_sessions == 1


def test_a_place_is_free_again() -> None:
    registry = Registry(ConnectionsSection(per_address=1))
    for sid in range(3):
        one = session(sid)
        assert registry.refusal(one.address) is None
        registry.open(one)
        registry.close(one)


def test_sessions_of_users() -> None:
    registry = Registry(ConnectionsSection())
    one, other, stranger = session(1), session(2), session(3)
    for each in (one, other, stranger):
        registry.open(each)
    for each in (one, other):
        each.user = user(7)
        registry.attach(each, 7)
    assert list(registry.of(7)) == [one, other]
    assert registry.unregistered == 1
    registry.detach(one)
    registry.detach(one)
    registry.detach(stranger)
    assert list(registry.of(7)) == [other]
    registry.close(other)
    assert list(registry.of(7)) == []
    assert list(registry.sessions) == [1, 3]


def test_who_is_leaving_is_no_newcomer() -> None:
    registry = Registry(ConnectionsSection())
    one = session(1)
    registry.open(one)
    assert registry.unregistered == 1
    one.finish(b"ERROR :bye\r\n", "bye")
    assert registry.unregistered == 0
    registry.close(one)
    assert registry.unregistered == 0
