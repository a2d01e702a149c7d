"""Counts the reactions to each message.  https://ircv3.net/specs/client-tags/react"""

from collections.abc import Callable

from trialogue_client.core import events as ev
from trialogue_client.core.references import reaction_of, reply_of, taken_back_of

_MESSAGES = 2_000
"""Messages of which it is kept, the latest that somebody has reacted to."""
_KINDS, _LONGEST = 20, 20
"""Kinds of reaction that are shown of one message, and characters of one."""


class ReactionTallies:
    """The reactions to the messages of one network. A message need not have come yet: history begins anywhere."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._by_message: dict[str, dict[str, dict[str, None]]] = {}
        """By message and reaction, the folded nicks of those who have reacted so; "" for ourselves."""

    def take(self, event: ev.Tagged) -> str:
        """Take in a reaction, or that one was taken back; return the id of the message, "" for anything else."""
        msgid = reply_of(event.tags)
        sign, back = reaction_of(event.tags), taken_back_of(event.tags)
        if not msgid or not (sign or back):
            return ""
        signs = self._by_message.pop(msgid, {})
        self._by_message[msgid] = signs
        who = "" if event.me else self._fold(event.who.nick)
        if sign:
            signs.setdefault(sign, {})[who] = None
        elif back in signs:
            signs[back].pop(who, None)
            if not signs[back]:
                del signs[back]
        if len(self._by_message) > _MESSAGES:
            del self._by_message[next(iter(self._by_message))]
        return msgid

    def words(self, msgid: str) -> str:
        """Return the reactions to a message in words, ``👍 2  ❤️ 1 (you)``; "" for none."""
        signs = self._by_message.get(msgid, {})
        shown = [f"{_short(sign)} {len(who)}{' (you)' if '' in who else ''}" for sign, who in signs.items()]
        return "  ".join([*shown[:_KINDS], *(["…"] if len(shown) > _KINDS else [])])


def _short(sign: str) -> str:
    text = " ".join(sign.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
