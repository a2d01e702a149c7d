"""What speaks another protocol than IRC: it gets one sentence, is closed, and does nothing."""

from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.support.irc import Irc
from tests.support.live import Live

BODY = "NICK evil\r\nUSER evil 0 * :evil\r\nJOIN #room\r\nPRIVMSG #room :injected\r\n"
HEADERS = "Host: chat.example:6667\r\nContent-Type: text/plain\r\nContent-Length: 80\r\n\r\n"
SENTENCE = "ERROR :Closing link (127.0.0.1): This is a chat server (Trialogue), not a web server: use an IRC client"


@pytest.mark.parametrize(
    "request_line",
    [
        "POST / HTTP/1.1",
        "GET /path?x=1 HTTP/1.0",
        "patch / HTTP/1.1",
        "M-SEARCH * HTTP/1.1",
        "PRI * HTTP/2.0",
        "CONNECT chat.example:6667 HTTP/1.1",
        "NICK / HTTP/1.1",
        f"POST /{'x' * 2000} HTTP/1.1",
        "POST /\xe9 HTTP/1.1",
    ],
)
@pytest.mark.parametrize("invalid_utf8", ["refuse", "replace", "latin-1"])
def test_a_web_page_says_nothing_in_a_room(request_line: str, invalid_utf8: str) -> None:
    """A request line is ``method SP request-target SP HTTP-version``.  https://www.rfc-editor.org/rfc/rfc9112#section-3"""
    irc = Irc(text={"invalid_utf8": invalid_utf8})
    alice = irc.connect("alice")
    irc.enter("#room", alice)
    browser = irc.open()
    browser.feed(f"{request_line}\r\n{HEADERS}{BODY}".encode("latin-1"))
    *before, last = browser.lines()
    assert last == SENTENCE
    assert len(before) <= 1, "a line that cannot be read is told of"
    assert browser.sink.finished
    assert alice.lines() == []


def test_a_request_after_the_first_lines_is_one_too(irc: Irc) -> None:
    """Whoever can have a browser begin with something else still cannot do without the rest."""
    browser = irc.open()
    browser.feed(f"CAP LS 302\r\nPOST / HTTP/1.1\r\n{HEADERS}{BODY}".encode())
    assert browser.lines()[-1] == SENTENCE


def test_people_may_talk_of_it(irc: Irc) -> None:
    """Only before registration nobody has a reason to say such a thing."""
    alice, bob = irc.room("#room", "alice", "bob")
    alice.send("PRIVMSG #room :GET / HTTP/1.1", "Host: x", "USERHOST / HTTP/1.1")
    assert [message.params[-1] for message in bob.read()] == ["GET / HTTP/1.1"]
    assert not alice.session.closing
    late = irc.open()
    late.send("NICK http", "USER http 0 * :HTTP/1.1", "PING HTTP/1.1")
    assert not late.session.closing


@pytest.mark.parametrize(
    ("settings", "where"), [({}, "connect without TLS"), ({"tls": {"enabled": True}}, "TLS is on port 6697")]
)
async def test_tls_on_the_port_for_plain_text(
    nursery: trio.Nursery, mock_clock: MockClock, settings: dict[str, Any], where: str
) -> None:
    """A record begins with its type, and handshake is 22.  https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""
    live = Live(nursery, **settings)
    stranger = live.connect()
    stranger.transport.feed(bytes.fromhex("160301020001") + b"\n\r\n" + BODY.encode())
    assert await stranger.hear() == [f"ERROR :Closing link (127.0.0.1): This port does not speak TLS: {where}"]
    assert stranger.transport.closed == "closed"
    assert not live.core.world.users
