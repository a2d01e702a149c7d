"""What was set lasts, as a person in line mode meets it; `docs/lasting.md` has the table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio
from keyring.core import load_keyring

from tests.support.fake_server import FakeServer
from tests.support.keyring import Ring, system_with, wait_threads_ended
from tests.support.lines import HERE, ListScreen, Run
from trialogue_client import settings

NO_RING = "keyring.backends.fail.Keyring"
SERVICE = f"trialogue {HERE}"


@asynccontextmanager
async def started(
    directory: Path, *, keys: dict[str, str], asks: bool = True
) -> AsyncIterator[tuple[ListScreen, FakeServer]]:
    """Start line mode as bob, on a server with these keys."""
    async with trio.open_nursery() as nursery:
        server, screen = FakeServer(nursery), ListScreen(asks=asks)
        server.keys = keys
        nursery.start_soon(Run(server, screen, directory=directory))
        await screen.until("You are in #lobby")
        yield screen, server
        nursery.cancel_scope.cancel()
    await wait_threads_ended()


async def test_the_key_of_a_room_is_kept_in_the_key_ring_and_used_at_the_next_start(tmp_path: Path) -> None:
    ring, keys = Ring(), {"#den": "sesame"}
    with system_with(ring):
        async with started(tmp_path, keys=keys) as (screen, _):
            screen.type("/join #den sesame")
            await screen.until("The key of #den is in the system's key ring now")
            assert ring.kept == {(SERVICE, "#den"): "sesame"}
        async with started(tmp_path, keys=keys) as (screen, server):
            await screen.until("You are in #den")
            assert server.said("JOIN") == ["JOIN #lobby", "JOIN #den", "JOIN #den sesame"]
    assert "sesame" not in (tmp_path / settings.FILE).read_text()


async def test_a_key_that_was_changed_is_asked_for_and_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    ring, keys = Ring(), {"#den": "sesame"}
    with system_with(ring):
        async with started(tmp_path, keys=keys) as (screen, server):
            screen.type("/join #den sesame")
            await screen.until("The key of #den is in")
            keys["#den"] = "barley"
            server.cut("bob")
            await screen.until_asked("Key of #den (Enter for none): ")
            assert screen.hidden
            screen.shown.clear()
            screen.type("oats")
            await screen.until("Cannot join")
            await screen.until_asked("Key of #den (Enter for none): ")
            screen.type("barley")
            await screen.until("You are back in #den")
            await screen.until("The key of #den is in")
            assert ring.kept == {(SERVICE, "#den"): "barley"}


async def test_a_key_that_somebody_sets_is_kept_too(tmp_path: Path) -> None:
    ring = Ring()
    with system_with(ring):
        async with started(tmp_path, keys={}) as (screen, server):
            server.peers[0].send(":fake.test 005 bob CHANMODES=b,k,l,imnst PREFIX=(ov)@+ :are supported")
            server.peers[0].send(":alice!a@h MODE #lobby +k sesame")
            await screen.until("The key of #lobby is in")
            assert ring.kept == {(SERVICE, "#lobby"): "sesame"}
            screen.type("/forget")
            await screen.until("The key of #lobby is not in the system's key ring any more.")
            assert ring.kept == {}


async def test_without_a_key_ring_a_room_stays_and_its_key_is_asked_for(tmp_path: Path) -> None:
    keys = {"#den": "sesame"}
    with system_with(load_keyring(NO_RING)):
        async with started(tmp_path, keys=keys) as (screen, _):
            screen.type("/join #den sesame")
            await screen.until("You are in #den")
        async with started(tmp_path, keys=keys) as (screen, _):
            await screen.until_asked("Key of #den (Enter for none): ")
            screen.type("")
            await screen.until("You are not in #den: come in with /join #den KEY.")
        async with started(tmp_path, keys=keys) as (screen, _):
            await screen.until_asked("Key of #den (Enter for none): ")
            screen.type("sesame")
            await screen.until("You are in #den")
    assert "sesame" not in (tmp_path / settings.FILE).read_text()


async def test_one_can_say_that_no_key_is_to_be_kept(tmp_path: Path) -> None:
    ring = Ring()
    with system_with(ring):
        async with started(tmp_path, keys={"#den": "sesame"}) as (screen, _):
            screen.type("/set key_ring off", "/join #den sesame")
            await screen.until("You are in #den")
            screen.type("/forget")
            await screen.until("You have no account here")
            assert ring.kept == {}


async def test_the_question_goes_when_the_room_has_let_us_in(tmp_path: Path) -> None:
    keys = {"#den": "sesame"}
    with system_with(load_keyring(NO_RING)):
        async with started(tmp_path, keys=keys) as (screen, server):
            screen.type("/join #den")
            await screen.until_asked("Key of #den")
            server.rooms["#den"] = [server.peers[0]]
            server.peers[0].send(":bob!user@host JOIN #den")
            await screen.until_asked("#den> ")


async def test_where_nobody_can_be_asked_the_refusal_is_told_and_that_is_all(tmp_path: Path) -> None:
    with system_with(Ring()):
        async with started(tmp_path, keys={"#den": "sesame"}, asks=False) as (screen, _):
            screen.type("/join #den")
            await screen.until("Cannot join channel (+k)")
    assert not (tmp_path / settings.FILE).exists()


async def test_what_was_set_on_the_server_is_set_again_at_the_next_start(tmp_path: Path) -> None:
    with system_with(Ring()):
        async with started(tmp_path, keys={}) as (screen, server):
            screen.type("/raw MONITOR + carol", "/away lunch", "/set bell off")
            await screen.until("bell       off")
            server.peers[0].send(":bob!user@host MODE bob :+R")
            server.peers[0].send(":carol!user@host PRIVMSG #lobby :so far")
            await screen.until("so far")
        async with started(tmp_path, keys={}) as (screen, server):
            assert server.said("MODE") == ["MODE bob +R"]
            assert server.said("MONITOR") == ["MONITOR + carol"]
            assert server.said("AWAY") == []


async def test_a_room_that_is_quiet_is_quiet_under_its_new_name_too(tmp_path: Path) -> None:
    with system_with(Ring()):
        async with started(tmp_path, keys={}) as (screen, server):
            screen.type("/mute #lobby")
            await screen.until("/unmute #lobby undoes it")
            server.peers[0].send(":fake.test RENAME #lobby #hall :tidier")
            await screen.until_asked("#hall> ")
    assert settings.read(tmp_path).muted == ("fake.test #hall",)


def test_a_server_that_is_wanted_at_every_start_is_not_forgotten_for_others() -> None:
    kept = settings.Settings(servers=(settings.Server("first", 1, connect=True),))
    for port in range(1, 40):
        kept = kept.used(settings.Server("other", port))
    assert kept.servers[-1].host == "first"
    assert len(kept.servers) == 21
