"""sasl: proving who one is before (or after) one is there.

https://ircv3.net/specs/extensions/sasl-3.1 and https://ircv3.net/specs/extensions/sasl-3.2 (both ratified)
"""

from base64 import b64decode, b64encode

import pytest
from argon2 import extract_parameters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scramp import ScramClient

from ircwire.caps import parse_caps
from tests.support.irc import Client, Irc, commands, params
from tests.support.services import PASSWORD, member, nickserv
from trialogue_server.commands.effects import VerifyPassword
from trialogue_server.store.passwords import HashCost, hash_password
from trialogue_server.world.events import AccountSaved

FINGERPRINT = "ab" * 32
WRONG = "wrong-horse"
MAIL = {"host": "mail.example", "sender": "chat@example.org"}
OFFERED = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"


def encoded(data: str) -> str:
    return b64encode(data.encode()).decode()


def plain(account: str, password: str = PASSWORD, acting_for: str = "") -> str:
    return encoded(f"{acting_for}\0{account}\0{password}")


@pytest.fixture
def irc() -> Irc:
    """A server with the account alice, whose owner is not there."""
    irc = Irc()
    member(irc, "alice").send("QUIT")
    return irc


def comer(irc: Irc, nick: str = "alice", *, address: str = "127.0.0.1", fingerprint: str = "") -> Client:
    """Return a connection that is about to log in."""
    client = irc.open(address=address, secure=bool(fingerprint))
    client.session.fingerprint = fingerprint
    client.send("CAP LS 302", "CAP REQ sasl", f"NICK {nick}", f"USER {nick} 0 * :x")
    client.read()
    return client


def log_in(client: Client, account: str, password: str = PASSWORD) -> list[str]:
    """Log in by PLAIN; returns the numerics of the outcome."""
    return commands(client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain(account, password)}")[1:])


def say(client: Client, text: str) -> str:
    """Take a step of SCRAM; returns the server's word, or the numeric with which it ended."""
    encoded_text = encoded(text)
    lines = [f"AUTHENTICATE {encoded_text[at : at + 400]}" for at in range(0, len(encoded_text), 400)]
    answers = client.ask(*lines)
    said = "".join(message.params[0] for message in answers if message.command == "AUTHENTICATE")
    return b64decode(said).decode() if said else commands(answers)[-1]


def scram(client: Client, account: str, password: str = PASSWORD, mechanism: str = "SCRAM-SHA-256") -> list[str]:
    """Log in by SCRAM; returns the numerics of the outcome."""
    peer = ScramClient([mechanism], account, password)
    assert params(client.ask(f"AUTHENTICATE {mechanism}"), "AUTHENTICATE") == [["+"]]
    peer.set_server_first(say(client, peer.get_client_first()))
    outcome = say(client, peer.get_client_final())
    if outcome.isdigit():
        return [outcome]
    peer.set_server_final(outcome)
    return commands(client.ask("AUTHENTICATE +"))


# What is offered


def test_the_mechanisms_are_the_value(irc: Irc) -> None:
    """ "Servers SHOULD advertise the available SASL authentication mechanisms in the value of the `sasl` client
    capability in `CAP LS`."

    https://ircv3.net/specs/extensions/sasl-3.2#mechanism-list-in-cap-ls
    """

    def offered(irc: Irc, *, secure: bool) -> str:
        lines = irc.open(secure=secure).ask("CAP LS 302")
        return parse_caps(" ".join(line.params[-1] for line in lines))["sasl"]

    assert offered(irc, secure=False) == OFFERED
    assert offered(irc, secure=True) == f"{OFFERED},EXTERNAL"
    assert offered(Irc(tls={"client_certificates": False}), secure=True) == OFFERED


@pytest.mark.parametrize("mechanism", ["DH-AES", "EXTERNAL", "x" * 300, "+", "plain,scram"])
def test_unknown_mechanisms(irc: Irc, mechanism: str) -> None:
    """ "908 aka RPL_SASLMECHS MAY be sent in reply to an AUTHENTICATE command which requests an unsupported mechanism.
    The numeric contains a comma-separated list of mechanisms supported by the server". "If this fails, a 904 numeric
    will be sent and the session state remains unchanged; the client MAY try another mechanism."

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    client = comer(irc)
    answers = client.ask(f"AUTHENTICATE {mechanism}")
    assert commands(answers) == ["908", "904"]
    assert answers[0].params == ["alice", OFFERED, "are available SASL mechanisms"]
    assert log_in(client, "alice") == ["900", "903"]


def test_the_name_of_a_mechanism_in_any_case(irc: Irc) -> None:
    assert params(comer(irc).ask("AUTHENTICATE plain"), "AUTHENTICATE") == [["+"]]


# PLAIN


def test_plain(irc: Irc) -> None:
    """ "If authentication is successful, a 900 and 903 numeric will be sent."

    https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command
    """
    client = comer(irc)
    (word,) = client.ask("AUTHENTICATE PLAIN")
    assert (word.source, word.command, word.params) == (None, "AUTHENTICATE", ["+"])
    logged_in, success = client.ask(f"AUTHENTICATE {plain('alice')}")
    told = ["alice", "alice!alice@127.0.0.1", "alice", "You are now logged in as alice"]
    assert (logged_in.command, logged_in.params) == ("900", told)
    assert (success.command, success.params) == ("903", ["alice", "SASL authentication successful"])
    assert client.ask("CAP END")[0].command == "001"
    assert params(client.ask("WHOIS alice"), "330")[0][:3] == ["alice", "alice", "alice"]


def test_before_a_nick_is_known_the_star_stands_for_it(irc: Irc) -> None:
    client = irc.open()
    client.send("CAP REQ sasl")
    answers = client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('alice')}")[1:]
    assert answers[0].params[:3] == ["*", "*!*@127.0.0.1", "alice"]
    client.send("NICK alice", "USER alice 0 * :x")
    assert client.ask("CAP END")[0].command == "001"


@pytest.mark.parametrize(
    "response",
    [
        plain("alice", WRONG),
        plain("nobody"),
        plain("alice", PASSWORD, acting_for="bob"),
        plain("alice", ""),
        plain("", PASSWORD),
        encoded("alice"),
        encoded(f"alice\0{PASSWORD}"),
        encoded(f"\0alice\0{PASSWORD}\0"),
        b64encode(b"\0alice\0\xff\xfe").decode(),
        "+",
        "a",
        "!!!!",
        "é",
        "AUTHENTICATE",
    ],
)
def test_what_does_not_log_in(irc: Irc, response: str) -> None:
    """ "904 aka ERR_SASLFAIL is sent when the SASL authentication fails because of invalid credentials or other errors
    not explicitly mentioned by other numerics." and "If authentication fails, a 904 or 905 numeric will be sent and the
    client MAY retry from the AUTHENTICATE <mechanism> command."

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    client = comer(irc)
    assert commands(client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {response}")[1:]) == ["904"]
    assert client.session.registration.account == ""
    assert log_in(client, "alice") == ["900", "903"]


def test_the_account_may_act_for_itself(irc: Irc) -> None:
    """ "authentication identity jilles, authorization identity jilles and password sesame"

    https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command
    """
    client = comer(irc)
    answers = client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('Alice', acting_for='alice')}")
    assert commands(answers[1:]) == ["900", "903"]
    assert params(answers, "900")[0][2] == "alice", "the name is shown as its owner wrote it"


def test_a_wrong_name_is_told_as_a_wrong_password(irc: Irc) -> None:
    def told(name: str) -> list[str]:
        return comer(irc).ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain(name, WRONG)}")[-1].params

    assert told("alice") == told("nobody")


@pytest.mark.parametrize(("memory", "passes"), [(19, 2), (8, 5)])
def test_a_wrong_name_costs_as_much_as_a_wrong_password(memory: int, passes: int) -> None:
    """Whatever a hash costs by the settings, a name without an account is compared with one of that cost."""
    irc = Irc(accounts={"hash_memory": memory, "hash_passes": passes})
    log_in(comer(irc), "nobody")
    (effect,) = [each for each in irc.performed if isinstance(each, VerifyPassword)]
    made = hash_password("x", HashCost(memory, passes))
    assert extract_parameters(effect.stored) == extract_parameters(made)


def test_an_account_that_is_not_verified(irc: Irc) -> None:
    irc = Irc(mail=MAIL)
    irc.connect("alice").send(f"REGISTER * a@example.org {PASSWORD}", "QUIT")
    client = comer(irc)
    answers = client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('alice')}")
    assert commands(answers[1:]) == ["904"]
    assert "verify your e-mail address first" in answers[-1].params[-1]
    assert "verify" not in client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('alice', WRONG)}")[-1].params[-1]
    assert scram(client, "alice") == ["904"]


# Chunks


def padded(length: int) -> str:
    """Return a right response of so many characters; the password is the account's."""
    return plain("alice", "p" * (length * 3 // 4 - len("\0alice\0")))


@pytest.mark.parametrize("length", [396, 400])
def test_responses_of_several_lines(length: int) -> None:
    """ "The response is encoded in Base64, then split to 400-byte chunks, and each chunk is sent as a separate
    AUTHENTICATE command." "If the last chunk was exactly 400 bytes long, it must also be followed by AUTHENTICATE + to
    signal end of response."

    https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command
    """
    irc = Irc()
    response = padded(length)
    password = b64decode(response).decode().split("\0")[2]
    nickserv(irc.connect("alice"), f"REGISTER {password}")
    assert len(response) == length
    client = comer(irc, "guest")
    client.send("AUTHENTICATE PLAIN")
    answers = client.ask(f"AUTHENTICATE {response}")
    if length == 400:
        assert answers == []
        answers = client.ask("AUTHENTICATE +")
    assert commands(answers) == ["900", "903"]


@pytest.mark.parametrize(
    ("kept", "typed"), [("caf\u00e9-horse", "cafe\u0301-horse"), ("cafe\u0301-horse", "caf\u00e9-horse")]
)
def test_a_password_is_what_a_person_reads(kept: str, typed: str) -> None:
    """ "OpaqueString": what keyboards compose differently is one password, wherever it is asked for.

    https://www.rfc-editor.org/rfc/rfc8265#section-4.2
    """
    irc = Irc(operators=[{"name": "root", "password": kept}])
    alice = irc.connect("alice")
    nickserv(alice, f"REGISTER {kept}")
    alice.send("QUIT")
    client = comer(irc)
    assert log_in(client, "alice", typed) == ["900", "903"]
    client.send("CAP END")
    assert commands(client.ask(f"OPER root {typed}"))[:1] == ["381"]
    assert nickserv(client, f"SET PASSWORD {typed} {typed}-new") == ["Your password is changed"]
    assert nickserv(client, "LOGOUT")[-1:] == ["You are no longer logged in as alice"]
    assert "You are now logged in as alice" in nickserv(client, f"IDENTIFY alice {kept}-new")
    other = comer(irc, "other")
    assert scram(other, "alice", f"{kept}-new") == ["900", "903"]
    guarded = Irc(server={"password": kept}).open()
    assert "001" in commands(guarded.ask(f"PASS {typed}", "NICK alice", "USER a 0 * :a"))


def test_what_is_longer_than_a_line_is_put_together(irc: Irc) -> None:
    response = plain("alice", "x" * 500)
    client = comer(irc)
    client.send("AUTHENTICATE PLAIN")
    assert client.ask(f"AUTHENTICATE {response[:400]}") == []
    assert commands(client.ask(f"AUTHENTICATE {response[400:]}")) == ["904"], "a wrong password, and one answer"


def test_too_long_a_line(irc: Irc) -> None:
    """ "905 aka ERR_SASLTOOLONG is sent when … the client-sent AUTHENTICATE command was too long (i.e. the parameter
    longer than 400 bytes)."

    https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension
    """
    client = comer(irc)
    client.send("AUTHENTICATE PLAIN")
    for _ in range(2):  # in an exchange, and instead of a mechanism's name
        (answer,) = client.ask(f"AUTHENTICATE {'A' * 401}")
        assert (answer.command, answer.params) == ("905", ["alice", "SASL message too long"])
    assert log_in(client, "alice") == ["900", "903"]


def test_too_long_a_response(irc: Irc) -> None:
    """ "The server MAY place a limit on the total length of a response." Each of its lines is short enough, so it is a
    failure "not explicitly mentioned by other numerics".

    https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command
    """
    client = comer(irc)
    client.send("AUTHENTICATE PLAIN")
    client.read()
    for _ in range(16):
        assert client.ask(f"AUTHENTICATE {'A' * 400}") == []
    assert commands(client.ask(f"AUTHENTICATE {'A' * 400}")) == ["904"]
    assert log_in(client, "alice") == ["900", "903"]


# Order


def test_giving_up(irc: Irc) -> None:
    """ "The client can abort an authentication by sending an asterisk as the data. The server will send a 906 numeric."

    https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command
    """
    client = comer(irc)
    client.send("AUTHENTICATE PLAIN", f"AUTHENTICATE {'A' * 400}")
    (answer,) = client.ask("AUTHENTICATE *")
    assert (answer.command, answer.params) == ("906", ["alice", "SASL authentication aborted"])
    assert log_in(client, "alice") == ["900", "903"], "nothing is left of what was said before"


def test_registering_in_the_middle(irc: Irc) -> None:
    """ "If the client completes registration (with CAP END, NICK, USER and any other necessary messages) while the SASL
    authentication is still in progress, the server SHOULD abort it and send a 906 numeric, then register the client
    without authentication."

    https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command
    """
    client = comer(irc, "guest")
    client.send("AUTHENTICATE PLAIN")
    assert commands(client.ask("CAP END"))[:2] == ["906", "001"]
    assert client.session.user is not None
    assert client.session.user.account == ""
    assert commands(client.ask(f"AUTHENTICATE {plain('alice')}")) == ["908", "904"]


def test_without_the_capability(irc: Irc) -> None:
    """ "The client MUST enable the sasl capability before using the AUTHENTICATE command defined by this
    specification." It is the client that must: to refuse would lock out those who know that it works, as it does
    elsewhere, and would keep nobody safe.

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    client = irc.open()
    client.send("CAP LS 302", "NICK guest", "USER guest 0 * :x")
    assert log_in(client, "alice") == ["900", "903"]
    client.send("CAP END")
    assert params(client.ask("WHOIS guest"), "330")[0][2] == "alice"


def test_a_response_without_a_mechanism(irc: Irc) -> None:
    client = comer(irc)
    assert commands(client.ask(f"AUTHENTICATE {plain('alice')}")) == ["908", "904"]
    assert client.session.registration.account == ""


def test_lines_wait_for_the_password_to_be_checked(irc: Irc) -> None:
    """Who pipelines CAP END is registered with the account and not before it is known."""
    client = comer(irc)
    answers = client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('alice')}", "CAP END")
    assert commands(answers)[1:4] == ["900", "903", "001"]


# Again


def test_again_before_registration(irc: Irc) -> None:
    """ "Servers SHOULD allow a client, authenticated or otherwise, to reauthenticate by sending a new AUTHENTICATE
    message at any time."

    https://ircv3.net/specs/extensions/sasl-3.2#sasl-reauthentication
    """
    member(irc, "bob").send("QUIT")
    client = comer(irc, "bob")
    assert log_in(client, "alice") == ["900", "903"]
    assert log_in(client, "bob") == ["900", "903"]
    assert client.ask("CAP END")[0].command == "001"
    assert client.session.user is not None
    assert client.session.user.account == "bob"


def test_again_on_the_network(irc: Irc) -> None:
    """ "Servers SHOULD allow a client, authenticated or otherwise, to reauthenticate by sending a new AUTHENTICATE
    message at any time."

    https://ircv3.net/specs/extensions/sasl-3.2#sasl-reauthentication
    """
    client, watcher = irc.connect("guest", "sasl"), irc.connect("watcher", "account-notify")
    irc.enter("#room", watcher, client)
    assert log_in(client, "alice") == ["900", "903"]
    assert params(watcher.read(), "ACCOUNT") == [["alice"]]
    assert log_in(client, "alice") == ["900", "903"]
    assert watcher.read() == [], "nothing has changed"
    assert log_in(client, "alice", WRONG) == ["904"]
    assert params(client.ask("WHOIS guest"), "330")[0][2] == "alice", "a failure takes nothing away"


def test_who_becomes_somebody_else_leaves_the_nick(irc: Irc) -> None:
    """An account's name is a nick for those alone who are logged in to it."""
    member(irc, "bob").send("QUIT")
    client = comer(irc)
    assert log_in(client, "alice") == ["900", "903"]
    client.send("CAP END")
    answers = client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('bob')}")
    assert commands(answers)[1:] == ["900", "NICK", "903"]
    assert params(answers, "NICK")[0][0].startswith("Guest")


# Guessing


@pytest.mark.parametrize("attempt", [log_in, scram])
def test_an_account_s_password_cannot_be_guessed_for_ever(irc: Irc, attempt: object) -> None:
    """ "Servers MAY disconnect ANY client at any time as a result of failed authentication, … but MUST provide the
    reason for the authentication failure": ours do not, and say how long to wait.

    https://ircv3.net/specs/extensions/sasl-3.2#sasl-reauthentication
    """
    assert callable(attempt)
    for _ in range(5):
        assert attempt(comer(irc, address="192.0.2.77"), "alice", WRONG) == ["904"]
    client = comer(irc, address="192.0.2.77")
    answers = client.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('alice')}")
    assert commands(answers[1:]) == ["904"]
    assert answers[-1].params[-1] == "Too many failed logins; try again in 60 seconds"
    client.send("AUTHENTICATE SCRAM-SHA-256")
    assert say(client, ScramClient(["SCRAM-SHA-256"], "alice", PASSWORD).get_client_first()) == "904"
    irc.wait(61)
    assert attempt(client, "alice", PASSWORD) == ["900", "903"]


def test_one_address_cannot_try_account_after_account(irc: Irc) -> None:
    for number in range(5):
        assert log_in(comer(irc, address="2001:db8::1"), f"nobody{number}", WRONG) == ["904"]
    neighbour = comer(irc, address="2001:db8::2")
    answers = neighbour.ask("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('alice')}")
    assert answers[-1].params[-1].startswith("Too many failed logins"), "a household has all of an IPv6 /64"
    assert log_in(comer(irc, address="2001:db8:1::1"), "alice") == ["900", "903"]


@pytest.mark.parametrize("attempt", [log_in, scram])
def test_success_forgives_the_account(attempt: object) -> None:
    irc = Irc(accounts={"login_attempts": 3})
    member(irc, "alice").send("QUIT")
    assert callable(attempt)
    for number in range(4):
        assert log_in(comer(irc, address=f"192.0.2.{number}"), "alice", WRONG) == ["904"]
        assert attempt(comer(irc, address=f"198.51.100.{number}"), "alice", PASSWORD) == ["900", "903"]


# SCRAM


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_scram(irc: Irc, mechanism: str) -> None:
    """ "The server verifies the nonce and the proof": and the client of this test the server's signature.

    https://www.rfc-editor.org/rfc/rfc5802#section-5
    """
    client = comer(irc)
    assert scram(client, "alice", mechanism=mechanism) == ["900", "903"]
    assert client.session.registration.account == "alice"


@pytest.mark.parametrize("account", ["alice", "nobody"])
def test_scram_with_a_wrong_proof(irc: Irc, account: str) -> None:
    """ "If authentication fails, a 904 or 905 numeric will be sent".

    https://ircv3.net/specs/extensions/sasl-3.1
    """
    client = comer(irc)
    assert scram(client, account, WRONG) == ["904"]
    assert client.session.registration.account == ""
    assert scram(client, "alice") == ["900", "903"]


def test_scram_tells_a_stranger_nothing_of_who_has_an_account(irc: Irc) -> None:
    """Salt and count of a name without an account look as those of one, and are the same each time."""

    def shown(name: str, mechanism: str) -> tuple[str, str]:
        client = comer(irc)
        client.send(f"AUTHENTICATE {mechanism}")
        first = say(client, ScramClient([mechanism], name, WRONG).get_client_first())
        client.send("AUTHENTICATE *")
        _, salt, count = first.split(",")
        return salt, count

    for name in ("alice", "nobody"):
        assert shown(name, "SCRAM-SHA-256") == shown(name, "SCRAM-SHA-256")
        assert shown(name, "SCRAM-SHA-256") != shown(name, "SCRAM-SHA-512")
    known, unknown = shown("alice", "SCRAM-SHA-256"), shown("nobody", "SCRAM-SHA-256")
    assert [len(part) for part in known] == [len(part) for part in unknown]
    assert known[1] == unknown[1]


def test_nonces_are_used_once(irc: Irc) -> None:
    """ "It is important that this value be different for each authentication".

    https://www.rfc-editor.org/rfc/rfc5802#section-5.1
    """
    client = comer(irc)
    nonces = set()
    for _ in range(3):
        client.send("AUTHENTICATE SCRAM-SHA-256")
        nonces.add(say(client, "n,,n=alice,r=clientnonce").split(",")[0])
        client.send("AUTHENTICATE *")
    assert len(nonces) == 3


@pytest.mark.parametrize(
    "first",
    [
        "",
        "n,,",
        "n,,n=alice",
        "n,a=bob,n=alice,r=abc",
        "p=tls-unique,,n=alice,r=abc",
        "n,,n=al=ice,r=abc",
        "\0",
        "x,y,z",
    ],
)
def test_scram_that_makes_no_sense(irc: Irc, first: str) -> None:
    client = comer(irc)
    client.send("AUTHENTICATE SCRAM-SHA-256")
    assert commands(client.ask(f"AUTHENTICATE {encoded(first) or '+'}")) == ["904"]
    assert scram(client, "alice") == ["900", "903"]


def test_scram_after_the_password_was_changed_meanwhile(irc: Irc) -> None:
    client = comer(irc)
    peer = ScramClient(["SCRAM-SHA-256"], "alice", PASSWORD)
    client.send("AUTHENTICATE SCRAM-SHA-256")
    peer.set_server_first(say(client, peer.get_client_first()))
    peer.set_server_final(say(client, peer.get_client_final()))
    owner = irc.connect("owner")
    nickserv(owner, f"IDENTIFY alice {PASSWORD}")
    assert "deleted" in nickserv(owner, f"DROP {PASSWORD}")[0]
    assert commands(client.ask("AUTHENTICATE +")) == ["904"], "the account has gone since"


# EXTERNAL


def certified(irc: Irc) -> None:
    owner = irc.connect("owner")
    nickserv(owner, f"IDENTIFY alice {PASSWORD}")
    nickserv(owner, f"CERT ADD {FINGERPRINT}")
    owner.send("QUIT")


@pytest.mark.parametrize("name", ["", "alice", "ALICE"])
def test_external(irc: Irc, name: str) -> None:
    """ "Empty (zero-length) responses are sent as AUTHENTICATE +." A name that is given must be the certificate's.

    https://ircv3.net/specs/extensions/sasl-3.1 and https://www.rfc-editor.org/rfc/rfc4422#appendix-A
    """
    certified(irc)
    client = comer(irc, fingerprint=FINGERPRINT)
    assert params(client.ask("AUTHENTICATE EXTERNAL"), "AUTHENTICATE") == [["+"]]
    assert commands(client.ask(f"AUTHENTICATE {encoded(name) or '+'}")) == ["900", "903"]


def test_external_for_somebody_else(irc: Irc) -> None:
    certified(irc)
    client = comer(irc, fingerprint=FINGERPRINT)
    assert commands(client.ask("AUTHENTICATE EXTERNAL", f"AUTHENTICATE {encoded('bob')}")[1:]) == ["904"]
    assert commands(client.ask("AUTHENTICATE EXTERNAL", "AUTHENTICATE /w==")[1:]) == ["904"]


def test_external_with_a_certificate_that_nobody_has_named(irc: Irc) -> None:
    certified(irc)
    client = comer(irc, fingerprint="cd" * 32)
    assert commands(client.ask("AUTHENTICATE EXTERNAL", "AUTHENTICATE +")[1:]) == ["904"]


def test_external_needs_a_verified_account(irc: Irc) -> None:
    certified(irc)
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    irc.core.delivery.commit(AccountSaved(irc.core.ids.next(irc.now), irc.now, 0, "", "", replace(account, code="x")))
    client = comer(irc, fingerprint=FINGERPRINT)
    assert commands(client.ask("AUTHENTICATE EXTERNAL", "AUTHENTICATE +")[1:]) == ["904"]


# Whatever comes


WORDS = st.one_of(
    st.sampled_from(
        ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "EXTERNAL", "*", "+", "A" * 400, "A" * 401, "é", "=", "AA=="]
    ),
    st.sampled_from(["n,,n=alice,r=abc", "y,,n=alice,r=abc", "c=biws,r=abc,p=AAAA", "c=biws,r=abc", "n=,r="]).map(
        encoded
    ),
    st.binary(min_size=1, max_size=60).map(lambda data: b64encode(data).decode()),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(lambda text: text[0] != ":"),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=12), is_there=st.booleans())
def test_any_sequence_leaves_the_session_usable(words: list[str], is_there: bool) -> None:
    """ "If authentication fails … the client MAY retry from the AUTHENTICATE <mechanism> command."

    https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command
    """
    irc = Irc(accounts={"login_attempts": 0})
    client = irc.connect("alice", "sasl") if is_there else comer(irc)
    client.session.fingerprint = FINGERPRINT
    answers = client.ask(*(f"AUTHENTICATE {word}" for word in words))
    assert set(commands(answers)) <= {"AUTHENTICATE", "904", "905", "906", "908"}
    client.send("AUTHENTICATE *")
    client.read()
    assert params(client.ask("AUTHENTICATE PLAIN"), "AUTHENTICATE") == [["+"]]
    assert commands(client.ask(f"AUTHENTICATE {plain('nobody')}")) == ["904"]
    assert not client.session.closing
    assert client.ask("PING x")[0].command == "PONG"
