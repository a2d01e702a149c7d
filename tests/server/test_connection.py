"""A connection from the first byte to the last: how it may end, and that its trouble stays its own."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.support.irc import Irc
from tests.support.live import Live
from tests.support.store import ManualStore
from trialogue_server import turns
from trialogue_server.commands import table
from trialogue_server.world.events import LoggedIn

FLUSH = 5.0
"""Seconds: the default of timeouts.flush."""


@pytest.fixture
async def live(nursery: trio.Nursery, mock_clock: MockClock) -> Live:
    return Live(nursery)


async def pass_time(clock: MockClock, seconds: float) -> None:
    """Let time go by, second by second, and everything happen that then happens."""
    await wait_all_tasks_blocked()
    for _ in range(int(seconds)):
        clock.jump(1)
        await wait_all_tasks_blocked()


# The ends.


async def test_quit_is_answered_flushed_and_closed(live: Live) -> None:
    """ "The server acknowledges this by sending an ERROR message to the client."

    https://modern.ircdocs.horse/#quit-message
    """
    alice = await live.join("alice")
    answers = await alice.ask("QUIT :bye")
    assert answers[-1].startswith("ERROR ")
    assert alice.transport.closed == "closed"
    assert alice.ended.is_set()
    assert not live.core.registry.sessions


async def test_a_slow_reader_gets_everything_before_the_close(live: Live, mock_clock: MockClock) -> None:
    alice = await live.join("alice")
    await alice.hear()
    alice.transport.room = 0
    alice.say("QUIT")
    await wait_all_tasks_blocked()
    assert not alice.ended.is_set()
    mock_clock.jump(FLUSH - 1)
    alice.transport.make_room()
    assert (await alice.hear())[-1].startswith("ERROR ")
    assert alice.transport.closed == "closed"


async def test_a_peer_that_half_closes_and_never_reads_is_given_up(live: Live, mock_clock: MockClock) -> None:
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    alice.transport.room = 0
    bob.say("PRIVMSG #room :hello")
    alice.transport.feed(b"")
    await pass_time(mock_clock, FLUSH - 1)
    assert not alice.ended.is_set()
    await pass_time(mock_clock, 1)
    assert alice.transport.closed == "aborted"
    assert alice.ended.is_set()


async def test_the_send_queue_ends_that_session_only(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, limits={"send_queue": 1000}, flood={"rate": 0})
    alice, bob, carol = [await live.join(nick, "#room") for nick in ("alice", "bob", "carol")]
    await bob.hear()
    await carol.hear()
    bob.transport.room = 0
    alice.say(*[f"PRIVMSG #room :{number} {'x' * 100}" for number in range(20)])
    heard = await carol.hear()
    assert len([line for line in heard if "PRIVMSG" in line]) == 20
    assert ":bob!bob@127.0.0.1 QUIT :SendQ exceeded" in heard
    assert bob.transport.closed == "aborted"
    assert bob.ended.is_set()
    assert await alice.ask("PING 1")
    assert not carol.ended.is_set()


async def test_the_send_queue_of_those_who_are_there_is_bounded_anew(
    nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    live = Live(nursery, limits={"send_queue": 1000}, flood={"rate": 0})
    alice, bob = [await live.join(nick, "#room") for nick in ("alice", "bob")]
    bob.transport.room = 0
    for size, is_over in ((4000, False), (1500, True)):
        config = live.core.config
        live.change_settings(msgspec.structs.replace(config, limits=Irc(limits={"send_queue": size}).config.limits))
        await alice.ask(*[f"PRIVMSG #room :{'x' * 100}" for _ in range(12)])
        assert bob.ended.is_set() is is_over


async def test_all_send_queues_may_overflow_at_once(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    """Each one's departure is news for the others, who are just being ended: nothing may come of it."""
    live = Live(nursery, limits={"send_queue": 1000}, flood={"rate": 0})
    alice = await live.join("alice", "#room")
    silent = [await live.join(f"silent{number}", "#room") for number in range(50)]
    await alice.hear()
    for peer in silent:
        peer.transport.room = 0
    alice.say(*[f"PRIVMSG #room :{'x' * 100}" for _ in range(20)])
    heard = await alice.hear()
    assert len([line for line in heard if line.endswith("QUIT :SendQ exceeded")]) == 50
    assert all(peer.ended.is_set() for peer in silent)
    assert list(live.core.registry.sessions) == [1]


async def test_a_kill_in_the_middle_of_a_flush(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, limits={"send_queue": 1000})
    alice = await live.join("alice")
    alice.transport.room = 0
    alice.say("QUIT")
    await wait_all_tasks_blocked()
    assert not alice.ended.is_set()
    alice.connection._sender.send(b"x" * 1001)
    await wait_all_tasks_blocked()
    assert alice.ended.is_set()


async def test_the_end_of_the_stream_ends_the_session(live: Live) -> None:
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    alice.transport.feed(b"PRIVMSG #room :cut o")
    alice.transport.feed(b"")
    heard = await bob.hear()
    assert heard[-1] == ":alice!alice@127.0.0.1 QUIT :Connection closed"
    assert not [line for line in heard if "PRIVMSG" in line], "half a line is none"
    assert (await alice.hear())[-1].startswith("ERROR ")
    assert alice.ended.is_set()


async def test_a_reset_while_receiving_ends_the_session_quietly(live: Live) -> None:
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    with capture_logs() as logs:
        alice.transport.fail(ConnectionResetError(104, "Connection reset by peer"))
        assert (await bob.hear())[-1] == ":alice!alice@127.0.0.1 QUIT :Connection lost"
    assert alice.ended.is_set()
    assert [(entry["log_level"], entry["event"], entry["reason"], entry["nick"]) for entry in logs] == [
        ("info", "disconnected", "Connection lost", "alice")
    ]


async def test_the_log_names_the_nick_and_the_account_beside_the_number_of_the_session(live: Live) -> None:
    with capture_logs() as logs:
        alice = await live.join("alice", "#room")
        user = live.core.world.users[next(iter(live.core.world.users))]
        live.core.delivery.commit(LoggedIn(live.core.ids.next(1.0), 1.0, user.uid, user.mask, "", "alice"))
        await alice.ask("NICK alicia")
        alice.transport.fail(ConnectionResetError(104, "Connection reset by peer"))
        await alice.ended.wait()
    told = [(entry["event"], entry["nick"], entry.get("account")) for entry in logs if "nick" in entry]
    assert told == [("connected", "alice", None), ("disconnected", "alicia", "alice")]


async def test_a_reset_while_sending_ends_the_session_quietly(live: Live) -> None:
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    alice.transport.send_error = BrokenPipeError(32, "Broken pipe")
    bob.say("PRIVMSG #room :hello")
    assert (await bob.hear())[-1] == ":alice!alice@127.0.0.1 QUIT :Connection lost"
    assert alice.ended.is_set()


async def test_who_is_cut_off_from_outside_leaves_nothing_behind(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    """The end of a shutdown's grace time."""
    async with trio.open_nursery() as inner:
        live = Live(inner)
        alice = await live.join("alice")
        inner.cancel_scope.cancel()
    assert alice.transport.closed
    assert not live.core.registry.sessions


# Counting.


async def test_a_connection_counts_before_it_has_said_anything(live: Live) -> None:
    """A burst of connections is accepted at once: the limits count each one before the next."""
    live.connect()
    assert len(live.core.registry.sessions) == 1


async def test_who_is_dismissed_before_being_served_hears_why(live: Live) -> None:
    peer = live.connect()
    for session in live.core.registry.sessions.values():
        session.finish(b"ERROR :Server shutting down\r\n", "Server shutting down")
    live.pulse.wake()
    assert await peer.hear() == ["ERROR :Server shutting down"]
    assert peer.ended.is_set()


# Bugs.


def break_command(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    def a_handler_with_a_bug(*_: Any) -> None:
        raise error

    monkeypatch.setitem(table.COMMANDS, name, replace(table.COMMANDS[name], handler=a_handler_with_a_bug))


@pytest.mark.parametrize("error", [RuntimeError("about my-secret"), OSError("about my-secret")])
async def test_a_bug_in_a_handler_ends_that_session_only(
    error: Exception, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_command(monkeypatch, "TOPIC", error)
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    with capture_logs() as logs:
        answers = await alice.ask("TOPIC #room :my-secret")
        assert answers[-1].startswith("ERROR ")
        assert (await bob.hear())[-1] == ":alice!alice@127.0.0.1 QUIT :Internal error"
    assert alice.ended.is_set()
    assert await bob.ask("PING 1")
    [bug] = [entry for entry in logs if entry["log_level"] == "error"]
    assert bug["session"] == 1
    assert bug["error"] == type(error).__name__
    assert "a_handler_with_a_bug" in bug["exception"], "the traceback tells where"
    assert "my-secret" not in repr(logs), "and not with which values"


async def test_a_bug_in_leaving_ends_that_session_only(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = await live.join("alice", "#room"), await live.join("bob")

    secret = "my-secret"

    def a_bug(*_: Any) -> None:
        raise KeyError(secret)

    with capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr(type(live.core.delivery), "commit", a_bug)
        alice.transport.feed(b"")
        await wait_all_tasks_blocked()
    assert alice.ended.is_set()
    assert alice.transport.closed
    assert list(live.core.registry.sessions) == [2]
    assert await bob.ask("PING 1")
    assert {entry["session"] for entry in logs if entry["log_level"] == "error"} == {1}
    assert "a_bug" in repr(logs)
    assert secret not in repr(logs)


# Flood control.


async def test_flood_control_pauses_reading_and_drops_nothing(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, flood={"rate": 2, "burst": 5})
    alice = live.connect()
    alice.say(*[f"CAP {number}" for number in range(9)])
    alice.say("NICK late")
    assert len(await alice.hear()) == 5, "a burst is let through"
    assert alice.transport.unread == 1, "what is not handled is not read: TCP holds the sender back"
    mock_clock.jump(1)
    assert len(await alice.hear()) == 2
    mock_clock.jump(1)
    heard = await alice.hear()
    assert len(heard) == 2
    assert heard[-1].split()[3] == "8", "in order, to the last one"
    await pass_time(mock_clock, 1)
    assert alice.transport.unread == 0


async def test_flood_control_holds_up_nobody_else(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    live = Live(nursery, flood={"rate": 1, "burst": 5})
    alice, bob = live.connect(), live.connect()
    alice.say(*["CAP LS"] * 50)
    await wait_all_tasks_blocked()
    assert await bob.ask("CAP LS")


async def test_who_waits_for_flood_control_is_not_silent(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    """Their answer to a PING may stand behind all that the server does not read yet."""
    live = Live(nursery, flood={"rate": 1, "burst": 5}, timeouts={"ping_interval": 20, "ping_timeout": 10})
    alice = await live.join("alice")
    alice.say(*[f"PING {number}" for number in range(100)])
    await pass_time(mock_clock, 100)
    heard = await alice.hear()
    assert [line for line in heard if line.endswith((" 99", ":99"))]
    assert not alice.ended.is_set()


# Time-outs.


async def test_who_does_not_register_in_time_is_told_and_closed(live: Live, mock_clock: MockClock) -> None:
    peer = live.connect()
    peer.say("NICK alice")
    await pass_time(mock_clock, 29)
    assert not await peer.hear()
    await pass_time(mock_clock, 2)
    assert (await peer.hear())[-1].endswith("Registration timed out")
    assert peer.transport.closed == "closed"


async def test_a_handshake_that_never_ends_is_given_up(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    """ERROR cannot be said in the middle of it, so nobody waits for that, however long who is slow is waited for."""
    peer = Live(nursery, timeouts={"flush": 0}).connect(handshake=False, room=0, secure=True)
    await pass_time(mock_clock, 29)
    assert not peer.ended.is_set()
    await pass_time(mock_clock, 2)
    assert peer.transport.closed
    assert peer.ended.is_set()
    assert peer.transport.reads == 0


async def test_a_handshake_that_fails_ends_quietly(live: Live) -> None:
    with capture_logs() as logs:
        peer = live.connect(handshake=False, secure=True)
        peer.transport.shake_hands(OSError("wrong version number"))
        await peer.ended.wait()
    assert peer.transport.closed
    assert logs[-1]["event"] == "disconnected"
    assert logs[-1]["reason"] == "TLS handshake failed"
    assert {entry["log_level"] for entry in logs} == {"info"}


async def test_the_silent_are_asked_and_then_closed(live: Live, mock_clock: MockClock) -> None:
    """ "PING messages are sent by either clients or servers to check the other side of the connection is still
    connected"

    https://modern.ircdocs.horse/#ping-message
    """
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    await alice.hear()
    await pass_time(mock_clock, 89)
    assert not await alice.hear()
    await pass_time(mock_clock, 1)
    assert await alice.hear() == ["PING :trialogue.local"]
    bob.say("PONG :trialogue.local")
    await bob.hear()
    await pass_time(mock_clock, 61)
    assert alice.ended.is_set()
    assert (await alice.hear())[-1].startswith("ERROR ")
    heard = await bob.hear()
    assert [line for line in heard if line.startswith(":alice!alice@127.0.0.1 QUIT :Ping timeout: 15")]
    assert not bob.ended.is_set()


async def test_whoever_says_something_is_not_asked(live: Live, mock_clock: MockClock) -> None:
    alice = await live.join("alice")
    await alice.hear()
    for _ in range(5):
        await pass_time(mock_clock, 80)
        assert not [line for line in await alice.ask("TIME") if line.startswith("PING")]
    assert not alice.ended.is_set()


async def test_nobody_is_silent_while_the_server_does_not_read(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    store = ManualStore()
    live = Live(nursery, store, timeouts={"ping_interval": 20, "ping_timeout": 10, "registration": 30, "store": 0})
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    newcomer = live.connect()
    await pass_time(mock_clock, 15)
    store.fail("the disk is full")
    alice.say("PRIVMSG #room :hello")
    await pass_time(mock_clock, 120)
    store.fail("")
    await pass_time(mock_clock, 3)
    assert not [peer for peer in (alice, bob, newcomer) if peer.ended.is_set()]
    assert ":alice!alice@127.0.0.1 PRIVMSG #room :hello" in await bob.hear()
    await pass_time(mock_clock, 32)
    assert all(peer.ended.is_set() for peer in (alice, bob, newcomer)), "from then on time counts again"


async def test_reading_stops_while_the_store_is_away(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    store = ManualStore()
    live = Live(nursery, store)
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    await bob.hear()
    store.fail("the disk is full")
    for number in range(4):
        alice.say(f"PRIVMSG #room :{number}")
        await wait_all_tasks_blocked()
    assert await bob.hear() == []
    assert alice.transport.unread == 2, "one was read before the store failed, and one waits at the gate"
    store.fail("")
    mock_clock.jump(1)
    assert [line[-1] for line in await bob.hear()] == ["0", "1", "2", "3"]


# Effects.


async def test_a_password_check_holds_back_the_next_lines_of_that_session_only(
    nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    operators = [{"name": "root", "password": "the-password", "privileges": ["wallops"]}]
    live = Live(nursery, operators=operators)
    alice, bob = await live.join("alice"), await live.join("bob")
    live.hashing = trio.Event()
    assert await alice.ask("OPER root the-password", "WALLOPS :hello", "PING 1") == []
    assert await bob.ask("PING 2")
    live.hashing.set()
    heard = await alice.hear()
    assert " 381 alice " in heard[0]
    assert heard[-1].endswith("1")
    assert not [line for line in heard if " 481 " in line], "the next line finds an operator"


async def test_who_goes_in_the_middle_of_a_password_check(live: Live) -> None:
    alice = await live.join("alice")
    live.hashing = trio.Event()
    alice.say("OPER root the-password")
    await wait_all_tasks_blocked()
    live.core.registry.sessions[1].finish(b"ERROR :Killed\r\n", "Killed")
    live.pulse.wake()
    live.hashing.set()
    assert (await alice.hear())[-1] == "ERROR :Killed"
    assert alice.ended.is_set()


# Lines that are none.


async def test_a_line_that_is_too_long_is_refused_and_the_next_one_is_not(live: Live) -> None:
    """ "Client messages … over these limits: servers … MUST reply with the ERR_INPUTTOOLONG (417) error numeric"

    https://ircv3.net/specs/extensions/message-tags#size-limit
    """
    alice = await live.join("alice", "#room")
    answers = await alice.ask(f"PRIVMSG #room :{'x' * 600}", "PING 1")
    assert " 417 alice " in answers[0]
    assert " NOTICE alice :Your line was too long" in answers[1]
    assert answers[2].endswith("1")
    assert len(answers) == 3


@pytest.mark.parametrize(
    ("policy", "seen"),
    [("refuse", ""), ("replace", "PRIVMSG #room :caf\ufffd"), ("latin-1", "PRIVMSG #room :café")],
)
async def test_a_line_that_is_no_utf8_is_read_as_the_policy_says(
    policy: str, seen: str, nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    live = Live(nursery, text={"invalid_utf8": policy})
    alice, bob = await live.join("alice", "#room"), await live.join("bob", "#room")
    await alice.hear()
    await bob.hear()
    alice.transport.feed("PRIVMSG #room :café\r\n".encode("latin-1"))
    heard = await bob.hear()
    assert heard == ([f":alice!alice@127.0.0.1 {seen}"] if seen else [])
    answers = await alice.hear()
    told = {"refuse": "FAIL", "replace": "WARN"}.get(policy)
    assert [line.split()[1:4] for line in answers] == ([[told, "PRIVMSG", "INVALID_UTF8"]] if told else [])


# The log.


async def test_what_people_say_and_their_passwords_are_in_no_log(nursery: trio.Nursery, mock_clock: MockClock) -> None:
    with capture_logs() as logs:
        live = Live(
            nursery,
            server={"password": "hush-server"},
            operators=[{"name": "root", "password": "hush-oper", "privileges": ["kill"]}],
        )
        alice, bob = live.connect(), live.connect()
        for peer, nick in ((alice, "alice"), (bob, "bob")):
            peer.say("PASS hush-server", f"NICK {nick}", f"USER {nick} 0 * :hush-name", "JOIN #room hush-key")
        await wait_all_tasks_blocked()
        alice.say("PRIVMSG #room :hush-message", "TOPIC #room :hush-topic", "AWAY :hush-away", "OPER root hush-oper")
        alice.say("OPER root hush-wrong", f"PRIVMSG bob :{'hush-long' * 100}", "hush-command", "KILL bob :hush-kill")
        alice.transport.feed(b"PRIVMSG #room :hush-\xff\r\n")
        await wait_all_tasks_blocked()
        alice.say("QUIT :hush-quit")
        await wait_all_tasks_blocked()
        wrong = live.connect()
        wrong.say("PASS hush-guess", "NICK carol", "USER carol 0 * :Carol")
        await wait_all_tasks_blocked()
    assert all(peer.ended.is_set() for peer in (alice, bob, wrong))
    assert [entry["event"] for entry in logs].count("disconnected") == 3
    assert "hush" not in repr(logs)


async def test_who_has_gone_leaves_also_while_no_turns_are_given(
    live: Live, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while nothing can be stored: a connection has its end, whatever the others wait for."""
    await live.join("alice", "#room")
    bob = await live.join("bob", "#room")
    monkeypatch.setattr(live.pulse.turns, "taken", lambda: None)
    live.pulse.turns.spend(0, turns.FLUSH)
    bob.transport.feed(b"")
    await wait_all_tasks_blocked()
    assert live.core.world.user("bob") is not None
    await pass_time(mock_clock, 2)
    assert live.core.world.user("bob") is None
    assert bob.ended.is_set()
