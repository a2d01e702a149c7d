"""How often a secret may be guessed, from where, and who is never kept out by others' guesses."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from msgspec import structs

from tests.support.irc import OPERATORS, Irc, commands, params
from tests.support.sasl import MECHANISMS, Slow, begin_scram, comer, log_in, plain, said
from tests.support.services import PASSWORD, device, nickserv
from trialogue_server.commands.effects import Pause, VerifyPassword

WRONG = "wrong-horse"
HOME = "203.0.113.7"
GATEWAY = "198.51.100.1"


@pytest.fixture
def irc() -> Irc:
    """A server with the account alice, whose owner was last seen at home."""
    irc = Irc(operators=OPERATORS, connections={"exempt": [f"{GATEWAY}/32"]})
    alice = irc.connect("alice", address=HOME)
    nickserv(alice, f"REGISTER {PASSWORD}")
    alice.send("QUIT")
    return irc


def checked(irc: Irc) -> int:
    """Return how many passwords were compared."""
    return sum(isinstance(effect, VerifyPassword) for effect in irc.performed)


def by_plain(irc: Irc, number: int) -> Slow:
    return (
        Slow(comer(irc, f"c{number}")).say("AUTHENTICATE PLAIN").say(f"AUTHENTICATE {plain('alice', f'no-{number}')}")
    )


def by_identify(irc: Irc, number: int) -> Slow:
    return Slow(irc.connect(f"c{number}", address="192.0.2.1")).say(f"NS IDENTIFY alice no-{number}")


def by_oper(irc: Irc, number: int) -> Slow:
    return Slow(irc.connect(f"c{number}", address="192.0.2.1")).say(f"OPER root no-{number}")


def by_pass(irc: Irc, number: int) -> Slow:
    client = irc.open(address="192.0.2.1")
    client.send(f"PASS no-{number}", f"NICK c{number}")
    return Slow(client).say(f"USER c{number} 0 * :x")


def by_drop(irc: Irc, number: int) -> Slow:
    return Slow(device(irc, "alice", nick=f"c{number}")).say(f"NS DROP no-{number}")


def by_set_password(irc: Irc, number: int) -> Slow:
    return Slow(device(irc, "alice", nick=f"c{number}")).say(f"NS SET PASSWORD no-{number} {PASSWORD}")


@pytest.mark.parametrize("guess", [by_plain, by_identify, by_oper, by_pass, by_drop, by_set_password])
def test_of_many_guesses_side_by_side_no_more_are_checked_than_of_those_one_by_one(
    irc: Irc, guess: Callable[[Irc, int], Slow]
) -> None:
    if guess is by_pass:
        irc = Irc(server={"password": "secret"})
    guessers = [guess(irc, number) for number in range(20)]
    before = checked(irc)  # those that it took to get there
    for guesser in guessers:
        guesser.finish()
        assert set(commands(guesser.client.read())) & {"904", "464", "NOTICE"}, "each is answered in its own way"
    assert checked(irc) - before == 5
    one_more = guess(irc, 99)
    one_more.finish()
    assert checked(irc) - before == 5


def test_who_is_right_waits_for_no_one_for_long_and_is_let_in() -> None:
    """A house full of people comes back at once after a restart: nobody of them guesses, so nobody is refused."""
    irc = Irc(server={"password": "secret"})
    comers = []
    for number in range(30):
        client = irc.open(address="192.0.2.1")
        client.send("PASS secret", f"NICK c{number}")
        comers.append(Slow(client).say(f"USER c{number} 0 * :x"))
    assert sum(isinstance(one.pending.effect, VerifyPassword) for one in comers if one.pending) == 5
    assert sum(isinstance(one.pending.effect, Pause) for one in comers if one.pending) == 25
    for one in comers:
        one.finish()
    assert all(one.client.session.user is not None for one in comers)


def test_a_guess_whose_connection_has_gone_counts(irc: Irc) -> None:
    for number in range(5):
        by_plain(irc, number).client.drop()
    irc.wait(10)
    assert log_in(comer(irc), "alice") == ["904"]
    irc.wait(50)
    assert log_in(comer(irc), "alice") == ["900", "903"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_proofs_of_scram_that_were_all_begun_before_the_first_failed(irc: Irc, mechanism: str) -> None:
    begun = []
    for number in range(10):
        client = comer(irc, f"c{number}")
        begun.append((client, begin_scram(client, "alice", f"no-{number}", mechanism)))
    right = comer(irc, "c10")
    final = begin_scram(right, "alice", PASSWORD, mechanism)
    assert [said(client, final) for client, final in begun] == ["904"] * 10
    assert said(right, final) == "904", "the proof is not even looked at"
    irc.wait(60)
    client = comer(irc)
    assert not said(client, begin_scram(client, "alice", PASSWORD, mechanism)).isdigit()


def test_mechanisms_share_what_they_count(irc: Irc) -> None:
    for number in range(3):
        assert log_in(comer(irc), "alice", f"no-{number}") == ["904"]
    client = irc.connect("carol", address="192.0.2.1")
    for number in range(2):
        nickserv(client, f"IDENTIFY alice no-{number}")
    assert begin_scram(comer(irc), "alice", PASSWORD, "SCRAM-SHA-256") == "904"


# Whose limit?


def test_strangers_keep_nobody_out(irc: Irc) -> None:
    for number in range(40):
        log_in(comer(irc, address=f"192.0.2.{number}"), "alice", WRONG)
    assert log_in(comer(irc, address=HOME), "alice") == ["900", "903"]


def test_an_account_as_a_whole_is_tried_more_slowly(irc: Irc) -> None:
    """From everywhere at once: after so many, whoever comes from where its owner never was must wait."""
    for number in range(30):
        assert log_in(comer(irc, address=f"192.0.2.{number}"), "alice", WRONG) == ["904"]
    before = checked(irc)
    assert log_in(comer(irc, address="192.0.2.200"), "alice") == ["904"]
    assert checked(irc) == before
    irc.wait(3600)
    assert log_in(comer(irc, address="192.0.2.200"), "alice") == ["900", "903"]


def test_a_certificate_that_logged_in_before_is_a_device_too(irc: Irc) -> None:
    """Wherever it is now, and whatever is guessed from there."""
    phone = irc.connect("phone", "sasl", address="192.0.2.1")
    phone.session.fingerprint = "ab" * 32
    nickserv(phone, f"IDENTIFY alice {PASSWORD}")
    phone.send("QUIT")
    for number in range(40):
        log_in(comer(irc, address=f"2001:db8:{number}::1"), "alice", WRONG)
    for _ in range(5):
        log_in(comer(irc, address="192.0.2.200"), "alice", WRONG)
    assert log_in(comer(irc, address="192.0.2.200"), "alice") == ["904"]
    assert log_in(comer(irc, address="192.0.2.200", fingerprint="ab" * 32), "alice") == ["900", "903"]
    assert log_in(comer(irc, address="192.0.2.201", fingerprint="cd" * 32), "alice") == ["904"], "a stranger's"


def test_a_device_that_is_known_guesses_no_more_than_others(irc: Irc) -> None:
    for number in range(5):
        log_in(comer(irc, address=HOME), "alice", f"no-{number}")
    assert log_in(comer(irc, address=HOME), "alice") == ["904"]


def test_devices_are_kept_and_are_no_addresses(irc: Irc) -> None:
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    assert len(account.devices) == 1
    assert HOME not in account.devices[0]
    for number in range(40):
        log_in(comer(irc, address=f"192.0.2.{number}"), "alice")
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    assert len(account.devices) == 16


def test_a_network_that_stands_for_many_is_not_one_guesser(irc: Irc) -> None:
    for number in range(20):
        log_in(comer(irc, address=GATEWAY), f"nobody{number}", WRONG)
    assert log_in(comer(irc, address=GATEWAY), "alice") == ["900", "903"]
    for number in range(5):
        log_in(comer(irc, address="192.0.2.9"), f"nobody{number}", WRONG)
    assert log_in(comer(irc, address="192.0.2.9"), "alice") == ["904"]


def test_from_such_a_network_one_account_is_guessed_no_faster(irc: Irc) -> None:
    for number in range(5):
        log_in(comer(irc, address=GATEWAY), "alice", f"no-{number}")
    assert log_in(comer(irc, address=GATEWAY), "alice") == ["904"]


def test_from_such_a_network_the_server_s_password_may_be_mistyped_more_often() -> None:
    irc = Irc(server={"password": "secret"})

    def outcome(password: str) -> bool:
        client = irc.open()
        client.send(f"PASS {password}", "NICK carol", "USER carol 0 * :x")
        if client.session.user is not None:
            client.send("QUIT")
            return True
        return False

    assert not any(outcome(f"no-{number}") for number in range(49))
    assert outcome("secret")
    assert not any(outcome(f"no-{number}") for number in range(10))
    assert not outcome("secret"), "fifty are enough"


def test_a_household_has_all_of_an_ipv6_64(irc: Irc) -> None:
    for number in range(5):
        log_in(comer(irc, address=f"2001:db8::{number}"), "alice", WRONG)
    assert log_in(comer(irc, address="2001:db8::ffff"), "alice") == ["904"]
    assert log_in(comer(irc, address="2001:db8:0:1::1"), "alice") == ["900", "903"]


@pytest.mark.parametrize("address", [HOME, "192.0.2.1"])
def test_who_is_right_takes_no_place(irc: Irc, address: str) -> None:
    for number in range(12):
        assert log_in(comer(irc, f"c{number}", address=address), "alice") == ["900", "903"]


# Other secrets


def test_an_operator_s_password(irc: Irc) -> None:
    carol = irc.connect("carol", address="192.0.2.1")
    for number in range(5):
        carol.ask(f"OPER root no-{number}")
    before = checked(irc)
    (refused,) = carol.ask("OPER root frenchfries")
    assert (refused.command, checked(irc)) == ("464", before)
    assert commands(carol.ask("OPER guard frenchfries")) == ["464"], "nor another entry from there"
    other = irc.connect("dave", address="192.0.2.2")
    assert commands(other.ask("OPER root frenchfries"))[0] == "381"


def test_who_gives_no_password_guesses_none() -> None:
    irc = Irc(server={"password": "secret"})
    for number in range(10):
        client = irc.open(address="192.0.2.1")
        client.send(f"NICK c{number}", "USER x 0 * :x")
        assert "464" in commands(client.read())
    assert checked(irc) == 0
    client = irc.open(address="192.0.2.1")
    client.send("PASS secret", "NICK carol", "USER x 0 * :x")
    assert client.session.user is not None


def test_a_channel_s_key(irc: Irc) -> None:
    """One line may carry many channels, and as many keys, but each channel once."""
    owner, mallory = irc.connect("owner"), irc.connect("mallory", address="192.0.2.1")
    owner.send("JOIN #den", "MODE #den +k seven")
    assert commands(mallory.ask("JOIN #den,#DEN,#den a,b,seven")) == ["475"]
    answers = mallory.ask(*[f"JOIN #den {key}" for key in ("b", "c", "d", "e", "f", "g", "seven")])
    assert commands(answers) == ["475"] * 7
    assert "Too many wrong keys" in answers[-1].params[-1]
    assert commands(mallory.ask("JOIN #den")) == ["475"], "no key is no guess"
    irc.wait(60)
    assert params(mallory.ask("JOIN #den seven"), "JOIN") == [["#den"]]


def test_codes(irc: Irc) -> None:
    irc = Irc(mail={"host": "mail.example", "sender": "chat@example.org"})
    alice = irc.connect("alice", address=HOME)
    alice.send(f"REGISTER * alice@example.org {PASSWORD}")
    strangers = [irc.connect(f"s{number}", address=f"192.0.2.{number}") for number in range(8)]
    for number in range(40):
        strangers[number % 8].send(f"VERIFY alice {number}")
    assert irc.core.world.accounts.get("alice") is not None
    assert params(strangers[0].ask("VERIFY alice 123456"), "FAIL")[0][1] == "TEMPORARILY_UNAVAILABLE"


def test_names_without_end_cost_no_memory(irc: Irc) -> None:
    guard = irc.core.guard
    for number in range(60_000):
        guard.failed((f"login nobody{number} {GATEWAY}",), irc.monotonic)
    assert len(guard) == 20_000
    client = comer(irc, address=GATEWAY)
    long_name = b64encode(b"\0" + b"x" * 4000 + b"\0no").decode()
    client.send("AUTHENTICATE PLAIN", *(f"AUTHENTICATE {long_name[at : at + 400]}" for at in range(0, 6000, 400)))
    assert not any(len(key) > 200 for key in guard._guesses)


# Mail


MAIL = {"host": "mail.example", "sender": "chat@example.org"}


@pytest.mark.parametrize(
    "email",
    [
        "a@x.org,b@y.org", "a@x.org;b@y.org", "a@x.org b@y.org", "<a@x.org>", "Alice <a@x.org>", "a@x.org\tb",
        "a@@x.org", "a@x.org\x00", "a@x", "@x.org", "a@", "a@x..org", "a@-x.org", "a@x.org.", "a(b)@x.org",
        '"a,b"@x.org', "a@[1.2.3.4]",
        "é@x.org", "a@x.org%0aBcc:b@y.org", "a" * 65 + "@x.org", "a@" + "x" * 64 + ".org", "a@" + "x." * 130 + "org",
    ],
)  # fmt: skip
def test_mail_goes_to_one_address(email: str) -> None:
    """ "<email> … MUST be a valid email address"  https://ircv3.net/specs/extensions/account-registration"""
    irc = Irc(mail=MAIL)
    alice = irc.connect("alice")
    line = f"REGISTER * :{email} {PASSWORD}" if " " in email else f"REGISTER * {email} {PASSWORD}"
    answers = alice.ask(line)
    assert not [effect for effect in irc.performed if type(effect).__name__ == "SendMail"], answers
    assert irc.core.world.accounts.get("alice") is None


@pytest.mark.parametrize("email", ["a@x.org", "first.last+tag@mail.example.co.uk", "o'hara@x-y.org", "a_b@1.example"])
def test_addresses_that_people_have(email: str) -> None:
    irc = Irc(mail=MAIL)
    assert params(irc.connect("alice").ask(f"REGISTER * {email} {PASSWORD}"), "REGISTER")


def mails(irc: Irc) -> int:
    return sum(type(effect).__name__ == "SendMail" for effect in irc.performed)


def test_one_recipient_is_written_to_only_so_often() -> None:
    """Whoever asks from wherever, and however they write the address."""
    irc = Irc(mail=MAIL)
    for number in range(12):
        client = irc.connect(f"c{number}", address=f"192.0.2.{number}")
        client.send(f"REGISTER * {'victim@example.org' if number % 2 else 'Victim@Example.ORG'} {PASSWORD}")
    assert mails(irc) == 5
    assert params(irc.connect("last").ask(f"REGISTER * victim@example.org {PASSWORD}"), "FAIL")[0][1] == (
        "TEMPORARILY_UNAVAILABLE"
    )
    irc.wait(3600)
    irc.connect("later").send(f"REGISTER * victim@example.org {PASSWORD}")
    assert mails(irc) == 6


def test_one_account_has_only_so_many_sent() -> None:
    irc = Irc(mail=MAIL)
    alice = irc.connect("alice", address=HOME)
    nickserv(alice, f"REGISTER {PASSWORD}")
    for number in range(12):
        irc.wait(61)
        alice.send(f"NS SET EMAIL victim{number}@example.org")
    assert mails(irc) == 5


def test_one_address_asks_only_so_often() -> None:
    irc = Irc(mail=MAIL)
    for number in range(12):
        irc.connect(f"c{number}").send(f"REGISTER * c{number}@example.org {PASSWORD}")
    assert mails(irc) == 5


# How many wait at once


def waiting(irc: Irc, number: int, address: str = "192.0.2.1") -> Slow:
    """Somebody whose right password is being checked."""
    client = comer(irc, f"c{number}", address=address)
    return Slow(client).say("AUTHENTICATE PLAIN").say(f"AUTHENTICATE {plain('alice', PASSWORD)}")


BUSY = "Too many passwords are being checked just now; try again in a few seconds"


def test_no_more_passwords_wait_from_one_address_than_it_may() -> None:
    irc = Irc(accounts={"login_attempts": 0, "account_attempts": 0, "hashes_per_address": 3})
    nickserv(irc.connect("alice"), f"REGISTER {PASSWORD}")
    first = [waiting(irc, number) for number in range(3)]
    refused = waiting(irc, 3)
    assert params(refused.client.read(), "904")[-1][-1] == BUSY
    assert not commands(waiting(irc, 4, "192.0.2.2").client.read()).count("904"), "another address has its own"
    first[0].finish()
    assert not commands(waiting(irc, 5).client.read()).count("904"), "and as one is done there is room again"


def test_who_has_gone_waits_no_more() -> None:
    irc = Irc(accounts={"login_attempts": 0, "account_attempts": 0, "hashes_per_address": 1})
    nickserv(irc.connect("alice"), f"REGISTER {PASSWORD}")
    waiting(irc, 0).client.drop()
    assert not commands(waiting(irc, 1).client.read()).count("904")


@pytest.mark.parametrize(
    "ask",
    [
        lambda irc: by_plain(irc, 1),
        lambda irc: by_oper(irc, 1),
        lambda irc: by_identify(irc, 1),
        lambda irc: Slow(irc.connect("new")).say(f"REGISTER * * {PASSWORD}"),
    ],
    ids=["SASL", "OPER", "IDENTIFY", "REGISTER"],
)
def test_no_more_passwords_wait_in_all_than_there_may(ask: Callable[[Irc], Slow]) -> None:
    limits = {"login_attempts": 0, "account_attempts": 0, "hashes": 2, "hashes_per_address": 0}
    irc = Irc(operators=OPERATORS, accounts=limits)
    nickserv(irc.connect("alice", address=HOME), f"REGISTER {PASSWORD}")
    _waiting = [waiting(irc, number, f"192.0.2.{number + 10}") for number in range(2)]
    assert BUSY in " ".join(" ".join(one.params) for one in ask(irc).client.read())


def test_nor_do_more_of_the_server_s_password() -> None:
    irc = Irc(server={"password": "secret"}, accounts={"login_attempts": 0, "hashes": 2})
    guessers = [by_pass(irc, number) for number in range(3)]
    assert params(guessers[-1].client.read(), "464")[-1][-1] == BUSY
    assert guessers[-1].client.session.closing


def test_a_network_that_stands_for_many_counts_in_all_alone(irc: Irc) -> None:
    irc.core.registry.hashes.limits = structs.replace(irc.core.config.accounts, hashes_per_address=1)
    for number in range(3):
        assert not commands(waiting(irc, number, GATEWAY).client.read()).count("904")
