"""What a terminal sends, in pieces of any size: a paste is one text whatever is in it, and no key is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste

from trialogue_client.tui.terminal.decoding import InputDecoder

BEGIN, END = "\x1b[200~", "\x1b[201~"
HOSTILE = st.text("ab \x1b[\r\n0;m31~\x00\x07\u202e", max_size=40)


def decoded(*pieces: str) -> list[str]:
    """Return pasted texts in brackets, and the names of keys."""
    decoder = InputDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    events += decoder.settle()
    assert all(isinstance(event, Key | Paste) for event in events), events
    return [
        f"<{event.text}>" if isinstance(event, Paste) else event.key
        for event in events
        if hasattr(event, "key") or isinstance(event, Paste)
    ]


def test_an_escape_in_a_paste_is_no_key_and_an_end_of_line_in_it_is_no_enter() -> None:
    assert decoded(f"{BEGIN}a\x1b[31mred\rsecret line\r{END}x") == ["<ared\rsecret line\r>", "x"]


def test_a_mark_of_the_end_in_a_paste_does_not_end_it() -> None:
    assert decoded(f"{BEGIN}a{END}secret\r{END}x") == [f"<a{END}secret\r>".replace("\x1b[201~", ""), "x"]


def test_two_pastes_in_a_row_without_a_pause_are_one() -> None:
    """Marks in a text that somebody copied look the same."""
    assert decoded(f"{BEGIN}a{END}\rb\r{BEGIN}c{END}d") == ["<a\rb\rc>", "d"]


def test_two_pastes_with_a_pause_between_them_are_two() -> None:
    decoder = InputDecoder()
    events = [*decoder.feed(f"{BEGIN}a{END}b"), *decoder.settle(), *decoder.feed(f"{BEGIN}c{END}"), *decoder.settle()]
    assert [getattr(event, "text", "") or event.key for event in events] == ["a", "b", "c"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [64, 1024, 4096])
def test_a_mark_in_a_long_paste_does_not_end_it_in_whatever_pieces_it_comes(size: int) -> None:
    """A terminal hands over 4096 bytes at a time, and so could whoever wrote what is pasted."""
    text = "a" * 4078 + END + "\rsecret line\r" + "b" * 9000 + END + "\rmore\r"
    whole = f"{BEGIN}{text}{END}"
    found = decoded(*(whole[at : at + size] for at in range(0, len(whole), size)))
    assert len(found) == 1
    assert found[0].endswith("\rmore\r>")


def test_keys_behind_a_paste_come_although_one_is_held_down() -> None:
    decoder = InputDecoder()
    events = [event for key in [f"{BEGIN}a{END}", *"x" * 40] for event in decoder.feed(key)]
    assert len(events) > 30


@given(HOSTILE, st.integers(1, 9))
def test_it_is_the_same_in_pieces(text: str, size: int) -> None:
    whole = f"x{BEGIN}{text.replace(END, '')}{END}y\r"
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    found = decoded(*pieces)
    assert found == decoded(whole)
    assert [found[0], *found[-2:]] == ["x", "y", "enter"]
    assert len(found) == 4


def test_what_is_typed_behind_escape_is_not_lost_however_long_it_is() -> None:
    assert decoded("\x1bhello") == ["alt+h", *"ello"]
    assert decoded(f"\x1bH{'o' * 50}\r") == ["alt+shift+h", *"o" * 50, "enter"]
