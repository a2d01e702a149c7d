"""chghost: what clients are told when somebody's host changes."""

from tests.support.irc import Irc
from trialogue_server.world.events import HostChanged


def test_a_changed_host(irc: Irc) -> None:
    """ "servers MUST send the CHGHOST message to other clients who share channels with the target client and who have
    enabled the chghost capability. Servers SHOULD also send the CHGHOST message to the client whose own username or
    host changed"

    https://ircv3.net/specs/extensions/chghost
    """
    alice, bob, stranger = irc.connect("alice", "chghost"), irc.connect("bob", "chghost"), irc.connect("x", "chghost")
    irc.enter("#test", alice, bob)
    user = irc.core.world.users[1]
    irc.core.delivery.commit(HostChanged(1, irc.now, user.uid, user.mask, "", "~b", "ckyard"))
    line = ":alice!alice@127.0.0.1 CHGHOST ~b ckyard"
    assert alice.lines() == bob.lines() == [line]
    assert stranger.lines() == []
    alice.send("PRIVMSG #test :hi")
    assert bob.lines() == [":alice!~b@ckyard PRIVMSG #test :hi"]
