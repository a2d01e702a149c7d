"""account-notify and extended-join: who goes by which account.

https://ircv3.net/specs/extensions/account-notify and https://ircv3.net/specs/extensions/extended-join (both ratified)
"""

from typing import Any

import pytest

from tests.support.irc import Client, Irc, commands, params
from tests.support.services import PASSWORD, device, member
from trialogue_server.commands.effects import Effect
from trialogue_server.delivery.render import server_time


def registered(irc: Irc) -> None:
    member(irc, "alice").send("NS SET ENFORCE off", "QUIT")


def company(irc: Irc) -> tuple[Client, Client, Client, Client]:
    """Return somebody in a room, one who wants to know, one who does not, and one who is elsewhere."""
    registered(irc)
    guest = irc.connect("guest", "account-notify")
    curious, old, elsewhere = irc.connect("curious", "account-notify"), irc.connect("old"), irc.connect("far")
    irc.enter("#room", guest, curious, old)
    irc.enter("#second", guest, curious)
    return guest, curious, old, elsewhere


def test_logging_in_and_out(irc: Irc) -> None:
    """ "When enabled, clients will get the ACCOUNT message to designate the account name changes for clients on common
    channels with them, including themselves."

    https://ircv3.net/specs/extensions/account-notify#description
    """
    guest, curious, old, elsewhere = company(irc)
    said = guest.ask(f"NS IDENTIFY alice {PASSWORD}")
    assert [(str(one.source), one.params) for one in said if one.command == "ACCOUNT"] == [
        ("guest!guest@127.0.0.1", ["alice"])
    ]
    heard = curious.read()
    assert [(str(one.source), one.command, one.params) for one in heard] == [
        ("guest!guest@127.0.0.1", "ACCOUNT", ["alice"])
    ], "once, however many rooms they share"
    assert old.read() == elsewhere.read() == []
    guest.send("NS LOGOUT")
    assert params(curious.read(), "ACCOUNT") == [["*"]], "the last parameter is an asterisk"


def test_the_answer_comes_first(irc: Irc) -> None:
    """ "RPL_LOGGEDIN … is sent when the user's account name is set (whether by SASL or otherwise)": that is the answer,
    and what everybody on common channels is told comes after it, on each of their devices.

    https://ircv3.net/specs/extensions/sasl-3.1#numerics-used-by-this-extension
    """
    guest, *_ = company(irc)
    said = commands(guest.ask(f"NS IDENTIFY alice {PASSWORD}"))
    assert said.index("900") < said.index("ACCOUNT")
    second = device(irc, "alice", "account-notify", nick="guest")
    for one in (guest, second):
        one.read()
    guest.send("NS LOGOUT")
    for one in (guest, second):
        heard = commands(one.read())
        assert heard.index("901") < heard.index("ACCOUNT")


class Slow(Irc):
    """A server on which whatever takes time takes five seconds."""

    def perform(self, effect: Effect) -> Any:
        self.wait(5)
        return super().perform(effect)


@pytest.mark.parametrize("label", ["", "@label=1 "])
def test_no_line_of_a_login_that_took_time_is_older_than_the_one_before(label: str) -> None:
    """ "the time at which the message was received by the server": a password is checked for a while.

    https://ircv3.net/specs/extensions/server-time
    """
    irc = Slow()
    registered(irc)
    guest = irc.connect("guest", "server-time", "account-notify", "labeled-response", "batch")
    times = [message.tags["time"] for message in guest.ask(f"{label}NS IDENTIFY alice {PASSWORD}")]
    assert set(times) == {server_time(irc.now)}


def test_changing_accounts(irc: Irc) -> None:
    guest, curious, _, _ = company(irc)
    member(irc, "bob").send("QUIT")
    guest.send(f"NS IDENTIFY alice {PASSWORD}", "NS LOGOUT", f"NS IDENTIFY bob {PASSWORD}")
    assert params(curious.read(), "ACCOUNT") == [["alice"], ["*"], ["bob"]]


def test_each_device_is_told(irc: Irc) -> None:
    """ "including themselves": and each of them that asked for it."""
    alice = member(irc, "alice", "account-notify")
    second = device(irc, "alice", "account-notify")
    third = device(irc, "alice")
    alice.send("NS LOGOUT")
    for one in (alice, second):
        assert params(one.read(), "ACCOUNT") == [["*"]]
    assert commands(third.read()) == ["901", "NICK"]


def test_turning_it_off(irc: Irc) -> None:
    guest, curious, _, _ = company(irc)
    curious.ask("CAP REQ :-account-notify")
    guest.send(f"NS IDENTIFY alice {PASSWORD}")
    assert curious.read() == []


def test_the_account_of_those_who_join(irc: Irc) -> None:
    """The channel, the account (an asterisk for those who have none) and the real name.

    https://ircv3.net/specs/extensions/extended-join
    """
    registered(irc)
    curious, old = irc.connect("curious", "extended-join"), irc.connect("old")
    irc.enter("#room", curious, old)
    guest = irc.connect("guest")
    guest.send("JOIN #room")
    assert params(curious.read(), "JOIN") == [["#room", "*", "Real guest"]]
    guest.send("PART #room", f"NS IDENTIFY alice {PASSWORD}", "JOIN #room")
    assert params(curious.read(), "JOIN") == [["#room", "alice", "Real guest"]]
    assert params(old.read(), "JOIN") == [["#room"], ["#room"]]


def test_whox_tells_the_account(irc: Irc) -> None:
    """ "In order to take full advantage of the ACCOUNT message, WHOX must be supported by the ircd."

    https://ircv3.net/specs/extensions/account-notify#description
    """
    guest, curious, _, _ = company(irc)
    guest.send(f"NS IDENTIFY alice {PASSWORD}")
    told = {nick: account for _, nick, account in params(curious.ask("WHO #room %na"), "354")}
    assert told == {"guest": "alice", "curious": "0", "old": "0"}
