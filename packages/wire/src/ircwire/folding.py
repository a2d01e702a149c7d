"""Folds texts for search, and finds words in them. Names are compared by `casemap`.

https://www.unicode.org/reports/tr15/ and https://www.unicode.org/reports/tr10/#Searching
"""

import re
import unicodedata

from ircwire.casemap import unicode_fold
from ircwire.text import strip_formatting

_CTCP_ACTION = re.compile("\x01ACTION ?([^\x01]*)\x01?", re.DOTALL)

_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # accents of any script
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # points of Hebrew
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # vowels of Arabic
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"  # what is not seen at all
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"}
"""Letters with an inseparable accent, as people write them who do without."""
_KEYBOARDS = {
    **dict.fromkeys("‘’‚‛ʼʻ′＇`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "ی": "ي",
    "ى": "ي",
    "ک": "ك",
    "ہ": "ه",
}
"""Characters that some keyboards and programs write in place of others: typographic ones, letters of Persian and Urdu.
"""
_SAME = str.maketrans(_LETTERS | _KEYBOARDS)
_DIGIT = re.compile(r"(?![0-9])\d")
"""A digit of another script."""

_UNSPACED = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "YI", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR",
     "TIBETAN", "TAI", "NEW", "BALINESE", "JAVANESE"}
)  # fmt: skip
"""Scripts, by the first word of their characters' names, that put no blanks between words, or none after a name."""


_IN_NICKS = frozenset("_-")
"""Characters that are no letters, and are part of a word beside them."""


def fold_text(text: str) -> str:
    """Return the folded form of a text, in which it is searched.

    It is the same for what reads the same: case of every script, composed and decomposed letters, compatibility forms
    (full width, ligatures), digits of every script, typographic quotation marks and dashes, formatting codes and
    invisible characters. Accents do not count either: whoever searches may not know them, or not have them on the
    keyboard.
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    shown = text if text.isprintable() else strip_formatting(_CTCP_ACTION.sub(r"\1", text))
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", shown).casefold())
    plain = _CONTROLS.sub("", _MARKS.sub("", whole).translate(_SAME))
    return unicodedata.normalize("NFC", _DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), plain))


def has_word(text: str, word: str) -> bool:
    """Return whether a word, such as a nick, stands in a text by itself.

    It ends where its script ends ("aliceさん"); in scripts that put no blanks between words it may stand anywhere. Case
    does not count, nor how letters are composed.
    """
    text, word = (unicode_fold(one.replace("İ", "i")) for one in (text, word))
    if not word:
        return False
    begin = text.find(word)
    while begin >= 0:
        end = begin + len(word)
        before, after = text[begin - 1 : begin] if begin else "", text[end : end + 1]
        if _parts(word[0], before) and _parts(word[-1], after) and not _is_mark(after):
            return True
        begin = text.find(word, begin + 1)
    return False


def _parts(edge: str, beside: str) -> bool:
    """Return whether there is a boundary between the first or last character of a word and the one beside it."""
    kind = unicodedata.category(beside)[0] if beside else ""
    if beside in _IN_NICKS or kind == "N":
        return False
    if kind not in ("L", "M"):
        return True
    script = _script(beside)
    if kind == "M" or script in _UNSPACED:
        return script in _UNSPACED
    return unicodedata.category(edge)[0] == "L" and _script(edge) != script


def _is_mark(char: str) -> bool:
    """Return whether a character combines with the letter before it."""
    return bool(char) and unicodedata.category(char)[0] == "M"


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
