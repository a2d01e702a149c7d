"""Is a message meant for us?"""

import re
from collections.abc import Iterable

from ircwire.text import strip_formatting
from trialogue_client.core.events import Noticed, Said


def calls(event: Said | Noticed, nick: str, words: Iterable[str]) -> bool:
    """Is it for `nick`: said to nobody else, with that name in it, or with one of the words that are watched for?

    What a server itself says to us alone calls nobody.
    """
    if event.me:
        return False
    if event.private:
        return bool(event.who.user)
    text = strip_formatting(event.text)
    return any(_has_word(text, word) for word in (nick, *words) if word)


def _has_word(text: str, word: str) -> bool:
    if word.casefold() not in text.casefold():
        return False
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE) is not None
