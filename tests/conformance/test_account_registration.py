"""account-registration: REGISTER and VERIFY.

https://ircv3.net/specs/extensions/account-registration (work in progress)
"""

from typing import Any

import pytest

from ircwire import Message
from ircwire.caps import parse_caps
from tests.support.irc import Client, Irc, commands, params
from tests.support.services import PASSWORD, device, member
from trialogue_server.commands.effects import SendMail
from trialogue_server.commands.requests import SetPassword
from trialogue_server.config.schema import Config
from trialogue_server.session.capabilities import offered
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.database import Database
from trialogue_server.store.passwords import HashCost

CAP = "draft/account-registration"
MAIL = {"host": "mail.example", "sender": "chat@example.org"}


def started(irc: Irc, nick: str = "alice") -> Client:
    """Return a connection that has a nick and waits with the rest."""
    client = irc.open()
    client.send("CAP LS 302", f"NICK {nick}")
    client.read()
    return client


def failure(messages: list[Message]) -> list[str]:
    """Return the only answer's parameters but its text: it is a FAIL."""
    (message,) = messages
    assert message.command == "FAIL"
    assert message.params[-1]
    return message.params[:-1]


# The capability


@pytest.mark.parametrize(
    ("settings", "keys"),
    [
        ({}, {"before-connect"}),
        ({"accounts": {"before_connect": False}}, set()),
        ({"accounts": {"email_required": True}}, {"before-connect", "email-required"}),
        ({"server": {"password": "secret"}}, set()),
    ],
)
def test_the_value(settings: dict[str, Any], keys: set[str]) -> None:
    """ "The capability has an optional value, a comma-separated list of key-value pairs" with the keys before-connect,
    email-required and custom-account-name, which is not supported.

    https://ircv3.net/specs/extensions/account-registration#capability
    """
    lines = Irc(**settings).open().ask("CAP LS 302")
    value = parse_caps(" ".join(line.params[-1] for line in lines))[CAP]
    assert set(value.split(",")) - {""} == keys


def test_where_accounts_are_made_by_operators_there_is_none() -> None:
    """ "whose presence signifies that the server accepts the REGISTER command"

    https://ircv3.net/specs/extensions/account-registration#capability
    """
    irc = Irc(accounts={"registration": False})
    assert CAP in offered(Config(), secure=False)
    assert CAP not in offered(irc.config, secure=False)
    assert failure(irc.connect("alice").ask(f"REGISTER * * {PASSWORD}"))[:2] == ["REGISTER", "TEMPORARILY_UNAVAILABLE"]


# Success


@pytest.mark.parametrize("name", ["*", "alice", "ALICE"])
def test_registering_on_the_network(irc: Irc, name: str) -> None:
    """ "REGISTER SUCCESS <account> <message>: Sent by the server when the REGISTER … fully succeeded … Afterward, the
    client is assumed to be authenticated to the <account> as if it used SASL." and "If <account> is *, then this value
    is the user's current nickname."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice = irc.connect("alice")
    success, logged_in = alice.ask(f"REGISTER {name} * {PASSWORD}")
    assert (success.command, success.params[:2]) == ("REGISTER", ["SUCCESS", "alice"])
    assert (logged_in.command, logged_in.params[2]) == ("900", "alice")
    assert params(alice.ask("WHOIS alice"), "330")[0][:3] == ["alice", "alice", "alice"]
    assert device(irc, "alice").session.user is alice.session.user


def test_registering_before_the_connection_is_complete(irc: Irc) -> None:
    """ "before-connect - if present, indicates the server supports early registration". The client is then logged in.

    https://ircv3.net/specs/extensions/account-registration#capability
    """
    client = started(irc)
    assert commands(client.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "900"]
    assert client.ask("USER alice 0 * :x", "CAP END")[0].command == "001"
    assert client.session.user is not None
    assert client.session.user.account == "alice"


def test_others_in_the_room_are_told(irc: Irc) -> None:
    """ "clients will get the ACCOUNT message to designate the account name changes for clients on common channels with
    them"

    https://ircv3.net/specs/extensions/account-notify
    """
    alice, bob = irc.connect("alice"), irc.connect("bob", "account-notify")
    irc.enter("#room", bob, alice)
    alice.send(f"REGISTER * * {PASSWORD}")
    assert params(bob.read(), "ACCOUNT") == [["alice"]]


def test_the_password_is_no_part_of_what_is_kept_or_said(irc: Irc) -> None:
    alice = irc.connect("alice")
    alice.send(f"REGISTER * * {PASSWORD}")
    assert PASSWORD not in repr(irc.core.tick.journal)
    assert PASSWORD not in "".join(alice.lines())


def test_a_password_of_several_words(irc: Irc) -> None:
    """ "Passwords are opaque byte strings.\""""
    alice = irc.connect("alice")
    assert commands(alice.ask("REGISTER * * :correct horse battery")) == ["REGISTER", "900"]
    assert params(irc.connect("bob").ask("NS IDENTIFY alice correct horse battery"), "900") == []


# Refusals


def test_without_a_nick(irc: Irc) -> None:
    """ "FAIL REGISTER NEED_NICK * <message>: Sent by the server if the client sends REGISTER before sending a NICK
    command."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    assert failure(irc.open().ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "NEED_NICK", "*"]


def test_a_nick_that_was_refused_is_no_name_for_an_account(irc: Irc) -> None:
    """ "FAIL REGISTER ACCOUNT_EXISTS <account> <message>: Sent by the server as a response to REGISTER when the client
    tried to register while using a nick that is not available as a new account's name because someone already
    registered it."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    irc.connect("guest")
    member(irc, "alice").send("QUIT")
    for nick in ("guest", "Guest", "alice"):
        client = irc.open()
        client.send("CAP LS 302", f"NICK {nick}")
        assert failure(client.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "ACCOUNT_EXISTS", nick]
    late = irc.open()
    assert "433" in [message.command for message in late.ask("NICK alice", "USER a 0 * :a")]
    assert failure(late.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "ACCOUNT_EXISTS", "alice"]
    late.send("NICK somebody")
    assert "SUCCESS" in [message.params[0] for message in late.ask(f"REGISTER * * {PASSWORD}") if message.params]


@pytest.mark.parametrize("settings", [{"accounts": {"before_connect": False}}, {"server": {"password": "secret"}}])
def test_too_early(settings: dict[str, Any]) -> None:
    """ "FAIL REGISTER COMPLETE_CONNECTION_REQUIRED <message>, FAIL VERIFY COMPLETE_CONNECTION_REQUIRED <message>: Sent
    by the server if the client sent a REGISTER command before connection registration." and "Servers should ensure that
    if they allow REGISTER before connection registration, this functionality cannot be used to bypass … requirements
    that clients send a server password with PASS."

    https://ircv3.net/specs/extensions/account-registration
    """
    irc = Irc(**settings)
    client = started(irc)
    assert failure(client.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "COMPLETE_CONNECTION_REQUIRED", "*"]
    assert failure(client.ask("VERIFY alice 123456")) == ["VERIFY", "COMPLETE_CONNECTION_REQUIRED", "alice"]
    assert not len(irc.core.world.accounts)


def test_a_name_that_is_not_one_s_nick(irc: Irc) -> None:
    """ "FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK <account> <message>: Sent by the server to indicate that the desired
    account name does not match the user's current nick, when it must match."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    answers = irc.connect("alice").ask(f"REGISTER bob * {PASSWORD}")
    assert failure(answers) == ["REGISTER", "ACCOUNT_NAME_MUST_BE_NICK", "bob"]


def test_a_name_that_is_taken(irc: Irc) -> None:
    """ "FAIL REGISTER ACCOUNT_EXISTS <account> <message>: … someone already registered it."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    member(irc, "alice").send("NS SET ENFORCE off", "QUIT")
    user = irc.connect("Alice")
    assert failure(user.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "ACCOUNT_EXISTS", "Alice"]
    user.send("QUIT")
    assert failure(started(irc).ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "ACCOUNT_EXISTS", "alice"]


def test_a_nick_that_somebody_uses_cannot_be_taken_from_them(irc: Irc) -> None:
    client = started(irc, "bob")
    irc.connect("bob")
    assert failure(client.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "ACCOUNT_EXISTS", "bob"]


def test_who_is_logged_in(irc: Irc) -> None:
    """ "FAIL REGISTER ALREADY_AUTHENTICATED <account> <message>, FAIL VERIFY ALREADY_AUTHENTICATED <account> <message>:
    Sent by the server if the client is already authenticated."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice = member(irc, "alice")
    assert failure(alice.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "ALREADY_AUTHENTICATED", "alice"]
    assert failure(alice.ask("VERIFY alice 123456")) == ["VERIFY", "ALREADY_AUTHENTICATED", "alice"]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "WEAK_PASSWORD"),
        ("x" * 301, "UNACCEPTABLE_PASSWORD"),
        ("é" * 151, "UNACCEPTABLE_PASSWORD"),
        ("bell\x07within", "UNACCEPTABLE_PASSWORD"),
        ("private\ue000use", "UNACCEPTABLE_PASSWORD"),
    ],
)
def test_passwords_that_will_not_do(irc: Irc, password: str, code: str) -> None:
    """ "FAIL REGISTER WEAK_PASSWORD <account> <message>: Sent by the server if the password is considered too weak."
    and "FAIL REGISTER UNACCEPTABLE_PASSWORD <account> <message>: Sent by the server if the password is invalid for any
    reason other than weakness." "300 bytes should be a safe reasonable limit."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice = irc.connect("alice")
    assert failure(alice.ask(f"REGISTER * * {password}")) == ["REGISTER", code, "alice"]
    assert commands(alice.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "900"], (
        "The client MAY try registering again."
    )


@pytest.mark.parametrize("password", ["x" * 300, "é" * 150, "two  words and more", "пароль-пароль"])
def test_passwords_that_will_do(irc: Irc, password: str) -> None:
    assert commands(irc.connect("alice").ask(f"REGISTER * * :{password}")) == ["REGISTER", "900"]


@pytest.mark.parametrize("email", ["alice", "@example.org", "alice@", "alice@nowhere"])
def test_addresses_that_are_none(irc: Irc, email: str) -> None:
    """ "FAIL REGISTER INVALID_EMAIL <account> <message>: Sent by the server if it cannot send emails to the provided
    address."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    answers = irc.connect("alice").ask(f"REGISTER * {email} {PASSWORD}")
    assert failure(answers) == ["REGISTER", "INVALID_EMAIL", "alice"]


def test_where_an_address_is_required() -> None:
    """ "email-required - if present, registrations require a valid email address to process"

    https://ircv3.net/specs/extensions/account-registration#capability
    """
    irc = Irc(accounts={"email_required": True})
    alice = irc.connect("alice")
    assert failure(alice.ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "INVALID_EMAIL", "alice"]
    assert commands(alice.ask(f"REGISTER * alice@example.org {PASSWORD}")) == ["REGISTER", "900"]


def test_too_many_from_one_address(irc: Irc) -> None:
    """ "FAIL REGISTER TEMPORARILY_UNAVAILABLE <account> <message>: Sent by the server if the REGISTER/VERIFY commands
    are temporarily unavailable."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    for number in range(5):
        assert commands(irc.connect(f"a{number}").ask(f"REGISTER * * {PASSWORD}")) == ["REGISTER", "900"]
    answers = irc.connect("a6").ask(f"REGISTER * * {PASSWORD}")
    assert failure(answers) == ["REGISTER", "TEMPORARILY_UNAVAILABLE", "a6"]


def test_too_few_parameters(irc: Irc) -> None:
    alice = irc.connect("alice")
    for line in ("REGISTER", "REGISTER *", "REGISTER * *", "VERIFY", "VERIFY alice"):
        assert commands(alice.ask(line)) == ["461"]


def test_two_who_register_one_name_at_once(irc: Irc) -> None:
    """While the first one's password is hashed, the second asks: only one may have it."""
    first, second = started(irc), started(irc)
    waiting = [(one, one.begin(f"REGISTER * * {PASSWORD}")) for one in (first, second)]
    for one, pending in waiting:
        assert pending is not None
        assert one.go_on(pending, irc.perform(pending.effect)) is None
    assert commands(first.read()) == ["REGISTER", "900"]
    assert failure(second.read()) == ["REGISTER", "ACCOUNT_EXISTS", "alice"]


# Verification


@pytest.fixture
def posting() -> Irc:
    """A server that sends codes by mail."""
    return Irc(mail=MAIL)


def test_verification(posting: Irc) -> None:
    """ "REGISTER VERIFICATION_REQUIRED <account> <message>: Sent by the server as a response to REGISTER when further
    action is required to complete registration". "The VERIFY command completes a registration that required
    verification". "Afterward, the client is assumed to be authenticated to the <account> as if it used SASL."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice = posting.connect("alice")
    (answer,) = alice.ask(f"REGISTER * alice@example.org {PASSWORD}")
    assert (answer.command, answer.params[:2]) == ("REGISTER", ["VERIFICATION_REQUIRED", "alice"])
    assert [effect.to for effect in posting.performed if isinstance(effect, SendMail)] == ["alice@example.org"]
    assert params(alice.ask("WHOIS alice"), "330") == [], "not before it is verified"
    success, logged_in = alice.ask("VERIFY Alice 123456")
    assert (success.command, success.params[:2]) == ("VERIFY", ["SUCCESS", "alice"])
    assert (logged_in.command, logged_in.params[2]) == ("900", "alice")


def test_wrong_codes(posting: Irc) -> None:
    """ "FAIL VERIFY INVALID_CODE <account> <message>: Sent by the server if the <code> in the VERIFY command is invalid
    or expired."

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice = posting.connect("alice")
    alice.send(f"REGISTER * alice@example.org {PASSWORD}")
    assert failure(alice.ask("VERIFY alice 000000")) == ["VERIFY", "INVALID_CODE", "alice"]
    assert failure(alice.ask("VERIFY nobody 123456")) == ["VERIFY", "INVALID_CODE", "nobody"]
    assert commands(alice.ask("VERIFY alice 123456")) == ["VERIFY", "900"]
    bob = posting.connect("bob")
    assert failure(bob.ask("VERIFY alice 123456")) == ["VERIFY", "INVALID_CODE", "alice"], "a code works once"


def test_codes_cannot_be_guessed(posting: Irc) -> None:
    """ "FAIL VERIFY TEMPORARILY_UNAVAILABLE <account> <message>"

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice = posting.connect("alice")
    alice.send(f"REGISTER * alice@example.org {PASSWORD}")
    for number in range(5):
        assert failure(alice.ask(f"VERIFY alice {number}"))[1] == "INVALID_CODE"
    assert failure(alice.ask("VERIFY alice 123456")) == ["VERIFY", "TEMPORARILY_UNAVAILABLE", "alice"]
    posting.wait(61)
    assert commands(alice.ask("VERIFY alice 123456")) == ["VERIFY", "900"]


def test_codes_expire(posting: Irc) -> None:
    """ "FAIL VERIFY INVALID_CODE <account> <message>: Sent by the server if the <code> in the VERIFY command is invalid
    or expired." The name is free again, for whoever goes by it.

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice = posting.connect("alice")
    alice.send(f"REGISTER * alice@example.org {PASSWORD}")
    answers = alice.ask(f"REGISTER * alice@example.org {PASSWORD}")
    assert failure(answers) == ["REGISTER", "ACCOUNT_EXISTS", "alice"]
    posting.wait(24 * 3600 + 1)
    assert failure(alice.ask("VERIFY alice 123456")) == ["VERIFY", "INVALID_CODE", "alice"]
    answers = alice.ask(f"REGISTER * alice@example.org {PASSWORD}")
    assert params(answers, "REGISTER")[0][0] == "VERIFICATION_REQUIRED"
    assert commands(alice.ask("VERIFY alice 123456")) == ["VERIFY", "900"]


def test_an_account_made_in_the_place_of_one_that_expired_outlives_the_server(database: Database) -> None:
    """However the two spell the name: nothing of the one that nobody verified comes back."""
    irc = Irc(mail=MAIL, database=database)
    first = irc.connect("bob")
    first.send(f"REGISTER * bob@example.org {PASSWORD}", "QUIT")
    irc.wait(24 * 3600 + 1)
    second = irc.connect("Bob")
    second.send(f"REGISTER * bob@example.org {PASSWORD}", "VERIFY Bob 123456")
    irc.flush()
    account = Irc(mail=MAIL, database=database).core.world.accounts.get("bob")
    assert account is not None
    assert (account.name, account.is_verified) == ("Bob", True)


def test_mail_that_cannot_be_sent_takes_nothing_from_who_has_the_name_by_then(posting: Irc) -> None:
    alice = posting.connect("alice")
    pending = alice.begin(f"REGISTER * alice@example.org {PASSWORD}")
    assert pending is not None
    pending = alice.go_on(pending, posting.perform(pending.effect))
    assert pending is not None
    assert isinstance(pending.effect, SendMail)
    posting.administer(SetPassword("alice", make_credentials("another-one", HashCost())))
    alice.go_on(pending, "no such host")
    account = posting.core.world.accounts.get("alice")
    assert account is not None
    assert account.is_verified


def test_an_address_guesses_no_codes_of_many_accounts(posting: Irc) -> None:
    """ "FAIL VERIFY TEMPORARILY_UNAVAILABLE <account> <message>"

    https://ircv3.net/specs/extensions/account-registration#responses
    """
    alice, carol = posting.connect("alice"), posting.connect("carol", address="192.0.2.1")
    carol.send(f"REGISTER * carol@example.org {PASSWORD}")
    for number in range(5):
        assert failure(alice.ask(f"VERIFY nobody{number} 1"))[1] == "INVALID_CODE"
    assert failure(alice.ask("VERIFY nobody6 1"))[1] == "TEMPORARILY_UNAVAILABLE"
    assert commands(carol.ask("VERIFY carol 123456")) == ["VERIFY", "900"], "others are not kept from it"


def test_verified_accounts_do_not_expire(posting: Irc) -> None:
    alice = posting.connect("alice")
    alice.send(f"REGISTER * alice@example.org {PASSWORD}", "VERIFY alice 123456", "QUIT")
    posting.wait(24 * 3600 + 1)
    assert commands(posting.connect("bob").ask("NICK alice")) == ["433"]


def test_a_nick_is_nobody_s_before_its_account_is_verified(posting: Irc) -> None:
    """Else anybody could keep others' names from them by making accounts with made-up addresses."""
    mallory = posting.connect("alice")
    mallory.send(f"REGISTER * mallory@example.org {PASSWORD}", "QUIT")
    assert posting.connect("alice").session.user is not None


def test_verifying_before_the_connection_is_complete(posting: Irc) -> None:
    client = started(posting)
    assert params(client.ask(f"REGISTER * alice@example.org {PASSWORD}"), "REGISTER")[0][0] == "VERIFICATION_REQUIRED"
    assert commands(client.ask("VERIFY alice 123456")) == ["VERIFY", "900"]
    assert client.ask("USER alice 0 * :x", "CAP END")[0].command == "001"


def test_labels(irc: Irc) -> None:
    """ "the server MUST include the same tag and value in any response produced from this message"

    https://ircv3.net/specs/extensions/labeled-response
    """
    alice = irc.connect("alice", "labeled-response", "batch")
    (refused,) = alice.ask("@label=a REGISTER * * short")
    assert (refused.command, refused.tags) == ("FAIL", {"label": "a"})
    first, *inside, _ = alice.ask(f"@label=b REGISTER * * {PASSWORD}")
    assert (first.command, first.tags) == ("BATCH", {"label": "b"})
    assert commands(inside) == ["REGISTER", "900"]


def test_the_least_length_of_a_password_is_told_before_one_is_typed(irc: Irc) -> None:
    """ "FAIL REGISTER WEAK_PASSWORD <account> <message>: Sent by the server if the password is considered too weak."

    https://ircv3.net/specs/extensions/account-registration#the-register-command  Who knows the length sends none.
    """
    tokens = [word for message in irc.connect("dan").ask("VERSION") for word in message.params]
    assert "MINPASSLEN=8" in tokens
