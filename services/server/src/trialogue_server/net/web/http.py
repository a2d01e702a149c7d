"""HTTP/1.1 over a transport: requests without a body in, responses out.

h11 reads and writes the protocol. https://www.rfc-editor.org/rfc/rfc9112
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

import h11

from trialogue_server.net.transport import Transport

MOST_HEADERS = 16_384
"""Bytes of a request's first line and headers."""

Headers = Sequence[tuple[str, str]]


class Request(NamedTuple):
    """A request. It had no body."""

    method: str
    target: str
    headers: dict[str, str]
    """By name in small letters; what came several times is joined by commas."""

    def values(self, name: str) -> list[str]:
        """Return the members of a header that is a list."""
        return [value for part in self.headers.get(name, "").split(",") if (value := part.strip())]


class Response(NamedTuple):
    """A whole response."""

    status: HTTPStatus
    headers: Headers
    body: bytes = b""


class BadRequest(ValueError):  # noqa: N818 - HTTP's own name
    """The peer's bytes are no request that is answered; the response says why, and the connection is closed."""

    def __init__(self, status: HTTPStatus, text: str, *headers: tuple[str, str]) -> None:
        super().__init__(text)
        self.response = sentence(status, text, *headers)


def sentence(status: HTTPStatus, text: str, *more: tuple[str, str]) -> Response:
    """Return a response that is one sentence for people."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff"), *more]
    return Response(status, [*headers, ("Cache-Control", "no-store")], f"{text}\n".encode())


class HttpConnection:
    """The server's end of one connection."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEADERS)
        self._is_head = False

    async def request(self) -> Request | None:
        """Return the next request, or None if the peer has closed, or after a response that ends the connection.

        Raises BadRequest and OSError.
        """
        if self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
        if self._h11.our_state is not h11.IDLE:
            return None
        self._is_head = False  # whatever comes is answered with a body, unless it is a request that wants none
        try:
            event = await self._event()
            if not isinstance(event, h11.Request):
                return None
            found = _request(event)
            self._is_head = found.method == "HEAD"
            if len(event.target) + sum(len(name) + len(value) for name, value in event.headers) > MOST_HEADERS:
                raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too long.")
            if found.method == "CONNECT":  # with a success, what follows would be no HTTP any more
                raise BadRequest(HTTPStatus.METHOD_NOT_ALLOWED, "This is no proxy.", ("Allow", "GET, HEAD"))
            if found.headers.get("content-length", "0") != "0" or "transfer-encoding" in found.headers:
                raise BadRequest(HTTPStatus.BAD_REQUEST, "A request has no body here.")
            if not isinstance(await self._event(), h11.EndOfMessage):
                return None
        except h11.RemoteProtocolError as error:
            error.__traceback__ = None  # a frame of h11's in it refers to the error again
            raise BadRequest(HTTPStatus(error.error_status_hint), "This is no HTTP request.") from None
        return found

    async def _event(self) -> object:
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            data = await self._transport.receive()
            if not data:  # in the middle of a request, too: nobody waits for an answer
                return h11.ConnectionClosed()
            self._h11.receive_data(data)
        return event

    async def respond(self, response: Response, *, closes: bool = False) -> None:
        """Send a response, without its body if the request was HEAD. Raises OSError."""
        if self._h11.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        headers = [*response.headers]
        if response.status is not HTTPStatus.NOT_MODIFIED:
            headers.append(("Content-Length", str(len(response.body))))
        if closes:
            headers.append(("Connection", "close"))
        status = response.status
        data = self._h11.send(h11.Response(status_code=status, reason=status.phrase, headers=headers)) or b""
        if response.body and not self._is_head:
            data += self._h11.send(h11.Data(data=response.body)) or b""
        await self._send(data + (self._h11.send(h11.EndOfMessage()) or b""))

    async def switch(self, headers: Headers) -> bytes:
        """Send 101 and return what the peer has sent already by the other protocol. Raises OSError."""
        status = HTTPStatus.SWITCHING_PROTOCOLS
        response = h11.InformationalResponse(status_code=status, reason=status.phrase, headers=list(headers))
        await self._send(self._h11.send(response) or b"")
        return self._h11.trailing_data[0]

    async def _send(self, data: bytes) -> None:
        while data:
            try:
                data = data[self._transport.send(data) :]
            except BlockingIOError:
                await self._transport.writable()


def _request(event: h11.Request) -> Request:
    """ "A server MUST ignore an Upgrade header field that is received in an HTTP/1.0 request."

    https://www.rfc-editor.org/rfc/rfc9110#section-7.8
    """
    headers: dict[str, str] = {}
    for name, value in event.headers:
        key, text = name.decode("ascii"), value.decode("latin-1")
        if key == "upgrade" and event.http_version < b"1.1":
            continue
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return Request(event.method.decode("ascii"), event.target.decode("ascii"), headers)
