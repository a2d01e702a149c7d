"""The page's files, out of the package `trialogue_web`; the server runs without it.

All of them are read once and kept in memory, also as gzip. Nothing on the page comes from elsewhere, and the policy
makes the browser see to that.
"""

import gzip
from collections.abc import Iterator
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from trialogue_server.net.web.http import Headers, Request, Response, sentence

_PACKAGE = "trialogue_web"
_INDEX = "/index.html"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff2": "font/woff2",
}
"""By the end of the name. The system's own list differs from machine to machine."""

_PACKED = frozenset({"png", "webp", "woff2"})
"""Kinds that gzip makes no smaller."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types trialogue",
    )
)
"""The Content-Security-Policy.  https://www.w3.org/TR/CSP3/"""

_ALWAYS: Headers = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),  # kept, and asked for by its ETag: modules of two versions do not fit each other
)


class StaticFile(NamedTuple):
    """One file, as it is sent."""

    kind: str
    etag: str
    body: bytes
    packed: bytes
    """By gzip; b"" where that is no smaller."""


class Site:
    """What there is to be read."""

    def __init__(self, found: dict[str, StaticFile]) -> None:
        """`found` is by path, which begins with a slash."""
        self._found = found

    def respond(self, request: Request) -> Response:
        """Return the answer to a request."""
        if request.method not in ("GET", "HEAD"):
            return sentence(HTTPStatus.METHOD_NOT_ALLOWED, "There is only something to read.", ("Allow", "GET, HEAD"))
        path = request.target.partition("?")[0]
        one = self._found.get(_INDEX if path == "/" else path)
        if one is not None:
            return _response(one, request)
        if not self._found and path == "/":
            text = (
                "This server speaks IRC over WebSocket here. Its page is not installed: install the package "
                "trialogue-web beside trialogue-server, and start the server again."
            )
            return sentence(HTTPStatus.NOT_FOUND, text)
        return sentence(HTTPStatus.NOT_FOUND, "There is nothing here by this name.")


def load_site() -> Site:
    """Read the page's files; none if the package is not installed. Blocks."""
    try:
        root = files(_PACKAGE) / "static"
    except ModuleNotFoundError:
        return Site({})
    return Site({path: _load(path, file.read_bytes()) for path, file in _walk("", root)})


def _walk(path: str, directory: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in directory.iterdir():
        where = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _walk(where, entry)
        elif _ending(where) in _TYPES:
            yield where, entry


def _load(path: str, body: bytes) -> StaticFile:
    packed = b"" if _ending(path) in _PACKED else gzip.compress(body, mtime=0)
    etag = sha256(body).hexdigest()[:32]
    return StaticFile(_TYPES[_ending(path)], etag, body, packed if len(packed) < len(body) else b"")


def _ending(path: str) -> str:
    return path.rpartition(".")[2]


def _response(one: StaticFile, request: Request) -> Response:
    packs = bool(one.packed) and "gzip" in (value.partition(";")[0] for value in request.values("accept-encoding"))
    etag = f'"{one.etag}-gzip"' if packs else f'"{one.etag}"'
    headers = [*_ALWAYS, ("ETag", etag), ("Vary", "Accept-Encoding")]
    if etag in (value.removeprefix("W/") for value in request.values("if-none-match")):
        return Response(HTTPStatus.NOT_MODIFIED, headers)
    headers.append(("Content-Type", one.kind))
    if packs:
        headers.append(("Content-Encoding", "gzip"))
    return Response(HTTPStatus.OK, headers, one.packed if packs else one.body)
