"""Server bans: by account, address, network and mask, with an end and a reason."""

import pytest

from tests.support.irc import START, Client, Irc
from trialogue_server.session.capabilities import BIT
from trialogue_server.world.accounts import Account, Credentials
from trialogue_server.world.events import AccountSaved, ServerBanLifted

CERTIFICATE = "ab" * 32


@pytest.fixture
def irc() -> Irc:
    """A server with an operator's entry, and an account "carol" that logs in by certificate."""
    server = Irc(operators=[{"name": "root", "password": "secret"}])
    carol = Account("carol", 0.0, Credentials(""), fingerprints=(CERTIFICATE,))
    server.core.delivery.commit(AccountSaved(1, 0.0, 0, "", "", carol))
    return server


@pytest.fixture
def oper(irc: Irc) -> Client:
    client = irc.connect("oper", address="203.0.113.1")
    client.send("OPER root secret")
    client.read()
    return client


def come(irc: Irc, nick: str, address: str = "192.0.2.7") -> list[str]:
    """Try to register; return the commands and numerics that come."""
    client = irc.open(address=address)
    client.send(f"NICK {nick}", f"USER {nick} 0 * :Real")
    return [message.command for message in client.read()]


@pytest.mark.parametrize(
    "line",
    [
        "BAN ADD address 192.0.2.7",
        "BAN ADD network 192.0.2.0/24 :spam",
        "BAN ADD mask bob!*@*",
        "BAN ADD mask *@192.0.2.*",
        "KLINE bob@*",
        "KLINE 5 bob@* :spam",
        "DLINE 192.0.2.7 :spam",
        "DLINE 1h 192.0.2.0/24",
    ],
)
def test_who_is_banned_is_refused_at_registration(irc: Irc, oper: Client, line: str) -> None:
    """ "Returned to indicate that the server has been configured to explicitly deny connections from this client."

    https://modern.ircdocs.horse/#erryourebannedcreep-465
    """
    assert "001" in come(irc, "bob2", "192.0.3.1")
    oper.send(line)
    assert come(irc, "bob") == ["465", "ERROR"]
    assert "001" in come(irc, "dora", "198.51.100.1")
    assert irc.core.world.user("bob") is None


def test_the_reason_is_told(irc: Irc, oper: Client) -> None:
    oper.send("BAN ADD address 192.0.2.7 1d :no adverts here")
    client = irc.open(address="192.0.2.7")
    client.send("NICK bob", "USER bob 0 * :Bob")
    assert client.lines() == [
        ":trialogue.local 465 bob :You are banned from this server: no adverts here",
        "ERROR :Closing link (192.0.2.7): Banned from this server",
    ]
    assert client.sink.finished


@pytest.mark.parametrize(
    "line",
    ["BAN ADD address 192.0.2.7", "BAN ADD network 192.0.2.0/24", "BAN ADD mask b?b!*@*", "BAN ADD account carol"],
)
def test_who_is_there_when_a_ban_is_set_is_sent_away(irc: Irc, oper: Client, line: str) -> None:
    bob, alice = irc.connect("bob", address="192.0.2.7"), irc.connect("alice")
    bob.session.fingerprint = CERTIFICATE
    bob.session.caps |= BIT["sasl"]
    bob.send("AUTHENTICATE EXTERNAL", "AUTHENTICATE +", "JOIN #den")
    alice.send("JOIN #den")
    alice.read()
    bob.read()
    told = oper.ask(line)[-1]
    assert (told.command, told.params[:2]) == ("NOTE", ["BAN", "BAN_ADDED"])
    assert told.params[-1] == "Banned for ever; 1 connections ended"
    assert [message.command for message in bob.read()] == ["465", "ERROR"]
    assert [message.command for message in alice.read()] == ["QUIT"]
    assert irc.core.world.user("bob") is None


def test_a_connection_that_has_not_registered_is_sent_away_too(irc: Irc, oper: Client) -> None:
    stranger = irc.open(address="192.0.2.7")
    oper.send("DLINE 192.0.2.7")
    assert [message.command for message in stranger.read()] == ["465", "ERROR"]


def test_a_banned_account_cannot_be_logged_in_to(irc: Irc, oper: Client) -> None:
    """ "902 aka ERR_NICKLOCKED is sent when the SASL authentication fails because the account is currently locked out,
    held, or otherwise administratively made unavailable."  https://ircv3.net/specs/extensions/sasl-3.1
    """
    oper.send("BAN ADD account CAROL :rude")
    client = irc.open()
    client.session.fingerprint = CERTIFICATE
    client.send("CAP REQ sasl")
    (failed,) = client.ask("AUTHENTICATE EXTERNAL", "AUTHENTICATE +")[1:]
    assert failed.command == "902"
    assert "rude" in failed.params[-1]


def test_nobody_changes_to_a_nick_that_is_banned(irc: Irc, oper: Client) -> None:
    """ "Returned when a NICK command cannot be successfully completed as the desired nickname contains characters that
    are disallowed by the server."  https://modern.ircdocs.horse/#errerroneusnickname-432
    """
    alice = irc.connect("alice")
    oper.send("BAN ADD mask *bad*!*@* :that word")
    (refused,) = alice.ask("NICK notbad")
    assert (refused.command, refused.params[1]) == ("432", "notbad")
    assert alice.ask("NICK good")[0].command == "NICK"


def test_an_always_on_user_is_taken_off_the_network(irc: Irc, oper: Client) -> None:
    carol = Account("carol", 0.0, Credentials(""), fingerprints=(CERTIFICATE,), always_on=True)
    irc.core.world.accounts.save(carol)
    client = irc.connect("carol2")
    client.session.fingerprint = CERTIFICATE
    client.session.caps |= BIT["sasl"]
    client.send("AUTHENTICATE EXTERNAL", "AUTHENTICATE +")
    client.drop()
    assert irc.core.world.user("carol2") is not None
    oper.send("BAN ADD account carol")
    assert irc.core.world.user("carol2") is None


def test_bans_end_each_in_its_time(irc: Irc, oper: Client) -> None:
    for number, minutes in enumerate((30, 10, 20, 0)):
        oper.send(f"BAN ADD address 192.0.2.{number} {minutes}")
    oper.send("BAN DEL address 192.0.2.1")
    left = []
    for _ in range(4):
        irc.pass_time()
        left.append([ban.target for ban in irc.core.world.server_bans])
        irc.wait(10 * 60)
    assert left == [
        ["192.0.2.0", "192.0.2.2", "192.0.2.3"],
        ["192.0.2.0", "192.0.2.2", "192.0.2.3"],
        ["192.0.2.0", "192.0.2.3"],
        ["192.0.2.3"],
    ]


def test_a_ban_ends_by_itself(irc: Irc, oper: Client) -> None:
    oper.send("BAN ADD address 192.0.2.7 1h30m")
    irc.wait(90 * 60 - 1)
    irc.pass_time()
    assert come(irc, "bob") == ["465", "ERROR"]
    irc.wait(1)
    assert "001" in come(irc, "bob")
    irc.flush()
    irc.pass_time()
    (lifted,) = irc.core.tick.journal
    assert isinstance(lifted, ServerBanLifted)
    assert list(irc.core.world.server_bans) == []


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 5400), ("45s", 45), ("2m", 120), ("1w", 604_800), ("1d12h", 129_600), ("0", 0)]
)
def test_durations(irc: Irc, oper: Client, text: str, seconds: int) -> None:
    oper.send(f"BAN ADD mask bad!*@* {text} :why")
    (ban,) = irc.core.world.server_bans
    assert (ban.until, ban.reason) == (START + seconds if seconds else 0, "why")


@pytest.mark.parametrize(
    ("setting", "lifting"),
    [
        ("BAN ADD mask Bob!*@*", "BAN DEL mask bob!*@*"),
        ("KLINE bob@*", "UNKLINE BOB@*"),
        ("DLINE 2001:db8::1", "UNDLINE 2001:DB8:0::1"),
        ("DLINE 2001:db8::1/64", "BAN DEL network 2001:db8::/64"),
    ],
)
def test_a_ban_can_be_lifted(irc: Irc, oper: Client, setting: str, lifting: str) -> None:
    oper.send(setting)
    assert oper.ask(lifting)[0].params[1] == "BAN_LIFTED"
    assert list(irc.core.world.server_bans) == []
    (failed,) = oper.ask(lifting)
    assert failed.params[1] == "NO_SUCH_BAN"


def test_bans_are_listed(irc: Irc, oper: Client) -> None:
    oper.send("BAN ADD account mallory 1d :spam", "DLINE 192.0.2.0/24")
    listed = [message.params[1:] for message in oper.ask("BAN LIST")]
    assert listed == [
        ["BAN_ENTRY", "account", "mallory", "by oper on 2023-11-14 22:13 UTC, until 2023-11-15 22:13 UTC: spam"],
        ["BAN_ENTRY", "network", "192.0.2.0/24", "by oper on 2023-11-14 22:13 UTC, for ever: No reason given"],
        ["BAN_LIST_END", "2 bans"],
    ]
    assert len(oper.ask("BAN LIST network")) == 2


def test_banning_the_same_again_replaces_it(irc: Irc, oper: Client) -> None:
    oper.send("BAN ADD mask Bad!*@* 1h", "BAN ADD mask bad!*@* :worse")
    (ban,) = irc.core.world.server_bans
    assert (ban.target, ban.until, ban.reason) == ("Bad!*@*", 0, "worse")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("BAN ADD planet earth", "INVALID_KIND"),
        ("BAN ADD", "INVALID_KIND"),
        ("BAN SET account bob", "INVALID_ACTION"),
        ("BAN ADD account", "NEED_MORE_PARAMS"),
        ("BAN ADD address 300.0.0.1", "INVALID_TARGET"),
        ("BAN ADD network 192.0.2.0/99", "INVALID_TARGET"),
        ("BAN ADD mask *!*@*", "INVALID_TARGET"),
        ("DLINE 0.0.0.0/0", "INVALID_TARGET"),
        ("KLINE oper@*", "INVALID_TARGET"),
        ("BAN DEL account nobody", "NO_SUCH_BAN"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(irc: Irc, oper: Client, line: str, code: str) -> None:
    (failed,) = oper.ask(line)
    assert (failed.command, failed.params[1]) == ("FAIL", code)
    assert list(irc.core.world.server_bans) == []


def test_bans_are_for_operators_with_the_privilege(irc: Irc) -> None:
    """ "Indicates the command failed because the user is not an IRC operator."

    https://modern.ircdocs.horse/#errnoprivileges-481
    """
    alice = irc.connect("alice")
    assert [message.command for message in alice.ask("BAN LIST", "KLINE bob@*", "UNDLINE 192.0.2.1")] == ["481"] * 3
