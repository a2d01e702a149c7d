"""Lines that a room's members share: everybody still hears everything, once, in the order in which it happened."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.irc import Client, Irc, ListSink
from trialogue_server.session.stream import Stream

ROOMS = ("#one", "#two")
PEOPLE = ("ann", "ben", "cat", "dan")
ECHOING = "cat"
"""Hears what she says herself."""


class LastPiece(ListSink):
    """Keeps the object that was sent last."""

    piece = b""

    def send(self, data: bytes) -> None:
        """Keep the bytes."""
        self.piece = data


whats = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(PEOPLE), st.sampled_from(ROOMS)),
    st.tuples(st.just("whisper"), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["JOIN", "PART"]), st.sampled_from(PEOPLE), st.sampled_from(ROOMS)),
    st.tuples(st.just("ping"), st.sampled_from(PEOPLE), st.just("")),
    st.tuples(st.just("flush"), st.just(""), st.just("")),
)


def everybody(irc: Irc) -> dict[str, Client]:
    """Have four people in two rooms: ann and ben in both, cat in one, dan in the other."""
    caps = {ECHOING: ("echo-message",), "dan": ("server-time", "message-tags")}
    people = {nick: irc.connect(nick, *caps.get(nick, ())) for nick in PEOPLE}
    for nick, rooms in {"ann": "#one,#two", "ben": "#one,#two", "cat": "#one", "dan": "#two"}.items():
        people[nick].send(f"JOIN {rooms}")
    for client in people.values():
        client.read()
    return people


def hearers(irc: Irc, room: str) -> set[str]:
    """The members of a room."""
    channel = irc.core.world.channel(room)
    return {member.user.nick for member in channel.members.values()} if channel is not None else set()


@given(st.lists(whats, max_size=40))
def test_everybody_hears_everything_once_and_in_order(happenings: list[tuple[str, str, str]]) -> None:
    irc = Irc()
    people = everybody(irc)
    expected: dict[str, list[str]] = {nick: [] for nick in PEOPLE}
    for number, (what, who, where) in enumerate(happenings):
        text = f"m{number}"
        if what == "say":
            people[who].send(f"PRIVMSG {where} :{text}")
            inside = hearers(irc, where)
            heard = (inside if who == ECHOING else inside - {who}) if who in inside else set()
        elif what == "whisper":
            people[who].send(f"PRIVMSG {where} :{text}")
            heard = {where}
            if who == ECHOING:
                expected[who].append(text)
        elif what in ("JOIN", "PART"):
            people[who].send(f"{what} {where}")
            continue
        elif what == "ping":
            people[who].send(f"PING {text}")
            heard = {who}
        else:
            irc.flush()
            continue
        for nick in heard:
            expected[nick].append(text)
    for nick, client in people.items():
        heard_by_them = [message.params[-1] for message in client.read() if message.command in ("PRIVMSG", "PONG")]
        assert heard_by_them == expected[nick], nick


def test_members_of_one_room_are_sent_the_same_bytes(irc: Irc) -> None:
    """What the sharing is for: the bytes are joined once, however many members there are."""
    ann, ben, cat = irc.room("#room", "ann", "ben", "cat")
    for client in (ann, ben, cat):
        client.read()
    sinks = [LastPiece(), LastPiece()]
    for client, sink in zip((ben, cat), sinks, strict=True):
        client.session.outbox.sink = sink
    ann.send("PRIVMSG #room :one", "PRIVMSG #room :two")
    irc.flush()
    assert sinks[0].piece is sinks[1].piece
    assert sinks[0].piece.count(b"\r\n") == 2


def test_those_who_come_at_once_do_not_end_what_the_others_share(irc: Irc) -> None:
    """Each of them is welcomed, which is told to them alone."""
    ann, ben = irc.room("#room", "ann", "ben")
    newcomers = [irc.connect(nick) for nick in ("cat", "dan", "eve")]
    for client in (ann, ben):
        client.read()
    sinks = [LastPiece(), LastPiece()]
    for client, sink in zip((ann, ben), sinks, strict=True):
        client.session.outbox.sink = sink
    for client in newcomers:
        client.send("JOIN #room")
    irc.flush()
    assert sinks[0].piece is sinks[1].piece
    assert sinks[0].piece.count(b" JOIN ") == 3
    joins = [[message.source for message in client.read() if message.command == "JOIN"] for client in newcomers]
    assert [len(each) for each in joins] == [3, 2, 1], "who comes first sees those who come after"


def test_who_is_sent_away_before_a_long_answer_hears_what_others_said_and_not_their_own(irc: Irc) -> None:
    ann, ben = irc.room("#room", "ann", "ben")
    ann.read()
    ann.send("PRIVMSG #room :mine")
    ben.send("PRIVMSG #room :yours")
    ann.session.outbox.put_stream(Stream(iter([b"answer\r\n"] * 3), 0, 3))
    ann.session.finish(b"ERROR :gone\r\n", "gone")
    heard = "\n".join(ann.lines())
    assert "yours" in heard
    assert heard.endswith("ERROR :gone")
    assert "mine" not in heard
    assert "answer" not in heard
