"""Chooses another nick while somebody else has ours."""

import string

from trialogue_client.core.chat import Chat
from trialogue_client.core.nicks import numbered

_FIRST = 2


class FallbackNick:
    """Our nick with a number behind it, counted anew for each connection."""

    def __init__(self, chat: Chat, *, always: bool = False) -> None:
        """`always`: also for the first connection, where a nick that is taken may not be ours."""
        self._chat = chat
        self._always = always
        self._number = _FIRST

    def succeeded(self) -> None:
        """The server has taken us in: the next connection begins with the first number again."""
        self._number = _FIRST

    def apply(self, *, meanwhile: bool) -> bool:
        """Ask for the next one; False if a person has to choose.

        `meanwhile`: only until ours is free again. Most often it is our own connection that broke a minute ago, and
        nobody may be there to choose.
        """
        session = self._chat.session
        if session is None or not (meanwhile or self._always):
            return False
        base = self._chat.identity.nick.rstrip(string.digits)
        other = numbered(base, self._number, session.state.features.nick_length)
        self._number += 1
        self._chat.rename(other, meanwhile=meanwhile)
        return True
