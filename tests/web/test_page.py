"""The page in a real browser, with a real server and people in other programs."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.page import needs_chromium

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.client import Client
    from tests.support.page import Visitor

    Connect = Callable[..., Client]
    Visit = Callable[..., Visitor]

pytestmark = [pytest.mark.peers, needs_chromium]

STATIC = Path(__file__).parents[2] / "services/web/src/trialogue_web/static"
PACKED_LIMIT, REQUEST_LIMIT = 100 * 1024, 25
ROWS_LIMIT = 500


def test_a_name_is_all_that_it_takes_to_talk_with_people_in_other_programs(visit: Visit, connect: Connect) -> None:
    alice = connect("alice", "#lobby")
    carol = visit().come("carol")
    alice.until("carol!")
    carol.say("hello from a browser")
    alice.until("PRIVMSG #lobby :hello from a browser")
    alice.say("PRIVMSG #lobby :hello from a socket")
    carol.sees("hello from a socket")
    expect(carol.page.locator(".pending")).to_have_count(0)


def test_the_page_is_small_and_asks_nobody_else(visit: Visit, connect: Connect) -> None:
    """What is loaded until the first message stands there; that nothing is asked elsewhere, `visit` sees to."""
    alice = connect("alice", "#lobby")
    alice.say("PRIVMSG #lobby :first", "PING done")
    alice.until("done")
    carol = visit().come("carol")
    carol.sees("first")
    paths = {re.sub(r"^https?://[^/]+/|\?.*$", "", one) or "index.html" for one in carol.requests}
    files = [STATIC / path for path in paths if (STATIC / path).is_file()]
    assert len(paths) <= REQUEST_LIMIT, sorted(paths)
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= PACKED_LIMIT


def test_unread_messages_and_calls_are_counted(visit: Visit, connect: Connect) -> None:
    alice = connect("alice", "#lobby", "#garden")
    carol = visit().come("carol")
    carol.say("/join #garden")
    alice.until("carol!")
    expect(carol.page.get_by_role("heading", name="garden", level=1)).to_be_visible()
    alice.say("PRIVMSG #lobby :one", "PRIVMSG #lobby :carol: two", "PRIVMSG carol :three")
    expect(carol.page.locator(".place").filter(has_text="lobby").locator(".badge")).to_contain_text("@1")
    expect(carol.page).to_have_title(re.compile(r"^\(2\) #garden"))
    carol.go("lobby")
    expect(carol.page.locator(".unread-line")).to_be_visible()
    expect(carol.page.locator(".place").filter(has_text="lobby").locator(".badge")).to_have_count(0)
    carol.go("alice")
    carol.sees("three")


def test_history_loads_as_one_scrolls_and_nothing_moves(visit: Visit, connect: Connect) -> None:
    alice = connect("alice", "#lobby")
    alice.say(*(f"PRIVMSG #lobby :line {number}" for number in range(300)), "PING done")
    alice.until("done")
    carol = visit().come("carol")
    carol.sees("line 299")
    carol.page.evaluate(
        """async () => {
            const log = document.querySelector(".log");
            const pause = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            globalThis.farthest = globalThis.most = 0;
            for (let step = 0; step < 3000 && !document.querySelector(".beginning h2"); step += 1) {
                if (log.scrollTop > 400) { log.scrollTop -= 200; await pause(); continue; }
                const row = [...log.querySelectorAll("[data-key]")].find((one) => one.offsetTop > log.scrollTop);
                const before = row.getBoundingClientRect().top;
                await pause();
                if (row.isConnected) farthest = Math.max(farthest, Math.abs(row.getBoundingClientRect().top - before));
                most = Math.max(most, log.querySelectorAll("article").length);
                if (log.scrollTop > 0) { log.scrollTop -= 100; await pause(); }
            }
        }"""
    )
    carol.sees("line 0")
    assert carol.page.evaluate("farthest") <= 1
    assert carol.page.evaluate("most") <= ROWS_LIMIT


def test_a_long_room_has_few_rows_in_the_document(visit: Visit, connect: Connect) -> None:
    alice = connect("alice", "#lobby")
    carol = visit().come("carol")
    alice.until("carol!")
    for start in range(0, 10_000, 500):
        alice.say(*(f"PRIVMSG #lobby :line {start + number}" for number in range(500)), f"PING {start}x")
        alice.until(f"{start}x")
    carol.sees("line 9999")
    assert carol.page.locator(".row").count() <= ROWS_LIMIT


def test_what_is_found_opens_in_its_place(visit: Visit, connect: Connect) -> None:
    alice = connect("alice", "#lobby")
    alice.say(
        "PRIVMSG #lobby :the key is under the third pot",
        *(f"PRIVMSG #lobby :line {n}" for n in range(250)),
        "PING done",
    )
    alice.until("done")
    carol = visit().come("carol")
    carol.sees("line 249")
    carol.page.keyboard.press("Control+f")
    expect(carol.page.get_by_role("searchbox", name="Search")).to_be_focused()
    carol.page.keyboard.type("third pot")
    carol.page.locator(".hit").filter(has_text="third pot").click()
    expect(carol.row("third pot")).to_be_in_viewport()
    expect(carol.row("third pot")).to_be_focused()
    carol.sees("line 0")
    carol.page.get_by_role("button", name="To the newest").first.click()
    expect(carol.row("line 249")).to_be_in_viewport()


def test_replies_reactions_edits_and_taking_back(visit: Visit, connect: Connect) -> None:
    carol, dave = visit().come("carol"), visit().come("dave")
    carol.say("at nine")
    dave.row("at nine").hover()
    dave.page.get_by_role("button", name="Reply").click()
    dave.say("too early")
    expect(carol.row("too early").locator(".answered")).to_contain_text("at nine")
    carol.row("too early").hover()
    carol.page.get_by_role("button", name="React").click()
    carol.page.locator(".emoji button").first.click()
    expect(dave.row("too early").locator(".reactions")).to_contain_text("👍 1")
    carol.composer.focus()
    carol.page.keyboard.press("Alt+e")
    carol.say("at eleven")
    expect(dave.row("at eleven").first).to_contain_text("(edited)")
    expect(dave.row("at nine").locator(".text")).to_have_count(0)
    carol.row("at eleven").first.hover()
    carol.page.get_by_role("button", name="Take back").click()
    carol.page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    dave.sees("taken back by carol")


def test_several_lines_are_one_message_and_an_input_method_sends_nothing(visit: Visit, connect: Connect) -> None:
    alice = connect("alice", "#lobby")
    carol = visit().come("carol")
    carol.composer.fill("one")
    carol.composer.press("Shift+Enter")
    carol.page.keyboard.type("two")
    carol.composer.evaluate(
        "area => area.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(carol.composer).to_have_value("one\ntwo")
    carol.composer.press("Enter")
    alice.until("PRIVMSG #lobby :two")
    expect(carol.row("one")).to_contain_text("one\ntwo")
    assert carol.page.locator("article[data-msgid]").count() == 1


def test_drafts_are_kept_for_each_room_and_over_a_reload(visit: Visit) -> None:
    carol = visit().come("carol")
    carol.composer.fill("a draft")
    carol.page.reload()
    carol.settled()
    expect(carol.composer).to_have_value("a draft")


def test_others_see_that_somebody_types(visit: Visit) -> None:
    carol, dave = visit().come("carol"), visit().come("dave")
    expect(carol.page.get_by_role("complementary", name="People")).to_contain_text("dave")
    dave.composer.press_sequentially("hello")
    expect(carol.page.locator(".typing")).to_contain_text("dave is typing")


def test_an_account_is_made_kept_left_and_come_back_to(visit: Visit) -> None:
    """By SCRAM, whose key stays in the browser: a reload needs no password."""
    carol = visit().come("carol")
    carol.page.locator(".me").click()
    carol.page.get_by_role("button", name="Make carol my account").click()
    carol.page.get_by_label("Choose a password").fill("correct horse battery")
    carol.page.get_by_label("The password again").fill("correct horse battery")
    carol.page.get_by_role("button", name="Make carol my account").click()
    expect(carol.page.locator(".me")).to_contain_text("Logged in as carol")
    carol.until("""localStorage.getItem("trialogue.me").includes('"account":"carol"')""")
    carol.page.reload()
    expect(carol.page.locator(".me")).to_contain_text("Logged in as carol")
    other = visit()
    other.page.goto(other.url)
    other.page.get_by_label("Your name").fill("carol")
    other.page.get_by_role("button", name="Come in", exact=True).click()
    expect(other.page.get_by_role("alert")).to_contain_text("belongs to an account")
    other.page.get_by_label("Password").fill("wrong")
    other.page.get_by_role("button", name="Come in", exact=True).click()
    expect(other.page.get_by_role("alert")).to_contain_text("The login failed")
    other.page.get_by_label("Password").fill("correct horse battery")
    other.page.get_by_role("button", name="Come in", exact=True).click()
    expect(other.page.locator(".me")).to_contain_text("Logged in as carol")


def test_who_has_an_account_sees_their_devices_and_keeps_a_room(visit: Visit, connect: Connect) -> None:
    carol = visit().come("carol", path="#garden")
    carol.go("garden")
    carol.page.locator(".me").click()
    carol.page.get_by_role("button", name="Make carol my account").click()
    carol.page.get_by_label("Choose a password").fill("correct-horse-battery")
    carol.page.get_by_label("The password again").fill("correct-horse-battery")
    carol.page.get_by_role("button", name="Make carol my account").click()
    expect(carol.page.locator(".me")).to_contain_text("Logged in as carol")
    expect(carol.page.get_by_role("dialog")).to_have_count(0)
    other = connect("carol_")
    other.say("PRIVMSG NickServ :IDENTIFY carol correct-horse-battery")
    other.until("logged in")
    carol.page.locator(".me").click()
    expect(carol.page.locator(".devices li")).to_have_count(2)
    carol.page.get_by_role("button", name="End", exact=True).click()
    expect(carol.page.locator(".devices li")).to_have_count(1)
    assert "Ended by its owner" in other.rest()[-1]
    carol.page.get_by_text("Password, and end").click()
    carol.page.get_by_label("Your password now").fill("correct-horse-battery")
    carol.page.get_by_label("Choose a password").fill("another-horse-battery")
    carol.page.get_by_role("button", name="Change the password").click()
    expect(carol.page.get_by_role("dialog")).to_contain_text("Your password is changed")
    carol.page.keyboard.press("Escape")
    carol.page.get_by_role("button", name="More").click()
    carol.page.get_by_role("button", name="Keep the room").click()
    expect(carol.page.get_by_role("dialog")).to_contain_text("#garden belongs to carol")
    carol.page.get_by_text("Since they came").click()
    expect(carol.page.get_by_role("dialog")).to_contain_text("may read of its history: what was said since they joined")


def test_what_is_typed_into_a_form_stays_while_people_talk(visit: Visit, connect: Connect) -> None:
    alice = connect("alice", "#lobby")
    carol = visit()
    carol.page.goto(carol.url)
    carol.page.get_by_label("Your name").fill("carol")
    carol.page.get_by_role("button", name="I have an account").click()
    expect(carol.page.get_by_label("Your name")).to_have_value("carol")
    carol.page.get_by_role("button", name="Come in without an account").click()
    carol.page.get_by_role("button", name="Come in", exact=True).click()
    carol.settled().page.locator(".me").click()
    carol.page.get_by_label("Your name").fill("caroline")
    alice.say("PRIVMSG #lobby :hello")
    carol.sees("hello")
    expect(carol.page.get_by_label("Your name")).to_have_value("caroline")
    carol.page.get_by_role("button", name="Take this name").click()
    alice.until("NICK caroline")


def test_an_operator_of_a_room_moderates_by_menus(visit: Visit, connect: Connect) -> None:
    carol = visit().come("carol", path="#garden")
    expect(carol.page.get_by_role("heading", name="garden", level=1)).to_be_visible()
    bob = connect("bob", "#garden")
    carol.page.locator(".person").filter(has_text="bob").click()
    carol.page.get_by_role("button", name="Give voice").click()
    bob.until("MODE #garden +v bob")
    carol.page.get_by_role("button", name="More").click()
    carol.page.get_by_role("textbox", name="Topic").fill("Tomatoes and roses")
    carol.page.get_by_role("button", name="Set the topic").click()
    bob.until("TOPIC #garden :Tomatoes and roses")
    carol.page.locator(".person").filter(has_text="bob").click()
    carol.page.get_by_label("Reason").fill("too loud")
    carol.page.get_by_role("button", name="Ban").click()
    bob.until("KICK #garden bob :too loud")
    bob.say("JOIN #garden")
    bob.until(" 474 bob #garden ")


def test_an_address_that_names_no_room_still_leads_in(visit: Visit) -> None:
    carol = visit().come("carol", path="#100%")
    carol.say("hello")
    carol.sees("hello")


def test_enter_ends_the_composing_of_a_name_and_goes_nowhere(visit: Visit) -> None:
    """ "isComposing: true if the input event occurs as part of a composition session."

    https://www.w3.org/TR/uievents/#dom-keyboardevent-iscomposing
    """
    carol = visit().come("carol")
    carol.page.keyboard.press("Control+k")
    field = carol.page.get_by_role("combobox")
    field.fill("garden")
    field.evaluate(
        "one => one.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(field).to_be_visible()
    field.press("Enter")
    expect(carol.page.get_by_role("heading", name="garden", level=1)).to_be_visible()


def test_what_waits_comes_back_to_where_one_types(visit: Visit) -> None:
    carol = visit().come("carol")
    carol.say("/msg #elsewhere not yet")
    expect(carol.page.locator(".pending")).to_contain_text("not yet")
    carol.say("/stop")
    expect(carol.page.locator(".pending")).to_have_count(0)
    expect(carol.composer).to_have_value("not yet")
