"""MONITOR and extended-monitor.

https://ircv3.net/specs/extensions/monitor and https://ircv3.net/specs/extensions/extended-monitor
"""

import pytest

from tests.support.irc import Irc
from trialogue_server.world.events import HostChanged

OWN = "127.0.0.1"


def test_it_is_announced_with_its_limit() -> None:
    """ "This token takes an optional parameter, of the maximum amount of targets a client may have in their monitor
    list. If no parameter is specified, there is no limit."

    https://ircv3.net/specs/extensions/monitor#monitor-command
    """
    for setting, token in ((100, "MONITOR=100"), (0, "MONITOR")):
        client = Irc(limits={"monitor_entries": setting}).connect("alice")
        shown = [param for message in client.ask("VERSION") if message.command == "005" for param in message.params]
        assert token in shown


def test_those_who_are_there_and_those_who_are_not_are_told_apart(irc: Irc) -> None:
    """ "If any of the targets being added are online, the server will generate RPL_MONONLINE numerics listing those
    targets that are online. If any of the targets being added are offline, the server will generate RPL_MONOFFLINE
    numerics listing those targets that are offline."

    https://ircv3.net/specs/extensions/monitor#monitor--targettarget2
    """
    alice = irc.connect("alice")
    irc.connect("bob")
    irc.connect("carol")
    alice.send("MONITOR + bob,dave,carol,erin")
    assert alice.lines() == [
        f":trialogue.local 730 alice :bob!bob@{OWN},carol!carol@{OWN}",
        ":trialogue.local 731 alice :dave,erin",
    ]


def test_comings_and_goings_are_told(irc: Irc) -> None:
    """ "This numeric is used to indicate to a client that either a target has just become online, or that a target
    they have added to their monitor list is online." and "The server may send "*" instead of the nick".

    https://ircv3.net/specs/extensions/monitor#730---rpl_mononline
    """
    alice, dave = irc.connect("alice"), irc.connect("dave")
    alice.ask("MONITOR + Bob")
    bob = irc.connect("bob")
    assert alice.lines() == [f":trialogue.local 730 * :bob!bob@{OWN}"]
    bob.send("QUIT :bye")
    assert alice.lines() == [":trialogue.local 731 * :bob"]
    irc.connect("bob").drop()
    assert alice.lines() == [f":trialogue.local 730 * :bob!bob@{OWN}", ":trialogue.local 731 * :bob"]
    assert dave.lines() == []


def test_a_changed_nick_is_one_gone_and_another_there(irc: Irc) -> None:
    """ "…a target has just become online" / "…a target has just left the irc network"

    https://ircv3.net/specs/extensions/monitor#731---rpl_monoffline
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.ask("MONITOR + bob,rob")
    bob.send("NICK rob")
    assert alice.lines() == [":trialogue.local 731 * :bob", f":trialogue.local 730 * :rob!bob@{OWN}"]
    bob.send("NICK ROB")
    assert alice.lines() == []


def test_a_target_is_listed_once_and_as_it_was_given(irc: Irc) -> None:
    """ "Targets already in the list MUST NOT be added again."
    "All output will use RPL_MONLIST, and the output will be terminated with RPL_ENDOFMONLIST."

    https://ircv3.net/specs/extensions/monitor#monitor-l
    """
    alice = irc.connect("alice")
    assert [message.command for message in alice.ask("MONITOR + Bob,bob,Carol", "MONITOR + BOB")] == ["731"]
    alice.send("MONITOR L")
    assert alice.lines() == [
        ":trialogue.local 732 alice :Bob,Carol",
        ":trialogue.local 733 alice :End of MONITOR list",
    ]


def test_a_removed_target_is_no_news_any_more(irc: Irc) -> None:
    """ "Removes the given list of targets from the list of targets being monitored. No output will be returned for use
    of this command."

    https://ircv3.net/specs/extensions/monitor#monitor---targettarget2
    """
    alice = irc.connect("alice")
    alice.ask("MONITOR + bob,carol")
    assert alice.ask("MONITOR - BOB,nobody") == []
    irc.connect("bob")
    irc.connect("carol")
    assert alice.lines() == [f":trialogue.local 730 * :carol!carol@{OWN}"]


def test_clearing_ends_all(irc: Irc) -> None:
    """ "Clears the list of targets being monitored. No output will be returned for use of this command."

    https://ircv3.net/specs/extensions/monitor#monitor-c
    """
    alice = irc.connect("alice")
    alice.ask("MONITOR + bob,carol")
    assert alice.ask("MONITOR C") == []
    irc.connect("bob")
    assert alice.lines() == []
    assert [message.command for message in alice.ask("MONITOR L")] == ["733"]


def test_the_status_of_all_is_shown_on_demand(irc: Irc) -> None:
    """ "Outputs for each target in the list being monitored, whether the client is online or offline."

    https://ircv3.net/specs/extensions/monitor#monitor-s
    """
    alice = irc.connect("alice")
    irc.connect("bob")
    alice.ask("MONITOR + bob,carol")
    alice.send("MONITOR S")
    assert alice.lines() == [f":trialogue.local 730 alice :bob!bob@{OWN}", ":trialogue.local 731 alice :carol"]


def test_a_full_list_names_what_does_not_fit() -> None:
    """ "The <limit> parameter is the maximum number of targets a client may have in their list, the <targets> parameter
    is the list of targets, as the client sent them, that cannot be added."

    https://ircv3.net/specs/extensions/monitor#734---err_monlistfull
    """
    alice = Irc(limits={"monitor_entries": 2}).connect("alice")
    alice.send("MONITOR + a,b,C,d")
    assert alice.lines() == [
        ":trialogue.local 731 alice :a,b",
        ":trialogue.local 734 alice 2 C,d :Monitor list is full",
    ]


def test_names_that_do_not_fit_are_whole() -> None:
    """ "the list of targets, as the client sent them, that cannot be added": on as many lines as they take.

    https://ircv3.net/specs/extensions/monitor#734---err_monlistfull
    """
    alice = Irc(limits={"monitor_entries": 1}).connect("alice")
    names = [f"nick-{number}-{'x' * 10}" for number in range(27)]
    alice.send(f"MONITOR + {','.join(names)}")
    full = [line for line in alice.lines() if " 734 " in line]
    assert len(full) > 1
    assert all(len(line.encode()) <= 510 and line.endswith(" :Monitor list is full") for line in full)
    assert [name for line in full for name in line.split(" ")[4].split(",")] == names[1:]


def test_masks_are_refused(irc: Irc) -> None:
    """ "For this specification, 'target' MUST be a valid nick as determined by the IRC daemon."

    https://ircv3.net/specs/extensions/monitor#monitor-command
    """
    alice = irc.connect("alice")
    assert [message.command for message in alice.ask("MONITOR + *!bob@host,bob")] == ["432", "731"]
    assert alice.ask("MONITOR L")[0].params == ["alice", "bob"]


def test_long_lists_take_several_lines(irc: Irc) -> None:
    """ "In commands and numerics where multiple targets may occur, the length of the target list is limited only by the
    buffer size of 512 chars."

    https://ircv3.net/specs/extensions/monitor#monitor-command
    """
    alice = irc.connect("alice")
    nicks = [f"n{number:02}".ljust(30, "x") for number in range(40)]
    for start in range(0, 40, 10):
        alice.send("MONITOR + " + ",".join(nicks[start : start + 10]))
    alice.read()
    alice.send("MONITOR L")
    *lines, end = alice.lines()
    assert len(lines) > 1
    assert all(len(line.encode()) <= 510 for line in lines)
    assert ",".join(line.split(" :")[1] for line in lines).split(",") == nicks
    assert " 733 " in end


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("MONITOR", ["461", "alice", "MONITOR"]),
        ("MONITOR +", ["461", "alice", "MONITOR"]),
        ("MONITOR - ,", ["461", "alice", "MONITOR"]),
        ("MONITOR X", ["FAIL", "MONITOR", "UNKNOWN_COMMAND", "X"]),
    ],
)
def test_what_makes_no_sense_is_refused(irc: Irc, line: str, answer: list[str]) -> None:
    """ "Each use of the MONITOR command takes a special modifier, indicating the operation being performed."

    https://ircv3.net/specs/extensions/monitor#monitor-command
    """
    (message,) = irc.connect("alice").ask(line)
    assert [message.command, *message.params][:-1] == answer


def test_who_has_left_hears_no_more(irc: Irc) -> None:
    """ "…multicast notifications to every client which has a subscription to a target"

    https://ircv3.net/specs/extensions/monitor#watch-vs-monitor
    """
    alice = irc.connect("alice")
    alice.ask("MONITOR + bob")
    alice.drop()
    irc.connect("bob")
    assert alice.sink.data == b""


def test_the_time_is_on_the_line_for_those_who_want_it(irc: Irc) -> None:
    """ "When enabled, the server-time extension enables optional time message tag which can be used in messages from
    server to client."

    https://ircv3.net/specs/extensions/server-time
    """
    alice = irc.connect("alice", "server-time")
    alice.ask("MONITOR + bob")
    irc.connect("bob")
    assert alice.lines() == [f"@time=2023-11-14T22:13:20.000Z :trialogue.local 730 * :bob!bob@{OWN}"]


CHANGES = [
    ("away-notify", "AWAY :lunch", f":bob!bob@{OWN} AWAY :lunch"),
    ("setname", "SETNAME :Robert", f":bob!bob@{OWN} SETNAME :Robert"),
]


@pytest.mark.parametrize(("cap", "line", "seen"), CHANGES)
def test_more_than_coming_and_going_is_told(irc: Irc, cap: str, line: str, seen: str) -> None:
    """ "If away-notify is also enabled, the client will get AWAY notifications for monitored nicks." and "If setname is
    also enabled, the client will get SETNAME notifications for monitored nicks."

    https://ircv3.net/specs/extensions/extended-monitor#description
    """
    alice, bob = irc.connect("alice", "extended-monitor", cap), irc.connect("bob", cap)
    without, plain = irc.connect("carol", "extended-monitor"), irc.connect("dave", cap)
    for watcher in (alice, without, plain):
        watcher.ask("MONITOR + BOB")
    bob.send(line)
    assert alice.lines() == [seen]
    assert without.lines() == []
    assert plain.lines() == []


def test_a_changed_host_is_told(irc: Irc) -> None:
    """ "If chghost is also enabled, the client will get CHGHOST notifications for monitored nicks."

    https://ircv3.net/specs/extensions/extended-monitor#description
    """
    alice = irc.connect("alice", "extended-monitor", "chghost")
    bob = irc.connect("bob")
    alice.ask("MONITOR + bob")
    user = bob.session.user
    assert user is not None
    irc.core.delivery.commit(HostChanged(irc.core.ids.next(irc.now), irc.now, user.uid, user.mask, "", "b", "host"))
    assert alice.lines() == [f":bob!bob@{OWN} CHGHOST b host"]


@pytest.mark.parametrize(("cap", "line", "seen"), CHANGES)
def test_who_shares_a_channel_is_told_once(irc: Irc, cap: str, line: str, seen: str) -> None:
    """ "This specification extends MONITOR to also include AWAY, ACCOUNT, CHGHOST and SETNAME notifications."

    https://ircv3.net/specs/extensions/extended-monitor#description
    """
    alice, bob = irc.connect("alice", "extended-monitor", cap), irc.connect("bob", "extended-monitor", cap)
    alice.send("JOIN #room", "MONITOR + bob")
    bob.send("JOIN #room", "MONITOR + bob")
    alice.read()
    bob.read()
    bob.send(line)
    assert alice.lines() == [seen]
    assert bob.lines().count(seen) == (1 if cap == "setname" else 0)
