"""The first screen, where servers on the local network are listed as they answer."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from tests.support.screen import client, options, real_server
from trialogue_client import settings
from trialogue_client.address import Endpoint
from trialogue_client.net.nearby_server import NearbyServer
from trialogue_client.settings import Server, Settings
from trialogue_client.tui.screens.connect_form import ConnectForm
from trialogue_client.tui.widgets.nearby import NearbyServers

pytestmark = pytest.mark.system


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


def garden(port: int) -> NearbyServer:
    return NearbyServer("Garden", Endpoint("127.0.0.1", port), machine="box")


def test_of_one_found_server_enter_goes_there_and_again_under_the_offered_name(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path), found=[garden(server.port)]) as bob:
            await bob.until(f"Garden  127.0.0.1:{server.port}")
            await bob.until("On the local network: Enter goes there")
            await bob.press("enter")
            nick = bob.app.screen.query_one("#nick", Input)
            await bob.until(lambda: bob.app.focused is nick)
            assert nick.value == bob.app.options.login != ""
            await bob.press("enter")
            await bob.until("You are in #lobby")
        assert settings.read(tmp_path).servers[0].port == server.port

    with real_server(tmp_path) as server:
        run(test())


def test_of_several_one_is_chosen_and_a_known_name_needs_no_more(tmp_path: Path) -> None:
    async def test() -> None:
        found = [NearbyServer("Attic", Endpoint("127.0.0.1", 1)), garden(server.port)]
        async with client(options(tmp_path, "--nick", "bob"), found=found) as bob:
            await bob.until("Garden")
            await bob.press("enter")
            nearby = bob.app.screen.query_one("#nearby", OptionList)
            await bob.until(lambda: bob.app.focused is nearby)
            await bob.press("down", "enter")
            await bob.until("You are in #lobby")

    with real_server(tmp_path) as server:
        run(test())


def test_a_server_that_takes_both_is_listed_once_and_encrypted(tmp_path: Path) -> None:
    async def test() -> None:
        secure = NearbyServer("Garden", Endpoint("10.0.0.5", 6697, tls=True), machine="box")
        async with client(options(tmp_path), found=[garden(6667), secure]) as bob:
            await bob.until("Garden  10.0.0.5:6697 (TLS)")
            assert "127.0.0.1:6667 " not in bob.screen().replace("or 127.0.0.1:6667", "")
            await bob.press("enter")
            await bob.until(lambda: bob.app.screen.query_one("#address", Input).value == "10.0.0.5:6697")
            await bob.until("[x] Encrypt (TLS)")

    run(test())


def test_what_answers_takes_neither_the_focus_nor_what_is_typed(tmp_path: Path) -> None:
    async def test() -> None:
        settings.write(tmp_path, Settings(servers=(Server("127.0.0.1", 1),)))
        async with client(options(tmp_path), found=[garden(2)]) as bob:
            await bob.until("Garden")
            assert bob.app.focused is bob.app.screen.query_one("#servers")
            bob.app.screen.query_one("#address").focus()
            await bob.type("127.0.0.1:3", "enter")
            await bob.until("Type the name")
            assert bob.app.screen.query_one("#address", Input).value == "127.0.0.1:3"

    run(test())


def test_where_nobody_answers_that_is_all_that_is_shown(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path)) as bob:
            await bob.until("Looking for servers on the local network")
            bob.app.screen.query_one(NearbyServers).looked()
            await bob.until("No server has answered on the local network")
            assert "Looking" not in bob.screen(), "it has an end"
            await bob.press("enter")
            await bob.until("Type the server's address")

    run(test())


def test_who_has_answered_is_not_said_to_be_nobody(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path), found=[garden(2)]) as bob:
            await bob.until("Garden")
            bob.app.screen.query_one(NearbyServers).looked()
            await bob.until("On the local network: Enter goes there")

    run(test())


def test_nobody_is_looked_for_where_it_is_said_where_to_go_or_not_wanted(tmp_path: Path) -> None:
    async def test() -> None:
        async with client(options(tmp_path, "127.0.0.1"), found=[garden(2)]) as bob:
            await bob.until("Address")
            assert not bob.app.screen.query("NearbyServers")
        settings.write(tmp_path, Settings(nearby=False))
        async with client(options(tmp_path), found=[garden(2)]) as bob:
            await bob.until("Address")
            assert not bob.app.screen.query("NearbyServers")

    run(test())


def test_everything_fits_on_a_small_screen(tmp_path: Path) -> None:
    async def test() -> None:
        used = tuple(Server(f"server{number}.example.org", 6667, nick="bob") for number in range(10))
        settings.write(tmp_path, Settings(servers=used))
        found = [NearbyServer(f"Garden {number}", Endpoint("10.0.0.5", 6000 + number)) for number in range(9)]
        async with client(options(tmp_path), found=found) as bob:
            await bob.until("Garden 3")
            await bob.until("Connect")
            assert isinstance(bob.app.screen, ConnectForm)

    run(test())
