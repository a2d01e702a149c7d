"""NickServ: accounts for clients that know nothing of IRCv3. Logging in and out is told as the specifications say."""

import re
from base64 import b64encode

import pytest

from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, chanserv, device, member, nickserv, notices
from trialogue_server.commands.effects import SendMail
from trialogue_server.store.database import Database

FINGERPRINT = "ab" * 32
MAIL = {"host": "mail.example", "sender": "chat@example.org"}


def has_account(irc: Irc, name: str) -> bool:
    return irc.core.world.accounts.get(name) is not None


def again(irc: Irc, nick: str, account: str) -> Client:
    """Return one more user who logs in to the account."""
    client = irc.connect(nick)
    assert notices(client.ask(f"NS IDENTIFY {account} {PASSWORD}")) == [f"You are now logged in as {account}"]
    return client


# Making an account


def test_register_makes_an_account_and_logs_in(irc: Irc) -> None:
    """ "900 aka RPL_LOGGEDIN is sent when the user's account name is set (whether by SASL or otherwise)."
    https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension
    """
    alice = irc.connect("alice")
    answers = alice.ask(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    assert params(answers, "900") == [["alice", "alice!alice@127.0.0.1", "alice", "You are now logged in as alice"]]
    assert params(alice.ask("WHOIS alice"), "330")[0][:3] == ["alice", "alice", "alice"]
    assert nickserv(alice, f"REGISTER {PASSWORD}") == ["You are logged in already"]


def test_register_refuses_what_the_command_refuses(irc: Irc) -> None:
    alice = irc.connect("alice")
    assert nickserv(alice, "REGISTER short") == ["The password must have at least 8 characters"]
    assert nickserv(alice, f"REGISTER {PASSWORD} nowhere") == ["Give an e-mail address, as you@example.org"]
    closed = Irc(accounts={"registration": False}).connect("alice")
    assert nickserv(closed, f"REGISTER {PASSWORD}") == ["Accounts are made by the operators of this server: ask them"]
    assert not has_account(irc, "alice")


def test_an_address_is_verified_by_mail() -> None:
    irc = Irc(mail=MAIL)
    alice = irc.connect("alice")
    said = nickserv(alice, f"REGISTER {PASSWORD} alice@example.org")
    assert said == ["A code was sent to alice@example.org: say /msg NickServ VERIFY alice <code>"]
    refused = "Verify your e-mail address first, with VERIFY and the code that was sent to it"
    assert nickserv(alice, f"IDENTIFY {PASSWORD}") == [refused]
    assert nickserv(alice, "VERIFY alice 000000") == ["That code is wrong or no longer valid"]
    answers = alice.ask("NS VERIFY alice 123456")
    assert commands(answers) == ["NOTICE", "900"]
    assert irc.core.world.accounts.get("alice") is not None


def test_one_address_cannot_make_accounts_without_end(irc: Irc) -> None:
    for nick in ("a1", "a2", "a3", "a4", "a5"):
        member(irc, nick)
    refused = "Too many accounts were asked for from your address; try again later"
    assert nickserv(irc.connect("a6"), f"REGISTER {PASSWORD}") == [refused]
    irc.wait(61)
    assert nickserv(irc.connect("a7"), f"REGISTER {PASSWORD}") == ["Your account a7 is ready"]


# Logging in and out


def test_identify_logs_in_and_those_in_the_same_room_are_told(irc: Irc) -> None:
    """ "clients will get the ACCOUNT message to designate the account name changes for clients on common channels with
    them, including themselves."  https://ircv3.net/specs/extensions/account-notify
    """
    member(irc, "alice").send("QUIT")
    carol = irc.connect("carol", "account-notify")
    bob, dan = irc.connect("bob", "account-notify"), irc.connect("dan")
    irc.enter("#room", carol, bob, dan)
    answers = carol.ask(f"NS IDENTIFY alice {PASSWORD}")
    assert commands(answers) == ["900", "ACCOUNT", "NOTICE"]
    for message in (answers[1], *bob.read()):
        assert (str(message.source), message.params) == ("carol!carol@127.0.0.1", ["alice"])
    assert dan.read() == []
    answers = carol.ask("NS LOGOUT")
    assert commands(answers) == ["901", "ACCOUNT", "NOTICE"]
    assert params(bob.read(), "ACCOUNT") == [["*"]]


def test_identify_without_a_name_is_about_one_s_nick(irc: Irc) -> None:
    member(irc, "alice").send("NS SET ENFORCE off", "QUIT")
    alice = irc.connect("alice")
    assert nickserv(alice, f"IDENTIFY {PASSWORD}") == ["You are now logged in as alice"]
    bob = irc.connect("bob")
    wrong = "That is not the account's password, or there is no such account"
    assert nickserv(bob, f"IDENTIFY {PASSWORD}") == [wrong]
    assert nickserv(bob, "LOGIN alice wrong-password") == [wrong]
    assert nickserv(bob, f"LOGIN alice {PASSWORD}") == ["You are now logged in as alice"]
    assert nickserv(bob, f"LOGIN alice {PASSWORD}") == ["You are logged in as alice already; LOGOUT first"]


def test_passwords_cannot_be_guessed_for_ever(irc: Irc) -> None:
    member(irc, "alice")
    mallory = irc.connect("mallory")
    for _ in range(5):
        nickserv(mallory, "IDENTIFY alice wrong-password")
    assert nickserv(mallory, f"IDENTIFY alice {PASSWORD}") == ["Too many failed logins; try again in 60 seconds"]
    irc.wait(61)
    assert nickserv(mallory, f"IDENTIFY alice {PASSWORD}") == ["You are now logged in as alice"]


def test_logging_out_leaves_a_nick_that_is_an_account_s_name(irc: Irc) -> None:
    """ "901 aka RPL_LOGGEDOUT is sent when the user's account name is unset (whether by SASL or otherwise)."
    https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension
    """
    alice = member(irc, "alice")
    answers = alice.ask("NS LOGOUT")
    assert params(answers, "901") == [["alice", "alice!alice@127.0.0.1", "You are now logged out"]]
    (renamed,) = params(answers, "NICK")
    assert re.fullmatch(r"Guest\d+", renamed[0])
    assert commands(alice.ask("NICK alice")) == ["433"]
    assert nickserv(alice, "LOGOUT") == ["You are not logged in: say /msg NickServ IDENTIFY <password> first"]


def test_a_guest_s_nick_is_free_and_short_enough() -> None:
    irc = Irc(limits={"nick_length": 9})
    first = member(irc, "alice")
    uid = irc.core.world.nicks["alice"].uid
    irc.connect(f"Guest{uid}")
    assert params(first.ask("NS LOGOUT"), "NICK") == [[f"Guest{uid + 1}"]]


# Settings


def test_changing_the_password(irc: Irc) -> None:
    alice = member(irc, "alice")
    assert nickserv(alice, "SET PASSWORD wrong-password another-horse") == [
        "The old password is wrong; nothing was changed"
    ]
    assert nickserv(alice, f"SET PASSWORD {PASSWORD} short") == ["The password must have at least 8 characters"]
    assert nickserv(alice, f"set password {PASSWORD} another-horse") == ["Your password is changed"]
    bob = irc.connect("bob")
    assert nickserv(bob, f"IDENTIFY alice {PASSWORD}") != ["You are now logged in as alice"]
    assert nickserv(bob, "IDENTIFY alice another-horse") == ["You are now logged in as alice"]


def test_a_new_password_ends_the_other_connections_of_the_account(irc: Irc) -> None:
    """Whoever changes it because somebody else knows it wants them out: they would stay for as long as they like."""
    alice = member(irc, "alice")
    thief, phone = device(irc, "alice", nick="thief"), device(irc, "alice")
    stranger = irc.connect("stranger")
    assert nickserv(alice, f"SET PASSWORD {PASSWORD} another-horse") == [
        "Your password is changed; 2 other connections of yours ended"
    ]
    for ended in (thief, phone):
        assert "The account's password was changed" in ended.read()[-1].params[-1]
        assert ended.session.closing
    assert not stranger.session.closing
    assert not alice.session.closing
    assert irc.core.world.user("thief") is None
    assert irc.core.world.user("alice") is not None


def test_a_new_password_ends_a_connection_that_has_logged_in_and_not_come_in_yet(irc: Irc) -> None:
    alice, thief = member(irc, "alice"), irc.open()
    password = b64encode(f"\0alice\0{PASSWORD}".encode()).decode()
    thief.send("CAP LS 302", "CAP REQ sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {password}")
    assert "903" in commands(thief.read())
    alice.send(f"NS SET PASSWORD {PASSWORD} another-horse")
    assert thief.session.closing


def test_a_nick_is_its_owner_s_unless_they_say_otherwise(irc: Irc) -> None:
    alice = member(irc, "alice")
    alice.send("NICK elsewhere")
    bob = irc.connect("bob")
    assert commands(bob.ask("NICK alice")) == ["433"]
    assert nickserv(alice, "SET ENFORCE maybe") == ['Say "on" or "off"']
    assert nickserv(alice, "SET ENFORCE off") == ["Others may use your nick now"]
    assert commands(bob.ask("NICK alice")) == ["NICK"]


def test_always_on_stays_without_a_connection(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), irc.connect("bob")
    assert nickserv(alice, "SET ALWAYS-ON on") == ["You now stay on the network when your last connection goes"]
    alice.drop()
    assert params(bob.ask("ISON alice"), "303") == [["bob", "alice"]]


def test_an_address_without_mail_is_taken_as_it_is(irc: Irc) -> None:
    alice = member(irc, "alice")
    assert nickserv(alice, "SET EMAIL nowhere") == ["Give an e-mail address, as you@example.org"]
    assert nickserv(alice, "SET EMAIL a@example.org") == ["Your e-mail address is a@example.org now"]
    assert "E-mail address: a@example.org" in nickserv(alice, "INFO")
    assert nickserv(alice, "SET EMAIL none") == ["Your e-mail address is removed"]


def test_a_new_address_is_verified_by_mail() -> None:
    irc = Irc(mail=MAIL)
    alice = member(irc, "alice")
    assert len(nickserv(alice, "SET EMAIL a@example.org")) == 1
    (mail,) = [effect for effect in irc.performed if isinstance(effect, SendMail)]
    assert mail.to == "a@example.org"
    code = mail.text.partition("SET EMAIL a@example.org ")[2].split()[0]
    assert nickserv(alice, f"SET EMAIL b@example.org {code}") == ["That code is wrong or no longer valid"]
    assert nickserv(alice, f"SET EMAIL a@example.org {code}") == ["Your e-mail address is a@example.org now"]


def test_what_others_may_know_of_an_account(irc: Irc) -> None:
    member(irc, "alice")
    bob = irc.connect("bob")
    assert nickserv(bob, "INFO alice") == ["alice was registered at 2023-11-14T22:13:20.000Z"]
    assert nickserv(bob, "INFO nobody") == ["There is no account of that name"]


# Certificates


def test_certificates_are_added_listed_and_removed() -> None:
    irc = Irc(accounts={"certificates": 1})
    alice, bob = member(irc, "alice"), member(irc, "bob")
    assert nickserv(alice, "CERT ADD nonsense") == ["A SHA-256 fingerprint has 64 hexadecimal digits"]
    assert nickserv(alice, "CERT ADD") == ["This connection shows no certificate: give the SHA-256 fingerprint of one"]
    with_colons = ":".join(["AB"] * 32)
    assert nickserv(alice, f"CERT ADD {with_colons}") == [f"The certificate {FINGERPRINT} logs in to alice from now on"]
    assert nickserv(bob, f"CERT ADD {FINGERPRINT}") == ["That certificate logs in already"]
    assert nickserv(alice, f"CERT ADD {'cd' * 32}") == [
        "An account has at most 1 certificates: remove one with CERT DEL first"
    ]
    assert nickserv(alice, "CERT LIST") == [FINGERPRINT, "1 certificates"]
    assert nickserv(alice, f"CERT DEL {FINGERPRINT}") == [f"The certificate {FINGERPRINT} does not log in any more"]
    assert nickserv(alice, "CERT LIST") == ["0 certificates"]


def test_the_certificate_of_the_connection_is_the_default_and_logs_in(irc: Irc) -> None:
    alice = member(irc, "alice")
    alice.session.fingerprint = FINGERPRINT
    assert nickserv(alice, "CERT ADD") == [f"The certificate {FINGERPRINT} logs in to alice from now on"]
    other = irc.open()
    other.session.fingerprint = FINGERPRINT
    other.send("CAP REQ sasl", "NICK other", "USER other 0 * :x", "AUTHENTICATE EXTERNAL")
    assert commands(other.ask("AUTHENTICATE +")) == ["900", "903"]


# Sessions


def test_sessions_are_listed_and_ended(irc: Irc) -> None:
    alice = member(irc, "alice")
    phone = again(irc, "phone", "alice")
    stranger = irc.connect("stranger")
    said = nickserv(alice, "SESSIONS")
    first, second = alice.session.sid, phone.session.sid
    assert said == [
        f"{first}: alice from 127.0.0.1, since 2023-11-14T22:13:20.000Z (this one)",
        f"{second}: phone from 127.0.0.1, since 2023-11-14T22:13:20.000Z",
        "SESSIONS END <id> <id> ends those, SESSIONS END others all but this one",
    ]
    refused = f"You have no connection {stranger.session.sid}: SESSIONS shows those that you have"
    assert nickserv(alice, f"SESSIONS END {stranger.session.sid}") == [refused]
    assert nickserv(alice, f"SESSIONS END {second}") == [f"Connection {second} is ended"]
    assert phone.session.closing
    assert params(alice.ask("ISON phone alice"), "303") == [["alice", "alice"]]


@pytest.mark.parametrize("wish", ["{0} {1}", "{1},{0}", "{0}, {1} {0}", "others", "Others"])
def test_several_sessions_are_ended_at_once(irc: Irc, wish: str) -> None:
    alice = member(irc, "alice")
    others = [again(irc, nick, "alice") for nick in ("phone", "tablet")]
    sids = [other.session.sid for other in others]
    said = nickserv(alice, f"SESSIONS END {wish.format(*sids)}")
    assert sorted(said) == [f"Connection {sid} is ended" for sid in sids]
    assert [each.session.closing for each in (alice, *others)] == [False, True, True]
    assert nickserv(alice, "SESSIONS END others") == ["You have no other connection"]


def test_a_list_with_a_session_that_is_not_one_s_own_ends_none(irc: Irc) -> None:
    alice, stranger = member(irc, "alice"), irc.connect("stranger")
    phone = again(irc, "phone", "alice")
    wish = f"{phone.session.sid},{stranger.session.sid},x"
    assert nickserv(alice, f"SESSIONS END {wish}") == [
        f"You have no connection {stranger.session.sid}, x: SESSIONS shows those that you have"
    ]
    assert nickserv(alice, "SESSIONS END ,")[0].startswith("You have no connection")
    assert not phone.session.closing
    assert not stranger.session.closing


def test_among_several_sessions_the_one_that_asks_is_ended_last(irc: Irc) -> None:
    alice = member(irc, "alice")
    phone = again(irc, "phone", "alice")
    heard = alice.ask(f"NS SESSIONS END {alice.session.sid} {phone.session.sid}")
    assert commands(heard) == ["NOTICE", "NOTICE", "ERROR"]
    assert phone.session.closing


def test_ending_the_session_that_asks_answers_first(irc: Irc) -> None:
    alice = member(irc, "alice")
    assert commands(alice.ask(f"NS SESSIONS END {alice.session.sid}")) == ["NOTICE", "ERROR"]


# The nick


def test_ghost_disconnects_who_uses_one_s_nick(irc: Irc) -> None:
    alice = member(irc, "alice")
    alice.send("NS SET ENFORCE off", "NICK elsewhere")
    thief = irc.connect("alice")
    bob = irc.connect("bob")
    irc.enter("#room", bob, thief)
    assert nickserv(alice, "GHOST bob") == ["bob is not your nick: yours is alice"]
    assert nickserv(alice, "GHOST alice") == ["alice was disconnected"]
    assert params(bob.read(), "QUIT") == [["The nick belongs to elsewhere"]]
    assert thief.session.closing
    assert commands(thief.read())[-1] == "ERROR"
    assert nickserv(alice, "GHOST") == ["Nobody uses alice: say /nick alice"]
    assert commands(alice.ask("NICK alice")) == ["NICK"]


def test_reclaim_takes_the_nick_and_leaves_the_other_connected(irc: Irc) -> None:
    alice = member(irc, "alice")
    alice.send("NS SET ENFORCE off", "NICK elsewhere")
    other = irc.connect("alice")
    assert nickserv(alice, "RECLAIM") == ["You have your nick alice back"]
    assert params(other.read(), "NICK")[0][0].startswith("Guest")
    assert not other.session.closing
    assert nickserv(alice, "RECLAIM") == ["You have that nick yourself"]
    assert nickserv(other, "GHOST alice") == ["You are not logged in: say /msg NickServ IDENTIFY <password> first"]


def test_reclaim_takes_no_nick_that_is_banned_from_the_server() -> None:
    """As NICK does not: nobody takes a nick under which they could not have come."""
    irc = Irc(operators=OPERATORS)
    alice, root = member(irc, "alice"), irc.oper("root")
    alice.send("NS SET ENFORCE off", "NICK elsewhere")
    irc.connect("alice", address="192.0.2.1")
    root.send("BAN ADD mask alice!*@127.0.0.1")
    assert nickserv(alice, "RECLAIM") == ["You would be banned from this server: No reason given"]
    assert commands(alice.ask("NICK alice")) == ["433"], "who is there has it still"


# The end


def test_drop_takes_everything_of_the_account_with_it(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), member(irc, "bob")
    phone = again(irc, "phone", "alice")
    alice.send("JOIN #hers", "CS REGISTER #hers")
    bob.send("JOIN #his", "CS REGISTER #his", "CS ACCESS #his ADD alice")
    assert nickserv(alice, "DROP wrong-password") == ["That is not your password; nothing was deleted"]
    phone.read()
    answers = alice.ask(f"NS DROP {PASSWORD}")
    assert commands(answers) == ["901", "NOTICE"]
    assert commands(phone.read()) == ["901"]
    assert not has_account(irc, "alice")
    assert irc.core.world.channels["#hers"].ownership is None
    assert nickserv(bob, "INFO alice") == ["There is no account of that name"]
    assert notices(bob.ask("CS ACCESS #his LIST")) == ["bob: founder"]
    assert nickserv(alice, f"REGISTER {PASSWORD}") == ["Your account alice is ready"]


def test_dropping_ends_logins_that_are_under_way(irc: Irc) -> None:
    alice = member(irc, "alice")
    waiting = irc.open()
    waiting.session.registration.account = "alice"
    alice.send(f"NS DROP {PASSWORD}")
    assert waiting.session.registration.account == ""


def test_accounts_outlive_the_server_until_they_are_dropped(database: Database) -> None:
    first = Irc(database=database)
    alice = member(first, "alice")
    member(first, "bob")
    alice.send(f"NS CERT ADD {FINGERPRINT}", f"NS SET PASSWORD {PASSWORD} another-horse")
    alice.read()
    second = Irc(database=database)
    guest = second.connect("guest")
    assert nickserv(guest, "IDENTIFY alice another-horse") == ["You are now logged in as alice"]
    assert nickserv(guest, "CERT LIST")[0] == FINGERPRINT
    assert nickserv(guest, "DROP another-horse") == [
        "The account alice and everything that belonged to it were deleted"
    ]
    third = Irc(database=database)
    assert not has_account(third, "alice")
    assert has_account(third, "bob")


def test_a_dropped_account_s_user_without_a_connection_leaves(irc: Irc) -> None:
    alice, bob = member(irc, "alice"), irc.connect("bob")
    phone = again(irc, "phone", "alice")
    irc.enter("#room", bob, phone)
    alice.send("NS SET ALWAYS-ON on")
    phone.drop()
    alice.send(f"NS DROP {PASSWORD}")
    assert params(bob.read(), "QUIT") == [["Account deleted"]]


def test_every_device_of_a_user_who_logs_out_is_told(irc: Irc) -> None:
    """ "901 aka RPL_LOGGEDOUT is sent when the user's account name is unset (whether by SASL or otherwise)."
    https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension
    """
    alice = member(irc, "alice")
    device = irc.open()
    device.session.registration.account = "alice"
    device.send("NICK alice", "USER alice 0 * :x")
    assert device.session.user is alice.session.user
    device.read()
    alice.send("NS LOGOUT")
    assert commands(device.read()) == ["901", "NICK"]


@pytest.mark.parametrize(
    ("word", "switch"), [("true", True), ("YES", True), ("On", True), ("false", False), ("no", False)]
)
def test_switches_are_set_in_the_words_that_people_know(irc: Irc, word: str, switch: bool) -> None:
    alice = member(irc, "alice")
    answer = [
        "You now stay on the network when your last connection goes"
        if switch
        else "You now leave the network with your last connection"
    ]
    assert nickserv(alice, f"SET ALWAYS-ON {word}") == answer
    irc.enter("#room", alice)
    chanserv(alice, "REGISTER #room")
    kept = "kept" if switch else "forgotten"
    assert chanserv(alice, f"SET KEEPTOPIC #room {word}") == [f"The topic of #room is {kept} when everybody has left"]
    assert nickserv(alice, "SET ALWAYS-ON maybe") == ['Say "on" or "off"']
