"""Who comes back is known by name, is asked for a password before it is needed, and is told how long a new one is."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from tests.support.lines import Dealt
from tests.support.screen import Threaded, client, fake_server, options
from trialogue_client.address import Endpoint
from trialogue_client.core import accounts, login
from trialogue_client.core.connection import DialError
from trialogue_client.core.sasl import Credentials
from trialogue_client.net import explain
from trialogue_client.settings import Server, Settings
from trialogue_client.settings import file as settings
from trialogue_client.settings.memory import Memory
from trialogue_client.wording.form import ENCRYPT, in_form

HERE = Endpoint("chat.example.org", 6667)


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test in the event loop that Textual needs."""
    asyncio.run(test)


def known(directory: Path, *servers: Server) -> None:
    settings.write(directory, Settings(servers=servers, nearby=False))


def test_the_name_is_that_of_the_server_or_the_one_used_last_anywhere() -> None:
    used = Settings(
        servers=(Server("a.example", 1), Server("b.example", 2, nick="bob"), Server("c.example", 3, nick="c"))
    )
    assert used.name_at("c.example", 3) == "c"
    assert used.name_at("a.example", 1) == used.name_at("new.example", 1) == "bob"
    assert Settings().name_at("new.example", 1) == ""


def test_the_account_is_remembered_without_its_password_until_one_logs_out(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.used(HERE, "bob_away")
    memory.logged_in(HERE, Credentials("bob", "correct horse"))
    again = Memory(tmp_path)
    assert [again.account_of(HERE, nick) for nick in ("bob", "BOB_away", "carol")] == ["bob", "bob", ""]
    assert "correct horse" not in memory.path.read_text()
    memory.logged_in(HERE, Credentials("bob", certificate=True))
    memory.logged_in(HERE, None)
    assert Memory(tmp_path).account_of(HERE, "bob") == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (explain.speaks_tls(HERE), f"tick “{ENCRYPT}”."),
        (explain.hung_up(HERE), f"tick “{ENCRYPT}”."),
        (explain.silent(HERE), f"with “{ENCRYPT}” ticked if"),
        (explain.no_tls(HERE), f"untick “{ENCRYPT}”, or"),
        (explain.exposed(HERE), f"tick “{ENCRYPT}”, or start"),
        (DialError(accounts.NO_ACCOUNTS), "leave the password empty"),
        (DialError(login.NEEDS_TLS), f"connect with “{ENCRYPT}” ticked"),
    ],
)
def test_the_form_names_its_tick_box_and_its_fields(error: DialError, words: str) -> None:
    assert "--tls" in str(error) or "--account" in str(error), "on a command line it is an option"
    assert words in in_form(str(error))
    assert "--tls" not in in_form(str(error))
    assert "--account" not in in_form(str(error))


async def test_the_least_length_is_said_before_a_password_is_typed() -> None:
    dealt = Dealt("draft/account-registration", "sasl=PLAIN")
    dealt.hear(":s 005 bob MINPASSLEN=12 :are supported")
    dealt.type("/register")
    assert dealt.screen.prompts[-1] == "Choose a password (12 characters or more): "
    dealt.type("too short")
    problem = "That is too short: the server wants 12 characters or more."
    assert dealt.screen.prompts[-1] == f"{problem} Choose a password (12 characters or more): "
    for _ in range(2):
        dealt.type("correct horse battery")
    assert dealt.sent() == ["REGISTER * * :correct horse battery"]


async def test_where_the_server_tells_no_length_none_is_said() -> None:
    dealt = Dealt("draft/account-registration", "sasl=PLAIN")
    dealt.type("/register")
    assert dealt.screen.prompts[-1] == "Choose a password: "


@pytest.mark.system
def test_choosing_ones_own_account_asks_for_the_password_before_connecting(tmp_path: Path) -> None:
    async def test(server: Threaded) -> None:
        known(tmp_path, Server("127.0.0.1", server.port, nick="bob", account="bob"))
        async with client(options(tmp_path)) as bob:
            await bob.until("as bob")
            assert bob.app.screen.query_one("#nick", Input).value == "bob", "the name used last is filled in"
            await bob.press("enter")
            await bob.until(f"Password of bob on 127.0.0.1:{server.port}:")
            assert server.server.received == []
            await bob.type("correct", "enter")
            await bob.until("You are in #lobby")
            assert server.server.said("AUTHENTICATE")

    with fake_server("sasl=PLAIN") as server:
        run(test(server))


@pytest.mark.system
def test_enter_on_nothing_comes_without_the_account(tmp_path: Path) -> None:
    async def test(server: Threaded) -> None:
        known(tmp_path, Server("127.0.0.1", server.port, nick="bob", account="bob"))
        async with client(options(tmp_path, "127.0.0.1", str(server.port), "--nick", "bob")) as bob:
            await bob.until("Password of bob")
            await bob.press("enter")
            await bob.until("You are in #lobby")
            assert server.server.said("AUTHENTICATE") == []

    with fake_server("sasl=PLAIN") as server:
        run(test(server))


@pytest.mark.system
def test_each_of_the_servers_used_before_has_its_own_name(tmp_path: Path) -> None:
    async def test(server: Threaded) -> None:
        known(tmp_path, Server("127.0.0.2", 1, nick="alice"), Server("127.0.0.1", server.port, nick="bob"))
        async with client(options(tmp_path)) as bob:
            await bob.until("as alice")
            await bob.press("down", "enter")
            await bob.until("You are in #lobby")
            assert bob.talk.model.chat.nick == "bob"

    with fake_server() as server:
        run(test(server))
