"""Whose invitation lets somebody in, into what, and for how long.

https://modern.ircdocs.horse/#invite-only-channel-mode
"""

import pytest

from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import member


@pytest.fixture
def irc() -> Irc:
    return Irc(operators=OPERATORS)


@pytest.fixture
def room(irc: Irc) -> tuple[Client, Client, Client]:
    """The operator of #room, a member of it, and bob, who is outside."""
    owner, plain = irc.room("#room", "owner", "plain")
    return owner, plain, irc.connect("bob")


CLOSED = [("MODE #room +i", "473"), ("MODE #room +b bob!*@*", "474"), ("MODE #room +l 1", "471")]


@pytest.mark.parametrize(("mode", "refusal"), CLOSED)
@pytest.mark.parametrize("first", [True, False])
def test_a_member_s_invitation_opens_nothing(
    room: tuple[Client, Client, Client], mode: str, refusal: str, *, first: bool
) -> None:
    """ "a user must have received an INVITE for this channel": of whoever may let them in. Nor does one that was given
    while the channel was open.
    """
    owner, plain, bob = room
    lines = [(plain, "INVITE bob #room"), (owner, mode)]
    for client, line in lines if first else reversed(lines):
        client.send(line)
    assert commands(bob.ask("JOIN #room")) == [refusal]


@pytest.mark.parametrize(("mode", "refusal"), [*CLOSED[:1], *CLOSED[2:]])
@pytest.mark.parametrize("first", [True, False])
def test_an_operator_s_counts_whenever_it_was_given(
    room: tuple[Client, Client, Client], mode: str, refusal: str, *, first: bool
) -> None:
    owner, _, bob = room
    for line in ("INVITE bob #room", mode) if first else (mode, "INVITE bob #room"):
        owner.send(line)
    assert params(bob.ask("JOIN #room"), "JOIN") == [["#room"]]
    bob.send("PART #room")
    assert commands(bob.ask("JOIN #room")) == [refusal], "once"


def test_an_operator_s_is_stronger_than_a_ban_that_was_there(room: tuple[Client, Client, Client]) -> None:
    owner, _, bob = room
    owner.send("MODE #room +b bob!*@*", "INVITE bob #room", "MODE #room +b other!*@*")
    assert params(bob.ask("JOIN #room"), "JOIN") == [["#room"]]


@pytest.mark.parametrize("mode", ["+b bob!*@*", "+b *!*@127.0.0.1", "+ib bob"])
def test_a_ban_that_comes_later_withdraws_it(room: tuple[Client, Client, Client], mode: str) -> None:
    """The operators' last word counts; it stays withdrawn when the ban is lifted."""
    owner, _, bob = room
    owner.send("INVITE bob #room", f"MODE #room {mode}")
    assert commands(bob.ask("INVITE")) == ["337"]
    assert commands(bob.ask("JOIN #room"))[0] in ("473", "474")
    owner.send("MODE #room -b bob!*@*", "MODE #room -b *!*@127.0.0.1", "MODE #room +i")
    assert commands(bob.ask("JOIN #room")) == ["473"]


def test_a_ban_that_does_not_mean_them_does_not(room: tuple[Client, Client, Client]) -> None:
    owner, _, bob = room
    owner.send("MODE #room +e bob!*@*", "INVITE bob #room", "MODE #room +ib *!*@*", "MODE #room +b ~m:bob!*@*")
    assert params(bob.ask("JOIN #room"), "JOIN") == [["#room"]]


def test_who_was_put_out_needs_another(room: tuple[Client, Client, Client]) -> None:
    owner, _, bob = room
    owner.send("MODE #room +i", "INVITE bob #room")
    bob.send("JOIN #room")
    owner.send("KICK #room bob")
    assert commands(bob.ask("JOIN #room")) == ["473"]


def test_one_of_somebody_who_is_operator_no_more_counts(room: tuple[Client, Client, Client]) -> None:
    """They were one when they gave it."""
    owner, plain, bob = room
    owner.send("MODE #room +o plain")
    plain.send("INVITE bob #room")
    owner.send("MODE #room -o plain", "MODE #room +i")
    assert params(bob.ask("JOIN #room"), "JOIN") == [["#room"]]


def test_a_later_one_of_a_member_takes_nothing_away(room: tuple[Client, Client, Client]) -> None:
    owner, plain, bob = room
    owner.send("INVITE bob #room")
    plain.send("INVITE bob #room")
    owner.send("MODE #room +i")
    assert params(bob.ask("JOIN #room"), "JOIN") == [["#room"]]


def test_voice_is_not_enough(room: tuple[Client, Client, Client]) -> None:
    owner, plain, bob = room
    owner.send("MODE #room +v plain")
    plain.send("INVITE bob #room")
    owner.send("MODE #room +i")
    assert commands(bob.ask("JOIN #room")) == ["473"]


def test_akick_is_above_all(irc: Irc) -> None:
    owner, bob = member(irc, "owner"), irc.connect("bob")
    owner.send("JOIN #room", "CS REGISTER #room", "CS AKICK #room ADD bob!*@*", "INVITE bob #room")
    assert commands(bob.ask("JOIN #room")) == ["474"]


def test_an_operator_of_the_server_may_let_people_in_and_that_is_on_record(irc: Irc) -> None:
    root, _owner, bob = irc.oper("root"), *irc.room("#room", "owner"), irc.connect("bob")
    root.send("JOIN #room", "MODE #room +i", "INVITE bob #room")
    deeds = [event for event in irc.core.tick.journal if type(event).__name__ == "OperatorActed"]
    assert [event.action for event in deeds][-1:] == ["INVITE"]  # type: ignore[attr-defined]
    assert params(bob.ask("JOIN #room"), "JOIN") == [["#room"]]


def test_it_is_told_all_the_same(room: tuple[Client, Client, Client]) -> None:
    """ "the server MUST send a RPL_INVITING numeric to the command issuer, and an INVITE message […] to the target"

    https://modern.ircdocs.horse/#invite-message
    """
    _, plain, bob = room
    assert params(plain.ask("INVITE bob #room"), "341") == [["plain", "bob", "#room"]]
    assert params(bob.read(), "INVITE") == [["bob", "#room"]]


def test_no_more_wait_than_a_list_has_entries() -> None:
    irc = Irc(limits={"list_entries": 3})
    (owner,) = irc.room("#room", "owner")
    for number in range(5):
        irc.connect(f"c{number}")
        owner.send(f"INVITE c{number} #room")
    assert commands(owner.read()).count("478") == 2
    assert commands(owner.ask("INVITE c0 #room")) == ["341"], "once more is no other"
    assert len(irc.core.world.channels["#room"].invited) == 3
