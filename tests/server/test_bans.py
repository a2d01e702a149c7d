"""What is compared with a whole room or with everybody is compared as it is with one."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.casemap import ascii_fold
from tests.support.irc import Irc, params
from trialogue_server.commands.channels import mode
from trialogue_server.world import bans
from trialogue_server.world.channel import ListEntry
from trialogue_server.world.server_bans import ServerBan, ServerBans, Visitor, matcher

_ENTRIES = ("*!*@*", "Bob!*@*", "bob!?@shown", "*!*@192.0.2.*", "~a:bob", "~a:eve", "~m:*!*@*", "~a:")
entries = st.builds(ListEntry, st.sampled_from(_ENTRIES), st.just("op"), st.just(0.0), st.booleans())


class Somebody(NamedTuple):
    """A `bans.BanSubject`."""

    account: str
    masks: tuple[str, ...]
    real_masks: tuple[str, ...] = ("BOB!b@192.0.2.7",)


people = st.builds(
    Somebody, st.sampled_from(["", "Bob"]), st.sampled_from([("BOB!b@shown",), ("eve!b@192.0.2.7", "eve!b@x"), ()])
)


@given(st.lists(entries, max_size=4), people)
def test_entries_match_together_as_each_by_itself(several: list[ListEntry], user: Somebody) -> None:
    each = any(bans.entry_matches(entry, user, ascii_fold) for entry in several)
    assert bans.matcher(several, ascii_fold)(user) is each


@given(
    st.sampled_from(
        [("account", "bob"), ("address", "192.0.2.7"), ("network", "192.0.2.0/24"), ("mask", "b*!*@192.0.2.?")]
    ),
    st.builds(
        Visitor,
        st.sampled_from(["192.0.2.7", "::ffff:192.0.2.7", "198.51.100.1"]),
        account=st.sampled_from(["", "BOB"]),
        nick=st.sampled_from(["", "BOB", "eve"]),
        host=st.sampled_from(["", "shown", "192.0.2.8"]),
    ),
)
def test_one_ban_matches_everybody_as_it_matches_one(meant: tuple[str, str], one: Visitor) -> None:
    ban = ServerBan(*meant, by="root", at=0.0, until=0.0, reason="")
    alone = ServerBans(ascii_fold)
    alone.set(ban)
    assert matcher(ban, ascii_fold)(one) is (alone.find(one, 0.0) is not None)


def test_many_bans_of_a_large_room_are_set_in_several_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others have turns between them, as each is compared with all members."""
    monkeypatch.setattr(mode, "_COMPARED", 6)
    irc = Irc(limits={"modes_per_command": 20})
    alice, *others = (irc.connect(nick) for nick in ("alice", "bob", "carol"))
    for one in (alice, *others):
        one.send("JOIN #a")
    asked = [f"*x{place}!*@*" for place in range(5)]
    seen = params(alice.ask(f"MODE #a +bbbbb {' '.join(asked)}"), "MODE")
    assert seen == [["#a", "+bb", *asked[:2]], ["#a", "+bb", *asked[2:4]], ["#a", "+b", asked[4]]]
