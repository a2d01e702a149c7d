"""Nothing typed is lost: connections break in the full screen, and each line is shown as what it is."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import trio

from ircwire import caps
from tests.support.screen import Person, fake_server, peer_named, talking
from trialogue_client.address import Endpoint
from trialogue_client.core.connection import DialError
from trialogue_client.net import connector
from trialogue_client.net.certificate_question import Decide
from trialogue_client.net.dial import dial
from trialogue_client.net.sts import Policies
from trialogue_client.net.trust import KnownHosts
from trialogue_client.tui.screens.connect_form import ConnectForm

CAPS = ("echo-message", "labeled-response", "batch", "message-tags", "server-time")


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


async def back(bob: Person) -> None:
    """Wait until the connection is there again."""
    await bob.until("You are back in #lobby")


def test_what_was_on_its_way_is_told_with_its_text_and_never_sent_twice(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            server.server.deaf = True
            await bob.say("did it arrive?")
            await bob.until("did it arrive?  …")
            await bob.until(lambda: server.server.said("PRIVMSG"))
            server.server.deaf = False
            server.do(lambda: server.server.cut("bob"))
            await bob.until("may not have got")
            await back(bob)
            await bob.say("and this?")
            await bob.until(lambda: not bob.talk.model.chat.lines)
            assert server.server.said("PRIVMSG") == ["PRIVMSG #lobby :did it arrive?", "PRIVMSG #lobby :and this?"]

    with fake_server(*CAPS) as server:
        run(test())


def test_what_was_on_its_way_is_sent_again_where_it_is_said_once(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            server.server.deaf = True
            await bob.say("did it arrive?")
            await bob.until("did it arrive?  …")
            await bob.until(lambda: server.server.said("PRIVMSG"))
            server.server.deaf = False
            server.do(lambda: server.server.cut("bob", shut=True))
            await bob.until("Not connected")
            await bob.say("and this?")
            await bob.until("1 not sent yet")
            assert "did it arrive?  …" in bob.screen()
            server.do(server.server.reopen)
            await bob.until(lambda: not bob.talk.model.chat.lines)
            await bob.until(lambda: "…" not in bob.screen())
            sent = server.server.said("PRIVMSG")
            assert sent == ["PRIVMSG #lobby :did it arrive?"] * 2 + ["PRIVMSG #lobby :and this?"]
            assert bob.screen().count("did it arrive?") == 1
            assert "may not have got" not in bob.screen()

    with fake_server(*CAPS, f"{caps.IDEMPOTENCY_KEY}=seconds=86400") as server:
        run(test())


def test_several_unsent_lines_and_an_answer_go_out_once_and_in_order(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            peer = peer_named(server, "bob")
            server.do(lambda: peer.send("@msgid=m1 :alice!a@h PRIVMSG #lobby :hi there"))
            await bob.until("hi there")
            await bob.press("ctrl+up", "r")
            await bob.until("To alice:")
            server.do(lambda: server.server.cut("bob", shut=True))
            await bob.until("Not connected")
            bob.talk.composer.become("hi yourself")
            await bob.press("enter")
            bob.talk.composer.become("and more")
            await bob.press("enter")
            await bob.until("2 not sent yet")
            assert bob.screen().index("hi yourself") < bob.screen().index("and more")
            server.do(server.server.reopen)
            await bob.until(lambda: len(server.server.said("PRIVMSG")) == 2)
            await bob.until(lambda: "not sent yet" not in bob.screen())
            assert server.server.said("PRIVMSG") == ["PRIVMSG #lobby :alice: hi yourself", "PRIVMSG #lobby :and more"]
            (answer,) = [line for line in server.server.received if line.endswith("hi yourself")]
            assert "+draft/reply=m1" in answer

    with fake_server(*CAPS) as server:
        run(test())


def test_what_is_half_typed_stays_where_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.type("half a tho")
            server.do(lambda: server.server.cut("bob", shut=True))
            await bob.until("Not connected")
            await bob.type("ught")
            server.do(server.server.reopen)
            await back(bob)
            assert bob.talk.composer.text == "half a thought"

    with fake_server(*CAPS) as server:
        run(test())


def test_an_edit_without_a_connection_stays_in_the_input(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            peer = peer_named(server, "bob")
            server.do(lambda: peer.send("@msgid=m1 :bob!user@host PRIVMSG #lobby :at nine"))
            await bob.until("at nine")
            await bob.press("alt+e")
            await bob.until("Instead of “at nine”")
            server.do(lambda: server.server.cut("bob", shut=True))
            await bob.until("Not connected")
            bob.talk.composer.become("at eight")
            await bob.press("enter")
            await bob.until("You are not connected, so the message")
            assert bob.talk.composer.text == "at eight"
            await bob.until("Instead of “at nine”")

    with fake_server(*CAPS, "draft/message-redaction") as server:
        run(test())


def test_a_refused_line_is_shown_with_its_text_and_the_reason(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/msg nobody psst")
            await bob.until("did not get “psst”")
            await bob.until("Cannot send")
            assert not bob.talk.model.chat.lines

    with fake_server(*CAPS) as server:
        run(test())


def test_what_is_unsent_at_the_end_is_told_and_counts_as_a_failure(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            server.do(lambda: server.server.locked.add("#lobby"))
            server.do(lambda: server.server.cut("bob"))
            await bob.until("Not connected")
            bob.talk.composer.become("still there?")
            await bob.press("enter", "ctrl+q")
            await bob.until(lambda: bob.app.return_value == 1)
            assert bob.app.unsent == ["Not sent to #lobby: still there?"]

    with fake_server(*CAPS) as server:
        run(test())


def gone_for_good(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Have every connection but the first end in what no further attempt mends, as soon as the event is set."""
    dials, now = iter([dial]), threading.Event()

    async def once(
        endpoint: Endpoint, known: KnownHosts, tell: Callable[[str], None], policies: Policies, decide: Decide
    ) -> trio.abc.Stream:
        first = next(dials, None)
        if first is not None:
            return await first(endpoint, known, tell, policies, decide)
        await trio.to_thread.run_sync(now.wait, abandon_on_cancel=True)
        raise DialError("STOP: another certificate")

    monkeypatch.setattr(connector, "dial", once)
    return now


def test_what_was_typed_outlives_a_server_that_is_gone_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            server.do(lambda: server.server.cut("bob"))
            await bob.until("Not connected")
            bob.talk.composer.become("too late")
            await bob.press("enter")
            await bob.until("1 not sent yet")
            bob.talk.composer.become("and half a")
            await bob.press("f1")
            now.set()
            await bob.until("STOP: another certificate")
            assert [type(screen) for screen in bob.app.screen_stack[1:]] == [ConnectForm]
            assert bob.app.unsent == ["Not sent to #lobby: and half a", "Not sent to #lobby: too late"]

    now = gone_for_good(monkeypatch)
    with fake_server(*CAPS) as server:
        run(test())


def test_what_is_being_typed_comes_along_from_a_room_that_is_closed(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/join #den")
            await bob.until("You are in #den")
            bob.talk.composer.become("for the den")
            await bob.press("alt+down")
            await bob.until(lambda: bob.talk.model.active.name == "#lobby")
            bob.talk.composer.become("for the lobby")
            peer = peer_named(server, "bob")
            server.do(lambda: peer.send(":bob!user@host PART #lobby"))
            await bob.until(lambda: bob.talk.composer.text == "for the den")
            await bob.press("up")
            assert bob.talk.composer.text == "for the lobby"
            await bob.press("down")
            assert bob.talk.composer.text == "for the den"

    with fake_server(*CAPS) as server:
        run(test())


def test_a_conversation_that_goes_while_one_looks_for_it_is_not_found(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, server.port, "bob") as bob:
            await bob.say("/join #den")
            await bob.until("You are in #den")
            await bob.press("alt+down", "ctrl+k")
            peer = peer_named(server, "bob")
            server.do(lambda: peer.send(":bob!user@host PART #den"))
            await bob.until(lambda: bob.talk.model.find("#den") is None)
            await bob.type("den", "enter")
            await bob.until("You left #den.")
            assert bob.talk.model.active.name == "#lobby"
            assert bob.app.failure is None

    with fake_server(*CAPS) as server:
        run(test())
