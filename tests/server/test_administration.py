"""What the administrator at the machine can do, and how the request reaches the server."""

import os
from pathlib import Path

import pytest
import trio

from tests.support.irc import Denied, Irc, commands
from tests.support.patience import PATIENCE
from trialogue_server.commands import requests as do
from trialogue_server.net.admin_socket import NotRunning, ask, open_admin, serve_admin
from trialogue_server.world.accounts import Credentials
from trialogue_server.world.events import LoggedIn, OperatorActed, ServerBanSet
from trialogue_server.world.server_bans import ServerBan

SECRET = Credentials("$argon2id$one")
OTHER = Credentials("$argon2id$two")


def ask_core(irc: Irc, request: do.AnyRequest) -> list[str]:
    return irc.administer(request)


@pytest.fixture
def irc() -> Irc:
    """A server with an account "alice"."""
    server = Irc()
    ask_core(server, do.AddAccount("alice", "alice@example.org", SECRET))
    return server


def test_an_account_is_made_ready_to_be_used(irc: Irc) -> None:
    account = irc.core.world.accounts.get("ALICE")
    assert account is not None
    assert (account.name, account.email, account.credentials) == ("alice", "alice@example.org", SECRET)
    assert account.is_verified
    assert ask_core(irc, do.ListAccounts()) == ["2023-11-14  alice  alice@example.org"]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (do.AddAccount("Alice", "", SECRET), "There is an account Alice already"),
        (do.AddAccount("two words", "", SECRET), "cannot be an account's name"),
        (do.SetPassword("nobody", SECRET), "There is no account nobody"),
        (do.DropAccount("nobody"), "There is no account nobody"),
        (do.GrantOperator("nobody", ("kill",)), "There is no account nobody"),
        (do.RevokeOperator("alice"), "alice was not made an operator here"),
        (
            do.AddBan("", "bob", 0, ""),
            "There is no account bob; somebody without one is banned by address, or as bob!*@*",
        ),
        (do.AddBan("network", "nonsense", 0, ""), "That is not a network"),
        (do.LiftBan("address", "192.0.2.1"), "There is no ban of the address 192.0.2.1"),
        (do.LiftBan("network", "nonsense"), "That is not a network"),
        (do.AddAccount("NickServ", "", SECRET), "taken for a service"),
        (do.AddAccount("chanserv", "", SECRET), "taken for a service"),
        (do.AddAccount("N1ckServ", "", SECRET), "taken for a service"),
        (do.AddAccount("bob\r\nQUIT", "", SECRET), "cannot be an account's name"),
        (do.AddAccount("bob", "bob@example.org\r\nQUIT", SECRET), "one word"),
        (do.AddAccount("bob", "bob@example.org x", SECRET), "one word"),
        (do.AddBan("mask", "a!b@c\r\nQUIT", 0, ""), "not one word"),
        (do.AddBan("mask", "a\0!b@c", 0, ""), "not one word"),
        (do.AddBan("", "alice\n", 0, ""), "not one word"),
        (do.AddBan("kind\n", "x", 0, ""), "A ban is one of"),
        (do.LiftBan("kind\n", "x"), "A ban is one of"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(irc: Irc, request_: do.AnyRequest, told: str) -> None:
    irc.flush()
    with pytest.raises(Denied) as caught:
        ask_core(irc, request_)
    assert told in str(caught.value)
    assert not irc.core.tick.journal


def test_a_password_is_set(irc: Irc) -> None:
    ask_core(irc, do.SetPassword("Alice", OTHER))
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    assert (account.credentials, account.email) == (OTHER, "alice@example.org")


def test_an_account_is_dropped_with_what_was_granted_to_it(irc: Irc) -> None:
    ask_core(irc, do.GrantOperator("alice", ("kill",)))
    ask_core(irc, do.DropAccount("alice"))
    assert ask_core(irc, do.ListAccounts()) == ["None."]
    assert ask_core(irc, do.ListOperators()) == ["None."]


def test_a_grant_makes_those_operators_who_are_logged_in_and_who_come_later(irc: Irc) -> None:
    alice, bob = irc.connect("alice_"), irc.connect("bob")
    for client, account in ((alice, "alice"), (bob, "")):
        user = client.session.user
        assert user is not None
        irc.core.delivery.commit(LoggedIn(1, 0.0, user.uid, user.mask, "", account))
    alice.read()
    ask_core(irc, do.GrantOperator("ALICE", ("kill", "ban")))
    assert [message.command for message in alice.read()] == ["381", "MODE"]
    assert alice.session.user is not None
    assert alice.session.user.privileges == {"kill", "ban"}
    assert bob.read() == []
    assert ask_core(irc, do.ListOperators()) == ["2023-11-14  alice  kill ban"]
    ask_core(irc, do.RevokeOperator("alice"))
    assert [message.params for message in alice.read()] == [["alice_", "-o"]]
    assert alice.session.user.privileges == frozenset()
    assert ask_core(irc, do.ListOperators()) == ["None."]


def test_bans_are_listed_and_lifted(irc: Irc) -> None:
    ban = ServerBan("network", "192.0.2.0/24", "root", irc.now, irc.now + 60, "spam")
    irc.core.delivery.commit(ServerBanSet(1, 0.0, 0, "", "", ban))
    (listed,) = ask_core(irc, do.ListBans())
    assert listed.startswith("network 192.0.2.0/24  by root on 2023-11-14 22:13 UTC")
    ask_core(irc, do.LiftBan("network", "192.0.2.7/24"))
    assert ask_core(irc, do.ListBans()) == ["None."]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("alice", "account"),
        ("192.0.2.7", "address"),
        ("2001:db8::7", "address"),
        ("192.0.2.0/24", "network"),
        ("*!*@192.0.2.*", "mask"),
        ("eve@*", "mask"),
        ("spam*", "mask"),
    ],
)
def test_a_ban_is_added_and_what_kind_is_told_by_the_target(irc: Irc, target: str, kind: str) -> None:
    (told,) = ask_core(irc, do.AddBan("", target, 3600, "spam"))
    (ban,) = irc.core.world.server_bans
    assert (ban.kind, ban.by, ban.until, ban.reason) == (kind, "administrator", irc.now + 3600, "spam")
    assert told == f"The {kind} {ban.target} is banned until 2023-11-14 23:13 UTC; 0 connections ended."
    ask_core(irc, do.LiftBan("", target))
    assert ask_core(irc, do.ListBans()) == ["None."]


def test_a_reason_of_several_lines_is_told_on_one(irc: Irc) -> None:
    """It stands in the reason that banned users are shown: its second line would be a message of its own to them."""
    ask_core(irc, do.AddBan("", "192.0.2.7", 0.0, "spam\r\n:trialogue.local NOTICE * :lies"))
    banned = irc.open(address="192.0.2.7")
    banned.send("NICK bob", "USER bob 0 * :bob")
    assert commands(banned.read()) == ["465", "ERROR"]


def test_a_reason_holds_nothing_that_a_line_cannot(irc: Irc) -> None:
    """ "NUL, CR and LF are not allowed within messages".  https://modern.ircdocs.horse/#message-format"""
    bob = irc.connect("bob")
    ask_core(irc, do.AddBan("mask", "bob!*@*", 0, "one\0two\r\nQUIT"))
    assert [message.params[-1] for message in bob.read() if message.command == "465"] == [
        "You are banned from this server: one two QUIT"
    ]


def test_a_ban_ends_the_connections_that_it_means(irc: Irc) -> None:
    bob, carol = irc.connect("bob", address="192.0.2.7"), irc.connect("carol")
    (told,) = ask_core(irc, do.AddBan("address", "192.0.2.7", 0, ""))
    assert told == "The address 192.0.2.7 is banned for ever; 1 connections ended."
    assert bob.sink.finished
    assert not carol.sink.finished
    assert [event.action for event in irc.core.tick.journal if isinstance(event, OperatorActed)][-1] == "BAN ADD"


def test_what_the_administrator_does_is_in_the_audit_log(irc: Irc) -> None:
    (deed,) = [event for event in irc.core.tick.journal if isinstance(event, OperatorActed)]
    assert (deed.operator, deed.action, deed.target) == ("administrator", "ACCOUNT ADD", "alice")


# The socket.


async def answered(directory: Path, request: do.AnyRequest, *, unix: bool) -> do.Answer:
    return await trio.to_thread.run_sync(lambda: ask(directory, request, unix=unix))


async def perform(request: do.AnyRequest | do.ShowStatus) -> do.Answer:
    await trio.lowlevel.checkpoint()
    if isinstance(request, do.DropAccount):
        return do.Answer(error="There is none")
    if isinstance(request, do.ListBans):
        raise ZeroDivisionError
    return do.Answer((repr(request),))


ways = pytest.mark.parametrize(
    "unix", [pytest.param(True, marks=pytest.mark.skipif(os.name == "nt", reason="Unix sockets")), False]
)


@ways
async def test_a_request_reaches_the_server_and_its_answer_comes_back(tmp_path: Path, unix: bool) -> None:
    listener = open_admin(tmp_path, unix=unix)
    request = do.GrantOperator("alice", ("kill",))
    with trio.fail_after(PATIENCE):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve_admin, listener, perform)
            assert await answered(tmp_path, request, unix=unix) == do.Answer((repr(request),))
            assert (await answered(tmp_path, do.DropAccount("bob"), unix=unix)).error == "There is none"
            assert "its log" in (await answered(tmp_path, do.ListBans(), unix=unix)).error
            nursery.cancel_scope.cancel()
    assert not listener.path.exists()


@ways
def test_only_the_owner_of_the_data_directory_may_ask(tmp_path: Path, unix: bool) -> None:
    listener = open_admin(tmp_path, unix=unix)
    if os.name == "posix":
        assert listener.path.stat().st_mode & 0o777 == 0o600
    listener.close()


async def test_whoever_has_not_the_token_is_refused(tmp_path: Path) -> None:
    listener = open_admin(tmp_path, unix=False)
    port = listener.sock.getsockname()[1]
    listener.path.write_text(f"{port} guess")
    with trio.fail_after(PATIENCE):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve_admin, listener, perform)
            answer = await answered(tmp_path, do.ListAccounts(), unix=False)
            nursery.cancel_scope.cancel()
    assert answer.error == "That is not the token of this server."


@ways
def test_no_server_is_told_apart(tmp_path: Path, unix: bool) -> None:
    with pytest.raises(NotRunning):
        ask(tmp_path, do.ListAccounts(), unix=unix)
    listener = open_admin(tmp_path, unix=unix)
    listener.sock.close()
    with pytest.raises(NotRunning):
        ask(tmp_path, do.ListAccounts(), unix=unix)
