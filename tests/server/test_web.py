"""Browsers: the page's files, WebSocket over real sockets, and who gets neither."""

import gzip
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Pong, TextMessage

from ircwire.websocket import CloseCode, Opcode, close_frame, frame, ping_frame
from ircwire.websocket_reader import MAX_IDLE_FRAMES
from tests.support.live import Live
from tests.support.running import running
from tests.support.transport import FakeTransport
from tests.support.web import UPGRADE, browser, socket_person
from tests.wire.test_websocket import masked
from trialogue_server.net.web.http import BadRequest, HttpConnection, sentence
from trialogue_server.net.web.proxy_header import parse_header
from trialogue_server.net.web.site import POLICY, Site
from trialogue_server.net.web.visit import Visit

V2 = b"\r\n\r\n\x00\r\nQUIT\n"
"""The beginning of a header of version 2."""

LOOPBACKS = {"connections": {"per_address": 4, "exempt": ()}}
"""Nobody is exempt."""


# The page.


async def test_the_page_is_given_with_its_policy(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        one = await browser(server)
        answer = await one.get()
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-security-policy"] == POLICY
        assert "default-src 'none'" in POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert b"<title>" in answer.body


async def test_what_the_browser_has_is_not_sent_again(tmp_path: Path) -> None:
    """ "If-None-Match [...] makes the request method conditional on a recipient cache or origin server [...] not
    having a current representation of the target resource that matches".
    https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    """
    async with running(tmp_path) as server:
        one = await browser(server)
        plain = await one.get()
        packed = await one.get(accept_encoding="br, gzip;q=0.8")
        assert gzip.decompress(packed.body) == plain.body
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["etag"] != plain.headers["etag"]
        again = await one.get(if_none_match=f'"x", W/{packed.headers["etag"]}', accept_encoding="gzip")
        assert (again.status, again.body) == (304, b"")
        assert (await one.get(if_none_match='"x"')).status == 200
        head = await one.get(method="HEAD")
        assert (head.status, head.headers["content-length"]) == (200, str(len(plain.body)))


@pytest.mark.parametrize("target", ["/no-such", "/../pyproject.toml", "/%2e%2e/__init__.py", "//etc/passwd"])
async def test_nothing_but_the_page_is_read(tmp_path: Path, target: str) -> None:
    async with running(tmp_path) as server:
        answer = await (await browser(server)).get(target)
        assert answer.status == 404
        assert answer.headers["content-type"].startswith("text/plain")


async def test_there_is_only_something_to_read(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        one = await browser(server)
        answer = await one.get(method="DELETE")
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
        answer = await one.get(method="POST", content_length="5")
        assert (answer.status, answer.headers["connection"]) == (400, "close")


async def test_a_server_without_the_page_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialogue_server.net.web.server.load_site", lambda: Site({}))
    async with running(tmp_path) as server:
        answer = await (await browser(server)).get()
        assert answer.status == 404
        assert b"install the package trialogue-web" in answer.body
        await socket_person(server, "alice")


async def test_a_bug_ends_one_connection_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "hunter2"

    def load() -> Site:
        raise RuntimeError(said)

    with capture_logs() as logs:
        monkeypatch.setattr("trialogue_server.net.web.server.load_site", load)
        async with running(tmp_path) as server:
            one = await browser(server)
            await one.stream.send_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert await one.is_cut()
            await socket_person(server, "alice")
    [log] = [one for one in logs if one["log_level"] == "error"]
    assert (log["event"], log["error"]) == ("a bug ended a browser's connection", "RuntimeError")
    assert "load" in log["exception"]
    assert said not in str(log)


# WebSocket.


@pytest.mark.parametrize("protocol", ["text.ircv3.net", "binary.ircv3.net"])
async def test_people_talk_over_either_subprotocol(tmp_path: Path, protocol: str) -> None:
    """ "If `binary.ircv3.net` is negotiated, then client and server will exchange binary messages; if
    `text.ircv3.net` is negotiated, then they will exchange text messages."
    https://ircv3.net/specs/extensions/websocket
    """
    async with running(tmp_path) as server:
        alice = await (await browser(server)).upgrade(protocol)
        assert alice.protocol == protocol
        await alice.register("alice")
        await alice.say("JOIN #room")
        await alice.hear("366")
        bob = await server.connect()
        await bob.register("bob")
        await bob.say("JOIN #room", "PRIVMSG #room :grüße")
        assert (await alice.hear("PRIVMSG")).endswith(" PRIVMSG #room :grüße")
        await alice.say("PRIVMSG #room :tschüs")
        assert (await bob.hear("PRIVMSG")).endswith(" PRIVMSG #room :tschüs")


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("binary.ircv3.net, text.ircv3.net", "binary.ircv3.net"),
        ("soap, text.ircv3.net, binary.ircv3.net", "text.ircv3.net"),
        ("soap", ""),
        ("", ""),
    ],
)
async def test_the_clients_order_of_preference_counts(tmp_path: Path, asked: str, granted: str) -> None:
    """ "The server MUST accept any subprotocol it supports, respecting the client's order of preference. If no
    subprotocol can be agreed on, the server MAY continue connection establishment without sending the
    `Sec-WebSocket-Protocol` header."  https://ircv3.net/specs/extensions/websocket
    """
    async with running(tmp_path) as server:
        answer = await (await browser(server)).ask_to_upgrade(asked)
        assert answer.status == 101
        assert answer.headers.get("sec-websocket-protocol", "") == granted


async def test_the_handshake_is_that_of_the_standard(tmp_path: Path) -> None:
    """ "if the value of the |Sec-WebSocket-Key| header field in the client's handshake were "dGhlIHNhbXBsZSBub25jZQ==",
    the server would [...] return "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".  https://www.rfc-editor.org/rfc/rfc6455#section-1.3
    """
    async with running(tmp_path) as server:
        answer = await (await browser(server)).ask_to_upgrade(sec_websocket_extensions="permessage-deflate")
        assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        assert answer.headers["upgrade"] == "websocket"
        assert "sec-websocket-extensions" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_websocket_version": "8"}, 426),
        ({"sec_websocket_key": "short"}, 400),
        ({"sec_websocket_key": ""}, 400),
        ({"connection": "keep-alive"}, 400),
    ],
)
async def test_a_handshake_that_is_none_is_refused(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    """ "If this version does not match a version understood by the server, the server MUST abort the WebSocket
    handshake [...] and instead send an appropriate HTTP error code (such as 426 Upgrade Required) and a
    |Sec-WebSocket-Version| header field indicating the version(s) the server is capable of understanding."
    https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2
    """
    async with running(tmp_path) as server:
        answer = await (await browser(server)).ask_to_upgrade(**headers)
        assert answer.status == status
        assert answer.headers.get("sec-websocket-version") == ("13" if status == 426 else None)


async def test_a_ping_is_answered_between_fragments(tmp_path: Path) -> None:
    """ "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response".
    https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2
    """
    async with running(tmp_path) as server:
        alice = await socket_person(server, "alice")
        await alice.send(masked(Opcode.TEXT, b"PING :ab", fin=False) + masked(Opcode.PING, b"here?"))
        await alice.send(masked(Opcode.CONTINUATION, "é".encode()[:1], fin=False))
        await alice.send(masked(Opcode.CONTINUATION, "é".encode()[1:]))
        assert (await alice.hear("PONG")).endswith(":abé")
        assert alice.pongs == [b"here?"]


async def test_a_close_frame_is_answered(tmp_path: Path) -> None:
    """ "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send a Close
    frame in response."  https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
    """
    async with running(tmp_path) as server:
        alice = await socket_person(server, "alice")
        await alice.close()
        assert await alice.end() == 1000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(Opcode.TEXT, b"NICK x"), 1002),
        (masked(Opcode.TEXT, b"\xff"), 1007),
        (masked(Opcode.TEXT, b"x" * 20_000), 1009),
        (b"\x81\xff" + (1 << 40).to_bytes(8, "big"), 1009),
        (masked(Opcode.PING, b"") * (MAX_IDLE_FRAMES + 1), 1008),
        (masked(Opcode.TEXT, b"", fin=False) + masked(Opcode.CONTINUATION, b"", fin=False) * MAX_IDLE_FRAMES, 1008),
    ],
)
async def test_hostile_frames_end_their_own_connection_only(tmp_path: Path, data: bytes, code: int) -> None:
    async with running(tmp_path) as server:
        alice, mallory = await socket_person(server, "alice"), await socket_person(server, "mallory")
        await mallory.send(data)
        assert await mallory.end() == code
        await alice.say("PING :still")
        await alice.hear("PONG")


async def test_a_line_over_the_limit_is_answered_as_always(tmp_path: Path) -> None:
    """ "Maximum message size is reduced by two bytes accordingly (ie. to 510 bytes by default for the non-tags part
    of a message)".  https://ircv3.net/specs/extensions/websocket
    """
    async with running(tmp_path) as server:
        alice = await socket_person(server, "alice")
        await alice.say("PING :" + "x" * 504)
        assert await alice.hear("PONG")
        await alice.say("PING :" + "x" * 505)
        assert await alice.hear("417")


async def test_a_long_burst_of_lines_is_handled_in_order(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        alice = await socket_person(server, "alice")
        await alice.send(b"".join(masked(Opcode.TEXT, b"PING :%d" % number) for number in range(500)))
        assert [(await alice.hear("PONG")).rpartition(":")[2] for _ in range(500)] == [str(n) for n in range(500)]


async def test_who_leaves_the_server_is_told_so(tmp_path: Path) -> None:
    """ "1001 indicates that an endpoint is "going away", such as a server going down".
    https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
    """
    operator = {"name": "root", "password": "secret-of-root"}
    async with running(tmp_path, operators=[operator]) as server:
        alice, root = await socket_person(server, "alice"), await server.connect()
        await root.register("root")
        await root.say("OPER root secret-of-root", "DIE trialogue.local")
        assert await alice.hear("ERROR")
        assert await alice.end() == 1001


async def test_tls_is_served_to_browsers(tmp_path: Path) -> None:
    """A browser offers h2 first, and ends WebSocket where a client certificate is asked for."""
    async with running(tmp_path, web={"tls": "on"}) as server:
        one = await browser(server, tls=True)
        assert isinstance(one.stream, trio.SSLStream)
        assert (await one.get()).status == 200
        assert one.stream.selected_alpn_protocol() == "http/1.1"
        alice = await (await browser(server, tls=True)).upgrade(origin=f"https://{one.host}")
        await alice.register("alice")
        [session] = server.core.registry.sessions.values()
        assert session.secure


# Who gets nothing.


@pytest.mark.parametrize("origin", ["https://attacker.example", "http://127.0.0.1:1", "null", "http://127.0.0.1"])
async def test_a_page_of_another_origin_gets_no_connection(tmp_path: Path, origin: str) -> None:
    """ "Servers that are not intended to process input from any web page but only for certain sites SHOULD verify the
    |Origin| field is an origin they expect."  https://www.rfc-editor.org/rfc/rfc6455#section-10.2
    """
    async with running(tmp_path, web={"origins": ["https://friend.example"]}) as server:
        answer = await (await browser(server)).ask_to_upgrade(origin=origin)
        assert answer.status == 403
        assert not server.core.registry.sessions
        with capture_logs() as logs:
            assert (await (await browser(server)).get(origin=origin)).status == 403
        [told] = [entry for entry in logs if entry["event"] == "HTTP refused"]
        assert told["reason"].endswith("the administrator can add theirs to web.origins.")


async def test_our_page_and_those_that_are_named_get_one(tmp_path: Path) -> None:
    async with running(tmp_path, web={"origins": ["https://Friend.example"]}) as server:
        for origin in (f"http://127.0.0.1:{server.web[1]}", "https://friend.example"):
            await (await browser(server)).upgrade(origin=origin)


@pytest.mark.parametrize("host", ["attacker.example", "attacker.example:8067", "localhost.attacker.example", ""])
async def test_a_rebound_name_gets_nothing(tmp_path: Path, host: str) -> None:
    """DNS rebinding: the attacker's name leads to this machine, so their page is of the same origin as ours."""
    async with running(tmp_path) as server:
        answer = await (await browser(server)).ask_to_upgrade(host=host, origin=f"http://{host}")
        assert answer.status in (400, 421)
        assert (await (await browser(server)).get(host=host)).status in (400, 421)
        assert not server.core.registry.sessions


@pytest.mark.parametrize("host", ["localhost:8067", "[::1]:8067", "192.0.2.1", "CHAT.example.org:443"])
async def test_our_own_names_are_known(tmp_path: Path, host: str) -> None:
    async with running(tmp_path, web={"hosts": ["chat.example.org"]}) as server:
        assert (await (await browser(server)).get(host=host)).status == 200


async def test_requests_that_do_not_end_are_not_waited_for(
    nursery: trio.Nursery, mock_clock: trio.testing.MockClock
) -> None:
    """Slow headers, and nothing at all, and nobody who reads the answer."""
    house = Live(nursery).house()
    mock_clock.autojump_threshold = 0
    silent, slow, deaf = FakeTransport(), FakeTransport(), FakeTransport(room=0)
    slow.feed(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
    deaf.feed(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    async with trio.open_nursery() as visits:
        for transport in (silent, slow, deaf):
            visits.start_soon(Visit(house, transport, "127.0.0.1", secure=False).serve)
    assert trio.current_time() == 10
    nursery.cancel_scope.cancel()


async def test_half_a_frame_keeps_nobody_else_waiting_and_ends_with_the_time_to_register(
    nursery: trio.Nursery, mock_clock: trio.testing.MockClock
) -> None:
    mock_clock.autojump_threshold = 0
    live = Live(nursery)
    half = FakeTransport()
    half.feed(UPGRADE + masked(Opcode.TEXT, b"NICK mallory")[:9])
    await Visit(live.house(), half, "127.0.0.1", secure=False).serve()
    alice = await live.join("alice")
    assert await alice.ask("PING :x") == [":trialogue.local PONG trialogue.local :x"]
    await trio.sleep(live.core.config.timeouts.registration + 2)
    assert half.closed
    assert b"Registration timed out" in half.sent
    assert half.sent.endswith(close_frame(CloseCode.NORMAL))
    nursery.cancel_scope.cancel()


async def test_what_is_silent_is_pinged_and_a_pong_keeps_it_alive(
    nursery: trio.Nursery, mock_clock: trio.testing.MockClock
) -> None:
    """A browser answers pings also for a page that it has put to sleep, so that page stays connected."""
    mock_clock.autojump_threshold = 0
    live = Live(nursery)
    house = live.house()
    nursery.start_soon(house.sockets.ping_forever, lambda: 30.0)
    asleep, gone = FakeTransport(), FakeTransport()
    for number, transport in enumerate((asleep, gone)):
        user = masked(Opcode.TEXT, b"NICK n%d" % number) + masked(Opcode.TEXT, b"USER x 0 * :x")
        transport.feed(UPGRADE + user)
        await Visit(house, transport, "127.0.0.1", secure=False).serve()
    for _ in range(41):
        await trio.sleep(15)
        asleep.feed(masked(Opcode.PONG, b""))
    assert asleep.sent.count(ping_frame()) == 20
    assert not asleep.closed
    assert gone.closed
    nursery.cancel_scope.cancel()


async def test_a_pong_stands_behind_a_frame_that_is_half_sent(nursery: trio.Nursery) -> None:
    """ "Control frames MAY be injected in the middle of a fragmented message", and nowhere else in one.
    https://www.rfc-editor.org/rfc/rfc6455#section-5.4
    """
    live = Live(nursery)
    slow = FakeTransport()
    slow.feed(UPGRADE + b"".join(masked(Opcode.TEXT, line) for line in (b"NICK slow", b"USER x 0 * :x", b"JOIN #room")))
    await Visit(live.house(), slow, "127.0.0.1", secure=False).serve()
    alice = await live.join("alice", "#room")
    slow.room = 20
    for text in ("hello", "again"):
        alice.say(f"PRIVMSG #room :{text}")
        await alice.hear()
    slow.feed(masked(Opcode.PING, b"are you there?"))
    await alice.hear()
    slow.make_room()
    slow.feed(masked(Opcode.CLOSE, b""))
    await alice.hear()
    other = Connection(ConnectionType.CLIENT)
    other.receive_data(bytes(slow.sent).partition(b"\r\n\r\n")[2])
    events = list(other.events())
    texts = [event.data for event in events if isinstance(event, TextMessage)]
    assert [text.rpartition(":")[2] for text in texts if " PRIVMSG " in text] == ["hello", "again"]
    assert [bytes(event.payload) for event in events if isinstance(event, Pong)] == [b"are you there?"]
    assert isinstance(events[-1], CloseConnection)
    nursery.cancel_scope.cancel()


async def test_a_room_is_framed_once_for_all(nursery: trio.Nursery) -> None:
    """Frames of a server are the same for everybody: "A server MUST NOT mask any frames that it sends to the client."
    https://www.rfc-editor.org/rfc/rfc6455#section-5.1
    """
    live = Live(nursery)
    house = live.house()
    transports = [FakeTransport() for _ in range(3)]
    for number, transport in enumerate(transports):
        lines = (b"NICK n%d" % number, b"USER x 0 * :x", b"JOIN #room")
        transport.feed(UPGRADE + b"".join(masked(Opcode.TEXT, line) for line in lines))
        await Visit(house, transport, "127.0.0.1", secure=False).serve()
    alice = await live.join("alice", "#room")
    given: list[bytes] = []
    for transport in transports:
        send = transport.send

        def spy(data: bytes | bytearray, send: Any = send) -> int:
            assert isinstance(data, bytes)
            given.append(data)
            return int(send(data))

        for socket in house.sockets.open:
            if socket.send == send:
                socket.send = spy
    alice.say("PRIVMSG #room :hello", "PRIVMSG #room :again")
    await alice.hear()
    assert len(given) == 3
    assert given[0] is given[1] is given[2]
    assert given[0].count(b"PRIVMSG") == 2
    nursery.cancel_scope.cancel()


async def test_headers_have_a_greatest_size(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        one = await browser(server)
        answer = await one.get(x_long="x" * 20_000)
        assert answer.status == 431
        assert await one.is_cut()


@pytest.mark.parametrize(
    "data", [b"NICK a\r\n\r\n", b"\x16\x03\x01\x00\xa5\x01\r\n\r\n", b"GET /\r\n\r\n", b"\0\0\r\n\r\n"]
)
async def test_what_is_no_http_is_answered_and_closed(tmp_path: Path, data: bytes) -> None:
    async with running(tmp_path) as server:
        one = await browser(server)
        await one.stream.send_all(data)
        assert (await one.answer()).status == 400
        assert await one.is_cut()


async def test_who_goes_in_the_middle_of_a_request_is_answered_nothing(tmp_path: Path) -> None:
    """Four hundred who did that at once held up others for 60 ms, with an error, an answer and a log entry for each."""
    with capture_logs() as logs:
        async with running(tmp_path) as server:
            one = await browser(server)
            await one.stream.send_all(b"GET / HTTP/1.1\r\nHost: 127")
            assert isinstance(one.stream, trio.SocketStream)
            await one.stream.send_eof()
            assert await one.stream.receive_some() == b""
    assert not [log for log in logs if "refused" in log["event"]]


async def test_what_is_no_http_behind_a_request_for_headers_alone_ends_that_connection_only(tmp_path: Path) -> None:
    """A response to what is no request has its body, whatever the request before it was."""
    async with running(tmp_path) as server:
        one = await browser(server)
        await one.get(method="HEAD")
        await one.stream.send_all(b"garbage\r\n\r\n")
        answer = await one.answer()
        assert (answer.status, answer.body) == (400, b"This is no HTTP request.\n")
        assert await one.is_cut()
        assert (await (await browser(server)).get()).status == 200


async def test_an_older_http_upgrades_to_nothing(tmp_path: Path) -> None:
    """ "A server MUST ignore an Upgrade header field that is received in an HTTP/1.0 request."
    https://www.rfc-editor.org/rfc/rfc9110#section-7.8
    """
    async with running(tmp_path) as server:
        one = await browser(server)
        await one.stream.send_all(UPGRADE.replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert (await one.answer()).status == 200


_PIECES = (
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nUpgrade: x\r\n\r\n",
    b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: ",
    b"x" * 20_000,
    b"\r\n\r\n",
    b"0\r\n\r\n",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=5))
@example([b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_whatever_stands_behind_whatever_ends_its_own_connection_only(pieces: list[bytes]) -> None:
    async def serve() -> None:
        transport = FakeTransport()
        for piece in (*pieces, b""):
            transport.feed(piece)
        http = HttpConnection(transport)
        try:
            while await http.request() is not None:
                await http.respond(sentence(HTTPStatus.OK, "hello"))
        except BadRequest as error:
            await http.respond(error.response, closes=True)
        assert bytes(transport.sent).count(b"HTTP/1.1 ") <= len(pieces) + 1

    trio.run(serve)


async def test_an_address_has_only_so_many_connections_before_the_handshake(tmp_path: Path) -> None:
    async with running(tmp_path, **LOOPBACKS) as server:
        waiting = [await browser(server, "127.0.0.2") for _ in range(4)]
        assert (await waiting[-1].get()).status == 200
        assert await (await browser(server, "127.0.0.2")).is_cut()
        assert (await (await browser(server, "127.0.0.3")).get()).status == 200
        await waiting[0].stream.aclose()
        while (await (await browser(server, "127.0.0.3")).get()).status != 200:
            pass


async def test_who_may_not_come_in_is_told_why_where_a_browser_shows_it(tmp_path: Path) -> None:
    async with running(tmp_path, **LOOPBACKS) as server:
        for number in range(4):
            await socket_person(server, f"nick{number}", "127.0.0.2")
        one = await (await browser(server, "127.0.0.2")).upgrade()
        assert await one.line() == "ERROR :Too many connections from your address"
        assert await one.end() == 1000


async def test_a_thousand_come_at_once(tmp_path: Path) -> None:
    """However slow the machine is, all of them get in."""
    async with running(tmp_path, web={"request_timeout": 0}, timeouts={"registration": 0}) as server:

        async def come(number: int) -> None:
            person = await (await browser(server)).upgrade()
            await person.say(f"NICK n{number}", f"USER n{number} 0 * :n")
            await person.hear("001")

        async with trio.open_nursery() as nursery:
            for number in range(1000):
                nursery.start_soon(come, number)
        assert len(server.core.world.users) == 1000


# Behind a proxy.


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 127.0.0.9", "203.0.113.7"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::7%a PRIVMSG #room :b, 127.0.0.9", "fe80::7"),
    ],
)
async def test_the_address_is_what_the_named_proxies_say(tmp_path: Path, forwarded: str, address: str) -> None:
    async with running(tmp_path, web={"proxies": ["127.0.0.0/8"]}) as server:
        await (await browser(server)).upgrade(x_forwarded_for=forwarded, x_forwarded_proto="https")
        [session] = server.core.registry.sessions.values()
        assert (session.address, session.secure) == (address, True)


async def test_nobody_else_is_believed(tmp_path: Path) -> None:
    async with running(tmp_path, web={"proxies": ["192.0.2.0/24"]}) as server:
        await (await browser(server)).upgrade(x_forwarded_for="203.0.113.7", x_forwarded_proto="https")
        [session] = server.core.registry.sessions.values()
        assert (session.address, session.secure) == ("127.0.0.1", False)
        one = await browser(server)
        await one.stream.send_all(b"PROXY TCP4 203.0.113.7 192.0.2.1 56324 8067\r\n\r\n")
        assert (await one.answer()).status == 400


@pytest.mark.parametrize("tls", ["off", "on"])
@pytest.mark.parametrize(
    ("header", "address"),
    [
        (b"PROXY TCP4 203.0.113.7 192.0.2.1 56324 8067\r\n", "203.0.113.7"),
        (b"PROXY TCP6 2001:db8::7 2001:db8::1 56324 8067\r\n", "2001:db8::7"),
        (b"PROXY TCP6 fe80::7%a!b@c 2001:db8::1 56324 8067\r\n", "fe80::7"),
        (b"PROXY TCP6 ::ffff:203.0.113.7 2001:db8::1 56324 8067\r\n", "203.0.113.7"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (V2 + b"\x21\x11\x00\x0c" + bytes((203, 0, 113, 7, 192, 0, 2, 1)) + b"\xdc\x04\x1f\x83", "203.0.113.7"),
        (V2 + b"\x21\x21\x00\x27" + ip_address("2001:db8::7").packed + bytes(20) + b"\x04\0\0", "2001:db8::7"),
        (V2 + b"\x20\x00\x00\x00", "127.0.0.1"),
        (V2 + b"\x21\x31\x00\x02ab", "127.0.0.1"),
        (b"", "127.0.0.1"),
    ],
)
async def test_a_proxy_that_passes_on_bytes_says_whom_they_are_from(
    tmp_path: Path, header: bytes, address: str, tls: str
) -> None:
    """ "the connecting party prepends a header to the connection".
    https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
    """
    async with running(tmp_path, web={"proxies": ["127.0.0.0/8"], "tls": tls}) as server:
        one = await browser(server, tls=tls == "on", before=header)
        await one.upgrade()
        [session] = server.core.registry.sessions.values()
        assert session.address == address


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY TCP4 203.0.113.7 192.0.2.1 56324 8067",
        b"PROXY TCP4 somewhere 192.0.2.1 56324 8067\r\n",
        b"PROXY TCP4\r\n",
        b"PROXY \xff\r\n",
        b"PROXY " + b"x" * 200 + b"\r\n",
        V2,
        V2 + b"\x21\x11\xff\xff" + bytes(500),
        V2 + b"\x21\x11\x00\x04abcd",
        V2 + b"\x11\x11\x00\x0c" + bytes(12),
    ],
)
async def test_a_wrong_header_of_a_proxy_ends_the_connection(tmp_path: Path, header: bytes) -> None:
    """ "The receiver MUST NOT start processing the connection before it receives a complete and valid PROXY protocol
    header."  https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
    """
    async with running(tmp_path, web={"proxies": ["127.0.0.0/8"]}) as server:
        one = await browser(server, before=header)
        assert await one.is_cut()


@given(st.binary(max_size=60), st.sampled_from([b"", b"PROXY ", V2]))
def test_whatever_a_proxy_sends_is_read_or_refused(data: bytes, start: bytes) -> None:
    with suppress(ValueError):
        header = parse_header(start + data)
        assert header is None or 0 < header.size <= len(start + data)
