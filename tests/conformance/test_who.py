"""WHO, with WHOX."""

import pytest

from tests.support.irc import OPERATORS, Irc, commands, params


def test_channel_members(irc: Irc) -> None:
    """ "<client> <channel> <username> <host> <server> <nick> <flags> :<hopcount> <realname>" and "If the WHO command
    was given a channel as the <mask> parameter, then the same channel MUST be returned in <channel>."

    https://modern.ircdocs.horse/#rplwhoreply-352
    """
    alice, bob = irc.room("#test", "alice", "bob")
    irc.enter("#other", bob)
    alice.ask("AWAY :gone", "MODE #test +v bob")
    got = bob.ask("WHO #TEST")
    assert params(got, "352") == [
        ["bob", "#test", "alice", "127.0.0.1", "trialogue.local", "alice", "G@", "0 Real alice"],
        ["bob", "#test", "bob", "127.0.0.1", "trialogue.local", "bob", "H+", "0 Real bob"],
    ]
    assert params(got, "315") == [["bob", "#TEST", "End of WHO list"]]


@pytest.mark.parametrize("mask", ["bob", "BOB", "bo*", "?ob", "*!bob@*", "Real bob*", "127.0.0.*", "real?bob"])
def test_masks(irc: Irc, mask: str) -> None:
    """ "A mask pattern, in which case all visible users whose nickname matches are listed. Servers MAY match other
    user-specific values, such as the hostname, server, real name or username."

    https://modern.ircdocs.horse/#who-message
    """
    alice, _ = irc.connect("alice", address="192.0.2.1"), irc.connect("bob")
    got = alice.ask(f"WHO :{mask}")
    assert params(got, "352") == [["alice", "*", "bob", "127.0.0.1", "trialogue.local", "bob", "H", "0 Real bob"]]
    assert params(got, "315") == [["alice", mask.partition(" ")[0], "End of WHO list"]]


@pytest.mark.parametrize("line", ["WHO", "WHO *", "WHO 0"])
def test_everybody(irc: Irc, line: str) -> None:
    """ "Absent or set to "0", in which case all visible users are listed." https://modern.ircdocs.horse/#who-message"""
    alice, bob = irc.connect("alice"), irc.connect("bob")
    bob.ask("MODE bob +i")
    assert [answer[5] for answer in params(alice.ask(line), "352")] == ["alice"]
    irc.enter("#test", alice, bob)
    assert [answer[5] for answer in params(alice.ask(line), "352")] == ["alice", "bob"]


def test_nobody(irc: Irc) -> None:
    """ "The server will answer this command with zero, one or more RPL_WHOREPLY, and end the list with RPL_ENDOFWHO."

    https://modern.ircdocs.horse/#who-message
    """
    alice = irc.connect("alice")
    for mask in ("nobody", "#nowhere", "x*", "Real nobody"):
        assert commands(alice.ask(f"WHO :{mask}")) == ["315"]


def test_what_outsiders_see_of_channels(irc: Irc) -> None:
    """ "If a user is set to 'invisible', they will not show up in commands such as WHO or NAMES unless they share a
    channel with the user that submitted the command."

    https://modern.ircdocs.horse/#invisible-user-mode
    """
    owner, hidden = irc.room("#secret", "owner", "hidden")
    irc.enter("#open", hidden, owner)
    owner.ask("MODE #secret +s")
    hidden.ask("MODE hidden +i")
    outsider = irc.connect("outsider")
    assert commands(outsider.ask("WHO #secret")) == ["315"]
    assert [answer[5] for answer in params(outsider.ask("WHO #open"), "352")] == ["owner"]
    assert params(outsider.ask("WHO owner"), "352")[0][1] == "#open"
    assert params(outsider.ask("WHO hidden"), "352")[0][1] == "*", "an exact nick is answered, but not where they are"
    assert params(owner.ask("WHO hidden"), "352")[0][1] == "#secret"


def test_operators_only() -> None:
    """ "Optionally, a literal asterisk character ('*', 0x2A) to indicate that the user is a server operator."

    https://modern.ircdocs.horse/#rplwhoreply-352
    """
    irc = Irc(operators=OPERATORS)
    alice = irc.connect("alice")
    irc.enter("#test", irc.oper("root"), alice)
    assert [answer[5:7] for answer in params(alice.ask("WHO #test o"), "352")] == [["root", "H*@"]]


ALL = "tcuihsnfdlaor"


@pytest.mark.parametrize("fields", [ALL, ALL[::-1], "xyz" + ALL])
def test_whox_fields_have_a_fixed_order(irc: Irc, fields: str) -> None:
    """ "Servers MUST send the fields in the order specified above. [...] Servers MUST ignore any non-standard field
    they don't support."

    https://ircv3.net/specs/extensions/whox
    """
    alice, bob = irc.room("#test", "alice", "bob")
    irc.wait(12)
    assert params(alice.ask(f"WHO bob %{fields},123"), "354") == [
        ["alice", "123", "#test", "bob", "255.255.255.255", "127.0.0.1", "trialogue.local", "bob", "H", "0", "12", "0",
         "n/a", "Real bob"]
    ]  # fmt: skip
    own = params(bob.ask(f"WHO bob %{fields},123"), "354")[0]
    assert own[4] == "127.0.0.1", "one's own address is no secret"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ("%n", ["bob"]),
        ("%na", ["bob", "0"]),
        ("%tn,321", ["321", "bob"]),
        ("%nt", ["0", "bob"]),
        ("%tn,:x", ["0", "bob"]),
        ("%tn,1234", ["0", "bob"]),
        ("%cn", ["*", "bob"]),
        ("%nr", ["bob", "Real bob"]),
        ("%", []),
        ("%xyz", []),
    ],
)
def test_whox_shows_what_was_asked_for(irc: Irc, options: str, shown: list[str]) -> None:
    """ "Exactly the fields requested by the client MUST be returned by the server." and "Servers MUST NOT send
    RPL_WHOREPLY replies."

    https://ircv3.net/specs/extensions/whox
    """
    alice, _ = irc.connect("alice"), irc.connect("bob")
    got = alice.ask(f"WHO bob {options}")
    assert params(got, "354") == [["alice", *shown]]
    assert commands(got) == ["354", "315"]


def test_whox_addresses_never_start_with_a_colon(irc: Irc) -> None:
    """ "IPv6 addresses such as "::1" are prefixed with a zero ('0', 0x30) to ensure this."

    https://modern.ircdocs.horse/#rplwhoisactually-338
    """
    alice = irc.connect("alice", address="::1")
    assert params(alice.ask("WHO alice %ihn"), "354") == [["alice", "0::1", "0::1", "alice"]]
    assert params(alice.ask("WHOIS alice"), "338")[0][3] == "0::1"


def test_limit_of_answers() -> None:
    """ "Servers MAY filter or limit visible users replies arbitrarily."  https://modern.ircdocs.horse/#who-message"""
    irc = Irc(limits={"who_replies": 2})
    alice = irc.room("#test", "alice", "bob", "carol")[0]
    assert commands(alice.ask("WHO #test")) == ["352", "352", "315"]
