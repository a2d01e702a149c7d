"""Line mode is a full citizen: what the full screen can, it can."""

from pathlib import Path

import pytest
import trio

from tests.support.fake_server import FakeServer
from tests.support.keyring import Ring, system_with
from tests.support.lines import HERE, OTHER, ListScreen, Run, in_the_lobby
from trialogue_client import settings
from trialogue_client.address import Endpoint
from trialogue_client.arguments import parse_arguments
from trialogue_client.engine.startup import Startup
from trialogue_client.lines.startup import NoPasswordError, StartupQuestions
from trialogue_client.settings import Server, Settings
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.profile import ConnectionProfile

SECRET = "correct horse battery"
SAFE = Endpoint("fake.test", HERE.port, tls=True)


async def test_settings_are_shown_changed_at_once_and_kept(
    autojump_clock: trio.testing.MockClock, tmp_path: Path
) -> None:
    (tmp_path / settings.FILE).write_text("# mine\nbell = true  # loud\n")
    async with in_the_lobby(tmp_path) as (screen, server, _, nursery):
        dave = ListScreen(asks=True)
        screen.type("/set")
        await screen.until("Change one as in /set bell off.")
        screen.type("/set colour red", "/set highlights !!", "/set highlights tea")
        await screen.until("! There is no setting colour")
        await screen.until("! “!!” is no word that somebody could call you by")
        await screen.until("highlights tea —")
        nursery.start_soon(Run(server, dave, nick="dave"))
        await dave.until("You are in #lobby")
        dave.type("nothing", "bob: hi", "Tea for all")
        await screen.until("dave: Tea for all")
        assert screen.rings == 2
        screen.type("/mute dave")
        await screen.until("Nothing new from dave")
        dave.type("bob: again")
        await screen.until("dave: bob: again")
        screen.type("/unmute dave", "/set bell off")
        await screen.until("bell       off")
        dave.type("bob: and again")
        await screen.until("dave: bob: and again")
        assert screen.rings == 2
    assert (tmp_path / settings.FILE).read_text().startswith("# mine\nbell = false  # loud\n")


async def test_what_is_wrong_in_the_file_is_said_with_the_key_and_what_would_be_right(
    autojump_clock: trio.testing.MockClock, tmp_path: Path
) -> None:
    (tmp_path / settings.FILE).write_text('bell = "loud"\n')
    screen = ListScreen(asks=True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(Run(FakeServer(nursery), screen, directory=tmp_path))
        await screen.until("You are in #lobby")
        nursery.cancel_scope.cancel()
    assert screen.complaints == [f"! {tmp_path / settings.FILE}: bell has to be true or false."]


async def test_on_several_servers_each_line_says_where_and_one_goes_back_by_connect(
    autojump_clock: trio.testing.MockClock, tmp_path: Path
) -> None:
    async with in_the_lobby(tmp_path) as (screen, first, run, _):
        second = run.servers[OTHER]
        screen.type(f"/connect fake.test:{OTHER} --nick robert", "hello there")
        await screen.until("You are in #lobby with nobody else yet")
        assert screen.prompts[-1] == f"fake.test:{OTHER} #lobby> "
        screen.type("second")
        await screen.until("robert: second")
        screen.type("/connect", "/connect fake.test:6667", "first")
        await screen.until(f"You are on fake.test:{OTHER} as robert, and talk there.")
        await screen.until("You talk on fake.test:6667 now.")
        await screen.until("bob: first")
        await trio.sleep(1)
        assert second.said("PRIVMSG") == ["PRIVMSG #lobby :hello there", "PRIVMSG #lobby second"]
        assert first.said("PRIVMSG") == ["PRIVMSG #lobby first"]
        screen.type("/disconnect")
        await screen.until(f"You are not on fake.test:6667 any more; you talk on fake.test:{OTHER}.")
        assert screen.prompts[-1] == "#lobby> "
        assert run.code == -1
        screen.type("/connect fake.test:0", "/quit")
        await screen.until("! 0 is no port")
        await trio.sleep(1)
        assert run.code == 0


async def test_a_second_server_that_cannot_be_reached_disturbs_no_other(
    autojump_clock: trio.testing.MockClock, tmp_path: Path
) -> None:
    async with in_the_lobby(tmp_path) as (screen, _, run, __):
        del run.servers[OTHER]
        screen.type(f"/connect fake.test:{OTHER}")
        await screen.until(f"You are not on fake.test:{OTHER} any more; you talk on fake.test:6667.")
        screen.type("still here")
        await screen.until("bob: still here")


def at(host: str = "", *words: str, directory: Path) -> StartupQuestions:
    """Return what begins a run on a screen where nobody is needed."""
    given = parse_arguments(
        [*filter(None, [host]), *words, "--lines"], {"TRIALOGUE_CONFIG_DIR": str(directory)}, terminal=True
    )
    return StartupQuestions(Startup(given, Memory(directory)), ListScreen(asks=False), nobody)


async def nobody(_: object) -> None:
    """Find no server."""


async def test_a_password_in_the_key_ring_is_not_asked_for(tmp_path: Path) -> None:
    known = Server(HERE.host, HERE.port, nick="bob", account="bob", key_ring=True)
    settings.write(tmp_path, Settings(servers=(known,)))
    ring = Ring()
    ring.set_password(f"trialogue {HERE}", "bob", SECRET)
    with system_with(ring):
        (network,) = await at("fake.test", "--account", "bob", directory=tmp_path).networks()
        credentials = network.chat.identity.credentials
        assert credentials is not None
        assert credentials.password == SECRET
        ring.delete_password(f"trialogue {HERE}", "bob")
        with pytest.raises(NoPasswordError, match="The password of bob is missing"):
            await at("fake.test", "--account", "bob", directory=tmp_path).networks()


async def test_servers_that_are_wanted_at_every_start_are_gone_to(tmp_path: Path) -> None:
    servers = (
        Server("a", 6667, nick="bob", connect=True, rooms=("#den",)),
        Server("b", 1),
        Server("c", 2, connect=True),
    )
    settings.write(tmp_path, Settings(servers=servers))
    networks = await at(directory=tmp_path).networks()
    assert [(one.profile.endpoint, one.profile.patient) for one in networks] == [
        (Endpoint("a", 6667), True),
        (Endpoint("c", 2), True),
    ]
    assert list(networks[0].chat.autojoin) == ["#den"]
    (only,) = await at("b", directory=tmp_path).networks()
    assert only.profile.endpoint.host == "b"


# The key ring is asked in a thread, and a clock that jumps would not wait for it.


async def test_a_password_that_proved_right_is_kept_when_its_owner_says_so_and_forgotten(tmp_path: Path) -> None:
    ring = Ring()
    with system_with(ring):
        async with trio.open_nursery() as nursery:
            screen = ListScreen(asks=True)
            server = FakeServer(nursery, "sasl=PLAIN")
            nursery.start_soon(Run(server, screen, profile=ConnectionProfile(SAFE, "bob", SECRET), directory=tmp_path))
            await screen.until("You are in #lobby")
            await screen.until_asked("Keep the password of bob on fake.test:6667 (TLS) in this system's key ring?")
            assert ring.kept == {}
            screen.type("yes")
            await screen.until("The password of bob is in the system's key ring now")
            assert ring.kept == {(f"trialogue {SAFE}", "bob"): SECRET}
            screen.type("/forget")
            await screen.until("The password of bob is not in the system's key ring any more.")
            assert ring.kept == {}
            nursery.cancel_scope.cancel()
    assert SECRET not in (tmp_path / settings.FILE).read_text()


async def test_what_is_no_answer_to_that_question_is_said(tmp_path: Path) -> None:
    ring = Ring()
    with system_with(ring):
        async with trio.open_nursery() as nursery:
            screen = ListScreen(asks=True)
            server = FakeServer(nursery, "sasl=PLAIN")
            nursery.start_soon(Run(server, screen, profile=ConnectionProfile(SAFE, "bob", SECRET), directory=tmp_path))
            await screen.until_asked("Keep the password of bob")
            screen.type("hello everybody")
            await screen.until("bob: hello everybody")
            assert ring.kept == {}
            nursery.cancel_scope.cancel()
