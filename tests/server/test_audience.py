"""Audiences: what is cached for a channel is always what a fresh search would find."""

import pytest

from tests.support.irc import Client, Irc
from trialogue_server.delivery.audience import Groups
from trialogue_server.session.outbox import Outbox
from trialogue_server.world.events import ChannelJoined, ChannelParted


def found(groups: Groups) -> dict[int, list[int]]:
    """Return the identities of the outboxes by capability set."""
    return {caps: sorted(map(id, outboxes)) for caps, outboxes in groups.by_caps.items()}


def check(irc: Irc, name: str = "#test") -> Groups:
    """Compare what is kept for a channel with a fresh look; return it."""
    channel = irc.core.world.channels[name]
    kept = irc.core.audience.channel(channel)
    fresh = irc.core.audience.users(member.user for member in channel.members.values())
    assert found(kept) == found(fresh)
    assert sorted(map(id, kept.outboxes)) == sorted(map(id, fresh.outboxes))
    return kept


@pytest.fixture
def alice(irc: Irc) -> Client:
    """A member of #test, as is bob."""
    return irc.room("#test", "alice", "bob")[0]


def test_a_message_finds_what_is_kept(irc: Irc, alice: Client) -> None:
    kept = check(irc)
    alice.send("PRIVMSG #test :hi", "TOPIC #test :x")
    assert check(irc) is kept


@pytest.mark.parametrize(
    "line", ["PART #test", "NICK alicia", "MODE #test +v bob", "KICK #test bob", "CAP REQ :server-time", "QUIT"]
)
def test_changes_are_seen(irc: Irc, alice: Client, line: str) -> None:
    check(irc)
    alice.send(line)
    check(irc)


def test_joining_adds_to_what_is_kept(irc: Irc, alice: Client) -> None:
    kept = check(irc)
    carol = irc.connect("carol", "server-time")
    carol.send("JOIN #test")
    assert check(irc) is kept
    assert len(kept.outboxes) == 3


def test_joining_and_leaving_between_two_looks(irc: Irc, alice: Client) -> None:
    check(irc)
    world = irc.core.world
    for nick in ("carol", "dave"):
        user = irc.connect(nick).session.user
        assert user is not None
        world.apply(ChannelJoined(1, irc.now, user.uid, user.mask, "", "#test", "Real"))
    world.apply(ChannelParted(1, irc.now, 1, "alice!alice@127.0.0.1", "", "#test", ""))
    assert len(world.channels["#test"].members) == 3
    check(irc)


def test_capabilities_change_who_gets_which_line(irc: Irc, alice: Client) -> None:
    check(irc)
    alice.ask("CAP REQ :server-time message-tags")
    assert len(found(check(irc))) == 2
    alice.ask("CAP REQ :-server-time -message-tags")
    assert len(found(check(irc))) == 1


def test_a_new_channel_of_an_old_name(irc: Irc, alice: Client) -> None:
    check(irc)
    alice.send("KICK #test bob", "PART #test")
    irc.connect("dave").send("JOIN #test")
    assert len(check(irc).outboxes) == 1


def test_channels_that_are_gone_are_forgotten(irc: Irc) -> None:
    alice = irc.connect("alice")
    for number in range(300):
        alice.send(f"JOIN #c{number}", f"PRIVMSG #c{number} :hi", f"PART #c{number}")
    assert len(irc.core.audience._kept) <= 102


def test_ranks(irc: Irc, alice: Client) -> None:
    alice.send("MODE #test +v bob")
    irc.connect("carol").send("JOIN #test")
    channel, audience = irc.core.world.channels["#test"], irc.core.audience
    assert [len(audience.ranked(channel, rank).outboxes) for rank in (0, 1, 2)] == [3, 2, 1]


def test_peers_are_counted_once(irc: Irc, alice: Client) -> None:
    irc.enter("#other", alice, irc.connect("carol"))
    irc.enter("#third", alice)
    user, audience = alice.session.user, irc.core.audience
    assert user is not None
    assert len(audience.peers(user, with_self=False).outboxes) == 2
    assert len(audience.peers(user, with_self=True).outboxes) == 3
    loner = irc.connect("loner").session
    assert loner.user is not None
    assert audience.peers(loner.user, with_self=True).outboxes == [loner.outbox]


def test_capable(irc: Irc, alice: Client) -> None:
    carol = irc.connect("carol", "invite-notify", "server-time")
    bits = carol.session.caps
    groups = Groups()
    irc.core.audience.add_capable(groups, irc.core.world.users.values(), bits)
    outboxes: list[Outbox] = groups.outboxes
    assert outboxes == [carol.session.outbox]
