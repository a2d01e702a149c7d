"""CAP: negotiation of capabilities."""

import pytest

from ircwire.caps import parse_caps
from tests.support.irc import Client, Irc, commands, params

OFFERED = {
    "account-notify", "account-tag", "away-notify", "batch", "cap-notify", "chghost", "echo-message", "extended-join",
    "invite-notify", "labeled-response", "message-tags", "multi-prefix", "no-implicit-names", "server-time", "setname",
    "standard-replies", "userhost-in-names",
}  # fmt: skip
"""What the first client of this server could already count on."""


def caps_of(client: Client, line: str = "CAP LIST") -> set[str]:
    """Return the names in the answer."""
    return {name for answer in params(client.ask(line), "CAP") for name in parse_caps(answer[-1])}


def bodies(client: Client) -> list[str]:
    """Return the lines that came, without their tags."""
    return [line.partition(" ")[2] if line.startswith("@") else line for line in client.lines()]


def test_ls_lists_all_that_is_offered(irc: Irc) -> None:
    """ "The LS subcommand is used to list the capabilities supported by the server."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ls-subcommand
    """
    alice = irc.open()
    got = params(alice.ask("CAP LS 302"), "CAP")
    assert [answer[:2] for answer in got] == [["*", "LS"]] * len(got)
    assert caps_of(alice, "CAP LS 302") >= OFFERED


@pytest.mark.parametrize("nick", ["", "a" * 32])
@pytest.mark.parametrize("version", ["", " 301"])
@pytest.mark.parametrize("subcommand", ["LS", "LIST"])
def test_before_302_all_names_are_whole_and_on_one_line(irc: Irc, subcommand: str, version: str, nick: str) -> None:
    """ "Servers MUST NOT send multiline responses unless the client has indicated support for CAP Version 302." What
    does not fit is left out, and that is what the client needs least.

    https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list
    """
    client = irc.open()
    client.send("CAP LS 302")
    offered = caps_of(client, "CAP LS 302") - {"draft/metadata-2"}
    client = irc.open()
    client.send(*(f"NICK {nick}" for _ in nick[:1]))
    client.send(*(f"CAP REQ {name}" for name in offered))
    client.read()
    client.send(f"CAP {subcommand}{version}")
    (line,) = bodies(client)
    assert len(line.encode()) <= 510
    listed = line.split(" :", 1)[1].split(" ")
    assert OFFERED | {"sasl"} <= set(listed) <= offered | {"draft/metadata-2"}
    assert len(listed) > 25, "no more is left out than must be"


def test_all_that_is_on_is_listed_for_302(irc: Irc) -> None:
    """ "The LIST subcommand … MAY be sent on several lines, with * before the list on all but the last."

    https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list
    """
    client = irc.open()
    offered = caps_of(client, "CAP LS 302") - {"draft/metadata-2"}
    client.send(*(f"CAP REQ {name}" for name in offered))
    client.read()
    client.send("CAP LIST")
    *before, last = bodies(client)
    assert before
    assert all(line.startswith(":trialogue.local CAP * LIST * :") for line in before)
    assert last.startswith(":trialogue.local CAP * LIST :")
    assert caps_of(client) == offered


def test_registration_waits_for_the_end_of_negotiation(irc: Irc) -> None:
    """ "Upon receiving either a CAP LS or CAP REQ command during connection registration, the server MUST not complete
    registration until the client sends a CAP END command to indicate that capability negotiation has ended."

    https://ircv3.net/specs/extensions/capability-negotiation#connection-registration
    """
    for opening in ("CAP LS", "CAP LS 302", "CAP REQ multi-prefix"):
        client = irc.open()
        assert set(commands(client.ask("NICK alice", opening, "USER a 0 * :A", opening))) == {"CAP"}
        assert commands(client.ask("CAP END"))[0] == "001"
        client.send("QUIT")


def test_end_without_a_beginning(irc: Irc) -> None:
    """ "The END subcommand signals to the server that capability negotiation is complete and requests that the server
    continue with client registration. If the client is already registered, this command MUST be ignored by the server."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-end-subcommand
    """
    alice = irc.open()
    assert alice.ask("CAP END", "NICK alice") == []
    assert commands(alice.ask("USER a 0 * :A"))[0] == "001"
    assert alice.ask("CAP END") == []


def test_ls_and_req_after_registration(irc: Irc) -> None:
    """ "The server MUST accept the CAP command at any time, including after registration."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-command
    """
    alice = irc.connect("alice")
    assert params(alice.ask("CAP REQ :multi-prefix"), "CAP") == [["alice", "ACK", "multi-prefix"]]
    assert caps_of(alice) == {"multi-prefix"}
    assert commands(alice.ask("PING x")) == ["PONG"]


@pytest.mark.parametrize("line", ["CAP FOO", "CAP FOO bar", "CAP ACK :multi-prefix", "CAP NEW :x"])
def test_subcommands_that_there_are_not(irc: Irc, line: str) -> None:
    """ "If a client sends a subcommand which is not in the list above or otherwise issues an invalid command, then
    numeric 410 (ERR_INVALIDCAPCMD) should be sent. The first parameter after the client identifier (usually nickname)
    should be the commandname"

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-command
    """
    alice = irc.open()
    assert params(alice.ask(line), "410") == [["*", line.split()[1], "Invalid CAP command"]]


def test_nothing_is_on_at_first(irc: Irc) -> None:
    """ "If no capabilities are enabled, an empty parameter must be sent."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-list-subcommand
    """
    assert params(irc.open().ask("CAP LIST"), "CAP") == [["*", "LIST", ""]]


@pytest.mark.parametrize("wishes", ["multi-prefix", "server-time multi-prefix ", "multi-prefix -server-time", ""])
def test_ack_repeats_the_request(irc: Irc, wishes: str) -> None:
    """ "The last parameter is a space-separated list of capabilities. Each capability name may be prefixed with a dash
    (-), indicating that this capability has been disabled as requested."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ack-subcommand
    """
    assert params(irc.open().ask(f"CAP REQ :{wishes}"), "CAP") == [["*", "ACK", wishes]]


def test_request_without_a_colon(irc: Irc) -> None:
    """ "The last parameter is a space-separated list of capabilities."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand
    """
    alice = irc.open()
    assert params(alice.ask("CAP REQ multi-prefix server-time"), "CAP") == [["*", "ACK", "multi-prefix server-time"]]
    assert caps_of(alice) == {"multi-prefix", "server-time"}


@pytest.mark.parametrize(
    "wishes", ["foo", "multi-prefix foo", "foo multi-prefix", "foo qux bar baz qux quux", "-foo", "Multi-Prefix"]
)
def test_all_or_nothing(irc: Irc, wishes: str) -> None:
    """ "The capability identifier set must be accepted as a whole, or rejected entirely."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand
    """
    alice = irc.open()
    assert params(alice.ask(f"CAP REQ :{wishes}"), "CAP") == [["*", "NAK", wishes]]
    assert caps_of(alice) == set()


def test_turning_off(irc: Irc) -> None:
    """ "Each capability identifier may be prefixed with a dash (-) to designate that the capability should be
    disabled."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand
    """
    alice = irc.open()
    alice.send("CAP REQ :server-time multi-prefix", "CAP REQ :-server-time")
    assert alice.lines()[1] == ":trialogue.local CAP * ACK :-server-time"
    assert caps_of(alice) == {"multi-prefix"}


def test_what_is_on_may_be_asked_for_again(irc: Irc) -> None:
    """ "If a client requests a capability which is already enabled, or tries to disable a capability which is not
    enabled, the server MUST continue processing the REQ subcommand as though handling this capability was successful."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand
    """
    alice = irc.open()
    alice.send("CAP REQ :multi-prefix")
    wishes = "multi-prefix -batch server-time"
    assert params(alice.ask(f"CAP REQ :{wishes}"), "CAP") == [["*", "ACK", wishes]]
    assert caps_of(alice) == {"multi-prefix", "server-time"}


def test_long_requests_are_answered_whole(irc: Irc) -> None:
    """ "If an ACK reply originating from the server is spread across multiple lines, a client MUST NOT change
    capabilities until the last ACK of the set is received."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ack-subcommand
    """
    alice = irc.open()
    wishes = " ".join(["userhost-in-names"] * 27)
    got = alice.ask(f"CAP REQ :{wishes}")
    assert " ".join(answer[-1] for answer in params(got, "CAP")) == wishes
    assert all(len(str(message)) <= 510 for message in got)


def test_without_a_version_there_is_one_line_and_no_value(irc: Irc) -> None:
    """ "If a client has not indicated support for CAP LS 302 features, the server MUST NOT send these new features to
    the client."

    https://ircv3.net/specs/extensions/capability-negotiation#cap-ls-version
    """
    for line in ("CAP LS", "CAP LS 301", "CAP LS x"):
        alice = irc.open()
        [answer] = params(alice.ask(line), "CAP")
        assert answer[:2] == ["*", "LS"]
        assert len(answer) == 3
        assert "=" not in answer[-1]
        assert caps_of(alice) == set()


def test_a_lower_version_is_answered_but_not_remembered(irc: Irc) -> None:
    """ "If a client sends a lower CAP version (or omits the version number entirely), servers SHOULD return a CAP LS
    reply consistent with the request's version, but keep storing the original (higher) version."

    https://ircv3.net/specs/extensions/capability-negotiation#cap-ls-version
    """
    alice = irc.open()
    alice.send("CAP LS 302")
    [answer] = params(alice.ask("CAP LS"), "CAP")
    assert "=" not in answer[-1]
    assert alice.session.cap_version == 302


def test_higher_versions_are_taken_as_far_as_we_go(irc: Irc) -> None:
    """ "The CAP version number argument MUST be treated as a number by the server. If the client's CAP version is not
    supported by the server, the server MUST enable the features it does support below the given version."

    https://ircv3.net/specs/extensions/capability-negotiation#cap-ls-version
    """
    alice = irc.open()
    assert caps_of(alice, "CAP LS 00307") >= OFFERED
    assert caps_of(alice) == {"cap-notify"}


def test_a_version_may_be_raised_after_registration(irc: Irc) -> None:
    """ "If a client sends a higher CAP version at any time, the server MUST store the higher version."

    https://ircv3.net/specs/extensions/capability-negotiation#cap-ls-version
    """
    alice = irc.connect("alice")
    assert caps_of(alice, "CAP LS 302") >= OFFERED
    assert caps_of(alice) == {"cap-notify"}


def test_cap_notify_cannot_be_turned_off_by_302(irc: Irc) -> None:
    """ "Further, servers MUST NOT disable the cap-notify capability if the client requests CAP LS with a version of 302
    or newer."

    https://ircv3.net/specs/extensions/capability-negotiation#cap-notify
    """
    alice = irc.open()
    alice.send("CAP LS 302")
    assert params(alice.ask("CAP REQ :-cap-notify"), "CAP") == [["*", "NAK", "-cap-notify"]]
    assert params(alice.ask("CAP REQ :cap-notify"), "CAP") == [["*", "ACK", "cap-notify"]]
    assert caps_of(alice) == {"cap-notify"}


def test_cap_notify_may_be_turned_off_by_others(irc: Irc) -> None:
    """ "Clients that do not support CAP version 302 MAY request the cap-notify capability explicitly. Such clients MAY
    explicitly disable the capability, and servers MUST allow these clients to do so."

    https://ircv3.net/specs/extensions/capability-negotiation#cap-notify
    """
    alice = irc.open()
    assert params(alice.ask("CAP REQ :cap-notify"), "CAP") == [["*", "ACK", "cap-notify"]]
    assert params(alice.ask("CAP REQ :-cap-notify"), "CAP") == [["*", "ACK", "-cap-notify"]]
    assert caps_of(alice) == set()


def test_commands_and_subcommands_in_any_case(irc: Irc) -> None:
    """ "the message verb is always case insensitive"
    https://modern.ircdocs.horse/#direct-string-comparisons-on-irc-lines
    """
    alice = irc.open()
    subcommands = [answer[1] for answer in params(alice.ask("cap ls 302", "Cap req multi-prefix"), "CAP")]
    assert set(subcommands) == {"LS", "ACK"}
    assert commands(alice.ask("nick bar", "user u 0 * r", "cap end"))[0] == "001"


def test_what_is_turned_on_later_counts_from_then_on(irc: Irc) -> None:
    """ "The REQ subcommand is used to request a change in capabilities associated with the active connection."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand
    """
    alice, bob = irc.room("#test", "alice", "bob")
    alice.send("PRIVMSG #test :one")
    assert bob.lines() == [":alice!alice@127.0.0.1 PRIVMSG #test :one"]
    bob.ask("CAP REQ :server-time")
    alice.send("PRIVMSG #test :two")
    assert bob.lines() == ["@time=2023-11-14T22:13:20.000Z :alice!alice@127.0.0.1 PRIVMSG #test :two"]
    bob.ask("CAP REQ :-server-time")
    alice.send("PRIVMSG #test :three")
    assert bob.lines() == [":alice!alice@127.0.0.1 PRIVMSG #test :three"]
