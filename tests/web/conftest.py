"""A server that serves the page, and browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.client import Client
from tests.support.page import ARGUMENTS, CHROMIUM, Visitor
from tests.support.server import Server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser; each visitor has a profile of their own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server on ports that are free."""
    with Server(tmp_path, "127.0.0.1", "0", flood_rate=0) as server:
        yield server


@pytest.fixture
def url(server: Server) -> str:
    """Where the page is."""
    return str(server.wait_for("serving the page")["url"])


@pytest.fixture
def connect(server: Server) -> Iterator[Callable[..., Client]]:
    """Let somebody come with a plain program: ``connect("alice", "#lobby")``."""
    with ExitStack() as stack:
        yield lambda nick, *rooms: stack.enter_context(Client(server.port)).join(nick, *rooms)


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Callable[..., Visitor]]:
    """Let somebody come with a browser; at the end, no browser may have complained of anything."""
    visitors: list[Visitor] = []

    def come(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, url, **options))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []
