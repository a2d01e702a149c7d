"""Everybody can use the page: axe finds nothing, 320 pixels are enough, no mouse is needed, nothing hostile runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.page import needs_chromium

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.client import Client
    from tests.support.page import Visitor

    Connect = Callable[..., Client]
    Visit = Callable[..., Visitor]

pytestmark = [pytest.mark.peers, needs_chromium]

DIALOGS = {
    "settings": "Settings",
    "account": "carol Guest",
    "rooms": "Find or make a room",
    "switcher": "Go to",
    "search": "Search",
    "room": "More",
}
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "https://example.org/'onmouseover='alert(1)",
    'https://example.org/"><script>alert(1)</script>',
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
    "\u202e\u2066reversed\u202e https://example.org/\u202egpj.exe",
    "Z̸̡̢̧̛̛̛̰̰̰a̷l̶g̵o̴" + "\u0301" * 200,
    "\x03" + "4,5" * 40 + "\x02\x1d\x1f\x16\x11\x1e\x04ff0000",
    "`" * 300 + "```" * 30,
    "x" * 350,
    "﷽" * 100,
    "</div></article></main>--><!--",
    "__proto__ constructor toString",
    "👩‍👩‍👧‍👦" * 20,
)


def _findings(visitor: Visitor) -> list[Any]:
    """Return what axe has found wrong."""
    found = Axe().run(visitor.page).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found]


def _busy(visitor: Visitor, client: Client) -> None:
    client.say(
        "PRIVMSG #lobby :Who waters the tomatoes? See https://example.org and `make serve`",
        "PRIVMSG #lobby :carol: you?",
    )
    client.say(
        "PRIVMSG #lobby :\x01ACTION waits\x01", "TOPIC #lobby :Tomatoes and roses", "PRIVMSG carol :psst", "NICK alicia"
    )
    visitor.sees("alice is now alicia")
    visitor.say("I do")
    expect(visitor.row("I do")).to_be_visible()
    visitor.row("tomatoes").hover()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visit, connect: Connect, scheme: Literal["light", "dark"]) -> None:
    alice = connect("alice", "#lobby")
    carol = visit(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    carol.page.goto(carol.url)
    expect(carol.page.get_by_role("button", name="Come in", exact=True)).to_be_visible()
    assert _findings(carol) == [], "the first page"
    carol.come("carol")
    alice.until("carol!")
    _busy(carol, alice)
    assert _findings(carol) == [], "a conversation"
    for state, button in DIALOGS.items():
        carol.page.get_by_role("button", name=button).first.click()
        expect(carol.page.get_by_role("dialog")).to_be_visible()
        assert _findings(carol) == [], state
        carol.page.keyboard.press("Escape")
    carol.page.keyboard.press("?")
    expect(carol.page.get_by_role("dialog")).to_be_visible()
    assert _findings(carol) == [], "keys"


@pytest.mark.parametrize("width", [320, 600, 900])
def test_nothing_scrolls_sideways(visit: Visit, connect: Connect, width: int) -> None:
    alice = connect("alice", "#lobby")
    carol = visit(viewport={"width": width, "height": 640}).come("carol")
    alice.until("carol!")
    _busy(carol, alice)
    alice.say(*(f"PRIVMSG #lobby :{text}" for text in HOSTILE), "PRIVMSG #lobby :the end")
    carol.sees("the end")
    wide = "[document.documentElement, ...document.querySelectorAll('.log, .door, .top, .composer')]"
    assert (
        carol.page.evaluate(f"{wide}.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className)")
        == []
    )


def test_nothing_hostile_runs_or_leaves_its_row(visit: Visit, connect: Connect) -> None:
    """What would run would be a dialog, an error, or a violation of the policy, which `visit` finds."""
    carol = visit().come("carol")
    names = ("<b>bob", "a'onx=", "__proto__", "ｂｏｂ&amp;")
    for number, text in enumerate(HOSTILE):
        with_name = connect(f"eve{number}", "#lobby")
        with_name.say(f"TOPIC #lobby :{text}", f"PRIVMSG #lobby :{text}", f"SETNAME :{text}", f"AWAY :{text}")
        with_name.say(
            f"@+draft/reply={number};+draft/react={number} TAGMSG #lobby", f"PART #lobby :{text}", "PING done"
        )
        with_name.until("done")
    for name in names:
        carol.say(f"/nick {name}", f"/join #{name}")
    eve = connect("eve", "#lobby")
    eve.say("PRIVMSG #lobby :the end")
    carol.go("lobby")
    carol.sees("the end")
    assert carol.page.locator(".rows script, .rows img, .rows iframe, .rows style").count() == 0
    addresses = carol.page.locator(".rows a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(addresses) <= {"https:", "http:"}
    outside = """rows => {
        const box = rows[0].parentElement.getBoundingClientRect();
        return rows.filter(row => row.getBoundingClientRect().right > box.right + 1).length;
    }"""
    assert carol.page.locator("article").evaluate_all(outside) == 0


def test_everything_is_done_without_a_mouse(visit: Visit) -> None:
    dave = visit().come("dave")
    carol = visit()
    carol.page.goto(carol.url)
    keys = carol.page.keyboard
    expect(carol.page.get_by_label("Your name")).to_be_focused()
    keys.type("carol")
    keys.press("Enter")
    expect(carol.composer).to_be_focused()
    keys.type("hello")
    keys.press("Enter")
    expect(carol.row("hello")).to_be_visible()
    keys.press("Control+ArrowUp")
    expect(carol.row("hello")).to_be_focused()
    keys.press("e")
    expect(carol.composer).to_have_value("hello")
    keys.press("Control+a")
    keys.type("good morning")
    keys.press("Enter")
    expect(dave.row("good morning")).to_contain_text("(edited)")
    keys.press("Control+k")
    expect(carol.page.get_by_role("combobox")).to_be_focused()
    keys.type("garden")
    keys.press("Enter")
    expect(carol.page.get_by_role("heading", name="garden", level=1)).to_be_visible()
    keys.press("Alt+ArrowDown")
    expect(carol.page.get_by_role("heading", name="lobby", level=1)).to_be_visible()
    keys.press("?")
    expect(carol.page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")
    expect(carol.composer).to_be_focused()
