"""The page in a real browser: Debian's Chromium, driven as a person would."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, WebSocketRoute

CHROMIUM = shutil.which("chromium") or ""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="not installed: chromium")

expect.set_options(timeout=PATIENCE * 1000)


class Visitor:
    """Somebody with a browser of their own. All that the browser complains of is in `problems`."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        """`options` are those of a browser's context, such as a viewport."""
        self.url = url
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: self.problems.append(f"a dialog: {dialog.message}"))
        self.page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        lost = "WebSocket connection to" in message.text
        if message.type in ("error", "warning") and not lost:
            self.problems.append(message.text)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if request.url.startswith("http") and urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.problems.append(f"asked elsewhere: {request.url}")

    def come(self, nick: str, *, path: str = "") -> Self:
        """Open the page, type a name, and be in the room."""
        self.page.goto(self.url + path)
        self.page.get_by_label("Your name").fill(nick)
        self.page.get_by_role("button", name="Come in", exact=True).click()
        expect(self.composer).to_be_visible()
        return self.settled()

    def settled(self) -> Self:
        """Wait until one is in the room, and its history is here."""
        expect(self.page.locator(".dot.online")).to_be_attached()
        expect(self.page.locator(".loading")).to_have_count(0)
        return self

    @property
    def composer(self) -> Locator:
        """Where one types."""
        return self.page.locator(".composer textarea")

    @property
    def log(self) -> Locator:
        """The rows."""
        return self.page.get_by_role("log")

    def say(self, *texts: str) -> None:
        """Type lines, and Enter after each."""
        for text in texts:
            self.composer.fill(text)
            self.composer.press("Enter")

    def sees(self, text: str) -> None:
        """Wait until the text can be read."""
        expect(self.log).to_contain_text(text)

    def row(self, text: str) -> Locator:
        """The message with this text."""
        return self.page.locator("article[data-msgid]").filter(has_text=text)

    def go(self, name: str) -> None:
        """Go to a conversation at the left."""
        self.page.locator(".place").filter(has_text=name).click()

    def shown(self) -> list[str]:
        """Return the ids of the messages in the document, in order."""
        ids: list[str] = self.page.locator("article[data-msgid]").evaluate_all(
            "rows => rows.map(row => row.dataset.msgid)"
        )
        return ids

    def until(self, expression: str) -> None:
        """Wait until an expression is true on the page; the policy of the page forbids Playwright's own way."""
        deadline = time.monotonic() + PATIENCE
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, expression
            self.page.wait_for_timeout(20)

    def close(self) -> None:
        """End the browser's context."""
        self.context.close()


class Cable:
    """What is between a page and its server: it can be cut, and lose what is on its way in one direction."""

    def __init__(self, visitor: Visitor) -> None:
        self._open: list[WebSocketRoute] = []
        self.loses_up = self.loses_down = self.refuses = False
        visitor.page.route_web_socket("**/socket", self._connect)

    def _connect(self, page: WebSocketRoute) -> None:
        if self.refuses:
            page.close(code=1001)
            return
        server = page.connect_to_server()
        page.on_message(lambda text: None if self.loses_up else server.send(text))
        server.on_message(lambda text: None if self.loses_down else page.send(text))
        self._open += [page, server]

    def cut(self) -> None:
        """End the connection at both ends."""
        for end in self._open:
            end.close()
        self._open.clear()
        self.loses_up = self.loses_down = False
