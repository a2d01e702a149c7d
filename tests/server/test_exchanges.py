"""What was proved is proved of one account as it was then: no exchange, and nothing that takes time, outlives that."""

import pytest
from msgspec.structs import replace

from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.sasl import MECHANISMS, Slow, begin_scram, comer, log_in, plain, prove, said
from tests.support.services import PASSWORD, device, member, nickserv
from trialogue_server.commands import requests as do
from trialogue_server.commands.effects import MakeCredentials, SendMail
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.passwords import HashCost
from trialogue_server.world.events import AccountSaved

OTHER = "another-horse"
CERTIFICATE = "cd" * 32


@pytest.fixture
def irc() -> Irc:
    """A server with the account alice, whose owner is not there."""
    irc = Irc(operators=OPERATORS)
    member(irc, "alice").send("QUIT")
    return irc


def change(irc: Irc, how: str) -> None:
    """Let something happen to alice's account."""
    match how:
        case "password":
            device(irc, "alice").send(f"NS SET PASSWORD {PASSWORD} {OTHER}", "QUIT")
        case "administrator":
            irc.administer(do.SetPassword("alice", make_credentials(OTHER, HashCost())))
        case "dropped":
            device(irc, "alice").send(f"NS DROP {PASSWORD}", "QUIT")
        case "another's":
            device(irc, "alice").send(f"NS DROP {PASSWORD}", "QUIT")
            heir = irc.connect("alice", address="198.51.100.9")
            assert nickserv(heir, f"REGISTER {PASSWORD}") == ["Your account alice is ready"], "with the same password"
            heir.send("QUIT")
        case "suspended":
            irc.administer(do.AddBan("account", "alice", 0, "no"))


CHANGES = ["password", "administrator", "dropped", "another's", "suspended"]


def is_in(client: Client) -> bool:
    user = client.session.user
    return bool(user.account if user is not None else client.session.registration.account)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("how", CHANGES)
def test_a_proof_of_scram_is_void_once_the_account_has_changed(irc: Irc, how: str, mechanism: str) -> None:
    """ "If authentication fails, a 904 or 905 numeric will be sent": the client's last, empty word logs in to the
    account whose keys it has proved, or to none.

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    client = comer(irc)
    prove(client, "alice", mechanism=mechanism)
    change(irc, how)
    answers = commands(client.ask("AUTHENTICATE +"))
    assert answers == (["902"] if how == "suspended" else ["904"])
    assert not is_in(client)


@pytest.mark.parametrize("how", ["password", "administrator", "dropped", "another's"])
def test_so_are_the_keys_before_the_proof(irc: Irc, how: str) -> None:
    client = comer(irc)
    final = begin_scram(client, "alice", PASSWORD, "SCRAM-SHA-256")
    change(irc, how)
    if not said(client, final).isdigit():
        client.send("AUTHENTICATE +")
    assert not is_in(client)


@pytest.mark.parametrize("how", CHANGES)
def test_a_password_that_was_right_when_it_was_given(irc: Irc, how: str) -> None:
    """The hash takes its time, and what it was compared with may be no account's by then."""
    slow = Slow(comer(irc))
    slow.say("AUTHENTICATE PLAIN").say(f"AUTHENTICATE {plain('alice')}")
    change(irc, how)
    slow.finish()
    assert not is_in(slow.client)


@pytest.mark.parametrize("how", ["password", "administrator", "dropped", "another's"])
def test_identify_too(irc: Irc, how: str) -> None:
    slow = Slow(irc.connect("carol", address="192.0.2.1"))
    slow.say(f"NS IDENTIFY alice {PASSWORD}")
    change(irc, how)
    slow.finish()
    assert not is_in(slow.client)


@pytest.mark.parametrize(
    "lines", [["AUTHENTICATE *"], ["CAP REQ :-sasl"], ["CAP END"], ["CAP REQ :-sasl", "CAP REQ :sasl"]]
)
def test_giving_up_voids_the_proof(irc: Irc, lines: list[str]) -> None:
    """ "If the client sends an abort… 906": so it does with the capability, and with the end of the negotiation.

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    client = comer(irc)
    prove(client, "alice")
    assert "906" in commands(client.ask(*lines))
    client.send("AUTHENTICATE +")
    assert not is_in(client)


def test_logging_in_in_another_way_voids_the_proof(irc: Irc) -> None:
    member(irc, "bob").send("QUIT")
    client = irc.connect("carol", "sasl", address="192.0.2.1")
    prove(client, "alice")
    nickserv(client, f"IDENTIFY bob {PASSWORD}")
    client.send("AUTHENTICATE +")
    assert client.session.user is not None
    assert client.session.user.account == "bob"


def test_half_a_password_is_void_with_what_began_it(irc: Irc) -> None:
    client = comer(irc)
    start = plain("alice", "x" * 300)[:400]
    client.send("AUTHENTICATE PLAIN", f"AUTHENTICATE {start}", "AUTHENTICATE *")
    assert commands(client.ask("AUTHENTICATE +")) == ["908", "904"], "it is the name of no mechanism"
    assert log_in(client, "alice") == ["900", "903"]


def test_a_certificate_that_was_taken_off_logs_in_no_more(irc: Irc) -> None:
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    irc.core.delivery.commit(AccountSaved(1, 0.0, 0, "", "", replace(account, fingerprints=(CERTIFICATE,))))
    client = comer(irc, fingerprint=CERTIFICATE)
    client.send("AUTHENTICATE EXTERNAL")
    change(irc, "another's")
    assert commands(client.ask("AUTHENTICATE +")) == ["904"]


# What takes time


def test_a_password_is_not_changed_that_was_changed_meanwhile(irc: Irc) -> None:
    """The old password was right for another one than the account has when the new one is made."""
    slow = Slow(device(irc, "alice"))
    slow.say(f"NS SET PASSWORD {PASSWORD} {OTHER}").step()
    assert slow.pending is not None
    assert isinstance(slow.pending.effect, MakeCredentials)
    irc.administer(do.SetPassword("alice", make_credentials("the-administrator-s", HashCost())))
    slow.finish()
    assert log_in(comer(irc), "alice", OTHER) == ["904"]
    assert log_in(comer(irc, "x"), "alice", "the-administrator-s") == ["900", "903"]


def test_nor_that_of_the_account_that_a_device_went_to(irc: Irc) -> None:
    """One of a user's devices logs in elsewhere, and all of them with it: the proof was of the account before."""
    member(irc, "bob").send("QUIT")
    phone, laptop = device(irc, "alice"), device(irc, "alice", "sasl")
    slow = Slow(phone).say(f"NS SET PASSWORD {PASSWORD} {OTHER}")
    slow.step()
    assert log_in(laptop, "bob")[0] == "900"
    slow.finish()
    assert log_in(comer(irc), "bob", OTHER) == ["904"]


def test_nor_is_that_account_deleted(irc: Irc) -> None:
    member(irc, "bob").send("QUIT")
    phone, laptop = device(irc, "alice"), device(irc, "alice", "sasl")
    slow = Slow(phone).say(f"NS DROP {PASSWORD}")
    log_in(laptop, "bob")
    slow.finish()
    assert {account.name for account in irc.core.world.accounts} == {"alice", "bob"}


def test_the_server_s_password_is_the_one_that_holds_when_it_was_checked() -> None:
    irc = Irc(server={"password": "before"})
    slow = Slow(irc.open())
    for line in ("PASS before", "NICK carol"):
        slow.say(line)
    slow.say("USER carol 0 * :x")
    irc.change_settings(replace(irc.config, server=replace(irc.config.server, password="after")))
    slow.finish()
    assert slow.client.session.user is None
    assert "464" in commands(slow.client.read())


@pytest.mark.parametrize("entry", [None, {"password": "another"}, {"account": "root"}])
def test_an_operator_s_entry_is_the_one_that_holds_when_it_was_checked(irc: Irc, entry: dict[str, str] | None) -> None:
    slow = Slow(irc.connect("carol")).say("OPER root frenchfries")
    entries = () if entry is None else (replace(irc.config.operators[0], **entry),)
    irc.change_settings(replace(irc.config, operators=entries))
    slow.finish()
    assert commands(slow.client.read()) == ["464"]


def test_a_code_for_an_address_is_void_with_the_password_and_for_the_next_owner() -> None:
    irc = Irc(mail={"host": "mail.example", "sender": "chat@example.org"})

    def code() -> str:
        client = device(irc, "alice", nick="visitor")
        client.send("NS SET EMAIL alice@example.org")
        sent = [effect for effect in irc.performed if isinstance(effect, SendMail)][-1]
        client.send("QUIT")
        return sent.text.split("SET EMAIL alice@example.org ")[1].split()[0]

    member(irc, "alice").send("QUIT")
    first = code()
    assert first == code(), "asked for again it is the same"
    device(irc, "alice").send(f"NS DROP {PASSWORD}", "QUIT")
    heir = member(irc, "alice")
    assert nickserv(heir, f"SET EMAIL alice@example.org {first}") == ["That code is wrong or no longer valid"]
    assert first != code()


def test_mail_that_could_not_be_sent_takes_no_account_of_somebody_else(irc: Irc) -> None:
    irc = Irc(mail={"host": "mail.example", "sender": "chat@example.org"}, accounts={"verify_within": 60})
    slow = Slow(irc.connect("alice")).say(f"REGISTER * alice@example.org {PASSWORD}")
    slow.step()
    irc.wait(61)
    slow.client.send("NICK other")
    heir = irc.connect("alice")
    heir.send(f"REGISTER * heir@example.org {PASSWORD}", "VERIFY alice 123456")
    assert slow.pending is not None
    slow.client.go_on(slow.pending, "no such host")
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    assert account.email == "heir@example.org"
    assert params(heir.read(), "900")


def test_without_a_change_it_logs_in(irc: Irc) -> None:
    slow = Slow(comer(irc))
    slow.say("AUTHENTICATE PLAIN").say(f"AUTHENTICATE {plain('alice')}").finish()
    assert is_in(slow.client)
