"""The full screen on several servers at once: each has its conversations, and what happens to one is its own affair."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.screen import Person, client, fake_server, heard, options, real_server, talking
from tests.support.server import Server
from trialogue_client.tui.screens.connect_form import ConnectForm
from trialogue_client.tui.widgets.sidebar import NameList

pytestmark = pytest.mark.system


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Server]]:
    """Two real servers."""
    with ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            found.append(stack.enter_context(real_server(tmp_path / name)))
        yield found


def sidebar(bob: Person) -> list[tuple[str, str, str]]:
    """Sign, name and count of each line."""
    return [(item.sign, item.name, item.note) for item in bob.talk.query_one("#rooms", NameList).items]


async def on_both(bob: Person, servers: list[Server]) -> None:
    await bob.say(f"/connect 127.0.0.1:{servers[1].port}")
    await bob.until(lambda: [name for _, name, _ in sidebar(bob)].count(" #lobby") == 2)
    await bob.until(f"bob on 127.0.0.1:{servers[1].port} · connected")


def test_the_sidebar_is_grouped_by_server_and_counts_for_each(tmp_path: Path, servers: list[Server]) -> None:
    async def test() -> None:
        one, two = (f"127.0.0.1:{server.port}" for server in servers)
        async with talking(tmp_path, servers[0].port, "bob") as bob:
            assert sidebar(bob) == [(" ", "server", ""), ("▸", "#lobby", "")]
            await on_both(bob, servers)
            assert sidebar(bob) == [(" ", one, ""), (" ", " #lobby", ""), (" ", two, ""), ("▸", " #lobby", "")]
            alice = stack.enter_context(Client(servers[0].port).join("alice", "#lobby"))
            alice.say("PRIVMSG #lobby :one", "PRIVMSG #lobby :two, bob", "PRIVMSG bob :psst")
            await bob.until(
                lambda: (" ", "alice", "@1") in [(sign, name.strip(), note) for sign, name, note in sidebar(bob)]
            )
            assert sidebar(bob)[:3] == [(" ", one, "@2"), (" ", " #lobby", "@1"), (" ", " alice", "@1")]
            await bob.until(f"{one} @2 · ")
            assert "psst" not in bob.screen()
            await bob.press("alt+a")
            await bob.until("» two, bob")
            await bob.until(f"bob on {one}")
            await bob.say("hello from one")
            await heard(alice, "PRIVMSG #lobby :hello from one")

    with ExitStack() as stack:
        run(test())


def test_what_is_typed_goes_to_the_server_that_is_looked_at(tmp_path: Path, servers: list[Server]) -> None:
    async def test() -> None:
        async with talking(tmp_path, servers[0].port, "bob") as bob:
            await on_both(bob, servers)
            people = [stack.enter_context(Client(server.port).join("alice", "#lobby")) for server in servers]
            await bob.until("alice came in")
            await bob.say("only on two")
            people[1].until("PRIVMSG #lobby :only on two")
            await bob.type("half a tho")
            await bob.press("ctrl+k")
            await bob.type(f"lobby {servers[0].port}", "enter")
            await bob.until(lambda: bob.talk.composer.text == "")
            await bob.say("only on one")
            assert people[0].until("PRIVMSG #lobby :only on")[-1].endswith("only on one")
            await bob.press("alt+down", "alt+down")
            assert bob.talk.composer.text == "half a tho"
            assert "only on one" not in bob.screen()

    with ExitStack() as stack:
        run(test())


def test_one_server_that_goes_away_comes_back_and_disturbs_no_other(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, first.port, "bob") as bob:
            await bob.say(f"/connect 127.0.0.1:{second.port}")
            await bob.until(f"bob on 127.0.0.1:{second.port} · connected")
            await bob.until("You are in #lobby")
            first.do(lambda: first.server.cut("bob", shut=True))
            await bob.until(lambda: sidebar(bob)[0][0] == "×")
            await bob.say("still here")
            await bob.until(lambda: second.server.said("PRIVMSG") == ["PRIVMSG #lobby :still here"])
            assert "Not connected" not in bob.screen()
            first.do(first.server.reopen)
            await bob.until(lambda: sidebar(bob)[0][0] == " ")
            assert len(first.server.said("JOIN")) == 2
            assert len(second.server.said("JOIN")) == 1

    with fake_server("echo-message") as first, fake_server("echo-message") as second:
        run(test())


def test_a_server_that_cannot_be_reached_is_told_of_and_forgotten(tmp_path: Path, servers: list[Server]) -> None:
    async def test() -> None:
        async with talking(tmp_path, servers[0].port, "bob") as bob:
            await bob.say("/connect 127.0.0.1:1")
            await bob.until("!   127.0.0.1:1 refused the connection")
            assert sidebar(bob) == [(" ", "server", ""), ("▸", "#lobby", "")]
            await bob.say("/connect 127.0.0.1:x")
            await bob.until("x is no port")
            await bob.say(f"/connect 127.0.0.1 {servers[0].port}")
            await bob.until(f"You are on 127.0.0.1:{servers[0].port} as bob")

    run(test())


def test_leaving_one_server_keeps_the_other_and_leaving_the_last_asks_where_to(
    tmp_path: Path, servers: list[Server]
) -> None:
    async def test() -> None:
        async with talking(tmp_path, servers[0].port, "bob") as bob:
            await on_both(bob, servers)
            alice = stack.enter_context(Client(servers[1].port).join("alice", "#lobby"))
            await bob.say("/disconnect good night")
            assert "good night" in (await heard(alice, " QUIT :"))[-1]
            await bob.until(lambda: sidebar(bob) == [(" ", "server", ""), ("▸", "#lobby", "")])
            await bob.say("/disconnect")
            await bob.until(f"You have left 127.0.0.1:{servers[0].port}.")
            assert isinstance(bob.app.screen, ConnectForm)

    with ExitStack() as stack:
        run(test())


def test_another_server_is_asked_for_and_one_may_go_back_instead(tmp_path: Path, servers: list[Server]) -> None:
    async def test() -> None:
        async with talking(tmp_path, servers[0].port, "bob") as bob:
            await bob.say("/connect")
            await bob.until("Servers you were on last")
            await bob.press("escape")
            await bob.until("▸#lobby")
            await bob.say("/quit")
            await bob.until(lambda: bob.app.return_value == 0)

    run(test())


def test_quitting_says_good_bye_to_all(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, first.port, "bob") as bob:
            await bob.say(f"/connect 127.0.0.1:{second.port}")
            await bob.until(f"bob on 127.0.0.1:{second.port} · connected")
            await bob.say("/quit see you")
            await bob.until(lambda: bob.app.return_value == 0)
        assert [server.server.said("QUIT") for server in (first, second)] == [["QUIT :see you"]] * 2

    with fake_server() as first, fake_server() as second:
        run(test())


def test_a_password_is_meant_for_one_server_and_told_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        (tmp_path / "secret").write_text("swordfish")
        words = ("127.0.0.1", str(first.port), "--nick", "bob", "--server-password-file", str(tmp_path / "secret"))
        async with client(options(tmp_path / "bob", *words)) as bob:
            await bob.until("You are in #lobby")
            await bob.say(f"/connect 127.0.0.1:{second.port}")
            await bob.until(f"bob on 127.0.0.1:{second.port} · connected")
        assert [server.server.said("PASS") for server in (first, second)] == [["PASS swordfish"], []]

    with fake_server() as first, fake_server() as second:
        run(test())


def test_what_was_not_sent_when_a_server_is_left_is_said(tmp_path: Path) -> None:
    async def test() -> None:
        async with talking(tmp_path, first.port, "bob") as bob:
            await bob.say(f"/connect 127.0.0.1:{second.port}")
            await bob.until(f"bob on 127.0.0.1:{second.port} · connected")
            second.server.deaf = True
            second.do(lambda: second.server.cut("bob"))
            await bob.until("Not connected")
            bob.talk.composer.become("too late")
            await bob.press("enter")
            await bob.until("1 not sent yet")
            await bob.say("/disconnect")
            await bob.until("Not sent to #lobby: too late")
            assert bob.app.unsent == ["Not sent to #lobby: too late"]

    with fake_server() as first, fake_server() as second:
        run(test())
