"""Decides whether a message is meant for us."""

from collections.abc import Iterable

from ircwire.folding import has_word
from ircwire.text import strip_formatting
from trialogue_client.core.events import Noticed, Said


def is_mention(event: Said | Noticed, nick: str, words: Iterable[str]) -> bool:
    """Return whether it is for `nick`: said to nobody else, with that name in it, or with a word that is watched for.

    What a server itself says to us alone calls nobody.
    """
    if event.me:
        return False
    if event.private:
        return bool(event.who.user)
    text = strip_formatting(event.text)
    return any(has_word(text, word) for word in (nick, *words))
