"""Server bans at the door, over real sockets, and after a restart."""

from pathlib import Path

import pytest
import trio

from ircwire.casemap import ascii_fold
from tests.support.patience import PATIENCE
from tests.support.running import running
from trialogue_server.config.load import load
from trialogue_server.serving import _cloak_key
from trialogue_server.store.database import Database
from trialogue_server.world.events import OperatorGranted, OperatorRevoked, ServerBanLifted, ServerBanSet
from trialogue_server.world.operator_grants import OperatorGrant
from trialogue_server.world.server_bans import ServerBan
from trialogue_server.world.world import World

pytestmark = pytest.mark.system

HERE = ServerBan("network", "127.0.0.0/8", "root", 0.0, 0.0, "spam")
ELSEWHERE = ServerBan("address", "192.0.2.1", "root", 0.0, 5.0, "spam")
STAMP = (0.0, 0, "", "")


async def test_a_banned_address_is_turned_away_before_it_says_anything(tmp_path: Path) -> None:
    """ "Returned to indicate that the server has been configured to explicitly deny connections from this client."

    https://modern.ircdocs.horse/#erryourebannedcreep-465
    """
    with trio.fail_after(PATIENCE):
        async with running(tmp_path) as server:
            server.core.world.server_bans.set(HERE)
            stranger = await server.connect()
            assert await stranger.line() == ":trialogue.local 465 * :You are banned from this server: spam"
            assert await stranger.line() == "ERROR :Banned from this server"


async def test_over_tls_it_hears_why_when_it_registers(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
        async with running(tmp_path) as server:
            server.core.world.server_bans.set(HERE)
            stranger = await server.connect_tls()
            await stranger.say("NICK bob", "USER bob 0 * :Bob")
            assert await stranger.hear("465")
            assert await stranger.hear("ERROR")


def test_bans_and_grants_survive_a_restart(tmp_path: Path) -> None:
    def opened() -> Database:
        return Database(tmp_path / "chat.db", durability="process", fold=ascii_fold)

    kept, taken = OperatorGrant("alice", ("kill",), 1.0), OperatorGrant("bob", ("die",), 1.0)
    before = opened()
    before.write(
        [
            ServerBanSet(1, *STAMP, HERE),
            ServerBanSet(2, *STAMP, ELSEWHERE),
            OperatorGranted(3, *STAMP, kept),
            OperatorGranted(4, *STAMP, taken),
        ]
    )
    before.write([ServerBanLifted(5, *STAMP, "network", "127.0.0.0/8"), OperatorRevoked(6, *STAMP, "bob")])
    before.close()
    after, world = opened(), World(ascii_fold, whowas_entries=0)
    for event in after.restore():
        world.apply(event)
    after.close()
    assert list(world.server_bans) == [ELSEWHERE]
    assert list(world.grants) == [kept]


def test_the_key_of_the_cloaks_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    """Without the same key after a restart, bans of hosts would mean nobody."""
    config = load(None, {"TRIALOGUE_DATA_DIRECTORY": str(tmp_path)})
    key = _cloak_key(config)
    assert len(key) == 64
    assert _cloak_key(config) == key
    assert (tmp_path / "cloak.key").stat().st_mode & 0o777 == 0o600
    assert _cloak_key(load(None, {"TRIALOGUE_SERVER_CLOAK_KEY": "mine"})) == "mine"
