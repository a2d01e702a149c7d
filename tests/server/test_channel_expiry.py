"""Once a second it is seen to that channels which need not be kept are forgotten."""

import trio
from msgspec.structs import replace
from trio.testing import MockClock

from tests.support.irc import Irc
from tests.support.store import ManualStore
from trialogue_server.channel_expiry import expire_channels_forever
from trialogue_server.commands.deciding import open_door
from trialogue_server.pulse import Pulse
from trialogue_server.reaper import reap_forever
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.world.moment import Moment


class Sizes(ManualStore):
    """Tells sizes, once it can be read."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, int] = {}
        self.asked = 0

    async def sizes(self, conversations: object) -> dict[str, int]:
        self.asked += 1
        if not self.known:
            raise StoreUnavailable("the disk is gone")
        return dict(self.known)


async def test_a_channel_of_which_nothing_is_kept_goes_and_the_settings_are_followed(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    irc, store = Irc(), Sizes()
    alice = irc.connect("alice")
    for name in ("#silent", "#talk"):
        irc.enter(name, alice)
        alice.send(f"PRIVMSG {name} :hello", f"PART {name}")
    pulse = Pulse(irc.core.tick, store, patience=lambda: 0.0, report=lambda *said: None)
    world = irc.core.world

    def clock() -> Moment:
        return Moment(irc.now + trio.current_time(), trio.current_time())

    door = open_door(irc.core, clock)
    nursery.start_soon(expire_channels_forever, door, pulse, store)
    nursery.start_soon(reap_forever, door, pulse)
    await trio.sleep(2.5)
    assert store.asked == 2
    assert set(world.emptied) == {"#silent", "#talk"}, "what cannot be asked is not known"
    store.known = {"#silent": 0, "#talk": 100}
    await trio.sleep(1)
    assert set(world.emptied) == {"#talk"}
    irc.core.config = replace(irc.core.config, rooms=replace(irc.core.config.rooms, permanent=("#hall",)))
    await trio.sleep(1)
    assert set(world.channels) == {"#talk", "#hall"}
    irc.core.config = replace(irc.core.config, rooms=replace(irc.core.config.rooms, permanent=(), emptied_bytes=99))
    await trio.sleep(1)
    assert not world.channels
