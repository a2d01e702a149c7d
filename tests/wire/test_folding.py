"""Texts that read the same, and names in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.folding import fold_text, has_word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u0142\u0105ka", "\u0142a\u0328ka"),
        ("É", "é"),
        ("E\u0301", "é"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("МОСКВА", "москва"),
        ("STRASSE", "straße"),
        ("STRAẞE", "strasse"),
        ("ΌΣΟΣ", "όσος"),
        ("ԱՐԵՒ", "արև"),
        ("ᲗᲑᲘᲚᲘᲡᲘ", "თბილისი"),
        ("ꭰꭱ", "ᎠᎡ"),
        ("𐐀", "𐐨"),
        ("ＡＢＣ１２", "abc12"),
        ("ﬁnden", "finden"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("カ\u3099", "ガ"),
        ("①", "1"),
        ("㎏", "kg"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ("İSTANBUL", "istanbul"),
        ("KIRMIZI", "kırmızı"),
        ("cafe", "café"),
        ("Łódź", "lodz"),
        ("smørrebrød", "SMORREBROD"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("ёлка", "ЕЛКА"),
        ("a\u00adb\u200bc\u200d", "abc"),
        ("wor\x02d\x0fy", "wordy"),
        ("\x0304,02re\x03d", "red"),
        ("\x04ff0000red\x04", "red"),
        ("\x01ACTION waves\x01", "waves"),
        ("\x16in\x1dside\x1f", "inside"),
        ("✔\ufe0f", "✔"),
        ("don’t", "don't"),
        ("“so”", '"so"'),
        ("«так»", '"так"'),
        ("well\u2011known – so", "well-known - so"),
        ("۱۲۳", "123"),
        ("٤٥", "45"),
        ("१२", "12"),
        ("کتابی", "كتابي"),
        ("a\u00a0b", "a b"),
    ],
)
def test_what_reads_the_same(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "b"),
        ("さくら", "サクラ"),
        ("カ", "ガ"),
        ("कि", "की"),
        ("กา", "กี"),
        ("東京", "京都"),
        ("one two", "onetwo"),
        ("a\nb", "ab"),
    ],
)
def test_what_does_not(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)


@given(st.text())
def test_a_folded_text_is_folded(text: str) -> None:
    folded = fold_text(fold_text(text))
    assert fold_text(folded) == folded
    assert not set("\x02\x03\x0f\x00\r") & set(folded)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("alice: hi", "alice"),
        ("hi ALICE!", "alice"),
        ("aliceさん、おはよう", "alice"),
        ("こんにちはaliceです", "alice"),
        ("alice님 안녕", "alice"),
        ("спасибоalice", "alice"),
        ("请aliceへ", "alice"),
        ("さくらさん", "さくら"),
        ("田中さん", "田中"),
        ("สวัสดีสมชายครับ", "สมชาย"),
        ("민수야 안녕", "민수"),
        ("привет, АННА", "анна"),
        ("caf\u0065\u0301 is here", "caf\u00e9"),
        ("ａｌｉｃｅ", "alice"),
        ("malice alice", "alice"),
        ("ALİCE!", "alice"),
        ("hej İpek", "ipek"),
        ("alice2さん", "alice2"),
        ("(alice)", "alice"),
        ("alice's", "alice"),
        ("[bot] hi", "[bot]"),
        ("STRASSE", "straße"),
    ],
)
def test_a_name_stands_by_itself(text: str, word: str) -> None:
    assert has_word(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("malice", "alice"),
        ("alices", "alice"),
        ("alice2", "alice"),
        ("2alice", "alice"),
        ("alice_", "alice"),
        ("alice-away", "alice"),
        ("alicé", "alic"),
        ("alice\u0301", "alice"),
        ("x\u0301alice", "alice"),
        ("कराम", "राम"),
        ("Анною", "Анно"),
        ("alice2nd", "alice2"),
        ("bob", "alice"),
        ("", "alice"),
        ("alice", ""),
    ],
)
def test_a_part_of_another_word_is_none(text: str, word: str) -> None:
    assert not has_word(text, word)


@given(st.text(), st.text(min_size=1))
def test_any_text_can_be_asked(text: str, word: str) -> None:
    if has_word(text, word):
        assert has_word(f"{text} ", word)
