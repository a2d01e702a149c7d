"""Modes that people know from other servers: C, M and R of channels, R of users.

They stand in no specification: what they do is what InspIRCd, UnrealIRCd and Ergo agree on.
"""

import pytest

from tests.support.irc import Irc, commands, params
from tests.support.services import member


def said(irc: Irc, mode: str, *lines: str, caps: tuple[str, ...] = ()) -> tuple[list[list[str]], list[str]]:
    """Have a guest say lines in a room with a mode; return what they are answered and what others hear."""
    op, guest = irc.connect("op"), irc.connect("guest", *caps)
    irc.enter("#room", op, guest)
    op.send(f"MODE #room +{mode}")
    op.read()
    answers = guest.ask(*lines)
    return params(answers, "404", "477"), [message.params[-1] for message in op.read()]


@pytest.mark.parametrize("command", ["PRIVMSG", "NOTICE"])
@pytest.mark.parametrize("text", ["\x01VERSION\x01", "\x01PING 1", "\x01ACTIONS x\x01", "\x01\x01"])
def test_c_keeps_ctcp_out(irc: Irc, command: str, text: str) -> None:
    """ "When blocking a message because of this mode, servers SHOULD use ERR_CANNOTSENDTOCHAN": a notice is answered by
    nothing.

    https://modern.ircdocs.horse/#errcannotsendtochan-404
    """
    refused, heard = said(irc, "C", f"{command} #room :{text}", f"{command} @#room :{text}")
    assert heard == []
    expected = ["guest", "#room", "Cannot send to channel (+C): no CTCP but ACTION"]
    assert refused == ([expected] * 2 if command == "PRIVMSG" else [])


def test_no_batch_has_ctcp_in_it_with_or_without_c(irc: Irc) -> None:
    lines = ["BATCH +1 draft/multiline #room", "@batch=1 PRIVMSG #room :hi", "@batch=1 PRIVMSG #room :\x01VERSION\x01"]
    refused, heard = said(irc, "C", *lines, "BATCH -1", caps=("batch", "draft/multiline", "message-tags"))
    assert (refused, heard) == ([], []), "it is refused by FAIL"


@pytest.mark.parametrize("text", ["\x01ACTION waves\x01", "\x01ACTION\x01", "hello \x01there\x01"])
def test_c_lets_people_act_and_talk(irc: Irc, text: str) -> None:
    assert said(irc, "C", f"PRIVMSG #room :{text}") == ([], [text])


def test_m_lets_only_accounts_and_voices_speak(irc: Irc) -> None:
    """As with m, a voice is heard.  https://modern.ircdocs.horse/#moderated-channel-mode"""
    refused, heard = said(irc, "M", "PRIVMSG #room :hi", "NOTICE #room :hi")
    assert (refused, heard) == ([["guest", "#room", "Cannot send to channel (+M): log in to an account"]], [])
    alice, op, guest = member(irc, "alice"), irc.connect("other"), irc.connect("guest2")
    irc.enter("#second", op, guest, alice)
    op.send("MODE #second +Mv guest2")
    op.read()
    for one in (guest, alice):
        one.send("PRIVMSG #second :hi")
    assert params(op.read(), "PRIVMSG") == [["#second", "hi"]] * 2


def test_r_of_a_channel_lets_only_accounts_join(irc: Irc) -> None:
    """ERR_NEEDREGGEDNICK (477) "<channel> :You need a registered nick to join that channel".

    https://defs.ircdocs.horse/defs/numerics#err-needreggednick-477
    """
    op, guest, alice = irc.connect("op"), irc.connect("guest"), member(irc, "alice")
    irc.enter("#room", op)
    op.send("MODE #room +R")
    text = "Cannot join channel (+R): log in to an account first"
    assert params(guest.ask("JOIN #room"), "477") == [["guest", "#room", text]]
    assert "JOIN" in commands(alice.ask("JOIN #room"))
    op.send("INVITE guest #room")
    assert "JOIN" in commands(guest.ask("JOIN #room")), "an invitation opens it"
    guest.send("PART #room")
    op.send("MODE #room +I guest!*@*")
    assert "JOIN" in commands(guest.ask("JOIN #room")), "and so does the list of those who are always invited"


def test_r_of_a_user_lets_only_accounts_write_to_them(irc: Irc) -> None:
    """ERR_NEEDREGGEDNICK (477), for what is to be answered; and who is written to may answer.

    https://defs.ircdocs.horse/defs/numerics#err-needreggednick-477
    """
    bob, guest, alice = irc.connect("bob"), irc.connect("guest", "message-tags"), member(irc, "alice")
    assert params(bob.ask("MODE bob +R"), "MODE") == [["bob", "+R"]]
    text = "Only accounts may write to them (+R): log in to an account"
    assert params(guest.ask("PRIVMSG bob :psst", "@+typing=active TAGMSG bob"), "477") == [["guest", "bob", text]] * 2
    assert guest.ask("NOTICE bob :psst") == []
    assert bob.read() == []
    alice.send("PRIVMSG bob :hello")
    bob.send("PRIVMSG bob :note to self")
    assert params(bob.read(), "PRIVMSG") == [["bob", "hello"], ["bob", "note to self"]]
    bob.send("PRIVMSG guest :hello guest")
    guest.send("PRIVMSG bob :hello bob")
    assert params(bob.read(), "PRIVMSG") == [["bob", "hello bob"]]
    bob.send("MODE bob -R")
    irc.connect("late").send("PRIVMSG bob :me too")
    assert params(bob.read(), "PRIVMSG") == [["bob", "me too"]]


def test_they_are_told_of(irc: Irc) -> None:
    """ "<available user modes> … <available channel modes>" and "Type D: Modes that change a setting on a channel.
    These modes MUST NOT have a parameter."

    https://modern.ircdocs.horse/#rplmyinfo-004 and https://modern.ircdocs.horse/#chanmodes-parameter
    """
    alice = irc.open()
    welcome = alice.ask("NICK alice", "USER a 0 * :a")
    (myinfo,) = params(welcome, "004")
    assert "R" in myinfo[3]
    assert set("CMR") <= set(myinfo[4])
    tokens = dict(word.partition("=")[::2] for line in params(welcome, "005") for word in line)
    assert set("CMR") <= set(tokens["CHANMODES"].split(",")[3])
