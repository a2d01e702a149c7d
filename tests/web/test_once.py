"""Nothing is lost and nothing comes twice: what the page shows equals history, and each own line is there once."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.client import Client
from tests.support.page import Cable, Visitor, needs_chromium
from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.peers, needs_chromium]

ROUNDS = int(os.environ.get("PAGE_ROUNDS", "40"))


def _history(client: Client) -> list[tuple[str, str]]:
    """Return the id and text of each message that the server has, in its order."""
    found: list[tuple[str, str]] = []
    wanted = "LATEST #lobby *"
    while True:
        client.say(f"CHATHISTORY {wanted} 100")
        lines = [line for line in client.until("BATCH -") if "batch=" in line]
        if not lines:
            return found
        ids = [line.partition("msgid=")[2].partition(" ")[0].partition(";")[0] for line in lines]
        said = [(msgid, line.partition(" PRIVMSG #lobby :")[2]) for msgid, line in zip(ids, lines, strict=True)]
        found = [(msgid, text) for msgid, text in said if text] + found
        wanted = f"BEFORE #lobby msgid={ids[0]}"


def test_cuts_reloads_and_lost_echoes(visit: Callable[..., Visitor], connect: Callable[..., Client]) -> None:
    alice, reader = connect("alice", "#lobby"), connect("reader")
    reader.say("CAP REQ :batch message-tags server-time draft/chathistory", "JOIN #lobby")
    reader.until(" 366 reader ")
    carol = visit(viewport={"width": 1280, "height": 3000})
    cable = Cable(carol)
    carol.come("carol")
    own: list[str] = []
    for number in range(ROUNDS):
        kind = number % 4
        alice.say(f"PRIVMSG #lobby :alice counts {number}")
        if kind == 1:
            cable.loses_down = True  # The line arrives, and nobody tells the page.
        if kind == 2:
            cable.loses_up = True  # The line does not arrive, and the page cannot know.
        if kind == 3:
            cable.refuses = True
            cable.cut()
            expect(carol.page.locator(".dot.lost")).to_be_attached()
        carol.say(f"carol counts {number}")
        own.append(f"carol counts {number}")
        alice.say(f"PRIVMSG #lobby :alice goes on {number}")
        if kind == 1:
            alice.until(f"carol counts {number}")
        if kind == 0:
            carol.page.reload()
        cable.refuses = False
        cable.cut()
        carol.sees(f"carol counts {number}")
        expect(carol.page.locator(".pending")).to_have_count(0)
    carol.sees(f"alice goes on {ROUNDS - 1}")
    history = _history(reader)
    carol.settled()
    shown = carol.shown()
    assert shown == [msgid for msgid, _ in history][-len(shown) :]
    assert [text for _, text in history if text.startswith("carol counts")] == own


def test_a_server_that_is_killed_says_each_line_once(browser: Browser, tmp_path: Path) -> None:
    """What the page has sent and nobody has answered is sent again to the server that comes after it."""
    with Server(tmp_path, "127.0.0.1", "0", flood_rate=0) as server:
        url = str(server.wait_for("serving the page")["url"])
        carol = Visitor(browser, url)
        cable = Cable(carol)
        carol.come("carol")
        cable.loses_down = True
        with Client(server.port).join("alice", "#lobby") as alice:
            carol.say("said before the kill")
            alice.until("said before the kill")
        server.signal(signal.SIGKILL)
        server.wait()
        cable.cut()
    web_port = url.rsplit(":", 1)[1].rstrip("/")
    with Server(tmp_path, "127.0.0.1", "0", "--web-port", web_port, flood_rate=0) as server:
        carol.say("said after it")
        expect(carol.row("said after it")).to_be_visible()
        expect(carol.page.locator(".pending")).to_have_count(0)
        assert carol.page.locator("article[data-msgid] .text").all_inner_texts() == [
            "said before the kill",
            "said after it",
        ]
        carol.close()
    assert [one for one in carol.problems if "net::ERR_CONNECTION" not in one] == []


def test_each_tab_sends_what_was_typed_in_it(visit: Callable[..., Visitor]) -> None:
    """Another tab leaves it alone, and takes it over when the first one is gone."""
    carol = visit()
    cable = Cable(carol)
    carol.come("carol")
    cable.refuses = True
    cable.cut()
    carol.say("typed in the first tab")
    expect(carol.page.locator(".pending")).to_be_visible()
    other = carol.context.new_page()
    other.goto(carol.url)
    expect(other.locator(".dot.online")).to_be_attached()
    expect(other.locator(".beginning h2")).to_be_visible()
    expect(other.locator(".pending, article")).to_have_count(0)
    carol.page.close()
    other.reload()
    expect(other.locator("article[data-msgid]")).to_contain_text("typed in the first tab")


def test_a_line_typed_without_a_connection_waits_in_sight(visit: Callable[..., Visitor]) -> None:
    carol = visit()
    cable = Cable(carol)
    carol.come("carol")
    cable.refuses = True
    cable.cut()
    expect(carol.page.locator(".banner")).to_contain_text("Not connected")
    carol.say("typed on the train")
    expect(carol.page.locator(".pending")).to_contain_text("Waits to be sent")
    carol.page.reload()
    expect(carol.page.locator(".dot.lost")).to_be_attached()
    cable.refuses = False
    expect(carol.row("typed on the train")).to_be_visible()
    expect(carol.page.locator(".pending")).to_have_count(0)
