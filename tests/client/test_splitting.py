"""Long texts in lines that servers send on whole."""

from hypothesis import given
from hypothesis import strategies as st

from ircwire.source import Source
from trialogue_client.core.events import Kind
from trialogue_client.core.nicks import numbered, plain_nick
from trialogue_client.core.splitting import pieces, room_for_text

NICKS = st.text("abcdefghijklmnop", min_size=1, max_size=30)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=2000)


@given(TEXTS, NICKS, NICKS, st.sampled_from(Kind), st.sampled_from([512, 1024]))
def test_every_piece_fits_with_our_mask_in_front(text: str, nick: str, target: str, kind: Kind, limit: int) -> None:
    mask = Source(nick, "user", "a-host.example.org")
    command = "NOTICE" if kind is Kind.NOTICE else "PRIVMSG"
    for piece in pieces(text, room_for_text(mask, target, kind, limit)):
        body = f"\x01ACTION {piece}\x01" if kind is Kind.ACTION else piece
        assert len(f":{mask} {command} {target} :{body}\r\n".encode()) <= limit
        assert not set(piece) & set("\r\n\0")


@given(TEXTS, st.integers(4, 600))
def test_nothing_is_lost_but_the_cuts(text: str, size: int) -> None:
    def bare(text: str) -> str:
        return "".join(text.replace(" ", "").split("\n")).replace("\r", "")

    assert bare("".join(pieces(text, size))) == bare(text)


def test_an_unknown_host_counts_as_long_as_it_may_be() -> None:
    assert room_for_text(Source("bob"), "#room", Kind.TALK, 512) < room_for_text(
        Source("bob", "b", "h"), "#room", Kind.TALK, 512
    )


@given(st.text(max_size=50))
def test_any_name_becomes_a_nick(name: str) -> None:
    nick = plain_nick(name)
    assert nick
    assert nick.isascii()
    assert not nick[0].isdigit()
    assert " " not in nick


def test_a_number_is_added_within_the_limit() -> None:
    assert numbered("bob", 2, 9) == "bob2"
    assert numbered("wilhelmina", 12, 9) == "wilhelm12"
    assert plain_nick("José García@HOME") == "JoseGarcia"
