"""WHOIS WHOWAS USERHOST ISON."""

import pytest

from tests.support.irc import OPERATORS, Irc, commands, params

NOWHERE = "elsewhere.example"


@pytest.mark.parametrize("line", ["WHOIS bob", "WHOIS trialogue.local bob", "WHOIS bob bob", "WHOIS *.local  bob"])
def test_whois(irc: Irc, line: str) -> None:
    """ "The server SHOULD answer this command with numeric messages with information about the nick, ending with
    RPL_ENDOFWHOIS"

    https://modern.ircdocs.horse/#whois-message
    """
    bob, alice = irc.room("#test", "bob", "alice")
    irc.enter("#other", alice, bob)
    irc.wait(30)
    bob.ask("PRIVMSG #test :hi")
    irc.wait(12)
    assert [(message.command, message.params[2:]) for message in alice.ask(line)] == [
        ("311", ["bob", "127.0.0.1", "*", "Real bob"]),
        ("319", ["@#test #other"]),
        ("312", ["trialogue.local", "A Trialogue server"]),
        ("317", ["12", "1700000000", "seconds idle, signon time"]),
        ("318", ["End of WHOIS list"]),
    ]


def test_the_end_repeats_what_was_asked(irc: Irc) -> None:
    """ "<nick> MUST be exactly the <nick> parameter sent by the client in its WHOIS message. This means the case MUST
    be preserved, and if the client sent multiple nicks, this MUST be the comma-separated list of nicks, even if some of
    them were dropped."

    https://modern.ircdocs.horse/#rplendofwhois-318
    """
    alice, _ = irc.connect("alice"), irc.connect("bob")
    got = alice.ask("WHOIS BOB,alice")
    assert [answer[1] for answer in params(got, "311")] == ["bob"]
    assert params(got, "318") == [["alice", "BOB,alice", "End of WHOIS list"]]


@pytest.mark.parametrize("line", ["WHOIS nobody", "WHOIS nobody,bob", "WHOIS alice nobody", "WHOIS ,"])
def test_whois_nobody(irc: Irc, line: str) -> None:
    """ "Indicates that no client can be found for the supplied nickname."

    https://modern.ircdocs.horse/#errnosuchnick-401
    """
    alice, _ = irc.connect("alice"), irc.connect("bob")
    assert commands(alice.ask(line)) == ["401", "318"]


def test_whois_at_another_server(irc: Irc) -> None:
    """ "If the <target> parameter is specified, it SHOULD be a server name or the nick of a user."

    https://modern.ircdocs.horse/#whois-message
    """
    alice = irc.connect("alice")
    assert params(alice.ask(f"WHOIS {NOWHERE} alice"), "402") == [["alice", "elsewhere.example", "No such server"]]
    assert params(alice.ask("WHOIS"), "431") == [["alice", "No nickname given"]]


def test_what_whois_hides(irc: Irc) -> None:
    """ "secret channels will not show up in the RPL_WHOISCHANNELS numeric unless the user the numeric is being sent to
    is joined to that channel." and "some servers hide all channels from the WHOIS reply of an invisible user they do
    not share with the user"

    https://modern.ircdocs.horse/#secret-channel-mode
    """
    bob, friend = irc.room("#secret", "bob", "friend")
    irc.enter("#open", bob)
    bob.ask("MODE #secret +s")
    stranger = irc.connect("stranger")
    assert params(stranger.ask("WHOIS bob"), "319") == [["stranger", "bob", "@#open"]]
    bob.ask("MODE bob +i")
    assert params(stranger.ask("WHOIS bob"), "319") == []
    assert params(friend.ask("WHOIS bob"), "319") == [["friend", "bob", "@#secret"]]
    assert params(bob.ask("WHOIS bob"), "319") == [["bob", "bob", "@#secret @#open"]]


def test_more_about_oneself_and_for_operators() -> None:
    """ "Servers typically send some of these numerics only to the client itself and to servers operators, as they
    contain privacy-sensitive information that should not be revealed to other users."

    https://modern.ircdocs.horse/#whois-message
    """
    irc = Irc(operators=OPERATORS)
    root, bob = irc.oper("root"), irc.connect("bob", address="2001:db8::7", secure=True)
    bob.ask("AWAY :gone", "MODE bob +w")
    for asker in (root, bob):
        got = asker.ask("WHOIS bob")
        assert [answer[1:4] for answer in params(got, "338")] == [["bob", "bob@2001:db8::7", "2001:db8::7"]]
        assert [answer[1:] for answer in params(got, "379")] == [["bob", "is using modes +w"]]
        assert [answer[1:] for answer in params(got, "671")] == [["bob", "is using a secure connection"]]
        assert [answer[1:] for answer in params(got, "301")] == [["bob", "gone"]]
    got = bob.ask("WHOIS root")
    assert params(got, "313") == [["bob", "root", "is an IRC operator"]]
    assert params(got, "338", "379") == []


def test_many_channels_take_several_lines(irc: Irc) -> None:
    """ "RPL_WHOISCHANNELS can be sent multiple times in the same whois reply, if the target is on too many channels to
    fit in a single message."

    https://modern.ircdocs.horse/#rplwhoischannels-319
    """
    bob = irc.connect("b" * 32)
    channels = [f"#{'channel' * 8}{number:02}" for number in range(20)]
    for channel in channels:
        bob.ask(f"JOIN {channel}")
    bob.send(f"WHOIS {'b' * 32}")
    lines = bob.lines()
    assert all(len(line) <= 510 for line in lines)
    shown = [line.split(" :", 1)[1] for line in lines if line.split()[1] == "319"]
    assert " ".join(shown).replace("@", "").split(" ") == channels


def test_whowas(irc: Irc) -> None:
    """ "The history is searched backward, returning the most recent entry first. If there are multiple entries, up to
    <count> replies will be returned (or all of them if no <count> parameter is given)."

    https://modern.ircdocs.horse/#whowas-message
    """
    alice = irc.connect("alice")
    for username in ("one", "two"):
        bob = irc.open()
        bob.send("NICK bob", f"USER {username} 0 * :Real {username}", "QUIT")
        irc.wait(1)
    entries = {
        name: [["alice", "bob", name, "127.0.0.1", "*", f"Real {name}"],
               ["alice", "bob", "trialogue.local", f"2023-11-14T22:13:{second}.000Z"]]
        for name, second in (("one", 20), ("two", 21))
    }  # fmt: skip
    end = ["alice", "BOB", "End of WHOWAS"]
    for line in ("WHOWAS BOB", "WHOWAS BOB 2", "WHOWAS BOB -1", "WHOWAS BOB 0", "WHOWAS BOB x"):
        got = alice.ask(line)
        assert commands(got) == ["314", "312", "314", "312", "369"]
        assert [message.params for message in got] == [*entries["two"], *entries["one"], end]
    assert [message.params for message in alice.ask("WHOWAS BOB 1")] == [*entries["two"], end]


def test_whowas_by_mask(irc: Irc) -> None:
    """ "Wildcards are allowed in the <target> parameter."; who was invisible is found by those who know the nick.

    https://www.rfc-editor.org/rfc/rfc2812#section-3.6.3
    """
    alice = irc.connect("alice")
    for nick, modes in (("bob", ""), ("rob", ""), ("job", "+i"), ("carol", "")):
        irc.connect(nick).send(f"MODE {nick} {modes}", "QUIT")
    assert [one[1] for one in params(alice.ask("WHOWAS ?OB"), "314")] == ["rob", "bob"]
    assert [one[1] for one in params(alice.ask("WHOWAS * 1"), "314")] == ["carol"]
    assert [one[1] for one in params(alice.ask("WHOWAS job"), "314")] == ["job"]
    assert commands(alice.ask("WHOWAS x*")) == ["406", "369"]


def test_whowas_nobody(irc: Irc) -> None:
    """ "Servers MUST reply with either ERR_WASNOSUCHNICK or a non-empty list of WHOWAS entries, both followed with
    RPL_ENDOFWHOWAS"

    https://modern.ircdocs.horse/#whowas-message
    """
    alice = irc.connect("alice")
    assert [message.params for message in alice.ask("WHOWAS alice")] == [
        ["alice", "alice", "There was no such nickname"],
        ["alice", "alice", "End of WHOWAS"],
    ]
    assert commands(alice.ask("WHOWAS")) == ["431"]


def test_whowas_forgets() -> None:
    """ "Whowas asks for information about a nickname which no longer exists. This may either be due to a nickname
    change or the user leaving IRC."

    https://modern.ircdocs.horse/#whowas-message
    """
    irc = Irc(limits={"whowas_entries": 2, "whowas_age": 100})
    alice = irc.connect("alice")
    alice.ask("NICK one", "NICK two", "NICK three", "NICK four")
    assert [commands(alice.ask(f"WHOWAS {nick}"))[0] for nick in ("alice", "one", "two", "three")] == [
        "406", "406", "314", "314"]  # fmt: skip
    irc.wait(101)
    assert commands(alice.ask("WHOWAS three")) == ["406", "369"]


def test_userhost() -> None:
    """ "The USERHOST command takes up to five nicknames, each a separate parameters." and "<isop> is included if the
    user with the nickname of <nickname> has registered as an operator. <isaway> represents whether that user has set an
    [away] message."

    https://modern.ircdocs.horse/#userhost-message
    """
    irc = Irc(operators=OPERATORS)
    root, bob = irc.oper("root"), irc.connect("bob")
    bob.ask("AWAY :gone")
    shown = "root*=+root@127.0.0.1 bob=-bob@127.0.0.1"
    assert params(root.ask("USERHOST ROOT nobody bob x y bob"), "302") == [["root", shown]]
    assert params(root.ask("USERHOST nobody"), "302") == [["root", ""]]
    assert params(root.ask("USERHOST"), "461") == [["root", "USERHOST", "Not enough parameters"]]


def test_long_userhosts_take_several_lines() -> None:
    """ "The nicknames are returned in RPL_USERHOST numerics."  https://modern.ircdocs.horse/#userhost-message"""
    irc = Irc(limits={"nick_length": 100})
    nicks = [letter * 100 for letter in "abcde"]
    clients = [irc.connect(nick, address="2001:db8:1111:2222:3333:4444:5555:6666") for nick in nicks]
    clients[0].send(f"USERHOST {' '.join(nicks[1:])}")
    lines = clients[0].lines()
    assert len(lines) > 1
    assert all(len(line) <= 510 for line in lines)
    words = " ".join(line.split(" :", 1)[1] for line in lines).split(" ")
    assert [word.partition("=")[0] for word in words] == nicks[1:]


def test_ison(irc: Irc) -> None:
    """ "For each nickname in the list that is present, the server adds that to its reply string."

    https://www.rfc-editor.org/rfc/rfc1459#section-5.8
    """
    alice, _ = irc.connect("alice"), irc.connect("bob")
    for line in ("ISON BOB nobody alice", "ISON :BOB nobody  alice"):
        assert params(alice.ask(line), "303") == [["alice", "bob alice"]]
    assert params(alice.ask("ISON nobody"), "303") == [["alice", ""]]
    assert params(alice.ask("ISON"), "461") == [["alice", "ISON", "Not enough parameters"]]
