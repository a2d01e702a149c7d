"""Operators: how somebody becomes one, what they may do, and that it is on record."""

from typing import Any

import pytest

from tests.support.irc import Client, Irc
from tests.support.services import PASSWORD, device, member, nickserv
from trialogue_server.commands import requests as do
from trialogue_server.commands.table import COMMANDS
from trialogue_server.session.capabilities import BIT
from trialogue_server.world.accounts import Account, Credentials
from trialogue_server.world.events import AccountSaved, OperatorActed

CERTIFICATE = "ab" * 32
OPERATOR = {"name": "root", "password": "secret"}


def server(*operators: dict[str, Any], **settings: Any) -> Irc:
    return Irc(operators=[*operators] or [OPERATOR], **settings)


def operator(irc: Irc, nick: str = "oper") -> Client:
    client = irc.connect(nick)
    assert client.ask("OPER root secret")[0].command == "381"
    return client


def deeds(irc: Irc) -> list[tuple[str, str, str]]:
    """Return what operators have done since the last flush: action, target, reason."""
    return [
        (event.action, event.target, event.reason)
        for event in irc.core.tick.journal
        if isinstance(event, OperatorActed) and event.operator == "root"
    ]


def account(irc: Irc, name: str) -> None:
    """Make an account whose password is of no matter."""
    irc.core.delivery.commit(AccountSaved(1, 0.0, 0, "", "", Account(name, 0.0, Credentials(""))))


def log_in(client: Client, name: str) -> None:
    """Log in by a certificate of the account's own."""
    certificate = name.encode().hex().ljust(64, "0")
    world = client.irc.core.world
    found = world.accounts.get(name)
    assert found is not None
    world.accounts.save(Account(name, 0.0, found.credentials, fingerprints=(certificate,)))
    client.session.fingerprint = certificate
    client.session.caps |= BIT["sasl"]
    client.send("AUTHENTICATE EXTERNAL", "AUTHENTICATE +")


def test_oper_by_password() -> None:
    """ "If the supplied name and password are both correct, and the user is connecting from a valid host, the
    RPL_YOUREOPER message is sent to the user. The user will also receive a MODE message indicating their new user
    modes, and other messages may be sent."

    https://modern.ircdocs.horse/#oper-message
    """
    irc = server()
    alice = irc.connect("alice")
    assert [message.command for message in alice.ask("OPER root wrong")] == ["464"]
    granted, mode = alice.ask("OPER root secret")
    assert (granted.command, mode.command, mode.params) == ("381", "MODE", ["alice", "+o"])


def test_oper_without_password_is_too_few_parameters() -> None:
    """ "Returned when a client command cannot be parsed because not enough parameters were
    supplied."  https://modern.ircdocs.horse/#errneedmoreparams-461
    """
    alice = server().connect("alice")
    assert [message.command for message in alice.ask("OPER root")] == ["461"]


def test_guessing_an_operators_password_is_slowed_down() -> None:
    irc = server(accounts={"login_attempts": 2, "login_window": 60})
    alice = irc.connect("alice")
    alice.send("OPER root a", "OPER root b")
    (refused,) = alice.ask("OPER root secret")
    assert refused.command == "464"
    assert "try again in 60 seconds" in refused.params[-1]
    irc.wait(60)
    assert alice.ask("OPER root secret")[0].command == "381"


def test_a_certificate_may_be_enough() -> None:
    irc = server({"name": "root", "fingerprint": CERTIFICATE.upper()})
    alice, eve = irc.connect("alice"), irc.connect("eve")
    alice.session.fingerprint = CERTIFICATE
    assert alice.ask("OPER root")[0].command == "381"
    assert eve.ask("OPER root")[0].command == "461"
    assert eve.ask("OPER root guess")[0].command == "464"


def test_a_certificate_is_shown_to_its_owner_and_to_operators() -> None:
    irc = server()
    alice, bob, oper = irc.connect("alice"), irc.connect("bob"), operator(irc)
    alice.session.fingerprint = CERTIFICATE
    for asker, seen in ((alice, True), (oper, True), (bob, False)):
        shown = [message.params[-1] for message in asker.ask("WHOIS alice") if message.command == "276"]
        assert shown == ([f"has client certificate fingerprint {CERTIFICATE}"] if seen else [])


def test_of_certificate_and_password_both_must_be_right() -> None:
    irc = server({**OPERATOR, "fingerprint": CERTIFICATE})
    alice, eve = irc.connect("alice"), irc.connect("eve")
    alice.session.fingerprint = CERTIFICATE
    assert alice.ask("OPER root")[0].command == "461"
    assert eve.ask("OPER root secret")[0].command == "464"
    assert alice.ask("OPER root secret")[0].command == "381"


def test_an_account_makes_an_operator_at_login() -> None:
    irc = server({"name": "root", "account": "alice", "privileges": ["kill"]})
    account(irc, "alice")
    alice = irc.connect("visitor")
    alice.read()
    log_in(alice, "alice")
    assert [message.command for message in alice.read()][-3:] == ["381", "MODE", "903"]
    assert alice.session.user is not None
    assert alice.session.user.privileges == {"kill"}


def test_an_account_makes_an_operator_at_registration() -> None:
    irc = server({"name": "root", "account": "alice"})
    account(irc, "alice")
    client = irc.open()
    client.send("CAP REQ sasl", "NICK alice", "USER alice 0 * :Alice")
    log_in(client, "alice")
    client.send("CAP END")
    assert "381" in [message.command for message in client.read()]


ENDINGS = ["LOGOUT", "DROP", "ANOTHER", "REVOKE", "ADMIN DROP"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_rights_that_come_with_an_account_end_with_it(ending: str) -> None:
    """Who is not known to be that account's owner any more is no operator by it: not after logging out, not under
    another account, and not when the account is no more, or what was granted to it.
    """
    irc = Irc()
    alice, watcher = member(irc, "alice"), irc.connect("watcher")
    member(irc, "bob").send("QUIT")
    irc.administer(do.GrantOperator("alice", ("kill",)))
    user = alice.session.user
    assert user is not None
    assert user.privileges == {"kill"}
    alice.read()
    match ending:
        case "LOGOUT":
            alice.send("NS LOGOUT")
        case "DROP":
            alice.send(f"NS DROP {PASSWORD}")
        case "ANOTHER":
            log_in(alice, "bob")
        case "REVOKE":
            irc.administer(do.RevokeOperator("alice"))
        case "ADMIN DROP":
            irc.administer(do.DropAccount("alice"))
    assert ["alice", "-o"] in [message.params for message in alice.read() if message.command == "MODE"]
    assert (user.oper, user.modes, user.privileges) == ("", "", frozenset())
    assert [message.command for message in alice.ask("KILL watcher :x")] == ["481"]
    assert not watcher.sink.finished


def test_an_entry_of_the_settings_that_asks_for_the_account_alone_ends_with_it_too() -> None:
    irc = server({"name": "root", "account": "alice"})
    alice = member(irc, "alice")
    assert alice.session.user is not None
    assert alice.session.user.oper == "root"
    assert ["alice", "-o"] in [message.params for message in alice.ask("NS LOGOUT") if message.command == "MODE"]


def test_rights_from_oper_stay_until_they_are_put_down() -> None:
    """ "If the supplied name and password are both correct" is all that is asked for, so logging out ends nothing.

    https://modern.ircdocs.horse/#oper-message
    """
    irc = server()
    alice = member(irc, "alice")
    alice.send("OPER root secret")
    irc.administer(do.GrantOperator("alice", ("kill",)))
    irc.administer(do.RevokeOperator("alice"))
    alice.send("NS LOGOUT")
    assert alice.session.user is not None
    assert alice.session.user.oper == "root"
    assert alice.ask("MODE " + alice.session.nick + " -o")[-1].params == [alice.session.nick, "-o"]
    assert alice.session.user.privileges == frozenset()


def test_each_of_the_devices_is_told() -> None:
    irc = Irc()
    alice = member(irc, "alice")
    second = device(irc, "alice")
    irc.administer(do.GrantOperator("alice", ("kill",)))
    for client in (alice, second):
        client.read()
    second.send("NS LOGOUT")
    for client in (alice, second):
        assert ["alice", "-o"] in [message.params for message in client.read() if message.command == "MODE"]


def test_a_class_names_what_an_operator_may() -> None:
    irc = server(
        {**OPERATOR, "class": "moderators"}, operator_classes=[{"name": "moderators", "privileges": ["wallops"]}]
    )
    oper = operator(irc)
    irc.connect("bob")
    (refused,) = oper.ask("KILL bob :go")
    assert (refused.command, refused.params[1]) == ("723", "kill")
    assert oper.ask("WALLOPS :hello") == []


RECORDED = {
    "KILL": ("KILL bob :spam", ("KILL", "bob!bob@127.0.0.1 (127.0.0.1)", "spam")),
    "WALLOPS": ("WALLOPS :some words", ("WALLOPS", "", "")),
    "REHASH": ("REHASH", ("REHASH", "", "")),
    "DIE": ("DIE", ("DIE", "", "")),
    "BAN": ("BAN ADD account bob 1h :spam", ("BAN ADD", "account bob", "spam")),
    "KLINE": ("KLINE 10 bob@* :spam", ("KLINE ADD", "mask *!bob@*", "spam")),
    "UNKLINE": ("UNKLINE carol@*", ("UNKLINE", "mask *!carol@*", "")),
    "DLINE": ("DLINE 192.0.2.0/24 :spam", ("DLINE ADD", "network 192.0.2.0/24", "spam")),
    "UNDLINE": ("UNDLINE 198.51.100.1", ("UNDLINE", "address 198.51.100.1", "")),
}
"""For each command that takes a privilege: how it is used, and what the audit log has of it."""


def test_every_privileged_command_is_tested_for_the_audit_log() -> None:
    assert {row.name for row in COMMANDS.values() if row.privilege} == set(RECORDED)


@pytest.mark.parametrize("name", RECORDED)
def test_what_an_operator_does_with_a_privilege_is_recorded(name: str) -> None:
    line, recorded = RECORDED[name]
    irc = server()
    oper = operator(irc)
    irc.connect("bob")
    oper.ask("KLINE carol@*", "DLINE 198.51.100.1")
    oper.begin(line)
    assert deeds(irc) == [recorded]


@pytest.mark.parametrize(
    ("line", "recorded"),
    [
        ("MODE #den +m", ("MODE", "#den +m", "")),
        ("TOPIC #den :new words", ("TOPIC", "#den", "")),
        ("KICK #den bob :rude", ("KICK", "#den bob", "rude")),
    ],
)
def test_acting_in_a_channel_as_its_operators_do_is_recorded(line: str, recorded: tuple[str, str, str]) -> None:
    irc = server()
    bob, oper = irc.connect("bob"), operator(irc)
    bob.send("JOIN #den")
    oper.send(line)
    assert deeds(irc) == [recorded]


@pytest.mark.parametrize(
    ("line", "action"), [("SET KEEPTOPIC #den off", "CHANSERV"), ("ACCESS #den ADD carol op", "CHANSERV")]
)
def test_changing_the_registered_channel_of_others_is_recorded(line: str, action: str) -> None:
    irc = server()
    account(irc, "bob")
    account(irc, "carol")
    bob, oper = irc.connect("bob2"), operator(irc)
    log_in(bob, "bob")
    bob.send("JOIN #den", "PRIVMSG ChanServ :REGISTER #den")
    account(irc, "root")
    log_in(oper, "root")
    irc.flush()
    oper.send(f"PRIVMSG ChanServ :{line}")
    assert [(name, target) for name, target, _ in deeds(irc)] == [(action, "#den")]


def test_what_an_operator_does_as_anybody_could_is_not_recorded() -> None:
    irc = server()
    oper = operator(irc)
    oper.send("JOIN #own", "MODE #own +m", "TOPIC #own :words", "PRIVMSG #own :hello")
    assert deeds(irc) == []


def test_becoming_operator_is_recorded() -> None:
    irc = server()
    alice = irc.connect("alice")
    alice.send("OPER root secret")
    assert deeds(irc) == [("OPER", "", "")]


def test_what_chanserv_does_by_itself_is_no_deed_of_an_operator_s() -> None:
    """Nobody has used a privilege who gets a mode that their account has a right to, or is put out.

    https://modern.ircdocs.horse/#operator-messages
    """
    irc = server()
    alice, oper = member(irc, "alice"), operator(irc)
    nickserv(oper, f"REGISTER {PASSWORD}")
    alice.send("JOIN #room", "CS REGISTER #room", "CS ACCESS #room ADD oper voice", "CS AKICK #room ADD rude!*@*")
    irc.flush()
    oper.send("JOIN #room")
    assert irc.core.world.channels["#room"].members[2].modes == "v"
    alice.send("CS ACCESS #room DEL oper")
    oper.send("NICK rude")
    assert 2 not in irc.core.world.channels["#room"].members
    assert deeds(irc) == []
    oper.send("JOIN #other", "CS AKICK #room ADD alice")
    assert deeds(irc) == [("CHANSERV", "#room", "")], "and what they do themselves is"
