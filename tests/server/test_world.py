"""World.apply: what each event changes, and nothing else."""

from collections.abc import Iterator
from inspect import isclass

import pytest

from ircwire.casemap import ascii_fold
from trialogue_server.world import events as e
from trialogue_server.world import world as world_module
from trialogue_server.world.channel import Channel, ListEntry
from trialogue_server.world.user import User
from trialogue_server.world.world import World

ALICE, BOB = 1, 2


def mask(uid: int) -> str:
    """Return the nick!user@host that a user of these tests starts with."""
    nick = {ALICE: "alice", BOB: "bob"}[uid]
    return f"{nick}!{nick}@host"


def stamp(uid: int, at: float = 100.0) -> tuple[int, float, int, str, str]:
    """Return the first five fields of an event."""
    return 7, at, uid, mask(uid), ""


def registered(uid: int, nick: str) -> e.UserRegistered:
    """Return the event that makes somebody a user."""
    return e.UserRegistered(*stamp(uid), nick, nick, "host", f"Real {nick}", "192.0.2.1", False)


@pytest.fixture
def world() -> World:
    """Alice and Bob, both in #test, which Alice made with modes n and t."""
    world = World(ascii_fold, whowas_entries=10)
    world.monotonic = 100.0
    world.apply(registered(ALICE, "alice"))
    world.apply(registered(BOB, "bob"))
    world.apply(e.ChannelJoined(*stamp(ALICE), "#Test", "Real alice", "o", "nt"))
    world.apply(e.ChannelJoined(*stamp(BOB), "#Test", "Real bob"))
    return world


@pytest.fixture
def alice(world: World) -> User:
    return world.users[ALICE]


@pytest.fixture
def channel(world: World) -> Channel:
    return world.channels["#test"]


def kinds(of: type[e.Event] = e.Event) -> Iterator[type[e.Event]]:
    """Return all kinds of events that can be made."""
    for kind in of.__subclasses__():
        if kind.__subclasses__():
            yield from kinds(kind)
        else:
            yield kind


def test_every_event_is_applied() -> None:
    assert set(world_module._APPLY) == set(kinds())
    assert all(isclass(kind) for kind in world_module._APPLY)


def test_registered(world: World, alice: User) -> None:
    assert (alice.nick, alice.username, alice.host, alice.realname) == ("alice", "alice", "host", "Real alice")
    assert (alice.mask, alice.address, alice.secure) == ("alice!alice@host", "192.0.2.1", False)
    assert (alice.signon_at, alice.spoke_at, alice.modes, alice.away) == (100.0, 100.0, "", "")
    assert world.user("ALICE") is alice
    assert world.most_users == 2


def test_left(world: World, alice: User, channel: Channel) -> None:
    world.apply(e.UserModesChanged(*stamp(ALICE), ALICE, "i"))
    version = channel.version
    world.apply(e.UserLeft(*stamp(ALICE, 200.0), "Quit: bye"))
    assert list(world.users) == [BOB]
    assert world.user("alice") is None
    assert list(channel.members) == [BOB]
    assert channel.version > version
    assert not alice.channels
    assert world.whowas.find("Alice", since=0)[0].at == 200.0
    assert (world.most_users, world.with_mode["i"]) == (2, 0)


def test_nick_changed(world: World, alice: User, channel: Channel) -> None:
    version = channel.version
    world.apply(e.NickChanged(*stamp(ALICE), "Alicia"))
    assert (alice.nick, alice.mask) == ("Alicia", "Alicia!alice@host")
    assert world.user("alice") is None
    assert world.user("alicia") is alice
    assert [one.nick for one in world.whowas.find("alice", since=0)] == ["alice"]
    assert channel.version > version


def test_nick_changed_in_case(world: World, alice: User) -> None:
    world.apply(e.NickChanged(*stamp(ALICE), "ALICE"))
    assert world.user("alice") is alice
    assert world.whowas.find("alice", since=0) == []


def test_realname_host_and_away(world: World, alice: User) -> None:
    world.apply(e.RealnameChanged(*stamp(ALICE), "Somebody"))
    world.apply(e.HostChanged(*stamp(ALICE), "~al", "cloak"))
    world.apply(e.AwayChanged(*stamp(ALICE), "gone"))
    assert (alice.realname, alice.mask, alice.away) == ("Somebody", "alice!~al@cloak", "gone")
    assert alice.address == "192.0.2.1"
    world.apply(e.AwayChanged(*stamp(ALICE), ""))
    assert alice.away == ""


def test_own_modes_and_operators(world: World, alice: User) -> None:
    world.apply(e.UserModesChanged(*stamp(ALICE), ALICE, "iw"))
    world.apply(e.OperGranted(*stamp(ALICE), "root", ("kill",)))
    assert (alice.modes, alice.oper, alice.has("kill"), alice.has("die")) == ("iow", "root", True, False)
    assert (world.with_mode["o"], world.with_mode["i"]) == (1, 1)
    world.apply(e.UserModesChanged(*stamp(ALICE), ALICE, "w"))
    assert (alice.modes, alice.oper, alice.privileges) == ("w", "", frozenset())
    assert (world.with_mode["o"], world.with_mode["i"]) == (0, 0)


def test_joined(world: World, channel: Channel) -> None:
    assert (channel.name, channel.created_at, channel.flags) == ("#Test", 100.0, {"n", "t"})
    assert [(uid, member.modes) for uid, member in channel.members.items()] == [(ALICE, "o"), (BOB, "")]
    assert all(member.user.channels == {"#test": channel} for member in channel.members.values())
    assert world.share_channel(world.users[ALICE], world.users[BOB])


def test_parted_and_kicked(world: World, alice: User, channel: Channel) -> None:
    world.apply(e.Kicked(*stamp(ALICE), "#TEST", BOB, "bob", "x"))
    assert (list(channel.members), world.users[BOB].channels) == ([ALICE], {})
    world.apply(e.ChannelParted(*stamp(ALICE), "#test", ""))
    assert (world.channels, alice.channels) == ({}, {})


def test_invited_and_joined(world: World, alice: User, channel: Channel) -> None:
    world.apply(e.ChannelParted(*stamp(BOB), "#test", ""))
    world.apply(e.Invited(*stamp(ALICE), "#test", BOB, "bob"))
    assert channel.invited == {BOB}
    assert world.users[BOB].invited == {channel}
    world.apply(e.ChannelJoined(*stamp(BOB), "#test", "Real bob"))
    assert (channel.invited, world.users[BOB].invited) == (set(), set())


def test_invitations_go_with_the_user_or_the_channel(world: World, alice: User, channel: Channel) -> None:
    world.apply(e.ChannelParted(*stamp(BOB), "#test", ""))
    world.apply(e.Invited(*stamp(ALICE), "#test", BOB, "bob"))
    world.apply(e.UserLeft(*stamp(BOB), "x"))
    assert channel.invited == set()
    world.apply(registered(BOB, "bob"))
    world.apply(e.Invited(*stamp(ALICE), "#test", BOB, "bob"))
    world.apply(e.ChannelParted(*stamp(ALICE), "#test", ""))
    assert world.users[BOB].invited == set()


def test_topic(world: World, channel: Channel) -> None:
    world.apply(e.TopicChanged(*stamp(ALICE, 150.0), "#test", "About"))
    assert (channel.topic, channel.topic_by, channel.topic_at) == ("About", "alice!alice@host", 150.0)
    world.apply(e.TopicChanged(*stamp(BOB, 160.0), "#test", ""))
    assert channel.topic == ""


def modes(world: World, *changes: tuple[bool, str, str]) -> None:
    """Apply changes of #test's modes."""
    world.apply(e.ModesChanged(*stamp(ALICE), "#test", changes, ()))


def test_flags_key_and_limit(world: World, channel: Channel) -> None:
    modes(world, (True, "i", ""), (False, "t", ""), (True, "k", "secret"), (True, "l", "5"))
    assert channel.mode_words(with_key=True) == ["+inkl", "secret", "5"]
    assert channel.mode_words(with_key=False) == ["+inkl", "*", "5"]
    modes(world, (False, "i", ""), (False, "n", ""), (False, "k", "secret"), (False, "l", ""))
    assert channel.mode_words(with_key=True) == ["+"]


def test_lists(world: World, channel: Channel) -> None:
    modes(world, (True, "b", "x!*@*"), (True, "b", "y!*@*"), (True, "e", "z!*@*"))
    assert channel.lists["b"][0] == ListEntry("x!*@*", "alice!alice@host", 100.0)
    modes(world, (False, "b", "x!*@*"), (False, "I", "unknown!*@*"))
    assert [entry.mask for letter in "beI" for entry in channel.lists[letter]] == ["y!*@*", "z!*@*"]


def test_prefixes(world: World, channel: Channel) -> None:
    version = channel.version
    modes(world, (True, "v", str(BOB)), (True, "o", str(BOB)))
    member = channel.members[BOB]
    assert (member.modes, member.prefixes, member.is_op, member.rank) == ("ov", "@+", True, 2)
    assert channel.version > version
    modes(world, (False, "o", str(BOB)))
    assert (member.modes, member.is_op, member.can_speak_moderated, member.rank) == ("v", False, True, 1)


@pytest.mark.parametrize(("command", "spoke_at"), [("PRIVMSG", 300.0), ("NOTICE", 300.0), ("TAGMSG", 100.0)])
def test_who_speaks_is_not_idle(world: World, alice: User, command: str, spoke_at: float) -> None:
    world.monotonic = 300.0
    world.apply(e.MessagePosted(*stamp(ALICE, 900.0), command, "#test", "#test", 0, "", "hi", ""))
    assert alice.spoke_at == spoke_at


def test_the_servers_own_words_are_nobodys(world: World) -> None:
    world.apply(e.MessagePosted(1, 1.0, 0, "server.example", "", "NOTICE", "alice", "", ALICE, "", "hi", ""))
    world.apply(e.WallopsSent(*stamp(ALICE), "hi"))


def test_whowas_keeps_the_last() -> None:
    world = World(ascii_fold, whowas_entries=2)
    for place, nick in enumerate(("a", "b", "c")):
        world.apply(registered(ALICE, nick))
        world.apply(e.UserLeft(*stamp(ALICE, 100.0 + place), "x"))
    assert [bool(world.whowas.find(nick, since=0)) for nick in "abc"] == [False, True, True]
    assert world.whowas.find("b", since=101.5) == []
